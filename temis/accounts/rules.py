"""Who may hand which right to whom. Pure: no database, no clock, no request."""

from collections.abc import Set
from datetime import date, timedelta

from django.utils.translation import gettext as _

from temis.access import DELEGABLE, P, Role
from temis.core.errors import RuleViolation
from temis.organizations.enums import Tier

# How high a role stands. Nobody hands out a role above his own (ACC-04) nor a login code to somebody who does not
# stand below him (ACC-06).
RANK: dict[Role, int] = {
    Role.STAFF: 10,
    Role.TEACHER: 10,
    Role.GROUP_LEADER: 10,
    Role.LECTURER: 10,
    Role.DEPUTY_PRINCIPAL: 20,
    Role.PRINCIPAL: 30,
    Role.LOCAL_OFFICER: 40,
    Role.LOCAL_LEADER: 50,
    Role.PROVINCE_OFFICER: 60,
    Role.PROVINCE_LEADER: 70,
    Role.MINISTRY_OFFICER: 80,
    Role.MINISTRY_LEADER: 85,
    Role.ADMINISTRATOR: 90,
}

# ACC-04. Which roles a role gives by name; the others follow from employments.
GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.LOCAL_LEADER: frozenset({Role.LOCAL_OFFICER}),
    Role.PROVINCE_LEADER: frozenset({Role.PROVINCE_OFFICER, Role.LOCAL_LEADER, Role.LOCAL_OFFICER}),
    Role.MINISTRY_OFFICER: frozenset({Role.PROVINCE_LEADER, Role.PROVINCE_OFFICER, Role.LECTURER}),
    Role.MINISTRY_LEADER: frozenset(
        {Role.MINISTRY_OFFICER, Role.PROVINCE_LEADER, Role.PROVINCE_OFFICER, Role.LECTURER}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Role.ADMINISTRATOR,
            Role.MINISTRY_LEADER,
            Role.MINISTRY_OFFICER,
            Role.PROVINCE_LEADER,
            Role.PROVINCE_OFFICER,
            Role.LOCAL_LEADER,
            Role.LOCAL_OFFICER,
            Role.LECTURER,
        }
    ),
}

# ACC-05. In bodies of which tier a role given by name is held.
TIERS: dict[Role, frozenset[Tier]] = {
    Role.LOCAL_OFFICER: frozenset({Tier.LOCAL}),
    Role.LOCAL_LEADER: frozenset({Tier.LOCAL}),
    Role.PROVINCE_OFFICER: frozenset({Tier.PROVINCE}),
    Role.PROVINCE_LEADER: frozenset({Tier.PROVINCE}),
    Role.MINISTRY_OFFICER: frozenset({Tier.NATION}),
    Role.MINISTRY_LEADER: frozenset({Tier.NATION}),
    Role.LECTURER: frozenset({Tier.UNIVERSITY}),
    Role.ADMINISTRATOR: frozenset({Tier.NATION, Tier.PROVINCE}),
}

LONGEST_DELEGATION = timedelta(days=366)


def not_below(role: Role) -> frozenset[Role]:
    """The roles that do not stand below `role`: whoever holds one gets no login code from it. Administrators, the
    last resort, serve each other."""
    if role == Role.ADMINISTRATOR:
        return frozenset()
    return frozenset(other for other, rank in RANK.items() if rank >= RANK[role])


def check_reason(reason: str) -> None:
    """ACC-12. Who touches another's account says why; the other reads it."""
    if not reason.strip():
        raise RuleViolation("ACC-12", _("Ghi lý do. Người có tài khoản sẽ đọc được."), "reason")


def check_other(user_id: int, acting_id: int) -> None:
    """ACC-12. One's own account is in one's own hands: the password, the second factor have pages of their own."""
    if user_id == acting_id:
        raise RuleViolation("ACC-12", _("Không ai tự khóa tài khoản hoặc tự gỡ xác thực hai bước của mình ở đây."))


def check_delegation(role: Role, permissions: Set[P], start: date, end: date, today: date) -> None:
    """ACC-01 to ACC-03: named rights, within one's own, for a period that has an end. `end` is the last day."""
    if not permissions:
        raise RuleViolation("ACC-01", _("Chọn ít nhất một quyền để ủy quyền."), "permissions")
    if permissions - DELEGABLE.get(role, frozenset()):
        raise RuleViolation(
            "ACC-02",
            _("Vai trò đang dùng không được ủy quyền những quyền này. Chọn lại trong danh sách."),
            "permissions",
        )
    if end < start:
        raise RuleViolation("ACC-03", _("Ngày cuối phải bằng hoặc sau ngày đầu."), "end")
    if end < today:
        raise RuleViolation("ACC-03", _("Thời hạn ủy quyền đã qua. Chọn ngày cuối từ hôm nay trở đi."), "end")
    if end - start > LONGEST_DELEGATION:
        raise RuleViolation("ACC-03", _("Một lần ủy quyền dài nhất là một năm. Chọn ngày cuối sớm hơn."), "end")


def check_grant(giver: Role, role: Role, tier: Tier) -> None:
    """ACC-04 and ACC-05: a role that the giver may give, in a body where it exists."""
    if role not in GRANTABLE.get(giver, frozenset()):
        raise RuleViolation("ACC-04", _("Vai trò đang dùng không được phân vai trò này."), "role")
    if tier not in TIERS[role]:
        raise RuleViolation(
            "ACC-05", _("Vai trò này không có ở loại đơn vị đã chọn. Chọn đơn vị khác."), "organization"
        )
