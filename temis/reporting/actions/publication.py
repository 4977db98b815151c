"""Publication: all files are made and signed, then the version is public and never changes again."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.evidence import media, storing
from temis.reporting import rules, signing
from temis.reporting.actions.life import advance, lock
from temis.reporting.actions.log import log_step
from temis.reporting.document import ReportDocument
from temis.reporting.documents import document_of, public_document_of
from temis.reporting.enums import PUBLISHED_STATES, Audience
from temis.reporting.models import IssuedLetterhead, ReportFile, ReportVersion
from temis.reporting.public import public_json, published_beside
from temis.reporting.render import json, pdf
from temis.reporting.rendering import FORMATS, print_report
from temis.reporting.signing_keys import key_place, signer_of

Progress = Callable[..., None]
OFFICIAL_FORMATS = ("json", "html", "xlsx", "docx", "csv")
PUBLIC_FORMATS = ("json", "xlsx", "csv")
PDF = FORMATS["pdf"]
PUBLICATION = 0x5450  # the kind of lock under which versions become public


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is ready to be kept."""

    audience: str
    name: str
    media_type: str
    content: bytes


@transaction.atomic
def prepare_publication(pk: int, *, number: str, issued_on: date, scope: Scope) -> ReportVersion:
    """Everything that must hold before files are made; writes number and date of the document.

    RuleViolation RPT-06 (state), RPT-08 (a newer one is public), RPT-11 (no signature), RPT-07 (number, date).
    """
    version = lock(pk, rules.PUBLISH, scope=scope)
    rules.check_step(rules.PUBLISH, version.state)
    rules.check_order(version.number, _latest_published(version))
    rules.check_issue(number, issued_on, clock.today())
    signer = signer_of(version.report.organization.code)
    has_scan = version.files.filter(audience=Audience.SCAN).exists()
    rules.check_signed(has_key=signer is not None, has_scan=has_scan)
    IssuedLetterhead.objects.filter(version=version).update(number=number.strip(), issued_on=issued_on)
    return version


def publish_version(pk: int, *, scope: Scope, progress: Progress) -> ReportVersion:
    """Make all files, then publish them in one transaction. Asked for twice, the second finds it done."""
    version = _approved(pk, scope)
    if version.state in PUBLISHED_STATES:
        return version
    seen = published_beside(version)
    progress(0, None, _("Ẩn các ô nhỏ của bản công khai"))
    version.public_json = public_json(version)
    _check_public(version)
    made = list(_make_all(version, progress))
    with transaction.atomic():
        _one_at_a_time(version)
        hidden = version.public_json
        version = lock(pk, rules.PUBLISH, scope=scope)
        if version.state in PUBLISHED_STATES:
            return version
        rules.check_step(rules.PUBLISH, version.state)
        rules.check_order(version.number, _latest_published(version))
        _check_nothing_came_between(version, seen)
        ReportFile.objects.bulk_create(_keep(version, file) for file in made)
        return advance(
            version,
            rules.PUBLISH,
            scope=scope,
            rule_id="RPT-08",
            public_json=hidden,
            published_at=clock.now(),
            published_by_id=scope.user_id,
        )


def _approved(pk: int, scope: Scope) -> ReportVersion:
    rows = ReportVersion.objects.select_related("report__organization", "report__province", "template", "letterhead")
    version: ReportVersion = rows.fetch(scope, P.REPORT_PUBLISH, pk=pk)
    if version.state not in PUBLISHED_STATES:
        rules.check_step(rules.PUBLISH, version.state)
    return version


