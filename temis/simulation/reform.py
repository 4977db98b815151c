"""The reform of 2025, done by the action that does any reorganization: 63 provinces become 34, every Phòng ends, its
schools go to the commune they lie in."""

from django.db import connection

from temis.access import Role, Scope
from temis.accounts.models import User
from temis.organizations.models import Reorganization
from temis.people.assignments import assignments_of, scope_of
from temis.restructuring.actions import apply_reorganization, create_reorganization
from temis.simulation.country import Country
from temis.simulation.figures import read
from temis.simulation.people import move_officers
from temis.simulation.plan import REFORM, Plan

_TABLES = """
DROP TABLE IF EXISTS simulated_commune, simulated_province, simulated_move;
CREATE TEMP TABLE simulated_commune (local_id bigint, seat int, organization_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE simulated_province (province text, organization_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE simulated_move (school_id bigint, organization_id bigint) ON COMMIT DROP
"""
_STEPS = """
INSERT INTO organizations_reorganizationstep
    (reorganization_id, change, organization_id, target_id, new_name, new_province_id)
SELECT %(id)s, change, body, target, new_name, province
FROM (
    SELECT 1 AS turn, 'MERGE' AS change, old.organization_id AS body, new.organization_id AS target, '' AS new_name,
           NULL AS province
    FROM organizations_province p
    JOIN simulated_province old ON old.province = p.code
    JOIN simulated_province new ON new.province = p.successor_id
    UNION ALL
    SELECT 2, 'RENAME', s.organization_id, NULL, format(%(province_name)s, p.later_name), NULL
    FROM organizations_province p JOIN simulated_province s ON s.province = p.code WHERE p.later_name <> ''
    UNION ALL
    SELECT 3, 'SPLIT', local_id, organization_id, '', NULL FROM simulated_commune
    UNION ALL
    SELECT 4, 'MOVE', school_id, organization_id, '', NULL FROM simulated_move
    UNION ALL
    SELECT 5, 'CLOSE', id, NULL, '', NULL FROM organizations_organization WHERE kind_id = 'BOET'
) steps ORDER BY turn, body, target
"""


def note_successors(country: Country) -> None:
    """Tables that say which commune takes over which part of a Phòng, and where its schools go."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        with cursor.copy("COPY simulated_province FROM STDIN") as copy:
            for code, body in country.provinces.items():
                copy.write_row((code, body.id))
        if not country.communes:
            return
        with cursor.copy("COPY simulated_commune FROM STDIN") as copy:
            for local, codes in country.locals_.items():
                for seat, code in enumerate(codes):
                    copy.write_row((local, seat, country.communes[code].id))
        with cursor.copy("COPY simulated_move FROM STDIN") as copy:
            for school in country.of_kind("SCHOOL"):
                if school.parent and school.parent.kind == "BOET":
                    copy.write_row((school.id, country.communes[school.commune].id))


def reform(plan: Plan) -> Reorganization | None:
    """None where its day has not come."""
    if not plan.reformed:
        return None
    move_officers(plan)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, people_employment, accounts_user, accounts_grant")
    words, scope = read("texts"), ministry_scope()
    draft = create_reorganization(on=REFORM, scope=scope, **words["reform"])
    name = words["names"]["province"].replace("{}", "%s")
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, {"id": draft.pk, "province_name": name})
        # The action looks at tables that have just been filled.
        cursor.execute("ANALYZE organizations_organizationversion, organizations_reorganizationstep, people_employment")
    return apply_reorganization(draft.pk, scope=scope)


def ministry_scope() -> Scope:
    """As an officer of the ministry."""
    user = User.objects.filter(person__position="MINISTRY_OFFICER").order_by("pk")[:1].get()
    held = next(one for one in assignments_of(user) if one.role == Role.MINISTRY_OFFICER)
    return scope_of(held, user)
