"""Recipients, deadlines and templates: the data that reports follow."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from temis.access import NotPermitted, P, Scope
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.reporting.models import Recipient, ReportDeadlines, ReportTemplate
from temis.reporting.reference import keep_template

SHOWN_PROBLEMS = 5


def recipient_right(scope: Scope) -> P:
    """With which right somebody edits recipients: the ministry all, a Sở those of its province."""
    return P.STANDARD_MANAGE if scope.has(P.STANDARD_MANAGE) else P.REPORT_PUBLISH


@transaction.atomic
def add_recipient(*, province: str | None, scope: Scope, **fields: Any) -> Recipient:
    """RPT-15. A recipient of a province (None: of all, the ministry only)."""
    right = recipient_right(scope)
    scope.require(right)
    recipient = Recipient.objects.create(province_id=province, **fields)
    if not Recipient.objects.permitted(scope, right).filter(pk=recipient.pk).exists():
        raise NotPermitted(right)
    audit.record("report.recipient_add", scope=scope, target=recipient, rule_id="RPT-15", note=recipient.name)
    return recipient


@transaction.atomic
def change_recipient(pk: int, *, scope: Scope, **fields: Any) -> Recipient:
    recipient: Recipient = Recipient.objects.select_for_update(of=("self",)).fetch(scope, recipient_right(scope), pk=pk)
    for name, value in fields.items():
        setattr(recipient, name, value)
    recipient.save(update_fields=list(fields))
    audit.record("report.recipient_change", scope=scope, target=recipient, rule_id="RPT-15", note=recipient.name)
    return recipient


@transaction.atomic
def set_deadlines(year: int, *, extract_by: date, publish_by: date, send_by: date, document: str, scope: Scope) -> None:
    scope.require(P.STANDARD_MANAGE)
    if not extract_by <= publish_by <= send_by:
        message = _("Ba mốc phải theo thứ tự: chiết xuất, công bố, gửi.")
        raise RuleViolation("RPT-16", message, field="extract_by")
    values = {"extract_by": extract_by, "publish_by": publish_by, "send_by": send_by, "document": document}
    deadlines, _made = ReportDeadlines.objects.update_or_create(year=year, defaults=values)
    audit.record("report.deadlines", scope=scope, target=deadlines, rule_id="RPT-16")


@transaction.atomic
def load_template(content: bytes, *, effective_year: int, scope: Scope) -> tuple[ReportTemplate, bool]:
    """RPT-09. Another template, as a JSON file. Reports that were made keep theirs. Returns it, and if it is new."""
    scope.require(P.STANDARD_MANAGE)
    try:
        text = content.decode("utf-8-sig")
        kept, made = keep_template(text, effective_year, loaded_by_id=scope.user_id)
    except UnicodeDecodeError as error:
        raise RuleViolation("RPT-09", _("Tệp không phải văn bản UTF-8."), field="file") from error
    except ValidationError as error:
        raise RuleViolation("RPT-09", _problems(error), field="file") from error
    if made:
        audit.record("report.template", scope=scope, target=kept, rule_id="RPT-09", note=kept.code)
    return kept, made


def _problems(error: ValidationError) -> str:
    """Where the file is wrong, the first places."""
    places = [".".join(map(str, problem["loc"])) or "–" for problem in error.errors()][:SHOWN_PROBLEMS]
    message = _("Tệp mẫu báo cáo chưa đúng cấu trúc ở %(count)s chỗ: %(places)s.")
    return message % {"count": error.error_count(), "places": "; ".join(places)}
