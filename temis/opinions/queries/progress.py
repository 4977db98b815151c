"""Who has not answered, and how far a group is; never about whom."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from temis.appraisals.enums import PeriodState, State
from temis.appraisals.models import Appraisal
from temis.opinions import rules
from temis.opinions.enums import Circle
from temis.opinions.models import AskedQuerySet
from temis.people.models import Person


@dataclass(frozen=True, slots=True)
class Missing:
    """A person who still has `left` opinions to give; never about whom."""

    person: Person
    left: int


def missing_raters(rows: AskedQuerySet) -> list[Missing]:
    """People among `rows` (from `Asked.objects.permitted(scope, P.OPINION_PROGRESS)`) who have not answered."""
    open_rows = still_open(rows)
    counted = open_rows.values("rater_id").annotate(left=Count("appraisal_id")).order_by()
    left = {row["rater_id"]: row["left"] for row in counted}
    people = Person.objects.filter(pk__in=left).select_related("group").order_by("sort_key", "pk")
    return [Missing(person, left[person.pk]) for person in people]


def missing_users(rows: AskedQuerySet) -> QuerySet:
    """Their user ids, as a query: what a reminder is sent to."""
    return still_open(rows).filter(rater__user__isnull=False).values_list("rater__user_id", flat=True)


def still_open(rows: AskedQuerySet) -> AskedQuerySet:
    """Without an answer, where one would still be taken."""
    return rows.unanswered().filter(
        Q(appraisal__tally=None) | Q(appraisal__tally__closed=False),
        appraisal__state__in=rules.ASKED_STATES,
        period__state=PeriodState.OPEN,
    )


@dataclass(frozen=True, slots=True)
class CircleProgress:
    """How far the opinions of one group (or of the staff on the managers) are: numbers only."""

    name: str
    group_id: int | None
    asked: int
    given: int
    members: int
    # More were asked for than ever can be shown: too small a circle.
    shows_nothing: bool

    @property
    def left(self) -> int:
        return self.asked - self.given


def progress(rows: AskedQuerySet) -> list[CircleProgress]:
    """Per subject group and for the managers: opinions given of those asked for; one query."""
    name = Case(When(circle=Circle.COLLEAGUES, then=F("group__name")), default=Value(""), output_field=CharField())
    counted = (
        rows.with_answered()
        .values("circle", "group_id", name=name)
        .annotate(
            asked=Count("id"),
            given=Count("id", filter=Q(answered=True)),
            members=Count("rater_id", distinct=True),
            on=Count("appraisal_id", distinct=True),
            year=Max("period__year"),
        )
        .order_by("circle", "name")
    )
    return [
        CircleProgress(
            row["name"] or _("Cán bộ quản lý của trường"),
            row["group_id"],
            row["asked"],
            row["given"],
            row["members"],
            row["asked"] < rules.FEWEST_SHOWN * row["on"],
        )
        for row in counted
    ]


def alone_in_group(appraisals: QuerySet[Appraisal]) -> list[Appraisal]:
    """Teachers about whom nobody can be asked: no group, or nobody else in it. The step is skipped for them."""
    rows = appraisals.filter(position="TEACHER", asked=None).exclude(state=State.EXCLUDED)
    return list(rows.select_related("person", "group").order_by("person__sort_key", "pk"))
