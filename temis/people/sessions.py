"""The session of a request, whose it is and as what he may act: one statement, at the beginning of every request."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from temis.accounts.models import Session, User
from temis.core.planned import planned_once
from temis.people.assignments import COLUMNS, Row

_USER = [field.attname for field in User._meta.concrete_fields]
_ENTER = f"""
SELECT s.session_data, {", ".join(f"u.{name}" for name in _USER)}, a.person_id, a.body_name,
    {", ".join(f"a.{name}" for name in COLUMNS)}
FROM accounts_session s
LEFT JOIN accounts_user u ON u.id = s.user_id
LEFT JOIN LATERAL people_assignments_of(u.id) a ON true
WHERE s.session_key = %s AND s.expire_date > %s
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose session it is; what the session itself says of him is still to be checked (`people.middleware`)."""

    user: User
    roles: list[Row]


class SessionStore(DatabaseStore):
    """As Django's own; `holder` is known once it was read."""

    holder: Holder | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made = cast(Session, super().create_model_instance(data))
        made.user_id = data.get(auth.SESSION_KEY)
        return made

    def _get_session_from_db(self) -> Session | None:
        with planned_once(), connection.cursor() as cursor:
            cursor.execute(_ENTER, [self.session_key, timezone.now()])
            rows = cursor.fetchall()
        if not rows or self.session_key is None:
            self._session_key = None
            return None
        data, *rest = rows[0]
        if rest[0] is not None:
            user = User.from_db(connection.alias, _USER, rest[: len(_USER)])
            held = [row[1 + len(_USER) :] for row in rows]
            self.holder = Holder(user, [row for row in held if row[2] is not None])
        return Session(session_key=self.session_key, session_data=data)
