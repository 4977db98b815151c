"""A reorganization as it is drafted in tests, and all that it may touch."""

from datetime import date

from django.db import connection

from temis.restructuring import actions
from temis.restructuring.actions import StepInput

TODAY = date.today()
REFORM = date(2025, 7, 1)


def tables() -> dict[str, list]:
    """Everything a reorganization may touch, but its own records."""
    queries = {
        "versions": "SELECT organization_id, name, parent_id, path::text, province_id, levels, validity"
        " FROM organizations_organizationversion ORDER BY organization_id, validity",
        "bodies": "SELECT id, name, parent_id, path::text, province_id, levels, is_open"
        " FROM organizations_organization ORDER BY id",
        "employments": "SELECT person_id, organization_id, position, group_id, leads_group, validity"
        " FROM people_employment ORDER BY person_id, validity",
        "people": "SELECT id, organization_id, group_id, position FROM people_person ORDER BY id",
        "grants": "SELECT id, organization_id, validity FROM accounts_grant ORDER BY id",
        "appraisals": "SELECT id, organization_id, decided_in_id, group_id FROM appraisals_appraisal ORDER BY id",
        "successions": "SELECT predecessor_id, successor_id FROM organizations_succession ORDER BY 1, 2",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query)
            found[name] = cursor.fetchall()
    return found


def reorganize(scope, *steps: StepInput, on: date = TODAY):
    draft = actions.create_reorganization(title="Sắp xếp", on=on, document="QĐ 12/QĐ-UBND", scope=scope)
    for step in steps:
        actions.add_step(draft.pk, step, scope=scope)
    return draft
