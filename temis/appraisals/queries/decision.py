"""What the head has before him when he decides: one person, or all of his people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection
from django.db.models import Q

from temis.access import P, Scope
from temis.appraisals import decision_rules, rules
from temis.appraisals.aggregates import Aggregate, CriterionOpinions, aggregates_for
from temis.appraisals.enums import DECIDED_STATES, Source, State
from temis.appraisals.models import Appraisal, DecisionDraft, Objection, Period
from temis.appraisals.models.appraisal import AppraisalQuerySet
from temis.appraisals.queries.self_assessment import SelfSheet, explanation_of, self_assessment_sheet
from temis.evidence.models import EvidenceItem
from temis.standards.enums import Level
from temis.standards.queries import SheetCriterion
from temis.standards.rules import Explanation
from temis.standards.wording import sentences


@dataclass(frozen=True, slots=True)
class LastResult:
    """The last announced (or imported) result of an earlier year; levels only where it was by the same edition."""

    year: int
    overall: Level
    levels: tuple[int, ...] | None

    def level(self, place: int) -> int | None:
        return self.levels[place] if self.levels else None


# From year to year backwards, for each until one is found: mostly the first.
_LAST = f"""
SELECT now.id, last.year, last.overall, CASE WHEN last.edition_id = now.edition_id THEN last.levels END
FROM appraisals_appraisal now
JOIN appraisals_period its ON its.id = now.period_id
CROSS JOIN LATERAL (
    SELECT p.year, a.edition_id, a.decided_overall AS overall, a.decided_levels AS levels
    FROM (SELECT id, year FROM appraisals_period WHERE year < its.year ORDER BY year DESC OFFSET 0) p
    JOIN appraisals_appraisal a ON a.period_id = p.id AND a.person_id = now.person_id AND a.subject = now.subject
    WHERE a.state = ANY(%(decided)s) AND (a.announced_at IS NOT NULL OR a.source = '{Source.IMPORT}')
    ORDER BY p.year DESC LIMIT 1
) last
WHERE now.id = ANY(%(ids)s)
"""


def last_results(appraisal_ids: Iterable[int]) -> dict[int, LastResult]:
    """Appraisal → the last result before its year; one query for any number."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"ids": list(appraisal_ids), "decided": list(map(str, DECIDED_STATES))})
        return {
            pk: LastResult(year, Level(overall), tuple(levels) if levels else None)
            for pk, year, overall, levels in cursor.fetchall()
        }


