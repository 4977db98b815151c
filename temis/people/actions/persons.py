"""The person himself: added, corrected, completed by himself, given an account."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.accounts.models import User
from temis.core import audit
from temis.core.errors import RuleViolation
from temis.core.text import clean, sort_key
from temis.organizations.enums import Tier
from temis.organizations.models import Organization
from temis.people import rules
from temis.people.actions.groups import hand_over_group
from temis.people.actions.projection import project_people
from temis.people.models import Employment, Person
from temis.people.standing import standing_below


@dataclass(frozen=True)
class Particulars:
    """Who somebody is. `birth_date` and below may be missing."""

    full_name: str
    gender: str
    ethnic_group: str
    birth_date: date | None = None
    id_number: str = ""
    email: str = ""
    phone: str = ""


@transaction.atomic
def add_person(
    code: str, particulars: Particulars, organization_id: int, post: rules.Post, since: date, *, scope: Scope
) -> Person:
    """PPL-06. A new person with a post in a body within reach; or somebody known who works nowhere today: code and
    date of birth must then both be right, so that nobody is drawn in by guessing a code."""
    body = Organization.objects.select_related("kind").fetch(scope, P.PERSON_MANAGE, pk=organization_id, is_open=True)
    rules.check_post(scope.role, post, Tier(body.kind.tier), body.levels)
    known = Person.objects.select_for_update(of=("self",)).filter(code=clean(code)).first()
    person = _welcome_back(known, particulars) if known else _create(clean(code), particulars)
    begin_employment(person, body, post, since)
    open_accounts([person.pk])
    project_people([person.pk])
    audit.record(
        "person.return" if known else "person.add",
        scope=scope,
        target=person,
        organization_id=body.pk,
        person_id=person.pk,
        rule_id="PPL-06",
    )
    person.refresh_from_db()
    return person


def _welcome_back(person: Person, particulars: Particulars) -> Person:
    if person.organization_id is not None or person.birth_date is None or person.birth_date != particulars.birth_date:
        raise RuleViolation(
            "PPL-06",
            _(
                "Mã định danh này đã có trong hệ thống. Nếu là người chuyển đến: kiểm tra ngày sinh,"
                " và đề nghị đơn vị cũ ghi thôi công tác hoặc đơn vị quản lý điều chuyển."
            ),
            "code",
        )
    return person


def _create(code: str, particulars: Particulars) -> Person:
    values = _cleaned(particulars)
    _refuse_double_id(values["id_number"], None)
    return Person.objects.create(code=code, sort_key=sort_key(values["full_name"]), **values)


def begin_employment(person: Person, body: Organization, post: rules.Post, since: date) -> Employment:
    """Open a post from a day on; the group's earlier leader steps back where this one leads."""
    if post.group_id is not None and not body.groups.filter(pk=post.group_id).exists():
        raise RuleViolation("PPL-04", _("Tổ chuyên môn không thuộc trường đã chọn. Chọn lại."), "group")
    overlapping = DateRange(since, None)
    if person.employments.filter(organization=body, validity__overlap=overlapping).exists():
        raise RuleViolation("PPL-07", _("Trong thời gian này, thầy/cô đã có vị trí ở đơn vị này."), "since")
    leads_since = None
    if post.leads_group and post.group_id is not None:
        leads_since = hand_over_group(post.group_id, since)
    return Employment.objects.create(
        person=person,
        organization=body,
        position=post.position,
        level=post.level,
        subject=clean(post.subject),
        group_id=post.group_id,
        leads_group=post.leads_group,
        leads_since=leads_since,
        validity=overlapping,
    )


@transaction.atomic
def edit_person(pk: int, particulars: Particulars, *, scope: Scope) -> Person:
    """Correct who somebody is; the account carries the same name and address."""
    person: Person = Person.objects.select_for_update(of=("self",)).fetch(scope, P.PERSON_MANAGE, pk=pk)
    refuse_higher(person, scope)
    _change(person, _cleaned(particulars))
    audit.record("person.edit", scope=scope, target=person, person_id=person.pk, organization_id=person.organization_id)
    return person


def refuse_higher(person: Person, scope: Scope) -> None:
    """PPL-02. An address opens an account: nobody changes the record of somebody who stands as high as himself."""
    below = Person.objects.filter(standing_below(scope.role), pk=person.pk)
    if person.pk != scope.person_id and not below.exists():
        raise RuleViolation("PPL-02", _("Hồ sơ của người này do cấp trên cập nhật. Đề nghị đơn vị quản lý."))


@transaction.atomic
def complete_profile(changes: dict[str, Any], *, scope: Scope) -> Person:
    """PPL-08. Oneself: address, telephone, and what is still missing; what the roster says stays with the school."""
    person: Person = Person.objects.select_for_update(of=("self",)).fetch(scope, P.OWN_PROFILE, pk=scope.person_id)
    allowed = {"email", "phone"} | ({"birth_date"} if person.birth_date is None else set())
    if set(changes) - allowed:
        raise RuleViolation("PPL-08", _("Những mục này do nhà trường cập nhật. Đề nghị nhà trường sửa giúp."))
    _change(person, changes | {"email": changes.get("email", person.email).lower()})
    audit.record(
        "person.complete", scope=scope, target=person, person_id=person.pk, organization_id=person.organization_id
    )
    return person


def _change(person: Person, values: dict[str, Any]) -> None:
    _refuse_double_id(values.get("id_number", ""), person.pk)
    for name, value in values.items():
        setattr(person, name, value)
    person.sort_key = sort_key(person.full_name)
    person.save(update_fields=[*values, "sort_key"])
    User.objects.filter(person=person).update(display_name=person.full_name, email=person.email)


def _cleaned(particulars: Particulars) -> dict[str, Any]:
    values = {field.name: getattr(particulars, field.name) for field in fields(particulars)}
    values = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
    return values | {"email": values["email"].lower()}


def _refuse_double_id(id_number: str, own: int | None) -> None:
    if id_number and Person.objects.filter(id_number=id_number).exclude(pk=own or 0).exists():
        raise RuleViolation("PPL-09", _("Số CCCD này đã thuộc về người khác. Kiểm tra lại số."), "id_number")


# An account for each person without one, named by the person's code; the password stays closed until a code is used.
_OPEN_ACCOUNTS = """
WITH wanted AS (
    SELECT id, code, full_name, email FROM people_person
    WHERE user_id IS NULL AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s))
), made AS (
    INSERT INTO accounts_user
        (username, display_name, email, password, is_active, language, code_digest, code_expires_at, date_joined)
    SELECT code, full_name, lower(email), '!' || md5(random()::text || code), true, 'vi', '', NULL, now() FROM wanted
    ON CONFLICT (username) DO NOTHING
    RETURNING id, username
)
UPDATE people_person p SET user_id = made.id FROM made WHERE made.username = p.code
"""


def open_accounts(ids: list[int] | None = None) -> int:
    """Open the missing accounts of people (all, or `ids`) in one statement; returns how many were opened."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ACCOUNTS, {"ids": ids})
        return cursor.rowcount
