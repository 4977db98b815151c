"""Components that show the same for the same attributes are rendered once in a process.

A component of `templates/cotton/` that begins with `{% pure %}` sees nothing but its attributes: what it shows depends
on their values and the language alone, not on the day, the address or the person in front. What was rendered is kept
under those values, not under names or keys: a text that was changed is another value. The slot is put in afterwards;
it may be of one person alone.
"""

import secrets
from collections.abc import Hashable
from typing import Any

from django import template
from django.template.base import Node, Parser, Template, Token
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django_cotton.templatetags._component import CottonComponentNode, cotton_component

register = template.Library()

MOST = 4096  # pieces kept in a process; a page has a hundred
# Nobody can write it: values are escaped, and it is another one in each process.
SLOT = mark_safe(f"<!--slot {secrets.token_hex(8)}-->")
# What is equal prints the same. Rows of the database are not among them: theirs are equal by their key alone.
_BY_VALUE = (str, int, float, type(None))
_OF_COTTON = frozenset(("attrs", "slot", "cotton_data"))

_kept: dict[Hashable, list[str]] = {}


class PureNode(Node):
    """Says it of the component in which it stands; prints nothing."""

    def render(self, context: Context) -> SafeString:
        return SafeString()


@register.tag("pure")
def pure(parser: Parser, token: Token) -> PureNode:
    return PureNode()


@register.tag("cotton")
def component(parser: Parser, token: Token) -> "ComponentNode":
    """In the place of django-cotton's own tag of this name."""
    made = cotton_component(parser, token)
    return ComponentNode(made.component_name, made.nodelist, made.attrs, made.only, made.active_library)


class ComponentNode(CottonComponentNode):
    """A component of cotton's; what a pure one shows is kept."""

    def _get_cached_template(self, context: Context, attrs: Any) -> "Template | PureTemplate":
        found = super()._get_cached_template(context, attrs)
        if not hasattr(found, "pure"):
            is_pure = any(isinstance(node, PureNode) for node in found.nodelist)
            found.pure = PureTemplate(found) if is_pure else None
        return found.pure or found


class PureTemplate:
    """Stands for the template of a pure component."""

    def __init__(self, template: Template) -> None:
        self.template, self.nodelist = template, template.nodelist

    def render(self, context: Context) -> SafeString:
        state = context.dicts[-1]
        slot: str = state["slot"]
        values = {name: value for name, value in state.items() if name not in _OF_COTTON}
        try:
            key = (self.template, get_language(), bool(slot), *map(_told, values.items()))
        except TypeError:  # what is shown cannot be told from the values
            return self._rendered(state, values, slot)
        parts = _kept.get(key)
        if parts is None:
            if len(_kept) >= MOST:
                _kept.clear()
            parts = _kept[key] = self._rendered(state, values, SLOT if slot else "").split(SLOT)
        return mark_safe(slot.join(parts))

    def _rendered(self, state: Any, values: dict[str, Any], slot: str) -> SafeString:
        seen = {"slot": slot, "cotton_data": state["cotton_data"]}
        return self.template.render(Context(values | seen))


def _told(value: Any) -> tuple[Any, ...]:
    """1 and True print differently, as do text and markup: hence the type."""
    if isinstance(value, _BY_VALUE):
        return (type(value), value)
    if isinstance(value, (tuple, list)):
        return (type(value), *map(_told, value))
    if isinstance(value, dict):
        return (dict, *map(_told, value.items()))
    if isinstance(value, Promise):
        return (Promise, str(value))
    raise TypeError(value)
