"""The fixed cast of the tests: one small tree and who works in it.

Two provinces; in the first one Phòng with school 2 and school 20 (its code, and its path, begin like the other's),
and a THPT school of the Sở; in the second a neighbour school. Everybody has a user whose name is his code.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from temis.access import Role, Scope
from temis.accounts import session
from temis.accounts.models import Grant, User
from temis.core.text import sort_key
from temis.organizations.models import Organization, OrganizationVersion
from temis.people.actions import project_people
from temis.people.assignments import assignments_of, scope_of
from temis.people.enums import Position
from temis.people.models import Employment, Person, SubjectGroup

PASSWORD = "mat-khau-thu-nghiem-1"


@cache
def _password_hash() -> str:
    """Hashed once: hashing is slow on purpose, and the cast has two dozen users."""
    return make_password(PASSWORD)


Planned = tuple[User, Person, Employment]


def make_person(code: str, name: str, organization: Organization, position: str, **extra: Any) -> Person:
    """A person with a user and an open employment. `extra`: group, leads_group, level, gender, ethnic_group, since."""
    planned = _plan(code, name, organization, position, **extra)
    _make([planned])
    return planned[1]


def _plan(code: str, name: str, organization: Organization, position: str, **extra: Any) -> Planned:
    user = User(username=code, password=_password_hash(), display_name=name)
    person = Person(
        code=code,
        user=user,
        full_name=name,
        sort_key=sort_key(name),
        gender=extra.get("gender", "F"),
        ethnic_group=extra.get("ethnic_group", "Kinh"),
        birth_date=extra.get("birth_date", date(1985, 5, 6)),
    )
    employment = Employment(
        person=person,
        organization=organization,
        position=position,
        level=extra.get("level", ""),
        subject=extra.get("subject", ""),
        group=extra.get("group"),
        leads_group=extra.get("leads_group", False),
        validity=DateRange(extra.get("since", date(2015, 9, 1)), None),
    )
    return user, person, employment


def _make(planned: Collection[Planned]) -> None:
    """All at once: thousands of tests begin with two dozen people."""
    users, people, employments = zip(*planned, strict=True)
    User.objects.bulk_create(users)
    Person.objects.bulk_create(people)
    Employment.objects.bulk_create(employments)


_force_login = Client.force_login


def log_in_completely(client: Client, user: User, backend: str | None = None) -> None:
    """Log in without the pages, second factor included."""
    _force_login(client, user, backend)
    kept = client.session
    kept[session.SECOND_FACTOR] = user.pk
    kept.save()


def act(client: Client, cast: "Cast", name: str, role: Role | None = None) -> Scope:
    """Log a member of the cast in and choose the assignment with `role` (or the first); returns its scope."""
    scope = cast.scope(name, role)
    client.force_login(cast.user(name))
    kept = client.session
    kept[session.ASSIGNMENT] = scope.assignment_id
    kept.save()
    return scope


def give(user: User, role: Role, organization: Organization) -> Grant:
    grant = _grant(user, role, organization)
    grant.save()
    return grant


def _grant(user: User, role: Role, organization: Organization) -> Grant:
    return Grant(
        user=user,
        role=role,
        organization=organization,
        validity=DateRange(date(2018, 1, 1), None),
        reason="Quyết định bổ nhiệm",
        granted_at=timezone.now(),
    )


@dataclass
class Cast:
    """Bodies and people by name; `scope(person, role)` is as what somebody acts."""

    bodies: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        for store in ("people", "bodies"):
            if name in self.__dict__.get(store, ()):  # none yet while it is being copied
                return self.__dict__[store][name]
        raise AttributeError(name)

    def user(self, name: str) -> User:
        user = self.people[name].user
        assert user is not None
        return user

    def scope(self, name: str, role: Role | None = None) -> Scope:
        """The scope of a person under `role`, or under the first one held."""
        user = self.people[name].user
        assert user is not None
        held = assignments_of(user)
        return scope_of(next(a for a in held if role is None or a.role == role), user)


def build() -> Cast:
    cast = Cast()
    _bodies(cast)
    planned = _school_2(cast) | _others(cast)
    _make(planned.values())
    project_people()
    made = Person.objects.select_related("user").in_bulk([person.pk for _user, person, _employment in planned.values()])
    cast.people |= {name: made[person.pk] for name, (_user, person, _employment) in planned.items()}
    _grants(cast)
    return cast


# Name → code, title, kind, the name of its parent, its province, its levels.
_BODIES: dict[str, tuple[str, str, str, str | None, str | None, list[str]]] = {
    "ministry": ("BO", "Bộ Giáo dục và Đào tạo", "MOET", None, None, []),
    "province": ("93", "Sở Giáo dục và Đào tạo Hậu Giang", "DOET", "ministry", "93", []),
    "province_b": ("95", "Sở Giáo dục, Khoa học và Công nghệ Bạc Liêu", "DOET", "ministry", "95", []),
    "local": ("93-1", "Phòng Giáo dục và Đào tạo thành phố Vị Thanh", "BOET", "province", "93", []),
    "school_2": ("93-1-2", "Trường THCS Lê Quý Đôn", "SCHOOL", "local", "93", ["THCS"]),
    "school_20": ("93-1-20", "Trường Tiểu học Kim Đồng", "SCHOOL", "local", "93", ["TH"]),
    "high_school": ("93-9", "Trường THPT Vị Thanh", "SCHOOL", "province", "93", ["THPT"]),
    "neighbour": ("95-1", "Trường THCS Trần Huỳnh", "SCHOOL", "province_b", "95", ["THCS"]),
    "university": (
        "DHSPHCM",
        "Trường Đại học Sư phạm Thành phố Hồ Chí Minh",
        "UNIVERSITY",
        "ministry",
        None,
        [],
    ),
}


def _bodies(cast: Cast) -> None:
    """As `create_organization` makes them, but all at once: nearly every test begins with them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organizations_organization', 'id')) FROM generate_series(1, %s)",
            [len(_BODIES)],
        )
        numbers = [number for (number,) in cursor.fetchall()]
    for pk, (key, (code, name, kind, above, province, levels)) in zip(numbers, _BODIES.items(), strict=True):
        parent = cast.bodies[above] if above else None
        path = f"{parent.path}.{pk}" if parent else str(pk)
        described = {"name": name, "parent": parent, "path": path, "province_id": province, "levels": levels}
        cast.bodies[key] = Organization(id=pk, code=code, kind_id=kind, **described)
    Organization.objects.bulk_create(cast.bodies.values())
    OrganizationVersion.objects.bulk_create(map(_first_version, cast.bodies.values()))


