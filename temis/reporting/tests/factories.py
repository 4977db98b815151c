"""Reports on the fixed cast."""

import random
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import Role, Scope
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, Period
from temis.appraisals.tests.factories import appraisal_of, make_open_period, put_in_state
from temis.core import jobs
from temis.people.models import Employment
from temis.reporting.actions import life, publication, words
from temis.reporting.actions.extraction import ensure_report, extract_report
from temis.reporting.enums import Map
from temis.reporting.models import IssuedLetterhead, PersonFact, ReportVersion
from tests.cast import Cast

LETTERHEAD = {
    "parent_body": "UBND tỉnh Hậu Giang",
    "issuing_body": "Sở Giáo dục và Đào tạo",
    "symbol": "BC-SGDĐT",
    "place": "Hậu Giang",
    "authority": "",
    "signer_title": "Giám đốc",
    "signer_name": "Vũ Văn Uy",
}


def officer(cast: Cast) -> Scope:
    return cast.scope("province_officer", Role.PROVINCE_OFFICER)


def leader(cast: Cast) -> Scope:
    return cast.scope("province_leader", Role.PROVINCE_LEADER)


def decided_period(cast: Cast, **levels: Any) -> Period:
    """An open period; `teacher=3` decides on a member of the cast, all his criteria at that level."""
    period = make_open_period(cast)
    for name, level in levels.items():
        decide(cast, name, period, level)
    return period


def decide(cast: Cast, name: str, period: Period, level: int | list[int]) -> Appraisal:
    appraisal = appraisal_of(cast, name, period)
    total = 15 if appraisal.subject == "GVPT" else 18
    levels = [level] * total if isinstance(level, int) else level
    return put_in_state(
        appraisal, State.ANNOUNCED, decided_levels=levels, decided_overall=classified(appraisal, levels)
    )


def classified(appraisal: Appraisal, levels: list[int]) -> int:
    """The overall level that the rule gives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT standards_classify(%s, %s::smallint[])", [appraisal.edition_id, levels])
        (overall,) = cursor.fetchone()
    return int(overall)


def decide_all_at_random(period: Period, seed: int = 7) -> None:
    """Most with levels, some with a paper result, some not at all."""
    chance = random.Random(seed)
    for appraisal in Appraisal.objects.filter(period=period).order_by("pk"):
        if chance.random() < 0.2:
            continue
        total = 15 if appraisal.subject == "GVPT" else 18
        levels = None if chance.random() < 0.2 else [chance.choice((0, 1, 2, 2, 3, 3)) for _ in range(total)]
        overall = classified(appraisal, levels) if levels else chance.randint(0, 3)
        put_in_state(appraisal, State.ANNOUNCED, decided_levels=levels, decided_overall=overall)


def extracted(province: str | None = "93", year: int = 2020, map: str = Map.THEN) -> ReportVersion:
    """A version extracted by the system itself."""
    return extract_report(ensure_report(province, year, scope=None).pk, map=map, scope=None)


def counted(version: ReportVersion) -> dict[tuple[str, str], PersonFact]:
    """Rows by the person's code and subject."""
    rows = PersonFact.objects.of(version).select_related("person", "kind")
    return {(row.person.code, row.subject): row for row in rows}


def frozen(cast: Cast, province: str | None = "93") -> ReportVersion:
    by = officer(cast) if province else cast.scope("ministry_officer", Role.MINISTRY_OFFICER)
    version = life.freeze_version(extracted(province).pk, scope=by)
    words.save_letterhead(version.pk, scope=by, recipients=["Cục Nhà giáo"], **LETTERHEAD)
    return version


def submitted(cast: Cast) -> ReportVersion:
    return life.submit_version(frozen(cast).pk, scope=officer(cast))


def approved(cast: Cast) -> ReportVersion:
    """Approved and with number and date, ready to be published."""
    return issued(life.approve_version(submitted(cast).pk, scope=leader(cast)))


def issued(version: ReportVersion) -> ReportVersion:
    IssuedLetterhead.objects.filter(version=version).update(number="412", issued_on=date(2020, 12, 28))
    return version


def publish(cast: Cast, version: ReportVersion) -> ReportVersion:
    return publication.publish_version(version.pk, scope=leader(cast), progress=jobs.Progress(None))


def move(cast: Cast, name: str, to: str, on: date) -> None:
    """End the employment on a day and begin one elsewhere, as a transfer does."""
    person = cast.people[name]
    old = Employment.objects.get(person=person)
    began, old.validity = old.validity.lower, DateRange(old.validity.lower, on)
    assert began < on
    old.save()
    Employment.objects.create(
        person=person,
        organization=cast.bodies[to],
        position=old.position,
        level=old.level,
        validity=DateRange(on, None),
    )
