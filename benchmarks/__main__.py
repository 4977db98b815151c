"""`make bench`: load the demo province into a database of its own, measure, print a table and keep it in build/."""

import os
import sys
from pathlib import Path

RESULT = Path("build/bench.md")


def main() -> int:
    os.environ.setdefault("TEMIS_DATA_DIR", str(Path("build/bench-data").resolve()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "temis.config.settings")
    os.environ.setdefault("TEMIS_HOSTS", "testserver,127.0.0.1")
    import django

    django.setup()
    from benchmarks import import_staff, measuring, pages, report
    from temis.cli.output import Output
    from temis.core import postgres
    from temis.demo.run import run_demo

    run_demo(serve=False, output=Output())
    figures = [*import_staff.run(), *pages.run(), *report.run()]
    text = measuring.table(figures)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text + "\n")
    print(text)
    if postgres.is_embedded():
        postgres.stop_server(postgres.data_dir())
    return 0


if __name__ == "__main__":
    sys.exit(main())
