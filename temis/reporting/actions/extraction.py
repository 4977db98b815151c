"""Extraction: count who is counted, keep the figures as a version of the report. Any time, also below 100 %."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period, PeriodEdition
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.enums import Tier
from temis.organizations.models import Organization, OrganizationVersion, Province
from temis.reporting import counting, facts, proof, refresh, rules
from temis.reporting.actions.log import log_step
from temis.reporting.cube import Cube
from temis.reporting.documents import document_of
from temis.reporting.enums import Map, VersionState
from temis.reporting.models import Report, ReportTemplate, ReportVersion
from temis.reporting.public import public_json
from temis.reporting.reference import parsed, template_for
from temis.reporting.render import json
from temis.reporting.tables import compute
from temis.standards.enums import Subject
from temis.standards.models import Criterion

Progress = Callable[..., None]
SYSTEM = "TEMIS"  # who extracts where nobody acts: the command line


def quiet(*_args: object, **_more: object) -> None:
    """Progress that nobody follows."""


@transaction.atomic
def ensure_report(province: str | None, year: int, *, scope: Scope | None) -> Report:
    """The report of a province and a year, made where there is none. Without a scope the system itself asks.

    RuleViolation RPT-04 where there is no open or closed period of the year, no such province or no Sở of it.
    """
    period = period_of(year)
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


def period_of(year: int) -> Period:
    period = Period.objects.exclude(state=PeriodState.DRAFT).filter(year=year).first()
    if period is None:
        message = _("Chưa có đợt đánh giá năm %(year)s. Cần mở đợt hoặc nạp kết quả của năm đó trước.")
        raise RuleViolation("RPT-04", message % {"year": year})
    return period


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
    report_pk: int, *, map: str = Map.THEN, scope: Scope | None, preview: bool = False, progress: Progress = quiet
) -> ReportVersion:
    """Keep the counts of today as a version: in place of the last one while that is not frozen, else as the next
    number. `preview` hides small cells at once, as the public would see it; else that is done at freezing.

    Where nothing has changed since a frozen version, that one is given back. Two at once wait for each other.
    """
    report = _locked(scope).filter(pk=report_pk).first()
    if report is None:
        raise NotPermitted(P.REPORT_EDIT)
    progress(0, None, _("Cập nhật số đếm"))
    snapshot = refresh.refresh(report.period)
    bodies = None
    if map == Map.TODAY and report.province_id:
        bodies = facts.bodies_today(report.province_id, report.period.reference_on)
    version = _keep(report, snapshot, map=map, bodies=bodies, cube=None, scope=scope)
    if preview and version.state == VersionState.EXTRACTED:
        progress(1, 1, _("Ẩn các ô nhỏ của bản công khai"))
        version.public_json = public_json(version)
        version.save(update_fields=["public_json"])
    return version


@transaction.atomic
def extract_all(year: int, *, scope: Scope | None, progress: Progress = quiet) -> list[ReportVersion]:
    """The reports of every province with a Sở and of the country, all of one moment: the parts add up to the whole."""
    asked = [None, *provinces_of(year)]
    made = {ensure_report(province, year, scope=scope).pk for province in asked}
    reports = list(_locked(scope).filter(pk__in=made).order_by("pk"))
    progress(0, len(reports), _("Cập nhật số đếm"))
    snapshot = refresh.refresh(reports[0].period)
    cubes = counting.rollup_cubes(reports[0].period_id)
    versions = []
    for done, report in enumerate(report for report in reports if report.province_id in cubes):
        progress(done, len(reports), report.area)
        cube = cubes[report.province_id]
        versions.append(_keep(report, snapshot, map=Map.THEN, bodies=None, cube=cube, scope=scope))
    progress(len(reports), len(reports))
    return versions


def provinces_of(year: int) -> list[str]:
    """Those that have a Sở on the reference day of the year."""
    period = period_of(year)
    then = OrganizationVersion.objects.filter(organization__kind__tier=Tier.PROVINCE, province__isnull=False)
    codes = then.filter(validity__contains=period.reference_on).values_list("province_id", flat=True)
    return sorted(set(codes))


def _locked(scope: Scope | None) -> QuerySet[Report]:
    reports = Report.objects.all() if scope is None else Report.objects.permitted(scope, P.REPORT_EDIT)
    return reports.select_for_update(of=("self",)).select_related("period", "organization", "province")


def _keep(
    report: Report, snapshot: int, *, map: str, bodies: list[int] | None, cube: Cube | None, scope: Scope | None
) -> ReportVersion:
    """The version of a snapshot; the frozen one before where it counts the same people in the same way."""
    last = ReportVersion.objects.filter(report=report).select_related("template").order_by("-number").first()
    version = _begin(report, last, _fitting_template(report), scope)
    version.map, version.snapshot, version.bodies = map, snapshot, bodies
    version.data_hash = proof.data_hash(version)
    if last is not None and last.pk != version.pk and _is_same(last, version):
        return last
    if cube is None:
        cube = _cube_of(version)
    _fill(version, cube)
    log_step(version, "extract", scope=scope)
    return version


def _begin(report: Report, last: ReportVersion | None, template: ReportTemplate, scope: Scope | None) -> ReportVersion:
    """The row to fill: the last version's own while it is not frozen; else a new one."""
    if last is not None and last.state == VersionState.EXTRACTED:
        version = last
    else:
        version = ReportVersion(number=last.number + 1 if last else 1)
    version.report, version.template, version.extracted_at = report, template, clock.now()
    version.extracted_by_id = scope.user_id if scope else None
    version.extracted_by_name = scope.actor if scope else SYSTEM
    return version


def _cube_of(version: ReportVersion) -> Cube:
    """From the roll-up; by today's map from the people themselves: the roll-up knows the provinces of then."""
    if version.bodies is None:
        return counting.rollup_cube(version.report.period_id, version.report.province_id)
    proof.count_version(version)
    return counting.counted_cube()


def _fill(version: ReportVersion, cube: Cube) -> None:
    found = counting.coverage(cube)
    if not any(asdict(found).values()):
        message = _("Không có giáo viên, hiệu trưởng, phó hiệu trưởng nào để tính trong báo cáo này.")
        raise RuleViolation("RPT-04", message)
    for name, value in asdict(found).items():
        setattr(version, name, value)
    version.public_json = ""
    version.save()
    tables = compute(parsed(version.template.content), cube)
    version.report_json = json.render(document_of(version, tables)).decode()
    version.save(update_fields=["report_json"])


def _is_same(old: ReportVersion, new: ReportVersion) -> bool:
    return (old.data_hash, old.template_id, old.map) == (new.data_hash, new.template_id, new.map)


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
