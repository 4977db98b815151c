"""Every model and every enumeration has its entry in docs/glossary.md: both terms, meaning, source."""

import enum
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pghistory.models
import pytest
from django.apps import apps
from django.db import models

import temis
from tests.architecture.documents import DOCS, table_rows

ROWS = table_rows((DOCS / "glossary.md").read_text(encoding="utf-8"))
ENTRIES = [re.findall(r"`(\w+)`", row[0])[0] for row in ROWS]

# Modules in which a word of the language is declared; a helper inside another module is no word.
WORDS = ("enums", "models", "roles")


def word_modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(temis.__path__, "temis."):
        parts = found.name.split(".")
        if len(parts) > 2 and parts[2] in WORDS and "tests" not in parts:
            yield found.name


def declared() -> set[str]:
    """Enumerations and models, abstract ones too, by the names of their classes; copies kept for the audit are none."""
    return {
        name
        for module in word_modules()
        for name, thing in vars(importlib.import_module(module)).items()
        if inspect.isclass(thing) and thing.__module__ == module and is_word(thing) and not name.startswith("_")
    }


def is_word(thing: type) -> bool:
    return issubclass(thing, enum.Enum | models.Model) and not issubclass(thing, pghistory.models.Event)


def test_every_model_and_enumeration_has_an_entry():
    assert sorted(declared() - set(ENTRIES)) == []


def test_models_of_all_apps_are_among_the_declared():
    ours = [config for config in apps.get_app_configs() if Path(config.path).is_relative_to(DOCS.parent / "temis")]
    known = {model.__name__ for config in ours for model in config.get_models() if is_word(model)}

    assert sorted(known - declared()) == []


def test_no_entry_is_given_twice():
    assert sorted({entry for entry in ENTRIES if ENTRIES.count(entry) > 1}) == []


@pytest.mark.parametrize("row", ROWS, ids=ENTRIES)
def test_entry_is_complete(row):
    code, vietnamese, english, meaning, source, _confusable = row

    assert re.fullmatch(r"`\w+`", code)
    assert len(row) == 6
    assert all((vietnamese, english, source))
    assert meaning.endswith(".")


@pytest.mark.parametrize("row", ROWS, ids=ENTRIES)
def test_entry_names_a_class_that_exists(row):
    name = row[0].strip("`")

    assert name in declared() | classes()


def classes() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS.parent / "temis").rglob("*.py"))
    return set(re.findall(r"^class (\w+)", text, flags=re.MULTILINE))
