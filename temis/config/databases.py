"""The databases of an installation: the one that is written to, what pools its connections, what copies are read.

Addresses are read by libpq itself, so that one may name several machines
(`postgresql://temis@db1,db2,db3/temis`): the one that takes writes is found at each connection.
"""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

DEFAULT, REPLICA = "default", "replica"

# How soon a machine that went silent is noticed: without them a connection waits for many minutes.
SILENCE = {
    "connect_timeout": "3",  # seconds, for each machine
    "tcp_user_timeout": "5000",  # milliseconds
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}


# After so many times the plan of a statement is kept (`core.planned`); no others are prepared.
KEEP_PLANS = {"prepare_threshold": 2}


def databases(url: str, *, replica_url: str = "", test_db: str = "") -> dict[str, dict[str, Any]]:
    """The setting DATABASES."""
    found = {DEFAULT: database(url, several="read-write")}
    found[DEFAULT]["TEST"] = {"NAME": f"test_temis{'_' + test_db if test_db else ''}"}
    if replica_url:
        found[REPLICA] = database(replica_url, several="standby") | {"TEST": {"MIRROR": DEFAULT}}
        # A pooler may stand before the replicas too.
        found[REPLICA]["DISABLE_SERVER_SIDE_CURSORS"] = True
    return found


def database(url: str, *, several: str = "") -> dict[str, Any]:
    """Django's settings for one address. `several`: which machine is meant where it names more than one."""
    options: dict[str, Any] = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    host = options.pop("host", "")
    if host and not host.startswith(("/", "@")):
        options = SILENCE | options
    if "," in host and several:
        options = {"target_session_attrs": several} | options
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname", ""),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": host,
        "PORT": options.pop("port", ""),
        "OPTIONS": options | KEEP_PLANS,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


# Seconds for which a request waits for a connection where none can be had. Instead of a replica the primary is asked.
PATIENCE = {DEFAULT: 5.0, REPLICA: 1.0}


def shared(own: dict[str, Any], most: int, *, patience: float) -> dict[str, Any]:
    """The same database for a process of many threads, few of which work at a time: they hand connections on.

    While it is away it is tried again by each request; the pool's own tries come ever more seldom, and it would be seen
    late that another machine has taken over.
    """
    pool = {"min_size": 1, "max_size": most, "timeout": patience, "reconnect_timeout": patience, "max_idle": 60}
    engine = {"ENGINE": "temis.core.database", "CONN_HEALTH_CHECKS": False}  # it looks at them itself
    return own | engine | {"CONN_MAX_AGE": 0, "OPTIONS": own["OPTIONS"] | {"pool": pool}}


def pooled(direct: dict[str, Any], url: str) -> dict[str, Any]:
    """The same database through a pooler that gives each transaction a connection of its own choice.

    Nothing may then live longer than a transaction on the server: no cursor, no plan.
    """
    own = database(url)
    own["OPTIONS"] |= {"prepare_threshold": None}
    return (
        direct
        | {name: own[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
        | {"DISABLE_SERVER_SIDE_CURSORS": True}
    )
