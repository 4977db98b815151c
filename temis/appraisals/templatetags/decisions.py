"""Cells of the table of quick work: a thousand on one page, so they are put together here and not by the template."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from temis.appraisals.queries.decision import TableCell, TableRow
from temis.standards.enums import Level

register = template.Library()


def _options(chosen: int | None) -> SafeString:
    rows = [
        f'<option value="{level:d}"{" selected" if chosen == level else ""}>{level.letters}</option>' for level in Level
    ]
    return mark_safe(f'<option value=""></option>{"".join(rows)}')


_OPTIONS = {chosen: _options(chosen) for chosen in (None, *Level)}


@register.simple_tag
def grid_cells(row: TableRow) -> SafeString:
    """All cells of a row: a select for each criterion (or its level, where nothing can be changed), and what
    self-assessment and colleagues say below it."""
    label = _("%(name)s, tiêu chí %(number)s")
    name, opinions = row.appraisal.person.full_name, bool(row.aggregate and row.aggregate.is_shown)
    show = _select if row.can_edit else _level
    return mark_safe(
        "".join(show(cell, label % {"name": name, "number": cell.criterion.number}, opinions) for cell in row.cells)
    )


def _select(cell: TableCell, label: str, opinions: bool) -> SafeString:
    return format_html(
        '<td class="grid__cell{}"><select class="grid__select level-{}" name="level-{}" aria-label="{}">{}</select>'
        "{}</td>",
        " differs" if cell.differs else "",
        _code(cell.level),
        cell.criterion.number,
        label,
        _OPTIONS[cell.level],
        _hint(cell, opinions),
    )


def _level(cell: TableCell, label: str, opinions: bool) -> SafeString:
    return format_html(
        '<td class="grid__cell{}"><span class="level level-{}">{}</span>{}</td>',
        " differs" if cell.differs else "",
        _code(cell.level),
        _letters(cell.level),
        _hint(cell, opinions),
    )


def _hint(cell: TableCell, opinions: bool) -> SafeString:
    colleagues = f" / {_letters(cell.median)}" if opinions else ""
    return format_html('<small class="grid__hint">{}{}</small>', _letters(cell.own), colleagues)


def _code(level: int | None) -> str:
    return "none" if level is None else Level(level).code


def _letters(level: int | None) -> str:
    return "–" if level is None else Level(level).letters
