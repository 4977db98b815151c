"""What may be done with people and posts. Pure: no database, no clock, no request."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from temis.access import Role
from temis.accounts.rules import RANK
from temis.core.errors import RuleViolation
from temis.organizations.enums import SchoolLevel, Tier
from temis.people.enums import Position

# PPL-01. Which posts a body of a tier has.
POSITIONS: dict[Tier, tuple[Position, ...]] = {
    Tier.SCHOOL: (Position.TEACHER, Position.PRINCIPAL, Position.DEPUTY, Position.STAFF),
    Tier.LOCAL: (Position.LOCAL_OFFICER, Position.STAFF),
    Tier.PROVINCE: (Position.PROVINCE_OFFICER, Position.STAFF),
    Tier.NATION: (Position.MINISTRY_OFFICER, Position.STAFF),
    Tier.UNIVERSITY: (Position.LECTURER, Position.STAFF),
}

# As what somebody acts who holds a post.
ROLE_OF: dict[Position, Role] = {
    Position.TEACHER: Role.TEACHER,
    Position.PRINCIPAL: Role.PRINCIPAL,
    Position.DEPUTY: Role.DEPUTY_PRINCIPAL,
    Position.STAFF: Role.STAFF,
    Position.LOCAL_OFFICER: Role.LOCAL_OFFICER,
    Position.PROVINCE_OFFICER: Role.PROVINCE_OFFICER,
    Position.MINISTRY_OFFICER: Role.MINISTRY_OFFICER,
    Position.LECTURER: Role.LECTURER,
}


@dataclass(frozen=True)
class Post:
    """What somebody works as: position, level of schooling (empty outside schools), subject, group."""

    position: Position
    level: str = ""
    subject: str = ""
    group_id: int | None = None
    leads_group: bool = False


def positions_for(actor: Role, tier: Tier) -> list[Position]:
    """PPL-01, PPL-02: the posts of a body of this tier that stand below the one who fills them."""
    return [position for position in POSITIONS[tier] if RANK[ROLE_OF[position]] < RANK[actor]]


def check_post(actor: Role, post: Post, tier: Tier, levels: list[str]) -> None:
    """PPL-01 to PPL-04. A post gives rights, so nobody fills one that is as high as his own."""
    if post.position not in POSITIONS[tier]:
        raise RuleViolation("PPL-01", _("Loại đơn vị này không có vị trí việc làm đã chọn."), "position")
    if post.position not in positions_for(actor, tier):
        raise RuleViolation(
            "PPL-02", _("Vị trí này do cấp trên bổ nhiệm. Đề nghị đơn vị quản lý cập nhật."), "position"
        )
    if tier == Tier.SCHOOL and post.position != Position.STAFF:
        _check_level(post.level, levels)
    if post.leads_group and post.group_id is None:
        raise RuleViolation("PPL-04", _("Chọn tổ chuyên môn trước khi chọn là tổ trưởng."), "group")


def _check_level(level: str, levels: list[str]) -> None:
    """PPL-03. Teachers and managers are counted in one level of schooling that the school has."""
    if not level:
        raise RuleViolation("PPL-03", _("Chọn cấp học: báo cáo tính mỗi người vào một cấp."), "level")
    if levels and level not in levels:
        offered = ", ".join(str(SchoolLevel(one).label) for one in levels)
        raise RuleViolation("PPL-03", _("Trường chỉ có: %(levels)s. Chọn lại cấp học.") % {"levels": offered}, "level")


def check_end(start: date | None, last_day: date) -> None:
    """PPL-05. An employment or an appointment ends after it has begun."""
    if start is not None and last_day < start:
        raise RuleViolation(
            "PPL-05", _("Ngày kết thúc phải từ ngày bắt đầu (%(start)s) trở đi.") % {"start": f"{start:%d/%m/%Y}"}, "on"
        )