def _first_version(body: Organization) -> OrganizationVersion:
    return OrganizationVersion(
        organization=body,
        name=body.name,
        parent=body.parent,
        path=body.path,
        province_id=body.province_id,
        levels=body.levels,
        validity=DateRange(date(2015, 1, 1), None),
    )


def _school_2(cast: Cast) -> dict[str, Planned]:
    """A whole school: principal, deputy, a group of five with its leader, a group of one, one of the staff."""
    school = cast.bodies["school_2"]
    science = SubjectGroup.objects.create(organization=school, name="Tổ Khoa học tự nhiên")
    arts = SubjectGroup.objects.create(organization=school, name="Tổ Nghệ thuật")
    teacher = {"level": "THCS", "group": science}
    p: dict[str, Planned] = {}
    p["principal"] = _plan("93001", "Trần Văn Hòa", school, Position.PRINCIPAL, level="THCS", gender="M")
    p["deputy"] = _plan("93002", "Lê Thị Thu", school, Position.DEPUTY, level="THCS")
    p["leader"] = _plan("93003", "Phạm Thị Ánh", school, Position.TEACHER, leads_group=True, **teacher)
    p["teacher"] = _plan("93004", "Nguyễn Thị Bình", school, Position.TEACHER, **teacher)
    p["teacher_2"] = _plan("93005", "Danh Sơn", school, Position.TEACHER, gender="M", ethnic_group="Khmer", **teacher)
    p["teacher_3"] = _plan("93006", "Võ Minh Đức", school, Position.TEACHER, gender="M", **teacher)
    p["teacher_4"] = _plan("93007", "Huỳnh Thị Ân", school, Position.TEACHER, **teacher)
    p["lone_teacher"] = _plan("93008", "Đỗ Thị Cúc", school, Position.TEACHER, level="THCS", group=arts)
    p["staff"] = _plan("93009", "Bùi Thị Dung", school, Position.STAFF)
    return p


def _others(cast: Cast) -> dict[str, Planned]:
    b = cast.bodies
    p: dict[str, Planned] = {}
    p["principal_20"] = _plan("93021", "Ngô Văn Khải", b["school_20"], Position.PRINCIPAL, level="TH", gender="M")
    p["teacher_20"] = _plan("93022", "Lý Thị Lan", b["school_20"], Position.TEACHER, level="TH")
    p["principal_high"] = _plan("93091", "Trương Văn Minh", b["high_school"], Position.PRINCIPAL, level="THPT")
    p["teacher_high"] = _plan("93092", "Kim Thị Nga", b["high_school"], Position.TEACHER, level="THPT")
    p["principal_b"] = _plan("95001", "Thạch Văn Ơn", b["neighbour"], Position.PRINCIPAL, level="THCS")
    p["teacher_b"] = _plan("95002", "Mai Thị Phượng", b["neighbour"], Position.TEACHER, level="THCS")
    p["local_officer"] = _plan("93101", "Hà Thị Quyên", b["local"], Position.LOCAL_OFFICER)
    p["local_leader"] = _plan("93102", "Cao Văn Sang", b["local"], Position.LOCAL_OFFICER)
    p["province_officer"] = _plan("93201", "Đinh Thị Tâm", b["province"], Position.PROVINCE_OFFICER)
    p["province_leader"] = _plan("93202", "Vũ Văn Uy", b["province"], Position.PROVINCE_OFFICER)
    p["province_officer_b"] = _plan("95201", "Tô Thị Vân", b["province_b"], Position.PROVINCE_OFFICER)
    p["ministry_officer"] = _plan("00001", "Dương Thị Xuân", b["ministry"], Position.MINISTRY_OFFICER)
    p["ministry_leader"] = _plan("00002", "Trịnh Văn Yên", b["ministry"], Position.MINISTRY_OFFICER, gender="M")
    p["lecturer"] = _plan("79001", "Phan Thị Yến", b["university"], Position.LECTURER)
    p["administrator"] = _plan("00009", "Lâm Văn Giang", b["ministry"], Position.STAFF)
    return p


def _grants(cast: Cast) -> None:
    b = cast.bodies
    Grant.objects.bulk_create(
        [
            _grant(cast.user("local_leader"), Role.LOCAL_LEADER, b["local"]),
            _grant(cast.user("province_leader"), Role.PROVINCE_LEADER, b["province"]),
            _grant(cast.user("ministry_leader"), Role.MINISTRY_LEADER, b["ministry"]),
            _grant(cast.user("administrator"), Role.ADMINISTRATOR, b["ministry"]),
        ]
    )
