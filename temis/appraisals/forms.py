"""Forms of the appraisal domain: they read what came in, rules decide on it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.appraisals.actions.periods import SUBJECTS, PeriodDraft
from temis.appraisals.actions.self_assessment import Draft
from temis.appraisals.enums import Stage
from temis.appraisals.models import SelfAssessment
from temis.appraisals.rules import Window
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.standards.models import Edition

LONGEST_TEXT = 4000
WORDS = ("strengths", "improvements", "goals", "wishes", "schedule", "conditions")
_LONGEST = dict.fromkeys(WORDS, LONGEST_TEXT) | {"schedule": 300}


class WordsForm(forms.ModelForm):
    """The words of Biểu mẫu 01 (CV 4530/BGDĐT-NGCBQLGD)."""

    class Meta:
        model = SelfAssessment
        fields = WORDS
        widgets = {name: forms.Textarea({"rows": 3}) for name in WORDS if name != "schedule"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WORDS:
            if name != "schedule":
                self.fields[name].max_length = LONGEST_TEXT  # type: ignore[attr-defined]
                self.fields[name].widget.attrs["maxlength"] = LONGEST_TEXT
                self.fields[name].validators.append(forms.CharField(max_length=LONGEST_TEXT).validators[0])


def levels_in(data: Mapping[str, Any], criteria: Sequence[int]) -> list[int | None]:
    """Levels of a form (`level-3=2`) in the order of the criteria; None where none was chosen.

    RuleViolation APR-15 for anything that is not a level.
    """
    given = [str(data.get(f"level-{number}") or "") for number in criteria]
    if any(level not in ("", "0", "1", "2", "3") for level in given):
        raise RuleViolation("APR-15", _("Mức của tiêu chí không đọc được. Hãy tải lại trang rồi chọn lại."))
    return [int(level) if level else None for level in given]


def draft_in(data: Mapping[str, Any], criteria: Sequence[int]) -> Draft:
    """What the page holds. RuleViolation APR-15 where a text is too long."""
    words = {name: str(data.get(name) or "").strip() for name in WORDS}
    if any(len(text) > _LONGEST[name] or "\0" in text for name, text in words.items()):
        form = WordsForm(data)  # knows how to say it; too slow for every save
        name, errors = next(iter(form.errors.items()))
        raise RuleViolation("APR-15", f"{form.fields[name].label}: {errors[0]}", field=name)
    return Draft(levels=tuple(levels_in(data, criteria)), **words)


def number_in(data: Mapping[str, Any], name: str) -> int:
    """A whole number of a hidden field, 0 where there is none."""
    return whole_number(data.get(name)) or 0


class DateField(forms.DateField):
    """A day, chosen from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": gettext_lazy("Ngày không đọc được. Hãy nhập như 31/05/2020.")}
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, error_messages=wrong, **kwargs)


class WindowsForm(forms.Form):
    """First and last day of each stage (`opens-SELF`, `closes-SELF`); both or none of a stage."""

    def __init__(self, *args: Any, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stage in Stage:
            for end, label in (("opens", gettext_lazy("từ ngày")), ("closes", gettext_lazy("đến hết ngày"))):
                self.fields[f"{end}-{stage}"] = DateField(
                    label=format_lazy("{}: {}", stage.label, label), required=required
                )

    @property
    def stages(self) -> list[tuple[Stage, forms.BoundField, forms.BoundField]]:
        return [(stage, self[f"opens-{stage}"], self[f"closes-{stage}"]) for stage in Stage]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for stage in Stage:
            days = given.get(f"opens-{stage}"), given.get(f"closes-{stage}")
            if any(days) and not all(days):
                missing = f"{'closes' if days[0] else 'opens'}-{stage}"
                if missing not in self.errors:
                    self.add_error(missing, _("Hãy nhập cả ngày bắt đầu và ngày kết thúc."))
        return given

    def windows(self) -> dict[str, tuple[date, date] | None]:
        """Stage → its days, None where they are left to the body above."""
        given = self.cleaned_data
        found: dict[str, tuple[date, date] | None] = {}
        for stage in Stage:
            opens_on, closes_on = given[f"opens-{stage}"], given[f"closes-{stage}"]
            found[stage] = (opens_on, closes_on) if opens_on and closes_on else None
        return found

    def blame(self, violation: RuleViolation) -> None:
        """Put the message of a rule at the field it belongs to."""
        self.add_error(violation.field if violation.field in self.fields else None, str(violation))


def initial_windows(known: Mapping[str, Window]) -> dict[str, date]:
    """Values of a WindowsForm."""
    opens = {f"opens-{stage}": window.opens_on for stage, window in known.items()}
    return opens | {f"closes-{stage}": window.closes_on for stage, window in known.items()}


class PeriodForm(WindowsForm):
    """What the ministry decides about a period."""

    year = forms.IntegerField(
        label=gettext_lazy("Năm báo cáo"),
        min_value=2018,
        max_value=2100,
        localize=False,
        help_text=gettext_lazy("Năm 2020 là năm của báo cáo cho năm học 2019-2020."),
    )
    name = forms.CharField(label=gettext_lazy("Tên đợt"), max_length=200)
    school_year = forms.RegexField(
        r"^\d{4}-\d{4}$",
        label=gettext_lazy("Năm học"),
        error_messages={"invalid": gettext_lazy("Ghi năm học theo mẫu 2019-2020.")},
    )
    reference_on = DateField(
        label=gettext_lazy("Ngày chốt số liệu"),
        help_text=gettext_lazy(
            "Ai đang giữ vị trí giáo viên, hiệu trưởng, phó hiệu trưởng vào ngày này thì tham gia đợt."
        ),
    )
    decision_every = forms.IntegerField(
        label=gettext_lazy("Số năm giữa hai lần thủ trưởng đánh giá"), min_value=1, max_value=5, initial=2
    )
    late_hours = forms.IntegerField(
        label=gettext_lazy("Số giờ nhận phiếu của người đã đến trước hạn"),
        help_text=gettext_lazy(
            "Khi quá đông, người đến trong ngày cuối được cấp biên nhận và còn gửi được trong số giờ này sau hạn."
        ),
        min_value=0,
        max_value=72,
        initial=12,
    )
    decision_for_all = forms.BooleanField(
        label=gettext_lazy("Thủ trưởng đánh giá tất cả mọi người trong đợt này"), required=False
    )
    decision_reason = forms.CharField(label=gettext_lazy("Căn cứ rút ngắn chu kỳ"), max_length=300, required=False)
    field_order = ("year", "name", "school_year", "reference_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=True, **kwargs)
        for subject in SUBJECTS:
            self.fields[f"edition-{subject}"] = forms.ModelChoiceField(
                Edition.objects.filter(subject=subject),
                label=format_lazy(gettext_lazy("Chuẩn áp dụng: {}"), subject.label),
                empty_label=None,
            )
            self.fields[f"edition-{subject}"].label_from_instance = _edition_label  # type: ignore[attr-defined]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """All but the days of the stages."""
        return [self[name] for name in self.fields if not name.startswith(("opens-", "closes-"))]

    def draft(self) -> PeriodDraft:
        given = self.cleaned_data
        return PeriodDraft(**{field.name: given[field.name] for field in fields(PeriodDraft)})

    def editions(self) -> dict[str, Edition]:
        return {subject: self.cleaned_data[f"edition-{subject}"] for subject in SUBJECTS}


def _edition_label(edition: Edition) -> str:
    return f"{edition.name} ({edition.document})"
