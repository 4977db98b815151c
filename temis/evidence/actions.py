"""Every write on a portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P, Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.core.prepared import Prepared
from temis.core.text import clean
from temis.evidence import media, rules
from temis.evidence.enums import EvidenceKind
from temis.evidence.models import EvidenceItem, StoredFile
from temis.evidence.queries import used_bytes
from temis.evidence.storing import store
from temis.people.models import Person
from temis.standards.enums import Subject


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says of an item. `criteria` are numbers of the standard `subject`."""

    title: str = ""
    description: str = ""
    criteria: Sequence[int] = ()
    subject: str = Subject.TEACHER
    dated_on: date | None = None


class AlreadyThere(RuleViolation):
    """EVD-05. The portfolio has this file; `item` is it."""

    def __init__(self, item: EvidenceItem) -> None:
        message = _("Tệp này đã có trong kho minh chứng với tên “%(title)s”. Hãy chọn lại minh chứng đó.")
        super().__init__("EVD-05", message % {"title": item.title}, field="file")
        self.item = item


@transaction.atomic
def add_file(content: BinaryIO, file_name: str, details: Details, *, scope: Scope) -> EvidenceItem:
    """A file for the own portfolio: checked, stored once, and remembered under the name it came with."""
    person = _owner(scope)
    stored = store(content)
    twin = EvidenceItem.objects.filter(person=person, file=stored, archived_at=None).first()
    if twin is not None:
        raise AlreadyThere(twin)
    rules.check_quota(used_bytes(person.pk), stored.size, settings.EVIDENCE_PERSON_BYTES)
    name = _file_name(file_name, stored)
    return _add(
        person, EvidenceKind.FILE, details, scope=scope, fallback=PurePosixPath(name).stem, file=stored, file_name=name
    )


@transaction.atomic
def add_link(url: str, details: Details, *, scope: Scope) -> EvidenceItem:
    rules.check_link(url)
    return _add(_owner(scope), EvidenceKind.LINK, details, scope=scope, fallback=url, url=url)


@transaction.atomic
def add_text(text: str, details: Details, *, scope: Scope) -> EvidenceItem:
    if not text.strip():
        raise RuleViolation("EVD-04", _("Hãy ghi nội dung của minh chứng."), field="text")
    first_line = text.strip().splitlines()[0]
    return _add(_owner(scope), EvidenceKind.TEXT, details, scope=scope, fallback=first_line, text=text.strip())


@transaction.atomic
def edit_item(pk: int, details: Details, *, url: str = "", text: str = "", scope: Scope) -> EvidenceItem:
    """EVD-06. Change what is said of an item. Once it supports a self-assessment that was sent, only its criteria."""
    item: EvidenceItem = EvidenceItem.objects.select_for_update().fetch(scope, P.OWN_EVIDENCE, pk=pk)
    item.title = clean(details.title)[:200] or item.title
    item.description, item.dated_on = details.description.strip(), details.dated_on
    item.criteria, item.subject = sorted(set(details.criteria)), details.subject
    if item.kind == EvidenceKind.LINK:
        rules.check_link(url)
        item.url = url
    if item.kind == EvidenceKind.TEXT and text.strip():
        item.text = text.strip()
    return _save(item, "evidence.edit", scope=scope)


@transaction.atomic
def archive_item(pk: int, *, scope: Scope) -> EvidenceItem:
    """EVD-06. Put an item away: it is no longer offered, and can be brought back."""
    item: EvidenceItem = EvidenceItem.objects.select_for_update().fetch(scope, P.OWN_EVIDENCE, pk=pk)
    if item.archived_at is not None:
        return item
    item.archived_at = clock.now()
    return _save(item, "evidence.archive", scope=scope)


@transaction.atomic
def restore_item(pk: int, *, scope: Scope) -> EvidenceItem:
    """Bring an item back that was put away."""
    item: EvidenceItem = EvidenceItem.objects.select_for_update().fetch(scope, P.OWN_EVIDENCE, pk=pk)
    if item.archived_at is None:
        return item
    twin = EvidenceItem.objects.filter(person_id=item.person_id, file_id=item.file_id, archived_at=None)
    if item.file_id and (found := twin.first()):
        raise AlreadyThere(found)
    if item.file is not None:
        rules.check_quota(used_bytes(item.person_id), item.file.size, settings.EVIDENCE_PERSON_BYTES)
    item.archived_at = None
    return _save(item, "evidence.restore", scope=scope)


def _owner(scope: Scope) -> Person:
    """The person who acts, locked, so that two uploads at once cannot both use the last of his share."""
    scope.require(P.OWN_EVIDENCE)
    if scope.person_id is None:
        raise NotPermitted(P.OWN_EVIDENCE)
    person = _PERSON.first(pk=scope.person_id)
    assert person is not None
    return person


_PERSON = Prepared(Person, lambda pk: Person.objects.select_for_update(of=("self",)).filter(pk=pk), "pk")


def _add(
    person: Person, kind: EvidenceKind, details: Details, *, scope: Scope, fallback: str, **content: object
) -> EvidenceItem:
    """A link or a text that says the same once more, as by a form that was sent twice, is the item that is there."""
    said = {
        "person": person,
        "kind": kind,
        "title": (clean(details.title) or clean(fallback))[:200],
        "description": details.description.strip(),
        "criteria": sorted(set(details.criteria)),
        "subject": details.subject,
        "dated_on": details.dated_on,
        **content,
    }
    known = EvidenceItem.objects.filter(**said, archived_at=None).first()
    if known is not None:
        return known
    item = EvidenceItem.objects.create(**said, created_at=clock.now())
    audit.record("evidence.add", scope=scope, target=item, person_id=person.pk, organization_id=person.organization_id)
    return item


def _save(item: EvidenceItem, action: str, *, scope: Scope) -> EvidenceItem:
    """The database knows what an item is used for (EVD-06); its refusal is told in words."""
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        if "EVD-06" not in str(error):
            raise
        message = _(
            "Minh chứng này thuộc phiếu tự đánh giá đã gửi nên không sửa, không cất đi được. Muốn thay đổi, hãy rút "
            "lại phiếu (khi còn hạn) hoặc thêm minh chứng mới."
        )
        raise RuleViolation("EVD-06", message) from error
    audit.record(action, scope=scope, target=item, person_id=item.person_id)
    return item


def _file_name(given: str, stored: StoredFile) -> str:
    """The name without folders and control characters, ending as its content says."""
    base = PurePosixPath(given.replace("\\", "/")).name
    stem = clean("".join(char for char in base if char.isprintable())).rsplit(".", 1)[0].strip(". ")
    return f"{stem[:180] or 'minh-chung'}.{media.BY_TYPE[stored.media_type].extension}"
