"""One-time codes: printed as sheets, shown once; or sent by mail."""

from collections.abc import Iterable
from typing import TypedDict

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import NotPermitted, P
from temis.accounts.actions import code_expiry
from temis.core import jobs as core_jobs
from temis.core.asked import whole_number
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, reads, writes
from temis.core.templatetags.temis import vi_number
from temis.organizations.models import Organization
from temis.people import actions
from temis.people.forms import CodesForm
from temis.people.jobs import send_codes
from temis.people.models import Person

MOST_ON_PAPER = 1000
MOST_BY_MAIL = 150_000  # people of the largest province; whoever reaches more writes to one body after the other


def _body_of(request: ScopedRequest, data: dict[str, str]) -> Organization | None:
    """The body that was named; without one, all within reach are meant."""
    named = data.get("organization", "")
    if not named:
        return None
    found: Organization = Organization.objects.fetch(request.scope, P.CODE_ISSUE, pk=whole_number(named))
    return found


class Chosen(TypedDict):
    """Whom the form means, in values that a job can carry."""

    within: str | None
    newcomers: bool


def _chosen(request: ScopedRequest, body: Organization | None, whom: str | None = None) -> Chosen:
    # All within reach are not asked for by their path: of the same path twice PostgreSQL expects a few.
    is_part = body is not None and body.pk != request.scope.unit_id
    return {"within": str(body.path) if body and is_part else None, "newcomers": whom != CodesForm.ALL}


def _of_form(request: ScopedRequest) -> Chosen:
    data = request.POST.dict()
    return _chosen(request, _body_of(request, data), data.get("whom"))


@reads(P.CODE_ISSUE)
def choose(request: ScopedRequest) -> HttpResponse:
    """How many would get a code, and how many of them can be written to."""
    body = _body_of(request, request.GET.dict())
    people = actions.in_need_of_code(request.scope, **_chosen(request, body, CodesForm.ALL))
    # Who never came may be few among many: whether their codes can be printed has to be right to the last one. Where
    # they are more, so are all.
    first = _counts(people.filter(user__last_login=None))
    everybody = first if first["people"] > MOST_ON_PAPER else _counts(people)
    is_many = everybody["people"] > MOST_ON_PAPER
    context = {
        "body": body,
        "form": CodesForm(initial={"organization": body.pk if body else None, "whom": CodesForm.FIRST}),
        "all": everybody["people"],
        "first": first["people"],
        "first_mail": first["mail"],
        "is_many": is_many,
        "can_print": first["people"] <= MOST_ON_PAPER,
        "can_mail": everybody["mail"] > 0 or (is_many and people.exclude(user__email="").exists()),
        "days": settings.FIRST_CODE_DAYS,
        "most_on_paper": MOST_ON_PAPER,
        "most_by_mail": MOST_BY_MAIL,
    }
    return render(request, "people/codes.html", context)


def _counts(people: QuerySet[Person]) -> dict[str, int]:
    """How many of at most one more than fit on paper, whichever they are, and how many of them have an address. Whoever
    stands before a province or the country needs no count to the last person."""
    known = people.annotate(has_mail=~Q(user__email=""))[: MOST_ON_PAPER + 1]
    return known.aggregate(people=Count("pk"), mail=Count("pk", filter=Q(has_mail=True)))


@writes(P.CODE_ISSUE)
def print_codes(request: ScopedRequest) -> HttpResponse:
    """Make the codes and show them: this answer is the only place where they can be read."""
    people = actions.in_need_of_code(request.scope, **_of_form(request))
    _counted(people, MOST_ON_PAPER, _("Mỗi lần in nhiều nhất %(most)s phiếu. Mở trang của từng trường rồi in."))
    return _sheet(request, people)


def _counted(people: QuerySet[Person], most: int, message: str) -> int:
    """How many there are; refused where there are more than `most`."""
    count = people[: most + 1].count()
    if count > most:
        raise RuleViolation("ACC-11", message % {"most": vi_number(most)})
    return count


@writes(P.CODE_ISSUE)
def one_code(request: ScopedRequest, pk: int) -> HttpResponse:
    """A new code for one person who forgot the password or lost the sheet."""
    people = actions.may_get_code(request.scope).filter(pk=pk)
    if not people.exists():
        raise NotPermitted(P.CODE_ISSUE)
    return _sheet(request, people)


def _sheet(request: ScopedRequest, people: QuerySet[Person]) -> HttpResponse:
    codes = actions.issue_codes(people, scope=request.scope)
    found = Person.objects.filter(pk__in=codes).select_related("organization", "group", "user")
    context = {
        "schools": _by_school(found.order_by("organization__name", "organization_id", "sort_key", "id"), codes),
        "count": len(codes),
        "site": settings.BASE_URL,
        "until": code_expiry(),
    }
    response = render(request, "people/code_sheet.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _by_school(people: Iterable[Person], codes: dict[int, str]) -> list[tuple[str, list[tuple[Person, str]]]]:
    schools: dict[str, list[tuple[Person, str]]] = {}
    for person in people:
        name = person.organization.name if person.organization else ""
        schools.setdefault(name, []).append((person, codes[person.pk]))
    return list(schools.items())


@writes(P.CODE_ISSUE)
def mail_codes(request: ScopedRequest) -> HttpResponse:
    """Write to those who have an address; the job makes each code and puts it straight into the letter."""
    chosen = _of_form(request)
    people = actions.in_need_of_code(request.scope, **chosen).exclude(user__email="")
    too_many = _("Mỗi lần gửi nhiều nhất %(most)s thư. Mở trang của từng đơn vị rồi gửi.")
    count = _counted(people, MOST_BY_MAIL, too_many)
    job = core_jobs.start(
        send_codes,
        title=_("Gửi mã đăng nhập cho %(count)d người") % {"count": count},
        scope=request.scope,
        **chosen,
        count=count,
        assignment=request.scope.assignment_id,
        user_id=request.scope.user_id,
    )
    return redirect("core:job", job.pk)
