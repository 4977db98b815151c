"""The steps of a version, each a POST; what is not allowed is told on the page of the version."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.appraisals.models import Period
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, writes
from temis.organizations.enums import Tier
from temis.organizations.models import Organization
from temis.reporting import jobs
from temis.reporting.actions import life, publication
from temis.reporting.enums import Map
from temis.reporting.forms import PublishForm, ReturnForm, ScanForm
from temis.reporting.models import Report, ReportVersion
from temis.reporting.queries.lists import own_province
from temis.reporting.views import common
from temis.reporting.views.desk import confirmation, version_page


@writes(P.REPORT_EDIT)
def extract(request: ScopedRequest) -> HttpResponse:
    """Ask for an extraction of the own report of a year; the page of the job follows it."""
    period = Period.objects.filter(year=whole_number(request.POST.get("year")) or 0).first()
    map = Map.TODAY if request.POST.get("map") == Map.TODAY else Map.THEN
    try:
        if period is None:
            raise RuleViolation("RPT-04", _("Chưa có đợt đánh giá của năm này."))
        job = jobs.request_extraction(_province(request, period), period.year, map=map, scope=request.scope)
    except RuleViolation as violation:
        messages.error(request, str(violation))
        return redirect("reporting:list")
    return redirect("core:job", pk=job.pk)


def _province(request: ScopedRequest, period: Period) -> str | None:
    """That of the own Sở; a known report keeps its own; the topmost body asks for the whole country."""
    if asked := whole_number(request.POST.get("report")):
        report: Report = Report.objects.fetch(request.scope, P.REPORT_EDIT, pk=asked)
        return report.province_id
    body = Organization.objects.select_related("kind").fetch(request.scope, P.REPORT_EDIT, pk=request.scope.unit_id)
    return None if body.kind.tier == Tier.NATION else own_province(request.scope, period.reference_on)


def _take(
    request: ScopedRequest, report: int, number: int, permission: P, step: Callable[[int], object], done: str
) -> HttpResponse:
    """Take a step on the version of the address and go back to its page with what came of it."""
    version = common.fetch(request.scope, permission, report, number)
    try:
        step(version.pk)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, done)
    return redirect("reporting:version", report=report, number=number)


@writes(P.REPORT_EDIT)
def freeze(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    def step(pk: int) -> object:
        return life.freeze_version(pk, scope=request.scope)

    done = _("Đã chốt số liệu. Thầy/cô soạn phần nhận xét rồi trình phê duyệt.")
    return _take(request, report, number, P.REPORT_EDIT, step, done)


@writes(P.REPORT_EDIT)
def submit(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    def step(pk: int) -> object:
        return life.submit_version(pk, scope=request.scope)

    return _take(request, report, number, P.REPORT_EDIT, step, _("Đã trình lãnh đạo phê duyệt."))


@writes(P.REPORT_EDIT)
def withdraw(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    def step(pk: int) -> object:
        return life.withdraw_version(pk, scope=request.scope)

    return _take(request, report, number, P.REPORT_EDIT, step, _("Đã rút lại. Thầy/cô sửa rồi trình lại."))


@writes(P.REPORT_APPROVE)
def approve(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    def step(pk: int) -> object:
        return life.approve_version(pk, scope=request.scope)

    return _take(request, report, number, P.REPORT_APPROVE, step, _("Đã phê duyệt. Báo cáo chờ công bố."))


@writes(P.REPORT_APPROVE)
def return_(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    form = ReturnForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    def step(pk: int) -> object:
        return life.return_version(pk, reason=reason, scope=request.scope)

    return _take(request, report, number, P.REPORT_APPROVE, step, _("Đã trả lại kèm lý do."))


@writes(P.REPORT_PUBLISH)
def publish(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    """Ask for publication, named by hand; the page of the job follows it."""
    version: ReportVersion = common.fetch(request.scope, P.REPORT_PUBLISH, report, number)
    form = PublishForm(request.POST, expected=confirmation(version))
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect("reporting:version", report=report, number=number)
    data = form.cleaned_data
    try:
        job = jobs.request_publication(
            version.pk, number=data["number"], issued_on=data["issued_on"], scope=request.scope
        )
    except RuleViolation as violation:
        messages.error(request, str(violation))
        return redirect("reporting:version", report=report, number=number)
    return redirect("core:job", pk=job.pk)


def _first_error(form: Form) -> str:
    """`Ngày ban hành: …`, for a form that is not shown again."""
    for field, errors in form.errors.items():
        return f"{form.fields[field].label}: {errors[0]}" if field in form.fields else str(errors[0])
    return ""


@writes(P.REPORT_PUBLISH)
def scan(request: ScopedRequest, report: int, number: int) -> HttpResponse:
    version = common.fetch(request.scope, P.REPORT_PUBLISH, report, number)
    form = ScanForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            publication.attach_scan(version.pk, file=form.cleaned_data["scan"].file, scope=request.scope)
            messages.success(request, _("Đã đính kèm bản quét."))
            return redirect("reporting:version", report=report, number=number)
    except RuleViolation as violation:
        form.add_error("scan", str(violation))
    return render(request, "reporting/version.html", version_page(request, version, scan_form=form), status=422)
