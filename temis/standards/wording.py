"""Classification and rules in plain sentences, for screens and printed forms."""

from collections.abc import Iterable
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.standards.enums import Level
from temis.standards.rules import EditionRule, Explanation, Shortfall, Threshold


def sentences(explanation: Explanation) -> list[str]:
    """STD-02 in words: the level reached, then what blocks the next one."""
    result = _("Xếp loại %(level)s.") % {"level": explanation.level.label}
    if explanation.is_best:
        return [result, _("Đây là mức cao nhất: %(counted)s.") % {"counted": _counted(explanation)}]
    reasons = [*_blocked(explanation), *([_counted(explanation)] if explanation.needed else [])]
    why = _("Chưa đạt mức %(level)s vì %(reasons)s.") % {
        "level": explanation.target.label,
        "reasons": "; ".join(reasons),
    }
    return [result, why]


def rule_sentences(rule: EditionRule) -> list[tuple[Level, str]]:
    """The rule of an edition, best level first, each level with its conditions in one sentence."""
    spoken = [(threshold.level, _conditions(threshold, rule)) for threshold in rule.thresholds]
    return [*spoken, (Level.NOT_MET, _("Các trường hợp còn lại."))]


def number_list(numbers: Iterable[int]) -> str:
    """3, 4, 5, 6, 7, 9 → "3–7, 9"; runs of two stay apart."""
    spoken: list[str] = []
    for _offset, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        members = [number for _position, number in run]
        spoken += [f"{members[0]}–{members[-1]}"] if len(members) > 2 else map(str, members)
    return ", ".join(spoken)


def _blocked(explanation: Explanation) -> list[str]:
    def kind(shortfall: Shortfall) -> tuple[Level, Level]:
        return shortfall.level, shortfall.required

    spoken = []
    for (level, required), group in groupby(sorted(explanation.blocking, key=kind), key=kind):
        numbers = [shortfall.criterion for shortfall in group]
        spoken.append(
            ngettext(
                "tiêu chí %(numbers)s ở mức %(level)s (phải %(required)s)",
                "các tiêu chí %(numbers)s ở mức %(level)s (phải %(required)s)",
                len(numbers),
            )
            % {"numbers": number_list(numbers), "level": level.label, "required": _at_least(required)}
        )
    return spoken


def _at_least(required: Level) -> str:
    text = _("là %(level)s") if required == Level.GOOD else _("từ %(level)s trở lên")
    return text % {"level": required.label}


def _counted(explanation: Explanation) -> str:
    is_top = explanation.target == Level.GOOD
    if explanation.reached >= explanation.needed:
        text = (
            _("%(reached)s/%(total)s tiêu chí đã ở mức %(level)s (cần từ %(needed)s)")
            if is_top
            else _("%(reached)s/%(total)s tiêu chí đã từ mức %(level)s trở lên (cần từ %(needed)s)")
        )
    else:
        text = (
            _("mới có %(reached)s/%(total)s tiêu chí ở mức %(level)s (cần từ %(needed)s)")
            if is_top
            else _("mới có %(reached)s/%(total)s tiêu chí từ mức %(level)s trở lên (cần từ %(needed)s)")
        )
    return text % {
        "reached": explanation.reached,
        "total": explanation.total,
        "level": explanation.target.label,
        "needed": explanation.needed,
    }


def _conditions(threshold: Threshold, rule: EditionRule) -> str:
    total = len(rule.criteria)
    parts = []
    if threshold.floor > Level.NOT_MET:
        parts.append(_("mọi tiêu chí %(bound)s") % {"bound": _level_bound(threshold.floor)})
    if threshold.share:
        parts.append(
            _("ít nhất %(share)s số tiêu chí (%(needed)s/%(total)s) %(bound)s")
            % {
                "share": f"{threshold.share.numerator}/{threshold.share.denominator}",
                "needed": threshold.needed(total),
                "total": total,
                "bound": _level_bound(threshold.level),
            }
        )
    if rule.key and threshold.key_floor > threshold.floor:
        parts.append(
            _("các tiêu chí trọng tâm (%(numbers)s) %(bound)s")
            % {"numbers": number_list(rule.key), "bound": _level_bound(threshold.key_floor)}
        )
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _level_bound(level: Level) -> str:
    text = _("ở mức %(level)s") if level == Level.GOOD else _("từ mức %(level)s trở lên")
    return text % {"level": level.label}
