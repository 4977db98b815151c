"""Who asks, and an appraisal that is open meanwhile."""

import pytest
from django.utils import timezone

from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Appraisal, Period
from temis.restructuring.tests.steps import TODAY
from temis.standards.enums import Subject
from temis.standards.models import Edition


@pytest.fixture
def ministry(cast):
    return cast.scope("ministry_officer")


@pytest.fixture
def open_appraisal(cast):
    edition = Edition.objects.get(code="GVPT-20/2018")
    period = Period.objects.create(
        year=2026, name="Đợt 2026", school_year="2025-2026", reference_on=TODAY, organization=cast.ministry,
        state=PeriodState.OPEN, opened_at=timezone.now(),
    )  # fmt: skip
    return Appraisal.objects.create(
        period=period,
        person=cast.teacher,
        organization=cast.school_2,
        group=cast.teacher.group,
        edition=edition,
        subject=Subject.TEACHER,
        position="TEACHER",
        level="THCS",
        decided_in=cast.school_2,
    )
