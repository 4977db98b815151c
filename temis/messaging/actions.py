"""Telling people. Sets, not loops: one statement for a class of people, however many; nobody is told twice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.accounts.models import User
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.messaging import sms
from temis.messaging.enums import IN_TROUBLE, MailState
from temis.messaging.models import Attachment, Mail, Notice, Preference

BATCH = 5_000


@dataclass(frozen=True)
class Message:
    """What to tell. `key` makes it one message per person; `kind` groups them in the page ("appraisal.late")."""

    kind: str
    key: str
    subject: str
    body: str = ""
    url: str = ""
    due_on: date | None = None


_NOTIFY = """
INSERT INTO messaging_notice (user_id, kind, key, subject, body, url, due_on, created_at)
SELECT DISTINCT u.id, %s, %s, %s, %s, %s, %s::date, %s::timestamptz
FROM accounts_user u WHERE u.is_active AND u.id IN ({users})
ON CONFLICT (user_id, key) DO NOTHING
"""


@transaction.atomic
def notify(users: QuerySet | Iterable[int], message: Message) -> int:
    """Tell all `users` (a queryset of user ids, or ids) the same thing; returns how many had not been told yet."""
    values = [message.kind, message.key, message.subject, message.body, message.url, message.due_on, clock.now()]
    try:
        inner, params = _as_sql(users)
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFY.format(users=inner), [*values, *params])
        return cursor.rowcount


def _as_sql(users: QuerySet | Iterable[int]) -> tuple[str, tuple[Any, ...]]:
    if isinstance(users, QuerySet):
        return users.order_by().query.sql_with_params()
    return "SELECT unnest(%s::bigint[])", (list(users),)


@transaction.atomic
def notify_in_own_language(users: QuerySet, write: Callable[[], Message]) -> int:
    """Tell all `users` the same thing, each in the language he chose; `write` is called once for each language."""
    told = 0
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told += notify(User.objects.filter(pk__in=users, language=language).values("pk"), write())
    return told


@transaction.atomic
def notify_each(messages: Iterable[tuple[int, Message]]) -> int:
    """Tell each user (by id) something of his own; batches of many rows. Returns how many had not been told yet."""
    now = clock.now()
    notices = [
        Notice(
            user_id=user_id,
            kind=message.kind,
            key=message.key,
            subject=message.subject,
            body=message.body,
            url=message.url,
            due_on=message.due_on,
            created_at=now,
        )
        for user_id, message in messages
    ]
    known = Notice.objects.filter(key__in={notice.key for notice in notices})
    before = known.count()
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BATCH)
    return known.count() - before


@transaction.atomic
def send_mail(
    *,
    address: str,
    key: str,
    subject: str,
    body: str,
    user_id: int | None = None,
    attachments: Sequence[tuple[str, str, str]] = (),
) -> Mail:
    """Queue one mail in the caller's transaction. `attachments`: (name, media type, key in the storage).

    The same `key` again gives the mail that is already there.
    """
    mail, created = Mail.objects.get_or_create(
        key=key,
        defaults={
            "address": address,
            "subject": subject,
            "body": body,
            "user_id": user_id,
            "created_at": clock.now(),
            "not_before": clock.now(),
        },
    )
    if created:
        Attachment.objects.bulk_create(
            Attachment(mail=mail, name=name, media_type=media_type, storage_key=storage_key)
            for name, media_type, storage_key in attachments
        )
    return mail


@transaction.atomic
def tell_at_once(user: User, message: Message) -> Notice:
    """Tell one user in the page and, where he has an address, by a mail of its own now: what happens to an account
    waits for no digest, asks for no preference and reaches a locked one too."""
    values = vars(message) | {"created_at": clock.now()}
    notice, is_new = Notice.objects.get_or_create(user=user, key=message.key, defaults=values)
    if is_new and user.email:
        body = f"{message.body}\n\n{settings.BASE_URL}\n"
        notice.mail = send_mail(
            address=user.email, key=message.key, subject=f"TEMIS: {message.subject}", body=body, user_id=user.pk
        )
        notice.save(update_fields=["mail"])
    return notice


_SMS = """
INSERT INTO messaging_mail (user_id, channel, address, key, subject, body, state, attempts, not_before, error,
                            created_at)
