"""One module per group of commands; each has `register(commands)`."""

import argparse
from collections.abc import Callable
from typing import Any

from temis.cli.output import Output
from temis.cli.text import gettext as _

Commands = Any  # argparse keeps the type of its subparsers to itself
Run = Callable[[argparse.Namespace, Output], bool]  # False: done, but not in full


def add(commands: Commands, name: str, run: Run | None, summary: str, **extra: Any) -> argparse.ArgumentParser:
    """A command; without `run`, the head of a group of commands."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary, **extra)
    parser.set_defaults(parser=parser)
    if run:
        parser.set_defaults(run=run)
        parser.add_argument("--json", action="store_true", help=_("dòng cuối là một đối tượng JSON"))
    return parser


def add_group(commands: Commands, name: str, summary: str) -> Commands:
    return add(commands, name, None, summary).add_subparsers(title=_("các lệnh"), metavar=_("LỆNH"))
