"""What a report asks of officer, leader and ministry, on their home pages."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.core.tasks import Task
from temis.core.templatetags.components import share
from temis.core.templatetags.temis import vi_percent
from temis.reporting.enums import VersionState
from temis.reporting.models import ReportVersion
from temis.reporting.queries import lists, overview
from temis.reporting.reference import deadlines_for


def tasks(scope: Scope) -> list[Task]:
    if scope.has(P.REPORT_OVERVIEW):
        return [*_ministry(scope), *_national(scope)]
    if not scope.has(P.REPORT_VIEW) or not (scope.has(P.REPORT_EDIT) or scope.has(P.REPORT_APPROVE)):
        return []
    lines = lists.own_lines(scope)
    return [task for line in lines for task in _province(scope, line)]


def _province(scope: Scope, line: lists.Line) -> Iterator[Task]:
    """The one thing that moves the report of a year on; what waits for others is shown with what it waits for."""
    days = line.days
    report = _("Báo cáo TEMIS %(year)s") % {"year": line.year}
    version = line.version
    if version is None:
        if scope.has(P.REPORT_EDIT):
            yield Task(
                title=_("Chiết xuất báo cáo TEMIS %(year)s") % {"year": line.year},
                url=reverse("reporting:list"),
                button=_("Chiết xuất"),
                for_whom=line.area,
                due=days.extract_by,
            )
        return
    if version.state == VersionState.SENT:
        yield Task(title=report, url=version.get_absolute_url(), for_whom=line.area, done=True, due=days.send_by)
        return
    yield from _step(scope, line, version)


def _national(scope: Scope) -> Iterator[Task]:
    """What moves the reports of the whole country on, once there is one."""
    for line in lists.own_lines(scope):
        if line.version is not None:
            yield from _province(scope, line)


def _step(scope: Scope, line: lists.Line, version: ReportVersion) -> Iterator[Task]:
    days, state = line.days, version.state
    year = {"year": line.year}
    texts = {
        VersionState.EXTRACTED: (
            P.REPORT_EDIT,
            _("Chốt số liệu báo cáo TEMIS %(year)s"),
            _("Xem và chốt"),
            days.extract_by,
        ),
        VersionState.FROZEN: (P.REPORT_EDIT, _("Soạn, trình báo cáo TEMIS %(year)s"), _("Soạn"), days.publish_by),
        VersionState.RETURNED: (P.REPORT_EDIT, _("Sửa báo cáo TEMIS %(year)s bị trả lại"), _("Sửa"), days.publish_by),
        VersionState.SUBMITTED: (
            P.REPORT_APPROVE,
            _("Phê duyệt báo cáo TEMIS %(year)s"),
            _("Xem, phê duyệt"),
            days.publish_by,
        ),
        VersionState.APPROVED: (P.REPORT_PUBLISH, _("Công bố báo cáo TEMIS %(year)s"), _("Công bố"), days.publish_by),
        VersionState.PUBLISHED: (P.REPORT_PUBLISH, _("Gửi báo cáo TEMIS %(year)s"), _("Gửi"), days.send_by),
    }
    permission, title, button, due = texts[VersionState(state)]
    blocked = ""
    if not scope.has(permission):
        if not scope.has(P.REPORT_EDIT) or state != VersionState.SUBMITTED:
            return
        blocked = _("Chờ lãnh đạo phê duyệt.")
    yield Task(
        title=title % year,
        url=version.get_absolute_url(),
        button=button,
        for_whom=line.area,
        state=_coverage(version),
        due=due,
        blocked_by=blocked,
    )


def _coverage(version: ReportVersion) -> str:
    percent = vi_percent(share(version.teachers_completed, version.teachers))
    return _("%(percent)s giáo viên hoàn thành") % {"percent": percent}


def _ministry(scope: Scope) -> Iterator[Task]:
    """The last year's provinces against the deadlines, as one card."""
    for period in lists.periods()[:1]:
        lines = overview.province_lines(period, scope)
        sent = sum(line.send.done is not None for line in lines)
        late = sum(line.late > 0 for line in lines)
        state = _("%(sent)s/%(all)s tỉnh đã gửi") % {"sent": sent, "all": len(lines)}
        if late:
            state += " · " + ngettext("%(late)s tỉnh quá hạn", "%(late)s tỉnh quá hạn", late) % {"late": late}
        yield Task(
            title=_("Theo dõi báo cáo TEMIS %(year)s của các tỉnh") % {"year": period.year},
            url=reverse("reporting:overview"),
            button=_("Xem các tỉnh"),
            state=state,
            due=_next_deadline(period.year, lines),
            done=sent == len(lines),
        )


def _next_deadline(year: int, lines: list[overview.ProvinceLine]) -> date:
    days = deadlines_for(year)
    open_ones = (
        (days.extract_by, any(line.extract.done is None for line in lines)),
        (days.publish_by, any(line.publish.done is None for line in lines)),
        (days.send_by, any(line.send.done is None for line in lines)),
    )
    return next((due for due, missing in open_ones if missing), days.send_by)
