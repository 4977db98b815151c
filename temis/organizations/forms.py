"""Forms about one body."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.core import clock
from temis.core.look import Look
from temis.organizations.enums import SchoolLevel, Tier
from temis.organizations.models import Organization, OrganizationKind


class NewOrganizationForm(Look, forms.Form):
    """A body under the one in view."""

    code = forms.CharField(label=gettext_lazy("Mã đơn vị"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Tên đơn vị"), max_length=200)
    kind = forms.ModelChoiceField(label=gettext_lazy("Loại đơn vị"), queryset=OrganizationKind.objects.none())
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Cấp học"),
        choices=SchoolLevel,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Chỉ với trường."),
    )
    disadvantaged = forms.BooleanField(label=gettext_lazy("Ở vùng khó khăn"), required=False)
    valid_from = forms.DateField(label=gettext_lazy("Hoạt động từ ngày"), initial=clock.today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ModelChoiceField)
        kind.queryset = OrganizationKind.objects.exclude(tier=Tier.NATION).order_by("tier", "name")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if Organization.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Mã này đã có đơn vị dùng. Nhập mã khác."))
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind")
        if kind and kind.tier == Tier.SCHOOL and not data.get("levels"):
            self.add_error("levels", _("Chọn ít nhất một cấp học của trường."))
        if kind and kind.tier != Tier.SCHOOL:
            data["levels"] = []
        return data


class DescriptionForm(Look, forms.Form):
    """What changes of a school from a day on without touching the tree."""

    on = forms.DateField(label=gettext_lazy("Áp dụng từ ngày"))
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Cấp học"), choices=SchoolLevel, widget=forms.CheckboxSelectMultiple
    )
    disadvantaged = forms.BooleanField(
        label=gettext_lazy("Ở vùng khó khăn"),
        required=False,
        help_text=gettext_lazy("Báo cáo của một năm dùng thông tin có hiệu lực vào ngày chốt số liệu của đợt."),
    )
