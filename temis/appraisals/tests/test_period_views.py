"""Pages of periods and of who is in them."""

from datetime import date

import pytest
from django.urls import reverse

from temis.access import Role
from temis.appraisals import jobs
from temis.appraisals.actions.periods import close_period
from temis.appraisals.enums import PeriodState, Stage, State
from temis.appraisals.models import Appraisal, Period, StageWindow
from temis.appraisals.queries import periods as queries
from temis.appraisals.tests.factories import appraisal_of, make_open_period, make_period, put_in_state
from temis.appraisals.totals import totals_for
from temis.core.jobs import Progress
from temis.core.models import Job
from temis.core.paging import Page
from temis.organizations import queries as organizations
from tests.cast import act, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]


def url(name, *args):
    return reverse(f"appraisals:{name}", args=args)


def form(**changes):
    values = {
        "year": "2020",
        "name": "Đợt đánh giá năm 2020",
        "school_year": "2019-2020",
        "reference_on": "2020-05-31",
        "decision_every": "2",
        "late_hours": "24",
    }
    days = {"SELF": (1, 31), "OPINIONS": (10, 31), "DECISION": (20, 31), "RESPONSE": (25, 31)}
    for stage, (opens, closes) in days.items():
        values |= {f"opens-{stage}": f"2020-05-{opens:02}", f"closes-{stage}": f"2020-05-{closes:02}"}
    from temis.appraisals.tests.factories import editions

    return values | {f"edition-{subject}": edition.pk for subject, edition in editions().items()} | changes


@pytest.mark.parametrize("who", ["teacher", "principal", "province_officer", "local_leader", "administrator"])
def test_pages_of_the_ministry_are_absent_for_others(client, cast, who):
    period = make_period(cast)
    act(client, cast, who)

    gets = [url("period_add"), url("period_edit", period.pk), url("period_dates", period.pk), url("period", period.pk)]
    posts = [url(name, period.pk) for name in ("period_open", "period_close", "period_reopen", "period_edit")]

    assert {client.get(address).status_code for address in gets} == {404}
    assert {client.post(address, form()).status_code for address in posts} == {404}
    period.refresh_from_db()
    assert period.state == PeriodState.DRAFT


def test_ministry_prepares_a_period(client, cast):
    act(client, cast, "ministry_officer")

    assert client.get(url("period_add")).status_code == 200
    answer = client.post(url("period_add"), form())

    period = Period.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url("period", period.pk))
    assert (period.year, period.decision_every, period.windows.count()) == (2020, 2, 4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"school_year": "2020"}, "Ghi năm học theo mẫu"),
        ({"closes-SELF": "2020-04-01"}, "ngày kết thúc phải từ ngày bắt đầu"),
        ({"decision_for_all": "on"}, "Hãy nêu căn cứ"),
        ({"opens-SELF": "31/02/2020"}, "Ngày không đọc được"),
        ({"decision_every": "0"}, "1"),
    ],
)
def test_what_is_wrong_is_told_at_the_form_and_nothing_is_made(client, cast, changes, words):
    act(client, cast, "ministry_officer")

    answer = client.post(url("period_add"), form(**changes))

    assert answer.status_code in (200, 422)
    assert words in answer.content.decode()
    assert not Period.objects.exists()


def test_opening_runs_in_the_background_and_ends_with_everybody_in(client, cast):
    period = make_period(cast)
    scope = act(client, cast, "ministry_officer")

    client.post(url("period_open", period.pk))

    job = Job.objects.get()
    assert (job.kind, job.state, job.user_id) == ("period.open", "WAITING", scope.user_id)
    outcome = jobs.open_in_background(Progress(None), period_id=period.pk, assignment_id=scope.assignment_id)
    assert outcome.message == "Đã mở đợt với 14 người."
    assert outcome.url == url("period", period.pk)


def test_period_that_is_not_ready_is_not_asked_to_open(client, cast):
    period = make_period(cast, windows={Stage.SELF: (date(2020, 5, 1), date(2020, 5, 31))})
    act(client, cast, "ministry_officer")

    assert client.post(url("period_open", period.pk)).status_code == 422
    assert not Job.objects.exists()


def test_role_that_ended_before_the_work_began_opens_nothing(cast):
    from temis.core.errors import RuleViolation

    period = make_period(cast)

    with pytest.raises(RuleViolation):
        jobs.open_in_background(Progress(None), period_id=period.pk, assignment_id="e0")
    period.refresh_from_db()
    assert period.state == PeriodState.DRAFT


