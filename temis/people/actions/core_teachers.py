"""Core teachers and core managers (cốt cán): by appointment, for a time."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.people import rules
from temis.people.actions.projection import project_people
from temis.people.models import CoreAppointment, Person


@transaction.atomic
def appoint_core(person_pk: int, since: date, last_day: date | None, document: str, *, scope: Scope) -> CoreAppointment:
    """PPL-14. TT 20/2018 Điều 12: appointed by decision, one appointment at a time."""
    person: Person = Person.objects.select_for_update(of=("self",)).fetch(scope, P.PERSON_MANAGE, pk=person_pk)
    if person.pk == scope.person_id:
        raise RuleViolation("PPL-13", _("Không ai tự công nhận mình là cốt cán. Đề nghị đơn vị quản lý."))
    if last_day is not None:
        rules.check_end(since, last_day)
    assert person.organization_id is not None  # within reach through it
    period = DateRange(since, last_day + timedelta(days=1) if last_day else None)
    if person.core_appointments.filter(validity__overlap=period).exists():
        raise RuleViolation("PPL-14", _("Trong thời gian này, thầy/cô đã là cốt cán."), "since")
    appointment = CoreAppointment.objects.create(
        person=person, organization_id=person.organization_id, validity=period, document=document
    )
    project_people([person.pk])
    _record("core.appoint", person, scope, document)
    return appointment


@transaction.atomic
def end_core(person_pk: int, last_day: date, *, scope: Scope, reason: str = "") -> None:
    person: Person = Person.objects.select_for_update(of=("self",)).fetch(scope, P.PERSON_MANAGE, pk=person_pk)
    appointment = person.core_appointments.filter(validity__contains=last_day).first()
    if appointment is None:
        raise RuleViolation("PPL-14", _("Ngày này thầy/cô không phải là cốt cán. Kiểm tra lại ngày."), "on")
    appointment.validity = DateRange(appointment.validity.lower, last_day + timedelta(days=1))
    appointment.save(update_fields=["validity"])
    project_people([person.pk])
    _record("core.end", person, scope, reason)


def _record(action: str, person: Person, scope: Scope, note: str) -> None:
    audit.record(
        action,
        scope=scope,
        target=person,
        organization_id=person.organization_id,
        person_id=person.pk,
        rule_id="PPL-14",
        note=note,
    )
