"""The simulated country: temis simulate."""

import argparse
from typing import TYPE_CHECKING, Any

from temis.cli import project
from temis.cli.commands import Commands, add
from temis.cli.output import Output
from temis.cli.text import gettext as _

if TYPE_CHECKING:
    from temis.simulation.logins import Login


def register(commands: Commands) -> None:
    parser = add(commands, "simulate", simulate, _("nạp một quốc gia mô phỏng vào cơ sở dữ liệu trống"))
    parser.add_argument(
        "--people", type=int, required=True, metavar=_("SỐ"), help=_("số người, từ 1.200; cả nước là 1.000.000")
    )
    parser.add_argument(
        "--years", type=int, default=5, metavar=_("SỐ"), help=_("số năm đánh giá đã qua (mặc định %(default)s)")
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        metavar=_("SỐ"),
        help=_("hạt giống: cùng một số thì được cùng một quốc gia (mặc định %(default)s)"),
    )


def simulate(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.cli.migrating import migrate_database
    from temis.core import clock
    from temis.simulation import run
    from temis.simulation.plan import Plan

    plan = Plan(options.people, options.years, options.seed, clock.today())
    plan.check()
    with output.progress(_("Chuẩn bị cơ sở dữ liệu")) as progress:
        migrate_database(progress)
    with output.progress(_("Tạo quốc gia mô phỏng")) as progress:
        made = run.simulate(plan, progress)
    with output.progress(_("Dọn dẹp bảng dữ liệu")):
        run.tidy()
    output.result({"ok": True, **made, **_tell(plan.seed, made["counts"], output)})
    return True


def _tell(seed: int, counts: dict[str, int], output: Output) -> dict[str, Any]:
    """Say what is there and how to log in; returns the logins for --json."""
    from temis.simulation.keys import PASSWORD, totp_secret
    from temis.simulation.logins import logins

    found, secret = logins(), totp_secret(seed)
    made = _("Đã tạo %(people)d người ở %(schools)d trường, %(appraisals)d phiếu đánh giá, %(evidence)d minh chứng.")
    output.say(made % counts)
    output.say(_("Mật khẩu chung: %(password)s") % {"password": PASSWORD})
    output.say(_("* cần thêm mã sáu số của ứng dụng xác thực; khóa chung: %(secret)s") % {"secret": secret})
    for login in found:
        output.say(f"  {login.username} {'*' if login.needs_second_factor else ' '} {login.role.label} – {login.body}")
    return {"password": PASSWORD, "totp_secret": secret, "logins": _listed(found)}


def _listed(found: list["Login"]) -> dict[str, str]:
    return {login.role.value: login.username for login in found}
