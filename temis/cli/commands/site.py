"""Running TEMIS: migrate, serve, worker, demo."""

import argparse

from temis.cli import project
from temis.cli.commands import Commands, add
from temis.cli.output import Output
from temis.cli.text import gettext as _


def register(commands: Commands) -> None:
    add(commands, "migrate", migrate, _("chuẩn bị hoặc nâng cấp cơ sở dữ liệu"))
    serve_ = add(commands, "serve", serve, _("chạy trang web"))
    serve_.add_argument(
        "--host", metavar=_("ĐỊA_CHỈ"), default="127.0.0.1", help=_("địa chỉ lắng nghe (mặc định %(default)s)")
    )
    serve_.add_argument("--port", type=int, metavar=_("CỔNG"), default=8000, help=_("cổng (mặc định %(default)s)"))
    serve_.add_argument(
        "--workers", type=int, metavar=_("SỐ"), default=2, help=_("số tiến trình (mặc định %(default)s)")
    )
    serve_.add_argument("--with-worker", action="store_true", help=_("chạy cả tiến trình việc nền"))
    worker_ = add(commands, "worker", worker, _("chạy các việc nền: nhập tệp, báo cáo, thư"))
    worker_.add_argument("--once", action="store_true", help=_("làm hết việc đang chờ rồi dừng"))
    worker_.add_argument("--with-parent", type=int, help=argparse.SUPPRESS)  # a process to end with
    demo_ = add(commands, "demo", demo, _("nạp tỉnh mẫu, trích xuất báo cáo và chạy trang web"))
    demo_.add_argument("--no-serve", action="store_true", help=_("không chạy trang web"))


def migrate(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.cli.migrating import migrate_database

    with output.progress(_("Chuẩn bị cơ sở dữ liệu")) as progress:
        applied = migrate_database(progress)
    if applied:
        output.say(_("Đã áp dụng %(count)d bước nâng cấp.") % {"count": len(applied)})
    else:
        output.say(_("Cơ sở dữ liệu đã sẵn sàng, không có gì phải làm."))
    output.result({"ok": True, "applied": applied})
    return True


def serve(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.cli.serving import serve_site

    serve_site(options.host, options.port, options.workers, with_worker=options.with_worker, output=output)
    output.result({"ok": True})
    return True


def worker(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.cli.orphans import end_with_parent
    from temis.cli.working import run_worker

    if options.with_parent:
        end_with_parent(options.with_parent)
    run_worker(wait=not options.once)
    output.result({"ok": True})
    return True


def demo(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.demo.run import run_demo

    output.result(run_demo(serve=not options.no_serve, output=output))
    return True
