"""Who came on the last day and was told to wait still sends (APR-16); nobody else does."""

from datetime import date, datetime, timedelta

import pytest
from django.db import Error, transaction
from django.urls import reverse

from temis.access import Role
from temis.admission import cookies
from temis.admission.tokens import Pass, Receipt, join_receipts
from temis.appraisals import rules
from temis.appraisals.actions import self_assessment as actions
from temis.appraisals.actions.self_assessment import Draft, Stamp
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, EvidenceUse, LateAcceptance, SelfAssessment
from temis.appraisals.rules import Arrival, Window
from temis.appraisals.tests.factories import ZONE, appraisal_of
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.evidence.models import EvidenceItem

FULL = Draft(levels=(3,) * 15, strengths="Giảng dạy")
LAST_DAY = Window(date(2020, 5, 1), date(2020, 5, 31), set_by=1)
CAME = datetime(2020, 5, 31, 23, 58, 7, tzinfo=ZONE)
NIGHT = datetime(2020, 6, 1, 0, 20, tzinfo=ZONE)
NUMBER = "482109375512884"


def counts(at=CAME, now=NIGHT, *, hours=12, path="", appraisal_id=7):
    arrival = Arrival(at, NUMBER, path)
    found = rules.arrival_that_counts([arrival], LAST_DAY, hours=hours, now=now, appraisal_id=appraisal_id, zone=ZONE)
    return found == arrival


@pytest.mark.parametrize(
    ("at", "now", "expected"),
    [
        (CAME, NIGHT, True),
        (datetime(2020, 5, 31, 0, 0, tzinfo=ZONE), NIGHT, True),
        (datetime(2020, 5, 31, 23, 59, 59, tzinfo=ZONE), NIGHT, True),
        (datetime(2020, 6, 1, 0, 0, tzinfo=ZONE), NIGHT, False),  # came after the end
        (datetime(2020, 5, 30, 23, 59, 59, tzinfo=ZONE), NIGHT, False),  # had the whole last day
        (CAME, datetime(2020, 5, 31, 23, 59, tzinfo=ZONE), False),  # not needed yet
        (CAME, datetime(2020, 6, 1, 0, 0, tzinfo=ZONE), True),
        (CAME, datetime(2020, 6, 1, 11, 59, 59, tzinfo=ZONE), True),
        (CAME, datetime(2020, 6, 1, 12, 0, tzinfo=ZONE), False),
    ],
)
def test_a_receipt_of_the_last_day_counts_for_the_hours_after_it(at, now, expected):
    assert counts(at, now) is expected


def test_no_hours_means_no_late_submission():
    assert counts(hours=0) is False


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", True),
        ("/", True),
        ("/self-assessments/7/submit/", True),
        ("/self-assessments/7/", True),
        ("/self-assessments/77/submit/", False),
        ("/self-assessments/8/", False),
        ("/evidence/", True),
    ],
)
def test_a_receipt_that_names_another_self_assessment_does_not_count(path, expected):
    assert counts(path=path) is expected


def test_the_earliest_arrival_is_the_one_that_counts():
    early, late = Arrival(CAME - timedelta(hours=1), "1"), Arrival(CAME, "2")

    found = rules.arrival_that_counts([late, early], LAST_DAY, hours=12, now=NIGHT, appraisal_id=7, zone=ZONE)

    assert found == early


def test_the_end_is_said_in_the_time_of_the_installation():
    assert rules.late_end(LAST_DAY, 12, ZONE) == datetime(2020, 6, 1, 12, 0, tzinfo=ZONE)


@pytest.fixture
def scope(cast):
    return cast.scope("teacher", Role.TEACHER)


@pytest.fixture
def written(appraisal, scope):
    with clock.hold(CAME - timedelta(minutes=30)):
        actions.save_self_assessment(appraisal.pk, FULL, Stamp("phone", 1), scope=scope)
    return appraisal


def submit(appraisal, scope, *arrivals, now=NIGHT):
    with clock.hold(now):
        return actions.submit_self_assessment(appraisal.pk, arrivals=arrivals, scope=scope)


