"""What goes on in the demo today: this year's period is open, half the province has sent its self-assessment.

The self-assessments are last year's results with a few criteria one level higher, written in one statement: they are
made up, like the whole population, and stand for a province in the middle of its work.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction

from temis.access import Role
from temis.accounts.models import User
from temis.appraisals.actions.periods import Dates, PeriodDraft, create_period, open_period
from temis.appraisals.enums import Stage
from temis.core import audit, clock
from temis.demo.cast import demo_cast
from temis.demo.schools import bodies
from temis.following.actions.counting import count_opinions
from temis.organizations.models import Organization
from temis.people.assignments import assignments_of, scope_of
from temis.reporting.enums import RecipientKind
from temis.reporting.models import Recipient
from temis.standards.enums import Subject
from temis.standards.models import Edition

# The cast's own appraisals stay untouched, so that there is something to do at each login.
_SELF_ASSESSED = """
WITH chosen AS (
    SELECT a.id, a.edition_id, last.decided_levels AS levels
    FROM appraisals_appraisal a
    JOIN appraisals_period p ON p.id = a.period_id AND p.id = %(period)s
    JOIN appraisals_appraisal last ON last.person_id = a.person_id AND last.subject = a.subject
         AND last.decided_levels IS NOT NULL AND last.edition_id = a.edition_id
    JOIN accounts_user u ON u.id = (SELECT user_id FROM people_person WHERE id = a.person_id)
    WHERE a.state = 'OPEN' AND u.username <> ALL(%(cast)s) AND a.person_id %% 2 = 0
), raised AS (
    SELECT id, edition_id,
           (SELECT array_agg(CASE WHEN (chosen.id + n) %% 7 = 0 THEN least(3, l + 1) ELSE l END ORDER BY n)::smallint[]
            FROM unnest(levels) WITH ORDINALITY AS u(l, n)) AS levels
    FROM chosen
)
UPDATE appraisals_appraisal a
SET state = 'SUBMITTED', self_levels = r.levels, self_overall = standards_classify(r.edition_id, r.levels),
    submitted_at = %(now)s, revision = revision + 1
FROM raised r WHERE r.id = a.id
"""


@transaction.atomic
def open_current_period(progress: Callable[..., None]) -> None:
    """A period of this year whose stages lie around today."""
    officer = User.objects.get(username=_code("ministry_officer"))
    held = next(a for a in assignments_of(officer) if a.role == Role.MINISTRY_OFFICER)
    scope, today = scope_of(held, officer), clock.today()
    draft = PeriodDraft(
        year=today.year,
        name=f"Đánh giá theo chuẩn năm {today.year}",
        school_year=f"{today.year - 1}-{today.year}",
        reference_on=today,
        decision_for_all=True,
        decision_reason="Dữ liệu thử nghiệm: đánh giá tất cả trong một năm",
    )
    windows: Dates = {
        Stage.SELF: (today - timedelta(days=20), today + timedelta(days=10)),
        Stage.OPINIONS: (today - timedelta(days=10), today + timedelta(days=15)),
        Stage.DECISION: (today - timedelta(days=5), today + timedelta(days=25)),
        Stage.RESPONSE: (today - timedelta(days=5), today + timedelta(days=40)),
    }
    editions: dict[str, Edition] = {
        Subject.TEACHER: Edition.objects.get(code="GVPT-20/2018"),
        Subject.MANAGER: Edition.objects.get(code="HT-14/2018"),
    }
    period = create_period(draft, editions=editions, windows=windows, scope=scope)
    open_period(period.pk, scope=scope, progress=progress)
    with connection.cursor() as cursor:
        cursor.execute(_SELF_ASSESSED, {"period": period.pk, "cast": _codes(), "now": clock.now()})
        audit.record("demo.load", scope=None, target=period, count=cursor.rowcount)
    count_opinions(period)  # the work of every half hour; nobody waits for it to see the dashboards of a demo


@transaction.atomic
def allocate_universities() -> None:
    """Who receives the report of the demo province besides the two recipients of the letter; made up (bodies.json)."""
    for row in bodies()["allocations"]:
        if "address" not in row:
            continue
        university = Organization.objects.get(code=row["organization"])
        recipient, made = Recipient.objects.update_or_create(
            province_id=row["province"],
            name=university.name,
            effective_from=None,
            defaults={
                "kind": RecipientKind.UNIVERSITY,
                "address": row["address"],
                "organization": university,
                "order": 30,
                "verified": row["verified"],
            },
        )
        if made:
            audit.record("demo.load", scope=None, target=recipient)


def _codes() -> list[str]:

    return [login.person_code for login in demo_cast()]


def _code(key: str) -> str:

    return next(login.person_code for login in demo_cast() if login.key == key)
