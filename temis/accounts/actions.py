"""Every write on accounts."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import Role
from temis.accounts import codes
from temis.accounts.models import Grant, User
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.models import Organization


def store_codes(user_ids: list[int]) -> dict[int, str]:
    """Make a new one-time code for each user, keep the digests in one statement; returns the codes by user.

    A code that was issued before is worth nothing from then on.
    """
    made = {pk: codes.generate() for pk in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user u SET code_digest = v.digest, code_expires_at = %s"
            " FROM unnest(%s::bigint[], %s::text[]) AS v(id, digest) WHERE u.id = v.id AND u.is_active",
            [code_expiry(), list(made), [codes.digest(pk, code) for pk, code in made.items()]],
        )
    return made


def code_expiry() -> datetime:
    return clock.now() + timedelta(days=settings.FIRST_CODE_DAYS)


def find_by_code(username: str, code: str) -> User | None:
    """The user whose one-time code this is, while it is valid."""
    user = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if user is None:
        return None
    valid = User.objects.filter(pk=user.pk, code_digest=codes.digest(user.pk, code), code_expires_at__gt=clock.now())
    return valid.first()


@transaction.atomic
def redeem_code(user_id: int, digest: str, password: str) -> User:
    """ACC-07. Choose one's own password with a one-time code; the code is used up, other sessions end."""
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None or not digest or user.code_digest != digest or (user.code_expires_at or clock.now()) <= clock.now():
        raise RuleViolation("ACC-07", _("Mã đã được dùng hoặc đã hết hạn. Đề nghị nhà trường cấp mã mới."))
    user.set_password(password)
    user.code_digest, user.code_expires_at = "", None
    user.save(update_fields=["password", "code_digest", "code_expires_at"])
    audit.record("account.first_login", scope=None, by=user, target=user, rule_id="ACC-07")
    return user


@transaction.atomic
def create_administrator(username: str, name: str, email: str = "") -> tuple[User, str]:
    """An administrator of the whole installation, and the one-time code of his first login."""
    root = Organization.objects.filter(parent=None, is_open=True).order_by("id").first()
    if root is None:
        raise RuleViolation("ACC-08", _("Chưa có đơn vị nào. Nạp danh sách đơn vị trước."))
    if User.objects.filter(username__iexact=username).exists():
        raise RuleViolation("ACC-08", _("Tên đăng nhập này đã có. Chọn tên khác."))
    user = User.objects.create_user(username=username, display_name=name, email=email.lower())
    Grant.objects.create(
        user=user,
        role=Role.ADMINISTRATOR,
        organization=root,
        validity=DateRange(clock.today(), None),
        reason=_("Tạo bằng lệnh create_admin"),
        granted_at=clock.now(),
    )
    audit.record("grant.give", scope=None, target=user, organization_id=root.pk, note=Role.ADMINISTRATOR)
    return user, store_codes([user.pk])[user.pk]
