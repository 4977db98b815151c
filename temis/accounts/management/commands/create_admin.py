"""temis manage create_admin: an administrator who logs in with a one-time code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.accounts.actions import create_administrator
from temis.core.errors import RuleViolation


class Command(BaseCommand):
    help = gettext_lazy("Tạo tài khoản quản trị hệ thống và in mã đăng nhập lần đầu")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, code = create_administrator(options["username"], options["name"], options["email"])
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Tài khoản: %(username)s\nMã đăng nhập lần đầu: %(code)s") % {"username": user.username, "code": code}
        )
