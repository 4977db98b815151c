"""Cells of the table of bodies: hundreds on one page, so they are put together here and not by the template."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from temis.core.templatetags.temis import vi_number, vi_percent
from temis.following.pages import Row
from temis.following.rules import Share

register = template.Library()


@register.simple_tag
def share_cells(row: Row, in_school: bool) -> SafeString:
    """How much of each step is done: the share of all, and in numbers below it; – where nothing is due. Opinions are
    counted for a whole school, not for its groups."""
    language = get_language()
    cells = [(share, str(label)) for share, key, label in row.cells if not in_school or key != "opinions"]
    return mark_safe("".join(_cell(share, label, language) for share, label in cells))


@lru_cache(maxsize=4096)
def _cell(share: Share | None, label: str, language: str | None) -> SafeString:
    if share is None or not share.due:
        return format_html('<td class="number" data-label="{}"><span>–</span></td>', label)
    return format_html(
        '<td class="number" data-label="{}"><span>{}<br><small class="text-body-secondary">{}/{}</small></span></td>',
        label,
        vi_percent(share.percent),
        vi_number(share.done),
        vi_number(share.due),
    )
