"""What a report follows: template, deadlines, letterhead, recipients. Data with dates, editable."""

from datetime import date
from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from temis.access import P, Reach, Scope, ScopedQuerySet
from temis.accounts.models import User
from temis.organizations.models import Organization, Province
from temis.reporting.enums import RecipientKind


class ReportTemplate(models.Model):
    """A template as it was loaded (`temis.reporting.template.Template`). Its content never changes: another content is
    another row, and a version of a report keeps the row it was made from."""

    code = models.CharField(_("mã mẫu"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("lần ban hành"), default=1)
    content = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    effective_year = models.PositiveSmallIntegerField(_("dùng từ báo cáo năm"))
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("mẫu báo cáo")
        triggers = [
            pgtrigger.Protect(name="template_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


@pghistory.track()
class ReportDeadlines(models.Model):
    """Until when the report of a year is extracted, published and sent (the letter of 2020: 25/12, 30/12, 31/01)."""

    year = models.PositiveSmallIntegerField(_("năm báo cáo"), primary_key=True)
    extract_by = models.DateField(_("chiết xuất trước ngày"))
    publish_by = models.DateField(_("công bố trước ngày"))
    send_by = models.DateField(_("gửi trước ngày"))
    document = models.CharField(_("căn cứ"), max_length=200, blank=True)
    verified = models.BooleanField(_("đã được xác nhận từ nguồn công khai"), default=False)

    class Meta:
        verbose_name = _("mốc thời gian của báo cáo")
        constraints = [
            models.CheckConstraint(
                name="report_deadlines_in_order",
                condition=Q(extract_by__lte=F("publish_by")) & Q(publish_by__lte=F("send_by")),
            )
        ]


class LetterheadFields(models.Model):
    """The formal parts of an administrative document (NĐ 30/2020, Phụ lục I)."""

    parent_body = models.CharField(_("cơ quan chủ quản"), max_length=200, blank=True)
    issuing_body = models.CharField(_("cơ quan ban hành"), max_length=200, blank=True)
    symbol = models.CharField(_("ký hiệu văn bản"), max_length=40, blank=True)
    place = models.CharField(_("địa danh"), max_length=60, blank=True)
    authority = models.CharField(_("quyền hạn ký"), max_length=100, blank=True)
    signer_title = models.CharField(_("chức vụ người ký"), max_length=100, blank=True)
    signer_name = models.CharField(_("họ tên người ký"), max_length=120, blank=True)
    recipients = ArrayField(models.CharField(max_length=200), default=list, blank=True, verbose_name=_("nơi nhận"))

    class Meta:
        abstract = True


@pghistory.track()
class Letterhead(LetterheadFields):
    """What a body writes above and below its reports, from a day on."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="report_letterheads", verbose_name=_("đơn vị")
    )
    effective_from = models.DateField(_("dùng từ ngày"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("thể thức văn bản")
        constraints = [
            models.UniqueConstraint(fields=["organization", "effective_from"], name="one_letterhead_a_day"),
        ]


class RecipientQuerySet(ScopedQuerySet["Recipient"]):
    owner, group, unit, path = None, None, None, None

    def permitted(self, scope: Scope, permission: P) -> Self:
        """Those of all provinces are the ministry's to edit, those of a province the Sở's; all may be read."""
        if permission == P.STANDARD_MANAGE:
            return self if scope.has(permission) else self.none()
        reach = scope.reach(permission)
        if reach is None or scope.unit_id is None:
            return self.none()
        within = Q(province__in=_provinces(scope))
        return self.filter(within | Q(province=None)) if permission == P.REPORT_VIEW else self.filter(within)

    def in_force(self, province: str | None, on: date) -> Self:
        """Who receives the report of a province on a day."""
        dates = Q(effective_from=None) | Q(effective_from__lte=on)
        ends = Q(effective_to=None) | Q(effective_to__gte=on)
        return self.filter(Q(province=None) | Q(province=province), dates, ends).order_by("order", "pk")


def _provinces(scope: Scope) -> list[str]:
    bodies = Organization.objects.filter(pk=scope.unit_id, province__isnull=False)
    return [str(code) for code in bodies.values_list("province_id", flat=True)]


@pghistory.track()
class Recipient(models.Model):
    """Who receives reports: of all provinces, or of one (Phụ lục 4 of the letter allocates a university to each)."""

    PERSONAL_FIELDS = ()

    province = models.ForeignKey(
        Province, models.PROTECT, null=True, related_name="+", verbose_name=_("tỉnh, thành phố")
    )
    kind = models.CharField(_("loại nơi nhận"), max_length=12, choices=RecipientKind)
    name = models.CharField(_("tên nơi nhận"), max_length=200)
    address = models.EmailField(_("thư điện tử"), blank=True)
    # Whose lecturers may read the published reports of the province.
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("trường đại học được đọc báo cáo")
    )
    effective_from = models.DateField(_("từ ngày"), null=True, blank=True)
    effective_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=100)
    document = models.CharField(_("căn cứ"), max_length=200, blank=True)
    verified = models.BooleanField(_("đã được xác nhận từ nguồn công khai"), default=False)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("nơi nhận báo cáo")
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name", "effective_from"], nulls_distinct=False, name="one_recipient_by_name"
            ),
            models.CheckConstraint(name="recipient_kind", condition=Q(kind__in=RecipientKind.values)),
        ]


def reaches_unit(scope: Scope, permission: P) -> bool:
    """Whether a right is of the own body only (a lecturer's university)."""
    return scope.reach(permission) == Reach.UNIT and scope.unit_id is not None
