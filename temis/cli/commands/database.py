"""The database: temis db …"""

import argparse
import sys
from pathlib import Path

from temis.cli.commands import Commands, add, add_group
from temis.cli.output import Output
from temis.cli.problems import CommandError
from temis.cli.text import gettext as _
from temis.core import postgres
from temis.core.postgres import copies


def register(commands: Commands) -> None:
    group = add_group(commands, "db", _("cơ sở dữ liệu: trạng thái, dừng, sao lưu, phục hồi"))
    add(group, "status", status, _("máy chủ đang chạy hay không, dữ liệu nằm ở đâu"))
    add(group, "start", start, _("chạy máy chủ kèm theo"))
    add(group, "stop", stop, _("dừng máy chủ kèm theo"))
    prompt = add(group, "psql", psql, _("mở dấu nhắc SQL; tham số của psql đứng sau --"))
    prompt.add_argument("arguments", nargs=argparse.REMAINDER, metavar=_("THAM_SỐ"))
    backup_ = add(group, "backup", backup, _("sao lưu vào một tệp"))
    backup_.add_argument("file", type=Path, metavar=_("TỆP"))
    restore_ = add(group, "restore", restore, _("thay toàn bộ dữ liệu bằng bản sao lưu"))
    restore_.add_argument("file", type=Path, metavar=_("TỆP"))
    restore_.add_argument("--yes", action="store_true", help=_("không hỏi lại"))


def status(options: argparse.Namespace, output: Output) -> bool:
    if not postgres.is_embedded():
        output.say(_("Đang dùng máy chủ trong TEMIS_DATABASE_URL."))
        output.result({"ok": True, "embedded": False})
        return True
    state = postgres.server_status(postgres.data_dir())
    words = _("đang chạy (tiến trình %(pid)s)") if state.running else _("không chạy")
    output.say(_("PostgreSQL kèm theo: %(state)s") % {"state": words % {"pid": state.pid}})
    output.say(_("Dữ liệu: %(folder)s") % {"folder": state.folder})
    output.result(
        {
            "ok": True,
            "embedded": True,
            "running": state.running,
            "pid": state.pid,
            "folder": state.folder,
            "url": state.url,
        }
    )
    return True


def start(options: argparse.Namespace, output: Output) -> bool:
    _require_embedded()
    url = postgres.ensure_server(postgres.data_dir())
    output.say(_("PostgreSQL kèm theo đang chạy: %(url)s") % {"url": url})
    output.result({"ok": True, "url": url})
    return True


def stop(options: argparse.Namespace, output: Output) -> bool:
    _require_embedded()
    stopped = postgres.data_dir().exists() and postgres.stop_server(postgres.data_dir())
    output.say(_("Đã dừng PostgreSQL kèm theo.") if stopped else _("PostgreSQL kèm theo không chạy."))
    output.result({"ok": True, "stopped": stopped})
    return True


def psql(options: argparse.Namespace, output: Output) -> bool:
    arguments = options.arguments[1:] if options.arguments[:1] == ["--"] else options.arguments
    copies.open_prompt(postgres.database_url(), arguments)


def backup(options: argparse.Namespace, output: Output) -> bool:
    with output.progress(_("Sao lưu")):
        size = copies.backup(postgres.database_url(), options.file)
    output.say(_("Đã sao lưu vào %(file)s (%(size)d byte).") % {"file": options.file, "size": size})
    output.result({"ok": True, "file": options.file, "bytes": size})
    return True


def restore(options: argparse.Namespace, output: Output) -> bool:
    if not options.file.is_file():
        raise CommandError(_("Không có tệp %(file)s.") % {"file": options.file})
    if not options.yes and not _confirmed():
        raise CommandError(_("Chưa phục hồi: mọi dữ liệu hiện có sẽ bị thay, hãy thêm --yes để xác nhận."))
    with output.progress(_("Phục hồi")):
        copies.restore(postgres.database_url(), options.file)
    output.say(_("Đã phục hồi từ %(file)s.") % {"file": options.file})
    output.result({"ok": True, "file": options.file})
    return True


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    answer = input(_("Mọi dữ liệu hiện có sẽ bị thay bằng bản sao lưu. Gõ PHUC HOI để tiếp tục: "))
    return answer.strip() == "PHUC HOI"


def _require_embedded() -> None:
    if not postgres.is_embedded():
        raise CommandError(
            _("Đang dùng máy chủ trong TEMIS_DATABASE_URL; hãy chạy và dừng máy chủ đó bằng công cụ của nó.")
        )
