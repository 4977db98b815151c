"""Errors of the embedded server. Raised while settings load, so they cannot be translated yet."""

from django.utils.translation import gettext_noop

__all__ = ["PostgresError", "gettext_noop"]


class PostgresError(RuntimeError):
    """`message` is a translatable text with `%(name)s` places; whoever shows it translates it."""

    def __init__(self, message: str, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message % values)
