"""PPL-10: a group has one leader at a time, whoever writes."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import Role
from temis.core import clock
from temis.people import actions
from temis.people.enums import Position
from temis.people.models import Employment, RoleAssignment
from temis.people.rules import Post
from tests.cast import Cast, act

pytestmark = pytest.mark.django_db


def leaders(group_id):
    """(code, since, validity) of all who lead or led a group."""
    found = Employment.objects.filter(group_id=group_id, leads_group=True).order_by("pk")
    return [(e.person.code, e.leads_since, e.validity) for e in found.select_related("person")]


def end_leader(cast: Cast, last_day):
    """The leader of the group leaves the school; returns the group."""
    post = cast.leader.employments.get()
    actions.end_employment(post.pk, last_day, scope=cast.scope("principal"))
    return post.group_id


def test_leader_named_on_the_page_takes_over_today(client, cast: Cast):
    act(client, cast, "principal")
    post = cast.teacher.employments.get()

    shown = client.get(f"/people/employments/{post.pk}/group/")
    data = {"subject": "Lý", "group": post.group_id, "leads_group": "on"}
    response = client.post(f"/people/employments/{post.pk}/group/", data)

    assert "Tổ trưởng hiện nay, nếu có, sẽ thôi làm tổ trưởng." in shown.content.decode()
    assert response.status_code == 302
    assert leaders(post.group_id) == [("93004", clock.today(), DateRange(date(2015, 9, 1), None))]
    assert not RoleAssignment.objects.filter(user=cast.leader.user, role=Role.GROUP_LEADER).exists()


def test_leader_who_left_stays_in_the_history_of_the_group(cast: Cast):
    group = end_leader(cast, date(2020, 6, 30))

    actions.set_group(cast.teacher.employments.get().pk, group, leads=True, scope=cast.scope("principal"))

    assert leaders(group) == [
        ("93003", None, DateRange(date(2015, 9, 1), date(2020, 7, 1))),
        ("93004", clock.today(), DateRange(date(2015, 9, 1), None)),
    ]


def test_leader_who_comes_as_of_a_past_day_leads_since_the_last_one_left(cast: Cast):
    group = end_leader(cast, clock.today() - timedelta(days=10))
    post = Post(Position.TEACHER, level="THCS", group_id=group, leads_group=True)

    actions.transfer_person(
        cast.teacher.employments.get().pk,
        cast.school_2.pk,
        post,
        clock.today() - timedelta(days=30),
        scope=cast.scope("principal"),
    )

    assert [(code, since) for code, since, _validity in leaders(group)] == [
        ("93003", None),
        ("93004", clock.today() - timedelta(days=9)),
    ]


def test_leader_who_steps_back_leads_since_no_day(cast: Cast):
    post = cast.teacher.employments.get()
    for leads in (True, False):
        actions.set_group(post.pk, post.group_id, leads=leads, scope=cast.scope("principal"))

    assert leaders(post.group_id) == []
    assert Employment.objects.get(pk=post.pk).leads_since is None


def _lead(cast: Cast, **changes):
    with transaction.atomic():
        Employment.objects.filter(person=cast.teacher).update(leads_group=True, **changes)


def test_database_keeps_a_second_leader_out(cast: Cast):
    end = date(2030, 1, 1)

    with pytest.raises(IntegrityError, match="one_leader_per_group_at_a_time"):
        _lead(cast)
    with pytest.raises(IntegrityError, match="one_leader_per_group_at_a_time"):
        _lead(cast, leads_since=end)
    Employment.objects.filter(person=cast.leader).update(validity=DateRange(date(2015, 9, 1), end))
    _lead(cast, leads_since=end)


def test_groups_are_handed_over_in_one_statement(cast: Cast):
    pair = [cast.leader.pk, cast.teacher.pk]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_employment SET leads_group = NOT leads_group WHERE person_id = ANY(%s)", [pair])

    assert [code for code, *_ in leaders(cast.teacher.group_id)] == ["93004"]


def test_several_leaders_of_old_data_become_one_after_the_other(cast: Cast):
    group, today = cast.teacher.group_id, clock.today()
    migration = import_module("temis.people.migrations.0012_one_leader")
    periods = {
        "93003": (date(2015, 9, 1), None),
        "93004": (date(2018, 9, 1), None),
        "93005": (date(2010, 9, 1), date(2016, 1, 1)),
        "93006": (date(2010, 9, 1), date(2017, 1, 1)),
        "93008": (date(2011, 9, 1), today + timedelta(days=5)),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE people_employment DROP CONSTRAINT one_leader_per_group_at_a_time")
        for code, (start, end) in periods.items():
            changed = Employment.objects.filter(person__code=code)
            changed.update(group=group, leads_group=True, validity=DateRange(start, end))
        cursor.execute(migration._STEP_BACK)
        cursor.execute(migration._ONE_AFTER_THE_OTHER)

    assert {code: since for code, since, _validity in leaders(group)} == {
        "93004": None,
        "93005": None,
        "93006": date(2016, 1, 1),
    }
