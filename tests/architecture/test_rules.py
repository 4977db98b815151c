"""docs/rules.md and the code know the same rules: each id stands in both, and the files named there know it."""

import re

import pytest

from tests.architecture.documents import DOCS, ROOT, sources, table_rows

# Three letters, two digits; UTF-16 is no rule.
ID = re.compile(r"\b(?!UTF)[A-Z]{3}-\d{2}\b")
ROWS = table_rows((DOCS / "rules.md").read_text(encoding="utf-8"))
STATED = [row[0] for row in ROWS]


def used() -> set[str]:
    return {rule for text in sources("*.py", "*.sql").values() for rule in ID.findall(text)}


def paths(cell: str) -> list[str]:
    return re.findall(r"`([\w./-]+)`", cell)


def test_every_rule_of_the_code_is_stated():
    assert sorted(used() - set(STATED)) == []


def test_every_stated_rule_is_in_the_code():
    assert sorted(set(STATED) - used()) == []


def test_no_rule_is_stated_twice():
    assert sorted({rule for rule in STATED if STATED.count(rule) > 1}) == []


@pytest.mark.parametrize("row", ROWS, ids=STATED)
def test_rule_names_its_source_its_code_and_its_tests(row):
    rule, statement, source, code, tests = row

    assert ID.fullmatch(rule)
    assert statement.endswith(".")
    assert source
    assert [path for path in paths(code) if rule not in (ROOT / "temis" / path).read_text(encoding="utf-8")] == []
    assert [path for path in paths(tests) if not (ROOT / "temis" / path).is_file()] == []
    assert paths(code)
    assert paths(tests)
