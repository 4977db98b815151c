"""Forms of the reporting pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from temis.core import clock
from temis.core.look import Look
from temis.reporting.models import IssuedLetterhead, Recipient, ReportDeadlines


class DateInput(forms.DateInput):
    """Day/month/year as people write it."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"} | attrs)


def date_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), help_text=_("Ngày/tháng/năm, ví dụ 28/12/2020"))


class LinesField(forms.CharField):
    """A list, one entry on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip()[:200] for line in (super().clean(value) or "").splitlines() if line.strip()]


class LetterheadForm(forms.ModelForm):
    recipients = LinesField(
        label=_("Nơi nhận (ghi ở góc trái cuối văn bản)"), required=False, help_text=_("Mỗi nơi nhận một dòng.")
    )

    class Meta:
        model = IssuedLetterhead
        fields = (
            "parent_body", "issuing_body", "symbol", "place", "authority", "signer_title", "signer_name", "recipients",
        )  # fmt: skip
        help_texts = {
            "parent_body": _("Ví dụ: Ủy ban nhân dân tỉnh Hậu Giang"),
            "symbol": _("Phần sau số văn bản, ví dụ: BC-SGDĐT"),
            "authority": _("Ví dụ: KT. Giám đốc; bỏ trống khi Giám đốc ký"),
            "signer_title": _("Ví dụ: Giám đốc, Phó Giám đốc"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("issuing_body", "place", "signer_title", "signer_name"):  # RPT-07 asks for them
            self.fields[name].required = True
        self.fields["recipients"].widget.attrs["rows"] = 5


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do trả lại, cần sửa gì"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class PublishForm(forms.Form):
    number = forms.CharField(label=_("Số văn bản"), max_length=20, help_text=_("Số do văn thư cấp, ví dụ: 412"))
    issued_on = date_field(_("Ngày ban hành"))
    confirm = forms.CharField(label=_("Xác nhận"), max_length=80)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["issued_on"].initial = clock.today()

    def clean_confirm(self) -> str:
        """Publication cannot be undone: what will be public is named by hand."""
        typed = str(self.cleaned_data["confirm"])
        if " ".join(typed.split()).casefold() != self.expected.casefold():
            raise forms.ValidationError(_("Gõ đúng “%(name)s” để xác nhận.") % {"name": self.expected})
        return typed


class ScanForm(forms.Form):
    scan = forms.FileField(
        label=_("Bản quét PDF có chữ ký, dấu"),
        error_messages={
            "required": _("Hãy chọn tệp PDF rồi gửi."),
            "empty": _("Tệp rỗng. Hãy mở tệp trên máy để kiểm tra rồi chọn lại."),
        },
    )


class RecipientForm(Look, forms.ModelForm):
    class Meta:
        model = Recipient
        fields = ("name", "kind", "address", "organization", "effective_from", "effective_to", "document")
        help_texts = {
            "address": _("Báo cáo được gửi tới địa chỉ này."),
            "document": _("Văn bản phân công, nếu có."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        universities = self.fields["organization"].queryset.filter(kind__tier="UNIVERSITY", is_open=True)  # type: ignore[attr-defined]
        self.fields["organization"].queryset = universities  # type: ignore[attr-defined]
        self.fields["organization"].required = False
        self.fields["organization"].label = _("Trường trong hệ thống")
        self.fields["organization"].help_text = _("Giảng viên của trường này xem được báo cáo đã công bố của tỉnh.")


class DeadlinesForm(Look, forms.ModelForm):
    class Meta:
        model = ReportDeadlines
        fields = ("extract_by", "publish_by", "send_by", "document")


class TemplateForm(forms.Form):
    file = forms.FileField(label=_("Tệp mẫu báo cáo (JSON)"))
    effective_year = forms.IntegerField(label=_("Dùng từ báo cáo năm"), min_value=2018, max_value=2100)


class ReceiptForm(forms.Form):
    name = forms.CharField(label=_("Họ tên người nhận"), max_length=120)
