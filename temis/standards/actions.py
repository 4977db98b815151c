"""Loading, locking and correcting editions. An edition in use never changes its rule (STD-03)."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from temis.access import Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.standards import storing
from temis.standards.files import SHIPPED, EditionFile, read_edition
from temis.standards.models import Edition


@dataclass(frozen=True)
class Loaded:
    """What became of one file: CREATED, UPDATED, UNCHANGED, or LOCKED (it differs, but the edition is in use)."""

    code: str
    outcome: str


@transaction.atomic
def load_editions(paths: Iterable[Path] | None = None, *, scope: Scope | None = None) -> list[Loaded]:
    """Bring editions to what their files say; without `paths`, those shipped with the program.

    Idempotent, one statement for each table. Locked editions are left alone and reported.
    """
    files = [read_edition(path) for path in (sorted(SHIPPED.glob("*.json")) if paths is None else paths)]
    codes = [file.code for file in files]
    found = {row.code: row for row in Edition.objects.select_for_update().filter(code__in=codes)}
    results = [Loaded(file.code, _outcome(file, found.get(file.code))) for file in files]
    changed = [file for file, result in zip(files, results, strict=True) if result.outcome in ("CREATED", "UPDATED")]
    if changed:
        editions = storing.put_editions(changed)
        storing.put_thresholds(editions, changed)
        storing.put_criteria(editions, changed)
        storing.put_descriptors(editions, changed)
        for file in changed:
            audit.record("standard.load", scope=scope, target=editions[file.code], note=file.code)
    return results


@transaction.atomic
def lock_edition(edition: Edition, *, scope: Scope | None = None) -> Edition:
    """STD-03. From now on the rule of the edition never changes; locking twice changes nothing."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    if locked.locked_at is None:
        locked.locked_at = locked.updated_at = clock.now()
        locked.save(update_fields=["locked_at", "updated_at"])
        audit.record("standard.lock", scope=scope, target=locked, rule_id="STD-03", note=locked.code)
    return locked


@transaction.atomic
def correct_edition(path: Path, *, scope: Scope | None = None) -> Loaded:
    """Put right the wording, the marks "verified" and the end of validity of an edition, also of a locked one.

    RuleViolation STD-03 where the file would change what decides a classification.
    """
    file = read_edition(path)
    edition = Edition.objects.select_for_update().filter(code=file.code).first()
    if edition is None or edition.locked_at is None:
        return load_editions([path], scope=scope)[0]
    if edition.source_hash == file.digest:
        return Loaded(file.code, "UNCHANGED")
    if not storing.is_same_rule(edition, file):
        message = _(
            "Bộ chuẩn %(code)s đang được dùng để đánh giá nên không đổi được tiêu chí hay quy tắc xếp loại. "
            "Hãy nạp thành bộ chuẩn mới với mã khác."
        )
        raise RuleViolation("STD-03", message % {"code": file.code})
    storing.put_wording(edition, file)
    audit.record("standard.correct", scope=scope, target=edition, rule_id="STD-03", note=file.code)
    return Loaded(file.code, "UPDATED")


def _outcome(file: EditionFile, stored: Edition | None) -> str:
    if stored is None:
        return "CREATED"
    if stored.source_hash == file.digest:
        return "UNCHANGED"
    return "LOCKED" if stored.locked_at else "UPDATED"
