"""How the simulated people log in: one password for all, one second factor for everybody above the schools, and the
roles that are given by name."""

from datetime import date, datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.contrib.auth.hashers import make_password
from django.db import connection

from temis.simulation.keys import PASSWORD, totp_secret
from temis.simulation.people import OFFICE
from temis.simulation.plan import REFORM, Plan

# From where on a person of the office is its leader, and may be what besides.
_SINCE = date(2018, 8, 15)
ADMINISTRATOR_SEAT = 2

_GRANTS = """
INSERT INTO accounts_grant (user_id, role, organization_id, validity, reason, granted_at)
SELECT * FROM (
    SELECT w.id, CASE o.kind_id WHEN 'DOET' THEN 'PROVINCE_LEADER' ELSE 'LOCAL_LEADER' END, o.id AS body,
           daterange(%(since)s::date, CASE WHEN o.kind_id = 'BOET' THEN %(end_of_local)s::date END), %(reason)s, %(now)s
    FROM simulated_worker w JOIN organizations_organization o ON o.id = w.organization_id
    WHERE w.seat = 0 AND o.kind_id IN ('DOET', 'BOET')
    UNION ALL
    SELECT w.id, 'LOCAL_LEADER', c.organization_id, daterange(%(reform)s::date, NULL), %(reason)s, %(now)s
    FROM simulated_worker w JOIN simulated_commune c ON c.local_id = w.organization_id AND c.seat = w.seat
    UNION ALL
    SELECT w.id, 'ADMINISTRATOR', o.id, daterange(%(since)s::date, NULL), %(reason)s, %(now)s
    FROM simulated_worker w JOIN organizations_organization o ON o.id = w.organization_id
    WHERE w.seat = %(administrator)s AND o.kind_id = 'MOET'
) g ORDER BY body, 1
"""
_SECOND_FACTORS = """
INSERT INTO mfa_authenticator (user_id, type, data, created_at)
SELECT id, 'totp', jsonb_build_object('secret', %(secret)s::text), %(now)s
FROM simulated_worker WHERE {office} ORDER BY id
"""


def password_hash() -> str:
    """Made once: a million of them would take a day."""
    return make_password(PASSWORD)


def write_roles(plan: Plan, reason: str, now: datetime) -> None:
    """Leaders of offices and communes, the administrator; second factors of all officers."""
    values: dict[str, Any] = {"since": _SINCE, "reform": REFORM, "reason": reason, "now": now}
    values |= {"end_of_local": REFORM if plan.reformed else None, "administrator": ADMINISTRATOR_SEAT}
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, values)
        secret = get_adapter().encrypt(totp_secret(plan.seed))
        cursor.execute(_SECOND_FACTORS.format(office=OFFICE), {"secret": secret, "now": now})