SELECT u.id, 'SMS', p.phone, 'sms:' || %s || ':' || u.id, '', %s, 'WAITING', 0, %s::timestamptz, '', %s::timestamptz
FROM accounts_user u JOIN people_person p ON p.user_id = u.id AND p.phone <> ''
WHERE u.is_active AND u.id IN ({users})
ON CONFLICT (key) DO NOTHING
"""


@transaction.atomic
def queue_sms(users: QuerySet | Iterable[int], *, key: str, text: str) -> int:
    """Queue one SMS to all `users` who have a telephone; nothing where no gateway is configured. The same `key` is
    never sent twice to one person. Returns how many were queued."""
    if not sms.is_configured():
        return 0
    try:
        inner, params = _as_sql(users)
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SMS.format(users=inner), [key, sms.plain(text), clock.now(), clock.now(), *params])
        return cursor.rowcount


_DIGEST = """
WITH waiting AS (
    SELECT DISTINCT n.user_id, u.email FROM messaging_notice n
    JOIN accounts_user u ON u.id = n.user_id AND u.is_active AND u.email <> ''
    WHERE n.mail_id IS NULL AND n.read_at IS NULL AND n.created_at > %(since)s
      AND NOT EXISTS (SELECT FROM messaging_preference p WHERE p.user_id = n.user_id AND NOT p.by_mail)
      AND NOT EXISTS (SELECT FROM messaging_mail m WHERE m.key = 'digest:' || n.user_id || ':' || %(day)s)
), mails AS (
    INSERT INTO messaging_mail (user_id, channel, address, key, subject, body, state, attempts, not_before, error,
                                created_at)
    SELECT user_id, 'MAIL', email, 'digest:' || user_id || ':' || %(day)s, '', '', 'WAITING', 0, %(now)s, '', %(now)s
    FROM waiting
    ON CONFLICT (key) DO NOTHING
    RETURNING id, user_id
)
UPDATE messaging_notice n SET mail_id = m.id
FROM mails m
WHERE n.user_id = m.user_id AND n.mail_id IS NULL AND n.read_at IS NULL AND n.created_at > %(since)s
"""


def queue_digests() -> int:
    """One mail a day for each person who has notices that are neither read nor mailed; returns the notices taken up.

    Older ones than a week stay in the page only. Subject and text are made when the mail goes out, in its reader's
    language.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _DIGEST,
            {"day": clock.today().isoformat(), "now": clock.now(), "since": clock.now() - timedelta(days=7)},
        )
        return cursor.rowcount


def mark_read(scope: Scope, ids: Sequence[int] | None = None) -> int:
    """The person has seen his notices (all, or `ids`)."""
    mine = Notice.objects.filter(user_id=scope.user_id, read_at=None)
    return (mine if ids is None else mine.filter(pk__in=ids)).update(read_at=clock.now())


def choose_channel(scope: Scope, *, by_mail: bool) -> None:
    """The person's own choice: a mail a day with what is new, or the page only."""
    Preference.objects.update_or_create(user_id=scope.user_id, defaults={"by_mail": by_mail})
    audit.record("messaging.channel", scope=scope, person_id=scope.person_id, note="mail" if by_mail else "page")


@transaction.atomic
def resend(pk: int, *, scope: Scope) -> Mail:
    """MSG-01. A mail that did not go out, or of which nobody knows, goes out again because a person says so."""
    scope.require(P.SYSTEM_MANAGE)
    mail = Mail.objects.select_for_update().filter(pk=pk).first()
    if mail is None:
        raise NotPermitted(P.SYSTEM_MANAGE)
    if mail.state not in IN_TROUBLE:
        raise RuleViolation("MSG-01", _("Thư này đã được gửi hoặc đang chờ gửi. Hãy tải lại trang."))
    note = f"{mail.get_state_display()}: {mail.error}" if mail.error else str(mail.get_state_display())
    _wait_again(Mail.objects.filter(pk=pk))
    audit.record("messaging.resend", scope=scope, target=mail, rule_id="MSG-01", note=note[:300])
    return mail


@transaction.atomic
def resend_failed(*, scope: Scope) -> int:
    """MSG-01. All that certainly did not go out; never those of which nobody knows. Returns how many."""
    scope.require(P.SYSTEM_MANAGE)
    count = _wait_again(Mail.objects.filter(state=MailState.FAILED))
    if count:
        audit.record("messaging.resend", scope=scope, rule_id="MSG-01", count=count)
    return count


def _wait_again(mails: QuerySet[Mail]) -> int:
    return mails.update(state=MailState.WAITING, attempts=0, not_before=clock.now(), claimed_at=None, error="")