def test_every_night_brings_open_periods_up_to_date(cast):
    period = make_open_period(cast)
    closed = make_open_period(cast, 2019)
    close_period(closed.pk, scope=cast.scope("ministry_officer"))
    cast.people["late"] = make_person("93040", "Lê Thị Muộn", cast.school_2, "TEACHER", level="THCS")

    jobs.nightly(0)

    assert list(Appraisal.objects.filter(person=cast.late).values_list("period", flat=True)) == [period.pk]


@pytest.mark.parametrize(
    ("who", "total"),
    [
        ("ministry_officer", 14),
        ("province_officer", 12),
        ("province_officer_b", 2),
        ("local_officer", 10),
        ("principal", 8),
        ("deputy", 8),
        ("leader", 5),
    ],
)
def test_counts_are_those_within_reach(cast, who, total):
    period = make_open_period(cast)
    put_in_state(appraisal_of(cast, "teacher", period), State.SUBMITTED)
    put_in_state(appraisal_of(cast, "teacher_2", period), State.DECIDED)
    put_in_state(appraisal_of(cast, "teacher_3", period), State.EXCLUDED)

    found = totals_for(cast.scope(who, Role.GROUP_LEADER if who == "leader" else None), period)

    of_the_school = who != "province_officer_b"
    assert (found.total, found.excluded, found.submitted, found.decided) == (
        (total, 1, 2, 1) if of_the_school else (total, 0, 0, 0)
    )
    assert found.due == found.taking_part


def test_page_of_a_period_shows_the_days_that_hold_for_the_own_body(client, cast):
    period = make_open_period(cast)
    act(client, cast, "principal")

    client.post(
        url("period_windows", period.pk, cast.school_2.pk), {"opens-SELF": "2020-05-05", "closes-SELF": "2020-05-25"}
    )
    page = client.get(url("period", period.pk)).content.decode()

    assert "25/05/2020" in page
    assert "Tự đánh giá: thời hạn do Trường THCS Lê Quý Đôn đặt" in page


def test_half_of_a_window_is_refused_at_its_field(client, cast):
    period = make_open_period(cast)
    act(client, cast, "principal")

    answer = client.post(url("period_windows", period.pk, cast.school_2.pk), {"opens-SELF": "2020-05-05"})

    assert answer.status_code == 422
    assert "Hãy nhập cả ngày bắt đầu và ngày kết thúc" in answer.content.decode()
    assert not StageWindow.objects.filter(organization=cast.school_2).exists()


@pytest.mark.parametrize("body", ["school_20", "local", "ministry"])
def test_windows_of_bodies_out_of_reach_are_absent(client, cast, body):
    period = make_open_period(cast)
    act(client, cast, "principal")
    address = url("period_windows", period.pk, cast.bodies[body].pk)

    assert client.get(address).status_code == 404
    assert client.post(address, {"opens-SELF": "2020-05-05", "closes-SELF": "2020-05-25"}).status_code == 404


# Who is in


def names_on(page: str, cast) -> set[str]:
    main = page.split("<main")[1].split("</main>")[0]
    return {name for name, person in cast.people.items() if f">{person.full_name}<" in main}


def test_list_holds_exactly_those_within_reach(client, cast):
    period = make_open_period(cast)
    act(client, cast, "principal")

    page = client.get(url("participants", period.pk)).content.decode()

    assert names_on(page, cast) == {
        "principal", "deputy", "leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?state=EXCLUDED", {"teacher_3"}),
        ("?q=binh", {"teacher"}),
        ("?state=GONE", {"teacher_4"}),
        ("?state=NOT_DUE", {"teacher_2"}),
        ("?q=khong+co", set()),
    ],
)
def test_list_is_filtered(client, cast, query, expected):
    period = make_open_period(cast)
    put_in_state(appraisal_of(cast, "teacher_3", period), State.EXCLUDED)
    Appraisal.objects.filter(person=cast.teacher_2).update(decision_due=False)
    type(cast.teacher_4).objects.filter(pk=cast.teacher_4.pk).update(organization=cast.school_20)
    act(client, cast, "principal")

    page = client.get(url("participants", period.pk) + query).content.decode()

    assert names_on(page, cast) == expected


BY_SCHOOL_AND_NAME = [
    *("leader", "teacher_4", "teacher", "lone_teacher", "teacher_3", "principal", "teacher_2", "deputy"),
    *("principal_20", "teacher_20"),
]


def test_list_of_several_schools_is_by_school_then_by_name(client, cast):
    period = make_open_period(cast)
    act(client, cast, "local_officer")

    rows = client.get(url("participants", period.pk)).context["page"].rows

    assert [row.person for row in rows] == [cast.people[who] for who in BY_SCHOOL_AND_NAME]


