"""Extraction: count who is counted, keep the figures as a version of the report. Any time, also below 100 %."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period, PeriodEdition
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.enums import Tier
from temis.organizations.models import Organization, OrganizationVersion, Province
from temis.reporting import facts, rules
from temis.reporting.actions.log import log_step
from temis.reporting.documents import document_of
from temis.reporting.enums import Map, VersionState
from temis.reporting.models import CountedPerson, Report, ReportTemplate, ReportVersion
from temis.reporting.reference import parsed, template_for
from temis.reporting.render import json
from temis.reporting.suppression import THRESHOLD, TablesDisagree, suppress
from temis.reporting.tables import TableResult, compute
from temis.standards.enums import Subject
from temis.standards.models import Criterion

Progress = Callable[..., None]
SYSTEM = "TEMIS"  # who extracts where nobody acts: the command line


def quiet(*_args: object, **_more: object) -> None:
    """Progress that nobody follows."""


class _Unchanged(Exception):
    """The figures are those of the frozen version before: nothing new is kept."""


@transaction.atomic
def ensure_report(province: str | None, year: int, *, scope: Scope | None) -> Report:
    """The report of a province and a year, made where there is none. Without a scope the system itself asks.

    RuleViolation RPT-04 where there is no open or closed period of the year, no such province or no Sở of it.
    """
    period = Period.objects.exclude(state=PeriodState.DRAFT).filter(year=year).first()
    if period is None:
        message = _("Chưa có đợt đánh giá năm %(year)s. Cần mở đợt hoặc nạp kết quả của năm đó trước.")
        raise RuleViolation("RPT-04", message % {"year": year})
    body = body_of_report(province, period)
    if scope is not None:
        body = Organization.objects.fetch(scope, P.REPORT_EDIT, pk=body.pk)
    report, made = Report.objects.get_or_create(
        province_id=province,
        year=year,
        defaults={"organization": body, "period": period, "created_at": clock.now()},
    )
    if made:
        audit.record("report.create", scope=scope, target=report, organization_id=body.pk)
    return report


def body_of_report(province: str | None, period: Period) -> Organization:
    """Whose report it is: the Sở of the province on the reference day, the topmost body for the country."""
    if province is None:
        return period.organization
    if not Province.objects.filter(pk=province).exists():
        raise RuleViolation("RPT-04", _("Không có tỉnh mã %(code)s.") % {"code": province})
    versions = OrganizationVersion.objects.filter(province_id=province, organization__kind__tier=Tier.PROVINCE)
    versions = versions.select_related("organization").order_by("organization_id", "-validity")
    found = versions.filter(validity__contains=period.reference_on).first() or versions.first()
    if found is None:
        message = _("Chưa có Sở GDĐT của tỉnh mã %(code)s. Nạp danh sách đơn vị trước.")
        raise RuleViolation("RPT-04", message % {"code": province})
    return found.organization


@transaction.atomic
def extract_report(
    report_pk: int, *, map: str = Map.THEN, scope: Scope | None, progress: Progress = quiet
) -> ReportVersion:
    """Count and keep a version: in place of the last one while that is not frozen, else as the next number.

    Where nothing has changed since a frozen version, that one is given back. Two at once wait for each other.
    """
    reports = Report.objects.select_for_update(of=("self",)).select_related("period", "organization", "province")
    report = reports.get(pk=report_pk) if scope is None else reports.fetch(scope, P.REPORT_EDIT, pk=report_pk)
    template = _fitting_template(report)
    last = ReportVersion.objects.filter(report=report).order_by("-number").first()
    try:
        with transaction.atomic():
            version = _begin(report, last, template, map, scope)
            _count(version, last, progress)
    except _Unchanged:
        assert last is not None
        return last
    log_step(version, "extract", scope=scope)
    return version


def _begin(
    report: Report, last: ReportVersion | None, template: ReportTemplate, map: str, scope: Scope | None
) -> ReportVersion:
    """The row to fill: the last version's own while it is not frozen, emptied; else a new one."""
    if last is not None and last.state == VersionState.EXTRACTED:
        version = last
        people = CountedPerson.objects.filter(version=version)
        people._raw_delete(people.db)
    else:
        version = ReportVersion(number=last.number + 1 if last else 1)
    version.report, version.template, version.map, version.extracted_at = report, template, map, clock.now()
    version.extracted_by_id = scope.user_id if scope else None
    version.extracted_by_name = scope.actor if scope else SYSTEM
    version.save()
    return version


def _count(version: ReportVersion, last: ReportVersion | None, progress: Progress) -> None:
    progress(0, None, _("Lập danh sách người được tính"))
    if not facts.count_people(version.pk, _population(version)):
        message = _("Không có giáo viên, hiệu trưởng, phó hiệu trưởng nào để tính trong báo cáo này.")
        raise RuleViolation("RPT-04", message)
    version.data_hash = facts.hash_people(version.pk)
    if last is not None and last.pk != version.pk and _is_same(last, version):
        raise _Unchanged
    template = parsed(version.template.content)
    cube = facts.read_cube(
        version.pk, template, lambda done, total: progress(done, total, _("Đếm theo tiêu chuẩn, tiêu chí"))
    )
    for name, value in asdict(facts.read_coverage(version.pk)).items():
        setattr(version, name, value)
    tables = compute(template, cube)
    version.report_json = json.render(document_of(version, tables)).decode()
    progress(1, 1, _("Ẩn các ô nhỏ của bản công khai"))
    version.public_json = _public(version, tables)
    version.save()


def _public(version: ReportVersion, tables: list[TableResult]) -> str:
    """RPT-10. Nothing where the tables do not add up: such a version is not frozen either (RPT-05)."""
    try:
        hidden = suppress(parsed(version.template.content), tables, THRESHOLD)
    except TablesDisagree:
        return ""
    return json.render(document_of(version, hidden, hidden_below=THRESHOLD)).decode()


def _is_same(old: ReportVersion, new: ReportVersion) -> bool:
    return (old.data_hash, old.template_id, old.map) == (new.data_hash, new.template_id, new.map)


def _population(version: ReportVersion) -> facts.Population:
    report = version.report
    return facts.Population(
        period_id=report.period_id,
        reference_on=report.period.reference_on,
        today=clock.today(),
        map=version.map,
        province=report.province_id,
    )


def _fitting_template(report: Report) -> ReportTemplate:
    """RPT-09. The template of the year, made for the editions of the period."""
    template = template_for(report.year)
    if template is None:
        message = _("Chưa có mẫu báo cáo dùng cho năm %(year)s. Đề nghị Bộ GDĐT nạp mẫu.")
        raise RuleViolation("RPT-09", message % {"year": report.year})
    standards = parsed(template.content).standards
    for chosen in PeriodEdition.objects.filter(period=report.period):
        subject = str(Subject(chosen.subject).label)
        rules.check_template(subject, standards.get(chosen.subject), _standards_of(chosen.edition_id), template.code)
    return template


def _standards_of(edition_id: int) -> dict[int, list[int]]:
    """Criteria of each standard of an edition, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Criterion.objects.filter(edition_id=edition_id).order_by("number")
    for standard, criterion in rows.values_list("standard__number", "number"):
        found[standard].append(criterion)
    return dict(found)
