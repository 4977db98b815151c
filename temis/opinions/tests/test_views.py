"""Pages of the opinion stage, refusals first."""

import pytest
from django.urls import reverse

from temis.access import Role
from temis.appraisals.enums import State
from temis.appraisals.tests.factories import BEFORE, appraisal_of, make_open_period, put_in_state
from temis.core import clock
from temis.messaging.models import Notice
from temis.opinions.models import Asked, Ballot, OpinionTally
from temis.opinions.queries.progress import missing_raters
from temis.opinions.queries.sums import aggregates_for
from temis.opinions.tasks import tasks
from temis.opinions.tests import AFTER_OPINIONS, DURING_OPINIONS
from temis.opinions.tests.factories import SCIENCE, all_rate, rate

LEVELS = {f"level-{number}": "K" for number in range(1, 16)}


@pytest.fixture
def period(cast):
    return make_open_period(cast)


@pytest.fixture
def during():
    with clock.hold(DURING_OPINIONS):
        yield


def who_sees_sums(cast, appraisal):
    """Everybody of the cast, in any of his roles, who may see the sums on this appraisal."""
    return {
        name
        for name, person in cast.people.items()
        for held in person.user.assignments.all()
        if appraisal.pk in aggregates_for(cast.scope(name, Role(held.role)), [appraisal.pk])
    }


ABOVE = {"local_officer", "local_leader", "province_officer", "province_leader"}


@pytest.mark.parametrize(
    "name", ["principal", "deputy", "local_officer", "province_leader", "ministry_officer", "lecturer"]
)
def test_who_is_asked_about_nobody_has_no_list(cast, period, client, name, during):
    client.force_login(cast.people[name].user)

    assert client.get(reverse("opinions:list")).status_code == 404


def test_list_shows_exactly_those_whom_one_is_asked_about(cast, period, client, during):
    rate(cast, "teacher", appraisal_of(cast, "leader", period))
    client.force_login(cast.teacher.user)

    response = client.get(reverse("opinions:list"))

    shown = {
        circle: {one.appraisal.person_id: one.answered for one in rows} for circle, rows in response.context["circles"]
    }
    assert shown == {
        "COLLEAGUES": {cast.people[name].pk: name == "leader" for name in SCIENCE if name != "teacher"},
        "STAFF": {cast.principal.pk: False, cast.deputy.pk: False},
    }


def test_staff_is_asked_about_the_managers_only(cast, period, client, during):
    client.force_login(cast.staff.user)

    response = client.get(reverse("opinions:list"))

    assert [circle for circle, _rows in response.context["circles"]] == ["STAFF"]


