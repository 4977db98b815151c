"""Pages of one-time codes: the printed sheet and the letters."""

import re
from collections import Counter
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from temis.access import Role, Scope
from temis.accounts.models import User
from temis.core import clock, jobs
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.people import actions
from temis.people import jobs as people_jobs
from temis.people.jobs import send_codes
from tests.cast import Cast, act

pytestmark = pytest.mark.django_db


def test_sheet_shows_each_code_once_and_stays_in_no_cache(client, cast: Cast):
    act(client, cast, "principal")

    page = client.post("/people/codes/print/", {"whom": "first"})
    text = page.content.decode()

    shown = re.findall(r"code-slip__code tabular\">([0-9A-Z-]{14})<", text)
    assert len(shown) == len(set(shown)) == 8
    assert page["Cache-Control"] == "no-store"
    first = Client().post("/accounts/first/", {"login": page.context["schools"][0][1][0][0].code, "code": shown[0]})
    assert first["Location"] == "/accounts/first/password/"


def test_codes_for_those_who_never_came_leave_the_others_alone(client, cast: Cast):
    User.objects.filter(username="93004").update(last_login=clock.now())
    act(client, cast, "principal")

    page = client.post("/people/codes/print/", {"whom": "first"})

    assert page.context["count"] == 7
    assert User.objects.get(username="93004").code_digest == ""


@pytest.mark.parametrize(
    ("limit", "step", "told"),
    [
        ("MOST_ON_PAPER", "print", "Mỗi lần in nhiều nhất 7 phiếu"),
        ("MOST_BY_MAIL", "mail", "Mỗi lần gửi nhiều nhất 7 thư"),
    ],
)
def test_more_codes_than_fit_are_refused_and_none_is_made(client, cast: Cast, monkeypatch, limit, step, told):
    monkeypatch.setattr(f"temis.people.views.codes.{limit}", 7)
    User.objects.filter(username__startswith="93").update(email="a@x.vn", last_login=None)
    act(client, cast, "principal")

    answer = client.post(f"/people/codes/{step}/", {"whom": "first"})

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not User.objects.exclude(code_digest="").exists()


def _text(client, monkeypatch, *, on_paper: int) -> str:
    monkeypatch.setattr("temis.people.views.codes.MOST_ON_PAPER", on_paper)
    return " ".join(client.get("/people/codes/").content.decode().split())


def _buttons(text: str) -> list[str]:
    return re.findall(r'formaction="/people/codes/(\w+)/"', text)


def test_people_are_counted_to_the_last_one_up_to_a_limit(client, cast: Cast, monkeypatch):
    User.objects.filter(username="93004").update(last_login=clock.now(), email="a@x.vn")
    User.objects.filter(username="93005").update(email="b@x.vn")
    act(client, cast, "principal")

    text = _text(client, monkeypatch, on_paper=8)

    assert "7 trên 8 người chưa đăng nhập lần nào" in text
    assert "1 người trong số đó có thư điện tử" in text
    assert _buttons(text) == ["print", "mail"]


def test_whoever_reaches_more_is_told_that_there_are_more_and_what_mail_can_do(client, cast: Cast, monkeypatch):
    User.objects.filter(username="93005").update(email="b@x.vn")
    act(client, cast, "principal")

    text = _text(client, monkeypatch, on_paper=5)

    assert "Có hơn 5 người trong phạm vi này" in text
    assert "Hơn 5 người chưa đăng nhập lần nào" in text
    assert "người trong số đó có thư điện tử" not in text
    assert _buttons(text) == ["mail"]
    assert "Mỗi lần gửi nhiều nhất 150.000 thư" in text


@pytest.mark.parametrize(
    ("on_paper", "told", "buttons"), [(2, "2 người", ["print", "mail"]), (1, "Hơn 1 người", ["mail"])]
)
@pytest.mark.parametrize("new", [("93003", "93004"), ("93008", "93009"), ("93003", "93009")])
def test_few_among_many_who_never_came_are_counted_whoever_they_are(
    client, cast: Cast, monkeypatch, new, on_paper, told, buttons
):
    User.objects.exclude(username__in=new).update(last_login=clock.now())
    User.objects.filter(username=new[1]).update(email="b@x.vn")
    act(client, cast, "principal")

    text = _text(client, monkeypatch, on_paper=on_paper)

    assert f"Có hơn {on_paper} người" in text
    assert f"{told} chưa đăng nhập lần nào" in text
    assert _buttons(text) == buttons
    assert f"Mỗi lần in nhiều nhất {on_paper} phiếu" in text


@pytest.mark.parametrize("with_mail", ["93003", "93009", None])
def test_mail_is_offered_where_anybody_has_an_address(client, cast: Cast, monkeypatch, with_mail):
    User.objects.update(email="")
    User.objects.filter(username=with_mail).update(email="b@x.vn")
    act(client, cast, "principal")

    text = _text(client, monkeypatch, on_paper=1)

    assert _buttons(text) == (["mail"] if with_mail else [])


