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
    blocks = _Blocks()
    for walker in reversed(walkers()):
        for page, count in pages(client_of(walker.username, walker.role), walker, known):
            yield str(page), {"queries": len(count.statements), "blocks": sum(map(blocks.of, count.statements))}


class _Blocks:
    """Blocks of 8 kB that a read touches, in memory or not; 0 for what is no read. Each read is asked for once: all
    pages of somebody read who he is, and what he may do."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def of(self, statement: tuple[str, Any]) -> int:
        sql, params = statement
        key = sql, repr(params)
        if key not in self._known:
            self._known[key] = _blocks(sql, params)
        return self._known[key]


def _blocks(sql: str, params: Any) -> int:
    from django.db import connection, transaction

    if not sql.lstrip("( ").startswith(("SELECT", "WITH")):
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


if __name__ == "__main__":
    main()