@pytest.mark.django_db
class TestSending:
    def test_with_a_receipt_both_times_are_kept_and_audited(self, written, scope):
        submit(written, scope, Arrival(CAME, NUMBER, "/"))

        written.refresh_from_db()
        late = LateAcceptance.objects.get()
        entry = AuditEntry.objects.get(action="appraisal.submit")
        assert (written.state, written.submitted_at) == (State.SUBMITTED, NIGHT)
        assert (late.appraisal_id, late.receipt) == (written.pk, NUMBER)
        assert (late.arrived_at, late.accepted_at, late.closed_on) == (CAME, NIGHT, date(2020, 5, 31))
        assert entry.rule_id == "APR-16"
        assert "482-109-375-512-884" in entry.note
        assert "23:58" in entry.note

    def test_without_a_receipt_the_deadline_holds(self, written, scope):
        with pytest.raises(RuleViolation) as refused:
            submit(written, scope)

        assert refused.value.rule_id == "APR-04"
        assert LateAcceptance.objects.count() == 0

    def test_in_time_a_receipt_leaves_no_trace(self, written, scope):
        submit(written, scope, Arrival(CAME - timedelta(hours=3), NUMBER), now=CAME)

        assert LateAcceptance.objects.count() == 0
        assert AuditEntry.objects.get(action="appraisal.submit").rule_id == "APR-03"

    def test_a_receipt_is_used_once(self, cast, period, written, scope):
        submit(written, scope, Arrival(CAME, NUMBER))
        other, his = appraisal_of(cast, "teacher_2", period), cast.scope("teacher_2", Role.TEACHER)
        with clock.hold(CAME):
            actions.save_self_assessment(other.pk, FULL, Stamp("phone", 1), scope=his)

        with pytest.raises(RuleViolation) as refused:
            submit(other, his, Arrival(CAME, NUMBER))

        assert refused.value.rule_id == "APR-16"
        assert Appraisal.objects.get(pk=other.pk).state == State.OPEN

    def test_sending_twice_sends_once(self, written, scope):
        submit(written, scope, Arrival(CAME, NUMBER))
        submit(written, scope, Arrival(CAME, NUMBER))

        assert LateAcceptance.objects.count() == 1

    def test_writing_and_evidence_go_on_too(self, cast, written, scope):
        item = EvidenceItem.objects.create(
            person=cast.people["teacher"], title="Giáo án", kind="TEXT", text="Nội dung", created_at=CAME
        )
        arrivals = [Arrival(CAME, NUMBER)]

        with clock.hold(NIGHT):
            actions.save_self_assessment(
                written.pk, Draft(levels=(2,) * 15), Stamp("phone", 2), arrivals=arrivals, scope=scope
            )
            actions.attach_evidence(written.pk, 3, item.pk, arrivals=arrivals, scope=scope)

        assert SelfAssessment.objects.get().levels == [2] * 15
        assert EvidenceUse.objects.count() == 1

    def test_the_ministry_sets_the_hours(self, period, written, scope):
        type(period).objects.filter(pk=period.pk).update(late_hours=0)

        with pytest.raises(RuleViolation) as refused:
            submit(written, scope, Arrival(CAME, NUMBER))

        assert refused.value.rule_id == "APR-04"

    @pytest.mark.parametrize(
        "values",
        [{"receipt": ""}, {"arrived_at": NIGHT}, {"arrived_at": NIGHT + timedelta(seconds=1)}],
    )
    def test_the_database_refuses_an_impossible_acceptance(self, written, values):
        known = {"receipt": NUMBER, "arrived_at": CAME, "accepted_at": NIGHT, "closed_on": date(2020, 5, 31)}

        with pytest.raises(Error), transaction.atomic():
            LateAcceptance.objects.create(appraisal=written, **known | values)

    def test_an_acceptance_is_never_changed(self, written, scope):
        submit(written, scope, Arrival(CAME, NUMBER))

        with pytest.raises(Error), transaction.atomic():
            LateAcceptance.objects.update(arrived_at=CAME - timedelta(days=1))


def with_receipts(client, *receipts):
    client.cookies[cookies.RECEIPTS] = join_receipts(receipts)
    return client


@pytest.mark.django_db
class TestPages:
    def answer(self, client, written, name="self_assessment", method="get", **values):
        with clock.hold(NIGHT):
            return getattr(client, method)(reverse(f"appraisals:{name}", args=[written.pk]), values)

    def test_the_form_says_when_he_came_and_until_when_he_can_send(self, cast, login, written):
        user = cast.people["teacher"].user
        client = with_receipts(login("teacher"), Receipt(user.pk, CAME, NUMBER, "/"))

        page = self.answer(client, written).content.decode()

        assert "Đã nhận lúc 23:58" in page
        assert "482-109-375-512-884" in page
        assert "12:00 01/06" in page

    def test_sent_page_names_both_times(self, cast, login, written):
        user = cast.people["teacher"].user
        client = with_receipts(login("teacher"), Receipt(user.pk, CAME, NUMBER))

        sent = self.answer(client, written, "self_assessment_submit", "post", draft_revision="1")
        page = self.answer(client, written).content.decode()

        assert sent.status_code == 302
        assert "Đã gửi lúc 00:20 01/06" in page
        assert "Đã nhận lúc 23:58 31/05" in page

    @pytest.mark.parametrize("whose", ["teacher_2", "forged", "pass"])
    def test_what_is_not_his_receipt_opens_nothing(self, cast, login, written, whose):
        user = cast.people["teacher"].user
        client = login("teacher")
        client.cookies[cookies.RECEIPTS] = {
            "teacher_2": Receipt(cast.people["teacher_2"].user.pk, CAME, NUMBER).sign(),
            "forged": Receipt(user.pk, CAME, NUMBER).sign().swapcase(),
            "pass": Pass(user.pk, CAME).sign(),
        }[whose]

        page = self.answer(client, written).content.decode()
        sent = self.answer(client, written, "self_assessment_submit", "post", draft_revision="1")

        assert "đã hết ngày 31/05/2020" in page
        assert sent.status_code == 422
        assert Appraisal.objects.get(pk=written.pk).state == State.OPEN
