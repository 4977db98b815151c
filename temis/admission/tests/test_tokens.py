"""What a browser holds is believed only as it was signed."""

from datetime import UTC, datetime, timedelta

import pytest

from temis.admission.tokens import (
    Pass,
    Receipt,
    Ticket,
    join_receipts,
    new_number,
    read_pass,
    read_receipt,
    read_receipts,
    read_ticket,
    spoken,
    with_receipt,
)
from temis.core import clock

NOW = datetime(2020, 5, 31, 16, 58, 7, tzinfo=UTC)  # 23:58 in Vietnam
RECEIPT = Receipt(7, NOW, "482109375512884", "/self-assessments/3/")
TICKET = Ticket(12_345, NOW, "482109375512884")
PASS = Pass(7, NOW)


@pytest.fixture(autouse=True)
def now():
    with clock.hold(NOW):
        yield


def test_what_was_signed_is_read_again():
    assert (read_receipt(RECEIPT.sign()), read_ticket(TICKET.sign()), read_pass(PASS.sign())) == (RECEIPT, TICKET, PASS)


@pytest.mark.parametrize("text", ["", "x", "a:b", "~", ":", RECEIPT.sign()[:-2], RECEIPT.sign() + "A", "é:è", "null:x"])
def test_anything_else_is_nothing(text):
    assert (read_receipt(text), read_ticket(text), read_pass(text)) == (None, None, None)


@pytest.mark.parametrize("position", range(0, len(RECEIPT.sign()), 3))
def test_no_letter_of_a_receipt_can_be_changed(position):
    text = RECEIPT.sign()
    changed = text[:position] + ("A" if text[position] != "A" else "B") + text[position + 1 :]

    assert read_receipt(changed) in (None, RECEIPT)  # the last letter carries unused bits
    assert position >= len(text) - 1 or read_receipt(changed) is None


def test_one_paper_is_not_taken_for_another():
    assert read_receipt(TICKET.sign()) is None
    assert read_ticket(RECEIPT.sign()) is None
    assert read_pass(RECEIPT.sign()) is None


def test_another_installation_signs_differently(settings):
    text = RECEIPT.sign()
    settings.SECRET_KEY = "another"

    assert read_receipt(text) is None


def test_a_key_that_was_replaced_is_still_read_while_it_is_named(settings):
    text, old = RECEIPT.sign(), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]

    assert read_receipt(text) == RECEIPT


@pytest.mark.parametrize(
    ("user", "age", "expected"),
    [
        (7, timedelta(hours=11, minutes=59), True),
        (7, timedelta(hours=12), False),
        (None, timedelta(minutes=14), True),
        (None, timedelta(minutes=15), False),
    ],
)
def test_a_pass_ends(user, age, expected):
    assert (read_pass(Pass(user, NOW - age).sign()) is not None) is expected


def test_of_each_person_and_day_the_first_receipt_stays():
    later = Receipt(7, NOW + timedelta(seconds=30), "1", "/")
    next_day = Receipt(7, NOW + timedelta(minutes=5), "2", "/")  # 00:03
    other = Receipt(8, NOW, "3", "/")

    held = with_receipt(with_receipt(with_receipt([RECEIPT], later), next_day), other)

    assert held == [RECEIPT, next_day, other]


def test_receipts_of_a_shared_browser_come_back_without_those_that_are_not_ours():
    held = [RECEIPT, Receipt(8, NOW, "3", "/")]

    assert read_receipts(join_receipts(held)) == held
    assert read_receipts("forged~" + join_receipts(held)) == held
    assert read_receipts("") == []


def test_numbers_are_fifteen_digits_and_easy_to_read_out():
    numbers = {new_number() for _ in range(1000)}

    assert len(numbers) == 1000
    assert {len(number) for number in numbers} == {15}
    assert spoken("482109375512884") == "482-109-375-512-884"
