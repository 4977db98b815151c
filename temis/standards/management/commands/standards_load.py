"""`temis standards load FILE…`: bring editions of the standards to what their files say."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.core.errors import RuleViolation
from temis.standards.actions import Loaded, correct_edition, load_editions

SAID = {
    "CREATED": gettext_lazy("đã thêm"),
    "UPDATED": gettext_lazy("đã cập nhật"),
    "UNCHANGED": gettext_lazy("không có gì thay đổi"),
    "LOCKED": gettext_lazy("đang được dùng nên giữ nguyên; muốn sửa câu chữ, hãy thêm --correct"),
}


class Command(BaseCommand):
    help = _("Nạp bộ chuẩn từ tệp JSON. Không nêu tệp: nạp các bộ chuẩn kèm theo chương trình.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=_("tệp JSON của bộ chuẩn"))
        parser.add_argument(
            "--correct",
            action="store_true",
            help=_("sửa câu chữ, ghi chú, ngày hết hiệu lực của cả bộ chuẩn đang được dùng"),
        )
        parser.add_argument("--json", action="store_true", help=_("dòng cuối là kết quả dạng JSON"))

    def handle(self, *, files: list[Path], correct: bool, json: bool, **_options: Any) -> None:
        if correct and not files:
            raise CommandError(_("Hãy nêu tệp cần sửa cùng với --correct."), returncode=2)
        try:
            results = [correct_edition(file) for file in files] if correct else load_editions(files or None)
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        for result in results:
            self.stdout.write(f"{result.code}: {SAID[result.outcome]}")
        if json:
            self.stdout.write(_summary(results))


def _summary(results: list[Loaded]) -> str:
    return json.dumps({"editions": {result.code: result.outcome for result in results}}, ensure_ascii=False)
