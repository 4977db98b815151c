"""Who is served, who waits, what paper he gets."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from temis.access import Role
from temis.admission import cookies, line
from temis.admission.gate import Gate, Rank
from temis.admission.middleware import AdmissionMiddleware
from temis.admission.models import Line
from temis.admission.tokens import Pass, Ticket, read_pass, read_receipts, read_ticket
from temis.core import clock
from tests.cast import act

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "mat-khau-rat-dai-9"


@pytest.fixture
def door(monkeypatch):
    """The middleware of the next client: switched on, and within reach of the test."""
    made = []
    begin = AdmissionMiddleware.__init__

    def remember(self, get_response):
        begin(self, get_response)
        made.append(self)

    monkeypatch.setattr(AdmissionMiddleware, "__init__", remember)
    line.call(line.read().waiting)
    with override_settings(ARRIVALS_PER_SECOND=1, REQUESTS_AT_ONCE=2, REQUESTS_WAITING=0):
        yield made


@pytest.fixture
def visitor(door):
    client = Client()
    client.get("/health/")  # makes the middleware
    return client


def busy(door):
    """Nobody new is let in any more."""
    door[-1].pace.take(1000)
    door[-1].line.forget()


def full(door):
    """Members work at everything that can be worked at."""
    while door[-1].gate.enter(Rank.MEMBER):
        pass


def cookie(answer, name):
    return answer.cookies[name].value if name in answer.cookies else ""


def log_in(client, person):
    person.user.set_password(PASSWORD)
    person.user.save()
    return client.post(LOGIN, {"login": person.user.username, "password": PASSWORD})


class TestQuietHours:
    def test_pages_for_everybody_set_no_cookie_and_ask_for_no_place(self, visitor, door):
        busy(door)

        answer = visitor.get("/help/")

        assert (answer.status_code, list(answer.cookies)) == (200, [])

    def test_login_page_comes_at_once_and_keeps_the_place_until_the_password_is_typed(self, visitor):
        answer = visitor.get(LOGIN)

        found = read_pass(cookie(answer, cookies.PASS))
        assert answer.status_code == 200
        assert found is not None
        assert found.user_id is None

    def test_who_has_logged_in_gets_a_pass_in_his_name(self, cast, visitor):
        answer = log_in(visitor, cast.teacher)

        assert answer.status_code == 302
        assert read_pass(cookie(answer, cookies.PASS)).user_id == cast.teacher.user.pk

    def test_who_logs_out_leaves_a_pass_without_a_name(self, cast, visitor):
        log_in(visitor, cast.teacher)

        answer = visitor.post("/accounts/logout/")

        assert read_pass(cookie(answer, cookies.PASS)).user_id is None

    def test_somebody_logged_in_before_there_were_passes_gets_one(self, cast, visitor):
        visitor.force_login(cast.teacher.user)

        answer = visitor.get("/evidence/")

        assert read_pass(cookie(answer, cookies.PASS)).user_id == cast.teacher.user.pk

    def test_switched_off_everybody_comes_in(self, visitor, door):
        busy(door)
        with override_settings(ARRIVALS_PER_SECOND=0):
            assert visitor.get(LOGIN).status_code == 200


class TestLine:
    def test_newcomers_get_a_place_a_time_and_a_page_that_asks_again(self, visitor, door):
        busy(door)

        answer = visitor.get(LOGIN)

        ticket = read_ticket(cookie(answer, cookies.TICKET))
        page = answer.content.decode()
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Cache-Control"] == "no-store"
        assert ticket.place == line.read().last
        assert answer["Refresh"] == answer["Retry-After"]
        assert ticket.spoken_number in page
        assert "sessionid" not in answer.cookies

    def test_page_weighs_next_to_nothing_and_needs_no_script(self, visitor, door):
        busy(door)

        page = visitor.get(LOGIN).content

        assert len(page) < 3000
        assert b"<script" not in page

    def test_the_place_is_kept(self, visitor, door):
        busy(door)
        first = read_ticket(cookie(visitor.get(LOGIN), cookies.TICKET))

        again = read_ticket(cookie(visitor.get("/evidence/"), cookies.TICKET))

        assert again == first

    def test_it_is_one_line_whoever_comes_later_waits_behind(self, visitor, door):
        busy(door)
        visitor.get(LOGIN)
        other = Client()
        other.get("/health/")
        busy(door)

        answer = other.get(LOGIN)

        assert answer.status_code == 503
        assert "1</strong> người ở phía trước" in answer.content.decode()

    def test_whose_turn_it_is_comes_in(self, visitor, door):
        busy(door)
        visitor.get(LOGIN)

        line.call(1)
        door[-1].line.forget()

        answer = visitor.get(LOGIN)
        assert answer.status_code == 200
        assert read_pass(cookie(answer, cookies.PASS)) is not None

    def test_who_asks_again_moves_the_line_when_there_is_room(self, visitor, door):
        busy(door)
        visitor.get(LOGIN)

        door[-1].pace._room = 5.0

        assert visitor.get(LOGIN).status_code == 200
        assert line.read().waiting == 0

    def test_nobody_new_comes_in_while_those_who_log_in_wait_for_each_other(self, visitor, door, monkeypatch):
        monkeypatch.setattr(Gate, "is_full_of_others", True)

        assert visitor.get(LOGIN).status_code == 503

    def test_a_forged_ticket_is_no_place(self, visitor, door):
        busy(door)
        visitor.get(LOGIN)
        visitor.cookies[cookies.TICKET] = Ticket(1, clock.now(), "1").sign()[:-1] + "x"

        answer = visitor.get(LOGIN)

        assert answer.status_code == 503
        assert read_ticket(cookie(answer, cookies.TICKET)).place == line.read().last

    def test_what_was_typed_at_the_login_is_not_repeated_in_the_page(self, visitor, door):
        busy(door)

        page = visitor.post(LOGIN, {"login": "93000001", "password": PASSWORD}).content.decode()

        assert PASSWORD not in page
        assert "93000001" not in page

    def test_people_who_are_logged_in_do_not_wait_for_those_who_come(self, cast, visitor, door):
        log_in(visitor, cast.teacher)
        busy(door)
        other = Client()
        other.get("/health/")
        busy(door)
        other.get(LOGIN)

        assert visitor.get("/").status_code == 200

    def test_a_line_does_not_ask_for_a_row_per_person(self, visitor, door):
        for _ in range(5):
            busy(door)
            Client().get(LOGIN)

        assert Line.objects.count() <= 1

    def test_looking_at_the_line_writes_nothing_where_nobody_came_yet(self):
        Line.objects.all().delete()

        state = line.read()

        assert (state.waiting, state.turned_away, Line.objects.count()) == (0, 0, 0)

    def test_in_english(self, visitor, door):
        busy(door)

        page = visitor.get(LOGIN, headers={"Accept-Language": "en"}).content.decode()

        assert '<html lang="en">' in page
        assert "You are in the queue" in page


class TestTooManyInside:
    @pytest.fixture
    def member(self, cast, visitor):
        log_in(visitor, cast.teacher)
        return visitor

    def test_a_save_is_answered_with_a_receipt(self, cast, member, door):
        full(door)

        answer = member.post("/self-assessments/1/", {"level-1": "3"}, headers={"X-Autosave": "1"})

        (receipt,) = read_receipts(cookie(answer, cookies.RECEIPTS))
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert (receipt.user_id, receipt.path) == (cast.teacher.user.pk, "/self-assessments/1/")
        assert answer.json() == {"received_at": receipt.at.isoformat(), "number": receipt.spoken_number}

    def test_the_first_receipt_of_a_day_stays(self, member, door):
        full(door)
        first = cookie(member.get("/"), cookies.RECEIPTS)

        assert cookie(member.get("/evidence/"), cookies.RECEIPTS) == first

    def test_a_form_comes_back_with_all_that_was_typed(self, member, door):
        full(door)

        body = urlencode({"draft_revision": "7", "note": 'a"<b'})
        typed = "application/x-www-form-urlencoded"
        answer = member.post("/self-assessments/1/submit/", body, content_type=typed)
        page = answer.content.decode()

        assert '<input type="hidden" name="draft_revision" value="7">' in page
        assert 'value="a&quot;&lt;b"' in page
        assert 'action="/self-assessments/1/submit/"' in page
        assert "Refresh" not in answer

    def test_a_page_asks_again_by_itself(self, member, door):
        full(door)

        answer = member.get("/")

        assert int(answer["Refresh"]) > 0
        assert "biên nhận số" in answer.content.decode()

    def test_a_piece_of_a_page_is_answered_with_a_notice(self, member, door):
        full(door)

        answer = member.get("/", headers={"HX-Request": "true"})

        assert (answer.status_code, answer["HX-Retarget"]) == (503, "#messages")
        assert "<html" not in answer.content.decode()

    def test_nothing_reaches_the_application(self, member, door, django_assert_num_queries):
        full(door)

        with django_assert_num_queries(0):
            member.post("/self-assessments/1/", {"level-1": "3"}, headers={"X-Autosave": "1"})

    def test_machines_are_answered(self, member, door):
        full(door)

        assert member.get("/health/").status_code == 200

    def test_a_visitor_is_told_his_place(self, visitor, door):
        full(door)

        answer = visitor.get("/help/")

        assert answer.status_code == 503
        assert read_ticket(cookie(answer, cookies.TICKET)) is not None


class TestReceiptOutOfTheLine:
    def test_a_ticket_becomes_a_receipt_in_the_name_of_who_logs_in(self, cast, visitor, door):
        busy(door)
        came = clock.now() - timedelta(minutes=20)
        ticket = Ticket(line.read().called, came.replace(microsecond=0), "482109375512884")
        visitor.cookies[cookies.TICKET] = ticket.sign()

        answer = log_in(visitor, cast.teacher)

        (receipt,) = read_receipts(cookie(answer, cookies.RECEIPTS))
        assert (receipt.user_id, receipt.at, receipt.number) == (cast.teacher.user.pk, ticket.at, ticket.number)
        assert cookie(answer, cookies.TICKET) == ""

    def test_an_old_ticket_does_not(self, cast, visitor, door):
        visitor.cookies[cookies.TICKET] = Ticket(1, clock.now() - timedelta(days=3), "1").sign()

        answer = log_in(visitor, cast.teacher)

        assert cookies.RECEIPTS not in answer.cookies

    def test_a_wrong_password_makes_no_receipt(self, cast, visitor):
        visitor.cookies[cookies.TICKET] = Ticket(1, clock.now(), "1").sign()

        answer = visitor.post(LOGIN, {"login": cast.teacher.user.username, "password": "sai"})

        assert cookies.RECEIPTS not in answer.cookies

    def test_papers_are_read_by_no_script(self, cast, visitor):
        answer = log_in(visitor, cast.teacher)

        held = answer.cookies[cookies.PASS]
        assert (held["httponly"], held["samesite"], held["path"]) == (True, "Lax", "/")


class TestPageOfThoseWhoRunIt:
    def test_numbers_of_the_line(self, cast, client):
        state = line.read()
        line.call(state.waiting)
        line.join()
        act(client, cast, "administrator", Role.ADMINISTRATOR)

        page = client.get(reverse("admission:line")).content.decode()

        assert "Đang chờ" in page
        assert "Có người chờ từ lúc" in page

    def test_nobody_else_sees_it(self, cast, client):
        assert not cast.scope("teacher", Role.TEACHER).has("SYSTEM_MANAGE")
        client.force_login(cast.teacher.user)

        assert client.get(reverse("admission:line")).status_code == 404


def test_pass_of_another_kind_is_no_pass():
    assert read_pass(Ticket(1, clock.now(), "1").sign()) is None
    assert read_pass(Pass(None, clock.now()).sign()) is not None
