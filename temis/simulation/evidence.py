"""Evidence: a few tiny files that stand for all contents, items in portfolios, and what they support."""

from datetime import datetime
from io import BytesIO

from django.db import connection

from temis.evidence.storing import store
from temis.simulation.appraisals import moments
from temis.simulation.chance import Chance
from temis.simulation.figures import figure, read
from temis.simulation.periods import Year

_PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Resources<</Font<</F<</Type/Font/Subtype/Type1"
    b"/BaseFont/Helvetica>>>>>>/Contents 4 0 R>>endobj\n4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
    b"trailer<</Root 1 0 R>>\n%%%%EOF\n"
)
_FILES = """
DROP TABLE IF EXISTS simulated_file;
CREATE TEMP TABLE simulated_file (n int, sha256 text) ON COMMIT DROP
"""
# Items of one person have different files: the number of the file grows with the year and the item.
_ITEMS = """
DROP TABLE IF EXISTS simulated_item;
CREATE TEMP TABLE simulated_item ON COMMIT DROP AS
SELECT %(first_id)s + row_number() OVER (ORDER BY y.id, k) AS id, y.id AS appraisal_id, y.person_id, y.subject,
       y.day_roll, {kind} AS kind, {title} AS title, ({file}) %% %(files)s AS file, {several} AS several,
       floor({criterion} * {of_subject})::int AS criterion, {of_subject} AS of_subject
FROM simulated_year y CROSS JOIN LATERAL generate_series(1, {number}) k
WHERE y.is_sent;
ANALYZE simulated_item
"""
# The criteria lie four apart: four and 15 have no common divisor, and three times four is less than 18.
_CRITERION = "(i.criterion + 4 * n) %% i.of_subject + 1"
_WRITE = f"""
INSERT INTO evidence_evidenceitem (id, person_id, kind, title, description, subject, criteria, file_id, file_name, url,
                                   text, dated_on, created_at)
SELECT i.id, i.person_id, i.kind, i.title || ' ' || %(year)s, '', i.subject,
       ARRAY(SELECT {_CRITERION} FROM generate_series(0, i.several - 1) n ORDER BY 1),
       CASE i.kind WHEN 'FILE' THEN f.sha256 END,
       CASE i.kind WHEN 'FILE' THEN 'minh-chung-' || i.file || '.pdf' ELSE '' END,
       CASE i.kind WHEN 'LINK' THEN 'https://truong.example/minh-chung/' || i.id ELSE '' END,
       CASE i.kind WHEN 'TEXT' THEN i.title || '.' ELSE '' END,
       %(self_from)s::date - (200 * i.day_roll)::int,
       %(self_from)s::timestamptz + 0.9 * power(i.day_roll, 0.4) * %(self_for)s::interval
FROM simulated_item i JOIN simulated_file f ON f.n = i.file
ORDER BY i.id
"""
_USES = f"""
INSERT INTO appraisals_evidenceuse (appraisal_id, criterion, item_id)
SELECT i.appraisal_id, {_CRITERION}, i.id
FROM simulated_item i CROSS JOIN LATERAL generate_series(0, i.several - 1) n
ORDER BY i.id, n
"""


def write_files() -> None:
    """The contents, in storage like any other; and `simulated_file`."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES)
        for n in range(figure("evidence", "files")):
            words = b"BT /F 12 Tf 10 50 Td (Minh chung mo phong %d) Tj ET" % n
            stored = store(BytesIO(_PDF % (len(words), words)))
            cursor.execute("INSERT INTO simulated_file VALUES (%s, %s)", [n, stored.sha256])


def write_evidence(year: Year, first_id: int, sizes: dict[str, int], now: datetime, seed: int) -> int:
    """Items of the year and the criteria they support; returns how many items. `sizes`: criteria of each standard."""
    values = moments(year, now) | {"year": year.period.year, "first_id": first_id}
    values["files"] = figure("evidence", "files")
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS.format(**_expressions(year, sizes, Chance(seed))), values)
        cursor.execute(_WRITE, values)
        count: int = cursor.rowcount
        cursor.execute(_USES, values)
    return count


def _expressions(year: Year, sizes: dict[str, int], chance: Chance) -> dict[str, str]:
    number = year.period.year
    item = "y.id * 4 + k"
    return {
        "number": _drawn(chance.roll("y.person_id", f"items {number}"), figure("evidence", "items")),
        "several": "1 + " + _drawn(chance.roll(item, "several"), figure("evidence", "criteria")),
        "kind": _named(chance.roll(item, "kind"), figure("evidence", "kinds")),
        "title": chance.one_of(item, "title", read("texts")["evidence"]),
        "file": f"{chance.pick('y.person_id', 'file', 1000)} + {2 * number} + k",
        "criterion": chance.roll(item, "criterion"),
        "of_subject": "CASE y.subject " + " ".join(f"WHEN '{s}' THEN {n}" for s, n in sizes.items()) + " END",
    }


def _drawn(roll: str, shares: list[float]) -> str:
    """SQL: 0, 1, 2 … in these shares."""
    steps = [f"WHEN {roll} < {sum(shares[: n + 1])} THEN {n}" for n in range(len(shares) - 1)]
    return f"(CASE {' '.join(steps)} ELSE {len(shares) - 1} END)"


def _named(roll: str, shares: dict[str, float]) -> str:
    reached, steps = 0.0, []
    for name, share in list(shares.items())[:-1]:
        reached += share
        steps.append(f"WHEN {roll} < {reached} THEN '{name}'")
    return f"(CASE {' '.join(steps)} ELSE '{list(shares)[-1]}' END)"
