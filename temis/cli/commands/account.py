"""Those who look after the installation: temis admin …"""

import argparse

from temis.cli import project
from temis.cli.commands import Commands, add, add_group
from temis.cli.output import Output
from temis.cli.text import gettext as _


def register(commands: Commands) -> None:
    group = add_group(commands, "admin", _("quản trị hệ thống: tạo tài khoản, gỡ xác thực hai bước"))
    create_ = add(group, "create", create, _("tạo tài khoản quản trị và in mã đăng nhập lần đầu"))
    create_.add_argument("username", metavar=_("TÊN_ĐĂNG_NHẬP"))
    create_.add_argument("--name", required=True, metavar=_("HỌ_TÊN"), help=_("họ và tên"))
    create_.add_argument("--email", default="", metavar=_("THƯ"), help=_("thư điện tử"))
    reset = add(group, "reset-second-factor", reset_second_factor, _("gỡ xác thực hai bước của một người"))
    reset.add_argument("username", metavar=_("TÊN_ĐĂNG_NHẬP"))


def create(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.accounts.actions import create_administrator

    user, code = create_administrator(options.username, options.name, options.email)
    output.say(_("Tài khoản: %(username)s") % {"username": user.username})
    output.say(_("Mã đăng nhập lần đầu: %(code)s") % {"code": code})
    output.result({"ok": True, "username": user.username, "code": code})
    return True


def reset_second_factor(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from django.core.management import call_command

    call_command("reset_second_factor", username=options.username)
    output.result({"ok": True, "username": options.username})
    return True
