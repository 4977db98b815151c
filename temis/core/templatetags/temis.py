"""Template words of the house: numbers and levels the Vietnamese way."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.formats import number_format

register = template.Library()


@register.filter
def vi_number(value: Any) -> str:
    """1234 → 1.234 (in the language's own grouping); None → –."""
    return "–" if value is None else str(number_format(value, use_l10n=True, force_grouping=True))


@register.filter
def vi_percent(value: Any, decimals: int = 1) -> str:
    """93.0 → 93,0%; None → –."""
    if value is None:
        return "–"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{number_format(rounded, decimals, use_l10n=True, force_grouping=True)}%"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping|get:key`; nothing where the key is absent."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return None


# Of a form's widget, at a fifth of the price of Django's `widgets/attrs.html`.
register.filter("attributes", flatatt)


@register.simple_tag
def address(name: str, pk: int) -> str:
    """`{% url name pk %}` for long lists: where addresses differ by the key alone, the resolver is asked once."""
    before, after = _around(name, get_script_prefix(), get_urlconf())
    return f"{before}{pk:d}{after}"


@lru_cache
def _around(name: str, *_site: str | None) -> list[str]:
    return reverse(name, args=[_A_KEY]).split(str(_A_KEY))


_A_KEY = 10**15


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The address's query string with some values changed (None removes one)."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = value
    return f"?{params.urlencode()}"
