"""When the database is away: it was killed, moves to another machine, or takes no more connections."""

from django.db import Error as DatabaseError
from django.db import InterfaceError, InternalError, OperationalError, connection, connections

# Of PostgreSQL: the connection broke, the server stops or starts, too many connections.
_AWAY = ("08", "57P01", "57P02", "57P03", "53300")
_READ_ONLY = "25006"


def is_outage(error: BaseException | None) -> bool:
    """Whether the same request may well succeed in a moment, as nothing is wrong with it."""
    if isinstance(error, InternalError):
        return _state(error) == _READ_ONLY and _is_standby()
    if isinstance(error, OperationalError | InterfaceError):
        state = _state(error)
        return not state or state.startswith(_AWAY)
    return False


def _state(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _is_standby() -> bool:
    """A page that writes where it must only read gets the same error on a sound primary; that is a mistake of ours."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            found = bool(cursor.fetchone()[0])
    except DatabaseError:
        return True
    if found:
        hang_up("default")  # the next one looks for the primary
    return found


def hang_up(alias: str) -> None:
    """Close the connection for good; where threads hand connections on, nobody else gets this one."""
    wrapper = connections[alias]
    if wrapper.connection is not None:
        wrapper.connection.close()
    wrapper.close()
