"""Data in and out: import, report."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from temis.cli import project
from temis.cli.commands import Commands, add, add_group
from temis.cli.output import Output
from temis.cli.text import gettext as _

if TYPE_CHECKING:
    from temis.exchange.summary import ImportSummary

SHOWN_PROBLEMS = 50
FORMATS = ("json", "html", "xlsx", "docx", "pdf")


def register(commands: Commands) -> None:
    imports = add_group(commands, "import", _("nhập tệp .xlsx hoặc .csv"))
    _add_import(imports, "organizations", _("nhập đơn vị"))
    _add_import(imports, "staff", _("nhập nhân sự"))
    results = _add_import(imports, "results", _("nhập kết quả đánh giá đã hoàn thành"))
    results.add_argument("--year", type=int, required=True, metavar=_("NĂM"), help=_("năm đánh giá"))
    results.add_argument("--standard", required=True, metavar=_("MÃ"), help=_("mã bộ chuẩn, ví dụ GVPT-20/2018"))
    reports = add_group(commands, "report", _("báo cáo của tỉnh và toàn quốc"))
    extract = add(reports, "extract", extract_report, _("trích xuất báo cáo TEMIS"))
    which = extract.add_mutually_exclusive_group()
    which.add_argument("--province", metavar=_("MÃ"), help=_("mã tỉnh; bỏ trống để lấy báo cáo toàn quốc"))
    which.add_argument("--all", action="store_true", help=_("mọi tỉnh và toàn quốc, mỗi báo cáo một thư mục con"))
    extract.add_argument("--year", type=int, required=True, metavar=_("NĂM"), help=_("năm báo cáo"))
    extract.add_argument("--out", type=Path, required=True, metavar=_("THƯ_MỤC"), help=_("nơi ghi báo cáo"))
    extract.add_argument(
        "--formats",
        type=_formats,
        default=FORMATS,
        help=_("các dạng, cách nhau bằng dấu phẩy (mặc định: tất cả)"),
    )
    prove = add(reports, "prove", prove_reports, _("đếm lại toàn bộ, đối chiếu với số đã cộng sẵn và số đã chốt"))
    prove.add_argument("--year", type=int, required=True, metavar=_("NĂM"), help=_("năm báo cáo"))


def _add_import(imports: Commands, kind: str, summary: str) -> argparse.ArgumentParser:
    parser = add(imports, kind, run_import, summary)
    parser.set_defaults(kind=kind, year=None, standard=None)
    parser.add_argument("file", type=Path, metavar=_("TỆP"))
    parser.add_argument("--partial", action="store_true", help=_("nhập các dòng đúng dù có dòng sai"))
    parser.add_argument(
        "--errors", type=Path, metavar=_("TỆP"), help=_("ghi bản sao có thêm cột lỗi để sửa và nhập lại")
    )
    return parser


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown or not chosen:
        raise argparse.ArgumentTypeError(
            _("không có dạng %(unknown)s; chọn trong: %(known)s")
            % {"unknown": ", ".join(unknown) or "“”", "known": ", ".join(FORMATS)}
        )
    return chosen


def run_import(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.exchange import cli as exchange

    with output.progress(_("Nhập %(file)s") % {"file": options.file.name}) as progress:
        summary = exchange.run_import(
            options.kind,
            options.file,
            year=options.year,
            standard=options.standard,
            partial=options.partial,
            errors=options.errors,
            progress=progress,
        )
    _print_summary(summary, output)
    return bool(summary.ok)


def extract_report(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.reporting import cli as reporting

    asked = {"year": options.year, "out": options.out, "formats": options.formats}
    summary: reporting.ExtractSummary | reporting.ExtractAllSummary
    with output.progress(_("Trích xuất báo cáo %(year)d") % {"year": options.year}) as progress:
        if options.all:
            summary = reporting.extract_all(**asked, progress=progress)
        else:
            summary = reporting.extract(province=options.province, **asked, progress=progress)
    output.say(_("Đã ghi báo cáo vào %(folder)s.") % {"folder": options.out})
    output.result({"ok": True, **summary.as_dict()})
    return True


def prove_reports(options: argparse.Namespace, output: Output) -> bool:
    project.set_up()
    from temis.reporting import cli as reporting

    with output.progress(_("Đếm lại năm %(year)d") % {"year": options.year}) as progress:
        summary = reporting.prove(year=options.year, progress=progress)
    if not summary.rollup:
        output.complain(_("Số đã cộng sẵn khác số đếm lại toàn bộ."))
    for name in summary.different:
        output.complain(_("Số đã chốt khác số đếm lại: %(name)s") % {"name": name})
    if summary.ok:
        output.say(_("Số đã cộng sẵn và %(count)d bản đã chốt khớp với số đếm lại.") % {"count": summary.versions})
    output.result(summary.as_dict())
    return summary.ok


def _print_summary(summary: "ImportSummary", output: Output) -> None:
    """What is wrong with which row goes to standard error, as far as anybody reads it there."""
    lines = list(summary.lines())
    problems, rest = lines[: len(summary.problems)], lines[len(summary.problems) :]
    for line in problems[:SHOWN_PROBLEMS]:
        output.complain(line)
    if len(problems) > SHOWN_PROBLEMS:
        more = _("… và %(count)d lỗi khác: dùng --errors để lấy bản sao có cột lỗi, hoặc --json.")
        output.complain(more % {"count": len(problems) - SHOWN_PROBLEMS})
    for line in rest:
        (output.say if summary.ok else output.complain)(line)
    output.result(summary.as_dict())
