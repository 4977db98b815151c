"""temis manage reset_second_factor: for somebody who has lost both the phone and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.accounts.actions import remove_second_factor
from temis.accounts.models import User
from temis.core import audit


class Command(BaseCommand):
    help = gettext_lazy("Gỡ xác thực hai bước của người mất cả điện thoại lẫn mã dự phòng")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            raise CommandError(_("Không có tài khoản này."))
        remove_second_factor(user)
        audit.record("account.second_factor_off", scope=None, target=user)
        self.stdout.write(_("Đã gỡ. Lần đăng nhập tới, hệ thống sẽ hướng dẫn thiết lập lại."))
