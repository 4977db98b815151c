"""A self-assessment as screens and the printed Biểu mẫu 01 want it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from temis.access import P, Scope
from temis.appraisals import rules
from temis.appraisals.enums import DECIDED_STATES, State
from temis.appraisals.models import Appraisal, EvidenceUse, LateAcceptance, SelfAssessment
from temis.core.paging import Page, first_page, keyset
from temis.core.prepared import Prepared
from temis.evidence.models import EvidenceItem
from temis.standards.enums import Level
from temis.standards.queries import EditionSheet, SheetCriterion, SheetStandard, edition_sheet
from temis.standards.rules import EditionRule, Explanation, explain
from temis.standards.wording import sentences

OFFERED = 10  # items of the portfolio on one page of the choice


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What the person chose, and the head decided, the last time; ranks 0 to 3 or None."""

    year: int
    own: int | None
    decided: int | None


@dataclass(frozen=True, slots=True)
class SelfRow:
    """One criterion with its level, its evidence and last year's answer."""

    criterion: SheetCriterion
    level: int | None
    evidence: tuple[EvidenceItem, ...]
    last: LastAnswer | None

    @property
    def descriptors(self) -> dict[str, str]:
        """Code of the level → what it asks for."""
        return {one.level.code: one.text for one in self.criterion.descriptors}


@dataclass(frozen=True, slots=True)
class SelfSheet:
    """The whole self-assessment. `draft` holds the words of Biểu mẫu 01; None where nothing was written yet."""

    appraisal: Appraisal
    edition: EditionSheet
    draft: SelfAssessment | None
    groups: tuple[tuple[SheetStandard, tuple[SelfRow, ...]], ...]

    @property
    def rows(self) -> list[SelfRow]:
        return [row for _standard, rows in self.groups for row in rows]

    @property
    def levels(self) -> list[int | None]:
        return [row.level for row in self.rows]

    @property
    def missing(self) -> list[int]:
        return rules.missing_criteria(self.levels, self.edition.rule.criteria)

    @property
    def without_evidence(self) -> list[int]:
        return [row.criterion.number for row in self.rows if not row.evidence]

    @property
    def total(self) -> int:
        return len(self.edition.rule.criteria)

    @property
    def answered(self) -> int:
        return self.total - len(self.missing)

    @property
    def explanation(self) -> Explanation | None:
        return explanation_of(self.levels, self.edition.rule)

    @property
    def sentences(self) -> list[str]:
        """The classification in words; empty while a level is missing."""
        found = self.explanation
        return sentences(found) if found else []

    @property
    def last_year(self) -> int | None:
        return next((row.last.year for row in self.rows if row.last), None)


def self_assessment_sheet(appraisal: Appraisal) -> SelfSheet:
    """Everything of one self-assessment: three queries, and the edition once per process.

    A self-assessment that was sent shows the levels that were sent; one still being written those of the draft.
    """
    edition = edition_sheet(appraisal.edition)
    draft = _DRAFT.first(pk=appraisal.pk)
    levels = appraisal.self_levels if appraisal.self_levels is not None else (draft.levels if draft else [])
    evidence, last = evidence_of(appraisal), _last_answers(appraisal, edition.rule)
    by_number = dict(zip(edition.rule.criteria, [*levels, *[None] * len(edition.rule.criteria)], strict=False))

    def row(criterion: SheetCriterion) -> SelfRow:
        number = criterion.number
        return SelfRow(criterion, by_number[number], tuple(evidence[number]), last.get(number))

    groups = tuple((one, tuple(row(criterion) for criterion in one.criteria)) for one in edition.standards)
    return SelfSheet(appraisal, edition, draft, groups)


def late_acceptance(appraisal: Appraisal) -> LateAcceptance | None:
    """APR-16. By which receipt it was taken after its last day, if it was."""
    if appraisal.submitted_at is None:
        return None
    return LateAcceptance.objects.filter(appraisal=appraisal, accepted_at=appraisal.submitted_at).first()


