"""Sending a published report to its recipients, and their receipts."""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.messaging.actions import send_mail
from temis.messaging.enums import MailState
from temis.messaging.models import Mail
from temis.reporting import rules
from temis.reporting.actions.life import advance, lock
from temis.reporting.actions.log import log_step
from temis.reporting.enums import Audience
from temis.reporting.models import Dispatch, Recipient, ReportFile, ReportVersion

SALT = "temis.reporting.dispatch"
ATTACHED = ("report.pdf", "report.xlsx")  # the others wait behind the link


def token_of(dispatch: Dispatch) -> str:
    """What proves that somebody read the mail; made from the row, so that nothing secret is kept."""
    return signing.Signer(salt=SALT).sign(str(dispatch.pk))


def dispatch_of(token: str) -> Dispatch:
    """NotPermitted for a token that was not made here."""
    try:
        pk = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotPermitted(P.REPORT_VIEW) from error
    rows = Dispatch.objects.select_related("version__report__province", "version__report__organization")
    return rows.get(pk=pk)


@transaction.atomic
def send_version(pk: int, *, scope: Scope) -> int:
    """RPT-15. To every recipient in force who has an address and has not been written to; returns how many."""
    version = lock(pk, rules.SEND, scope=scope)
    rules.check_step(rules.SEND, version.state)
    waiting = waiting_recipients(version)
    if not waiting:
        message = _("Không còn nơi nhận nào có địa chỉ thư mà chưa gửi. Bổ sung địa chỉ ở mục Nơi nhận rồi gửi.")
        raise RuleViolation("RPT-15", message)
    for recipient in waiting:
        _dispatch(version, recipient, scope)
    first = {} if version.sent_at else {"sent_at": clock.now(), "sent_by_id": scope.user_id}
    names = "; ".join(recipient.name for recipient in waiting)
    advance(version, rules.SEND, scope=scope, rule_id="RPT-15", note=names, **first)
    return len(waiting)


def waiting_recipients(version: ReportVersion) -> list[Recipient]:
    known = Recipient.objects.in_force(version.report.province_id, clock.today()).exclude(address="")
    sent = set(version.dispatches.values_list("name", "address"))
    return [recipient for recipient in known if (recipient.name, recipient.address) not in sent]


def _dispatch(version: ReportVersion, recipient: Recipient, scope: Scope) -> None:
    """The mail carries a token made of the row, so the row comes first."""
    dispatch = Dispatch.objects.create(
        version=version,
        kind=recipient.kind,
        name=recipient.name,
        address=recipient.address,
        sent_at=clock.now(),
        sent_by_id=scope.user_id,
    )
    dispatch.mail = _mail(dispatch)
    dispatch.save(update_fields=["mail"])


def _mail(dispatch: Dispatch) -> Mail:
    """The mail of this attempt. In Vietnamese, whatever the language of who sends it."""
    report = dispatch.version.report
    with translation.override("vi"):
        area = report.area
        subject = _("Báo cáo TEMIS năm %(year)s - %(area)s") % {"year": report.year, "area": area}
        body = render_to_string(
            "reporting/mail/report.txt",
            {
                "dispatch": dispatch,
                "report": report,
                "area": area,
                "receipt_url": settings.BASE_URL + reverse("reporting:received", args=[token_of(dispatch)]),
                "public_url": settings.BASE_URL + reverse("reporting:public_report", args=[report.slug, report.year]),
            },
        )
    return send_mail(
        address=dispatch.address,
        key=f"report:{dispatch.version_id}:{dispatch.pk}:{dispatch.attempts}",
        subject=subject,
        body=body,
        attachments=_attachments(dispatch.version),
    )


def _attachments(version: ReportVersion) -> list[tuple[str, str, str]]:
    """(name, media type, key): the official PDF and workbook, and scans of the hard copy."""
    files = ReportFile.objects.filter(version=version).exclude(audience=Audience.PUBLIC)
    chosen = [file for file in files if file.name in ATTACHED or file.audience == Audience.SCAN]
    report = version.report
    return [(f"TEMIS-{report.slug}-{report.year}-{file.name}", file.media_type, file.storage_key) for file in chosen]


@transaction.atomic
def resend(dispatch_pk: int, *, scope: Scope) -> Dispatch:
    """RPT-15. Once more, when the last mail has gone or has failed."""
    rows = Dispatch.objects.select_for_update(of=("self",)).select_related(
        "version__report__province", "version__report__organization", "mail"
    )
    dispatch: Dispatch = rows.fetch(scope, P.REPORT_PUBLISH, pk=dispatch_pk)
    rules.check_resend(dispatch.mail.state if dispatch.mail else MailState.FAILED)
    dispatch.attempts += 1
    dispatch.mail = _mail(dispatch)
    dispatch.sent_at, dispatch.sent_by_id = clock.now(), scope.user_id
    dispatch.save(update_fields=["attempts", "mail", "sent_at", "sent_by"])
    log_step(dispatch.version, "resend", scope=scope, note=dispatch.name, rule_id="RPT-15")
    return dispatch


@transaction.atomic
def confirm_receipt(token: str, *, name: str) -> Dispatch:
    """A recipient says that he has it. Said twice, the first one counts."""
    pk = dispatch_of(token).pk
    dispatch = Dispatch.objects.select_for_update(of=("self",)).select_related("version__report").get(pk=pk)
    if dispatch.receipt_at is not None:
        return dispatch
    if not name.strip():
        raise RuleViolation("RPT-15", _("Hãy ghi họ tên người xác nhận."), field="name")
    dispatch.receipt_at, dispatch.receipt_name = clock.now(), name.strip()[:120]
    dispatch.save(update_fields=["receipt_at", "receipt_name"])
    audit.record(
        "report.receipt",
        scope=None,
        target=dispatch.version,
        organization_id=dispatch.version.report.organization_id,
        note=f"{dispatch.name}: {dispatch.receipt_name}",
    )
    return dispatch
