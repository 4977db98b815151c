"""The door of the site. Who is logged in goes first; who comes new waits in line while the machine is busy; nobody is
turned away without a paper that says when he came. See ADR 15.

Stands in front of sessions, database and templates: to be told to wait costs next to nothing.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from temis.admission import cookies, line, pages
from temis.admission.gate import Gate, Rank
from temis.admission.pace import Pace
from temis.admission.tokens import Pass, Receipt, Ticket, new_number, with_receipt
from temis.core import clock

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_PATIENCE = 2.0  # seconds that a page is waited for before the page of the line comes in its place
# For machines, and so cheap that they never wait.
_OPEN = ("/health/", "/language/", "/robots.txt")


class AdmissionMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.gate = Gate(settings.REQUESTS_AT_ONCE, settings.REQUESTS_WAITING)
        self.pace = Pace(most=settings.ARRIVALS_PER_SECOND, target=settings.ANSWER_TARGET_MS / 1000)
        self.line = line.SharedLine()
        self._turned_away = 0
        self._told_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.ARRIVALS_PER_SECOND or request.path.startswith(_OPEN):
            return self._answer(request)
        held = cookies.pass_of(request)
        if held is not None and held.user_id is not None:
            return self._member(request, held.user_id)
        return self._newcomer(request, held)

    # People who are logged in

    def _member(self, request: HttpRequest, user_id: int) -> HttpResponseBase:
        began = time.monotonic()
        if not self.gate.enter(Rank.MEMBER):
            return self._turn_away(request, user_id)
        try:
            response = self._answer(request)
        finally:
            self.gate.leave(Rank.MEMBER)
        self.pace.answered(time.monotonic() - began)
        self._tell()
        return response

    def _turn_away(self, request: HttpRequest, user_id: int) -> HttpResponse:
        self.pace.refused()
        self._turned_away += 1
        receipt = Receipt(user_id, _now(), new_number(), request.path[:120])
        held = with_receipt(cookies.receipts_of(request), receipt)
        mine = [one for one in held if one.user_id == user_id]
        response = pages.busy(request, mine[-1])
        cookies.keep_receipts(response, held)
        return response

    def _tell(self) -> None:
        """Once in a while, what this process has counted."""
        if self._turned_away and time.monotonic() - self._told_at > 5:
            count, self._turned_away, self._told_at = self._turned_away, 0, time.monotonic()
            line.count_turned_away(count)

    # People who are not

    def _newcomer(self, request: HttpRequest, held: Pass | None) -> HttpResponseBase:
        is_public = _is_public(request)
        ticket = cookies.ticket_of(request)
        if held is None and not is_public:
            let_in, ticket = self._ask(ticket)
            if not let_in:
                return self._queue(request, ticket)
        rank = Rank.VISITOR if is_public else Rank.ADMITTED
        # Who has typed a password is not sent away before it is certain that it takes too long.
        if not self.gate.enter(rank, None if request.method == "POST" else _PATIENCE):
            return self._queue(request, ticket)
        try:
            response = self._answer(request)
        finally:
            self.gate.leave(rank)
        if held is None and not is_public and not cookies.is_set(response, cookies.PASS):
            cookies.keep_pass(response, Pass(_user_of(request), clock.now()))
        return response

    def _ask(self, ticket: Ticket | None) -> tuple[bool, Ticket | None]:
        """May he come in? Else with his ticket, or a new one."""
        state = self.line.state()
        if state is None:
            return True, ticket
        has_room = not self.gate.is_full_of_others
        if has_room and state.waiting and (more := self.pace.take(state.waiting)):
            line.call(more)
            self.line.forget()
            state = self.line.state() or state
        if ticket is not None and ticket.place <= state.called:
            return True, ticket
        if has_room and ticket is None and not state.waiting and self.pace.take():
            return True, None
        return False, ticket or self._join()

    def _join(self) -> Ticket:
        self.line.forget()
        return Ticket(line.join(), _now(), new_number())

    def _queue(self, request: HttpRequest, ticket: Ticket | None) -> HttpResponse:
        """The page of the line; with it the ticket, so that the place is kept whatever becomes of this page."""
        ticket = ticket or self._join()
        response = pages.queue(request, ticket, self.line.state())
        cookies.keep_ticket(response, ticket)
        return response

    # All

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if hasattr(request, "new_pass_for"):
            self._new_pass(request, response, request.new_pass_for)
        return response

    def _new_pass(self, request: HttpRequest, response: HttpResponseBase, user_id: int | None) -> None:
        """After a login, where the ticket becomes a receipt in the person's name, or a logout."""
        cookies.keep_pass(response, Pass(user_id, clock.now()))
        ticket = cookies.ticket_of(request)
        if user_id is None or ticket is None:
            return
        cookies.drop_ticket(response)
        if _is_recent(ticket.at):
            receipt = Receipt(user_id, ticket.at, ticket.number)
            cookies.keep_receipts(response, with_receipt(cookies.receipts_of(request), receipt))


def _user_of(request: HttpRequest) -> int | None:
    """Somebody who was logged in before he had a pass."""
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _now() -> datetime:
    """To the second, as papers have it."""
    return clock.now().replace(microsecond=0)


def _is_recent(at: datetime) -> bool:
    return clock.now() - at < timedelta(days=2)


def _is_public(request: HttpRequest) -> bool:
    """A page for everybody, or none at all: no place in line is needed for it."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return True
    return all(one.kind == "public" for one in getattr(view, "declares", ()))
