"""Find texts of the interface that no translation reaches.

Python: a string with Vietnamese letters outside gettext. Strings that are data (headings of a file, names of
groups) are marked: `# text: data` on the line, or on a line of its own before anything else in the module for
the whole module. Templates: Vietnamese letters or words between tags outside {% translate %}; one that is a
document or an example of the gallery says `{# text: data #}`.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "temis"
SKIPPED = {"tests", "migrations", "demo", "formats", "node_modules", "dist", "locale"}
MARK = re.compile(r"#\s*text: data\b")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
GETTEXT = {"_", "ngettext", "pgettext", "npgettext", "gettext", "gettext_noop"}
GETTEXT |= {f"{name}_lazy" for name in GETTEXT}

Finding = tuple[Path, int, str]


def main() -> int:
    findings = [*in_python(), *in_templates()]
    for path, line, text in findings:
        print(f"{path.relative_to(ROOT.parent)}:{line}: {text[:90]!r}")
    if findings:
        print(f"{len(findings)} texts outside gettext.")
    return 1 if findings else 0


def files(pattern: str) -> Iterator[Path]:
    for path in sorted(ROOT.rglob(pattern)):
        if not SKIPPED.intersection(path.relative_to(ROOT).parts):
            yield path


def in_python() -> Iterator[Finding]:
    for path in files("*.py"):
        source = path.read_text()
        lines = source.splitlines()
        if any(MARK.match(line) for line in lines):
            continue
        for node in untranslated_strings(ast.parse(source)):
            covered = lines[node.lineno - 1 : node.end_lineno]
            if not any(MARK.search(line) for line in covered):
                yield path, node.lineno, str(node.value)


def untranslated_strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Strings with Vietnamese letters, but for docstrings and what a gettext function is given."""
    for node in ast.iter_child_nodes(tree):
        if is_gettext(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and VIETNAMESE.search(node.value):
                yield node
        else:
            yield from untranslated_strings(node)


def is_gettext(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in GETTEXT


COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*trans(?:late)?\b.*?%\}|_\((?:\"[^\"]*\"|'[^']*')\)", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\$\w+", re.DOTALL)
ELEMENT = re.compile(r"\w+--\w+|<(script|style)\b.*?</\1>|<[^>]*>|&#?\w+;", re.DOTALL | re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"TEMIS", "PDF", "CSV", "XLSX", "DOCX", "JSON", "Excel", "Word", "ZIP", "SHA", "QR", "English"}
OWN_NAME = re.compile("Tiếng Việt")  # a language is offered under its own name


def in_templates() -> Iterator[Finding]:
    for path in files("*.html"):
        source = path.read_text()
        if "{# text: data #}" in source:
            continue
        for pattern in (COMMENT, BLOCK, TRANSLATED, OWN_NAME):
            source = pattern.sub(blank, source)
        yield from ((path, number, line.strip()) for number, line in numbered(source, VIETNAMESE))
        bare = ELEMENT.sub(blank, TAG.sub(blank, source))
        for number, line in numbered(bare, WORD):
            if not VIETNAMESE.search(line) and set(WORD.findall(line)) - NAMES:
                yield path, number, line.strip()


def numbered(source: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(source.splitlines(), 1) if pattern.search(line))


def blank(match: re.Match[str]) -> str:
    """Nothing but the line breaks, so that numbers stay right."""
    return "\n" * match.group().count("\n")


if __name__ == "__main__":
    sys.exit(main())
