"""The audit trail has words for everything that the product records."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import temis
from temis.appraisals import rules as appraisal_rules
from temis.core.sentences import looks, sentences
from temis.exchange.enums import Kind
from temis.reporting import rules as report_rules

_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
# Codes that are put together at run time: the beginning as written in an f-string → all that may follow.
_COMPOSED = {
    "appraisal.": {step.name for step in appraisal_rules.STEPS},
    "report.": {step.name for step in report_rules.STEPS},  # and what is handed to `log_step`
    "import.": set(Kind.values) | {f"{kind}.undo" for kind in Kind.values},
}


def _nodes() -> Iterator[ast.AST]:
    for path in Path(temis.__file__).parent.rglob("*.py"):
        if "tests" not in path.parts:
            yield from ast.walk(ast.parse(path.read_text()))


def _action(node: ast.AST) -> ast.AST | None:
    """Where a node carries an action: an argument of `record` and its like, or what `action` is set to."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        if name.endswith("record") and node.args:
            return node.args[0]
        if name == "_save" and len(node.args) > 1:
            return node.args[1]
    if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["action"]:
        return node.value
    return None


def _written(node: ast.AST | None) -> Iterator[str]:
    """The codes that an expression may be, the beginning of an f-string as it stands."""
    if isinstance(node, ast.IfExp):
        yield from _written(node.body)
        yield from _written(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield from _written(node.values[0])
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _logged(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "log_step":
        yield from _written(node.args[1])


def _recorded() -> set[str]:
    written = {code for node in _nodes() for code in _written(_action(node))}
    composed = {code for code in written if code.endswith(".")}
    assert composed == set(_COMPOSED), "say in _COMPOSED what may follow"
    logged = {f"report.{word}" for node in _nodes() for word in _logged(node)}
    whole = {code for code in written if _CODE.fullmatch(code)}
    return whole | logged | {start + end for start, ends in _COMPOSED.items() for end in ends}


def _looked_at() -> set[str]:
    """The third argument of every `audit.viewed`."""
    calls = [n for n in _nodes() if isinstance(n, ast.Call) and ast.unparse(n.func) == "audit.viewed"]
    return {code for call in calls for code in _written(call.args[2])}


def test_every_action_that_is_recorded_has_a_sentence() -> None:
    """What is missing goes into `temis/<app>/sentences.py` (see temis/core/sentences.py)."""
    assert _recorded() - set(sentences()) == set()


def test_no_sentence_is_left_over() -> None:
    assert set(sentences()) - _recorded() == set()


def test_everything_that_is_looked_at_has_a_name() -> None:
    """What is missing goes into `LOOKS` of `temis/<app>/sentences.py`."""
    assert _looked_at() == set(looks())


def test_sentences_ask_for_nothing_but_person_and_count() -> None:
    assert all(str(text) % {"person": "A", "count": 1} for text in sentences().values())
