"""Errors of the embedded server."""


def gettext_noop(message: str) -> str:
    """Mark for translation. Django's own needs settings, and these errors come up while settings load."""
    return message


class PostgresError(RuntimeError):
    """`message` is a translatable text with `%(name)s` places; whoever shows it translates it."""

    def __init__(self, message: str, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message % values)
