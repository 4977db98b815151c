"""Reads that may not write, and reads whose plan is kept."""

import pytest
from django.db import DataError, InternalError, connection, transaction

from temis.core.planned import planned_once
from temis.core.replicas import read_only
from temis.organizations.models import OrganizationKind

READS_ONLY = "SHOW transaction_read_only"


def asked(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_page_that_reads_cannot_write_and_the_next_one_can():
    with read_only():
        assert asked(READS_ONLY) == [("on",)]
        with pytest.raises(InternalError), transaction.atomic():
            asked("CREATE TABLE written ()")

    assert asked(READS_ONLY) == [("off",)]


@pytest.mark.django_db(transaction=True)
def test_the_next_one_can_write_after_a_mistake():
    with pytest.raises(DataError), read_only():
        asked("SELECT 1 / 0")

    assert asked(READS_ONLY) == [("off",)]


@pytest.mark.django_db
def test_within_a_transaction_nothing_can_be_written_from_then_on():
    with read_only():
        assert asked(READS_ONLY) == [("on",)]


@pytest.mark.django_db(transaction=True)
def test_plan_is_kept_for_what_differs_only_in_its_values():
    def kept() -> list[tuple]:
        return asked("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%organizationkind%'")

    connection.close()
    for number in range(4):
        with planned_once():
            found = list(OrganizationKind.objects.filter(pk=number))
        assert [one.pk for one in found] == [number] * len(found)

    assert kept() == [(1,)]


@pytest.mark.django_db
def test_outside_of_it_values_stand_in_the_statement_as_before():
    before = connection.cursor().cursor.__class__
    with planned_once():
        assert connection.cursor().cursor.__class__ is not before

    assert connection.cursor().cursor.__class__ is before