def test_paper_is_not_offered_for_more_than_can_be_printed(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("temis.people.views.codes.MOST_ON_PAPER", 7)
    act(client, cast, "principal")

    page = client.get("/people/codes/").content.decode()

    assert "Mỗi lần in nhiều nhất 7 phiếu" in page
    assert "/people/codes/print/" not in page


@pytest.mark.parametrize(
    ("who", "role", "body", "codes"),
    [
        ("administrator", Role.ADMINISTRATOR, "school_20", {"93021", "93022"}),
        ("province_officer", None, "school_20", {"93021", "93022"}),
        ("province_officer", None, "high_school", {"93091", "93092"}),
        ("local_officer", None, "school_20", {"93021", "93022"}),
    ],
)
def test_page_of_a_school_leads_to_the_codes_of_its_people(client, cast: Cast, who, role, body, codes):
    act(client, cast, who, role)
    school = getattr(cast, body)

    shown = client.get(f"/organizations/{school.pk}/").content.decode()
    (link,) = re.findall(r'href="(/people/codes/[^"]*)"[^>]*>Mã đăng nhập<', shown)
    page = client.get(link)
    sheet = client.post("/people/codes/print/", {"whom": "first", "organization": school.pk})

    assert school.name in page.content.decode()
    assert page.context["all"] == len(codes)
    assert {person.code for _name, rows in sheet.context["schools"] for person, _code in rows} == codes


def test_codes_of_a_body_are_those_of_all_below_it(client, cast: Cast):
    act(client, cast, "province_officer")

    page = client.post("/people/codes/print/", {"whom": "first", "organization": cast.local.pk})

    shown = {person.code for _name, rows in page.context["schools"] for person, _code in rows}
    assert shown == {f"930{number:02}" for number in (*range(1, 10), 21, 22)} | {"93101", "93102"}


@pytest.mark.parametrize("body", ["province_b", "neighbour", "ministry"])
@pytest.mark.parametrize("step", ["", "print/", "mail/"])
def test_codes_of_a_body_out_of_reach_look_like_those_of_none(client, cast: Cast, body, step):
    act(client, cast, "province_officer")
    ask = client.post if step else client.get

    of_another = ask(f"/people/codes/{step}", {"organization": getattr(cast, body).pk})
    of_none = ask(f"/people/codes/{step}", {"organization": 10**9})

    assert (of_another.status_code, of_none.status_code) == (404, 404)
    assert not User.objects.exclude(code_digest="").exists()


def test_codes_by_mail_are_in_the_letter_and_nowhere_else(client, cast: Cast):
    User.objects.filter(username__in=["93004", "93005"]).update(email="a@example.vn")
    act(client, cast, "principal")

    response = client.post("/people/codes/mail/", {"whom": "first"})
    job = Job.objects.get()
    queued = ProcrastinateJob.objects.filter(task_name="people.send_codes").get().args
    outcome = send_codes(jobs.Progress(None), **{k: v for k, v in queued.items() if k != "job_id"})

    assert response["Location"] == f"/jobs/{job.pk}/"
    assert outcome is not None
    assert outcome.message == "Đã gửi 2 thư."
    codes = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", "\n".join(str(letter.body) for letter in mail.outbox))
    assert len(set(codes)) == 2
    assert not any(code in str(queued) for code in codes)
    assert set(User.objects.exclude(code_digest="").values_list("username", flat=True)) == {"93004", "93005"}


def send(scope: Scope, within: str | None = None, *, newcomers: bool = True) -> jobs.Outcome | None:
    held = {"assignment": scope.assignment_id, "user_id": scope.user_id}
    return send_codes(jobs.Progress(None), within=within, newcomers=newcomers, count=2, **held)


@pytest.mark.parametrize("batch", [1, 2, 3, 200])
def test_codes_by_mail_reach_everybody_once(client, cast: Cast, monkeypatch, batch):
    monkeypatch.setattr(people_jobs, "_BATCH", batch)
    User.objects.filter(username__in=["93004", "93005", "93006"]).update(email="a@example.vn")

    send(cast.scope("province_officer"), str(cast.local.path))

    greeted = Counter(re.search(r"930\d\d", str(letter.body)).group() for letter in mail.outbox)
    assert greeted == {"93004": 1, "93005": 1, "93006": 1}


@pytest.mark.parametrize(("newcomers", "written"), [(True, {"93005"}), (False, {"93004", "93005"})])
def test_who_came_before_his_letter_needs_no_code(client, cast: Cast, newcomers, written):
    User.objects.filter(username__in=["93004", "93005"]).update(email="a@example.vn")
    User.objects.filter(username="93004").update(last_login=clock.now())

    send(cast.scope("principal"), newcomers=newcomers)

    assert set(User.objects.exclude(code_digest="").values_list("username", flat=True)) == written


def test_codes_by_mail_are_not_issued_when_the_role_is_gone(client, cast: Cast):
    User.objects.filter(username="93004").update(email="a@example.vn")
    scope = cast.scope("principal")
    actions.end_employment(cast.principal.employments.get().pk, date(2020, 1, 1), scope=cast.scope("local_officer"))

    with pytest.raises(RuleViolation):
        send(scope)

    assert mail.outbox == []