def explanation_of(levels: Sequence[int | None], rule: EditionRule) -> Explanation | None:
    """STD-02 for a self-assessment; None while a level is missing."""
    given = [Level(level) for level in levels if level is not None]
    return explain(given, rule) if len(given) == len(rule.criteria) else None


def evidence_of(appraisal: Appraisal) -> dict[int, list[EvidenceItem]]:
    """Criterion → its evidence, in the order in which it came."""
    found: dict[int, list[EvidenceItem]] = defaultdict(list)
    for use in _USES.rows(appraisal=appraisal.pk):
        found[use.criterion].append(use.item)
    return found


_DRAFT = Prepared(SelfAssessment, lambda pk: SelfAssessment.objects.filter(pk=pk), "pk")
_USES = Prepared(
    EvidenceUse,
    lambda appraisal: EvidenceUse.objects.filter(appraisal_id=appraisal).select_related("item__file").order_by("pk"),
    "appraisal",
)


def _last_answers(appraisal: Appraisal, rule: EditionRule) -> dict[int, LastAnswer]:
    """Answers of the last earlier period by the same edition: the same numbers mean the same criteria."""
    last = _EARLIER.first(
        person=appraisal.person_id,
        subject=appraisal.subject,
        edition=appraisal.edition_id,
        year=appraisal.period.year,
    )
    if last is None:
        return {}
    own, decided = last.self_levels or [], (last.decided_levels if last.result_is_told else None) or []
    pad: list[int | None] = [None] * len(rule.criteria)
    return {
        number: LastAnswer(last.period.year, mine, heads)
        for number, mine, heads in zip(rule.criteria, [*own, *pad], [*decided, *pad], strict=False)
    }


def _earlier(person: int, subject: str, edition: int, year: int) -> QuerySet[Appraisal]:
    answered = Appraisal.objects.filter(
        Q(self_levels__isnull=False) | Q(decided_levels__isnull=False, state__in=DECIDED_STATES),
        person_id=person,
        subject=subject,
        edition_id=edition,
        period__year__lt=year,
    )
    return answered.exclude(state=State.EXCLUDED).select_related("period").order_by("-period__year")[:1]


_EARLIER = Prepared(Appraisal, _earlier, "person", "subject", "edition", "year")


def own_appraisals(scope: Scope) -> QuerySet[Appraisal]:
    """The own appraisals of all years, latest first."""
    rows = Appraisal.objects.permitted(scope, P.OWN_APPRAISAL)
    related = rows.select_related("period", "edition", "organization")
    return related.order_by("-period__year", "subject")


def evidence_choice(
    scope: Scope, appraisal: Appraisal, criterion: int, *, after: str = "", before: str = ""
) -> Page[EvidenceItem]:
    """Items of the portfolio that could support a criterion: those tagged for it first, then the latest."""
    values: dict[str, Any] = {"appraisal": appraisal.pk, "subject": appraisal.subject, "criterion": criterion}
    if not after and not before:
        return first_page(_FIRST_OFFERED.rows(scope, **values), _OFFER_ORDER, size=OFFERED)
    return keyset(_offered(scope, **values), _OFFER_ORDER, after=after, before=before, size=OFFERED)


_OFFER_ORDER = ("rank", "-pk")


def _offered(scope: Scope, appraisal: int, subject: str, criterion: int) -> QuerySet[EvidenceItem]:
    used = EvidenceUse.objects.filter(appraisal_id=appraisal, criterion=criterion, item=OuterRef("pk"))
    tagged = Q(subject=subject, criteria__contains=[criterion])
    rows = EvidenceItem.objects.permitted(scope, P.OWN_EVIDENCE).filter(~Exists(used), archived_at=None)
    return rows.annotate(rank=Case(When(tagged, then=0), default=1))


_FIRST_OFFERED = Prepared(
    EvidenceItem,
    lambda scope, **values: _offered(scope, **values).order_by(*_OFFER_ORDER)[: OFFERED + 1],
    *("appraisal", "subject", "criterion"),
)
