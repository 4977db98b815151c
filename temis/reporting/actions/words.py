"""What people write around the figures: narrative and letterhead."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from temis.access import P, Scope
from temis.core import audit, clock
from temis.reporting import rules
from temis.reporting.documents import public_document_of
from temis.reporting.models import IssuedLetterhead, Letterhead, NarrativeSection, Recipient, ReportVersion
from temis.reporting.suggestions import Passage, passages

LETTERHEAD = (
    "parent_body", "issuing_body", "symbol", "place", "authority", "signer_title", "signer_name", "recipients",
)  # fmt: skip


def suggested(version: ReportVersion) -> list[Passage]:
    """What the figures of the version suggest to write, section by section."""
    return passages(public_document_of(version))


def prepare_words(version: ReportVersion) -> None:
    """Narrative and letterhead of a version that is being frozen: those of the version before, else suggested ones."""
    before = ReportVersion.objects.filter(report_id=version.report_id, number__lt=version.number)
    written = {
        section.key: section.text
        for section in NarrativeSection.objects.filter(version__in=before).exclude(text="").order_by("version__number")
    }
    NarrativeSection.objects.bulk_create(
        NarrativeSection(
            version=version,
            key=passage.key,
            order=order,
            heading=passage.heading,
            text=written.get(passage.key, passage.text),
        )
        for order, passage in enumerate(suggested(version), 1)
    )
    last = IssuedLetterhead.objects.filter(version__in=before).order_by("-version__number").first()
    IssuedLetterhead.objects.create(version=version, **_letterhead(version, last))


def _letterhead(version: ReportVersion, last: IssuedLetterhead | None) -> dict[str, Any]:
    """That of the version before, else what the body used last, else what the system knows by itself."""
    report = version.report
    kept = Letterhead.objects.filter(organization_id=report.organization_id, effective_from__lte=clock.today())
    source = last or kept.order_by("-effective_from").first()
    if source is not None:
        return {name: getattr(source, name) for name in LETTERHEAD}
    recipients = Recipient.objects.in_force(report.province_id, clock.today()).values_list("name", flat=True)
    return {
        "issuing_body": report.organization.name,
        "place": report.province.name if report.province else "",
        "recipients": list(recipients),
    }


@transaction.atomic
def save_narrative(pk: int, *, texts: dict[str, str], revision: int, scope: Scope) -> bool:
    """RPT-07. Keep what was typed; False where a later save was kept already. No audit entry per keystroke: the words
    count from submission, which has one."""
    version: ReportVersion = ReportVersion.objects.select_for_update(of=("self",)).fetch(scope, P.REPORT_EDIT, pk=pk)
    rules.check_words(version.state)
    sections = list(version.narrative.select_for_update())
    if any(section.revision > revision for section in sections):
        return False
    for section in sections:
        section.text = texts.get(section.key, section.text).strip()
        section.revision, section.saved_at = revision, clock.now()
    NarrativeSection.objects.bulk_update(sections, ["text", "revision", "saved_at"])
    return True


@transaction.atomic
def save_letterhead(pk: int, *, scope: Scope, recipients: Sequence[str], **fields: str) -> IssuedLetterhead:
    """The formal parts of this version, kept as those of the body for the next one."""
    version: ReportVersion = ReportVersion.objects.select_for_update(of=("self",)).fetch(scope, P.REPORT_EDIT, pk=pk)
    rules.check_words(version.state)
    values: dict[str, Any] = {name: text.strip() for name, text in fields.items()} | {"recipients": list(recipients)}
    IssuedLetterhead.objects.filter(version=version).update(**values)
    Letterhead.objects.update_or_create(
        organization_id=version.report.organization_id, effective_from=clock.today(), defaults=values
    )
    audit.record("report.letterhead", scope=scope, target=version, organization_id=version.report.organization_id)
    return IssuedLetterhead.objects.get(version=version)
