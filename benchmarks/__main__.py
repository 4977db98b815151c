"""`make bench`: the demo province, then the simulated country in several sizes; prints tables, keeps them in build/.

`--keep` writes them where the guides show them: docs/explanation/measured.md and its plot.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks import country, measuring

BUILD = Path("build/bench.md")
KEPT = Path("docs/explanation/measured.md")
PLOT = Path("docs/images/growth.svg")
HEAD = """# Measured

Written by `make bench KEEP=1`; anybody can repeat it. Each time stands beside a baseline of the same run on the same
machine, because machines differ and ratios differ less. One process asks, PostgreSQL answers; both on the {cores} cores
of one machine.
"""


def main() -> int:
    options = _options()
    if options.in_province:
        _print_province()
        return 0
    parts = [HEAD.format(cores=os.cpu_count())]
    if "province" in options.only:
        parts.append("## One province\n\n" + _in_a_process_of_its_own())
    found = country.measure(options.sizes) if "country" in options.only else []
    if found:
        parts.append("## The country\n\n" + country.tables(found))
        BUILD.parent.mkdir(exist_ok=True)
        country.plot(found, BUILD.with_name("growth.svg"))
        parts.append("![Growth with the number of people](../images/growth.svg)")
    text = "\n\n".join(part.strip() for part in parts) + "\n"
    print(text)
    BUILD.parent.mkdir(exist_ok=True)
    BUILD.write_text(text)
    if options.keep:
        KEPT.write_text(text)
        if found:
            shutil.copyfile(BUILD.with_name("growth.svg"), PLOT)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=("province", "country"), default=("province", "country"))
    parser.add_argument("--sizes", nargs="+", type=int, default=country.SIZES, metavar="PEOPLE")
    parser.add_argument("--keep", action="store_true", help="write into docs/")
    parser.add_argument("--in-province", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process_of_its_own() -> str:
    """The settings of a process are those of one database; the country's sizes have others."""
    data = str(Path("build/bench-data").resolve())
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--in-province"],
        env=os.environ | {"TEMIS_DATA_DIR": os.environ.get("TEMIS_DATA_DIR", data)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout[done.stdout.index("| what") :]


def _print_province() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "temis.config.settings")
    os.environ.setdefault("TEMIS_HOSTS", "testserver,127.0.0.1")
    import django

    django.setup()
    from benchmarks import import_staff, pages, report
    from temis.cli.output import Output
    from temis.cli.serving import collect_static_files
    from temis.core import postgres
    from temis.demo.run import run_demo

    run_demo(serve=False, output=Output())
    collect_static_files(Output())  # pages name them
    print(measuring.table([*import_staff.run(), *pages.run(), *report.run()]))
    if postgres.is_embedded():
        postgres.stop_server(postgres.data_dir())


if __name__ == "__main__":
    sys.exit(main())
