"""Reminders: whom exactly, once a day whoever sends them, never those who are done, out, or out of reach."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from temis.access import NotPermitted, P, Role
from temis.accounts.models import User
from temis.appraisals.actions.periods import set_windows
from temis.appraisals.enums import Stage
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.queries.windows import windows_for
from temis.appraisals.tests.factories import DURING_DECISION, DURING_SELF
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry, Job
from temis.following.actions.reminder_rules import set_rules
from temis.following.actions.reminding import Reminded, remind
from temis.following.actions.scheduled import remind_due
from temis.following.enums import Waiting
from temis.following.models import Reminder, ReminderRule
from temis.following.queries.recipients import closing
from temis.following.reference import load_rules
from temis.following.tests.factories import make_busy_period
from temis.messaging.models import Mail, Notice
from temis.opinions.actions import remind_raters
from temis.organizations.models import Organization
from temis.people.actions import give_delegation
from tests.cast import act

LAST_DAY_OF_SELF = date(2020, 5, 31)


@pytest.fixture
def period(cast):
    return make_busy_period(cast)


@pytest.fixture(autouse=True)
def during():
    with clock.hold(DURING_SELF):
        yield


def told(kind: str = "") -> set[str]:
    """Codes of the login of those who have a notice."""
    return set(Notice.objects.filter(kind__startswith=kind).values_list("user__username", flat=True))


def codes(cast, *names: str) -> set[str]:
    return {cast.people[name].code for name in names}


@pytest.mark.parametrize(
    ("name", "role", "reached"),
    [
        ("ministry_officer", None, ("principal", "teacher_4", "lone_teacher", "teacher_20", "principal_b")),
        ("province_officer", None, ("principal", "teacher_4", "lone_teacher", "teacher_20")),
        ("local_officer", None, ("principal", "teacher_4", "lone_teacher", "teacher_20")),
        ("principal", None, ("teacher_4", "lone_teacher")),
        ("deputy", Role.DEPUTY_PRINCIPAL, ("principal", "teacher_4", "lone_teacher")),
        ("leader", Role.GROUP_LEADER, ("teacher_4",)),
    ],
)
def test_reminder_reaches_exactly_those_missing_within_reach_but_not_oneself(cast, period, name, role, reached):
    Appraisal.objects.filter(organization=cast.high_school).delete()

    remind(period.pk, Waiting.SELF, scope=cast.scope(name, role))

    assert told() == codes(cast, *reached)


def test_teacher_reminds_nobody(cast, period):
    with pytest.raises(NotPermitted):
        remind(period.pk, Waiting.SELF, scope=cast.scope("teacher", Role.TEACHER))


@pytest.mark.parametrize("body", ["school_20", "local", "neighbour"])
def test_principal_reminds_nobody_elsewhere(cast, period, body):
    with pytest.raises(NotPermitted):
        remind(period.pk, Waiting.SELF, body_pk=cast.bodies[body].pk, scope=cast.scope("principal"))


def test_head_is_reminded_of_what_waits_for_him(cast, period):
    with clock.hold(DURING_DECISION):
        remind(period.pk, Waiting.DECISION, body_pk=cast.school_2.pk, scope=cast.scope("local_officer"))

    # The principal decides on teachers and the deputy, the leader of the Phòng on the principal.
    assert told() == codes(cast, "principal", "local_leader")


def test_leader_of_a_group_reminds_no_head(cast, period):
    with clock.hold(DURING_DECISION), pytest.raises(RuleViolation, match="Không có ai"):
        remind(period.pk, Waiting.DECISION, scope=cast.scope("leader", Role.GROUP_LEADER))


def test_deputy_reminds_his_principal_but_not_the_head_above(cast, period):
    with clock.hold(DURING_DECISION):
        remind(period.pk, Waiting.DECISION, scope=cast.scope("deputy", Role.DEPUTY_PRINCIPAL))

    assert told() == codes(cast, "principal")


def test_raters_are_reminded_while_opinions_are_taken(cast, period):
    scope = cast.scope("principal")
    with clock.hold(DURING_SELF + timedelta(days=10)):
        remind(period.pk, Waiting.OPINIONS, scope=scope)
    with clock.hold(DURING_DECISION), pytest.raises(RuleViolation):
        remind(period.pk, Waiting.OPINIONS, scope=scope)

    # All but the one out of the period, and those who have nobody to give an opinion on.
    assert told() == codes(cast, "leader", "teacher", "teacher_2", "teacher_4", "lone_teacher", "staff")


def test_nobody_is_reminded_twice_a_day_whoever_does_it(cast, period):
    first = remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))
    again = remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))
    above = remind(period.pk, Waiting.SELF, body_pk=cast.school_2.pk, scope=cast.scope("local_officer"))

    assert (first, again, above) == (Reminded(2, 0), Reminded(0, 2), Reminded(1, 2))
    assert list(Reminder.objects.values_list("count", flat=True)) == [2, 1]


def test_raters_are_not_told_twice_by_the_page_of_opinions(cast, period):
    with clock.hold(DURING_SELF + timedelta(days=10)):
        remind(period.pk, Waiting.OPINIONS, scope=cast.scope("principal"))
        assert remind_raters(scope=cast.scope("principal")) == 0


def test_next_day_people_can_be_reminded_again(cast, period):
    remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))

    with clock.hold(DURING_SELF + timedelta(days=1)):
        assert remind(period.pk, Waiting.SELF, scope=cast.scope("principal")) == Reminded(2, 0)


def test_reminder_is_kept_in_the_audit_trail_with_its_count(cast, period):
    remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))

    entry = AuditEntry.objects.get(action="following.remind")
    assert (entry.count, entry.organization_id, entry.role) == (2, cast.school_2.pk, Role.PRINCIPAL)


def test_nobody_is_reminded_in_a_closed_period_or_before_its_days(cast, period):
    with clock.hold(DURING_SELF - timedelta(days=20)), pytest.raises(RuleViolation):
        remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))
    Period.objects.update(state="CLOSED", closed_at=clock.now())
    with pytest.raises(RuleViolation, match="Đợt đã đóng"):
        remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))


def test_button_says_how_many_then_when_they_were_reminded(cast, client, period):
    act(client, cast, "principal")
    url = reverse("following:progress")

    before = cards(client.get(url))[Waiting.SELF].button
    client.post(reverse("following:remind", args=[period.pk, cast.school_2.pk]), {"waiting": "SELF"})
    after = cards(client.get(url))[Waiting.SELF].button

    assert (before.count, before.sent, before.is_useful) == (2, None, True)
    assert (after.sent.count, after.is_useful) == (2, False)


def cards(response) -> dict:
    return {card.waiting: card for card in response.context["cards"]}


def test_country_is_reminded_in_the_background(cast, client, period):
    act(client, cast, "ministry_officer")

    client.post(reverse("following:remind", args=[period.pk, cast.ministry.pk]), {"waiting": "SELF"})

    assert Job.objects.filter(kind="following.remind").count() == 1
    assert told() == set()


# By themselves


def on_day_before_the_end(days: int):
    return clock.hold(DURING_SELF.replace(month=5, day=31) - timedelta(days=days))


@pytest.mark.parametrize(("days", "reminded"), [(14, True), (7, True), (3, True), (1, True), (0, True), (2, False)])
def test_missing_are_reminded_on_the_days_of_the_rules(cast, period, days, reminded):
    with on_day_before_the_end(days):
        remind_due()

    found = codes(
        cast, "principal", "teacher_4", "lone_teacher", "teacher_20", "principal_high", "teacher_high", "principal_b"
    )
    assert told("reminder.self") == (found if reminded else set())


def test_scheduled_reminders_tell_nobody_twice_a_day(cast, period):
    with on_day_before_the_end(1):
        first = remind_due()
        notices = Notice.objects.count()
        second = remind_due()

    assert first > 0
    assert second == 0
    assert Notice.objects.count() == notices


def test_who_was_reminded_by_the_principal_gets_no_second_one_in_the_morning(cast, period):
    with on_day_before_the_end(1):
        remind(period.pk, Waiting.SELF, scope=cast.scope("principal"))
        remind_due()

    assert Notice.objects.filter(user=cast.teacher_4.user, kind="reminder.self").count() == 1


def test_own_window_of_a_body_counts(cast, period):
    narrower = {Stage.SELF: (date(2020, 5, 1), date(2020, 5, 20))}
    set_windows(period.pk, cast.school_20.pk, narrower, scope=cast.scope("principal_20"))

    with clock.hold(DURING_SELF.replace(day=17)):  # three days before the end there, fourteen elsewhere
        remind_due()

    dues = dict(Notice.objects.filter(kind="reminder.self").values_list("user__username", "due_on"))
    assert dues[cast.teacher_20.code] == date(2020, 5, 20)
    assert dues[cast.teacher_4.code] == LAST_DAY_OF_SELF


def test_followers_get_one_summary_of_their_body(cast, period):
    with on_day_before_the_end(1):
        remind_due()

    summaries = dict(Notice.objects.filter(kind="reminder.summary").values_list("user__username", "subject"))
    assert set(summaries) == codes(
        cast,
        "principal",
        "principal_20",
        "principal_high",
        "principal_b",
        "local_officer",
        "local_leader",
        "province_officer",
        "province_leader",
        "province_officer_b",
        "ministry_officer",
        "ministry_leader",
    )
    assert "3 người chưa gửi tự đánh giá" in summaries[cast.principal.code]
    assert "4 người ở 2 trường chưa gửi tự đánh giá" in summaries[cast.local_officer.code]


def test_rule_switched_off_reminds_nobody(cast, period):
    ReminderRule.objects.filter(stage=Stage.SELF).update(active=False)

    with on_day_before_the_end(1):
        remind_due()

    assert told("reminder.self") == set()


class Gateway:
    def send(self, number: str, text: str, *, reference: str) -> None:
        raise AssertionError("sent by delivery only")


@pytest.mark.parametrize(("days", "count"), [(0, 1), (1, 0)])
def test_last_day_goes_by_sms_to_those_with_a_telephone(cast, period, settings, days, count):
    settings.SMS_GATEWAY = f"{__name__}.Gateway"
    cast.teacher_4.phone = "0912345678"
    cast.teacher_4.save()
    cast.teacher.phone = "0987654321"  # has sent his
    cast.teacher.save()

    with on_day_before_the_end(days):
        remind_due()

    found = Mail.objects.filter(channel="SMS")
    assert found.count() == count
    assert all(len(mail.body) <= 160 and mail.body.isascii() for mail in found)


def test_nearest_window_is_the_one_that_ends_first(cast, period):
    """What `closing` relies on (APR-09): the same as the window that holds for each body."""
    province = {
        Stage.SELF: (date(2020, 5, 1), date(2020, 5, 25)),
        Stage.DECISION: (date(2020, 6, 5), date(2020, 6, 20)),
    }
    school = {Stage.SELF: (date(2020, 5, 2), date(2020, 5, 12))}
    set_windows(period.pk, cast.province.pk, province, scope=cast.scope("province_officer"))
    set_windows(period.pk, cast.school_2.pk, school, scope=cast.scope("principal"))
    bodies = list(Organization.objects.values_list("pk", flat=True))
    held = windows_for(period.pk, bodies)

    for day in (date(2020, 5, 12), date(2020, 5, 25), LAST_DAY_OF_SELF):
        found = set(closing(period, Stage.SELF, day))
        assert found == {
            pk for pk in bodies if Stage.SELF in held.get(pk, {}) and held[pk][Stage.SELF].closes_on == day
        }


# The rules


def test_shipped_rules_are_loaded_once_and_keep_what_was_switched_off(db):
    ReminderRule.objects.filter(stage=Stage.SELF, days=14).update(active=False)
    before = list(ReminderRule.objects.values_list("stage", "days", "active"))

    load_rules()

    assert list(ReminderRule.objects.values_list("stage", "days", "active")) == before


def test_ministry_sets_the_days(cast, client):
    act(client, cast, "ministry_officer")

    client.post(reverse("following:rules"), {"rule": ["SELF:5", "SELF:0", "DECISION:-2"], "sms": ["DECISION"]})

    active = set(ReminderRule.objects.filter(active=True).values_list("stage", "days"))
    assert active == {("SELF", 5), ("SELF", 0), ("DECISION", -2)}
    assert set(ReminderRule.objects.filter(sms=True).values_list("stage", flat=True)) == {"DECISION"}
    assert AuditEntry.objects.filter(action="following.rules").count() == 1


@pytest.mark.parametrize("rule", [("SELF", 61), ("SELF", -31), ("OPINIONS", -1)])
def test_days_that_help_nobody_are_refused(cast, rule):
    with pytest.raises(RuleViolation):
        set_rules([rule], by_sms=[], scope=cast.scope("ministry_officer"))


@pytest.mark.parametrize("name", ["province_officer", "principal", "administrator"])
def test_rules_are_the_ministrys(cast, client, name):
    act(client, cast, name)

    assert client.get(reverse("following:rules")).status_code == 404
    assert client.post(reverse("following:rules"), {}).status_code == 404


# News


def test_deputy_hears_of_what_was_delegated(cast):
    scope = cast.scope("principal")
    today = clock.today()
    give_delegation(cast.deputy.pk, {P.APPRAISAL_DECIDE}, today, today + timedelta(days=9), "Đi công tác", scope=scope)

    notice = Notice.objects.get()
    assert notice.user == User.objects.get(username=cast.deputy.code)
    assert "Trần Văn Hòa" in notice.subject
    assert "19/05/2020" in notice.subject
    assert "Đánh giá, xếp loại" in notice.body
