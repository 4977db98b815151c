"""Where the fonts of printed documents are: Tinos, as wide as Times New Roman, all Vietnamese letters."""

import os
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FAMILY = "Tinos"
_FOLDER = Path("frontend") / "node_modules" / "@expo-google-fonts" / "tinos"


class FontsMissing(RuntimeError):
    """No Tinos where it is looked for; a document in another font would break the layout of NĐ 30/2020."""


def font_dir() -> Path:
    """The folder of `TEMIS_FONT_DIR`, else that of the installed front end."""
    for folder in _candidates():
        if any(folder.rglob("Tinos*.ttf")):
            return folder
    raise FontsMissing(", ".join(str(folder) for folder in _candidates()))


def _candidates() -> Iterator[Path]:
    configured = os.environ.get("TEMIS_FONT_DIR")
    if configured:
        yield Path(configured)
    yield PROJECT / _FOLDER
