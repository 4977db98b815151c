"""A list as it is seen, to be taken along: of bodies or of people, with everything that its columns show."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from temis.access import Scope
from temis.core.errors import RuleViolation
from temis.core.paging import Page
from temis.following import pages
from temis.following.enums import Waiting
from temis.following.queries.bodies import bodies_below
from temis.following.queries.filters import Filters
from temis.following.queries.looks import Look
from temis.following.queries.people import PersonRow, are_more, people_at
from temis.following.queries.places import Place
from temis.following.queries.school import groups_below

Cells = Sequence[str | int | float | None]
BODIES, PEOPLE = "bodies", "people"


@dataclass(frozen=True, slots=True)
class Listing:
    """`read` gives a page of so many rows by filters that say after which; `cells` one row as the file has it;
    `is_longer` says whether there are more than so many, where that costs less than reading them."""

    name: str
    head: list[str]
    filters: Filters
    read: Callable[[Filters, int], Page[Any]]
    cells: Callable[[Any], Cells]
    is_longer: Callable[[int], bool] = lambda number: False

    def at_once(self, most: int) -> list[Cells] | None:
        """The whole list; None where it has more rows."""
        if self.is_longer(most):
            return None
        page = self.read(self.filters.all_pages(), most)
        return None if page.next else [self.cells(row) for row in page.rows]

    def portions(self, size: int) -> Iterator[list[Cells]]:
        """The whole list, `size` rows at a time."""
        filters = self.filters.all_pages()
        while True:
            page = self.read(filters, size)
            yield [self.cells(row) for row in page.rows]
            if not page.next:
                return
            filters = replace(filters, after=page.next)


def listing(what: str, scope: Scope, seen: Look) -> Listing:
    return people_listing(scope, seen) if what == PEOPLE else bodies_listing(scope, seen)


def require_names(place: Place) -> None:
    """FOL-04. Names are listed from a province downwards."""
    if place.is_nation:
        raise RuleViolation("FOL-04", _("Danh sách tên có từ cấp tỉnh trở xuống. Hãy chọn một đơn vị ở trang Tiến độ."))


def people_listing(scope: Scope, seen: Look) -> Listing:
    require_names(seen.place)

    def read(filters: Filters, size: int) -> Page[Any]:
        return people_at(scope, seen.period, seen.place, filters, size=size)

    def is_longer(number: int) -> bool:
        owed = seen.filters.waiting == Waiting.OPINIONS
        return not owed and are_more(scope, seen.period, seen.place, seen.filters, number)

    head = [
        _("Họ và tên"),
        _("Mã định danh"),
        _("Vị trí việc làm"),
        _("Tổ chuyên môn"),
        _("Đơn vị"),
        _("Tình trạng"),
        _("Hạn"),
    ]
    return Listing(f"danh-sach-{seen.period.year}", head, seen.filters, read, _person, is_longer)


def _person(row: PersonRow) -> Cells:
    due = row.due.strftime("%d/%m/%Y") if row.due else ""
    return [row.name, row.code, row.position, row.group, row.body, row.state, due]


def bodies_listing(scope: Scope, seen: Look) -> Listing:
    """Bodies below, or the subject groups of a school, with the numbers that percentages are made of."""
    head = [_("Tổ chuyên môn") if seen.place.is_school else _("Đơn vị"), _("Trong đợt")]
    for title in pages.DONE.values():
        head += [str(title), _("trên tổng số"), _("tỷ lệ (%)")]
    head += [_("Quá hạn"), _("Ngoài đợt")]
    read = partial(_groups, scope, seen) if seen.place.is_school else partial(_bodies, seen)
    return Listing(f"tien-do-{seen.period.year}", head, seen.filters, read, _body)


def _groups(scope: Scope, seen: Look, filters: Filters, size: int) -> Page[Any]:
    return Page(pages.group_rows(groups_below(scope, seen.period, seen.place, filters, seen.windows)), "", "")


def _bodies(seen: Look, filters: Filters, size: int) -> Page[Any]:
    page = bodies_below(seen.period, seen.place, filters, seen.windows, size=size).page
    return Page(pages.body_rows(page.rows), page.next, page.previous)


def _body(row: pages.Row) -> Cells:
    name = row.name or _("Không thuộc tổ nào")
    if row.tally is None:
        return [name, 0]
    cells: list[str | int | float | None] = [name, row.tally.people]
    for share in row.shares:
        if share is None or share.percent is None:
            cells += [None, None, None]
        else:
            cells += [share.done, share.due, round(share.percent, 1)]
    return [*cells, row.tally.late_people, row.tally.excluded]