# One person


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion, side by side. Levels are ranks 0 to 3 or None."""

    criterion: SheetCriterion
    own: int | None
    colleagues: CriterionOpinions | None
    last: int | None
    chosen: int | None
    evidence: tuple[EvidenceItem, ...]

    @property
    def median(self) -> int | None:
        return self.colleagues.median if self.colleagues else None

    @property
    def differs(self) -> bool:
        return decision_rules.disagree(self.own, self.median, self.last)

    @property
    def descriptors(self) -> dict[str, str]:
        return {one.level.code: one.text for one in self.criterion.descriptors}


@dataclass(frozen=True)
class PersonView:
    """Everything of one person that the head decides by."""

    appraisal: Appraisal
    sheet: SelfSheet
    aggregate: Aggregate
    last: LastResult | None
    draft: DecisionDraft | None
    chosen: tuple[int | None, ...]

    @cached_property
    def groups(self) -> list[tuple[object, list[CriterionView]]]:
        places = {number: place for place, number in enumerate(self.sheet.edition.rule.criteria)}
        sent = self.appraisal.self_levels is not None

        def view(row: object) -> CriterionView:
            place = places[row.criterion.number]  # type: ignore[attr-defined]
            return CriterionView(
                row.criterion,  # type: ignore[attr-defined]
                row.level if sent else None,  # type: ignore[attr-defined]
                self.aggregate.criteria[place] if self.aggregate.criteria else None,
                self.last.level(place) if self.last else None,
                self.chosen[place],
                row.evidence if sent else (),  # type: ignore[attr-defined]
            )

        return [(standard, [view(row) for row in rows]) for standard, rows in self.sheet.groups]

    def with_levels(self, chosen: Sequence[int | None]) -> "PersonView":
        """The same with other levels on the page."""
        return replace(self, chosen=padded(chosen, len(self.chosen)))

    @property
    def explanation(self) -> Explanation | None:
        return explanation_of(self.chosen, self.sheet.edition.rule)

    @property
    def sentences(self) -> list[str]:
        return sentences(self.explanation) if self.explanation else []

    @property
    def missing(self) -> list[int]:
        return rules.missing_criteria(self.chosen, self.sheet.edition.rule.criteria)

    @property
    def differing(self) -> int:
        return sum(row.differs for _standard, rows in self.groups for row in rows)

    @property
    def own_sentences(self) -> list[str]:
        return self.sheet.sentences if self.appraisal.self_levels is not None else []


def person_view(appraisal: Appraisal, scope: Scope, chosen: Sequence[int | None] | None = None) -> PersonView:
    """One person side by side; `chosen` are levels on the page, else those decided or drafted."""
    sheet = self_assessment_sheet(appraisal)
    draft = DecisionDraft.objects.filter(pk=appraisal.pk).first()
    total = len(sheet.edition.rule.criteria)
    levels = chosen if chosen is not None else kept(appraisal, draft)
    aggregate = aggregates_for(scope, [appraisal.pk]).get(appraisal.pk, Aggregate(0, 0))
    last = last_results([appraisal.pk]).get(appraisal.pk)
    return PersonView(appraisal, sheet, aggregate, last, draft, padded(levels, total))


def kept(appraisal: Appraisal, draft: DecisionDraft | None) -> Sequence[int | None]:
    """What was typed last: a draft is newer than the decision that it revises."""
    return draft.levels if draft else (appraisal.decided_levels or ())


def padded(levels: Sequence[int | None], total: int) -> tuple[int | None, ...]:
    return tuple([*levels, *[None] * total][:total])


# All of them


def decidable(scope: Scope, period: Period) -> AppraisalQuerySet:
    """Whom the one who acts decides on in a period: teachers, then managers, by name. Who is out of it is left out."""
    rows = period.appraisals.permitted(scope, P.APPRAISAL_DECIDE).exclude(state=State.EXCLUDED)
    # What hundreds of rows have in common is read once, not with each of them; the period is at hand.
    related = rows.select_related("person", "group", "decision_draft").prefetch_related("edition", "organization")
    return related.order_by("-subject", "person__sort_key", "pk")


def next_waiting(scope: Scope, appraisal: Appraisal) -> Appraisal | None:
    """Who comes next in the list and waits for a decision; from the top again after the last one."""
    waiting = decidable(scope, appraisal.period).filter(decision_due=True, state__in=rules.DECIDE.sources)
    bare = waiting.select_related(None).prefetch_related(None)
    others = bare.exclude(pk=appraisal.pk).select_related("person")  # a name and an address
    key = (appraisal.subject, appraisal.person.sort_key, appraisal.pk)
    after = Q(subject__lt=key[0]) | Q(subject=key[0], person__sort_key__gt=key[1])
    return others.filter(after | Q(subject=key[0], person__sort_key=key[1], pk__gt=key[2])).first() or others.first()


# The result


def results_of(scope: Scope) -> list[Appraisal]:
    """The own results over the years that may be known: announced, or imported; latest first."""
    told = Q(announced_at__isnull=False) | Q(source=Source.IMPORT)
    rows = Appraisal.objects.permitted(scope, P.OWN_APPRAISAL).filter(told, state__in=DECIDED_STATES)
    return list(rows.select_related("period", "edition", "organization").order_by("-period__year", "subject"))


def objections_of(appraisal: Appraisal) -> list[Objection]:
    return list(appraisal.objections.order_by("-pk"))


def signer(appraisal: Appraisal) -> str:
    """Who decided, by name; an imported result may have nobody."""
    if appraisal.decided_by_person_id:
        return str(appraisal.decided_by_person)
    return appraisal.decided_by.display_name if appraisal.decided_by else ""
