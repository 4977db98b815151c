"""Translation before Django is set up: `temis --help` needs no settings and starts no database."""

import argparse
import gettext as catalogues
import os
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
CATALOGUES = (HERE / "locale", HERE.parent / "core" / "locale")


def language() -> str:
    """`TEMIS_LANGUAGE`: vi, the language the texts are written in, or en."""
    return os.environ.get("TEMIS_LANGUAGE") or "vi"


@cache
def _catalogue(chosen: str) -> catalogues.NullTranslations:
    found: catalogues.NullTranslations = catalogues.NullTranslations()
    for folder in CATALOGUES:
        part = catalogues.translation("django", folder, languages=[chosen], fallback=True)
        part.add_fallback(found)
        found = part
    return found


def gettext(message: str) -> str:
    return _catalogue(language()).gettext(message)


def translate_argparse() -> None:
    """argparse asks the module's own `_`, in English; its Vietnamese catalogue is ours."""
    chosen = catalogues.translation("argparse", HERE / "locale", languages=[language()], fallback=True)
    argparse._ = chosen.gettext  # type: ignore[attr-defined]
    argparse.ngettext = chosen.ngettext  # type: ignore[attr-defined]
