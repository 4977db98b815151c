"""Forms as PDF: one in the request, those of a whole school by a job."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from temis.access import NotPermitted, P
from temis.appraisals.enums import DECIDED_STATES, PeriodState, Source
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.prints import reading
from temis.appraisals.prints.document import Form
from temis.appraisals.prints.jobs import request_print
from temis.appraisals.prints.render import render
from temis.core import audit, clock, kept
from temis.core.http import ScopedRequest, reads, writes
from temis.people.models import SubjectGroup
from temis.standards.models import Edition


@reads(P.OWN_APPRAISAL)
def own_form(request: ScopedRequest, pk: int, kind: str) -> HttpResponse:
    """A form of one's own appraisal. Result and opinions only once the result is announced."""
    rows = Appraisal.objects.select_related(*reading.RELATED)
    appraisal: Appraisal = rows.fetch(request.scope, P.OWN_APPRAISAL, pk=pk)
    told = appraisal.announced_at is not None or appraisal.source == Source.IMPORT
    if kind != "self" and not (told and appraisal.state in DECIDED_STATES):
        raise NotPermitted(P.OWN_APPRAISAL)
    return _pdf(reading.person_form(appraisal, kind, request.scope), f"{kind}-{appraisal.period.year}")


@reads(P.APPRAISAL_VIEW)
def form_of(request: ScopedRequest, pk: int, kind: str) -> HttpResponse:
    """A form of somebody's appraisal within reach; what he is still writing is not printed."""
    rows = Appraisal.objects.select_related(*reading.RELATED).exclude(person_id=request.scope.person_id or 0)
    appraisal: Appraisal = rows.fetch(request.scope, P.APPRAISAL_VIEW, pk=pk)
    if kind == "self" and (appraisal.state not in reading.SENT or not appraisal.self_levels):
        raise NotPermitted(P.APPRAISAL_VIEW)
    audit.viewed(request, appraisal.person_id, "appraisal.print")
    form = reading.person_form(appraisal, kind, request.scope)
    return _pdf(form, f"{kind}-{appraisal.person.code}-{appraisal.period.year}")


@reads(P.HOME)
def blank_opinion(request: ScopedRequest, pk: int) -> HttpResponse:
    """Biểu mẫu 02 to be filled in by hand, where there is no network."""
    edition = Edition.objects.filter(pk=pk).first()
    if edition is None:
        raise NotPermitted(P.HOME)
    return _pdf(reading.blank_opinion(edition), "bieu-mau-02")


@reads(P.OPINION_RESULT)
def group_summary(request: ScopedRequest, period_pk: int, group_pk: int) -> HttpResponse:
    """Biểu mẫu 03 of a subject group."""
    group = SubjectGroup.objects.filter(pk=group_pk).first()
    period = Period.objects.filter(pk=period_pk).first()
    if group is None or period is None:
        raise NotPermitted(P.OPINION_RESULT)
    return _pdf(reading.group_summary(group, period, request.scope), f"bieu-mau-03-{period.year}")


@reads(P.APPRAISAL_DECIDE)
def head_summary(request: ScopedRequest, period_pk: int, subject: str) -> HttpResponse:
    """Biểu mẫu 04 of the head (05 for managers)."""
    period = _period(period_pk)
    return _pdf(reading.head_summary(period, subject, request.scope), f"tong-hop-{period.year}")


@writes(P.APPRAISAL_DECIDE)
def print_school(request: ScopedRequest, period_pk: int) -> HttpResponseBase:
    """All sheets of those on whom the one who acts decides, in one file."""
    job = request_print(_period(period_pk), scope=request.scope)
    return redirect("core:job", job.pk)


@reads(P.APPRAISAL_DECIDE)
def printed(request: ScopedRequest, name: str) -> HttpResponseBase:
    """A file that a job made for this assignment; nobody else's."""
    file = kept.given("prints", request.scope.assignment_id, name)
    if file is None:
        raise NotPermitted(P.APPRAISAL_DECIDE)
    return file


def _period(pk: int) -> Period:
    period = Period.objects.exclude(state=PeriodState.DRAFT).filter(pk=pk).first()
    if period is None:
        raise NotPermitted(P.APPRAISAL_DECIDE)
    return period


def _pdf(form: Form, name: str) -> HttpResponse:
    response = HttpResponse(render([form], at=clock.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
