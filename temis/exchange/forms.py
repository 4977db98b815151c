"""The forms of the import pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from temis.core import clock
from temis.core.look import Look
from temis.exchange.enums import Kind
from temis.standards.models import Edition

FIRST_YEAR = 2018  # the standards that are known begin then


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp .xlsx hoặc .csv"),
        error_messages={"required": _("Chọn tệp cần nạp."), "empty": _("Tệp trống. Hãy chọn tệp có dữ liệu.")},
    )


class ResultsUploadForm(Look, UploadForm):
    """Results also say of which year and by which standard."""

    year = forms.TypedChoiceField(label=_("Năm đánh giá"), coerce=int)
    edition = forms.ModelChoiceField(
        label=_("Bộ chuẩn"), queryset=Edition.objects.none(), empty_label=_("Chọn bộ chuẩn")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        year, edition = self.fields["year"], self.fields["edition"]
        assert isinstance(year, forms.TypedChoiceField)
        assert isinstance(edition, forms.ModelChoiceField)
        year.choices = [
            (y, _("Năm %(year)s (năm học %(school_year)s)") % _words(y)) for y in range(this_year, FIRST_YEAR, -1)
        ]
        edition.queryset = Edition.objects.order_by("subject", "-effective_from")
        edition.label_from_instance = _name  # type: ignore[method-assign,assignment]


def _words(year: int) -> dict[str, object]:
    return {"year": year, "school_year": f"{year - 1}-{year}"}


def _name(edition: Edition) -> str:
    return edition.name


def upload_form(kind: Kind) -> type[UploadForm]:
    return ResultsUploadForm if kind == Kind.RESULTS else UploadForm


class CellForm(forms.Form):
    """A value for one cell; `shown` are the columns that the grid has in front of the reader."""

    number = forms.IntegerField(min_value=1)
    place = forms.IntegerField(min_value=0)
    value = forms.CharField(required=False, max_length=2000)
    shown = forms.RegexField(r"^\d+(,\d+)*$", max_length=400)

    def places(self) -> list[int]:
        return [int(place) for place in self.cleaned_data["shown"].split(",")]


class ReplaceForm(forms.Form):
    """A value for all cells with the same problem."""

    column = forms.CharField(max_length=30)
    code = forms.CharField(max_length=40)
    value = forms.CharField(required=False, max_length=2000, strip=False)
    new = forms.CharField(required=False, max_length=2000)
