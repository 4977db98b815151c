"""Components that are rendered once for the same attributes."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from django.utils.translation import override
from django_cotton.compiler_regex import CottonCompiler

from temis.core.templatetags import pure

COMPONENTS = Path(pure.__file__).parents[1] / "templates" / "cotton"
PURE = sorted(path for path in COMPONENTS.glob("*.html") if path.read_text().startswith("{% pure %}"))
# What depends on the day, the request or the person in front.
IMPURE = r"days_left|urgency|moment|last_day|\bnow\b|\bquery\b|csrf_token|\brequest\b|\buser\b|\bscope\b|tile_map"


def render(source: str, **values: object) -> str:
    return Template(CottonCompiler().process(source)).render(Context(values))


def told(source: str, **values: object) -> str:
    """Without the markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", render(source, **values)).split())


def test_the_same_attributes_are_rendered_once(monkeypatch):
    render('<c-badge-level :level="level" />', level=2)
    monkeypatch.setattr(pure.ComponentNode, "_rendered", lambda *_: pytest.fail("rendered again"))

    assert "level-K" in render('<c-badge-level :level="level" />', level=2)


def test_a_text_that_changed_shows_at_once():
    source = '<c-picker-level name="level-1" title="Một" :descriptors="texts" />'

    assert "cũ" in told(source, texts={"D": "cũ"})
    assert "mới" in told(source, texts={"D": "mới"})


def test_each_language_has_its_own():
    with override("vi"):
        vietnamese = told('<c-badge-level level="T" long="1" />')
    with override("en"):
        english = told('<c-badge-level level="T" long="1" />')

    assert (vietnamese, english) == ("Tốt", "Good")


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, "1"), (None, ""), ("<b>", mark_safe("<b>")), ([1], (1,)), ({"a": 1}, {"a": True})]
)
def test_values_that_print_differently_are_kept_apart(one, other):
    assert pure._told(one) != pure._told(other)


def test_a_row_of_the_database_is_not_a_value():
    with pytest.raises(TypeError):
        pure._told(pure.PureNode())


def test_what_cannot_be_told_apart_is_rendered_each_time():
    class Title:
        text = "một"

        def __str__(self) -> str:
            return self.text

    title = Title()
    before = told('<c-heading :title="title" />', title=title)
    title.text = "hai"

    assert (before, told('<c-heading :title="title" />', title=title)) == ("một", "hai")


def test_the_slot_is_of_one_person_alone():
    source = '<c-notice kind="info">{{ name }}</c-notice>'

    assert told(source, name="<An>") == "&lt;An&gt;"
    assert told(source, name="Bình") == "Bình"
    assert told('<c-notice kind="info"></c-notice>') == ""


def test_a_slot_with_a_name_is_of_one_person_alone():
    source = '<c-heading title="Tên"><c-slot name="actions">{{ name }}</c-slot></c-heading>'

    assert [told(source, name=name) for name in ("An", "Bình")] == ["Tên An", "Tên Bình"]


def test_a_component_within_a_component_keeps_its_own_slot():
    source = '<c-fold title="Ngoài"><c-notice kind="info">{{ name }}</c-notice></c-fold>'

    assert [told(source, name=name) for name in ("An", "Bình")] == ["Ngoài An", "Ngoài Bình"]


def test_a_pure_component_sees_nothing_but_its_attributes():
    assert "An" not in render('<c-heading title="Tiêu đề" />', lead="An", actions="An")


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(pure, "MOST", 3)
    pure._kept.clear()

    for number in range(10):
        assert told('<c-heading title="{{ number }}" />', number=number) == str(number)

    assert len(pure._kept) <= 3


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_what_is_called_pure_depends_on_attributes_alone(path):
    words = " ".join(re.findall(r"{[{%](.*?)[%}]}", path.read_text(), re.DOTALL))

    assert re.findall(IMPURE, words) == []
