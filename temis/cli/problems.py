"""What went wrong, in words for whoever runs the command."""

from temis.cli.text import gettext as _
from temis.core.postgres import PostgresError


class CommandError(Exception):
    """A command cannot be done; the message says why."""


def is_expected(error: Exception) -> bool:
    """Whether the message is all there is to say; anything else also shows where it happened."""
    return isinstance(error, (CommandError, PostgresError, OSError, *_of_django()))


def explain(error: Exception) -> str:
    if isinstance(error, PostgresError):
        return _(error.message) % error.values
    if isinstance(error, FileNotFoundError):
        return _("Không tìm thấy %(file)s.") % {"file": error.filename}
    if isinstance(error, OSError) and error.filename:
        values = {"file": error.filename, "reason": error.strerror}
        return _("Không dùng được %(file)s: %(reason)s") % values
    if not isinstance(error, CommandError) and not is_expected(error):
        return _("Có lỗi ngoài dự kiến: %(error)s") % {"error": repr(error)}
    return str(error)


def _of_django() -> tuple[type[Exception], ...]:
    """Errors with a message of their own, once the project is set up."""
    from django.apps import apps  # slow, and needed only when something went wrong

    if not apps.ready:
        return ()
    from django.core.management import CommandError as DjangoCommandError
    from django.db import OperationalError

    from temis.core.errors import TemisError

    return (TemisError, OperationalError, DjangoCommandError)
