"""Prepared querysets find what the querysets themselves find: on the pages that use them, and for everybody else."""

from typing import Any

import pytest
from django.test import Client

from temis.access import Role, Scope
from temis.appraisals.enums import State
from temis.appraisals.models import Period
from temis.appraisals.tests.factories import appraisal_of, make_open_period, put_in_state
from temis.core import clock, prepared
from temis.core.prepared import Prepared
from temis.opinions.tests.factories import DURING_OPINIONS
from temis.people.assignments import assignments_of, scope_of
from tests.cast import Cast, act

pytestmark = pytest.mark.django_db
Use = tuple[Prepared[Any], bool, dict[str, Any]]


def told(row: Any, seen: tuple[int, ...] = ()) -> dict[str, Any]:
    """All that is known of a row without asking the database: its columns, its annotations, what came with it."""
    columns = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    seen = (*seen, id(row))
    around = {name: one for name, one in row._state.fields_cache.items() if id(one) not in seen}
    return columns | {name: one and told(one, seen) for name, one in around.items()}


def found(use: Use, *scope: Scope) -> list[dict[str, Any]]:
    queries, _has_scope, values = use
    rows = queries.rows(*scope, **values)
    assert [told(row) for row in rows] == [told(row) for row in queries.build(*scope, **values)]
    assert {(row._state.db, row._state.adding) for row in rows} <= {("default", False)}
    return [told(row) for row in rows]


@pytest.fixture
def uses(monkeypatch) -> list[Use]:
    """What the pages ask for."""
    asked: list[Use] = []
    original = Prepared.rows

    def rows(self: Prepared[Any], *scope: Scope, **values: Any) -> list[Any]:
        asked.append((self, bool(scope), values))
        return original(self, *scope, **values)

    monkeypatch.setattr(Prepared, "rows", rows)
    return asked


def test_everybody_finds_what_the_queryset_finds(cast: Cast, uses: list[Use], monkeypatch):
    put_in_state(appraisal_of(cast, "teacher", make_open_period(cast, 2019)), State.ANNOUNCED)
    period = make_open_period(cast)
    with clock.hold(DURING_OPINIONS):
        _walk(cast, period)
        monkeypatch.undo()
        scopes = [scope_of(a, one.user) for one in cast.people.values() for a in assignments_of(one.user)]
        assert {scope.role for scope in scopes} >= {Role.TEACHER, Role.PRINCIPAL, Role.PROVINCE_LEADER}

        answers = [
            (use, found(use, *scope)) for use in uses for scope in ([(one,) for one in scopes] if use[1] else [()])
        ]

    every = {_source(one) for one in prepared.known}
    assert {_source(use[0]) for use, _rows in answers} == every
    assert {_source(use[0]) for use, rows in answers if rows} == every


def _source(one: Prepared[Any]) -> Any:
    """Where it is written: locking an appraisal is prepared for each permission anew."""
    return one.build.__code__


def _walk(cast: Cast, period: Period) -> None:
    """Pages of the last day."""
    client = Client()
    act(client, cast, "teacher")
    own = f"/self-assessments/{appraisal_of(cast, 'teacher', period).pk}/"
    colleague = f"/opinions/colleagues/{appraisal_of(cast, 'teacher_2', period).pk}/"
    chosen = {f"level-{place}": "2" for place in range(1, 15)} | {"strengths": "Soạn bài kĩ", "revision": "0"}
    assert client.post(own, chosen).status_code == 302
    for text in ("Biên bản dự giờ", "Sáng kiến"):
        assert client.post(f"{own}criteria/3/evidence/", {"kind": "TEXT", "text": text}).status_code == 302
    for page in ("/", own, f"{own}check/", f"{own}criteria/4/evidence/", "/opinions/", colleague):
        assert client.get(page).status_code == 200, page
