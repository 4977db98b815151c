"""Bootstrap's classes on the inputs of a form; what is printed around them is `<c-fields>`."""

from typing import Any

from django import forms

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class Look:
    """A form whose inputs carry the classes of the house; the first of several base classes."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # our own words, not those of the browser's language
        dress(self)


def dress(form: Any) -> None:
    """Put the classes on; again after fields were added."""
    for field in form.fields.values():
        field.widget.attrs["class"] = next(css for kind, css in _CLASSES if isinstance(field.widget, kind))
