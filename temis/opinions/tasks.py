"""What is due from somebody in the opinion stage."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.core.tasks import Task
from temis.opinions.enums import Circle
from temis.opinions.queries.requests import Request, requests_of

_TITLES = {
    Circle.COLLEAGUES: lambda: _("Góp ý kiến cho đồng nghiệp trong tổ"),
    Circle.STAFF: lambda: _("Góp ý kiến cho cán bộ quản lý của trường"),
}


def tasks(scope: Scope) -> list[Task]:
    """One card per circle and period that the one who acts is asked in."""
    if not (scope.has(P.PEER_OPINION_GIVE) or scope.has(P.STAFF_OPINION_GIVE)):
        return []
    groups: dict[tuple[Circle, int], list[Request]] = {}
    for one in requests_of(scope):
        groups.setdefault((one.circle, one.appraisal.period_id), []).append(one)
    return [_task(circle, rows) for (circle, _period), rows in groups.items()]


def _task(circle: Circle, rows: list[Request]) -> Task:
    given = sum(one.answered for one in rows)
    due = sum(one.is_due for one in rows)
    window = rows[0].window
    coming = any(one.is_coming for one in rows)
    state = ngettext("Đã góp ý %(given)s/%(count)s người", "Đã góp ý %(given)s/%(count)s người", len(rows))
    return Task(
        title=_TITLES[circle](),
        url=reverse("opinions:list"),
        button=_("Góp ý") if given == 0 else _("Góp ý tiếp"),
        for_whom=rows[0].appraisal.period.name,
        state=state % {"given": given, "count": len(rows)},
        due=window.closes_on if window else None,
        opens=window.opens_on if window and coming else None,
        done=not due and not coming,
    )
