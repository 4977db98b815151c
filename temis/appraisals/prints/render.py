"""Forms as one PDF: each on a new page, A4, in Tinos, with tags for screen readers."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import typst

from temis.appraisals.prints.document import Form
from temis.appraisals.prints.words import WORDS
from temis.core.fonts import font_dir

SOURCE = Path(__file__).parent / "forms.typ"


def render(forms: Sequence[Form], *, at: datetime) -> bytes:
    """`at` is the time stamp in the file: the same forms at the same time are the same bytes."""
    data = {"state": WORDS["state"], "motto": WORDS["motto"], "forms": [form.as_data() for form in forms]}
    compiler = typst.Compiler(
        str(SOURCE),
        font_paths=[str(font_dir())],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    # Typst 0.15 refuses fractions of a second.
    content = compiler.compile(format="pdf", timestamp=at.astimezone(UTC).replace(microsecond=0))
    assert isinstance(content, bytes)
    return content
