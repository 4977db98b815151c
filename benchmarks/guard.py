"""What each page of each role asks of the database, as numbers that do not depend on the machine.

`python -m benchmarks.guard` prints one JSON object: page → how many statements, and how many blocks they read.
"""

import json
import os
import sys
from typing import Any


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "temis.config.settings")
    os.environ.setdefault("TEMIS_HOSTS", "testserver,127.0.0.1")
    import django

    django.setup()
    from temis.cli.output import Output
    from temis.cli.serving import collect_static_files

    collect_static_files(Output())  # pages name them
    json.dump(dict(_asked()), sys.stdout)


def _asked() -> Any:
    from benchmarks.walk import client_of, pages, walkers

    known: set[str] = set()  # each choice once, by who sees most: there are hundreds
    for walker in reversed(walkers()):
        for page, count in pages(client_of(walker.username, walker.role), walker, known):
            yield str(page), {"queries": len(count.statements), "blocks": sum(map(_blocks, count.statements))}


def _blocks(statement: tuple[str, Any]) -> int:
    """Blocks of 8 kB that a read touches, in memory or not; 0 for what is no read."""
    from django.db import connection, transaction

    sql, params = statement
    if not sql.lstrip("( ").startswith(("SELECT", "WITH")):
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


if __name__ == "__main__":
    main()
