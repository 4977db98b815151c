"""Where each role can go from every page: five entries at most, three of them on a phone.

An entry whose address does not exist in this installation, or that the scope (a delegation) has no right to, is
left out.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from temis.access import P, Role, Scope


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    url_name: str
    icon: str = ""
    permission: P = P.HOME
    label_on_phone: str | Promise = ""
    # Any one of these opens the page too.
    others: tuple[P, ...] = ()

    def is_open_to(self, scope: Scope) -> bool:
        return any(scope.has(permission) for permission in (self.permission, *self.others))


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it."""

    label: str
    short: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Navigation:
    """`key` tells it from every other."""

    entries: tuple[Link, ...]
    account: tuple[Link, ...]
    key: Hashable

    @property
    def phone(self) -> tuple[Link, ...]:
        """The three that matter, at the lower edge of a phone."""
        return self.entries[:3] if len(self.entries) > 1 else ()

    @property
    def beyond_phone(self) -> tuple[Link, ...]:
        """The others: on a phone they stand in the menu of the account."""
        return self.entries[3:]


HOME = Entry(_("Việc cần làm"), "portal:home", "tasks")
MY_APPRAISAL = Entry(_("Đánh giá của tôi"), "appraisals:mine", "star", P.OWN_APPRAISAL, _("Đánh giá"))
EVIDENCE = Entry(_("Minh chứng"), "evidence:list", "folder", P.OWN_EVIDENCE)
OPINIONS = Entry(_("Ý kiến"), "opinions:list", "text", P.STAFF_OPINION_GIVE)
GROUP = Entry(_("Tổ chuyên môn"), "following:progress", "people", P.PROGRESS_VIEW, _("Tổ"))
SCHOOL = Entry(_("Đánh giá của trường"), "appraisals:school", "people", P.APPRAISAL_DECIDE, _("Trường"))
PROGRESS = Entry(_("Tiến độ"), "following:progress", "chart", P.PROGRESS_VIEW)
DECISIONS = Entry(_("Xếp loại cán bộ quản lý"), "appraisals:decisions", "star", P.APPRAISAL_DECIDE, _("Xếp loại"))
PEOPLE = Entry(_("Nhân sự"), "people:list", "people", P.PERSON_VIEW)
ORGANIZATIONS = Entry(_("Đơn vị"), "organizations:list", "building", P.ORGANIZATION_VIEW)
REPORTS = Entry(_("Báo cáo TEMIS"), "reporting:list", "report", P.REPORT_VIEW, _("Báo cáo"))
PROVINCES = Entry(_("Các tỉnh"), "reporting:overview", "chart", P.REPORT_OVERVIEW)
PERIODS = Entry(_("Đợt đánh giá"), "appraisals:periods", "calendar", P.PERIOD_VIEW)
IMPORTS = Entry(
    _("Nạp dữ liệu"),
    "exchange:list",
    "upload",
    P.IMPORT_STAFF,
    others=(P.IMPORT_ORGANIZATIONS, P.IMPORT_RESULTS),
)
GRANTS = Entry(_("Vai trò"), "people:grants", "settings", P.GRANT_MANAGE)

ENTRIES: dict[Role, tuple[Entry, ...]] = {
    Role.TEACHER: (HOME, MY_APPRAISAL, EVIDENCE, OPINIONS),
    Role.GROUP_LEADER: (HOME, MY_APPRAISAL, GROUP, EVIDENCE, OPINIONS),
    Role.STAFF: (HOME, OPINIONS),
    Role.DEPUTY_PRINCIPAL: (HOME, MY_APPRAISAL, PROGRESS, EVIDENCE, PEOPLE),
    Role.PRINCIPAL: (HOME, SCHOOL, PROGRESS, PEOPLE, MY_APPRAISAL),
    Role.LOCAL_OFFICER: (HOME, PROGRESS, ORGANIZATIONS, PEOPLE, IMPORTS),
    Role.LOCAL_LEADER: (HOME, DECISIONS, PROGRESS, ORGANIZATIONS, PEOPLE),
    Role.PROVINCE_OFFICER: (HOME, PROGRESS, REPORTS, ORGANIZATIONS, PEOPLE),
    Role.PROVINCE_LEADER: (HOME, REPORTS, PROGRESS, DECISIONS, ORGANIZATIONS),
    Role.MINISTRY_OFFICER: (HOME, PROGRESS, PROVINCES, PERIODS, ORGANIZATIONS),
    Role.MINISTRY_LEADER: (HOME, PROVINCES, REPORTS, PROGRESS, ORGANIZATIONS),
    Role.LECTURER: (HOME, REPORTS),
    Role.ADMINISTRATOR: (HOME, ORGANIZATIONS, IMPORTS, GRANTS),
}

