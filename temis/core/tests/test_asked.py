"""Numbers as requests carry them."""

import pytest

from temis.core.asked import whole_number, whole_numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("007", 7), ("9" * 18, int("9" * 18)),
        ("9" * 19, None), ("9" * 5000, None), ("", None), (None, None), ("-1", None), ("1.0", None), (" 1", None),
        ("²", None), ("٣", None), ("x", None),
    ],
)  # fmt: skip
def test_whole_number_is_what_a_key_can_be(text, number):
    assert whole_number(text) == number


def test_number_of_more_digits_than_it_may_have_is_none():
    assert [whole_number(text, digits=4) for text in ("2025", "20250")] == [2025, None]


def test_what_is_no_number_among_many_is_left_out():
    assert whole_numbers(["2", "", "²", "0", "1"]) == [2, 0, 1]
