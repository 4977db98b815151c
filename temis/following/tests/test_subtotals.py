"""With subtotals every page shows what adding up all schools shows, whatever has happened since they were written."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, Period, StageWindow
from temis.appraisals.queries.windows import windows_of
from temis.appraisals.rules import Window
from temis.appraisals.tests.factories import AFTER, DURING_DECISION, DURING_SELF, WINDOWS, appraisal_of, put_in_state
from temis.core import clock
from temis.core.paging import key_token
from temis.following.actions import folding
from temis.following.actions.counting import count_opinions
from temis.following.actions.folding import fold
from temis.following.enums import Waiting
from temis.following.models import Progress, Subtotal, SubtotalsHold, SubtotalsUpset
from temis.following.queries import parts
from temis.following.queries.bodies import Below, bodies_below, total_of
from temis.following.queries.filters import Filters
from temis.following.queries.places import Place
from temis.following.tests.factories import make_busy_period
from temis.following.tests.test_counting import change
from temis.organizations.actions import create_organization
from temis.organizations.models import Organization
from tests.cast import Cast, build

ABOVE_SCHOOLS = ("ministry", "province", "province_b", "local")
LISTS = (
    Filters(),
    Filters(position="TEACHER"),
    Filters(level="THCS"),
    Filters(position="TEACHER", level="THCS"),
    Filters(sort="name"),
    Filters(schools=True),
    Filters(schools=True, position="TEACHER"),
    Filters(schools=True, sort="self"),
    Filters(schools=True, waiting=Waiting.SELF),
)


def shown(cast: Cast, period: Period) -> list[Below]:
    """What the pages of all bodies above schools show."""
    found = []
    for name in ABOVE_SCHOOLS:
        body = Organization.objects.select_related("kind").get(pk=cast.bodies[name].pk)
        place, windows = Place(body), windows_of(period.pk, body.pk)
        for filters in LISTS:
            below = bodies_below(period, place, filters, windows)
            assert total_of(period, place, filters, windows) == below.total
            found.append(below)
            if filters.schools:
                found += _pages(period, place, filters, windows)
    return found


def _pages(period: Period, place: Place, filters: Filters, windows: dict[str, Window]) -> Iterator[Below]:
    """The same list, two bodies a page."""
    more = True
    while more:
        below = bodies_below(period, place, filters, windows, size=2)
        yield below
        filters, more = replace(filters, after=below.page.next), bool(below.page.next)


def _pages_back(
    period: Period, place: Place, filters: Filters, windows: dict[str, Window], last: Below
) -> Iterator[Below]:
    """From the last of them, by the link to the page before, to the first."""
    before = last.page.previous
    while before:
        below = bodies_below(period, place, replace(filters, before=before), windows, size=2)
        yield below
        before = below.page.previous


def added_up(cast: Cast, period: Period, monkeypatch: pytest.MonkeyPatch) -> list[Below]:
    """The same without subtotals."""
    with monkeypatch.context() as patched:
        patched.setattr(parts, "hold", lambda *_: False)
        return shown(cast, period)


def holds(period: Period) -> bool:
    return SubtotalsHold.objects.filter(parts.holding_on(clock.today()), period=period).exists()


def happen(cast: Cast, period: Period, pick: random.Random) -> None:
    """Something that changes what pages of progress show."""
    match pick.randrange(8):
        case 0:
            count_opinions(period)
        case 1:
            body, stage = (
                cast.bodies[pick.choice(["province", "local", "school_2", "neighbour"])],
                pick.choice([*Stage]),
            )
            earlier = 3 * str(body.path).count(".") + pick.randrange(3)  # within the days above it (APR-09)
            days = {"opens_on": WINDOWS[stage][0], "closes_on": WINDOWS[stage][1] - timedelta(days=earlier)}
            StageWindow.objects.update_or_create(period=period, organization=body, stage=stage, defaults=days)
        case 2:
            above = cast.bodies[pick.choice(["local", "province_b"])]
            school = cast.bodies["school_20"]
            path = f"{above.path}.{str(school.path).split('.')[-1]}"
            Organization.objects.filter(pk=school.pk).update(parent=above, path=path)
        case 3 | 4:
            fold()
        case _:
            change(period, pick)


@pytest.mark.parametrize("seed", range(4))
def test_pages_show_the_same_with_subtotals_and_without(cast, seed, monkeypatch):
    period, pick = make_busy_period(cast), random.Random(seed)

    for moment in (DURING_SELF, DURING_DECISION, AFTER):
        with clock.hold(moment):
            fold()
            assert holds(period)
            for _step in range(3):
                happen(cast, period, pick)
                assert shown(cast, period) == added_up(cast, period, monkeypatch)


@pytest.mark.parametrize("waiting", [None, Waiting.SELF])
@pytest.mark.parametrize("sort", ["late", "-late", "people", "-self", "decision", "name", "-name"])
def test_pages_of_all_schools_are_the_whole_list_in_its_order(cast, sort, waiting):
    """With schools that nobody of the period works at, and one that has changed since the subtotals."""
    period = make_busy_period(cast)
    for number in range(3):
        create_organization(code=f"93-0{number}", name=f"Trường {number}", kind="SCHOOL", parent=cast.local, scope=None)
    fold()
    put_in_state(appraisal_of(cast, "deputy", period), State.DECIDED)
    assert holds(period)
    place = Place(Organization.objects.select_related("kind").get(pk=cast.ministry.pk))
    windows = windows_of(period.pk, cast.ministry.pk)
    filters = Filters(schools=True, sort=sort, waiting=waiting)
    whole = bodies_below(period, place, filters, windows, size=1_000).page.rows

    pages = list(_pages(period, place, filters, windows))
    back = list(_pages_back(period, place, filters, windows, pages[-1]))

    assert [row for below in pages for row in below.page.rows] == whole
    assert [below.page.rows for below in reversed(back)] == [below.page.rows for below in pages[:-1]]
    assert len(whole) == (7 if waiting is None else sum(row.tally.unsent > 0 for row in whole))


@pytest.mark.parametrize(
    "key", [["x", 0, "a", 1], [0, True, "a", 1], [0, 0, 1, 1], [0, 0, "a", 1.5], [0, 0, "a", 1 << 63], [0, 0, "a"]]
)
@pytest.mark.parametrize("way", ["after", "before"])
def test_key_that_is_of_no_body_starts_from_the_first_page(cast, key, way):
    period = make_busy_period(cast)
    place = Place(Organization.objects.select_related("kind").get(pk=cast.ministry.pk))
    filters = Filters(schools=True, **{way: key_token(key)})

    assert bodies_below(period, place, filters, {}) == bodies_below(period, place, Filters(schools=True), {})


@pytest.mark.parametrize("seed", range(2))
def test_subtotals_that_were_added_to_are_those_added_up_anew(cast, seed):
    period, pick = make_busy_period(cast), random.Random(seed)
    fold()
    for _step in range(6):
        change(period, pick)
        fold()
    columns = [field.attname for field in Subtotal._meta.fields if field.attname != "id"]
    added = set(Subtotal.objects.values_list(*columns))

    SubtotalsHold.objects.all().delete()
    fold()

    assert set(Subtotal.objects.values_list(*columns)) == added


def test_decision_since_the_subtotals_shows_at_once_without_reading_other_schools(cast):
    period = make_busy_period(cast)
    fold()
    Progress.objects.filter(organization=cast.school_20).delete()  # whoever added all up would miss it

    put_in_state(appraisal_of(cast, "deputy", period), State.DECIDED)

    place = Place(Organization.objects.select_related("kind").get(pk=cast.ministry.pk))
    tally = total_of(period, place, Filters(), windows_of(period.pk, cast.ministry.pk)).tally
    assert tally is not None
    assert tally.decided == Appraisal.objects.filter(period=period, state=State.DECIDED).count()
    assert tally.people == Appraisal.objects.filter(period=period).exclude(state=State.EXCLUDED).count()


def test_subtotals_hold_until_more_is_late(cast):
    period = make_busy_period(cast)
    with clock.hold(DURING_SELF):
        fold()
        assert holds(period)
    last = WINDOWS[Stage.SELF][1]
    noon = DURING_SELF.replace(month=last.month, day=last.day)
    with clock.hold(noon):
        assert holds(period)
    with clock.hold(noon + timedelta(days=1)):
        assert not holds(period)
        fold()
        assert holds(period)


@pytest.mark.parametrize("table", ["windows", "tree"])
def test_windows_and_the_tree_upset_the_subtotals(cast, table):
    period = make_busy_period(cast)
    fold()

    if table == "windows":
        StageWindow.objects.filter(period=period).update(closes_on=F("closes_on") + timedelta(days=1))
    else:
        Organization.objects.filter(pk=cast.school_2.pk).update(path=cast.school_2.path)

    assert not holds(period)
    fold()
    assert holds(period)
    assert not SubtotalsUpset.objects.exists()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    return build()


def test_fold_waits_for_its_next_turn_while_windows_are_being_changed(committed_cast):
    period = make_busy_period(committed_cast)
    fold()
    begun, end = threading.Event(), threading.Event()

    def change_windows() -> None:
        with transaction.atomic():
            StageWindow.objects.filter(period=period).update(closes_on=F("closes_on") + timedelta(days=1))
            begun.set()
            end.wait(10)
        connection.close()

    changing = threading.Thread(target=change_windows)
    changing.start()
    assert begun.wait(10)
    put_in_state(appraisal_of(committed_cast, "deputy", period), State.DECIDED)
    fold()
    assert Progress.objects.filter(folded=False).exists()
    end.set()
    changing.join()
    assert not holds(period)

    fold()

    assert holds(period)
    assert not Progress.objects.filter(folded=False).exists()


def test_nothing_new_writes_nothing(cast, monkeypatch):
    make_busy_period(cast)
    fold()
    monkeypatch.setattr(folding, "_fold_period", None)

    fold()
