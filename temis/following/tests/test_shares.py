"""Cells of the table of bodies."""

import pytest
from django.utils import translation

from temis.following.enums import Waiting
from temis.following.pages import SHORT, STEPS, Row
from temis.following.rules import Share
from temis.following.templatetags.shares import share_cells


def cells(row: Row, *, in_school: bool = False) -> str:
    return str(share_cells(row, in_school))


def row(*shares: Share | None) -> Row:
    return Row(1, "Trường", None, [*shares, *[None] * (len(STEPS) - len(shares))])


@pytest.mark.parametrize(("language", "shown"), [("vi", "66,7%<br>|1.000/1.500"), ("en", "66.7%<br>|1,000/1,500")])
def test_share_stands_in_the_numbers_of_the_language(language, shown):
    percent, counts = shown.split("|")
    with translation.override(language):
        text = cells(row(Share(1000, 1500, late=3)))

    assert f"<span>{percent}<small" in text
    assert f">{counts}</small>" in text


@pytest.mark.parametrize("share", [None, Share(0, 0)])
def test_nothing_due_is_a_dash(share):
    assert cells(row(share)).count("<span>–</span>") == len(STEPS)


def test_opinions_have_no_cell_in_a_school():
    opinions = f'data-label="{SHORT[Waiting.OPINIONS]}"'

    assert opinions in cells(row())
    assert opinions not in cells(row(), in_school=True)
    assert cells(row(), in_school=True).count("<td") == len(STEPS) - 1