def _one_at_a_time(version: ReportVersion) -> None:
    """Publications of one period follow one another: each hides what the ones before would give away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PUBLICATION, version.report.period_id])


def _check_nothing_came_between(version: ReportVersion, seen: set[int]) -> None:
    if published_beside(version) != seen:
        message = _("Trong lúc tạo tệp, một báo cáo khác của năm này vừa được công bố. Hãy công bố lại.")
        raise RuleViolation("RPT-10", message)


def _check_public(version: ReportVersion) -> None:
    if not version.public_json:
        message = _("Số liệu các bảng không cộng đủ nên chưa tạo được bản công khai. Chiết xuất lại rồi chốt.")
        raise RuleViolation("RPT-10", message)


def _latest_published(version: ReportVersion) -> int | None:
    found = ReportVersion.objects.filter(report_id=version.report_id, state__in=PUBLISHED_STATES)
    return found.order_by("-number").values_list("number", flat=True).first()


def _make_all(version: ReportVersion, progress: Progress) -> Iterator[Made]:
    """Official files and public ones; the PDF of each is signed where there is a key."""
    documents = (
        (Audience.OFFICIAL, document_of(version), OFFICIAL_FORMATS),
        (Audience.PUBLIC, public_document_of(version), PUBLIC_FORMATS),
    )
    total = sum(len(formats) + 2 for _audience, _document, formats in documents)
    done = 0
    for audience, document, formats in documents:
        for made in _make(version, audience, document, formats):
            done += 1
            progress(min(done, total), total, _("Tạo tệp: %(audience)s") % {"audience": Audience(audience).label})
            yield made


def _make(version: ReportVersion, audience: str, document: ReportDocument, formats: tuple[str, ...]) -> Iterator[Made]:
    for name in formats:
        chosen = FORMATS[name]
        content = chosen.render(document)
        yield Made(audience, chosen.name, chosen.media_type, content)
        if name == "json":
            yield Made(audience, "report.meta.json", chosen.media_type, json.render_meta(document, content))
    yield Made(audience, PDF.name, PDF.media_type, _signed_pdf(version, document))


def _signed_pdf(version: ReportVersion, document: ReportDocument) -> bytes:
    """PAdES where the body has a key, else as it is (then a signed hard copy is attached, RPT-11)."""
    signer = signer_of(version.report.organization.code)
    if signer is None:
        return print_report(document).content
    now = timezone.localtime(clock.now())
    printed = print_report(document, pdf.signature_lines(document, signer.holder, now))
    return signing.sign_pdf(
        printed.content,
        signer,
        reason=f"{document.title} - {document.area}",
        location=document.letterhead.place,
        name=document.letterhead.signer_name,
        box=printed.signature_box,
        stamper=signing.time_stamper(settings.TIMESTAMP_URL or None),
    )


def _keep(version: ReportVersion, made: Made) -> ReportFile:
    """Content into the storage under its own fingerprint, and the row that names it."""
    digest = hashlib.sha256(made.content).hexdigest()
    report = version.report
    key = f"reports/{report.year}/{report.slug}/{version.number}/{digest}"
    if not default_storage.exists(key):
        default_storage.save(key, ContentFile(made.content))
    return ReportFile(
        version=version,
        audience=made.audience,
        name=made.name,
        media_type=made.media_type,
        sha256=digest,
        size=len(made.content),
        storage_key=key,
        made_at=clock.now(),
        **(_signature(made.content) if made.name == PDF.name else {}),
    )


def _signature(content: bytes) -> dict[str, object]:
    for found in signing.describe_signatures(content):
        return {
            "signed_by": found.holder,
            "signed_at": found.stamped_at or found.signed_at,
            "issuer": found.issuer,
            "certificate": found.fingerprint,
        }
    return {}


@transaction.atomic
def attach_scan(pk: int, *, file: BinaryIO, scope: Scope) -> ReportFile:
    """The signed and stamped hard copy as a PDF; before publication or after it. It goes to the recipients, not to the
    public page, because its small cells are not hidden."""
    version = lock(pk, rules.PUBLISH, scope=scope)
    rules.check_scan(version.state)
    if media.detect(file) != media.PDF:
        raise RuleViolation("RPT-14", _("Bản quét phải là tệp PDF. Hãy quét lại thành PDF rồi chọn."), field="scan")
    stored = storing.store(file)
    known = version.files.filter(audience=Audience.SCAN)
    same = known.filter(sha256=stored.sha256).first()
    if same is not None:
        return same
    made = ReportFile.objects.create(
        version=version,
        audience=Audience.SCAN,
        name=f"scan-{known.count() + 1}.pdf",
        media_type=stored.media_type,
        sha256=stored.sha256,
        size=stored.size,
        storage_key=stored.key,
        stored=stored,
        made_at=clock.now(),
    )
    log_step(version, "scan", scope=scope, note=made.name)
    return made


def may_sign(version: ReportVersion) -> bool:
    """Whether a key is configured for the body."""
    return key_place(version.report.organization.code) is not None
