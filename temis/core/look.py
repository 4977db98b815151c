"""What inputs of forms look like; the styles do the rest, and what is printed around them is `<c-fields>`."""

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    """The browser's own calendar; the day is exchanged as ISO whatever the language."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class Look:
    """A form with calendars for days and words for what is not chosen yet; the first of several base classes."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # our own words, not those of the browser's language
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = DayInput(**field.widget.attrs)
            elif isinstance(field, forms.ModelChoiceField):
                field.empty_label = field.empty_label and _unchosen(field)
            elif isinstance(field, forms.ChoiceField):
                choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
                if choices[:1] == BLANK_CHOICE_DASH:
                    field.choices = [("", _unchosen(field)), *choices[1:]]


def _unchosen(field: forms.Field) -> Any:
    return _("Chọn") if field.required else "–"
