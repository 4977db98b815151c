"""The same seed, the same country; a database with data is left alone; a failure leaves nothing."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from temis.core.errors import RuleViolation
from temis.organizations.models import Organization
from temis.people.models import Person
from temis.simulation import opinions
from temis.simulation.plan import Plan
from temis.simulation.run import LARGE
from temis.simulation.tests.conftest import PLAN, run, schema

SMALL = replace(PLAN, people=1_200, years=1)
# Ids that a sequence gave, and a password's salt, differ; everything else is the same.
CHANCE = {"password", "reorganization_id", "object_id", "context_id"}
TABLES = (*LARGE, "organizations_organization", "organizations_organizationversion", "people_subjectgroup",
          "organizations_succession", "accounts_grant", "following_progress")  # fmt: skip
SEQUENCES = {"organizations_organizationversion", "organizations_succession", "accounts_grant", "following_progress",
             "people_coreappointment", "appraisals_objection", "appraisals_evidenceuse", "core_auditentry"}  # fmt: skip
PERIODS = {"period_id", "edition_id"}


def checksums(plan: Plan, *, without: str = "") -> dict[str, str]:
    """Of each table, whatever the order of its rows; the database is as before.

    `without` names a way of joining that PostgreSQL is not to take: rows then come in another order.
    """
    point = transaction.savepoint()
    found = {}
    with connection.cursor() as cursor:
        if without:
            cursor.execute(f"SET LOCAL enable_{without} = off")
        run(plan)
        for table in TABLES:
            left_out = CHANCE | PERIODS | ({"id"} if table in SEQUENCES else set())
            cursor.execute(
                f"SELECT coalesce(md5(string_agg(line, ';' ORDER BY line)), '') FROM"
                f" (SELECT md5((to_jsonb(t) - %(left_out)s::text[])::text) AS line FROM {table} t) lines",
                {"left_out": sorted(left_out)},
            )
            found[table] = cursor.fetchone()[0]
    transaction.savepoint_rollback(point)
    return found


@pytest.mark.django_db
def test_same_seed_gives_the_same_rows_and_another_seed_others():
    once = checksums(SMALL)
    assert checksums(SMALL, without="hashjoin") == once
    other = checksums(replace(SMALL, seed=8))
    assert [table for table in ("people_person", "appraisals_appraisal") if other[table] == once[table]] == []


@pytest.mark.django_db
def test_database_with_data_is_refused():
    """SIM-02."""
    Organization.objects.create(code="X", name="X", kind_id="MOET", path="1")
    with pytest.raises(RuleViolation) as refused:
        run(SMALL)
    assert refused.value.rule_id == "SIM-02"


@pytest.mark.django_db
@pytest.mark.parametrize("plan", [replace(SMALL, people=1_199), replace(SMALL, years=0), replace(SMALL, years=16)])
def test_size_without_room_for_a_country_is_refused(plan: Plan):
    """SIM-01."""
    with pytest.raises(RuleViolation):
        run(plan)


@pytest.mark.django_db
def test_failure_in_the_middle_leaves_an_empty_database_with_all_its_constraints(monkeypatch):
    before = schema()
    monkeypatch.setattr(opinions, "write_opinions", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        run(SMALL)
    assert schema() == before
    assert (Person.objects.count(), Organization.objects.count()) == (0, 0)
