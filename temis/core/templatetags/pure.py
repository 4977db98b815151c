"""Components that show the same for the same attributes are rendered once in a process.

A component of `templates/cotton/` that begins with `{% pure %}` sees nothing but its attributes: what it shows depends
on their values and the language alone, not on the day, the address or the person in front. What was rendered is kept
under those values, not under names or keys: a text that was changed is another value. The slot is put in afterwards;
it may be of one person alone.
"""

import secrets
from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any

from django import template
from django.template.base import Node, Parser, Template, Token
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django_cotton.templatetags import Attrs, UnprocessableDynamicAttr
from django_cotton.templatetags._component import AttrKind, CottonComponentNode, PreparedAttr, cotton_component
from django_cotton.templatetags._slot import CottonSlotNode
from django_cotton.utils import get_cotton_data

register = template.Library()

MOST = 4096  # pieces kept in a process; a page has a hundred
# Nobody can write it: values are escaped, and it is another one in each process.
SLOT = mark_safe(f"<!--slot {secrets.token_hex(8)}-->")
# What is equal prints the same. Rows of the database are not among them: theirs are equal by their key alone.
_BY_VALUE = (str, int, float, type(None))
_NO_SLOTS: Mapping[str, SafeString] = MappingProxyType({})
_FIXED = (AttrKind.BOOLEAN, AttrKind.STATIC)

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
    """A component of cotton's; what a pure one shows is kept.

    Cotton gathers attributes, defaults and slots for each component anew, and a page has hundreds. Here a pure one is
    looked up by its attributes first, and cotton's way is gone only for what was not shown before.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._template: Any = None  # of Django, with `pure`
        self._names = tuple(attr.key.replace("-", "_") for attr in self._prepared_attrs)
        self._has_named_slots = bool(self.nodelist.get_nodes_by_type(CottonSlotNode))
        self._is_open = "attrs" in self._names or self.component_name == "component"
        self._is_fixed = not self.nodelist and all(attr.kind in _FIXED for attr in self._prepared_attrs)
        self._fixed: dict[str | None, SafeString] = {}  # by language

    def render(self, context: Context) -> SafeString:
        if self._is_fixed and (shown := self._fixed.get(get_language())) is not None:
            return shown
        if self._template is None:  # a component that is edited comes with new nodes
            self._template = self._get_cached_template(context, {})
        if self._is_open or not self._template.pure:
            return super().render(context)
        try:
            values = [_value(attr, context) for attr in self._prepared_attrs]
        except UnprocessableDynamicAttr:
            return super().render(context)
        if self._has_named_slots:
            slot, slots = self._slots(context)
            return self._rendered(context, values, slot, slots)
        slot = self.nodelist.render(context) if self.nodelist else SafeString()
        shown = self._shown(context, values, slot)
        if self._is_fixed:
            self._fixed[get_language()] = shown
        return shown

    def _shown(self, context: Context, values: list[Any], slot: SafeString) -> SafeString:
        try:
            key = (self._template, get_language(), bool(slot), self._names, *map(_told, values))
        except TypeError:  # what is shown cannot be told from the values
            return self._rendered(context, values, slot)
        parts = _kept.get(key)
        if parts is None:
            if len(_kept) >= MOST:
                _kept.clear()
            parts = _kept[key] = self._rendered(context, values, SLOT if slot else SafeString()).split(SLOT)
        return mark_safe(slot.join(parts))

    def _slots(self, context: Context) -> tuple[SafeString, dict[str, SafeString]]:
        """The slot without a name, and those with one."""
        stack = get_cotton_data(context)["stack"]
        slots: dict[str, SafeString] = {}
        stack.append({"key": self.component_name, "attrs": Attrs({}), "slots": slots})
        slot = self.nodelist.render(context)
        stack.pop()
        return slot, slots

    def _rendered(
        self, context: Context, values: list[Any], slot: SafeString, slots: Mapping[str, SafeString] = _NO_SLOTS
    ) -> SafeString:
        given = dict(zip(self._names, values, strict=True))
        defaults = self._extract_vars_from_template(self._template, context, Attrs(given), slots)
        inside = {"slot": slot, "cotton_data": {"stack": [self], "vars": {}}}
        shown: SafeString = self._template.render(Context({**defaults, **slots, **given, **inside}))
        return shown

    def _get_cached_template(self, context: Context, attrs: Any) -> Template:
        found = super()._get_cached_template(context, attrs)
        if not hasattr(found, "pure"):
            found.pure = any(isinstance(node, PureNode) for node in found.nodelist)
        return found


def _value(attr: PreparedAttr, context: Context) -> Any:
    """As cotton reads the value of an attribute; `UnprocessableDynamicAttr` where there is none."""
    if attr.kind in _FIXED or not attr.compiled:
        return attr.value
    if attr.kind is AttrKind.ESCAPED:
        # Without the setting apart that only tags like {% cycle %} need, which no attribute has.
        return attr.compiled.nodelist.render(context)
    try:
        return attr.compiled.resolve(context)
    except UnprocessableDynamicAttr:
        if attr.kind is AttrKind.UNQUOTED:
            return attr.value
        raise


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
