"""Cells of the table of quick work: a thousand on one page, so they are put together here and not by the template."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from temis.appraisals.queries.decision_table import TableRow
from temis.core.templatetags.temis import address
from temis.standards.enums import Level

register = template.Library()


def _options(chosen: int | None) -> SafeString:
    rows = [
        f'<option value="{level:d}"{" selected" if chosen == level else ""}>{level.letters}</option>' for level in Level
    ]
    return mark_safe(f'<option value=""></option>{"".join(rows)}')


_OPTIONS = {chosen: _options(chosen) for chosen in (None, *Level)}


@register.simple_tag
def grid_row(row: TableRow) -> SafeString:
    """Attributes of a row: what the page's script sends and fills it by."""
    pk = row.appraisal.pk
    markup = 'data-row="{}" data-url="{}" data-own="{}"'
    return format_html(markup, pk, address("appraisals:decision_row", pk), row.own)


@register.simple_tag(takes_context=True)
def grid_head(context: dict[str, Any], row: TableRow) -> SafeString:
    """The first cells of a row: to tick it, and who it is; of another body than one's own its name, else his group."""
    one, name = row.appraisal, row.appraisal.person.full_name
    is_elsewhere = one.organization_id != context["scope"].unit_id
    where = one.organization.name if is_elsewhere else one.group or one.get_position_display()
    return format_html(
        '<td class="grid__check"><input class="form-check-input" type="checkbox" form="bulk" name="pk" value="{}"'
        ' aria-label="{}"></td><th scope="row"><a href="{}">{}</a><br><small class="text-secondary">{}</small></th>',
        one.pk,
        _("Đánh dấu %(name)s") % {"name": name},
        address("appraisals:decide", one.pk),
        name,
        where,
    )


@register.simple_tag
def grid_cells(row: TableRow) -> SafeString:
    """All cells of a row: a select for each criterion (or its level, where nothing can be changed), and what
    self-assessment and colleagues say below it."""
    opinions, label = bool(row.standing.medians), _label(row)
    show = _select if row.can_edit else _level
    # The name alone differs from person to person: it is put into what was put together for the same levels before.
    return mark_safe("".join(label(cell.criterion).join(show(*cell, opinions)) for cell in row.cells))


def _label(row: TableRow) -> Callable[[int], str]:
    """Whose level of which criterion it is, for those who do not see the table."""
    text, name = escape(_("%(name)s, tiêu chí %(number)s")), escape(row.appraisal.person.full_name)
    return lambda number: text % {"name": name, "number": number}


@lru_cache(maxsize=4096)
def _select(
    number: int, level: int | None, own: int | None, median: int | None, differs: bool, opinions: bool
) -> tuple[str, ...]:
    """What stands before and after the label."""
    markup = format_html(
        '<td class="grid__cell{}"><select class="grid__select level-{}" name="level-{}" aria-label="\0">{}</select>'
        "{}</td>",
        " differs" if differs else "",
        _code(level),
        number,
        _OPTIONS[level],
        _hint(own, median, opinions),
    )
    return tuple(markup.split("\0"))


@lru_cache(maxsize=4096)
def _level(
    number: int, level: int | None, own: int | None, median: int | None, differs: bool, opinions: bool
) -> tuple[str, ...]:
    """One piece: a level to look at has no label."""
    markup = format_html(
        '<td class="grid__cell{}"><span class="level level-{}">{}</span>{}</td>',
        " differs" if differs else "",
        _code(level),
        _letters(level),
        _hint(own, median, opinions),
    )
    return (markup,)


def _hint(own: int | None, median: int | None, opinions: bool) -> SafeString:
    colleagues = f" / {_letters(median)}" if opinions else ""
    return format_html('<small class="grid__hint">{}{}</small>', _letters(own), colleagues)


def _code(level: int | None) -> str:
    return "none" if level is None else Level(level).code


def _letters(level: int | None) -> str:
    return "–" if level is None else Level(level).letters
