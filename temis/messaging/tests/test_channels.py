"""Each in his language, by the channel he chose; SMS where there is a gateway; a person resends what did not go out."""

import pytest
from django.urls import reverse
from django.utils.translation import get_language

from temis.access import NotPermitted, Role
from temis.accounts.models import User
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.messaging import actions, delivery, sms
from temis.messaging.enums import Channel, MailState
from temis.messaging.models import Mail, Notice, Preference
from temis.messaging.sms import SmsError
from tests.cast import act

NEWS = actions.Message(kind="x", key="x:1", subject="Tin")


class FakeGateway:
    """Takes every text but those to 0000 (refused) and 0001 (breaks)."""

    taken: list[tuple[str, str, str]] = []

    def send(self, number: str, text: str, *, reference: str) -> None:
        if number == "0000":
            raise SmsError("no such number")
        if number == "0001":
            raise RuntimeError("connection lost")
        self.taken.append((number, text, reference))


@pytest.fixture
def gateway(settings) -> type[FakeGateway]:
    settings.SMS_GATEWAY = f"{__name__}.FakeGateway"
    FakeGateway.taken = []
    return FakeGateway


def phone(person, number: str):
    person.phone = number
    person.save(update_fields=["phone"])
    return person.user_id


def test_notify_in_own_language_writes_each_in_the_language_he_chose(cast):
    User.objects.filter(pk=cast.teacher.user_id).update(language="en")
    both = User.objects.filter(pk__in=[cast.teacher.user_id, cast.teacher_2.user_id]).values("pk")

    told = actions.notify_in_own_language(
        both, lambda: actions.Message(kind="x", key="x", subject=f"tiếng {get_language()}")
    )

    assert told == 2
    assert dict(Notice.objects.values_list("user_id", "subject")) == {
        cast.teacher.user_id: "tiếng en",
        cast.teacher_2.user_id: "tiếng vi",
    }


def test_notify_nobody_is_nothing(db):
    assert actions.notify(User.objects.none().values("pk"), NEWS) == 0


def test_notify_each_tells_nobody_twice(cast):
    users = [cast.teacher.user_id, cast.teacher_2.user_id]

    told = [actions.notify_each((user, NEWS) for user in users) for _turn in range(2)]

    assert told == [2, 0]
    assert Notice.objects.count() == 2


def test_who_chose_the_page_only_gets_no_mail(cast, client):
    User.objects.filter(pk=cast.teacher.user_id).update(email="binh@example.vn")
    client.force_login(cast.teacher.user)
    client.post(reverse("messaging:choose_channel"), {"by_mail": "0"})
    actions.notify([cast.teacher.user_id], NEWS)

    page_only = actions.queue_digests()
    client.post(reverse("messaging:choose_channel"), {"by_mail": "1"})
    with_mail = actions.queue_digests()

    assert (page_only, with_mail) == (0, 1)
    assert list(Preference.objects.values_list("user_id", "by_mail")) == [(cast.teacher.user_id, True)]


def test_opening_a_notice_reads_it_and_leads_on(cast, client):
    actions.notify([cast.teacher.user_id], actions.Message(kind="x", key="x", subject="Tin", url="/help/"))
    notice = Notice.objects.get()
    client.force_login(cast.teacher.user)

    response = client.post(reverse("messaging:read", args=[notice.pk]))

    notice.refresh_from_db()
    assert response.url == "/help/"
    assert notice.read_at is not None


def test_nobody_opens_the_notice_of_another(cast, client):
    actions.notify([cast.teacher_2.user_id], actions.Message(kind="x", key="x", subject="Tin", url="/help/"))
    notice = Notice.objects.get()
    client.force_login(cast.teacher.user)

    response = client.post(reverse("messaging:read", args=[notice.pk]))

    notice.refresh_from_db()
    assert (response.url, notice.read_at) == (reverse("messaging:notices"), None)