def test_list_takes_the_same_queries_for_one_and_for_six(cast, period, client, during, django_assert_max_num_queries):
    counts = []
    for name in ("staff", "teacher"):
        client.force_login(cast.people[name].user)
        client.get(reverse("opinions:list"))
        with django_assert_max_num_queries(40) as queries:
            client.get(reverse("opinions:list"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["lone_teacher", "staff", "teacher_b", "teacher"])
def test_a_form_about_somebody_one_is_not_asked_about_is_absent(cast, period, client, name, during):
    about = appraisal_of(cast, "teacher", period)
    client.force_login(cast.people[name].user)

    for answer in (client.get, client.post):
        assert answer(reverse("opinions:colleague", args=[about.pk]), LEVELS).status_code == 404
    assert not Ballot.objects.exists()


def test_check_keeps_nothing_and_sending_keeps_the_sums(cast, period, client, during):
    about = appraisal_of(cast, "teacher_2", period)
    client.force_login(cast.teacher.user)
    address = reverse("opinions:colleague", args=[about.pk])

    checked = client.post(address, LEVELS | {"check": "1"})
    assert checked.templates[0].name == "opinions/check.html"
    assert not OpinionTally.objects.exists()

    sent = client.post(address, LEVELS | {"send": "1"})
    assert sent.url == reverse("opinions:list") + "?given"
    assert OpinionTally.objects.get().counts == [0, 0, 1, 0] * 15


def test_a_double_click_counts_once_and_says_so(cast, period, client, during):
    about = appraisal_of(cast, "teacher_2", period)
    client.force_login(cast.teacher.user)
    address = reverse("opinions:colleague", args=[about.pk])
    client.post(address, LEVELS | {"send": "1"})

    again = client.post(address, LEVELS | {"send": "1"})

    assert again.status_code == 422
    assert OpinionTally.objects.get().given == 1


def test_a_gap_is_told_at_its_criterion_and_what_was_chosen_stays(cast, period, client, during):
    about = appraisal_of(cast, "teacher_2", period)
    client.force_login(cast.teacher.user)

    response = client.post(reverse("opinions:colleague", args=[about.pk]), LEVELS | {"level-3": "", "check": "1"})

    assert response.status_code == 422
    assert response.context["errors"][0]["url"] == "#level-3_field"
    assert [level for _standard, rows in response.context["standards"] for _one, level in rows] == [2, 2, None] + [
        2
    ] * 12


def test_sums_on_a_teacher_are_seen_by_group_leader_principal_and_above(cast, period):
    appraisal = all_rate(cast, "teacher", period)

    assert who_sees_sums(cast, appraisal) == {"leader", "principal"} | ABOVE


def test_sums_on_the_group_leader_are_not_seen_by_himself(cast, period):
    appraisal = all_rate(cast, "leader", period)

    assert who_sees_sums(cast, appraisal) == {"principal"} | ABOVE


def test_sums_on_the_principal_are_not_seen_by_himself_before_he_is_told(cast, period):
    appraisal = appraisal_of(cast, "principal", period)
    rate(cast, "staff", appraisal)

    assert who_sees_sums(cast, appraisal) == ABOVE


def test_sums_are_seen_by_the_person_once_he_has_been_told(cast, period):
    for name, others in (("teacher", {"leader", "principal"}), ("principal", set())):
        appraisal = put_in_state(appraisal_of(cast, name, period), State.ANNOUNCED)
        assert who_sees_sums(cast, appraisal) == {name} | others | ABOVE


def test_what_is_hidden_carries_no_numbers(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    for rater in ("leader", "teacher_2", "teacher_3"):
        rate(cast, rater, appraisal, 3, remark="Rất tốt")

    with clock.hold(DURING_OPINIONS):
        sums = aggregates_for(cast.scope("principal"), [appraisal.pk])[appraisal.pk]

    assert (sums.hidden_code, sums.criteria, sums.overall, sums.remarks) == ("COLLECTING", (), None, ())
    assert (sums.asked, sums.given) == (4, 3)


def test_open_sums_show_counts_and_middle_for_each_criterion(cast, period):
    appraisal = appraisal_of(cast, "teacher", period)
    for place, rater in enumerate(("leader", "teacher_2", "teacher_3", "teacher_4")):
        rate(cast, rater, appraisal, [3] * 5 + [min(place, 2)] * 10)

    sums = aggregates_for(cast.scope("principal"), [appraisal.pk])[appraisal.pk]

    assert sums.is_shown
    assert [one.counts for one in sums.criteria] == [(0, 0, 0, 4)] * 5 + [(1, 1, 2, 0)] * 10
    assert sums.medians == [3] * 5 + [1] * 10


def test_missing_are_named_without_about_whom(cast, period, client, during):
    for ratee in SCIENCE[1:]:
        rate(cast, "leader", appraisal_of(cast, ratee, period), role=Role.TEACHER)
    rate(cast, "teacher", appraisal_of(cast, "leader", period))
    client.force_login(cast.leader.user)

    response = client.get(reverse("opinions:progress"))

    assert {(one.person.pk, one.left) for one in response.context["missing"]} == {
        (cast.teacher.pk, 3),
        (cast.teacher_2.pk, 4),
        (cast.teacher_3.pk, 4),
        (cast.teacher_4.pk, 4),
    }
    assert [(one.given, one.asked) for one in response.context["circles"]] == [(5, 20)]


def test_principal_follows_his_whole_school_and_sees_who_is_skipped(cast, period, client, during):
    client.force_login(cast.principal.user)

    response = client.get(reverse("opinions:progress"))

    assert {one.person.pk for one in response.context["missing"]} == {
        cast.people[name].pk for name in (*SCIENCE, "lone_teacher", "staff")
    }
    assert [one.person for one in response.context["alone"]] == [cast.lone_teacher]


def test_no_names_once_the_days_are_over(cast, period, client):
    client.force_login(cast.principal.user)

    with clock.hold(AFTER_OPINIONS):
        response = client.get(reverse("opinions:progress"))

    assert response.context["missing"] == []


@pytest.mark.parametrize("name", ["teacher", "staff", "deputy", "lecturer", "administrator", "ministry_officer"])
def test_others_do_not_see_who_is_missing(cast, period, client, name, during):
    client.force_login(cast.people[name].user)

    assert client.get(reverse("opinions:progress")).status_code == 404


def test_an_office_sees_schools_within_its_reach_only(cast, period, client, during):
    client.force_login(cast.local_officer.user)

    ours = client.get(reverse("opinions:progress"), {"body": cast.school_2.pk})
    others = client.get(reverse("opinions:progress"), {"body": cast.high_school.pk})

    assert ours.context["body"] == cast.school_2
    assert others.context["body"] is None


def test_reminding_tells_each_missing_person_once_a_day(cast, period, client, during):
    rate(cast, "teacher", appraisal_of(cast, "teacher_2", period))
    for name in ("leader", "principal"):
        client.force_login(cast.people[name].user)
        client.post(reverse("opinions:remind"))

    told = Notice.objects.values_list("user_id", flat=True)
    assert sorted(told) == sorted(cast.people[name].user_id for name in (*SCIENCE, "lone_teacher", "staff"))


def test_a_leader_reminds_his_group_only(cast, period, client, during):
    client.force_login(cast.leader.user)

    client.post(reverse("opinions:remind"))

    assert set(Notice.objects.values_list("user_id", flat=True)) == {cast.people[name].user_id for name in SCIENCE}


@pytest.mark.parametrize("body", ["x", "²", "9" * 5000])
def test_body_that_cannot_be_read_reminds_nobody(cast, period, client, during, body):
    client.force_login(cast.principal.user)

    client.post(reverse("opinions:remind"), {"body": body})

    assert not Notice.objects.exists()


def test_nobody_is_reminded_outside_the_days(cast, period, client):
    client.force_login(cast.principal.user)

    with clock.hold(BEFORE):
        client.post(reverse("opinions:remind"))

    assert not Notice.objects.exists()


def test_missing_raters_leaves_out_who_cannot_answer_any_more(cast, period):
    put_in_state(appraisal_of(cast, "principal", period), State.DECIDED)
    asked = Asked.objects.filter(circle="STAFF")

    left = {one.person.pk: one.left for one in missing_raters(asked.filter(organization=cast.school_2))}
    assert left == {cast.people[name].pk: 1 for name in (*SCIENCE, "lone_teacher", "staff")}


def test_tasks_say_how_many_are_left(cast, period, during):
    rate(cast, "teacher", appraisal_of(cast, "teacher_2", period))

    found = tasks(cast.scope("teacher"))

    assert [(task.state, task.done, str(task.due)) for task in found] == [
        ("Đã góp ý 1/4 người", False, "2020-06-05"),
        ("Đã góp ý 0/2 người", False, "2020-06-05"),
    ]
    assert tasks(cast.scope("principal")) == []
