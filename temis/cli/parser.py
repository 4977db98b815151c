"""The commands and their options. Each group of commands registers its own."""

import argparse

from temis.cli.commands import account, country, data, database, manage, site
from temis.cli.text import gettext as _
from temis.cli.text import translate_argparse

GROUPS = (site, data, country, account, database, manage)


def build_parser() -> argparse.ArgumentParser:
    translate_argparse()
    parser = argparse.ArgumentParser(
        prog="temis",
        description=_("TEMIS: đánh giá giáo viên, cán bộ quản lý theo chuẩn và báo cáo của tỉnh."),
        epilog=_(
            "Cơ sở dữ liệu: TEMIS_DATABASE_URL; nếu không đặt, PostgreSQL kèm theo chạy trong TEMIS_DATA_DIR "
            "(mặc định .temis). Ngôn ngữ: TEMIS_LANGUAGE=vi hoặc en."
        ),
    )
    parser.set_defaults(parser=parser)
    commands = parser.add_subparsers(title=_("các lệnh"), metavar=_("LỆNH"))
    for group in GROUPS:
        group.register(commands)
    return parser
