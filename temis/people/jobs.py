"""Work on people that nobody waits for in the page: letters with codes, and what dates change by themselves."""

from collections.abc import Iterator
from smtplib import SMTPException

import structlog
from django.core import mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from temis.access import Scope
from temis.accounts.actions import code_expiry
from temis.accounts.jobs import write
from temis.accounts.models import User
from temis.core import audit, jobs
from temis.core.errors import RuleViolation
from temis.organizations.actions import project_versions
from temis.people.actions.codes import in_need_of_code, issue_codes
from temis.people.actions.projection import project_people
from temis.people.assignments import assignments_of, scope_of
from temis.people.models import Person

log = structlog.get_logger()
_BATCH = 200


@app.periodic(cron="5 17 * * *")  # UTC
@app.task(name="people.project", queueing_lock="people.project")
def project(timestamp: int) -> None:
    """Five minutes after midnight in Vietnam: bodies, then people, "as of today"."""
    with transaction.atomic():
        changed = project_versions(), project_people()
    log.info("projected", bodies=changed[0], people=changed[1])


@jobs.work("people.send_codes", again=False)  # a second letter would end the code of the first
def send_codes(
    progress: jobs.Progress, within: str | None, newcomers: bool, count: int, assignment: str, user_id: int
) -> jobs.Outcome:
    """Letters with new one-time codes to those `in_need_of_code` who have an address; who comes by himself meanwhile
    needs none any more. A code is made, kept as a digest and put into the letter, stored nowhere."""
    scope = _scope(user_id, assignment)
    people = in_need_of_code(scope, within, newcomers=newcomers).exclude(user__email="")
    sent, failed = 0, list[str]()
    for batch in _batches(people):
        with audit.context(scope), transaction.atomic():
            codes = issue_codes(Person.objects.filter(pk__in=batch), scope=scope)
        done, names = _send(codes)
        sent, failed = sent + done, failed + names
        progress(sent + len(failed), max(count, sent + len(failed)))
    message = _("Đã gửi %(sent)d thư.") % {"sent": sent}
    if failed:
        message += " " + _("Không gửi được cho: %(names)s. In phiếu cho những người này.") % {
            "names": ", ".join(failed)
        }
    return jobs.Outcome(message)


def _scope(user_id: int, assignment: str) -> Scope:
    """As what the one who asked acts, while he still holds it."""
    user = User.objects.get(pk=user_id)
    held = next((a for a in assignments_of(user) if a.id == assignment), None)
    if held is None:
        raise RuleViolation("ACC-06", _("Vai trò dùng khi yêu cầu không còn hiệu lực. Không có mã nào được cấp."))
    return scope_of(held, user)


def _batches(people: QuerySet[Person]) -> Iterator[list[int]]:
    """Keys of some after the other, each read when it is its turn; nobody twice."""
    last = 0
    while batch := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield batch
        last = batch[-1]


def _send(codes: dict[int, str]) -> tuple[int, list[str]]:
    """How many letters left, and whose did not; one connection for the batch."""
    failed: list[str] = []
    until = code_expiry()
    with mail.get_connection() as connection:
        for person in Person.objects.filter(pk__in=codes).exclude(user__email="").select_related("user"):
            assert person.user is not None
            try:
                write(
                    person.user,
                    "people/mail/code.txt",
                    {"code": codes[person.pk], "until": until},
                    connection=connection,
                )
            except (SMTPException, OSError) as error:
                log.warning("letter not sent", person=person.pk, error=type(error).__name__)
                failed.append(person.full_name)
    return len(codes) - len(failed), failed
