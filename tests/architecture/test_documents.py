"""The documents agree with the code: every variable is explained, every link leads somewhere, every command exists."""

import re
from pathlib import Path

import pytest

from temis.cli.parser import build_parser
from temis.config.environment import Environment
from tests.architecture.documents import DOCS, ROOT, sources, table_rows

PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"(?:\]\(|<img src=\")(?!https?:|mailto:|#)([^)#\s\"]+)")
VARIABLE = re.compile(r"\bTEMIS_[A-Z][A-Z0-9_]*\b")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def explained() -> dict[str, list[str]]:
    """The table of variables of the deployment guide."""
    rows = table_rows((DOCS / "how-to" / "deploy.md").read_text(encoding="utf-8"))
    return {name: row for row in rows for name in re.findall(r"^`(TEMIS_\w+)`$", row[0])}


def known_variables() -> set[str]:
    settings = {f"TEMIS_{name.upper()}" for name in Environment.model_fields}
    return settings | {name for text in sources("*.py").values() for name in VARIABLE.findall(text)}


def test_every_variable_is_explained():
    assert sorted(known_variables() - set(explained())) == []


def test_every_explained_variable_is_read():
    assert sorted(set(explained()) - known_variables()) == []


def test_every_variable_says_default_and_meaning():
    assert [name for name, row in explained().items() if len(row) != 3 or not all(row)] == []


def test_numbers_given_as_defaults_are_those_of_the_code():
    fields = Environment.model_fields
    numbers = {name: field.default for name, field in fields.items() if type(field.default) is int}

    assert {name: explained()[f"TEMIS_{name.upper()}"][1] for name in numbers} == {
        name: f"`{value}`" for name, value in numbers.items()
    }


def test_example_of_the_environment_names_known_variables_only():
    example = (DOCS / "how-to" / "deploy" / "temis.env.example").read_text(encoding="utf-8")

    assert sorted(set(VARIABLE.findall(example)) - known_variables()) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_files(page):
    text = page.read_text(encoding="utf-8")

    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []


def commands() -> set[str]:
    """`temis import staff` and the like, as the parser knows them."""
    found = set()
    pending = [(build_parser(), "temis")]
    while pending:
        parser, name = pending.pop()
        inner = [action.choices for action in parser._actions if hasattr(action.choices, "items")]
        for word, sub in (pair for choices in inner for pair in choices.items()):
            found.add(f"{name} {word}")
            pending.append((sub, f"{name} {word}"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page):
    """A command in a block of code or between backticks begins with words that the parser knows."""
    text = page.read_text(encoding="utf-8")
    spoken = re.findall(r"(?:^|`|sudo )temis ((?:[a-z-]+ ?){1,2})", text, flags=re.MULTILINE)
    known = commands()

    unknown = [words for words in spoken if f"temis {words.split()[0]}" not in known]

    assert unknown == []
