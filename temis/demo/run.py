"""`temis demo`: a whole province in one command: roster, results of 2020, its TEMIS report, an open period to try.

Run again it changes nothing that is there already.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from temis.cli.output import Output
from temis.core import postgres
from temis.demo import accounts, activity
from temis.demo.cast import DemoLogin, demo_cast
from temis.demo.files import write_files
from temis.demo.population import make_population
from temis.people.models import Person
from temis.reporting.demo_key import make_demo_key

PROVINCE, YEAR = "93", 2020
ADDRESS, PORT = "127.0.0.1", 8000


def run_demo(*, serve: bool, output: Output) -> dict[str, Any]:
    """Load what is missing, extract the report into `out/`, print the logins, serve."""
    from temis.cli.migrating import migrate_database

    with output.progress(_("Chuẩn bị cơ sở dữ liệu")) as progress:
        migrate_database(progress)
    population = make_population()
    cast = demo_cast(population)
    loaded = Person.objects.filter(code=cast[0].person_code).exists()
    if not loaded:
        _load(output)
        with output.progress(_("Tạo tài khoản, vai trò")):
            accounts.make_accounts(cast, population.heads)
        with output.progress(_("Mở đợt đánh giá năm nay")) as progress:
            activity.open_current_period(progress)
            activity.allocate_universities()
    files = _extract(output)
    _print_logins(cast, output)
    if serve:
        _serve(output)
    return {"ok": True, "loaded": not loaded, "report": files}


def _load(output: Output) -> None:
    """Through the import that everybody uses."""
    from temis.exchange.cli import run_import

    folder = Path(postgres.data_dir()) / "demo"
    files = write_files(folder, spreadsheets=False)
    for kind, path, year, standard in (
        ("organizations", files.organizations, None, None),
        ("staff", files.staff, None, None),
        ("results", files.results_teachers, YEAR, "GVPT-20/2018"),
        ("results", files.results_managers, YEAR, "HT-14/2018"),
    ):
        with output.progress(_("Nạp %(file)s") % {"file": path.name}) as progress:
            summary = run_import(kind, path, year=year, standard=standard, progress=progress)
        if not summary.ok:
            raise RuntimeError(f"{path.name}: {summary.problems[:3]}")


def _extract(output: Output) -> str:
    from temis.reporting.cli import extract

    out = Path("out")
    with output.progress(_("Chiết xuất báo cáo TEMIS năm 2020")) as progress:
        extract(
            province=PROVINCE, year=YEAR, out=out, formats=("json", "html", "xlsx", "docx", "pdf"), progress=progress
        )
    output.say(_("Báo cáo TEMIS năm 2020 của Hậu Giang: %(folder)s") % {"folder": out.resolve()})
    return str(out)


def _print_logins(cast: list[DemoLogin], output: Output) -> None:
    output.say("")
    output.say(_("Mật khẩu chung: %(password)s") % {"password": accounts.PASSWORD})
    for login in cast:
        mark = "*" if accounts.needs_second_factor(login) else " "
        output.say(f"  {login.person_code} {mark} {login.role_label_vi} – {login.note}")
    output.say(_("* cần thêm mã xác thực sáu số, xem tại http://%(address)s/demo/") % {"address": f"{ADDRESS}:{PORT}"})


def _serve(output: Output) -> None:
    from temis.cli.serving import serve_site

    key = make_demo_key(Path(postgres.data_dir()) / "demo" / "key", password=accounts.PASSWORD)
    os.environ["TEMIS_SIGNING_KEY"], os.environ["TEMIS_SIGNING_PASSWORD"] = str(key.pkcs12), key.password
    # The web processes that start now read their settings from here: they add the page with the demo's logins.
    os.environ["TEMIS_DEMO"] = "1"
    settings.DEMO = True
    serve_site(ADDRESS, PORT, 2, with_worker=True, output=output)
