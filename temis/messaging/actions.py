"""Telling people. Sets, not loops: one statement for a class of people, however many; nobody is told twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from temis.access import Scope
from temis.core import clock
from temis.messaging.models import Attachment, Mail, Notice


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
    if isinstance(users, QuerySet):
        inner, params = users.query.sql_with_params()
    else:
        inner, params = "SELECT unnest(%s::bigint[])", (list(users),)
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFY.format(users=inner), [*values, *params])
        return cursor.rowcount


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


_DIGEST = """
WITH waiting AS (
    SELECT DISTINCT n.user_id, u.email FROM messaging_notice n
    JOIN accounts_user u ON u.id = n.user_id AND u.is_active AND u.email <> ''
    WHERE n.mail_id IS NULL AND n.read_at IS NULL AND n.created_at > %(since)s
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
