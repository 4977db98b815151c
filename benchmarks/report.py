"""Extraction of the TEMIS report against the plain SQL that counts the same rows."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from benchmarks.measuring import Figure, seconds
from temis.demo.run import PROVINCE, YEAR

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


def run() -> list[Figure]:
    plain = seconds(_count)
    figures = []
    for formats in (("json",), ("json", "html", "csv", "xlsx", "docx", "pdf")):
        took = seconds(lambda formats=formats: _extract(formats), runs=3)
        name = f"report of {PROVINCE} for {YEAR}: {', '.join(formats)}"
        figures.append(Figure(name, took, "plain SQL that counts A.1.1 and A.1.2", plain))
    return figures


def _count() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [YEAR, PROVINCE])
        cursor.fetchall()


def _extract(formats: tuple[str, ...]) -> None:
    from temis.reporting.cli import extract

    with TemporaryDirectory() as folder:
        extract(province=PROVINCE, year=YEAR, out=Path(folder), formats=formats, progress=lambda *a, **k: None)
