"""Editions as screens and rules want them: nested, read once per process."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Prefetch

from temis.standards.enums import Level
from temis.standards.models import Criterion, Edition, LevelDescriptor, Standard
from temis.standards.rules import EditionRule


@dataclass(frozen=True, slots=True)
class SheetDescriptor:
    level: Level
    text: str
    verified: bool
    source_note: str


@dataclass(frozen=True, slots=True)
class SheetCriterion:
    """`descriptors` ascend from Đạt to Tốt; empty where the edition has no texts."""

    id: int
    number: int
    name: str
    is_key: bool
    name_verified: bool
    evidence_hint: str
    descriptors: tuple[SheetDescriptor, ...]

    def text(self, level: Level) -> str:
        return next((one.text for one in self.descriptors if one.level == level), "")

    @property
    def is_verified(self) -> bool:
        return self.name_verified and all(one.verified for one in self.descriptors)


@dataclass(frozen=True, slots=True)
class SheetStandard:
    id: int
    number: int
    name: str
    criteria: tuple[SheetCriterion, ...]


@dataclass(frozen=True, slots=True)
class EditionSheet:
    """One edition with all its parts, in order. Frozen: it is shared by all requests of the process."""

    id: int
    code: str
    standards: tuple[SheetStandard, ...]
    rule: EditionRule

    @property
    def criteria(self) -> tuple[SheetCriterion, ...]:
        return tuple(criterion for standard in self.standards for criterion in standard.criteria)

    @property
    def is_verified(self) -> bool:
        """Has every name and text been compared with the circular?"""
        return all(criterion.is_verified for criterion in self.criteria)


def edition_sheet(edition: Edition) -> EditionSheet:
    """The edition's sheet: five queries the first time, none after, until the edition is loaded anew."""
    return _read_sheet(edition.pk, edition.updated_at)


def edition_rule(edition: Edition) -> EditionRule:
    """What `rules.overall_level` and `rules.explain` need."""
    return edition_sheet(edition).rule


@lru_cache(maxsize=64)
def _read_sheet(edition_id: int, _updated_at: datetime) -> EditionSheet:
    criteria = Criterion.objects.order_by("number").prefetch_related(
        Prefetch("descriptors", LevelDescriptor.objects.order_by("level"))
    )
    groups = Standard.objects.order_by("number").prefetch_related(Prefetch("criteria", criteria))
    edition = Edition.objects.prefetch_related("thresholds", Prefetch("standards", groups)).get(pk=edition_id)
    standards = tuple(_standard(group) for group in edition.standards.all())
    all_criteria = [criterion for standard in standards for criterion in standard.criteria]
    rule = EditionRule(
        criteria=tuple(criterion.number for criterion in all_criteria),
        key=frozenset(criterion.number for criterion in all_criteria if criterion.is_key),
        thresholds=tuple(threshold.as_rule() for threshold in edition.thresholds.all()),
    )
    return EditionSheet(edition.pk, edition.code, standards, rule)


def _standard(group: Standard) -> SheetStandard:
    criteria = tuple(_criterion(criterion) for criterion in group.criteria.all())
    return SheetStandard(group.pk, group.number, group.name, criteria)


def _criterion(criterion: Criterion) -> SheetCriterion:
    descriptors = tuple(
        SheetDescriptor(Level(one.level), one.text, one.verified, one.source_note)
        for one in criterion.descriptors.all()
    )
    return SheetCriterion(
        criterion.pk,
        criterion.number,
        criterion.name,
        criterion.is_key,
        criterion.name_verified,
        criterion.evidence_hint,
        descriptors,
    )
