"""Who takes part: people of the open period who still have something to do. Runs inside Django, on a database that may
be spoiled: the days of all stages are set around today, so that everything can be done at once."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from temis.core import clock

# One appraisal for each teacher who holds no other role: the account then acts as what it is played as.
_TEACHERS = """
SELECT u.username, a.id FROM appraisals_appraisal a
JOIN appraisals_period p ON p.id = a.period_id AND p.state = 'OPEN'
JOIN people_person person ON person.id = a.person_id JOIN accounts_user u ON u.id = person.user_id AND u.is_active
WHERE a.state = 'OPEN' AND a.position = 'TEACHER' AND NOT EXISTS (
    SELECT FROM people_employment e WHERE e.person_id = a.person_id AND e.leads_group)
ORDER BY md5(a.id::text) LIMIT %(teachers)s
"""
_HEADS = """
SELECT u.username FROM people_employment e
JOIN people_person person ON person.id = e.person_id JOIN accounts_user u ON u.id = person.user_id AND u.is_active
WHERE e.position = 'PRINCIPAL' AND e.validity @> current_date AND EXISTS (
    SELECT FROM appraisals_appraisal a JOIN appraisals_period p ON p.id = a.period_id AND p.state = 'OPEN'
    WHERE a.decided_in_id = e.organization_id AND a.state = 'SUBMITTED' AND a.decision_due)
ORDER BY md5(u.username) LIMIT %(heads)s
"""
_DAYS = """
UPDATE appraisals_stagewindow w SET opens_on = %(first)s, closes_on = %(last)s
FROM appraisals_period p WHERE p.id = w.period_id AND p.state = 'OPEN'
"""
_PASSWORD = "UPDATE accounts_user SET password = %(password)s WHERE username = ANY(%(names)s)"


def write_cast(path: Path, *, teachers: int, heads: int, password: str) -> dict[str, Any]:
    """Choose them, give them one password, write who they are for the client."""
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"first": today - timedelta(days=5), "last": today + timedelta(days=5)})
        cursor.execute(_TEACHERS, {"teachers": teachers})
        found = [{"login": name, "appraisal": pk} for name, pk in cursor.fetchall()]
        cursor.execute(_HEADS, {"heads": heads})
        leading = [{"login": name} for (name,) in cursor.fetchall()]
        names = [one["login"] for one in [*found, *leading]]
        cursor.execute(_PASSWORD, {"password": make_password(password), "names": names})
    cast = {"password": password, "teachers": found, "heads": leading}
    path.write_text(json.dumps(cast))
    return cast
