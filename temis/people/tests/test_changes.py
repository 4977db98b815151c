"""What an entry of the audit trail changed, as its readers see it."""

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils.functional import Promise
from pghistory.models import Event

from temis.access import Role
from temis.core import audit
from temis.core.models import AuditEntry
from temis.people import changes
from temis.people.changes import changes_of
from temis.people.models import Person
from tests.cast import Cast, act

EVENTS = [model for model in apps.get_models() if issubclass(model, Event)]


def _edit(cast: Cast, client) -> AuditEntry:
    act(client, cast, "principal")
    fields = {"full_name": "Nguyễn Thị Bình An", "gender": "F", "ethnic_group": "Khmer", "birth_date": "1985-05-06"}
    client.post(f"/people/{cast.teacher.pk}/edit/", fields)
    return AuditEntry.objects.get(action="person.edit")


@pytest.mark.django_db
def test_changes_tell_each_field_before_and_after(client, cast: Cast):
    entry = _edit(cast, client)

    found = changes_of(entry, cast.scope("principal"))

    assert [(c.kind, c.label, c.fields) for c in found if c.label == "nhân sự"] == [
        (
            "Sửa",
            "nhân sự",
            [("Họ và tên", "Nguyễn Thị Bình", "Nguyễn Thị Bình An"), ("Dân tộc", "Kinh", "Khmer")],
        )
    ]


@pytest.mark.django_db
def test_changes_of_personal_records_are_closed_to_an_administrator(client, cast: Cast):
    entry = _edit(cast, client)

    assert changes_of(entry, cast.scope("administrator", Role.ADMINISTRATOR)) == []


@pytest.mark.django_db
def test_changes_of_a_bulk_action_show_the_rows_of_the_entry_s_body_only(cast: Cast):
    scope = cast.scope("local_officer")
    with audit.context(scope), transaction.atomic():
        Person.objects.filter(organization__in=[cast.school_2, cast.school_20]).update(phone="0293")
        entry = audit.record("person.edit", scope=scope, organization_id=cast.school_20.pk, count=2)

    found = changes_of(entry, cast.scope("principal_20"))

    assert {c.name for c in found} == {"Ngô Văn Khải", "Lý Thị Lan"}


@pytest.mark.django_db
def test_own_changes_leave_out_how_others_decided(client, cast: Cast):
    entry = _edit(cast, client)

    found = changes_of(entry, cast.scope("teacher"), own=True)
    labels = {model._meta.app_label for model in changes._event_models(cast.scope("teacher"), own=True)}

    assert {c.label for c in found} == {"nhân sự", "tài khoản"}
    assert labels == {"people", "accounts"}


def test_each_field_that_is_told_has_a_name_in_the_reader_s_language():
    nameless = [
        f"{model.pgh_tracked_model._meta.label}.{field.name}"
        for model in EVENTS
        for field in changes.shown_fields(model)
        if not isinstance(field._verbose_name, Promise)
    ]

    assert EVENTS
    assert nameless == []


def test_each_record_that_a_field_points_to_is_told_in_words_of_its_own():
    pointed = {field.related_model for model in EVENTS for field in changes.shown_fields(model) if field.related_model}

    assert pointed
    assert {model.__name__ for model in pointed if model.__str__ is models.Model.__str__} == set()
