"""The console script `temis` (docs/reference/cli.md).

argparse rather than click: it comes with Python, `temis manage …` passes everything on, and the commands need
nothing that it lacks. Whatever a command works with is imported when it runs, so that --help is quick.
"""

import sys
from collections.abc import Sequence

from temis.cli.output import Output
from temis.cli.parser import build_parser
from temis.cli.problems import CommandError, explain, is_expected
from temis.cli.text import gettext as _

__all__ = ["CommandError", "main"]

SUCCESS, FAILURE, WRONG_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = build_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        options.parser.print_help(sys.stderr)
        return WRONG_USAGE
    output = Output(as_json=getattr(options, "json", False))
    try:
        return SUCCESS if options.run(options, output) else FAILURE
    except KeyboardInterrupt:
        output.complain(_("Đã dừng theo yêu cầu."))
        return FAILURE
    except Exception as error:
        reason = explain(error)
        output.complain(reason)
        output.result({"ok": False, "error": reason})
        if not is_expected(error):
            raise
        return FAILURE
