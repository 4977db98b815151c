"""What proves figures: the fingerprint of the people counted, the full count, and a version counted once more."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from temis.appraisals.models import Period
from temis.reporting import counting, facts, refresh
from temis.reporting.documents import document_of, template_of
from temis.reporting.models import ProvinceHash, ReportVersion
from temis.reporting.models.facts import OPEN_END
from temis.reporting.render import json
from temis.reporting.tables import compute

# One line for each person and subject, in the order of the codes: the same data have the same fingerprint everywhere.
_HASHES = """
SELECT province_code,
       encode(sha256(convert_to(
           string_agg(line, E'\\n' ORDER BY code COLLATE "C", subject COLLATE "C"), 'UTF8')), 'hex')
FROM (
    SELECT p.code, f.subject, {group} AS province_code,
           concat_ws('|', p.code, o.code, k.province_code, k.subject, k.position, k.level, k.female::int,
                     k.minority::int, k.disadvantaged::int, f.outcome,
                     coalesce(array_to_string(f.levels, ',', '-'), '')) AS line
    FROM reporting_personfact f
    JOIN reporting_personkind k ON k.id = f.kind_id
    JOIN people_person p ON p.id = f.person_id
    JOIN organizations_organization o ON o.id = f.organization_id
    WHERE f.period_id = %(period)s AND f.since <= %(snapshot)s AND f.until > %(snapshot)s AND {among}
) lines
GROUP BY province_code
"""
_ALL_PROVINCES = """
SELECT DISTINCT k.province_code FROM reporting_rollupcount r JOIN reporting_personkind k ON k.id = r.kind_id
WHERE r.period_id = %s
"""


def data_hash(version: ReportVersion) -> str:
    """The fingerprint of who is counted in a version that is being made from the last snapshot."""
    if version.bodies is not None:
        return _hash_of(version)
    period_id, province = version.report.period_id, version.report.province_id
    if province is not None:
        return _province_hashes(period_id, version.snapshot, [province]).get(province, "")
    with connection.cursor() as cursor:
        cursor.execute(_ALL_PROVINCES, [period_id])
        provinces = [code for (code,) in cursor]
    return _together(_province_hashes(period_id, version.snapshot, provinces))


def _together(hashes: dict[str, str]) -> str:
    """The country's: of the fingerprints of its provinces."""
    lines = "\n".join(f"{code}|{hashes[code]}" for code in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def _province_hashes(period_id: int, snapshot: int, provinces: list[str]) -> dict[str, str]:
    """Of the last snapshot; kept until somebody of the province counts differently."""
    kept = ProvinceHash.objects.filter(period_id=period_id, province_code__in=provinces)
    found = dict(kept.values_list("province_code", "data_hash"))
    missing = [code for code in provinces if code not in found]
    if not missing:
        return found
    values: dict[str, Any] = {"period": period_id, "snapshot": snapshot, "provinces": missing}
    with connection.cursor() as cursor:
        cursor.execute(_HASHES.format(group="k.province_code", among="k.province_code = ANY(%(provinces)s)"), values)
        made = dict(cursor.fetchall())
    ProvinceHash.objects.bulk_create(
        ProvinceHash(period_id=period_id, province_code=code, data_hash=digest) for code, digest in made.items()
    )
    return found | made


def _hash_of(version: ReportVersion) -> str:
    """From the rows themselves, whichever snapshot they are of."""
    values = {"period": version.report.period_id, "snapshot": version.snapshot}
    among, group = _among(version), "''" if version.report.province_id else "k.province_code"
    with connection.cursor() as cursor:
        cursor.execute(_HASHES.format(group=group, among=among), values | _who(version))
        hashes = dict(cursor.fetchall())
    return _together(hashes) if version.report.province_id is None else hashes.get("", "")


def _among(version: ReportVersion) -> str:
    if version.bodies is not None:
        return "f.organization_id = ANY(%(bodies)s)"
    return "k.province_code = %(province)s" if version.report.province_id else "TRUE"


def _who(version: ReportVersion) -> dict[str, Any]:
    return {"bodies": version.bodies, "province": version.report.province_id}


_OF_VERSION = """(
    SELECT f.kind_id, f.subject, f.outcome, f.levels, 1 AS sign
    FROM reporting_personfact f JOIN reporting_personkind k ON k.id = f.kind_id
    WHERE f.period_id = %(period)s AND f.since <= %(snapshot)s AND f.until > %(snapshot)s AND {among}
) s"""


def count_version(version: ReportVersion) -> None:
    """Fill `reporting_counted` from the people of a version."""
    standards = {
        subject: {int(n): tuple(map(int, criteria)) for n, criteria in each.items()}
        for subject, each in template_of(version).standards.items()
    }
    values = {"period": version.report.period_id, "snapshot": version.snapshot} | _who(version)
    counting.count_into_table(_OF_VERSION.format(among=_among(version)), standards, **values)


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree: where, and how many counts."""

    what: str
    counts: int


@transaction.atomic
def check_rollup(period: Period) -> list[Difference]:
    """Refresh, then count everybody anew, from appraisals and employments; nothing where all agree."""
    refresh.refresh(period)
    facts.find_people(period, asked=False)
    with connection.cursor() as cursor:
        cursor.execute(refresh.NEW_KINDS)
        cursor.execute("DROP TABLE IF EXISTS reporting_fresh")
        cursor.execute(refresh.FRESH)
        cursor.execute(_UNEQUAL, {"period": period.pk, "open": OPEN_END})
        (rows,) = cursor.fetchone()
    standards = refresh.numbered(refresh.standards_of(period))
    counting.count_into_table("(SELECT *, 1 AS sign FROM reporting_fresh) s", standards)
    full, kept = counting.read_counted(), counting.read_rollup(period.pk)
    unequal = sum(full.get(key) != kept.get(key) for key in full.keys() | kept.keys())
    return [Difference(what, n) for what, n in (("facts", int(rows)), ("roll-up", unequal)) if n]


_UNEQUAL = f"""
SELECT count(*) FROM (SELECT * FROM reporting_personfact WHERE period_id = %(period)s AND until = %(open)s) o
FULL JOIN reporting_fresh f USING (person_id, subject)
WHERE o.person_id IS NULL OR f.person_id IS NULL OR NOT ({refresh.SAME})
"""


@transaction.atomic
def check_version(version: ReportVersion) -> list[Difference]:
    """Count the people of a version once more; nothing where figures and fingerprint are the same bytes."""
    count_version(version)
    tables = compute(template_of(version), counting.counted_cube())
    found = []
    if json.render(document_of(version, tables)).decode() != version.report_json:
        found.append(Difference("figures", 1))
    if _hash_of(version) != version.data_hash:
        found.append(Difference("fingerprint", 1))
    return found
