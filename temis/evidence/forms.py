"""The form of one piece of evidence: the same fields whatever its kind, and one for its content."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from temis.core.errors import RuleViolation
from temis.evidence import media
from temis.evidence.actions import Details
from temis.evidence.enums import EvidenceKind
from temis.evidence.models import EvidenceItem
from temis.standards.queries import EditionSheet

_CONTENT: dict[str, tuple[str, forms.Field]] = {
    EvidenceKind.FILE: (
        "file",
        forms.FileField(
            label=_("Tệp"),
            widget=forms.FileInput({"accept": media.accept()}),
            error_messages={
                "required": _("Hãy chọn một tệp."),
                "missing": _("Hãy chọn một tệp."),
                "empty": _("Tệp rỗng. Hãy mở tệp trên máy để kiểm tra rồi chọn lại."),
            },
        ),
    ),
    EvidenceKind.LINK: (
        "url",
        forms.CharField(
            label=_("Địa chỉ"),
            max_length=500,
            widget=forms.URLInput({"placeholder": "https://"}),
            help_text=_("Đặt chế độ chia sẻ để người đánh giá mở được."),
            error_messages={"required": _("Hãy nhập địa chỉ.")},
        ),
    ),
    EvidenceKind.TEXT: (
        "text",
        forms.CharField(
            label=_("Nội dung"),
            max_length=10_000,
            widget=forms.Textarea({"rows": 5}),
            error_messages={"required": _("Hãy ghi nội dung của minh chứng.")},
        ),
    ),
}


class EvidenceForm(forms.Form):
    """`kind` decides which content is asked for; a file cannot be exchanged afterwards."""

    title = forms.CharField(label=_("Tên minh chứng"), max_length=200, required=False)
    dated_on = forms.DateField(
        label=_("Ngày của minh chứng"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    description = forms.CharField(label=_("Mô tả"), max_length=4000, required=False, widget=forms.Textarea({"rows": 2}))
    criteria = forms.TypedMultipleChoiceField(
        label=_("Dùng cho tiêu chí"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, kind: str, sheet: EditionSheet, item: EvidenceItem | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.content = _CONTENT[kind][0]
        if item is None or kind != EvidenceKind.FILE:
            self.fields = {self.content: deepcopy(_CONTENT[kind][1]), **self.fields}
        if item is not None:
            self.fields["title"].required = True
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (criterion.number, f"{criterion.number}. {criterion.name}") for criterion in sheet.criteria
        ]

    def details(self, subject: str) -> Details:
        """What was said of the item."""
        given = self.cleaned_data
        return Details(given["title"], given["description"], given["criteria"], subject, given["dated_on"])

    def blame(self, violation: RuleViolation) -> None:
        """Put the message of a rule at the field it belongs to, in place of what the form itself says of it: a file
        that was dropped for its size is not a file that was forgotten."""
        field = violation.field if violation.field in self.fields else None
        self.errors.pop(field or "", None)
        self.add_error(field, str(violation))
