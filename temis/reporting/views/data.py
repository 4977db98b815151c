"""Templates and deadlines: what reports follow, kept by the ministry."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.http import ScopedRequest, by_method, reads, writes
from temis.reporting.actions import reference as actions
from temis.reporting.forms import DeadlinesForm, TemplateForm
from temis.reporting.models import ReportTemplate
from temis.reporting.queries.lists import periods
from temis.reporting.reference import deadlines_for, deadlines_of, parsed


def _page(request: ScopedRequest, form: TemplateForm, status: int = 200) -> HttpResponse:
    rows = ReportTemplate.objects.select_related("loaded_by").order_by("-effective_year", "-edition", "-pk")
    context = {
        "deadlines": list(deadlines_of([period.year for period in periods()]).values()),
        "templates": [(row, parsed(row.content)) for row in rows],
        "form": form,
    }
    return render(request, "reporting/settings.html", context, status=status)


@reads(P.STANDARD_MANAGE)
def settings_page(request: ScopedRequest) -> HttpResponse:
    return _page(request, TemplateForm())


@writes(P.STANDARD_MANAGE)
def load_template(request: ScopedRequest) -> HttpResponse:
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    content = form.cleaned_data["file"].read()
    kept, made = actions.load_template(content, effective_year=form.cleaned_data["effective_year"], scope=request.scope)
    text = _("Đã nạp mẫu %(code)s.") if made else _("Mẫu %(code)s với nội dung này đã có.")
    messages.success(request, text % {"code": kept.code})
    return redirect("reporting:settings")


@reads(P.STANDARD_MANAGE)
def _show_deadlines(request: ScopedRequest, year: int) -> HttpResponse:
    return _deadlines_page(request, year, DeadlinesForm(instance=deadlines_for(year)))


@writes(P.STANDARD_MANAGE)
def _set_deadlines(request: ScopedRequest, year: int) -> HttpResponse:
    form = DeadlinesForm(request.POST)
    if not form.is_valid():
        return _deadlines_page(request, year, form, status=422)
    actions.set_deadlines(year, scope=request.scope, **form.cleaned_data)
    messages.success(request, _("Đã đặt mốc thời gian của báo cáo năm %(year)s.") % {"year": year})
    return redirect("reporting:settings")


def _deadlines_page(request: ScopedRequest, year: int, form: DeadlinesForm, status: int = 200) -> HttpResponse:
    return render(request, "reporting/deadlines.html", {"form": form, "year": year}, status=status)


deadlines = by_method(get=_show_deadlines, post=_set_deadlines)
