"""One login for each role, to look around in the country."""

from dataclasses import dataclass

from django.db import connection

from temis.access import SECOND_FACTOR, Role

# The first of each role who holds nothing above it: a teacher who leads no group, an officer who leads no office.
# Sorted once: to look for another role of each user anew took minutes where PostgreSQL had no statistics.
_LOGINS = """
SELECT DISTINCT ON (a.role) a.role, u.username, u.display_name, o.name
FROM (
    SELECT *, min(role) OVER own = max(role) OVER own AS is_only
    FROM people_role_assignment WINDOW own AS (PARTITION BY user_id)
) a
JOIN accounts_user u ON u.id = a.user_id
JOIN organizations_organization o ON o.id = a.organization_id
WHERE a.is_only OR NOT a.role = ANY(%(lesser)s)
ORDER BY a.role, u.id
"""
LESSER = (Role.TEACHER, Role.LOCAL_OFFICER, Role.PROVINCE_OFFICER, Role.MINISTRY_OFFICER)


@dataclass(frozen=True, slots=True)
class Login:
    role: Role
    username: str
    name: str
    body: str

    @property
    def needs_second_factor(self) -> bool:
        return self.role in SECOND_FACTOR


def logins() -> list[Login]:
    """In the order in which roles are named; a role that nobody holds alone is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGINS, {"lesser": [role.value for role in LESSER]})
        found = {row[0]: Login(Role(row[0]), *row[1:]) for row in cursor.fetchall()}
    return [found[role] for role in Role if role in found]
