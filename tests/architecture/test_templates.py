"""No template that nobody shows, no component that is not there, no style or script inside a page."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "temis"
FOLDERS = sorted(path for path in ROOT.glob("*/templates") if path.is_dir())
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]

# Shown by Django or a library under a name of its own.
BY_CONVENTION = (
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "django/",
    "account/",
    "mfa/",
    "allauth/",
)
COMPONENT = re.compile(r"<c-([\w.-]+)")
# Numbers are printed as 1.234: an address or a field with such a key finds nothing.
GROUPED_KEY = re.compile(r"(?:\.pk|user_id)\s*\}\}|organization=\{\{(?![^}]*stringformat)")
SPOKEN_STYLE = re.compile(r"<[^>]*\s(?:style|on[a-z]+)=[\"']")


def name_of(path: Path) -> str:
    return next(str(path.relative_to(folder)) for folder in FOLDERS if path.is_relative_to(folder))


def component_of(path: Path) -> str:
    """`cotton/badge_level.html` → `badge-level`."""
    return name_of(path).removeprefix("cotton/").removesuffix(".html").replace("/", ".").replace("_", "-")


def sources() -> str:
    """All that can name a template: our Python (tests apart) and the other templates."""
    python = (path for path in ROOT.rglob("*.py") if "tests" not in path.parts and "migrations" not in path.parts)
    return "\n".join(path.read_text(encoding="utf-8") for path in [*python, *TEMPLATES])


def used_components() -> set[str]:
    return {name for path in TEMPLATES for name in COMPONENT.findall(path.read_text(encoding="utf-8"))} - {
        "vars",
        "slot",
    }


def test_no_template_is_unused():
    text, used = sources(), used_components()

    unused = [
        name_of(path)
        for path in TEMPLATES
        if not name_of(path).startswith(BY_CONVENTION)
        and (component_of(path) not in used if name_of(path).startswith("cotton/") else name_of(path) not in text)
    ]

    assert unused == []


def test_every_component_exists():
    made = {component_of(path) for path in TEMPLATES if name_of(path).startswith("cotton/")}

    assert used_components() - made == set()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_holds_no_style_and_no_script(path):
    """The policy (CSP) would refuse them: what a page does is in frontend/src, how it looks in frontend/styles."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert "<style" not in text
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []
    assert SPOKEN_STYLE.findall(text) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_keys_of_the_database_are_printed_as_they_are(path):
    assert GROUPED_KEY.findall(path.read_text(encoding="utf-8")) == []
