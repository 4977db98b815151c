"""Read afterwards, the database does not tell who gave which opinion, not even by the hidden columns of PostgreSQL.

Each test commits for real, as the site does.
"""

import re
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from temis.appraisals.tests.factories import appraisal_of, make_open_period
from temis.core import clock
from temis.opinions.jobs import sweep
from temis.opinions.models import Ballot, OpinionTally
from temis.opinions.tests import DURING_OPINIONS
from temis.opinions.tests.factories import SCIENCE, rate
from tests.cast import build

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = (*SCIENCE, "lone_teacher", "staff")


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.fixture
def voted(transactional_db):
    """Six of seven have given an opinion on the principal and on his deputy, each another one, in a known order."""
    cast = build()
    period = make_open_period(cast)
    about = [appraisal_of(cast, name, period) for name in ("principal", "deputy")]
    for place, rater in enumerate(STAFF[:6]):
        for appraisal in about:
            rate(cast, rater, appraisal, [place % 4] * 18)
    return cast, about


def test_all_ballots_on_one_person_were_written_by_one_transaction_and_command(voted):
    _cast, about = voted

    for appraisal in about:
        found = rows("SELECT xmin, cmin, xmax FROM opinions_ballot WHERE appraisal_id = %s", appraisal.pk)
        assert len(found) == 6
        assert len(set(found)) == 1


def test_the_place_of_a_ballot_is_not_the_order_of_the_answers(voted):
    cast, about = voted
    order = [cast.people[name].pk for name in STAFF[:6]]

    places = [
        [
            rater
            for (rater,) in rows("SELECT rater_id FROM opinions_ballot WHERE appraisal_id = %s ORDER BY ctid", one.pk)
        ]
        for one in about
    ]

    # By chance both would stand in order once in half a million runs.
    assert places != [order, order]
    assert [sorted(place) for place in places] == [sorted(order)] * 2


def test_a_ballot_has_nothing_but_a_random_id_the_person_and_who_was_asked(voted):
    columns = rows("SELECT attname FROM pg_attribute WHERE attrelid = 'opinions_ballot'::regclass AND attnum > 0")

    assert {name for (name,) in columns} == {"id", "appraisal_id", "rater_id"}
    assert {ballot.id.version for ballot in Ballot.objects.all()} == {4}
    assert all(isinstance(ballot.id, uuid.UUID) for ballot in Ballot.objects.all())


def test_sums_are_one_row_with_no_time_and_no_order(voted):
    columns = rows("SELECT attname FROM pg_attribute WHERE attrelid = 'opinions_opiniontally'::regclass AND attnum > 0")

    assert {name for (name,) in columns} == {"appraisal_id", "given", "counts", "overall", "remarks", "closed"}
    assert OpinionTally.objects.count() == 2


def test_an_opinion_through_the_page_writes_two_tables_and_nothing_else(voted, client):
    cast, (about, _deputy) = voted
    client.force_login(cast.staff.user)
    address = reverse("opinions:manager", args=[about.pk])
    with clock.hold(DURING_OPINIONS):
        client.get(reverse("opinions:list"))
        client.get(address)
        (before,) = rows("SELECT txid_current()")[0]
        levels = {f"level-{number}": "T" for number in range(1, 19)}
        assert client.post(address, levels | {"check": "1", "remark": "Giữ kín"}).status_code == 200
        assert client.post(address, levels | {"send": "1", "remark": "Giữ kín"}).status_code == 302
        client.get(reverse("opinions:list") + "?given")

    tables = rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    written = {
        name for (name,) in tables if rows(f"SELECT count(*) FROM {name} WHERE xmin::text::bigint > %s", before)[0][0]
    }
    assert written == {"opinions_ballot", "opinions_opiniontally"}


def test_old_versions_are_gone_once_swept(voted):
    """The differences of old versions would be the answers: a sweep leaves none for a second one to find."""
    sweep()

    assert _swept("opinions_opiniontally") == "0 removed, 2 remain, 0 are dead but not yet removable"
    assert _swept("opinions_ballot") == "0 removed, 12 remain, 0 are dead but not yet removable"


def _swept(table):
    """What PostgreSQL says that cleaning the table found."""
    said = []
    connection.ensure_connection()
    connection.connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (VERBOSE) {table}")
    found = re.findall(r"^tuples: (.*)$", "\n".join(said), re.MULTILINE)
    return found[0]  # what follows is about long values kept apart (TOAST)
