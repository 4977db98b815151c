"""Forms of people: they read what was typed; rules and writes are in `actions`."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from temis.access import DELEGABLE, P, Role, Scope
from temis.accounts.rules import GRANTABLE
from temis.core import clock
from temis.core.asked import whole_number
from temis.core.text import clean, fold
from temis.organizations.enums import SchoolLevel, Tier
from temis.organizations.models import Organization
from temis.people import queries
from temis.people.actions.persons import Particulars
from temis.people.enums import KINH, Gender, Position
from temis.people.models import Person, SubjectGroup
from temis.people.rules import Post, positions_for

_ANY = ("", _("Tất cả"))
MOST_OFFERED = 100  # people in a list to choose from: those of a school; a Sở has hundreds


class DateInput(forms.DateInput):
    """The browser's own calendar; the day is exchanged as ISO whatever the language."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def day(label: Any, **options: Any) -> forms.DateField:
    options.setdefault("initial", clock.today)
    return forms.DateField(label=label, widget=DateInput(), **options)


class PeopleFilterForm(forms.Form):
    """What stands in the address of the list of people."""

    q = forms.CharField(label=_("Họ tên hoặc mã định danh"), required=False, max_length=100)
    position = forms.ChoiceField(label=_("Vị trí việc làm"), required=False, choices=[_ANY, *Position.choices])
    level = forms.ChoiceField(label=_("Cấp học"), required=False, choices=[_ANY, *SchoolLevel.choices])
    group = forms.ModelChoiceField(
        label=_("Tổ chuyên môn"), required=False, queryset=SubjectGroup.objects.none(), empty_label=_("Tất cả")
    )
    core = forms.BooleanField(label=_("Chỉ cốt cán"), required=False)
    never = forms.BooleanField(label=_("Chỉ người chưa đăng nhập lần nào"), required=False)
    nogroup = forms.BooleanField(label=_("Chỉ giáo viên chưa có tổ"), required=False)
    organization = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = whole_number(self.data.get("organization")) or scope.unit_id
        self.fields["group"].queryset = queries.groups_of(scope, P.PERSON_VIEW, unit)  # type: ignore[attr-defined]
        if not self.fields["group"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["group"]

    @property
    def wanted(self) -> queries.PeopleFilter:
        data = self.cleaned_data if self.is_valid() else {}
        group = data.get("group")
        return queries.PeopleFilter(
            text=data.get("q", ""),
            position=data.get("position", ""),
            level=data.get("level", ""),
            group_id=group.pk if group else None,
            organization_id=data.get("organization"),
            core=data.get("core", False),
            never_logged_in=data.get("never", False),
            without_group=data.get("nogroup", False),
        )


class ParticularsForm(forms.Form):
    """Who somebody is."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    gender = forms.ChoiceField(label=_("Giới tính"), choices=Gender.choices, widget=forms.RadioSelect)
    birth_date = day(_("Ngày sinh"), required=False, initial=None)
    ethnic_group = forms.CharField(label=_("Dân tộc"), max_length=40, initial=KINH)
    id_number = forms.CharField(label=_("Số CCCD"), max_length=20, required=False)
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        help_text=_("Dùng để nhận thông báo và đặt lại mật khẩu."),
    )
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)

    def clean_ethnic_group(self) -> str:
        name = clean(self.cleaned_data["ethnic_group"])
        return KINH if fold(name) == fold(KINH) else name

    @property
    def particulars(self) -> Particulars:
        names = ("full_name", "gender", "ethnic_group", "birth_date", "id_number", "email", "phone")
        return Particulars(**{name: self.cleaned_data[name] for name in names})


class PostForm(forms.Form):
    """What somebody works as in a body: only posts, levels and groups that it has."""

    position = forms.ChoiceField(label=_("Vị trí việc làm"))
    level = forms.ChoiceField(
        label=_("Cấp học"), required=False, help_text=_("Cấp mà người này được tính trong báo cáo.")
    )
    subject = forms.CharField(label=_("Môn dạy"), max_length=80, required=False)
    group = forms.ModelChoiceField(
        label=_("Tổ chuyên môn"), queryset=SubjectGroup.objects.none(), required=False, empty_label=_("Không thuộc tổ")
    )
    leads_group = forms.BooleanField(label=_("Là tổ trưởng"), required=False)
    since = day(_("Từ ngày"))

    def __init__(self, *args: Any, scope: Scope, body: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier = Tier(body.kind.tier)
        self.fields["position"].choices = [(p.value, p.label) for p in positions_for(scope.role, tier)]  # type: ignore[attr-defined]
        self.fields["group"].queryset = queries.groups_of(scope, P.PERSON_MANAGE, body.pk)  # type: ignore[attr-defined]
        levels = [(one, SchoolLevel(one).label) for one in body.levels] or list(SchoolLevel.choices)
        self.fields["level"].choices = [("", "–"), *levels]  # type: ignore[attr-defined]
        if len(levels) == 1:
            self.fields["level"].initial = levels[0][0]
        if tier != Tier.SCHOOL:
            for name in ("level", "subject", "group", "leads_group"):
                del self.fields[name]

    @property
    def post(self) -> Post:
        data = self.cleaned_data
        group = data.get("group")
        return Post(
            position=Position(data["position"]),
            level=data.get("level", ""),
            subject=data.get("subject", ""),
            group_id=group.pk if group else None,
            leads_group=data.get("leads_group", False),
        )


class NewPersonForm(PostForm, ParticularsForm):
    """A person and his post, on one page."""

    code = forms.CharField(
        label=_("Mã định danh"),
        max_length=40,
        help_text=_("Mã trong cơ sở dữ liệu ngành. Người đã thôi công tác ở nơi khác được nhận về cùng quá trình cũ."),
    )
    field_order = ("code", "full_name", "gender", "birth_date", "ethnic_group", "id_number", "email", "phone")


class TransferForm(PostForm):
    document = forms.CharField(label=_("Quyết định số"), max_length=200, required=False)


class GroupForm(forms.Form):
    """Subject, group and leadership of one employment."""

    subject = forms.CharField(label=_("Môn dạy"), max_length=80, required=False)
    group = forms.ModelChoiceField(
        label=_("Tổ chuyên môn"), queryset=SubjectGroup.objects.none(), required=False, empty_label=_("Không thuộc tổ")
    )
    leads_group = forms.BooleanField(
        label=_("Là tổ trưởng"), required=False, help_text=_("Tổ trưởng hiện nay, nếu có, sẽ thôi làm tổ trưởng.")
    )

    def __init__(self, *args: Any, scope: Scope, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = queries.groups_of(scope, P.PERSON_MANAGE, organization_id)  # type: ignore[attr-defined]


class GroupNameForm(forms.Form):
    name = forms.CharField(label=_("Tên tổ chuyên môn mới"), max_length=120)


class EndForm(forms.Form):
    on = day(_("Ngày làm việc cuối cùng"))
    reason = forms.CharField(label=_("Lý do, quyết định"), max_length=300, required=False)


class CoreForm(forms.Form):
    since = day(_("Từ ngày"))
    until = day(_("Đến hết ngày"), required=False, initial=None)
    document = forms.CharField(label=_("Quyết định"), max_length=200)


class ProfileForm(forms.Form):
    """What a person completes himself."""

    email = forms.EmailField(
        label=_("Thư điện tử"), required=False, help_text=_("Nhận nhắc việc và liên kết đặt lại mật khẩu.")
    )
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)
    birth_date = day(_("Ngày sinh"), required=False, initial=None)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"email": person.email, "phone": person.phone}
        if person.birth_date is not None:
            del self.fields["birth_date"]


class NameForm(forms.Form):
    """Somebody looked for by what one knows of him."""

    q = forms.CharField(label=_("Họ tên hoặc mã định danh"), required=False, max_length=100)

    @property
    def text(self) -> str:
        return clean(self.cleaned_data.get("q", "")) if self.is_valid() else ""


class DelegationForm(forms.Form):
    """`text` is what the deputy was looked for by: empty offers the whole body, where it is not too many people."""

    deputy = forms.ModelChoiceField(
        label=_("Ủy quyền cho"), queryset=Person.objects.none(), empty_label=_("Chọn người")
    )
    permissions = forms.MultipleChoiceField(label=_("Được làm thay"), widget=forms.CheckboxSelectMultiple)
    start = day(_("Từ ngày"))
    end = day(_("Đến hết ngày"), initial=None)
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        help_text=_("Ví dụ: đi công tác từ ngày 3 đến ngày 10; văn bản ủy quyền số 05."),
    )

    def __init__(self, *args: Any, scope: Scope, text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scope, self.text = scope, text
        deputy = self.fields["deputy"]
        deputy.queryset = queries.colleagues(scope)  # type: ignore[attr-defined]
        deputy.choices = lambda: [("", deputy.empty_label), *self._offered()]  # type: ignore[attr-defined]
        rights = [p for p in P if p in DELEGABLE.get(scope.role, frozenset())]
        self.fields["permissions"].choices = [(p.value, p.label) for p in rights]  # type: ignore[attr-defined]

    @cached_property
    def found(self) -> list[Person]:
        """One more than is offered, where there are more."""
        return list(queries.colleagues(self._scope, self.text)[: MOST_OFFERED + 1])

    @property
    def is_too_many(self) -> bool:
        return len(self.found) > MOST_OFFERED

    def _offered(self) -> list[tuple[int, str]]:
        """With the code where somebody was looked for: a large body has several people of one name."""
        named = "{0.full_name} ({0.code})" if self.text else "{0.full_name}"
        return [(person.pk, named.format(person)) for person in self.found[:MOST_OFFERED]]


class GrantForm(forms.Form):
    code = forms.CharField(label=_("Mã định danh của người được phân"), max_length=40)
    role = forms.ChoiceField(label=_("Vai trò"))
    organization = forms.CharField(label=_("Mã đơn vị"), max_length=40, help_text=_("Đơn vị nơi giữ vai trò."))
    start = day(_("Từ ngày"))
    end = day(_("Đến hết ngày"), required=False, initial=None)
    reason = forms.CharField(label=_("Căn cứ"), max_length=300, help_text=_("Số và ngày của quyết định."))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        roles = [r for r in Role if r in GRANTABLE.get(scope.role, frozenset())]
        self.fields["role"].choices = [(r.value, r.label) for r in roles]  # type: ignore[attr-defined]

    def clean_organization(self) -> Organization:
        bodies = Organization.objects.permitted(self.scope, P.GRANT_MANAGE).filter(is_open=True)
        body = bodies.filter(code=clean(self.cleaned_data["organization"])).first()
        if body is None:
            raise forms.ValidationError(_("Không có đơn vị nào mang mã này trong phạm vi của thầy/cô."))
        return body


class CodesForm(forms.Form):
    """For whom codes are issued."""

    FIRST, ALL = "first", "all"
    whom = forms.ChoiceField(
        label=_("Cấp mã cho"),
        widget=forms.RadioSelect,
        initial=FIRST,
        choices=[
            (FIRST, _("người chưa đăng nhập lần nào")),
            (ALL, _("tất cả, kể cả người đang dùng mật khẩu của mình")),
        ],
    )
    organization = forms.IntegerField(required=False, widget=forms.HiddenInput())


class ReasonForm(forms.Form):
    """Why somebody touches the account of another."""

    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        help_text=_("Người có tài khoản đọc được. Ví dụ: mất điện thoại, đã xác minh trực tiếp."),
    )


class AccountFilterForm(NameForm):
    locked = forms.BooleanField(label=_("Chỉ tài khoản đang bị khóa"), required=False)

    @property
    def locked_only(self) -> bool:
        return self.is_valid() and self.cleaned_data["locked"]


class TrailFilterForm(forms.Form):
    action = forms.ChoiceField(label=_("Việc"), required=False)
    q = forms.CharField(label=_("Họ tên hoặc mã của người làm, người được nói đến"), required=False, max_length=100)
    since = day(_("Từ ngày"), required=False, initial=None)
    until = day(_("Đến hết ngày"), required=False, initial=None)
