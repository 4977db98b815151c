"""The TEMIS report: one province against plain SQL; the whole country's counts against a columnar engine.

On the simulated country (`temis simulate`) every province counts; on the demo the same figures come from its two.
"""

import io
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars
from django.db import connection, transaction

from benchmarks.measuring import Figure, once, peak_mb, seconds
from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.reporting import cli, counting, facts, refresh
from temis.reporting.actions import extraction
from temis.reporting.models import Report
from temis.reporting.tables import compute
from temis.reporting.template import builtin_template

# A.1.1 and A.1.2 as one would type them: 20 rows of counts from the tables as they are, no percentages, no outputs.
_PLAIN = """
SELECT a.level, p.gender, p.is_minority, o.disadvantaged, a.decided_overall, count(*)
FROM people_employment e
JOIN people_person p ON p.id = e.person_id
JOIN organizations_organization o ON o.id = e.organization_id
LEFT JOIN appraisals_period d ON d.year = %s
LEFT JOIN appraisals_appraisal a ON a.person_id = p.id AND a.period_id = d.id AND a.subject = 'GVPT'
WHERE o.province_id = %s AND e.position = 'TEACHER' AND e.validity @> d.reference_on
GROUP BY GROUPING SETS ((a.level, p.gender, p.is_minority, o.disadvantaged, a.decided_overall), ())
"""
Counts = dict[tuple[int, int, int], int]
TEMPLATE = builtin_template("temis-2020")
ALL_BUT_PDF = ("json", "html", "csv", "xlsx", "docx")


def run() -> list[Figure]:
    period = Period.objects.exclude(state=PeriodState.DRAFT).filter(state=PeriodState.CLOSED).order_by("-year")[0]
    province = extraction.provinces_of(period.year)[-1]
    return [*_one_province(province, period.year), *_country(period)]


def _one_province(province: str, year: int) -> list[Figure]:
    plain = seconds(lambda: _plain(province, year))
    figures = []
    for formats in (("json",), (*ALL_BUT_PDF, "pdf")):
        took = seconds(lambda formats=formats: _extract(province, year, formats), runs=3)
        name = f"report of {province} for {year}: {', '.join(formats)}"
        figures.append(Figure(name, took, "plain SQL that counts A.1.1 and A.1.2", plain))
    return figures


def _plain(province: str, year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [year, province])
        cursor.fetchall()


def _extract(province: str, year: int, formats: tuple[str, ...]) -> None:
    with TemporaryDirectory() as folder:
        cli.extract(province=province, year=year, out=Path(folder), formats=formats)


def _country(period: Period) -> list[Figure]:
    """Everybody counted in full, by both; then from the roll-up; then the reports of all provinces with their files."""
    refresh.refresh(period)
    full, counted = _best(lambda: _count_in_full(period))
    rolled = seconds(lambda: _from_rollup(period), runs=3)
    files = once(lambda: _all_files(period.year))
    memory = peak_mb()  # before all rows are held for the comparison
    columnar, same = _best(lambda: _count_columnar(period))
    assert counted == same, "the two count differently"
    reports = Report.objects.filter(year=period.year).count()
    people = f"{sum(n for (_kind, item, _value), n in counted.items() if item == 0):,} people"
    beside = "same rows into Polars, counted there"
    return [
        Figure(f"full count of a year, {people}", full, beside, columnar),
        Figure(f"counts of {reports} reports from the roll-up", rolled, "full count", full),
        Figure(
            f"{reports} reports: counts, tables and {', '.join(ALL_BUT_PDF)}",
            files,
            "full count",
            full,
            f"peak {memory} MB",
        ),
    ]


def _best(work: Callable[[], Counts], runs: int = 3) -> tuple[float, Counts]:
    """The fastest of a few runs, and what it found: both sides are disturbed by the same machine."""
    times, found = [], {}
    for _ in range(runs):
        began = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - began)
    return min(times), found


@transaction.atomic
def _count_in_full(period: Period) -> Counts:
    """From appraisals and employments to every count of every report."""
    facts.find_people(period, asked=False)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS reporting_fresh")
        cursor.execute(refresh.FRESH)
    standards = refresh.numbered(refresh.standards_of(period))
    counting.count_into_table("(SELECT *, 1 AS sign FROM reporting_fresh) s", standards)
    return counting.read_counted()


@transaction.atomic
def _count_columnar(period: Period) -> Counts:
    """The same rows through COPY into Polars, and its group by for each item."""
    standards = refresh.numbered(refresh.standards_of(period))
    wide = max(number for each in standards.values() for criteria in each.values() for number in criteria)
    levels = ", ".join(f"levels[{number}] AS c{number}" for number in range(1, wide + 1))
    facts.find_people(period, asked=False)
    frame = _copied(f"SELECT k.id AS kind_id, n.subject, n.outcome, {levels} {_FROM}")
    found: Counts = {}
    _group(found, frame, 0, polars.col("outcome"))
    for subject, of_subject in standards.items():
        rated = frame.filter((polars.col("subject") == subject) & polars.col("c1").is_not_null())
        for number, criteria in of_subject.items():
            for criterion in criteria:
                _group(found, rated, criterion, polars.col(f"c{criterion}"))
            lowest = polars.min_horizontal(*(polars.col(f"c{criterion}") for criterion in criteria))
            _group(found, rated, counting.STANDARD + number, lowest)
    return found


_FROM = f"FROM reporting_now n JOIN reporting_personkind k USING ({', '.join(refresh.PersonKind.FIELDS)})"


def _copied(query: str) -> polars.DataFrame:
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as rows:
        for block in rows:
            buffer.write(block)
    buffer.seek(0)
    return polars.read_csv(buffer, infer_schema_length=10_000)


def _group(found: Counts, frame: polars.DataFrame, item: int, value: polars.Expr) -> None:
    for kind, level, people in frame.group_by("kind_id", value.alias("value")).len().iter_rows():
        found[kind, item, level] = people


def _from_rollup(period: Period) -> None:
    """What an extraction of all does before it writes: refresh, read, add up every table of every report."""
    with transaction.atomic():
        refresh.refresh(period)
        for cube in counting.rollup_cubes(period.pk).values():
            compute(TEMPLATE, cube)


def _all_files(year: int) -> None:
    folder = Path("build/bench-reports")
    shutil.rmtree(folder, ignore_errors=True)
    cli.extract_all(year=year, out=folder, formats=ALL_BUT_PDF)
    shutil.rmtree(folder, ignore_errors=True)
