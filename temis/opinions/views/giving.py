"""Give an opinion: the list of whom I am asked about, one page per person, a check before it is sent.

Nothing of an opinion is kept between the pages: the draft stays in the browser, the check carries it along.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from temis.access import P
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, View, by_method, reads, writes
from temis.opinions import rules
from temis.opinions.actions import give_opinion
from temis.opinions.enums import Circle
from temis.opinions.forms import OpinionInput, read_opinion
from temis.opinions.queries.requests import Request, request_for, requests_of
from temis.standards.queries import EditionSheet, edition_sheet

_ADDRESS = {Circle.COLLEAGUES: "opinions:colleague", Circle.STAFF: "opinions:manager"}


@reads(P.STAFF_OPINION_GIVE, planned=True)
def own_requests(request: ScopedRequest) -> HttpResponse:
    """Everybody whom I am asked about, those not answered first."""
    found = requests_of(request.scope)
    circles = [(circle, [one for one in found if one.circle == circle]) for circle in Circle]
    context = {
        "circles": [(circle, rows) for circle, rows in circles if rows],
        "answered": sum(one.answered for one in found),
        "total": len(found),
        "due": sum(one.is_due for one in found),
        "just_given": "given" in request.GET,
        "has_colleagues": any(one.circle == Circle.COLLEAGUES for one in found),
        "addresses": _ADDRESS,
    }
    return render(request, "opinions/own_requests.html", context)


def _form_view(circle: Circle, permission: P) -> View:
    """The page of one opinion (GET) and what takes it (POST), for one circle."""

    @reads(permission, planned=True)
    def show(request: ScopedRequest, pk: int) -> HttpResponse:
        asked = request_for(request.scope, pk, circle)
        sheet = edition_sheet(asked.appraisal.edition)
        return _page(request, asked, OpinionInput((None,) * len(sheet.rule.criteria)))

    @writes(permission)
    def take(request: ScopedRequest, pk: int) -> HttpResponse:
        asked = request_for(request.scope, pk, circle)
        sheet = edition_sheet(asked.appraisal.edition)
        given = read_opinion(request.POST, sheet.rule.criteria)
        if "change" in request.POST:
            return _page(request, asked, given)
        try:
            if "send" not in request.POST:
                return _check(request, asked, given)
            give_opinion(pk, circle=circle, levels=given.levels, remark=given.remark, scope=request.scope)
        except RuleViolation as refused:
            if refused.rule_id != "OPN-04":
                raise
            return _page(request, asked, given, refused)
        return redirect(f"{reverse('opinions:list')}?given")

    return never_cache(sensitive_post_parameters()(by_method(get=show, post=take)))


colleague = _form_view(Circle.COLLEAGUES, P.PEER_OPINION_GIVE)
manager = _form_view(Circle.STAFF, P.STAFF_OPINION_GIVE)


def _page(
    request: ScopedRequest, asked: Request, given: OpinionInput, refused: RuleViolation | None = None
) -> HttpResponse:
    sheet = edition_sheet(asked.appraisal.edition)
    context = {
        "asked": asked,
        "sheet": sheet,
        "standards": _with_levels(sheet, given),
        "remark": given.remark,
        "longest_remark": rules.LONGEST_REMARK,
        "refused": refused,
        "errors": [{"url": f"#{refused.field}_field", "text": str(refused)}] if refused else [],
        "fewest": rules.FEWEST_SHOWN,
    }
    return render(request, "opinions/opinion.html", context, status=422 if refused else 200)


def _check(request: ScopedRequest, asked: Request, given: OpinionInput) -> HttpResponse:
    """Kiểm tra trước khi gửi: all that will be sent, on one page, nothing kept yet."""
    sheet = edition_sheet(asked.appraisal.edition)
    rules.check_levels(given.levels, sheet.rule.criteria)
    rules.check_remark(given.remark)
    context = {"asked": asked, "standards": _with_levels(sheet, given), "remark": given.remark}
    return render(request, "opinions/check.html", context)


def _with_levels(sheet: EditionSheet, given: OpinionInput) -> list[tuple[object, list[tuple[object, int | None]]]]:
    """Standards with their criteria, each with the level given so far."""
    level = dict(zip(sheet.rule.criteria, given.levels, strict=True))
    return [(standard, [(one, level[one.number]) for one in standard.criteria]) for standard in sheet.standards]
