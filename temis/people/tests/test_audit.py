"""The audit trail: complete, tied to who acts, not to be altered, read by the right people only."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from temis.access import Role
from temis.accounts.models import User
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.core.models import AccessEntry, AuditEntry
from temis.core.paging import key_token
from temis.core.text import sort_key
from temis.people import actions, trail
from temis.people.actions.persons import Particulars
from temis.people.assignments import assignments_of, scope_of
from temis.people.models import Person
from tests.cast import Cast, act, give

pytestmark = pytest.mark.django_db
PersonEvent = Person.pgh_event_model  # type: ignore[attr-defined]


@pytest.fixture
def entry(cast: Cast) -> AuditEntry:
    return audit.record("group.create", scope=cast.scope("principal"), note="Tổ Sử")


# nobody alters it


@pytest.mark.parametrize("change", ["save", "delete", "update", "remove all"])
def test_audit_entry_cannot_be_altered_through_the_orm(entry, change):
    changes = {
        "save": entry.save,
        "delete": entry.delete,
        "update": lambda: AuditEntry.objects.update(actor="ai khác"),
        "remove all": lambda: AuditEntry.objects.all().delete(),
    }
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        changes[change]()

    assert AuditEntry.objects.filter(pk=entry.pk, actor="Trần Văn Hòa").exists()


@pytest.mark.parametrize("table", ["core_auditentry", "core_accessentry", "people_personevent", "accounts_userevent"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_audit_tables_cannot_be_altered_by_sql(cast: Cast, entry, table, statement):
    AccessEntry.objects.create(at=entry.at, user_id=1, actor="x", role="PRINCIPAL", person_id=1, what="person")
    key = "pgh_id" if table.endswith("event") else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        (before,) = cursor.fetchone()

        with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
            cursor.execute(statement.format(table, key, key))

        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (before,) != (0,)


# it knows who


def test_bulk_update_leaves_the_history_of_every_row_with_who_and_from_where(cast: Cast):
    scope = cast.scope("principal")

    with audit.context(scope, "10.0.0.7"), transaction.atomic():
        Person.objects.filter(organization=cast.school_2).update(phone="0293")

    events = PersonEvent.objects.filter(phone="0293").select_related("pgh_context")
    assert {e.pgh_obj_id for e in events} == set(
        Person.objects.filter(organization=cast.school_2).values_list("pk", flat=True)
    )
    assert {tuple(sorted(e.pgh_context.metadata.items(), key=str)) for e in events} == {
        (
            ("address", "10.0.0.7"),
            ("delegation", None),
            ("role", "PRINCIPAL"),
            ("unit", cast.school_2.pk),
            ("user", cast.principal.user_id),
        )
    }


def test_raw_sql_inside_an_action_leaves_its_history_too(cast: Cast):
    with audit.context(cast.scope("principal")) as _, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET phone = '1' WHERE id = %s", [cast.teacher.pk])

    event = PersonEvent.objects.get(phone="1")
    assert event.pgh_context.metadata["user"] == cast.principal.user_id


def test_action_and_its_entry_share_a_context_through_a_page(client, cast: Cast):
    act(client, cast, "principal")
    fields = {"full_name": "Nguyễn Thị Bình An", "gender": "F", "ethnic_group": "kinh", "birth_date": "1985-05-06"}

    response = client.post(f"/people/{cast.teacher.pk}/edit/", fields)

    entry = AuditEntry.objects.get(action="person.edit")
    event = PersonEvent.objects.get(full_name="Nguyễn Thị Bình An")
    assert response.status_code == 302
    assert entry.context_id == event.pgh_context_id is not None
    assert (entry.address, entry.user_id, entry.role) == ("127.0.0.1", cast.principal.user_id, "PRINCIPAL")


def test_rolled_back_action_leaves_no_entry_and_no_history(cast: Cast):
    before = AuditEntry.objects.count(), PersonEvent.objects.count()

    def edited_then_refused() -> None:
        with transaction.atomic():
            actions.edit_person(cast.teacher.pk, Particulars("X Y", "F", "Kinh"), scope=cast.scope("principal"))
            raise RuleViolation("TEST-01", "no")

    with pytest.raises(RuleViolation):
        edited_then_refused()

    assert (AuditEntry.objects.count(), PersonEvent.objects.count()) == before


def test_client_address_ignores_headers_unless_a_proxy_writes_them(settings):
    request = RequestFactory().get("/", HTTP_X_REAL_IP="203.0.113.9", REMOTE_ADDR="10.0.0.1")
    direct = audit.client_address(request)
    settings.TRUSTED_ADDRESS_HEADER = "HTTP_X_REAL_IP"
    behind = audit.client_address(request)
    nonsense = audit.client_address(RequestFactory().get("/", HTTP_X_REAL_IP="<script>"))

    assert (direct, behind, nonsense) == ("10.0.0.1", "203.0.113.9", None)


# who reads it

BODIES = (
    "ministry",
    "province",
    "province_b",
    "local",
    "school_2",
    "school_20",
    "high_school",
    "neighbour",
    "university",
)
IN_PROVINCE = {"province", "local", "school_2", "school_20", "high_school"}


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("teacher", None, set()),
        ("leader", None, set()),
        ("deputy", None, set()),
        ("staff", None, set()),
        ("lecturer", None, set()),
        ("ministry_officer", None, set()),
        ("principal", None, {"school_2"}),
        ("principal_20", None, {"school_20"}),
        ("principal_b", None, {"neighbour"}),
        ("local_officer", None, {"local", "school_2", "school_20"}),
        ("local_leader", Role.LOCAL_LEADER, {"local", "school_2", "school_20"}),
        ("province_officer", None, IN_PROVINCE),
        ("province_leader", Role.PROVINCE_LEADER, IN_PROVINCE),
        ("province_officer_b", None, {"province_b", "neighbour"}),
        ("administrator", Role.ADMINISTRATOR, set(BODIES)),
    ],
)
@pytest.mark.parametrize("few", [0, 10])  # by the whole trail, and by each body
def test_head_reads_what_happened_in_exactly_these_bodies(cast: Cast, name, role, expected, few, monkeypatch):
    monkeypatch.setattr(trail, "_BODIES_READ", few)
    monkeypatch.setattr(trail, "_BODIES_ASKED", few)
    for body in BODIES:
        audit.record("group.create", scope=None, organization_id=cast.bodies[body].pk, note=body)

    page = trail.body_page(cast.scope(name, role), trail.TrailFilter(action="group.create"))

    assert [entry.note for entry in page.rows] == [body for body in reversed(BODIES) if body in expected]


@pytest.mark.parametrize("few", [0, 10])
def test_pages_of_the_trail_of_several_bodies_follow_each_other(cast: Cast, few, monkeypatch):
    monkeypatch.setattr(trail, "_BODIES_READ", few)
    monkeypatch.setattr(trail, "_BODIES_ASKED", few)
    for number in range(103):
        body = cast.bodies[("local", "school_2", "school_20", "neighbour")[number % 4]]
        audit.record("group.create", scope=None, organization_id=body.pk, note=str(number))
    scope, wanted = cast.scope("local_officer"), trail.TrailFilter("group.create")

    first = trail.body_page(scope, wanted)
    second = trail.body_page(scope, wanted, after=first.next)

    notes = [entry.note for page in (first, second) for entry in page.rows]
    assert notes == [str(number) for number in reversed(range(103)) if number % 4 != 3]
    assert not second.next
    assert trail.body_page(scope, wanted, before=second.previous).rows == first.rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hoa", {"own"}),
        ("Trần Văn Hòa", {"own"}),
        ("binh", {"own"}),
        ("nguyễn thị bình", {"own", "far"}),
        ("93004", {"own", "far"}),
        ("quản trị", {"above"}),
        ("ai do khac", set()),
        ("%", set()),
    ],
)
@pytest.mark.parametrize("few", [0, 10])  # by the whole trail, and by each body
def test_trail_is_searched_by_who_did_it_and_whom_it_was_done_to(cast: Cast, text, expected, few, monkeypatch):
    """Of those here and above by a part of the name; one who has left is still found by the whole name or the code."""
    monkeypatch.setattr(trail, "_BODIES_READ", few)
    monkeypatch.setattr(trail, "_BODIES_ASKED", few)
    user = User.objects.create_user("quan-tri", display_name="Quản trị hệ thống")
    give(user, Role.ADMINISTRATOR, cast.ministry)
    here = {"organization_id": cast.school_2.pk}
    audit.record("person.edit", scope=cast.scope("principal"), person_id=cast.teacher.pk, note="own", **here)
    audit.record("person.edit", scope=scope_of(assignments_of(user)[0], user), note="above", **here)
    audit.record("person.edit", scope=None, person_id=cast.teacher.pk, note="far", organization_id=cast.school_20.pk)

    entries = {
        name: {entry.note for entry in trail.body_page(cast.scope(name), trail.TrailFilter("person.edit", text)).rows}
        for name in ("principal", "principal_20")
    }

    assert entries == {"principal": expected - {"far"}, "principal_20": expected & {"far"}}


def test_of_many_with_the_same_name_those_are_found_in_the_trail_who_have_ever_worked_here(cast: Cast, monkeypatch):
    monkeypatch.setattr(trail, "_SAME", 0)
    here = {"organization_id": cast.school_20.pk}
    left = cast.people["principal_20"]
    Person.objects.filter(pk__in=[left.pk, cast.teacher.pk]).update(
        full_name="Hồ Thị Xuân", sort_key=sort_key("Hồ Thị Xuân")
    )
    Person.objects.filter(pk=left.pk).update(organization=None)
    audit.record("person.edit", scope=None, person_id=left.pk, note="left", **here)
    audit.record("person.edit", scope=None, person_id=cast.teacher.pk, note="never", **here)

    page = trail.body_page(cast.scope("local_officer"), trail.TrailFilter("person.edit", "hồ thị xuân"))
    own = trail.body_page(cast.scope("principal_20"), trail.TrailFilter("person.edit", "Hồ Thị Xuân"))

    assert [entry.note for entry in page.rows] == ["never", "left"]  # the commune has the school he works at too
    assert [entry.note for entry in own.rows] == ["left"]


@pytest.mark.parametrize(
    "key",
    [
        ["x", 1],
        ["2026-11-29T00:00:00+00:00", "y"],
        ["2026-11-29T00:00:00+00:00", 1 << 63],
        ["2026-11-29T00:00:00+00:00", float("nan")],
        [None, 1],
        [{}, []],
        ["\0", 1],
        [1],
    ],
)
@pytest.mark.parametrize("way", ["after", "before"])
def test_key_that_holds_no_such_values_starts_from_the_first_page(client, cast: Cast, way, key):
    audit.record("person.edit", scope=cast.scope("principal"), person_id=cast.teacher.pk)
    act(client, cast, "principal")

    page = client.get(f"/audit/?{way}={key_token(key)}").context["page"]

    assert page == client.get("/audit/").context["page"]
    assert page.rows


@pytest.mark.parametrize("text", ["hòa", "Nguyễn Thị Bình"])
@pytest.mark.parametrize("few", [0, 10])  # by the whole trail, and by each body
def test_those_with_a_name_of_many_are_found_by_the_name_in_the_trail(cast: Cast, text, few, monkeypatch):
    monkeypatch.setattr(trail, "_FEW", 0)
    monkeypatch.setattr(trail, "_BODIES_READ", few)
    monkeypatch.setattr(trail, "_BODIES_ASKED", few)
    audit.record("person.edit", scope=cast.scope("principal"), person_id=cast.teacher.pk)
    audit.record("person.edit", scope=cast.scope("principal"), person_id=cast.people["teacher_2"].pk)

    entries = trail.body_page(cast.scope("principal"), trail.TrailFilter(text=text)).rows

    both = {cast.teacher.pk, cast.people["teacher_2"].pk}
    assert {entry.person_id for entry in entries} == (both if text == "hòa" else {cast.teacher.pk})


def test_person_reads_what_happened_to_his_record_and_account_and_nothing_else(cast: Cast):
    head = cast.scope("principal")
    for name in ("teacher", "teacher_2"):
        audit.record("person.edit", scope=head, person_id=cast.people[name].pk)
        user = cast.people[name].user
        audit.record("account.login", scope=None, by=user, target=user)
    audit.record("grant.give", scope=None)

    entries = trail.own_trail(cast.scope("teacher"))

    assert [(e.action, e.actor) for e in entries.order_by("id")] == [
        ("person.edit", "Trần Văn Hòa"),
        ("account.login", "Nguyễn Thị Bình"),
    ]


def test_administrator_without_a_record_reads_only_his_account(cast: Cast):
    user = User.objects.create_user("quan-tri", display_name="Quản trị")
    give(user, Role.ADMINISTRATOR, cast.ministry)
    audit.record("grant.give", scope=None)  # person_id is empty like his own
    scope = scope_of(assignments_of(user)[0], user)

    assert list(trail.own_trail(scope)) == []
    assert list(trail.own_looks(scope)) == []


def test_look_at_a_record_is_kept_and_shown_to_its_person_alone(client, cast: Cast):
    act(client, cast, "principal")
    client.get(f"/people/{cast.teacher.pk}/")
    client.get(f"/people/{cast.principal.pk}/")

    looks_at = {
        name: list(trail.own_looks(cast.scope(name)).values_list("actor", "what"))
        for name in ("teacher", "teacher_2", "principal")
    }
    act(client, cast, "teacher")
    page = client.get("/profile/audit/?view=looks").content.decode()

    assert looks_at == {"teacher": [("Trần Văn Hòa", "person")], "teacher_2": [], "principal": []}
    assert "Trần Văn Hòa" in page
    assert "hồ sơ nhân sự" in page


def test_refused_look_is_not_kept(client, cast: Cast):
    act(client, cast, "principal_20")

    assert client.get(f"/people/{cast.teacher.pk}/").status_code == 404
    assert not AccessEntry.objects.exists()


# what exactly changed


def test_lines_cost_the_same_for_one_and_for_many(cast: Cast, django_assert_num_queries):
    for name in ("teacher", "teacher_2", "teacher_3"):
        audit.record("person.edit", scope=cast.scope("principal"), person_id=cast.people[name].pk)
    entries = list(AuditEntry.objects.filter(action="person.edit").order_by("id"))

    for some in (entries[:1], entries):
        with django_assert_num_queries(1):  # names; and one for delegations where there are any
            found = trail.lines(some)

    assert found[0].sentence == "đã sửa hồ sơ của Nguyễn Thị Bình"
