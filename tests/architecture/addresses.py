"""Every address of the project, with its view and the names of its parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from temis.core.http import Declaration


@dataclass(frozen=True)
class Address:
    """`name` is what `reverse` takes, `parameters` the names in the address, `declares` what its view says."""

    name: str
    parameters: tuple[str, ...]
    declares: tuple[Declaration, ...]

    def url(self, **values: Any) -> str:
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})

    @property
    def methods(self) -> list[tuple[str, Declaration]]:
        """(method, what it needs) for each thing the address does."""
        return [("post" if one.kind == "writes" else "get", one) for one in self.declares]


def addresses(patterns: list[Any] | None = None, namespace: str = "", above: tuple[str, ...] = ()) -> Iterator[Address]:
    """All named addresses whose views declare a permission."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        parameters = (*above, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner, parameters)
        elif isinstance(pattern, URLPattern) and pattern.name:
            declared = tuple(one for one in getattr(pattern.callback, "declares", ()) if one.permission)
            if declared:
                yield Address(f"{namespace}{pattern.name}", parameters, declared)


ALL = tuple(addresses())
