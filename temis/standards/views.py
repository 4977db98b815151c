"""Public pages: which standards there are, what one asks for, and how it classifies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from temis.core.http import public_page
from temis.standards.enums import Level, Subject
from temis.standards.forms import Trial
from temis.standards.models import Edition
from temis.standards.queries import edition_sheet
from temis.standards.wording import number_list, rule_sentences


@public_page
def edition_list(request: HttpRequest) -> HttpResponse:
    order = list(Subject)
    found = sorted(Edition.objects.all(), key=lambda edition: (order.index(Subject(edition.subject)), edition.code))
    editions = [(edition, edition_sheet(edition)) for edition in found]
    return render(request, "standards/edition_list.html", {"editions": editions})


@public_page
def edition_detail(request: HttpRequest, code: str) -> HttpResponse:
    edition = get_object_or_404(Edition, code=code)
    sheet = edition_sheet(edition)
    page = {
        "edition": edition,
        "sheet": sheet,
        "key_numbers": number_list(sheet.rule.key),
        "rule": rule_sentences(sheet.rule),
        "levels": list(Level),
        "trial": Trial.read(request.GET.dict(), sheet),
    }
    return render(request, "standards/edition_detail.html", page)


@public_page
def try_classification(request: HttpRequest, code: str) -> HttpResponse:
    """The part of the edition's page that says what the chosen levels come to."""
    sheet = edition_sheet(get_object_or_404(Edition, code=code))
    return render(request, "standards/_trial_result.html", {"trial": Trial.read(request.GET.dict(), sheet)})
