"""The three papers as cookies: no script reads them, no page needs to pass them on."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from temis.admission.tokens import (
    PASS_HOURS,
    Pass,
    Receipt,
    Ticket,
    join_receipts,
    read_pass,
    read_receipts,
    read_ticket,
)

PASS, TICKET, RECEIPTS = "temis_pass", "temis_ticket", "temis_receipts"
_RECEIPT_AGE = timedelta(days=4)  # longer than any time for late submissions (Period.late_hours)


def pass_of(request: HttpRequest) -> Pass | None:
    text = request.COOKIES.get(PASS)
    return read_pass(text) if text else None


def ticket_of(request: HttpRequest) -> Ticket | None:
    text = request.COOKIES.get(TICKET)
    return read_ticket(text) if text else None


def receipts_of(request: HttpRequest) -> list[Receipt]:
    """Of everybody who uses this browser."""
    return read_receipts(request.COOKIES.get(RECEIPTS, ""))


def keep_pass(response: HttpResponseBase, new: Pass) -> None:
    _set(response, PASS, new.sign(), timedelta(hours=PASS_HOURS))


def keep_ticket(response: HttpResponseBase, ticket: Ticket) -> None:
    _set(response, TICKET, ticket.sign(), timedelta(days=2))


def drop_ticket(response: HttpResponseBase) -> None:
    response.delete_cookie(TICKET, samesite="Lax")


def keep_receipts(response: HttpResponseBase, receipts: list[Receipt]) -> None:
    _set(response, RECEIPTS, join_receipts(receipts), _RECEIPT_AGE)


def is_set(response: HttpResponseBase, name: str) -> bool:
    return name in response.cookies


def _set(response: HttpResponseBase, name: str, value: str, age: timedelta) -> None:
    response.set_cookie(
        name, value, max_age=age, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax", path="/"
    )
