"""Who stands on a step, by name."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from temis.access import P
from temis.core.errors import RuleViolation
from temis.core.http import ScopedRequest, reads
from temis.following.downloads import FORMATS, as_file
from temis.following.enums import Waiting
from temis.following.queries.filters import OUT, POSITIONS
from temis.following.queries.people import PersonRow, people_at
from temis.following.views.places import Look, look
from temis.organizations.enums import SchoolLevel

WHOLE_LIST = 200_000


@reads(P.PROGRESS_VIEW, replica=True)
def people(request: ScopedRequest, period_pk: int, body_pk: int) -> HttpResponse:
    return _answer(request, look(request, period_pk, body_pk))


@reads(P.PROGRESS_VIEW, replica=True)
def group_people(request: ScopedRequest, period_pk: int, group_pk: int) -> HttpResponse:
    return _answer(request, look(request, period_pk, group_pk=group_pk))


def _answer(request: ScopedRequest, seen: Look | None) -> HttpResponse:
    if seen is None:
        return redirect("following:progress")
    if seen.place.is_nation:
        raise RuleViolation("FOL-04", _("Danh sách tên có từ cấp tỉnh trở xuống. Hãy chọn một đơn vị ở trang Tiến độ."))
    if request.GET.get("download") in FORMATS:
        return _download(request, seen)
    context = seen.context(request) | {
        "page": people_at(request.scope, seen.period, seen.place, seen.filters),
        "title": _title(seen),
        "positions": [(one.value, one.label) for one in POSITIONS],
        "levels": SchoolLevel.choices,
        "waitings": [*((one.value, one.label) for one in Waiting), (OUT, _("Ngoài đợt"))],
        "chosen": OUT if seen.filters.out else seen.filters.waiting or "",
    }
    return render(request, "following/people.html", context)


def _title(seen: Look) -> str:
    if seen.filters.out:
        return _("Người ngoài đợt")
    return str(seen.filters.waiting.label) if seen.filters.waiting else _("Mọi người trong đợt")


def _download(request: ScopedRequest, seen: Look) -> HttpResponse:
    page = people_at(request.scope, seen.period, seen.place, seen.filters.all_pages(), size=WHOLE_LIST)
    head = [
        _("Họ và tên"),
        _("Mã định danh"),
        _("Vị trí việc làm"),
        _("Tổ chuyên môn"),
        _("Đơn vị"),
        _("Tình trạng"),
        _("Hạn"),
    ]
    rows = (_cells(row) for row in page.rows)
    return as_file(request.GET["download"], f"danh-sach-{seen.period.year}", head, rows)


def _cells(row: PersonRow) -> list[str | int | float | None]:
    due = row.due.strftime("%d/%m/%Y") if row.due else ""
    return [row.name, row.code, row.position, row.group, row.body, row.state, due]
