"""Another role: a leader of the ministry, who approves and publishes the report of the whole country."""

from django.db import migrations, models

ROLES = [
    ("TEACHER", "Giáo viên"),
    ("GROUP_LEADER", "Tổ trưởng chuyên môn"),
    ("STAFF", "Nhân viên"),
    ("DEPUTY_PRINCIPAL", "Phó hiệu trưởng"),
    ("PRINCIPAL", "Hiệu trưởng"),
    ("LOCAL_OFFICER", "Cán bộ Phòng GDĐT, UBND cấp xã"),
    ("LOCAL_LEADER", "Trưởng phòng GDĐT, Chủ tịch UBND cấp xã"),
    ("PROVINCE_OFFICER", "Cán bộ Sở GDĐT"),
    ("PROVINCE_LEADER", "Lãnh đạo Sở GDĐT"),
    ("MINISTRY_OFFICER", "Chuyên viên Bộ GDĐT"),
    ("MINISTRY_LEADER", "Lãnh đạo Bộ GDĐT"),
    ("LECTURER", "Giảng viên sư phạm"),
    ("ADMINISTRATOR", "Quản trị hệ thống"),
]


def _role() -> models.CharField:
    return models.CharField(choices=ROLES, max_length=20, verbose_name="vai trò")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_before_login")]
    operations = [
        migrations.RemoveConstraint(model_name="grant", name="grant_known_role"),
        *(
            migrations.AlterField(model_name=name, name="role", field=_role())
            for name in ("delegation", "delegationevent", "grant", "grantevent")
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", [role for role, _label in ROLES])), name="grant_known_role"
            ),
        ),
    ]
