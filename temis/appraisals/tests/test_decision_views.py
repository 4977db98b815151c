"""Pages of the decision and of the result: refusals first."""

import pytest
from django.urls import reverse

from temis.access import P
from temis.appraisals.decision_tasks import tasks
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, DecisionDraft, Objection, SelfAssessment
from temis.appraisals.queries.decision import last_results, next_waiting, person_view
from temis.appraisals.queries.decision_table import table_rows
from temis.appraisals.tests.factories import DURING_DECISION, appraisal_of, make_open_period, put_in_state
from temis.appraisals.views import decision_table
from temis.core import clock
from temis.core.models import AccessEntry
from temis.core.paging import key_token
from temis.people.assignments import assignments_of, scope_of

LEVELS = {f"level-{number}": "2" for number in range(1, 16)}
TEACHERS = ("leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher")


@pytest.fixture
def period(cast):
    with clock.hold(DURING_DECISION):
        yield make_open_period(cast)


@pytest.fixture
def sent(cast, period):
    return put_in_state(appraisal_of(cast, "teacher", period), State.SUBMITTED)


@pytest.fixture
def principal(cast, client):
    client.force_login(cast.principal.user)
    return client


def first_roles(cast):
    """Everybody under the role with which he comes in."""
    for name, person in cast.people.items():
        yield name, scope_of(assignments_of(person.user)[0], person.user)


def test_each_page_of_a_decision_is_absent_for_everybody_else(cast, sent, client):
    pages = ("decide", "decision_preview", "answer")
    posts = ("decide", "decision_draft", "decision_row", "decide_early", "answer")
    for name, _scope in first_roles(cast):
        if name == "principal":
            continue
        client.force_login(cast.people[name].user)
        answers = {client.get(reverse(f"appraisals:{page}", args=[sent.pk])).status_code for page in pages}
        answers |= {client.post(reverse(f"appraisals:{page}", args=[sent.pk]), LEVELS).status_code for page in posts}
        answers |= {
            client.post(reverse(f"appraisals:{page}"), {"pk": sent.pk}).status_code
            for page in ("accept", "announce", "retract")
        }
        assert (name, answers) == (name, {404})
    sent.refresh_from_db()
    assert (sent.state, sent.revision) == (State.SUBMITTED, 0)


def test_who_decides_has_the_table_and_nobody_else(cast, period, client):
    seen = set()
    for name, _scope in first_roles(cast):
        client.force_login(cast.people[name].user)
        if client.get(reverse("appraisals:school")).status_code == 200:
            seen.add(name)

    assert seen == {"principal", "principal_20", "principal_high", "principal_b", "local_leader", "province_leader"}


def test_the_table_holds_exactly_those_whom_one_decides_on(cast, period, client):
    expected = {
        "principal": {*TEACHERS, "deputy"},
        "principal_20": {"teacher_20"},
        "local_leader": {"principal", "principal_20"},
        "province_leader": {"principal_high"},
    }
    for name, people in expected.items():
        client.force_login(cast.people[name].user)
        response = client.get(reverse("appraisals:school"))
        shown = {row.appraisal.person_id for _sheet, rows in response.context["sheets"] for row in rows}
        assert (name, shown) == (name, {cast.people[one].pk for one in people})