# In the menu of the account: what is the person's own, then every place that the role has a right to and that is not
# among its five entries.
ACCOUNT = (
    Entry(_("Hồ sơ của tôi"), "people:profile", "person", P.OWN_PROFILE),
    Entry(_("Ai đã xem, đã sửa hồ sơ của tôi"), "people:own_audit", "eye", P.OWN_AUDIT),
    Entry(_("Mật khẩu, xác thực hai bước"), "accounts:security", "lock"),
    Entry(_("Thông báo"), "messaging:notices", "bell"),
    EVIDENCE,
    Entry(_("Tôi được tính ở ô nào của báo cáo"), "reporting:mine", "report", P.OWN_APPRAISAL),
    REPORTS,
    PERIODS,
    ORGANIZATIONS,
    PEOPLE,
    IMPORTS,
    Entry(_("Mã đăng nhập lần đầu"), "people:codes", "print", P.CODE_ISSUE),
    Entry(_("Tài khoản của người thuộc quyền"), "people:accounts", "lock", P.ACCOUNT_MANAGE),
    Entry(_("Sắp xếp lại đơn vị"), "restructuring:list", "building", P.ORGANIZATION_MANAGE),
    GRANTS,
    Entry(_("Ủy quyền"), "people:delegations", "people", P.DELEGATE),
    Entry(_("Nhật ký của đơn vị"), "people:audit", "eye", P.AUDIT_VIEW),
    Entry(_("Thư gửi đi"), "messaging:mails", "bell", P.SYSTEM_MANAGE),
    Entry(_("Hàng chờ"), "admission:line", "clock", P.SYSTEM_MANAGE),
    Entry(_("Mốc nhắc việc"), "following:rules", "clock", P.PERIOD_MANAGE),
)
# At the foot of every page, for visitors too.
FOOTER = (
    Entry(_("Trợ giúp"), "portal:help"),
    Entry(_("Chuẩn nghề nghiệp"), "standards:list"),
    Entry(_("Báo cáo đã công bố"), "reporting:public"),
)


def navigation(scope: Scope, path: str) -> Navigation:
    """The entries of the scope's role; `path` is the address of the page in front."""
    entries, account = _places(scope.role, scope.permissions)
    return _navigation(scope.role, scope.permissions, _current(entries, path), _current(account, path), get_language())


def links(entries: Iterable[Entry], path: str = "") -> Iterator[Link]:
    """Those whose address exists; the current one is the longest address that the page's own begins with."""
    places = _with_address(entries)
    return _links(places, _current(places, path))


Places = tuple[tuple[Entry, str], ...]  # with their addresses


@lru_cache(maxsize=256)
def _places(role: Role, permissions: frozenset[P] | None) -> tuple[Places, Places]:
    """The entries of a role, and those of the menu of the account."""
    scope = Scope(user_id=0, person_id=None, role=role, unit_id=0, path=None, permissions=permissions)
    entries = [entry for entry in ENTRIES[role] if entry.is_open_to(scope)]
    known = {entry.url_name for entry in entries}
    account = [entry for entry in ACCOUNT if entry.is_open_to(scope) and entry.url_name not in known]
    return _with_address(entries), _with_address(account)


@lru_cache(maxsize=1024)
def _navigation(
    role: Role, permissions: frozenset[P] | None, here: str, here_in_account: str, language: str | None
) -> Navigation:
    """In the language that is in force, which tells it from the others."""
    entries, account = _places(role, permissions)
    key = (role, permissions, here, here_in_account, language)
    return Navigation(tuple(_links(entries, here)), tuple(_links(account, here_in_account)), key)


def _with_address(entries: Iterable[Entry]) -> Places:
    return tuple((entry, url) for entry in entries if (url := address(entry.url_name)))


def _current(places: Places, path: str) -> str:
    matching = [url for _entry, url in places if path == url or (url != "/" and path.startswith(url))]
    return max(matching, key=len, default="")


def _links(places: Places, current: str) -> Iterator[Link]:
    for entry, url in places:
        yield Link(str(entry.label), str(entry.label_on_phone or entry.label), url, entry.icon, url == current)


@cache
def address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
