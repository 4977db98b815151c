"""Messages of the interface: extract them into temis/*/locale/en, check that English is complete, compile.

The texts in the source are Vietnamese (docs/adr/0002-vietnamese-source-strings.md), so English is the only
catalogue. Compiling and checking use polib; only extracting needs gettext's programs.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "en"
SKIPPED = ("tests", "migrations", "static")
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def main(arguments: list[str]) -> int:
    commands = {"extract": extract, "check": check, "compile": compile_all}
    if len(arguments) != 1 or arguments[0] not in commands:
        print("messages.py extract | check | compile", file=sys.stderr)
        return 2
    return commands[arguments[0]]()


def extract() -> int:
    for app in apps(ROOT):
        extract_app(app)
    return 0


def check() -> int:
    """Extract in a copy; name every text without English, or changed since its English was written."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "temis", copy / "temis", ignore=shutil.ignore_patterns("static", "__pycache__"))
        for app in apps(copy):
            extract_app(app)
        entries = [*entries_in(copy)]
    problems = [*problems_of_each(entries), *texts_with_two_translations(entries)]
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} texts without (one) English. Run make messages and translate them.")
    return 1 if problems else 0


def compile_all() -> int:
    for source in sorted((ROOT / "temis").glob("**/locale/*/LC_MESSAGES/*.po")):
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
    return 0


def apps(root: Path) -> Iterator[Path]:
    yield from sorted(folder.parent for folder in (root / "temis").glob("*/__init__.py"))


def extract_app(app: Path) -> None:
    """An app with a text gets a catalogue, one without none."""
    catalogue = app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    if not catalogue.exists():
        catalogue.parent.mkdir(parents=True, exist_ok=True)
        catalogue.write_text(HEADER)
    command = [sys.executable, "-m", "django", "makemessages", f"--locale={LANGUAGE}", "--no-wrap", "--no-obsolete"]
    command += ["--add-location=file", "--extension=html,txt,py"]
    command += [f"--ignore={folder}/*" for folder in SKIPPED]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=app, env=environment, check=True, stdout=subprocess.DEVNULL)
    lines = catalogue.read_text().splitlines(keepends=True)  # a date would change with every run
    catalogue.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date')))
    if not polib.pofile(str(catalogue)):
        shutil.rmtree(catalogue.parents[1])


Entry = tuple[Path, polib.POEntry]


def entries_in(root: Path) -> Iterator[Entry]:
    for catalogue in sorted((root / "temis").glob("*/locale/*/LC_MESSAGES/*.po")):
        for entry in polib.pofile(str(catalogue)):
            if not entry.obsolete:
                yield catalogue.relative_to(root), entry


def problems_of_each(entries: list[Entry]) -> Iterator[str]:
    """All apps share one catalogue at run time: a text that two of them have is translated in one."""
    elsewhere = {(e.msgctxt, e.msgid) for _, e in entries if e.translated() and not e.fuzzy}
    for catalogue, entry in entries:
        wrong = problem_of(entry)
        if wrong and not (wrong == "missing" and (entry.msgctxt, entry.msgid) in elsewhere):
            yield f"{catalogue}: {wrong}: {entry.msgid!r}"


def texts_with_two_translations(entries: list[Entry]) -> Iterator[str]:
    """One would hide the other; where both are meant, pgettext tells them apart."""
    seen: dict[tuple[str | None, str], Entry] = {}
    for catalogue, entry in entries:
        if catalogue.name != "django.po" or not entry.translated():
            continue
        first, other = seen.setdefault((entry.msgctxt, entry.msgid), (catalogue, entry))
        if other.msgstr != entry.msgstr:
            yield f"{catalogue}: {entry.msgid!r} is {entry.msgstr!r}, but {other.msgstr!r} in {first}"


def problem_of(entry: polib.POEntry) -> str | None:
    if entry.fuzzy:
        return "to be looked at again"
    if not entry.translated():
        return "missing"
    translations = entry.msgstr_plural.values() or [entry.msgstr]
    return None if all(places(entry.msgid) == places(text) for text in translations) else "other places"


def places(text: str) -> set[str]:
    """What is filled in: %(name)s, {name}."""
    return set(re.findall(r"%\(\w+\)[a-z]|\{\w*\}", text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
