"""What the components of `templates/cotton/` need to print: levels, days, shares as SVG widths."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from temis.core import clock, tiles

register = template.Library()
YEAR = 365  # days


@dataclass(frozen=True)
class LevelName:
    """A level as pages print it; `code` is the ASCII code of classes and form values."""

    rank: int
    code: str
    letters: str
    label: str | Promise


LEVELS = (
    LevelName(0, "CD", "CĐ", gettext_lazy("Chưa đạt")),  # text: data
    LevelName(1, "D", "Đ", gettext_lazy("Đạt")),  # text: data
    LevelName(2, "K", "K", gettext_lazy("Khá")),
    LevelName(3, "T", "T", gettext_lazy("Tốt")),
)
_BY_CODE = {level.code: level for level in LEVELS} | {level.letters: level for level in LEVELS}


@register.filter
def level_name(value: Any) -> LevelName | None:
    """A level given as rank (0 to 3), as code or as letters; None for anything else."""
    if isinstance(value, str):
        return _BY_CODE.get(value.strip().upper()) or (LEVELS[int(value)] if value in ("0", "1", "2", "3") else None)
    return LEVELS[value] if isinstance(value, int) and 0 <= value <= 3 else None


@register.simple_tag
def all_levels() -> tuple[LevelName, ...]:
    return LEVELS


@register.filter
def days_left(due: date | None) -> str:
    """Còn 3 ngày; Hôm nay là hạn cuối; Quá hạn 2 ngày; Quá hạn trên 2 năm."""
    if due is None:
        return ""
    days = (due - clock.today()).days
    if days == 0:
        return _("Hôm nay là hạn cuối")
    if days <= -YEAR:
        years = -days // YEAR
        return ngettext("Quá hạn trên %(years)d năm", "Quá hạn trên %(years)d năm", years) % {"years": years}
    if days < 0:
        return ngettext("Quá hạn %(days)d ngày", "Quá hạn %(days)d ngày", -days) % {"days": -days}
    return ngettext("Còn %(days)d ngày", "Còn %(days)d ngày", days) % {"days": days}


@register.filter
def urgency(due: date | None) -> str:
    """late, soon (within a week) or calm: how the days left are coloured."""
    if due is None:
        return "calm"
    days = (due - clock.today()).days
    return "late" if days < 0 else "soon" if days <= 7 else "calm"


@register.filter
def last_day(end: date | None) -> date | None:
    """The last day of a range of dates, whose end is excluded in the database."""
    return None if end is None else end - timedelta(days=1)


@register.filter
def moment(value: datetime | None) -> str:
    """20:14 23/11, without the year while it is this one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return date_format(local, "H:i d/m" if local.year == clock.today().year else "H:i d/m/Y")


@register.filter
def share(part: Any, whole: Any) -> float:
    """part of whole in per cent, 0 where there is no whole."""
    return float(part) * 100 / float(whole) if whole else 0.0


@register.filter
def svg(number: float) -> str:
    """A number as SVG wants it: a point, whatever the language."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class LevelPart:
    level: LevelName
    count: int
    share: float
    start: float

    @property
    def middle(self) -> float:
        return self.start + self.share / 2


@register.filter
def level_parts(counts: Any) -> list[LevelPart]:
    """[CĐ, Đ, K, T] as counts, or a mapping by code, as parts of one bar of 100."""
    numbers = [counts.get(level.code, 0) for level in LEVELS] if hasattr(counts, "get") else list(counts)
    return list(_parts(numbers))


def _parts(numbers: list[int]) -> Iterator[LevelPart]:
    total, start = sum(numbers), 0.0
    for level, number in zip(LEVELS, numbers, strict=True):
        width = share(number, total)
        yield LevelPart(level, number, width, start)
        start += width


@register.simple_tag
def tile_map(provinces: Any, year: str) -> list[tiles.Tile]:
    return tiles.place(provinces or (), year)


@register.filter
def initial(full_name: str) -> str:
    """The first letter of the given name: "Nguyễn Thị Bình" → "B"."""
    words = str(full_name).split()
    return words[-1][:1].upper() if words else "?"


@register.filter
def is_field_error(form: Any) -> bool:
    """Whether a bound form has anything to tell in the summary on top."""
    return bool(getattr(form, "errors", None))
