"""Puts what edition files say into the tables: one statement for each table, whatever the number of editions."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db import models

from temis.core import clock
from temis.standards.files import CriterionFile, EditionFile, StandardFile
from temis.standards.models import Criterion, Edition, EditionThreshold, LevelDescriptor, Standard

EDITION_WORDING = ("name", "issued_on", "effective_to", "verified", "source_note")
EDITION_RULE = ("subject", "document", "effective_from")

Editions = dict[str, Edition]
Row = TypeVar("Row", bound=models.Model)


def put_editions(files: Iterable[EditionFile]) -> Editions:
    """The rows of the editions, new or brought up to date, by code."""
    columns = (*EDITION_WORDING, *EDITION_RULE)
    rows = [
        Edition(
            code=file.code,
            source_hash=file.digest,
            updated_at=clock.now(),
            **{column: getattr(file, column) for column in columns},
        )
        for file in files
    ]
    return {row.code: row for row in _upsert(rows, ["code"], [*columns, "source_hash", "updated_at"])}


def put_thresholds(editions: Editions, files: Iterable[EditionFile]) -> None:
    rows = [
        EditionThreshold(
            edition=editions[file.code],
            level=level,
            floor=threshold.floor,
            key_floor=threshold.key,
            share_count=threshold.share.numerator,
            share_of=threshold.share.denominator,
        )
        for file in files
        for level, threshold in file.rule.items()
    ]
    _upsert(rows, ["edition", "level"], ["floor", "key_floor", "share_count", "share_of"])


def put_criteria(editions: Editions, files: list[EditionFile]) -> None:
    """Standards and criteria; those that a file no longer has go away."""
    standards = [
        Standard(edition=editions[file.code], number=group.number, name=group.name)
        for file in files
        for group in file.standards
    ]
    kept = {(row.edition_id, row.number): row for row in _upsert(standards, ["edition", "number"], ["name"])}
    rows = [
        Criterion(
            edition=editions[file.code],
            standard=kept[editions[file.code].pk, group.number],
            number=criterion.number,
            is_key=criterion.key,
            **_wording(criterion),
        )
        for file, group, criterion in _criteria(files)
    ]
    columns = ["standard", "is_key", "name", "name_verified", "evidence_hint"]
    _upsert(rows, ["edition", "number"], columns)
    for file in files:
        _drop_rest(Criterion, editions[file.code], len(file.criteria))
        _drop_rest(Standard, editions[file.code], len(file.standards))


def put_descriptors(editions: Editions, files: list[EditionFile]) -> None:
    """What each level asks for; a level without text in the file has none."""
    found = Criterion.objects.filter(edition__in=editions.values())
    criteria = {(row.edition_id, row.number): row for row in found}
    rows = [
        LevelDescriptor(
            criterion=criteria[editions[file.code].pk, criterion.number], level=level, **descriptor.model_dump()
        )
        for file, _group, criterion in _criteria(files)
        for level, descriptor in criterion.descriptors.items()
    ]
    stored = _upsert(rows, ["criterion", "level"], ["text", "verified", "source_note"])
    stale = LevelDescriptor.objects.filter(criterion__in=criteria.values())
    stale.exclude(pk__in=[row.pk for row in stored]).delete()


def put_wording(edition: Edition, file: EditionFile) -> None:
    """Only what may change in a locked edition: names, texts, notes, marks, the end of validity."""
    for column in EDITION_WORDING:
        setattr(edition, column, getattr(file, column))
    edition.source_hash, edition.updated_at = file.digest, clock.now()
    edition.save(update_fields=[*EDITION_WORDING, "source_hash", "updated_at"])
    standards = {row.number: row for row in edition.standards.all()}
    criteria = {row.number: row for row in edition.criteria.all()}
    for _file, group, criterion in _criteria([file]):
        standards[group.number].name = group.name
        for column, value in _wording(criterion).items():
            setattr(criteria[criterion.number], column, value)
    Standard.objects.bulk_update(standards.values(), ["name"])
    Criterion.objects.bulk_update(criteria.values(), ["name", "name_verified", "evidence_hint"])
    put_descriptors({edition.code: edition}, [file])


def is_same_rule(edition: Edition, file: EditionFile) -> bool:
    """Does the file classify as the stored edition does, with the same criteria in the same standards?"""
    stored_columns = [getattr(edition, column) for column in EDITION_RULE]
    stored_criteria = edition.criteria.order_by("number").values_list("standard__number", "number", "is_key")
    stored_thresholds = {row.as_rule() for row in edition.thresholds.all()}
    return (
        stored_columns == [getattr(file, column) for column in EDITION_RULE]
        and list(stored_criteria) == [(group.number, one.number, one.key) for _file, group, one in _criteria([file])]
        and stored_thresholds == set(file.thresholds)
    )


def _criteria(files: Iterable[EditionFile]) -> Iterator[tuple[EditionFile, StandardFile, CriterionFile]]:
    for file in files:
        for group in file.standards:
            for criterion in group.criteria:
                yield file, group, criterion


def _wording(criterion: CriterionFile) -> dict[str, Any]:
    return criterion.model_dump(include={"name", "name_verified", "evidence_hint"})


def _upsert(rows: list[Row], unique: list[str], columns: list[str]) -> list[Row]:
    if not rows:
        return []
    model = type(rows[0])
    return model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=columns)


def _drop_rest(model: type[Criterion | Standard], edition: Edition, kept: int) -> None:
    model._default_manager.filter(edition=edition, number__gt=kept).delete()