def test_the_table_takes_the_same_queries_for_one_and_for_seven(cast, period, client, django_assert_max_num_queries):
    counts = []
    for name in ("principal_20", "principal"):
        client.force_login(cast.people[name].user)
        client.get(reverse("appraisals:school"))
        with django_assert_max_num_queries(40) as queries:
            client.get(reverse("appraisals:school"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_pages_of_the_table_hold_everybody_once(cast, sent, principal, monkeypatch):
    monkeypatch.setattr(decision_table, "PAGE", 2)

    def walk(direction: str, **query):
        while True:
            response = principal.get(reverse("appraisals:school"), query)
            rows = [row.appraisal.person_id for _sheet, rows in response.context["sheets"] for row in rows]
            yield rows
            token = getattr(response.context["page"], "next" if direction == "after" else "previous")
            if not token:
                return
            query = {direction: token}

    everybody = {cast.people[one].pk for one in (*TEACHERS, "deputy")}
    forth = list(walk("after"))
    assert [len(page) for page in forth] == [2, 2, 2, 1]
    assert {person for page in forth for person in page} == everybody
    of_the_last = Appraisal.objects.get(person=forth[-1][0]).pk
    assert list(walk("before", before=key_token([of_the_last]))) == forth[-2::-1]


def test_filters_narrow_the_table(cast, sent, principal):
    def shown(**query):
        response = principal.get(reverse("appraisals:school"), query)
        return {row.appraisal.person_id for _sheet, rows in response.context["sheets"] for row in rows}

    put_in_state(appraisal_of(cast, "leader", sent.period), State.DECIDED)
    Appraisal.objects.filter(person=cast.deputy).update(decision_due=False)

    assert shown(show="announce") == {cast.leader.pk}
    assert shown(show="not_due") == {cast.deputy.pk}
    assert shown(show="waiting", group=cast.lone_teacher.group_id) == {cast.lone_teacher.pk}


def test_decide_and_next_goes_to_the_next_who_waits(cast, sent, principal):
    address = reverse("appraisals:decide", args=[sent.pk])

    response = principal.post(address, LEVELS | {"seen": 0, "then": "next", "note": "Tốt"})

    following = next_waiting(cast.scope("principal"), sent)
    assert response.url == reverse("appraisals:decide", args=[following.pk])
    sent.refresh_from_db()
    assert (sent.decided_overall, sent.decision_note) == (2, "Tốt")


def test_next_follows_the_order_of_the_list_and_begins_again(cast, period):
    scope = cast.scope("principal")
    order, one = [], appraisal_of(cast, "leader", period)
    for _turn in range(7):
        one = next_waiting(scope, one)
        order.append(one.person_id)

    names = ["teacher_4", "teacher", "lone_teacher", "teacher_3", "teacher_2", "deputy", "leader"]
    assert order == [cast.people[name].pk for name in names]


def test_a_gap_is_told_at_its_criterion_and_nothing_typed_is_lost(sent, principal):
    response = principal.post(
        reverse("appraisals:decide", args=[sent.pk]), LEVELS | {"level-4": "", "seen": 0, "note": "Ghi chú"}
    )

    assert response.status_code == 422
    assert response.context["errors"][0]["url"] == "#level-4_field"
    assert list(response.context["view"].chosen) == [2, 2, 2, None] + [2] * 11
    assert response.context["note"] == "Ghi chú"


def test_what_somebody_else_was_faster_with_is_told(sent, principal):
    address = reverse("appraisals:decide", args=[sent.pk])
    principal.post(address, LEVELS | {"seen": 0})

    response = principal.post(address, LEVELS | {"level-1": "0", "seen": 0})

    assert response.status_code == 422
    assert "cập nhật" in response.content.decode()


def test_the_draft_is_saved_while_typing(cast, sent, principal):
    address = reverse("appraisals:decision_draft", args=[sent.pk])

    first = principal.post(address, {"level-1": "3", "revision": 1, "note": "Nháp"}, headers={"X-Autosave": "1"})
    late = principal.post(address, {"level-1": "0", "revision": 1}, headers={"X-Autosave": "1"})

    assert (first.status_code, late.status_code) == (200, 409)
    draft = DecisionDraft.objects.get()
    assert (draft.levels[0], draft.note, draft.saved_by_id) == (3, "Nháp", cast.principal.user_id)


def test_a_row_is_kept_then_decided(sent, principal):
    address = reverse("appraisals:decision_row", args=[sent.pk])

    kept = principal.post(address, LEVELS | {"level-15": "", "revision": 0, "seen": 0})
    decided = principal.post(address, LEVELS | {"revision": 1, "seen": 0, "decide": 1})

    assert 'data-revision="1"' in kept.content.decode()
    assert 'data-seen="1"' in decided.content.decode()
    sent.refresh_from_db()
    assert sent.state == State.DECIDED


def test_the_preview_explains_and_keeps_nothing(sent, principal):
    response = principal.get(reverse("appraisals:decision_preview", args=[sent.pk]), LEVELS | {"level-1": "0"})

    assert "Chưa đạt" in response.content.decode()
    assert not DecisionDraft.objects.exists()


def test_filling_from_the_self_assessment_decides_nothing(sent, principal):
    response = principal.get(reverse("appraisals:decide", args=[sent.pk]), {"fill": "self"})

    assert list(response.context["view"].chosen) == sent.self_levels
    sent.refresh_from_db()
    assert sent.state == State.SUBMITTED


def test_looking_at_a_person_is_noted_for_him(cast, sent, principal):
    principal.get(reverse("appraisals:decide", args=[sent.pk]))

    entry = AccessEntry.objects.get(person_id=cast.teacher.pk)
    assert (entry.user_id, entry.what) == (cast.principal.user_id, "appraisal.decision")


def test_an_early_decision_asks_for_its_reason(sent, principal):
    Appraisal.objects.filter(pk=sent.pk).update(decision_due=False)
    address = reverse("appraisals:decide_early", args=[sent.pk])

    assert principal.post(address, {"reason": " "}).status_code == 422
    principal.post(address, {"reason": "Tuyển chọn giáo viên cốt cán"})

    sent.refresh_from_db()
    assert (sent.decision_due, sent.decision_due_reason) == (True, "Tuyển chọn giáo viên cốt cán")


def test_announcing_shows_who_would_be_told(cast, sent, principal):
    decided = put_in_state(appraisal_of(cast, "leader", sent.period), State.DECIDED)

    page = principal.get(reverse("appraisals:announce"))
    assert [row.appraisal for row in page.context["ready"]] == [decided]

    principal.post(reverse("appraisals:announce"), {"pk": decided.pk})
    decided.refresh_from_db()
    assert decided.state == State.ANNOUNCED


# The result


@pytest.mark.parametrize("state", [State.OPEN, State.SUBMITTED, State.DECIDED])
def test_no_result_before_it_is_announced(cast, period, client, state):
    own = put_in_state(appraisal_of(cast, "teacher", period), state)
    client.force_login(cast.teacher.user)

    assert client.get(reverse("appraisals:result", args=[own.pk])).status_code == 404
    assert client.get(reverse("appraisals:results")).context["results"] == []


def test_only_the_person_reads_his_result_page(cast, period, client):
    told = put_in_state(appraisal_of(cast, "teacher", period), State.ANNOUNCED)

    seen = set()
    for name, person in cast.people.items():
        client.force_login(person.user)
        if client.get(reverse("appraisals:result", args=[told.pk])).status_code == 200:
            seen.add(name)

    assert seen == {"teacher"}


def test_the_record_is_seen_by_those_whose_right_reaches_it_and_not_by_himself(cast, period, client):
    expected = {
        "teacher": {"principal", "local_officer", "local_leader", "province_officer", "province_leader"},
        "principal": {"local_officer", "local_leader", "province_officer", "province_leader"},
    }
    for ratee, people in expected.items():
        record = put_in_state(appraisal_of(cast, ratee, period), State.DECIDED)
        seen = set()
        for name, person in cast.people.items():
            client.force_login(person.user)
            if client.get(reverse("appraisals:record", args=[record.pk])).status_code == 200:
                seen.add(name)
        assert (ratee, seen) == (ratee, people)


def test_an_objection_without_words_is_told_at_its_field(cast, period, client):
    told = put_in_state(appraisal_of(cast, "teacher", period), State.ANNOUNCED)
    client.force_login(cast.teacher.user)
    with clock.hold(DURING_DECISION.replace(day=20)):
        response = client.post(reverse("appraisals:object", args=[told.pk]), {"text": " "})

    assert response.status_code == 422
    assert response.context["errors"][0]["url"] == "#text"
    assert not Objection.objects.exists()


# Reads


def test_last_result_is_the_latest_told_before_this_year_and_levels_need_the_same_edition(cast, period):
    now = appraisal_of(cast, "teacher", period)
    for year, state, level in ((2017, State.ACKNOWLEDGED, 1), (2018, State.ANNOUNCED, 3), (2019, State.DECIDED, 0)):
        old = make_open_period(cast, year)
        put_in_state(appraisal_of(cast, "teacher", old), state, decided_levels=[level] * 15, decided_overall=level)

    found = last_results([now.pk])[now.pk]

    assert (found.year, found.overall, found.levels) == (2018, 3, (3,) * 15)


def test_last_results_takes_one_query(cast, period, django_assert_num_queries):
    rows = list(Appraisal.objects.filter(period=period).select_related("period"))
    with django_assert_num_queries(1):
        last_results([one.pk for one in rows])


def test_criteria_differ_where_those_who_said_something_disagree(cast, sent):
    old = make_open_period(cast, 2018)
    put_in_state(appraisal_of(cast, "teacher", old), State.ANNOUNCED, decided_levels=[2] * 14 + [1], decided_overall=2)

    view = person_view(sent, cast.scope("principal"))

    assert [row.criterion.number for _standard, rows in view.groups for row in rows if row.differs] == [15]


def test_who_sent_nothing_shows_no_self_assessment_even_if_a_draft_is_there(cast, period):
    unsent = appraisal_of(cast, "teacher", period)
    SelfAssessment.objects.create(appraisal=unsent, levels=[3] * 15, strengths="Chưa gửi", saved_at=DURING_DECISION)

    view = person_view(unsent, cast.scope("principal"))

    assert {row.own for _standard, rows in view.groups for row in rows} == {None}
    assert view.own_sentences == []


def test_rows_of_the_table_name_what_agrees(cast, sent):
    (row,) = table_rows(cast.scope("principal"), [sent])

    assert (row.standing.agrees, row.standing.is_waiting, row.missing) == (False, True, 15)


def test_tasks_of_the_head_and_of_the_person(cast, sent):
    put_in_state(appraisal_of(cast, "leader", sent.period), State.DECIDED)
    told = put_in_state(appraisal_of(cast, "teacher_2", sent.period), State.OBJECTED)

    found = [(task.title, task.state, task.done) for task in tasks(cast.scope("principal"))]
    assert found == [
        ("Đánh giá, xếp loại", "Đã xếp loại 2/7 người", False),
        ("Thông báo kết quả", "1 kết quả chưa thông báo", False),
        ("Trả lời phản hồi kết quả", "1 phản hồi chờ trả lời", False),
    ]
    assert [task.url for task in tasks(cast.scope("teacher_2"))] == [reverse("appraisals:result", args=[told.pk])]
    assert tasks(cast.scope("province_officer")) == []
    assert not cast.scope("staff").has(P.APPRAISAL_DECIDE)
