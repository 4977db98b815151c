"""Forms of a reorganization: its frame, one change, many changes from a list."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.access import P, Scope
from temis.core.look import Look
from temis.core.text import fold
from temis.organizations.enums import Change, SchoolLevel
from temis.organizations.models import Organization, Province
from temis.people.models import SubjectGroup
from temis.restructuring.actions import StepInput

MAX_LINES = 20_000


class ReorganizationForm(Look, forms.Form):
    title = forms.CharField(label=gettext_lazy("Tên"), max_length=200)
    document = forms.CharField(
        label=gettext_lazy("Căn cứ"),
        max_length=200,
        help_text=gettext_lazy("Số, ngày của quyết định hoặc nghị quyết."),
    )
    on = forms.DateField(label=gettext_lazy("Có hiệu lực từ ngày"))


class StepForm(Look, forms.Form):
    """One change. Bodies are named by code; the page offers names while one types."""

    change = forms.ChoiceField(label=gettext_lazy("Thay đổi"), choices=Change)
    organization = forms.CharField(label=gettext_lazy("Mã đơn vị thay đổi"), max_length=40)
    target = forms.CharField(
        label=gettext_lazy("Mã đơn vị quản lý mới hoặc đơn vị tiếp nhận"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Khi chuyển đơn vị quản lý, sáp nhập, chia tách."),
    )
    new_name = forms.CharField(
        label=gettext_lazy("Tên mới"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Khi đổi tên; khi sáp nhập, chia tách là tên mới của đơn vị tiếp nhận."),
    )
    new_province = forms.ModelChoiceField(
        label=gettext_lazy("Tỉnh, thành phố mới"), queryset=Province.objects.all(), required=False
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Cấp học được tách"),
        choices=SchoolLevel,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Chỉ khi chia, tách trường."),
    )
    groups = forms.CharField(
        label=gettext_lazy("Tổ chuyên môn được tách"),
        required=False,
        help_text=gettext_lazy("Chỉ khi chia, tách trường; nhiều tổ thì cách nhau bằng dấu chấm phẩy."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reach = Organization.objects.permitted(scope, P.ORGANIZATION_MANAGE)

    def _body(self, name: str) -> Organization | None:
        code = self.cleaned_data.get(name, "").strip()
        if not code:
            return None
        body = self._reach.filter(code=code).first()
        if body is None:
            raise forms.ValidationError(
                _("Không có đơn vị mã “%(code)s” trong phạm vi quản lý. Gõ tên để chọn trong danh sách gợi ý.")
                % {"code": code}
            )
        return body

    def clean_organization(self) -> Organization | None:
        return self._body("organization")

    def clean_target(self) -> Organization | None:
        return self._body("target")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        names = [name.strip() for name in data.get("groups", "").split(";") if name.strip()]
        body = data.get("organization")
        groups = list(SubjectGroup.objects.filter(organization=body, name__in=names)) if names and body else []
        if missing := set(names) - {group.name for group in groups}:
            self.add_error("groups", _("Trường không có tổ: %(names)s.") % {"names": ", ".join(sorted(missing))})
        data["groups"] = groups
        return data

    def step(self) -> StepInput:
        data = self.cleaned_data
        return StepInput(
            change=Change(data["change"]),
            organization=data["organization"],
            target=data["target"],
            new_name=data["new_name"].strip(),
            new_province_id=data["new_province"].pk if data["new_province"] else None,
            levels=data["levels"],
            groups=data["groups"],
        )


_CHANGES = {fold(str(change.label)): change for change in Change}
_CHANGES |= {
    fold(word): change
    for word, change in {
        "Đổi tên": Change.RENAME,  # text: data
        "Chuyển": Change.MOVE,  # text: data
        "Sáp nhập": Change.MERGE,  # text: data
        "Giải thể": Change.CLOSE,  # text: data
    }.items()
}


class StepListForm(Look, forms.Form):
    """Many changes, one a line, as they stand in a spreadsheet: change; body; target; new name; new province."""

    lines = forms.CharField(
        label=gettext_lazy("Danh sách thay đổi"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Mỗi dòng: thay đổi; mã đơn vị; mã đơn vị tiếp nhận; tên mới; mã tỉnh mới. "
            "Thay đổi là Đổi tên, Chuyển, Sáp nhập hoặc Giải thể. Có thể dán thẳng từ bảng tính."
        ),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scope = scope

    def clean_lines(self) -> list[StepInput]:
        """Two queries for any number of lines; every wrong line is named."""
        rows = _split(self.cleaned_data["lines"])
        if len(rows) > MAX_LINES:
            raise forms.ValidationError(_("Nhiều nhất %(number)s dòng một lần.") % {"number": MAX_LINES})
        codes = {code for row in rows for code in row[1:3] if code}
        reach = Organization.objects.permitted(self._scope, P.ORGANIZATION_MANAGE)
        bodies = {body.code: body for body in reach.filter(code__in=codes)}
        provinces = set(Province.objects.values_list("code", flat=True))
        steps, errors = [], []
        for number, row in enumerate(rows, start=1):
            problem = _problem(row, bodies, provinces)
            if problem:
                errors.append(_("Dòng %(number)d: %(problem)s") % {"number": number, "problem": problem})
            else:
                steps.append(_step(row, bodies))
        if errors:
            raise forms.ValidationError(errors[:20])
        return steps


def _split(text: str) -> list[list[str]]:
    """Lines of five cells; tabs as a spreadsheet copies them, or semicolons."""
    delimiter = "\t" if "\t" in text else ";"
    rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text), delimiter=delimiter)]
    return [(row + [""] * 5)[:5] for row in rows if any(row)]


def _problem(row: Sequence[str], bodies: dict[str, Organization], provinces: set[str]) -> str:
    change, code, target, new_name, province = row
    known = _CHANGES.get(fold(change))
    if known is None or known == Change.SPLIT:
        return _("“%(value)s” không phải Đổi tên, Chuyển, Sáp nhập hoặc Giải thể.") % {"value": change}
    for wanted in filter(None, (code, target)):
        if wanted not in bodies:
            return _("không có đơn vị mã “%(code)s” trong phạm vi quản lý.") % {"code": wanted}
    if not code:
        return _("thiếu mã đơn vị.")
    if known in (Change.MOVE, Change.MERGE) and not target:
        return _("thiếu mã đơn vị tiếp nhận.")
    if target and target == code:
        return _("đơn vị tiếp nhận phải khác đơn vị thay đổi.")
    if known == Change.RENAME and not new_name:
        return _("thiếu tên mới.")
    if province and province not in provinces:
        return _("không có tỉnh mã “%(code)s”.") % {"code": province}
    return ""


def _step(row: Sequence[str], bodies: dict[str, Organization]) -> StepInput:
    change, code, target, new_name, province = row
    return StepInput(
        change=_CHANGES[fold(change)],
        organization=bodies[code],
        target=bodies.get(target),
        new_name=new_name,
        new_province_id=province or None,
    )
