"""A list of a whole province, written in the background."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django.core.files.base import File
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import Scope
from temis.core import audit, jobs, kept
from temis.core.errors import RuleViolation
from temis.core.models import Job
from temis.core.snapshot import snapshot
from temis.core.templatetags.temis import vi_number
from temis.following.exports.files import file_name, write
from temis.following.exports.listings import Cells, listing
from temis.following.queries.looks import Look, look_at
from temis.people.assignments import scope_of_held

AT_ONCE = 2_000  # rows of a list that are in memory together


def request_export(seen: Look, what: str, kind: str, asked: dict[str, str], *, scope: Scope) -> Job:
    """A list that is too long to be written while one waits. `asked`: its filters as the address has them."""
    title = _("Ghi danh sách ra tệp: %(place)s") % {"place": seen.place.name}
    where = {"period_id": seen.period.pk, "body_id": seen.place.body.pk}
    held = scope.assignment_id
    return jobs.start(export, title=title, scope=scope, what=what, kind=kind, asked=asked, assignment_id=held, **where)


@jobs.work("following.export")
def export(
    progress: jobs.Progress,
    what: str,
    kind: str,
    asked: dict[str, str],
    period_id: int,
    body_id: int,
    assignment_id: str,
) -> jobs.Outcome:
    """Rights are looked up again when the work begins. All portions are of one moment."""
    scope = scope_of_held(assignment_id)
    if scope is None:
        raise RuleViolation("FOL-04", _("Vai trò của người yêu cầu danh sách đã hết hiệu lực."))
    with snapshot(), audit.context(scope), TemporaryFile() as file:
        seen = look_at(scope, asked, period_id, body_id)
        assert seen is not None  # the period is there
        of = listing(what, scope, seen)
        count = Counted(of.portions(AT_ONCE), progress)
        write(kind, file, of.head, count)
        target = seen.place.body
        audit.record("following.export", scope=scope, target=target, organization_id=target.pk, count=count.done)
        file.seek(0)
        name = kept.keep("exports", assignment_id, file_name(of.name, kind), File(file))
    message = ngettext("Đã ghi %(count)s dòng.", "Đã ghi %(count)s dòng.", count.done) % {
        "count": vi_number(count.done)
    }
    return jobs.Outcome(message + " " + kept_for(), reverse("following:exported", args=[name]))


def kept_for() -> str:
    return _("Tệp được giữ %(days)s ngày, chỉ thầy/cô tải về được.") % {"days": kept.DAYS}


class Counted:
    """Rows of portions, one after the other, telling how many have gone by."""

    def __init__(self, portions: Iterable[list[Cells]], progress: jobs.Progress) -> None:
        self._portions, self._progress, self.done = portions, progress, 0

    def __iter__(self) -> Iterator[Cells]:
        for rows in self._portions:
            yield from rows
            self.done += len(rows)
            self._progress(self.done, doing=_("Đã ghi %(count)s dòng") % {"count": vi_number(self.done)})
