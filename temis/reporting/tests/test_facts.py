"""Who is counted, where and how: RPT-01 to RPT-03 on the fixed cast."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.appraisals.enums import Exclusion, PeriodState, State
from temis.appraisals.models import Appraisal, Period, PeriodEdition
from temis.appraisals.tests.factories import appraisal_of, editions, make_open_period, put_in_state
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.organizations.actions import project_versions
from temis.organizations.models import Organization, OrganizationVersion, Succession
from temis.people.models import Employment
from temis.reporting import counting
from temis.reporting.cube import Cube, Fact, Person
from temis.reporting.documents import tables_of
from temis.reporting.enums import Map
from temis.reporting.models import PersonFact
from temis.reporting.template import builtin_template
from temis.reporting.tests import factories
from temis.standards.enums import Subject

pytestmark = pytest.mark.django_db
TEMPLATE = builtin_template("temis-2020")
IN_2021 = datetime(2021, 11, 1, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
IN_2026 = datetime(2026, 11, 1, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

TEACHERS_93 = {"leader", "teacher", "teacher_2", "teacher_3", "teacher_4", "lone_teacher", "teacher_20", "teacher_high"}
MANAGERS_93 = {"principal", "deputy", "principal_20", "principal_high"}


def names(cast, version, subject=None):
    by_code = {person.code: name for name, person in cast.people.items()}
    return {by_code[code] for code, of in factories.counted(version) if subject in (None, of)}


def imported_year(cast) -> Period:
    """A period as an import of results makes it: closed, nobody enrolled."""
    period = Period.objects.create(
        year=2020, name="2020", school_year="2019-2020", reference_on=date(2020, 5, 31),
        organization=cast.ministry, state=PeriodState.CLOSED, opened_at=clock.now(), closed_at=clock.now(),
    )  # fmt: skip
    for subject, edition in editions().items():
        PeriodEdition.objects.create(period=period, subject=subject, edition=edition)
    return period


def test_everybody_of_the_province_counts_once_and_nobody_else(cast):
    make_open_period(cast)

    version = factories.extracted("93")

    assert names(cast, version, "GVPT") == TEACHERS_93
    assert names(cast, version, "CBQL") == MANAGERS_93
    assert PersonFact.objects.of(version).count() == len(TEACHERS_93) + len(MANAGERS_93)


def test_national_report_counts_both_provinces(cast):
    make_open_period(cast)

    version = factories.extracted(None)

    assert names(cast, version) == TEACHERS_93 | MANAGERS_93 | {"principal_b", "teacher_b"}
    assert {row.kind.province_code for row in factories.counted(version).values()} == {"93", "95"}


def test_year_of_imported_results_counts_those_without_one_as_not_done(cast):
    period = imported_year(cast)
    Appraisal.objects.create(
        period=period, person=cast.teacher, organization=cast.school_2, edition=editions()["GVPT"],
        subject="GVPT", position="TEACHER", level="THCS", decided_in=cast.school_2, state=State.ANNOUNCED,
        decided_overall=2, decided_at=clock.now(), announced_at=clock.now(), source="IMPORT",
    )  # fmt: skip

    version = factories.extracted("93")

    rows = factories.counted(version)
    assert names(cast, version, "GVPT") == TEACHERS_93
    assert {code for (code, _), row in rows.items() if row.told in range(4)} == {cast.teacher.code}
    assert {row.told for key, row in rows.items() if key[0] != cast.teacher.code} == {"not_done"}


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (State.OPEN, "not_done"),
        (State.SUBMITTED, "not_done"),
        (State.DECIDED, 2),
        (State.ANNOUNCED, 2),
        (State.ACKNOWLEDGED, 2),
        (State.OBJECTED, 2),
        (State.EXCLUDED, "excluded:MATERNITY"),
    ],
)
def test_state_of_the_appraisal_gives_the_outcome(cast, state, outcome):
    period = make_open_period(cast)
    put_in_state(appraisal_of(cast, "teacher", period), state)

    row = factories.counted(factories.extracted())[cast.teacher.code, "GVPT"]

    assert row.told == outcome


@pytest.mark.parametrize("reason", Exclusion)
def test_excluded_people_count_by_their_reason(cast, reason):
    period = make_open_period(cast)
    put_in_state(appraisal_of(cast, "teacher", period), State.EXCLUDED, exclusion=reason)

    tables = {result.table.id: result for result in tables_of(factories.extracted())}

    values = tables["A.1.6"].row(level="THCS").values
    assert values.pop("excluded") == 1
    assert {key for key, value in values.items() if value} == {reason.lower()}


def test_who_moved_after_being_decided_on_counts_where_it_was_done(cast):
    period = factories.decided_period(cast, teacher=3)
    factories.move(cast, "teacher", "neighbour", date(2020, 5, 20))

    ours, theirs = factories.extracted("93"), factories.extracted("95")

    assert period.reference_on == date(2020, 5, 31)
    assert "teacher" in names(cast, ours)
    assert "teacher" not in names(cast, theirs)


def test_without_an_appraisal_the_post_on_the_reference_day_counts(cast):
    imported_year(cast)
    factories.move(cast, "teacher", "neighbour", date(2020, 5, 20))
    factories.move(cast, "teacher_2", "neighbour", date(2020, 6, 1))

    ours, theirs = factories.extracted("93"), factories.extracted("95")

    assert names(cast, ours, "GVPT") == TEACHERS_93 - {"teacher"}
    assert names(cast, theirs, "GVPT") == {"teacher", "teacher_b"}


def test_a_teacher_of_two_provinces_counts_once_in_the_country(cast):
    imported_year(cast)
    Employment.objects.create(
        person=cast.teacher, organization=cast.neighbour, position="TEACHER", level="THCS",
        validity=DateRange(date(2019, 9, 1), None),
    )  # fmt: skip

    ours, theirs, all_ = factories.extracted("93"), factories.extracted("95"), factories.extracted(None)

    # the later post is the main one
    assert "teacher" not in names(cast, ours)
    assert "teacher" in names(cast, theirs)
    assert [key for key in factories.counted(all_) if key[0] == cast.teacher.code] == [(cast.teacher.code, "GVPT")]


def test_staff_and_officers_are_not_counted(cast):
    imported_year(cast)

    counted = names(cast, factories.extracted(None))

    assert not counted & {"staff", "local_officer", "province_officer", "ministry_officer", "lecturer", "administrator"}


@pytest.mark.parametrize(("since", "expected"), [(date(2020, 5, 31), True), (date(2020, 6, 1), False)])
def test_disadvantaged_is_what_the_school_was_on_the_reference_day(cast, since, expected):
    make_open_period(cast)
    version = cast.school_2.versions.get()
    version.validity = DateRange(date(2015, 1, 1), since)
    version.save()
    version.pk, version.validity, version.disadvantaged = None, DateRange(since, None), True
    version.save(force_insert=True)

    rows = factories.counted(factories.extracted())

    assert rows[cast.teacher.code, "GVPT"].kind.disadvantaged is expected
    assert rows[cast.teacher_20.code, "GVPT"].kind.disadvantaged is False


def test_level_of_a_multi_level_school_is_the_persons_own(cast):
    OrganizationVersion.objects.filter(organization=cast.school_2).update(levels=["TH", "THCS"])
    Employment.objects.filter(person=cast.teacher).update(level="TH")
    period = make_open_period(cast)

    rows = factories.counted(factories.extracted())

    assert appraisal_of(cast, "teacher", period).level == "TH"
    assert rows[cast.teacher.code, "GVPT"].kind.level == "TH"
    assert rows[cast.teacher_2.code, "GVPT"].kind.level == "THCS"


def test_without_a_level_the_only_one_of_the_school_counts_and_of_several_none(cast):
    imported_year(cast)
    Employment.objects.filter(person__in=[cast.teacher, cast.teacher_20]).update(level="")
    OrganizationVersion.objects.filter(organization=cast.school_2).update(levels=["TH", "THCS"])

    version = factories.extracted()

    rows = factories.counted(version)
    assert rows[cast.teacher_20.code, "GVPT"].kind.level == "TH"
    assert rows[cast.teacher.code, "GVPT"].kind.level == ""
    assert version.without_level == 1


def close_and_merge(school: Organization, into: Organization, on: date) -> None:
    version = school.versions.get()
    version.validity = DateRange(version.validity.lower, on)
    version.save()
    Succession.objects.create(predecessor=school, successor=into, on=on)
    project_versions(on=on)


def test_school_that_was_merged_later_counts_in_its_own_province_then_and_in_its_heirs_today(cast):
    make_open_period(cast)
    close_and_merge(cast.school_20, cast.neighbour, date(2021, 1, 1))

    with clock.hold(IN_2021):
        then, today = factories.extracted("93"), factories.extracted("95", map=Map.TODAY)

    assert {"principal_20", "teacher_20"} <= names(cast, then)
    assert names(cast, today) == {"principal_b", "teacher_b", "principal_20", "teacher_20"}


def test_province_that_was_absorbed_counts_in_the_one_that_goes_on_today(cast):
    make_open_period(cast)
    body = cast.province
    body.versions.update(province_id="93")
    OrganizationVersion.objects.filter(organization=cast.province_b).update(province_id="92")

    with clock.hold(IN_2026):
        today = factories.extracted("92", map=Map.TODAY)
        with pytest.raises(RuleViolation):
            factories.extracted("93", map=Map.TODAY)

    assert names(cast, today) == TEACHERS_93 | MANAGERS_93


def test_sql_counts_what_counting_one_by_one_gives(cast):
    period = make_open_period(cast)
    factories.decide_all_at_random(period)

    version = factories.extracted(None)

    rows = PersonFact.objects.of(version).select_related("kind")
    slow = Cube.from_facts(map(_fact, rows), TEMPLATE.standards)
    assert counting.rollup_cube(period.pk, None) == slow
    assert rows.exclude(levels=None).exists()


def _fact(row: PersonFact) -> Fact:
    kind = row.kind
    person = Person(kind.subject, kind.position, kind.level, kind.female, kind.minority, kind.disadvantaged)
    if isinstance(row.told, int):
        return Fact(person, "completed", row.told, dict(enumerate(row.levels, 1)) if row.levels else None)
    status, _colon, reason = row.told.partition(":")
    return Fact(person, status, reason=reason)


def test_template_made_for_other_criteria_is_refused(cast):
    period = make_open_period(cast)
    PeriodEdition.objects.filter(period=period, subject=Subject.TEACHER).update(edition=editions()[Subject.MANAGER])

    with pytest.raises(RuleViolation) as refused:
        factories.extracted()

    assert refused.value.rule_id == "RPT-09"


@pytest.mark.parametrize(("province", "year"), [("93", 2031), ("00", 2020), ("01", 2020)])
def test_what_cannot_be_extracted_is_told(cast, province, year):
    make_open_period(cast)

    with pytest.raises(RuleViolation) as refused:
        factories.extracted(province, year)

    assert refused.value.rule_id == "RPT-04"
