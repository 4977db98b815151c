"""What came of an import, for the command line and for whoever reads its JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from temis.exchange import problems
from temis.exchange.columns import Layout
from temis.exchange.models import ImportBatch, ImportProblem


@dataclass(frozen=True)
class RowProblem:
    row: int
    column: str
    value: str
    message: str
    accepted: str = ""
    warning: bool = False


@dataclass
class ImportSummary:
    """`ok`: the file (with --partial, its good rows) went in. `rejected` counts rows, `problems` lists every cell."""

    ok: bool
    kind: str
    file: str
    batch: int | None
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    seconds: float
    errors_file: str = ""
    notes: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """What a person reads: every problem with its place, what was noticed, what was done."""
        for problem in self.problems:
            yield problems.where(problem.row, problem.column, problem.message)
        yield from self.notes
        counted = {"rows": self.rows, "rejected": self.rejected, "created": self.created}
        counted |= {"updated": self.updated, "unchanged": self.unchanged}
        if self.ok:
            yield (
                _("%(rows)d dòng: tạo mới %(created)d, sửa %(updated)d, không đổi %(unchanged)d, bỏ lại %(rejected)d.")
                % counted
            )
        else:
            yield _("%(rejected)d trong %(rows)d dòng có lỗi; không có gì bị thay đổi.") % counted
        if self.errors_file:
            yield _("Bản sao có cột “Lỗi”: %(file)s. Sửa rồi nạp lại tệp này.") % {"file": self.errors_file}


def collect_problems(batch: ImportBatch, layout: Layout) -> list[RowProblem]:
    """Every problem of a batch in the order of the rows, told in the language in force."""
    found = ImportProblem.objects.filter(batch=batch).order_by("number", "id")
    return [
        RowProblem(
            row=p.number,
            column=layout.heading(p.column),
            value=p.value,
            message=problems.message(p.code, p.value, p.values),
            accepted=str(p.values.get("suggestion") or p.values.get("accepted") or ""),
            warning=p.is_warning,
        )
        for p in found.iterator(chunk_size=2000)
    ]
