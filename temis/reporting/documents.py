"""From a stored version to the document that every output is made of."""

from django.utils import timezone

from temis.organizations.models import Province as ProvinceRow
from temis.reporting.document import Letterhead, Meta, Narrative, Province, ReportDocument
from temis.reporting.enums import Map
from temis.reporting.models import IssuedLetterhead, ReportVersion
from temis.reporting.reference import parsed
from temis.reporting.render import json
from temis.reporting.suppression import THRESHOLD
from temis.reporting.tables import TableResult
from temis.reporting.template import Template


def template_of(version: ReportVersion) -> Template:
    return parsed(version.template.content)


def tables_of(version: ReportVersion, *, public: bool = False) -> list[TableResult]:
    """The tables as they were kept; `public` those with hidden cells."""
    return json.read_tables(template_of(version), version.public_json if public else version.report_json)


def province_named(row: ProvinceRow | None, map: str) -> Province | None:
    """The province by the name it had then, or has today."""
    if row is None:
        return None
    return Province(row.pk, row.later_name if map == Map.TODAY and row.later_name else row.name)


def document_of(
    version: ReportVersion,
    tables: list[TableResult] | None = None,
    *,
    profile: str = "vi",
    hidden_below: int | None = None,
) -> ReportDocument:
    """The document of a version, by default with its kept figures in full."""
    report = version.report
    return ReportDocument(
        template=template_of(version),
        year=report.year,
        province=province_named(report.province, version.map),
        tables=tuple(tables_of(version) if tables is None else tables),
        meta=meta_of(version),
        letterhead=_letterhead(version),
        narrative=tuple(
            Narrative(section.heading, section.paragraphs) for section in version.narrative.all() if section.paragraphs
        ),
        profile=profile,
        hidden_below=hidden_below,
    )


def public_document_of(version: ReportVersion, *, profile: str = "vi") -> ReportDocument:
    """What everybody may see of a version."""
    return document_of(version, tables_of(version, public=True), profile=profile, hidden_below=THRESHOLD)


def meta_of(version: ReportVersion) -> Meta:
    return Meta(
        extracted_at=timezone.localtime(version.extracted_at),
        extracted_by=version.extracted_by_name,
        data_hash=version.data_hash,
        map="today" if version.map == Map.TODAY else "then",
        version=version.number,
    )


def _letterhead(version: ReportVersion) -> Letterhead:
    head: IssuedLetterhead | None = getattr(version, "letterhead", None)
    if head is None:
        return Letterhead(issuing_body=version.report.organization.name)
    return Letterhead(
        parent_body=head.parent_body,
        issuing_body=head.issuing_body,
        number=f"{head.number}/{head.symbol}" if head.number and head.symbol else head.number,
        place=head.place,
        issued_on=head.issued_on,
        recipients=tuple(head.recipients),
        authority=head.authority,
        signer_title=head.signer_title,
        signer_name=head.signer_name,
    )