def test_sms_goes_to_those_with_a_telephone_without_diacritics_and_once(cast, gateway):
    users = [phone(cast.teacher, "0912345678"), cast.teacher_2.user_id]

    queued = [actions.queue_sms(users, key="last:1", text="Hôm nay là hạn cuối gửi tự đánh giá") for _turn in range(2)]
    sent = [delivery.deliver_waiting(), delivery.deliver_waiting()]

    reference = f"temis.{Mail.objects.get().pk}"
    assert (queued, sent) == ([1, 0], [1, 0])
    assert gateway.taken == [("0912345678", "Hom nay la han cuoi gui tu danh gia", reference)]


def test_no_sms_without_a_gateway(cast, settings):
    settings.SMS_GATEWAY = ""
    assert actions.queue_sms([phone(cast.teacher, "0912345678")], key="k", text="x") == 0


def test_sms_that_is_refused_waits_and_one_that_breaks_is_unsure(cast, gateway):
    users = [phone(cast.teacher, "0000"), phone(cast.teacher_2, "0001"), phone(cast.teacher_3, "0912")]
    actions.queue_sms(users, key="k", text="x")

    delivery.deliver_waiting()

    assert dict(Mail.objects.values_list("address", "state")) == {
        "0000": MailState.WAITING,
        "0001": MailState.UNSURE,
        "0912": MailState.SENT,
    }


def test_mail_server_away_holds_up_no_sms(cast, gateway, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    actions.send_mail(address="a@example.vn", key="k", subject="s", body="b")
    actions.queue_sms([phone(cast.teacher, "0912")], key="k", text="x")

    delivery.deliver_waiting()

    assert set(Mail.objects.values_list("channel", "state")) == {
        (Channel.MAIL, MailState.WAITING),
        (Channel.SMS, MailState.SENT),
    }


@pytest.fixture
def mails(cast) -> dict[str, Mail]:
    for state in MailState:
        actions.send_mail(address=f"{state}@example.vn".lower(), key=state, subject=state, body="b")
        sent_at = "2020-05-05T00:00Z" if state == MailState.SENT else None
        Mail.objects.filter(key=state).update(state=state, sent_at=sent_at)
    return {mail.key: mail for mail in Mail.objects.all()}


def test_mail_page_shows_what_a_person_has_to_look_at(cast, client, mails):
    act(client, cast, "administrator", Role.ADMINISTRATOR)

    page = client.get(reverse("messaging:mails")).context["page"]

    assert [mail.key for mail in page.rows] == [MailState.UNSURE, MailState.FAILED]


@pytest.mark.parametrize("name", ["teacher", "principal", "province_officer", "ministry_officer"])
def test_mail_page_is_absent_for_others(cast, client, mails, name):
    act(client, cast, name)

    assert client.get(reverse("messaging:mails")).status_code == 404
    assert client.post(reverse("messaging:resend", args=[mails["FAILED"].pk])).status_code == 404
    assert client.post(reverse("messaging:resend_failed")).status_code == 404
    with pytest.raises(NotPermitted):
        actions.resend_failed(scope=cast.scope(name))


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNSURE])
def test_resending_puts_the_mail_back_and_is_kept(cast, client, mails, state):
    act(client, cast, "administrator", Role.ADMINISTRATOR)

    client.post(reverse("messaging:resend", args=[mails[state].pk]))

    mail = Mail.objects.get(key=state)
    assert (mail.state, mail.attempts, mail.error) == (MailState.WAITING, 0, "")
    assert AuditEntry.objects.filter(action="messaging.resend", object_id=str(mail.pk)).count() == 1


@pytest.mark.parametrize("state", [MailState.SENT, MailState.WAITING, MailState.SENDING])
def test_mail_that_went_out_or_will_is_not_sent_again(cast, mails, state):
    with pytest.raises(RuleViolation, match="tải lại trang"):
        actions.resend(mails[state].pk, scope=cast.scope("administrator", Role.ADMINISTRATOR))


def test_resending_all_failed_leaves_those_of_which_nobody_knows(cast, mails):
    count = actions.resend_failed(scope=cast.scope("administrator", Role.ADMINISTRATOR))

    assert count == 1
    assert Mail.objects.get(key=MailState.UNSURE).state == MailState.UNSURE


def test_plain_keeps_everything_but_diacritics():
    assert sms.plain("Đợt 2020: Nguyễn Thị Ửng, hạn 31/05") == "Dot 2020: Nguyen Thi Ung, han 31/05"
