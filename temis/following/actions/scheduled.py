"""Reminding by itself: so many days before a stage ends for a body, and the day after."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import translation

from temis.access import Role
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.core import audit, clock
from temis.following import rules, wording
from temis.following.actions.counting import count_opinions
from temis.following.enums import Waiting
from temis.following.models import ReminderRule
from temis.following.queries.recipients import closing, everywhere
from temis.messaging.actions import Message, notify_each, notify_in_own_language, queue_sms
from temis.organizations.enums import Tier
from temis.people.models import RoleAssignment

# Who gets the summary of his body.
FOLLOWERS = (Role.PRINCIPAL, Role.LOCAL_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)

# How many people of some bodies stand on a step, added up for each body above them.
_MISSING = """
SELECT above.id, above.name, k.tier, sum(s.people)::int, count(*)::int
FROM (
    SELECT organization_id, sum({count}) AS people FROM {source}
    WHERE period_id = %s AND organization_id = ANY(%s)
    GROUP BY organization_id HAVING sum({count}) > 0
) s
JOIN organizations_organization o ON o.id = s.organization_id
JOIN organizations_organization above ON above.path @> o.path
JOIN organizations_organizationkind k ON k.code = above.kind_id
GROUP BY above.id, above.name, k.tier
"""
_COUNTED = {
    Waiting.SELF: "unsent",
    Waiting.OPINIONS: "raters_left",
    Waiting.DECISION: "awaiting",
    Waiting.ANNOUNCEMENT: "decided",
    Waiting.RESPONSE: "announced",
    Waiting.ANSWER: "objected",
}
Found = dict[tuple[int, str, str], list[wording.Missing]]


def remind_due() -> int:
    """FOL-02. All reminders of today in all open periods; the same day again tells nobody twice. Returns how many."""
    told = 0
    for period in Period.objects.filter(state=PeriodState.OPEN):
        told += remind_due_in(period)
    return told


@transaction.atomic
def remind_due_in(period: Period) -> int:
    count_opinions(period)
    told, found = 0, defaultdict(list)
    for rule in ReminderRule.objects.filter(active=True):
        due = clock.today() + timedelta(days=rule.days)
        for waiting in Waiting:
            if waiting.stage == rule.stage and rules.is_remindable(waiting, due, clock.today()):
                bodies = closing(period, waiting.stage, due)
                told += _tell(period, waiting, due, bodies, by_sms=rule.sms)
                for body, missing in _missing(period, waiting, due, bodies):
                    found[body].append(missing)
    told += _tell_followers(period, found)
    if told:
        audit.record("following.scheduled", scope=None, target=period, rule_id="FOL-02", count=told)
    return told


def _tell(period: Period, waiting: Waiting, due: date, bodies: list[int], *, by_sms: bool) -> int:
    users = everywhere(period, waiting, bodies)
    told = notify_in_own_language(users, lambda: wording.reminder(waiting, period, due))
    if by_sms:
        with translation.override("vi"):
            queue_sms(users, key=wording.key_of(waiting, period), text=wording.short_text(waiting, period))
    return told


def _missing(
    period: Period, waiting: Waiting, due: date, bodies: list[int]
) -> Iterable[tuple[tuple[int, str, str], wording.Missing]]:
    """For each body with somebody missing below it: how many people, in how many schools."""
    source = "following_opinionprogress" if waiting == Waiting.OPINIONS else "following_progress"
    query = _MISSING.format(count=_COUNTED[waiting], source=source)
    with connection.cursor() as cursor:
        cursor.execute(query, [period.pk, bodies])
        rows = cursor.fetchall()
    for pk, name, tier, people, schools in rows:
        yield (pk, name, tier), wording.Missing(waiting, people, schools, due)


def _tell_followers(period: Period, found: Found) -> int:
    """FOL-03. One summary a day for each principal and officer about his body. What waits for a principal himself he
    is told by the reminder."""
    bodies = {pk: (name, tier == Tier.SCHOOL, missing) for (pk, name, tier), missing in found.items()}
    held = RoleAssignment.objects.filter(role__in=FOLLOWERS, delegation=None, organization_id__in=bodies)
    followers = held.filter(user__is_active=True).values_list("user_id", "user__language", "organization_id")
    return notify_each(_summaries(period, bodies, followers.distinct()))


def _summaries(
    period: Period,
    bodies: dict[int, tuple[str, bool, list[wording.Missing]]],
    followers: Iterable[tuple[int, str, int]],
) -> Iterable[tuple[int, Message]]:
    for user_id, language, pk in followers:
        name, is_school, found = bodies[pk]
        shown = [one for one in found if not (is_school and one.waiting.on_head)]
        if shown:
            with translation.override(language):
                yield user_id, wording.summary(period, pk, name, shown, is_school=is_school)
