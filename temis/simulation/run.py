"""`temis simulate`: the whole country in one transaction, all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from temis.appraisals.actions.elsewhere import find_elsewhere
from temis.core import audit, clock
from temis.following.actions.counting import count_opinions, recount
from temis.simulation import accounts, appraisals, bulk, evidence, forms, opinions, people, profiles, reform, trail
from temis.simulation.bodies import write_bodies, write_posts
from temis.simulation.country import make_country
from temis.simulation.emptiness import check_empty
from temis.simulation.names import write_names
from temis.simulation.periods import Year, editions, write_periods
from temis.simulation.plan import Plan
from temis.standards.models import Edition
from temis.standards.queries import edition_rule

Progress = Callable[..., None]  # (done, total, doing)

# Large enough for constraints row by row to cost minutes.
LARGE = (
    "accounts_user",
    "people_person",
    "people_employment",
    "people_coreappointment",
    "appraisals_appraisal",
    "appraisals_selfassessment",
    "appraisals_objection",
    "opinions_ballot",
    "opinions_opiniontally",
    "evidence_evidenceitem",
    "appraisals_evidenceuse",
    "core_auditentry",
)


@dataclass(slots=True)
class Steps:
    """How far the work is, in steps of about the same length at country size."""

    progress: Progress
    total: int
    done: int = 0

    def next(self, doing: str, steps: int = 1) -> None:
        """What is done now, and that it takes so many steps."""
        self.progress(self.done, self.total, doing)
        self.done += steps


@transaction.atomic
def simulate(plan: Plan, progress: Progress) -> dict[str, Any]:
    """Fill the empty database with a country; returns what was made. Errors: SIM-01 size, SIM-02 not empty."""
    plan.check()
    check_empty()
    steps, now = Steps(progress, _total(plan)), clock.now()
    bulk.settle()
    password = accounts.password_hash()
    _found(plan, password, now, steps)
    steps.next(_("Chuẩn bị nạp hàng loạt"))
    aside = bulk.put_aside(LARGE)
    steps.next(_("Tạo người của các trường"), 4)
    people.write_people(plan, people.SCHOOL, password, now)
    people.write_careers(plan)
    years = _years(plan, now, steps)
    _finish(aside, years, steps)
    audit.record("simulation.load", scope=None, count=plan.people, note=_note(plan))
    return summary(plan)


def _total(plan: Plan) -> int:
    return 16 + 6 * (plan.years + 1) + 24


def _found(plan: Plan, password: str, now: datetime, steps: Steps) -> None:
    """Bodies, everybody's fate, the people of the offices, the reform."""
    steps.next(_("Dựng các đơn vị"), 3)
    country = make_country(plan)
    write_bodies(country, plan)
    write_posts(country)
    reform.note_successors(country)
    write_names()
    people.write_groups()
    steps.next(_("Chọn ngẫu nhiên họ tên, tuổi, quá trình công tác"), 3)
    people.draw_workers(plan)
    steps.next(_("Tạo người của Bộ, Sở, Phòng, trường đại học"))
    people.write_people(plan, people.OFFICE, password, now)
    accounts.write_roles(plan, _note(plan), now)
    _set_sequences(("people_person", "people_subjectgroup", "accounts_user"), least=plan.people)
    _set_sequences(("people_employment",), least=2 * plan.people)
    steps.next(_("Sắp xếp đơn vị năm 2025"), 2)
    reform.reform(plan)


def _years(plan: Plan, now: datetime, steps: Steps) -> list[Year]:
    chosen = editions()
    years = write_periods(plan, chosen)
    profiles.write_profiles(chosen, profiles.most_opinions(), plan.seed)
    evidence.write_files()
    appraisals.prepare()
    first, first_item = 0, 0
    for year in years:
        steps.next(_("Đánh giá năm %(year)s") % {"year": year.period.year}, 2)
        count = appraisals.draw_year(year, first, plan.seed)
        first += count
        appraisals.write_year(year, chosen, now, plan.seed)
        forms.write_forms(year, now, plan.seed)
        first_item += _supports(year, chosen, first_item, now, plan, steps)
        steps.next(_("Dấu vết năm %(year)s") % {"year": year.period.year})
        trail.write_trail(year, now)
    return years


def _supports(year: Year, chosen: dict[str, Edition], first_item: int, now: datetime, plan: Plan, steps: Steps) -> int:
    """What stands behind the appraisals of a year; returns how many items of evidence."""
    steps.next(_("Ý kiến năm %(year)s") % {"year": year.period.year}, 2)
    opinions.write_opinions(year, plan.seed)
    steps.next(_("Minh chứng năm %(year)s") % {"year": year.period.year})
    sizes = {subject: len(edition_rule(edition).criteria) for subject, edition in chosen.items()}
    return evidence.write_evidence(year, first_item, sizes, now, plan.seed)


def _finish(aside: bulk.PutAside, years: list[Year], steps: Steps) -> None:
    """Constraints, indexes and triggers again; ids that go on; counts."""
    done = steps.done

    def told(number: int, of: int) -> None:
        steps.progress(done + 20 * number // of, steps.total, _("Lập lại ràng buộc, chỉ mục"))

    bulk.make_again(aside, told)
    steps.done += 20
    steps.next(_("Đếm tiến độ"), 3)
    _set_sequences(LARGE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # small tables were empty when they were last looked at, and count as such
    find_elsewhere()
    recount()
    count_opinions(years[-1].period)


def _set_sequences(tables: tuple[str, ...], least: int = 0) -> None:
    """The next id of each table comes after those that are there."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'", [table])
            if not cursor.fetchone():
                continue
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            (sequence,) = cursor.fetchone()
            if sequence:
                cursor.execute(f"SELECT setval(%s, greatest(%s, (SELECT max(id) FROM {table}), 1))", [sequence, least])


def _note(plan: Plan) -> str:
    return _("Dữ liệu mô phỏng: %(people)s người, %(years)s năm, hạt giống %(seed)s") % {
        "people": plan.people,
        "years": plan.years,
        "seed": plan.seed,
    }


_COUNTED = {
    "organizations": "organizations_organization",
    "schools": "organizations_organization WHERE kind_id = 'SCHOOL'",
    "people": "people_person",
    "groups": "people_subjectgroup",
    "periods": "appraisals_period",
    "appraisals": "appraisals_appraisal",
    "ballots": "opinions_ballot",
    "evidence": "evidence_evidenceitem",
}


def summary(plan: Plan) -> dict[str, Any]:
    """What is there, in numbers."""
    with connection.cursor() as cursor:
        counts = {}
        for name, rows in _COUNTED.items():
            cursor.execute(f"SELECT count(*) FROM {rows}")
            counts[name] = cursor.fetchone()[0]
    return {"seed": plan.seed, "years": list(plan.past), "counts": counts}


def tidy() -> None:
    """After the transaction: mark all rows as seen by everybody, so that no cleaning runs while people work."""
    with connection.cursor() as cursor:
        for table in LARGE:
            cursor.execute(f"VACUUM (FREEZE) {table}")
