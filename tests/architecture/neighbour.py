"""One record of each kind in the neighbour province: what nobody of the first province may reach by any address."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from temis.access import P, Role
from temis.accounts.models import Delegation, Grant
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Appraisal, Period
from temis.core import audit
from temis.core.models import Job
from temis.evidence.models import EvidenceItem
from temis.exchange.models import ImportBatch
from temis.messaging.actions import Message, notify
from temis.messaging.models import Notice
from temis.organizations.enums import Change
from temis.organizations.models import Organization, Reorganization, ReorganizationStep
from temis.people.models import CoreAppointment, Employment, Person, SubjectGroup
from temis.reporting.models import Dispatch, Recipient, Report, ReportTemplate, ReportVersion
from temis.standards.enums import Subject
from temis.standards.models import Edition
from tests.cast import Cast, give

TODAY = date.today()
ABSENT = 10**9  # no record has this key

MODELS: dict[str, type[models.Model]] = {
    "organization": Organization,
    "person": Person,
    "employment": Employment,
    "group": SubjectGroup,
    "period": Period,
    "appraisal": Appraisal,
    "grant": Grant,
    "delegation": Delegation,
    "evidence": EvidenceItem,
    "job": Job,
    "notice": Notice,
    "reorganization": Reorganization,
    "step": ReorganizationStep,
    "batch_organizations": ImportBatch,
    "batch_staff": ImportBatch,
    "batch_results": ImportBatch,
    "report": Report,
    "version": ReportVersion,
    "recipient": Recipient,
    "dispatch": Dispatch,
}


def contents(keys: dict[str, int]) -> dict[str, object]:
    """All columns of all these records, to see that nothing changed."""
    return {kind: model._default_manager.filter(pk=keys[kind]).values().first() for kind, model in MODELS.items()}


def build(cast: Cast) -> dict[str, int]:
    """Makes them and gives their keys by kind."""
    school, teacher = cast.neighbour, cast.teacher_b
    group = SubjectGroup.objects.create(organization=school, name="Tổ Toán")
    CoreAppointment.objects.create(person=teacher, organization=school, validity=DateRange(TODAY, None))
    period = _period(cast)
    keys = {
        "organization": school.pk,
        "person": teacher.pk,
        "employment": teacher.employments.get().pk,
        "group": group.pk,
        "period": period.pk,
        "appraisal": _appraisal(cast, period).pk,
        "grant": give(teacher.user, Role.LOCAL_OFFICER, school).pk,
        "delegation": _delegation(cast).pk,
        "entry": audit.record("organization.create", scope=None, organization_id=school.pk, person_id=teacher.pk).pk,
        "evidence": _evidence(cast).pk,
        "job": Job.objects.create(kind="x", title="x", user_id=teacher.user_id, created_at=timezone.now()).pk,
        "notice": _notice(cast).pk,
    }
    return keys | _reorganization(cast) | _batches(cast) | _report(cast, period)


def _period(cast: Cast) -> Period:
    return Period.objects.create(
        year=TODAY.year,
        name="Đợt",
        school_year="2025-2026",
        reference_on=TODAY,
        organization=cast.ministry,
        state=PeriodState.OPEN,
        opened_at=timezone.now(),
    )


def _appraisal(cast: Cast, period: Period) -> Appraisal:
    return Appraisal.objects.create(
        period=period,
        person=cast.teacher_b,
        organization=cast.neighbour,
        edition=Edition.objects.get(code="GVPT-20/2018"),
        subject=Subject.TEACHER,
        position="TEACHER",
        level="THCS",
        decided_in=cast.neighbour,
    )


def _delegation(cast: Cast) -> Delegation:
    return Delegation.objects.create(
        head=cast.principal_b.user,
        deputy=cast.teacher_b.user,
        role=Role.PRINCIPAL,
        organization=cast.neighbour,
        permissions=[P.APPRAISAL_VIEW],
        validity=DateRange(TODAY, TODAY + timedelta(days=30)),
        reason="Đi công tác",
        created_at=timezone.now(),
    )


def _evidence(cast: Cast) -> EvidenceItem:
    return EvidenceItem.objects.create(
        person=cast.teacher_b, kind="TEXT", title="Sáng kiến", text="…", created_at=timezone.now()
    )


def _notice(cast: Cast) -> Notice:
    notify([cast.teacher_b.user_id], Message(kind="x", key="x", subject="x"))
    return Notice.objects.get(kind="x")


def _reorganization(cast: Cast) -> dict[str, int]:
    draft = Reorganization.objects.create(title="x", on=TODAY, organization=cast.province_b)
    step = ReorganizationStep.objects.create(
        reorganization=draft, change=Change.RENAME, organization=cast.neighbour, new_name="x"
    )
    return {"reorganization": draft.pk, "step": step.pk}


def _batches(cast: Cast) -> dict[str, int]:
    common: dict[str, Any] = {
        "organization": cast.province_b,
        "file_name": "x.csv",
        "file_size": 1,
        "sha256": "0" * 64,
        "created_at": timezone.now(),
    }
    edition = Edition.objects.get(code="GVPT-20/2018")
    more = {"results": {"year": 2020, "edition": edition}}
    return {
        f"batch_{kind}": ImportBatch.objects.create(kind=kind, **common, **more.get(kind, {})).pk
        for kind in ("organizations", "staff", "results")
    }


def _report(cast: Cast, period: Period) -> dict[str, int]:
    """A version of the neighbour's report, with a recipient of its own and something sent. `number` is its number."""
    now = timezone.now()
    report = Report.objects.create(
        organization=cast.province_b, province_id="95", period=period, year=period.year, created_at=now
    )
    version = ReportVersion.objects.create(
        report=report,
        number=1,
        template=ReportTemplate.objects.earliest("pk"),
        extracted_at=now,
        extracted_by_name="Tô Thị Vân",
        data_hash="0" * 64,
        report_json="{}",
    )
    recipient = Recipient.objects.create(province_id="95", kind="UNIVERSITY", name="Trường x")
    dispatch = Dispatch.objects.create(
        version=version,
        kind="UNIVERSITY",
        name="Trường x",
        address="x@example.vn",
        sent_at=now,
        sent_by=cast.province_officer_b.user,
    )
    return {
        "report": report.pk,
        "version": version.pk,
        "number": 1,
        "recipient": recipient.pk,
        "dispatch": dispatch.pk,
    }
