"""Parts of pages that are rendered once for the same keys."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

from temis.core.templatetags import kept

TEMIS = Path(kept.__file__).parents[2]
SOURCES = {path: path.read_text() for path in TEMIS.glob("*/templates/**/*.html")}
PARTS = [
    (path.name, keys.split(), inside)
    for path, text in SOURCES.items()
    for keys, inside in re.findall(r"{% kept ?(.*?) ?%}(.*?){% endkept %}", text, re.DOTALL)
]
PERSONAL = {"request", "user", "acting", "scope", "assignments", "csrf_token", "messages", "reading", "now"}


def test_what_has_the_same_keys_is_rendered_once_and_set_apart_by_language():
    template = Template("{% load i18n %}{% kept place %}{% translate 'Tốt' %} {{ name }}{% endkept %}")

    def shown(language: str, **values: str) -> str:
        with override(language):
            return template.render(Context(values))

    assert shown("vi", place="a", name="An") == "Tốt An"
    assert shown("vi", place="a", name="Bình") == "Tốt An"
    assert shown("vi", place="b", name="Bình") == "Tốt Bình"
    assert shown("en", place="a", name="Chi") == "Good Chi"


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    template = Template("{% kept place %}{{ place }}{% endkept %}")

    assert [template.render(Context({"place": n})) for n in range(10)] == [str(n) for n in range(10)]
    assert len(template.nodelist[0]._shown) <= 3


def test_frames_of_pages_are_kept():
    assert len(PARTS) >= 8


@pytest.mark.parametrize(("name", "keys", "inside"), PARTS)
def test_nothing_of_one_person_or_request_is_kept(name, keys, inside):
    """What depends on the place says so by its key."""
    tags = " ".join(re.findall(r"{[{%](.*?)[%}]}", inside, re.DOTALL))
    used = set(re.findall(r"(?<![\w.'/-])[a-z_]\w*", tags))

    assert used & PERSONAL == set()
    assert not {"navigation"} & used or keys == ["navigation.key"]
