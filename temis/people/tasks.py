"""What is due from somebody about people: the own record first, then the school's."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from temis.access import P, Reach, Scope
from temis.core import clock
from temis.core.prepared import Prepared
from temis.core.tasks import Task
from temis.people.actions import may_get_code
from temis.people.enums import Position
from temis.people.models import Employment, Person, SubjectGroup


def tasks(scope: Scope) -> list[Task]:
    return [*_own(scope), *_school(scope)]


def missing(person: Person | None) -> list[str]:
    """What a record lacks, in words; nobody is shut out for it."""
    if person is None:
        return []
    lacks = []
    if person.birth_date is None:
        lacks.append(_("ngày sinh"))
    if not person.email:
        lacks.append(_("thư điện tử"))
    if person.position == Position.TEACHER and person.group_id is None:
        lacks.append(_("tổ chuyên môn"))
    return lacks


def _own(scope: Scope) -> Iterator[Task]:
    if not scope.has(P.OWN_PROFILE):
        return
    person = _PERSON.first(pk=scope.person_id or 0)
    lacks = missing(person)
    if person is not None and lacks:
        yield Task(
            title=_("Bổ sung hồ sơ của thầy/cô"),
            state=_("Còn thiếu: %(list)s") % {"list": ", ".join(lacks)},
            url=reverse("people:profile"),
            button=_("Bổ sung"),
            first=person.birth_date is None or _("tổ chuyên môn") in lacks,
        )


_PERSON = Prepared(Person, lambda pk: Person.objects.filter(pk=pk), "pk")


def _school(scope: Scope) -> Iterator[Task]:
    """For whoever keeps the people of one school."""
    if scope.reach(P.PERSON_MANAGE) == Reach.UNIT and scope.has(P.PERSON_VIEW):
        yield from _groups(scope)
    if scope.reach(P.CODE_ISSUE) == Reach.UNIT:
        yield from _codes(scope)


def _groups(scope: Scope) -> Iterator[Task]:
    teachers = Person.objects.permitted(scope, P.PERSON_MANAGE).filter(position=Position.TEACHER, group=None).count()
    if teachers:
        yield Task(
            title=_("Xếp giáo viên vào tổ chuyên môn"),
            state=_("%(count)d giáo viên chưa thuộc tổ nào, nên chưa lấy được ý kiến đồng nghiệp")
            % {"count": teachers},
            url=reverse("people:list") + "?nogroup=on",
            button=_("Xếp tổ"),
        )
    leads = Employment.objects.filter(group=OuterRef("pk"), leads_group=True, validity__contains=clock.today())
    groups = SubjectGroup.objects.permitted(scope, P.PERSON_MANAGE).filter(people__isnull=False).distinct()
    without = list(groups.filter(~Exists(leads)).order_by("name").values_list("name", flat=True))
    if without:
        yield Task(
            title=_("Chọn tổ trưởng chuyên môn"),
            state=_("Chưa có tổ trưởng: %(list)s") % {"list": ", ".join(without)},
            url=reverse("people:groups"),
            button=_("Xem các tổ"),
        )


def _codes(scope: Scope) -> Iterator[Task]:
    waiting = may_get_code(scope).filter(user__last_login=None, user__code_digest="").count()
    if waiting:
        yield Task(
            title=_("Cấp mã đăng nhập lần đầu"),
            state=_("%(count)d người chưa có mã và chưa đăng nhập lần nào") % {"count": waiting},
            url=reverse("people:codes"),
            button=_("Cấp mã"),
        )
