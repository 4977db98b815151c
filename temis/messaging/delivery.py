"""Sending what waits: in batches over one connection to the mail server, claimed row by row by one worker at a time.

A mail is marked SENDING and committed before the server is asked. Refused mails are tried again later; one that was
interrupted while sending is UNSURE: sending it again could give somebody two copies, so a person decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import make_msgid
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from temis.core import clock
from temis.messaging import sms
from temis.messaging.enums import Channel, MailState
from temis.messaging.models import Mail

BATCH = 100
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))
INTERRUPTED_AFTER = timedelta(minutes=15)

log = structlog.get_logger()


def deliver_waiting(limit: int = 10_000) -> int:
    """Send up to `limit` waiting messages; returns how many went out."""
    _give_up_interrupted()
    sent = 0
    for _batch in range(0, limit, BATCH):
        claimed = _claim()
        if not claimed:
            break
        sent += _send(claimed)
    return sent


def _give_up_interrupted() -> None:
    Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=clock.now() - INTERRUPTED_AFTER).update(
        state=MailState.UNSURE
    )


@transaction.atomic
def _claim() -> list[int]:
    waiting = Mail.objects.filter(state=MailState.WAITING, not_before__lte=clock.now()).order_by("not_before", "id")
    ids = list(waiting.select_for_update(skip_locked=True).values_list("id", flat=True)[:BATCH])
    Mail.objects.filter(pk__in=ids).update(state=MailState.SENDING, claimed_at=clock.now())
    return ids


def _send(ids: list[int]) -> int:
    """Send what was claimed; each channel for itself, so that a mail server that is away holds up no SMS."""
    claimed = Mail.objects.filter(pk__in=ids).select_related("user").prefetch_related("attachments", "notices")
    by_sms = [mail for mail in claimed if mail.channel == Channel.SMS]
    by_mail = [mail for mail in claimed if mail.channel == Channel.MAIL]
    return sum(_send_sms(mail) for mail in by_sms) + (_send_mails(by_mail) if by_mail else 0)


def _send_mails(mails: list[Mail]) -> int:
    """Over one connection; where the server is away all of them wait."""
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        for mail in mails:
            _failed(mail, str(error))
        return 0
    try:
        return sum(_send_mail(mail, connection) for mail in mails)
    finally:
        connection.close()


def _send_mail(mail: Mail, connection: BaseEmailBackend) -> bool:
    with _outcome(mail, SMTPException, OSError) as went:
        _message(mail, connection).send()
        went.append(True)
    return bool(went)


def _send_sms(mail: Mail) -> bool:
    with _outcome(mail, sms.SmsError) as went:
        sms.gateway().send(mail.address, mail.body, reference=f"temis.{mail.pk}")
        went.append(True)
    return bool(went)


@contextmanager
def _outcome(mail: Mail, *refusals: type[Exception]) -> Iterator[list[bool]]:
    """Write what became of one message; neither a refusal of one nor an unexpected error stops the others."""
    went: list[bool] = []
    try:
        yield went
    except refusals as error:
        _failed(mail, str(error))
    except Exception as error:  # it may have gone out: a person decides
        Mail.objects.filter(pk=mail.pk).update(
            state=MailState.UNSURE, attempts=mail.attempts + 1, error=(str(error) or type(error).__name__)[:500]
        )
        log.exception("message unsure", mail=mail.pk)
    else:
        Mail.objects.filter(pk=mail.pk).update(
            state=MailState.SENT, sent_at=clock.now(), attempts=mail.attempts + 1, body="", error=""
        )


def _failed(mail: Mail, error: str) -> None:
    last = mail.attempts >= len(RETRY_AFTER)
    Mail.objects.filter(pk=mail.pk).update(
        state=MailState.FAILED if last else MailState.WAITING,
        attempts=mail.attempts + 1,
        error=error[:500],
        not_before=clock.now() if last else clock.now() + RETRY_AFTER[mail.attempts],
    )
    log.warning("mail refused", mail=mail.pk, error=error)


def _message(mail: Mail, connection: BaseEmailBackend) -> EmailMessage:
    """The message as it goes out. Its id follows from the row: a mail server that gets it twice can tell."""
    subject, body = _digest(mail) if mail.key.startswith("digest:") else (mail.subject, mail.body)
    message = EmailMessage(
        subject,
        body,
        to=[mail.address],
        connection=connection,
        headers={"Message-ID": f"<temis.{mail.pk}@{make_msgid().rsplit('@')[-1]}", "Auto-Submitted": "auto-generated"},
    )
    for file in mail.attachments.all():
        with default_storage.open(file.storage_key) as content:
            message.attach(file.name, content.read(), file.media_type)
    return message


def _digest(mail: Mail) -> tuple[str, str]:
    """Subject and text of the day's mail, in its reader's language: what is due first."""
    notices = sorted(mail.notices.all(), key=lambda n: (n.due_on is None, n.due_on, n.pk))
    language = mail.user.language if mail.user else settings.LANGUAGE_CODE
    with translation.override(language):
        subject = ngettext("TEMIS: %(count)d việc", "TEMIS: %(count)d việc", len(notices)) % {"count": len(notices)}
        if len(notices) == 1:
            subject = f"TEMIS: {notices[0].subject}"
        context = {"notices": notices, "user": mail.user, "base_url": settings.BASE_URL}
        return subject, render_to_string("messaging/digest.txt", context)
