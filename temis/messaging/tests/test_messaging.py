"""One message per person and key; one digest a day; a real SMTP server takes the mail."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from temis.accounts.models import User
from temis.core import clock
from temis.messaging import actions, delivery
from temis.messaging.enums import MailState
from temis.messaging.models import Mail, Notice
from tests.inbox import Inbox, mail_server

LATE = actions.Message(
    kind="appraisal.late",
    key="self:2026",
    subject="Tự đánh giá năm 2026",
    body="Thầy/cô chưa gửi phiếu tự đánh giá.",
    url="/appraisals/",
    due_on=date(2026, 5, 31),
)


@pytest.fixture
def inbox(settings) -> Iterator[Inbox]:
    with mail_server(settings) as inbox:
        yield inbox


def users(*names: str) -> list[User]:
    return [User.objects.create(username=n, display_name=f"Cô {n}", email=f"{n}@example.vn") for n in names]


def test_notify_tells_each_active_user_once(db):
    binh, chi = users("binh", "chi")
    User.objects.create(username="off", display_name="Off", is_active=False)

    first = actions.notify(User.objects.values("id"), LATE)
    second = actions.notify([binh.pk, chi.pk], LATE)

    assert (first, second) == (2, 0)
    assert set(Notice.objects.values_list("user__username", "subject")) == {
        ("binh", LATE.subject),
        ("chi", LATE.subject),
    }


def test_digest_is_one_mail_a_day_for_unread_notices_of_those_with_an_address(db):
    binh, chi = users("binh", "chi")
    User.objects.filter(pk=chi.pk).update(email="")
    actions.notify([binh.pk, chi.pk], LATE)
    actions.notify([binh.pk], actions.Message(kind="x", key="read", subject="đã đọc"))
    Notice.objects.filter(key="read").update(read_at=clock.now())

    taken = [actions.queue_digests(), actions.queue_digests()]

    assert taken == [1, 0]
    assert list(Mail.objects.values_list("address", flat=True)) == ["binh@example.vn"]


def test_notice_after_todays_digest_waits_for_tomorrows(db):
    (binh,) = users("binh")
    actions.notify([binh.pk], LATE)
    actions.queue_digests()
    actions.notify([binh.pk], actions.Message(kind="x", key="later", subject="sau"))

    today = actions.queue_digests()
    with clock.hold(clock.now() + timedelta(days=1)):
        tomorrow = actions.queue_digests()

    assert (today, tomorrow) == (0, 1)


def test_digest_reaches_the_mail_server_in_vietnamese_with_link_and_deadline(db, inbox, settings):
    settings.BASE_URL = "https://temis.example.vn"
    (binh,) = users("binh")
    actions.notify([binh.pk], LATE)
    actions.queue_digests()

    assert delivery.deliver_waiting() == 1

    (mail,) = inbox.mails
    text = mail.get_content()
    assert (mail["X-To"], mail["Subject"]) == ("binh@example.vn", "TEMIS: Tự đánh giá năm 2026")
    assert "Kính gửi thầy/cô Cô binh," in text
    assert "(hạn 31/05/2026)" in text
    assert "https://temis.example.vn/appraisals/" in text
    assert Mail.objects.get().state == MailState.SENT


def test_mail_sent_is_not_sent_again_and_forgets_its_body(db, inbox):
    actions.send_mail(address="so@example.vn", key="report:1", subject="Báo cáo", body="Kính gửi")
    actions.send_mail(address="so@example.vn", key="report:1", subject="Báo cáo", body="Kính gửi")

    sent = [delivery.deliver_waiting(), delivery.deliver_waiting()]

    assert sent == [1, 0]
    assert len(inbox.mails) == 1
    assert Mail.objects.get().body == ""


def test_attachment_arrives_as_it_was_stored(db, inbox, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    key = default_storage.save("reports/báo cáo.pdf", ContentFile(b"%PDF-1.7 x"))
    actions.send_mail(
        address="so@example.vn",
        key="k",
        subject="s",
        body="b",
        attachments=[("Báo cáo TEMIS 2020.pdf", "application/pdf", key)],
    )

    delivery.deliver_waiting()

    (file,) = inbox.mails[0].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Báo cáo TEMIS 2020.pdf", b"%PDF-1.7 x")


def test_refused_mail_is_tried_later_and_does_not_stop_the_others(db, inbox):
    for name in ("refused", "good"):
        actions.send_mail(address=f"{name}@example.vn", key=name, subject="s", body="b")

    delivery.deliver_waiting()
    refused = Mail.objects.get(key="refused")

    assert [m["X-To"] for m in inbox.mails] == ["good@example.vn"]
    assert (refused.state, refused.attempts) == (MailState.WAITING, 1)
    assert refused.not_before > clock.now()


def test_mail_refused_five_times_is_given_up_with_the_reason(db, inbox):
    actions.send_mail(address="refused@example.vn", key="k", subject="s", body="b")

    for day in range(6):
        with clock.hold(clock.now() + timedelta(days=day)):
            delivery.deliver_waiting()

    mail = Mail.objects.get()
    assert (mail.state, mail.attempts) == (MailState.FAILED, 5)
    assert "no such mailbox" in mail.error


def test_mail_interrupted_while_sending_is_never_sent_again_by_itself(db, inbox):
    actions.send_mail(address="a@example.vn", key="k", subject="s", body="b")
    Mail.objects.update(state=MailState.SENDING, claimed_at=clock.now() - timedelta(hours=1))

    assert delivery.deliver_waiting() == 0

    assert inbox.mails == []
    assert Mail.objects.get().state == MailState.UNSURE


def test_server_away_keeps_the_mail_waiting(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    actions.send_mail(address="a@example.vn", key="k", subject="s", body="b")

    assert delivery.deliver_waiting() == 0

    assert Mail.objects.get().state == MailState.WAITING


def test_notices_page_shows_only_ones_own(cast, client):
    mine = cast.teacher.user
    actions.notify([mine.pk, cast.teacher_2.user.pk], LATE)
    client.force_login(mine)

    response = client.get("/notices/")

    assert [n.user_id for n in response.context["page"].rows] == [mine.pk]


def test_read_all_marks_only_ones_own(cast, client):
    actions.notify([cast.teacher.user.pk, cast.teacher_2.user.pk], LATE)
    client.force_login(cast.teacher.user)

    client.post("/notices/read/")

    assert list(Notice.objects.filter(read_at=None).values_list("user_id", flat=True)) == [cast.teacher_2.user.pk]
