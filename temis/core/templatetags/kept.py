"""`{% kept key … %}…{% endkept %}`: a part of a page that shows the same for the same keys.

It is rendered once in a process. For what frames every page: each language has its own, and so has each value of the
keys. Nothing else may decide what is shown there. What was set within (`{% url … as … %}`) is known only there.
"""

from collections.abc import Hashable

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 512  # of one part: roles, places and languages


class KeptNode(Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, keys: list[FilterExpression]) -> None:
        self.nodelist, self.keys = nodelist, keys
        self._shown: dict[Hashable, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *(one.resolve(context) for one in self.keys))
        shown = self._shown.get(key)
        if shown is None:
            if len(self._shown) >= MOST:
                self._shown.clear()
            with context.push():
                shown = self._shown[key] = self.nodelist.render(context)
        return shown


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    keys = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, keys)
