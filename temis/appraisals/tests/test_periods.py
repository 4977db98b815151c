"""Periods and their dates."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from temis.access import NotPermitted, P, Role
from temis.appraisals.actions import periods
from temis.appraisals.enums import PeriodState, Stage
from temis.appraisals.models import Period, StageWindow
from temis.appraisals.queries.windows import who_can_extend, window_of, windows_for
from temis.appraisals.tests.factories import DURING_SELF, WINDOWS, draft, editions, make_open_period, make_period
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.standards.enums import Subject

pytestmark = pytest.mark.django_db

MAY_10_20 = (date(2020, 5, 10), date(2020, 5, 20))


@pytest.fixture
def ministry(cast):
    return cast.scope("ministry_officer", Role.MINISTRY_OFFICER)


@pytest.fixture
def period(cast):
    return make_period(cast)


@pytest.mark.parametrize(
    "who", ["teacher", "principal", "local_leader", "province_officer", "province_leader", "administrator"]
)
def test_only_the_ministry_makes_a_period(cast, who):
    with pytest.raises(NotPermitted):
        periods.create_period(draft(), editions=editions(), windows=WINDOWS, scope=cast.scope(who))


def test_second_period_of_a_year_is_refused(cast, period):
    with pytest.raises(RuleViolation) as refused:
        make_period(cast)
    assert (refused.value.rule_id, refused.value.field) == ("APR-11", "year")


def test_shortened_cadence_without_a_reason_is_refused(cast):
    with pytest.raises(RuleViolation) as refused:
        make_period(cast, decision_for_all=True)
    assert (refused.value.rule_id, refused.value.field) == ("APR-10", "decision_reason")


def test_standard_for_other_people_is_refused(cast, ministry):
    swapped = {Subject.TEACHER: editions()[Subject.MANAGER]}
    with pytest.raises(RuleViolation) as refused:
        periods.create_period(draft(), editions=swapped, windows=WINDOWS, scope=ministry)
    assert refused.value.field == "edition-GVPT"


@pytest.mark.parametrize("missing", Stage)
def test_period_without_days_for_a_stage_does_not_open(cast, ministry, missing):
    known = {stage: days for stage, days in WINDOWS.items() if stage != missing}
    period = make_period(cast, windows=known)

    with pytest.raises(RuleViolation) as refused:
        periods.open_period(period.pk, scope=ministry)

    assert (refused.value.rule_id, refused.value.field) == ("APR-11", f"opens-{missing}")
    period.refresh_from_db()
    assert period.state == PeriodState.DRAFT


def test_opening_locks_the_editions_and_is_told(cast, ministry, period):
    with clock.hold(DURING_SELF):
        count = periods.open_period(period.pk, scope=ministry)

    period.refresh_from_db()
    assert (period.state, period.opened_at) == (PeriodState.OPEN, DURING_SELF)
    assert all(edition.locked_at for edition in editions().values())
    entry = AuditEntry.objects.get(action="period.open")
    assert (entry.count, entry.role, entry.organization_id) == (count, Role.MINISTRY_OFFICER, cast.ministry.pk)


def test_period_opens_once(cast, ministry):
    period = make_open_period(cast)

    with pytest.raises(RuleViolation):
        periods.open_period(period.pk, scope=ministry)


def test_closed_period_can_be_reopened_with_a_reason(cast, ministry):
    period = make_open_period(cast)
    periods.close_period(period.pk, scope=ministry)

    with pytest.raises(RuleViolation) as refused:
        periods.reopen_period(period.pk, reason=" ", scope=ministry)
    assert refused.value.field == "reason"
    assert periods.reopen_period(period.pk, reason="Bão lũ", scope=ministry).state == PeriodState.OPEN


def test_open_period_keeps_its_year_and_standards(cast, ministry):
    period = make_open_period(cast)

    with pytest.raises(RuleViolation):
        periods.edit_period(period.pk, draft(2021), editions=editions(), windows=WINDOWS, scope=ministry)


# who sees a period that is being prepared, and one that is open
@pytest.mark.parametrize(
    ("who", "sees_draft", "sees_open"),
    [
        ("ministry_officer", True, True),
        ("province_officer", False, True),
        ("province_officer_b", False, True),
        ("local_leader", False, True),
        ("principal", False, True),
        ("deputy", False, True),
        ("teacher", False, False),
        ("staff", False, False),
        ("lecturer", False, False),
    ],
)
def test_period_is_seen_below_its_body_once_it_is_open(cast, period, ministry, who, sees_draft, sees_open):
    scope = cast.scope(who)

    before = Period.objects.permitted(scope, P.PERIOD_VIEW).exists()
    periods.open_period(period.pk, scope=ministry)
    after = Period.objects.permitted(scope, P.PERIOD_VIEW).exists()

    assert (before, after) == (sees_draft, sees_open)


# Windows


def test_nearest_body_above_decides_on_the_days(cast):
    period = make_open_period(cast)
    province, school = cast.scope("province_officer"), cast.scope("principal")
    periods.set_windows(period.pk, cast.province.pk, {Stage.SELF: MAY_10_20}, scope=province)
    periods.set_windows(period.pk, cast.school_2.pk, {Stage.SELF: (date(2020, 5, 12), date(2020, 5, 15))}, scope=school)

    bodies = [cast.school_2, cast.school_20, cast.high_school, cast.neighbour]
    found = windows_for(period.pk, [body.pk for body in bodies])

    ends = [(found[body.pk][Stage.SELF].set_by, found[body.pk][Stage.SELF].closes_on.day) for body in bodies]
    assert ends == [
        (cast.school_2.pk, 15),
        (cast.province.pk, 20),
        (cast.province.pk, 20),
        (cast.ministry.pk, 31),
    ]
    assert found[cast.school_2.pk][Stage.DECISION].set_by == cast.ministry.pk


def test_windows_of_some_stages_are_those_among_all(cast):
    period = make_open_period(cast)
    bodies = [cast.school_2.pk, cast.high_school.pk]
    whole = windows_for(period.pk, bodies)

    for some in ([Stage.OPINIONS], [Stage.SELF, Stage.DECISION]):
        assert windows_for(period.pk, bodies, some) == {
            body: {stage: whole[body][stage] for stage in some} for body in bodies
        }
        assert windows_for(period.pk, bodies[:1], some) == {
            bodies[0]: {stage: whole[bodies[0]][stage] for stage in some}
        }


def test_windows_of_many_bodies_take_one_query(cast, django_assert_num_queries):
    period = make_open_period(cast)
    ids = [body.pk for body in cast.bodies.values()]

    with django_assert_num_queries(1):
        assert windows_for(period.pk, ids[:1])
    with django_assert_num_queries(1):
        assert len(windows_for(period.pk, ids)) == len(ids)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ((date(2020, 4, 30), date(2020, 5, 20)), "opens-SELF"),
        ((date(2020, 5, 10), date(2020, 6, 1)), "closes-SELF"),
        ((date(2020, 5, 20), date(2020, 5, 10)), "closes-SELF"),
    ],
)
def test_window_outside_the_one_above_is_refused_and_names_who_set_it(cast, days, field):
    period = make_open_period(cast)

    with pytest.raises(RuleViolation) as refused:
        periods.set_windows(period.pk, cast.school_2.pk, {Stage.SELF: days}, scope=cast.scope("principal"))

    assert (refused.value.rule_id, refused.value.field) == ("APR-09", field)
    assert ("Bộ Giáo dục và Đào tạo" in str(refused.value)) is (days[0] < days[1])
    assert not StageWindow.objects.filter(organization=cast.school_2).exists()


def test_database_refuses_a_window_outside_the_one_above(cast):
    period = make_open_period(cast)

    outside = {"opens_on": date(2020, 4, 1), "closes_on": date(2020, 5, 5)}
    with transaction.atomic():
        StageWindow.objects.create(period=period, organization=cast.school_2, stage=Stage.SELF, **outside)
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match="APR-09"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_narrower_days_above_cut_or_give_back_those_below(cast):
    period = make_open_period(cast)
    periods.set_windows(
        period.pk, cast.school_2.pk, {Stage.SELF: (date(2020, 5, 15), date(2020, 5, 25))}, scope=cast.scope("principal")
    )
    periods.set_windows(
        period.pk,
        cast.school_20.pk,
        {Stage.SELF: (date(2020, 5, 26), date(2020, 5, 30))},
        scope=cast.scope("principal_20"),
    )

    cut = periods.set_windows(
        period.pk, cast.province.pk, {Stage.SELF: MAY_10_20}, scope=cast.scope("province_officer")
    )

    own = window_of(period.pk, cast.school_2.pk, Stage.SELF)
    given_back = window_of(period.pk, cast.school_20.pk, Stage.SELF)
    assert cut == 2
    assert (own.opens_on.day, own.closes_on.day) == (15, 20)
    assert given_back.set_by == cast.province.pk
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_days_can_be_given_back_to_the_body_above(cast):
    period = make_open_period(cast)
    scope = cast.scope("principal")
    periods.set_windows(period.pk, cast.school_2.pk, {Stage.SELF: MAY_10_20}, scope=scope)

    periods.set_windows(period.pk, cast.school_2.pk, {Stage.SELF: None}, scope=scope)

    assert window_of(period.pk, cast.school_2.pk, Stage.SELF).set_by == cast.ministry.pk


@pytest.mark.parametrize(
    ("who", "body", "allowed"),
    [
        ("principal", "school_2", True),
        ("principal", "school_20", False),
        ("principal", "local", False),
        ("principal_b", "school_2", False),
        ("province_officer", "school_2", True),
        ("province_officer", "province", True),
        ("province_officer", "neighbour", False),
        ("province_officer", "ministry", False),
        ("local_leader", "local", False),
        ("ministry_officer", "ministry", True),
        ("teacher", "school_2", False),
        ("deputy", "school_2", False),
    ],
)
def test_days_are_set_only_within_reach(cast, who, body, allowed):
    period = make_open_period(cast)
    scope = cast.scope(who)

    def narrow():
        return periods.set_windows(period.pk, cast.bodies[body].pk, {Stage.SELF: MAY_10_20}, scope=scope)

    if allowed:
        assert narrow() == 0
    else:
        with pytest.raises(NotPermitted):
            narrow()


def test_the_uppermost_body_whose_days_ended_has_to_extend_first(cast):
    period = make_open_period(cast)
    periods.set_windows(period.pk, cast.province.pk, {Stage.SELF: MAY_10_20}, scope=cast.scope("province_officer"))
    periods.set_windows(
        period.pk, cast.school_2.pk, {Stage.SELF: (date(2020, 5, 12), date(2020, 5, 15))}, scope=cast.scope("principal")
    )

    asked = {
        day: getattr(who_can_extend(period.pk, cast.school_2.pk, Stage.SELF, date(2020, 5, day)), "set_by", None)
        for day in (15, 18, 25)
    }

    assert asked == {15: None, 18: cast.school_2.pk, 25: cast.province.pk}
