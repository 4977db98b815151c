"""Evidence of imported results: a ZIP whose folders are the persons' codes.

`<code>/<file>` goes into the person's portfolio; `<code>/TC5/<file>` or `<code>/TC5 <file>` also supports criterion 5
of the imported appraisal. Nothing is unpacked to a name of the archive's choosing, and no size it states is believed.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from zlib import error as ZlibError

from django.conf import settings
from django.utils.translation import gettext as _

from temis.appraisals.models import Appraisal, EvidenceUse
from temis.core import clock
from temis.core.errors import RuleViolation
from temis.core.text import clean
from temis.evidence import media, rules
from temis.evidence.enums import EvidenceKind
from temis.evidence.models import EvidenceItem
from temis.evidence.queries import used_bytes
from temis.evidence.storing import store
from temis.exchange.models import CreatedRecords, ImportBatch
from temis.exchange.readers import FileRefused

MAX_ENTRIES = 50_000
MAX_RATIO = 200  # PDF and pictures hardly pack at all
IN_MEMORY = 4 * 2**20
PIECE = 2**20
SHOWN = 200

_CRITERION = re.compile(r"tc\s*0*(\d{1,2})(?!\d)[\s._-]*", re.IGNORECASE)
_CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
Progress = Callable[..., None]


@dataclass
class Attached:
    """What came of a ZIP: how many files were taken in, and those that were not, with the reason."""

    added: int = 0
    known: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where a file of the archive belongs."""

    code: str
    criterion: int | None
    name: str


def attach(batch: ImportBatch, path: Path, progress: Progress) -> Attached:
    """Take the files of a ZIP into the portfolios of the people of a loaded batch of results."""
    appraisals = {a.person.code: a for a in _appraisals(batch)}
    done, made_items, made_uses = Attached(), [], []
    entries = list(_entries(path))
    with zipfile.ZipFile(path) as archive:
        for number, entry in enumerate(entries, start=1):
            name = entry_name(entry)
            try:
                place = place_of(name)
                appraisal = _appraisal(appraisals, place)
                item, is_new = _take(archive, entry, place, appraisal)
            except RuleViolation as refusal:
                done.refused.append((name, str(refusal)))
                continue
            done.added, done.known = done.added + is_new, done.known + (not is_new)
            made_items += [item.pk] if is_new else []
            if place.criterion is not None:
                use, used = EvidenceUse.objects.get_or_create(appraisal=appraisal, criterion=place.criterion, item=item)
                made_uses += [use.pk] if used else []
            progress(number, len(entries), _("Nạp minh chứng"))
    _remember(batch, EvidenceItem._meta.db_table, made_items)
    _remember(batch, EvidenceUse._meta.db_table, made_uses)
    return done


def place_of(name: str) -> Place:
    """Read `code/file`, `code/TC5/file`, `code/TC5 file`, with or without one folder around all."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", ".")]
    if ".." in parts or len(parts) < 2:
        message = _("Tệp phải nằm trong thư mục có tên là mã định danh của người đó.")
        raise RuleViolation("IMP-07", message)
    folders, file = parts[:-1], parts[-1]
    criterion = None
    if match := _CRITERION.fullmatch(folders[-1]):
        criterion, folders = int(match[1]), folders[:-1]
    elif match := _CRITERION.match(file):
        criterion = int(match[1])
    if not folders:
        raise RuleViolation("IMP-07", _("Tệp phải nằm trong thư mục có tên là mã định danh của người đó."))
    return Place(clean(folders[-1]), criterion, clean(file))


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows writes UTF-8 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _entries(path: Path) -> Iterator[zipfile.ZipInfo]:
    """The files of the archive, unless it is damaged, a bomb or locked by a password."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        raise FileRefused(_("Tệp .zip bị hỏng hoặc tải lên chưa hết. Hãy nén lại rồi gửi lại.")) from None
    if not found:
        raise FileRefused(_("Tệp .zip không có tệp nào."))
    unpacked, size = sum(entry.file_size for entry in found), path.stat().st_size
    if len(found) > MAX_ENTRIES or unpacked > MAX_RATIO * max(size, PIECE):
        raise FileRefused(_("Tệp .zip nén bất thường, có thể gây hại. Hãy nén lại thành nhiều tệp nhỏ hơn."))
    if any(entry.flag_bits & 0x1 for entry in found):
        raise FileRefused(_("Tệp .zip có mật khẩu. Hãy nén lại, không đặt mật khẩu."))
    yield from found


def _is_clutter(name: str) -> bool:
    return any(part in name for part in _CLUTTER)


def _appraisals(batch: ImportBatch) -> Iterator[Appraisal]:
    return Appraisal.objects.filter(batch_id=batch.pk).select_related("person", "edition").iterator()


def _appraisal(appraisals: dict[str, Appraisal], place: Place) -> Appraisal:
    found = appraisals.get(place.code)
    if found is None:
        message = _("Đợt nạp này không có kết quả của người mang mã “%(code)s”.")
        raise RuleViolation("IMP-07", message % {"code": place.code})
    if place.criterion is not None and not 1 <= place.criterion <= found.edition.criteria.count():
        message = _("Bộ chuẩn không có tiêu chí %(number)d.")
        raise RuleViolation("IMP-07", message % {"number": place.criterion})
    return found


def _take(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Place, appraisal: Appraisal
) -> tuple[EvidenceItem, bool]:
    """The file in the person's portfolio, and whether it is new there."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as content:
        _unpack(archive, entry, content)
        stored = store(content)  # type: ignore[arg-type]
    person = appraisal.person
    known = EvidenceItem.objects.filter(person=person, file=stored, archived_at=None).first()
    if known is not None:
        return known, False
    rules.check_quota(used_bytes(person.pk), stored.size, settings.EVIDENCE_PERSON_BYTES)
    item = EvidenceItem.objects.create(
        person=person,
        kind=EvidenceKind.FILE,
        title=_stem(place),
        file=stored,
        file_name=f"{_stem(place)[:180]}.{media.BY_TYPE[stored.media_type].extension}",
        criteria=[place.criterion] if place.criterion else [],
        subject=appraisal.subject,
        dated_on=appraisal.decided_on,
        created_at=clock.now(),
    )
    return item, True


def _stem(place: Place) -> str:
    return clean("".join(char for char in PurePosixPath(place.name).stem if char.isprintable()))[:200] or place.code


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: tempfile.SpooledTemporaryFile[bytes]) -> None:
    """The entry's bytes, as far as the limit for one file."""
    limit, size = settings.EVIDENCE_FILE_BYTES, 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(PIECE):
                size += len(piece)
                rules.check_size(size, limit)
                content.write(piece)
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError):
        raise RuleViolation("IMP-07", _("Tệp này trong .zip bị hỏng.")) from None
    rules.check_size(size, limit)
    content.seek(0)


def _remember(batch: ImportBatch, table: str, ids: list[int]) -> None:
    """So that an undo of the batch takes them back too."""
    if not ids:
        return
    found, made = CreatedRecords.objects.get_or_create(batch=batch, table=table, defaults={"ids": ids})
    if not made:
        found.ids += ids
        found.save()
