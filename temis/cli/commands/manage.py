"""temis manage …: Django's own commands."""

import argparse

from temis.cli import project
from temis.cli.commands import Commands
from temis.cli.output import Output
from temis.cli.text import gettext as _


def register(commands: Commands) -> None:
    summary = _("chạy một lệnh của Django")
    parser = commands.add_parser("manage", help=summary, description=summary)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar=_("THAM_SỐ"))
    parser.set_defaults(parser=parser, run=run)


def run(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["temis manage", *options.arguments])
    return True
