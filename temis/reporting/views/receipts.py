"""What a recipient sees who follows the link of the mail: the official files, and a form that confirms receipt."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from temis.core import audit
from temis.core.errors import RuleViolation
from temis.core.http import Declaration, public_page
from temis.reporting.actions.sending import confirm_receipt, dispatch_of
from temis.reporting.enums import Audience
from temis.reporting.forms import ReceiptForm
from temis.reporting.models import Dispatch, ReportFile
from temis.reporting.views import common


def received(request: HttpRequest, token: str) -> HttpResponseBase:
    """The token of the mail is the right: GET shows, POST confirms. NotPermitted (404) for any other token."""
    dispatch = dispatch_of(token)
    if request.method != "POST":
        return _page(request, dispatch, token, ReceiptForm())
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _page(request, dispatch, token, form, status=422)
    try:
        with audit.context(None, audit.client_address(request)):
            confirm_receipt(token, name=form.cleaned_data["name"])
    except RuleViolation as violation:
        form.add_error("name", str(violation))
        return _page(request, dispatch, token, form, status=422)
    return redirect("reporting:received", token=token)


received.declares = (Declaration("public"),)  # type: ignore[attr-defined]


def _page(
    request: HttpRequest, dispatch: Dispatch, token: str, form: ReceiptForm, status: int = 200
) -> HttpResponseBase:
    context = {"dispatch": dispatch, "report": dispatch.version.report, "form": form, "token": token}
    files = {"files": _files(dispatch)}
    response = render(request, "reporting/public/received.html", context | files, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _files(dispatch: Dispatch) -> list[ReportFile]:
    rows = ReportFile.objects.filter(version_id=dispatch.version_id).exclude(audience=Audience.PUBLIC)
    return list(rows.select_related("version__report"))


@public_page
def received_file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    found = next((file for file in _files(dispatch_of(token)) if file.name == name), None)
    if found is None:
        raise Http404
    response = common.serve_file(found)
    response["Cache-Control"] = "private, no-store"
    return response