@pytest.mark.parametrize("few", [0, organizations.FEW])
def test_pages_of_the_list_follow_each_other_over_the_end_of_a_school(cast, few, monkeypatch):
    monkeypatch.setattr(organizations, "FEW", few)
    period, scope = make_open_period(cast), cast.scope("local_officer")
    found = queries.participants(scope, period)

    def page(**token: str) -> Page[Appraisal]:
        return queries.participants_page(scope, found, size=3, **token)

    pages = [page()]
    while pages[-1].next:
        pages.append(page(after=pages[-1].next))

    assert [row.person for one in pages for row in one.rows] == [cast.people[who] for who in BY_SCHOOL_AND_NAME]
    assert page(before=pages[-1].previous).rows == pages[-2].rows


def test_list_takes_the_same_queries_for_more_people(client, cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    period = make_open_period(cast)
    act(client, cast, "principal_20")
    address = url("participants", period.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(5):
        make_person(f"9308{number}", "Lê Thị Thêm", cast.school_20, "TEACHER", level="TH")
    jobs.nightly(0)
    with CaptureQueriesContext(connection) as more:
        client.get(address)

    assert len(more) == len(few)


def test_people_are_taken_out_and_back_from_the_list(client, cast):
    period = make_open_period(cast)
    chosen = appraisal_of(cast, "teacher", period)
    act(client, cast, "principal")

    answer = client.post(
        url("exclude", period.pk), {"person": [chosen.pk], "exclusion": "MATERNITY", "query": "?state=OPEN"}
    )
    chosen.refresh_from_db()
    assert (answer["Location"], chosen.state) == (url("participants", period.pk) + "?state=OPEN", State.EXCLUDED)

    client.post(url("include", period.pk), {"person": [chosen.pk]})
    chosen.refresh_from_db()
    assert chosen.state == State.OPEN


@pytest.mark.parametrize(
    "given",
    [
        {"exclusion": "MATERNITY"},
        {"person": ["x"], "exclusion": "MATERNITY"},
        {"person": ["OWN"], "exclusion": ""},
        {"person": ["OWN"], "exclusion": "OTHER", "note": ""},
    ],
)
def test_nobody_is_taken_out_without_a_choice_and_a_reason(client, cast, given):
    period = make_open_period(cast)
    chosen = appraisal_of(cast, "teacher", period)
    act(client, cast, "principal")
    given = {**given, "person": [chosen.pk if one == "OWN" else one for one in given.get("person", [])]}

    assert client.post(url("exclude", period.pk), given).status_code == 422
    chosen.refresh_from_db()
    assert chosen.state == State.OPEN


def test_refused_choice_stands_at_the_form_with_what_was_ticked_and_typed(client, cast):
    period = make_open_period(cast)
    chosen = appraisal_of(cast, "teacher", period)
    act(client, cast, "principal")
    given = {"person": [chosen.pk], "exclusion": "OTHER", "note": " ", "query": "?state=OPEN"}

    answer = client.post(url("exclude", period.pk), given)

    assert [error["url"] for error in answer.context["errors"]] == ["#note"]
    assert (answer.context["state"], answer.context["ticked"]) == ("OPEN", [chosen.pk])
    page = answer.content.decode()
    assert '<option value="OTHER" selected>' in page
    assert page.count(" checked>") == 1
    assert '<details class="fold" open>' in page


def test_list_at_the_address_of_a_refused_step_leads_back_to_the_list(client, cast):
    period = make_open_period(cast)
    act(client, cast, "principal")

    for step in ("exclude", "include", "early"):
        answer = client.get(url(step, period.pk), {"state": "OPEN"})
        assert answer["Location"] == url("participants", period.pk) + "?state=OPEN"


@pytest.mark.parametrize("who", ["teacher", "deputy", "local_officer", "ministry_officer", "principal_20"])
def test_people_out_of_reach_are_not_taken_out(client, cast, who):
    period = make_open_period(cast)
    chosen = appraisal_of(cast, "teacher", period)
    act(client, cast, who)

    answer = client.post(url("exclude", period.pk), {"person": [chosen.pk], "exclusion": "MATERNITY"})

    chosen.refresh_from_db()
    assert (answer.status_code, chosen.state) == (404, State.OPEN)


def test_address_to_go_back_to_is_never_another_host(client, cast):
    period = make_open_period(cast)
    act(client, cast, "principal")

    for query in ("//evil.vn", "https://evil.vn", "?a=1\r\nX: y"):
        answer = client.post(
            url("exclude", period.pk),
            {"person": [appraisal_of(cast, "leader", period).pk], "exclusion": "STUDY", "query": query},
        )
        assert answer["Location"] == url("participants", period.pk)
        client.post(url("include", period.pk), {"person": [appraisal_of(cast, "leader", period).pk]})
