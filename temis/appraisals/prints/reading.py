"""What the forms print: reads within reach of a scope, a fixed number of queries for any number of people."""

from collections.abc import Sequence

from django.utils import translation

from temis.access import NotPermitted, P, Scope
from temis.appraisals.aggregates import aggregates_for
from temis.appraisals.enums import DECIDED_STATES, State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.prints import sheets
from temis.appraisals.prints.document import Form
from temis.appraisals.queries.decision import decidable, signer
from temis.appraisals.queries.self_assessment import explanation_of, self_assessment_sheet
from temis.appraisals.rules import is_decided
from temis.people.models import Employment, SubjectGroup
from temis.standards.models import Edition
from temis.standards.queries import edition_rule, edition_sheet
from temis.standards.wording import sentences

RELATED = (
    "period",
    "edition",
    "person",
    "group",
    "organization__parent",
    "organization__province",
    "decided_in__parent",
    "decided_by",
    "decided_by_person",
)
# What somebody else may read of a self-assessment: what was sent, never what is still being written.
SENT = (State.SUBMITTED, *DECIDED_STATES)


def person_form(appraisal: Appraisal, kind: str, scope: Scope) -> Form:
    """One form of one person ("self", "opinions", "result"); NotPermitted where there is nothing to print."""
    with translation.override("vi"):  # forms follow the ministry's letters, whatever the language of the interface
        if kind == "self":
            return sheets.self_form(self_assessment_sheet(appraisal), subject_taught=_subject_taught(appraisal))
        if kind == "result" and appraisal.decided_overall is not None:
            return _result(appraisal)
        if kind == "opinions":
            sums = aggregates_for(scope, [appraisal.pk]).get(appraisal.pk)
            if sums is not None:
                return sheets.opinions_form(appraisal, edition_sheet(appraisal.edition), sums)
    raise NotPermitted(P.APPRAISAL_VIEW)


def blank_opinion(edition: Edition) -> Form:
    """Biểu mẫu 02 of an edition, to be filled in by hand."""
    with translation.override("vi"):
        return sheets.opinion_form(edition_sheet(edition), edition.subject)


def group_summary(group: SubjectGroup, period: Period, scope: Scope) -> Form:
    """Biểu mẫu 03 of one subject group, for those whose right reaches the sums of its opinions."""
    rows = Appraisal.objects.permitted(scope, P.OPINION_RESULT).filter(group=group, period=period)
    listed = list(rows.exclude(state=State.EXCLUDED).select_related(*RELATED).order_by("person__sort_key", "pk"))
    if not listed:
        raise NotPermitted(P.OPINION_RESULT)
    sums = aggregates_for(scope, [one.pk for one in listed])
    with translation.override("vi"):
        return sheets.group_form(
            listed, edition_sheet(listed[0].edition), sums, name=group.name, signer=_leader(group, period)
        )


def head_summary(period: Period, subject: str, scope: Scope) -> Form:
    """Biểu mẫu 04 (05 for managers): everybody of one kind on whom the one who acts decides."""
    listed = list(decidable(scope, period).filter(subject=subject).select_related(*RELATED))
    if not listed:
        raise NotPermitted(P.APPRAISAL_DECIDE)
    signers = {signer(one) for one in listed if is_decided(one.state)}
    with translation.override("vi"):
        return sheets.head_form(
            listed, edition_sheet(listed[0].edition), signer=signers.pop() if len(signers) == 1 else ""
        )


def all_of_a_school(period: Period, scope: Scope) -> list[Appraisal]:
    """Those on whom the one who acts decides and who have sent something or have a result."""
    rows = decidable(scope, period).filter(state__in=SENT)
    return list(rows.select_related(*RELATED))


def sheets_of(appraisal: Appraisal, scope: Scope) -> list[Form]:
    """What is kept in a person's file: the self-assessment, and the decision where there is one."""
    kinds: Sequence[str] = ("self", "result") if appraisal.decided_overall is not None else ("self",)
    return [person_form(appraisal, kind, scope) for kind in kinds if kind != "self" or appraisal.self_levels]


def _result(appraisal: Appraisal) -> Form:
    found = explanation_of(appraisal.decided_levels or (), edition_rule(appraisal.edition))
    spoken = sentences(found) if found else []
    return sheets.result_form(appraisal, edition_sheet(appraisal.edition), spoken, signer(appraisal))


def _leader(group: SubjectGroup, period: Period) -> str:
    """Who leads the group on the reference day of the period."""
    led = Employment.objects.filter(group=group, leads_group=True, validity__contains=period.reference_on)
    return led.values_list("person__full_name", flat=True).first() or ""


def _subject_taught(appraisal: Appraisal) -> str:
    """As of the reference day of the period."""
    taught = Employment.objects.filter(
        person_id=appraisal.person_id,
        organization_id=appraisal.organization_id,
        validity__contains=appraisal.period.reference_on,
    )
    return taught.values_list("subject", flat=True).first() or ""
