"""What can go wrong for a reason that a person can be told."""

from django.utils.functional import Promise

from temis.access.scope import NotPermitted

__all__ = ["NotPermitted", "RuleViolation", "TemisError"]


class TemisError(Exception):
    """Base of the errors that carry a message for the person in front of the page."""


class RuleViolation(TemisError):
    """A rule of the house or of a circular says no; the message says what to do instead.

    `rule_id` is the id of docs/rules.md (APR-02); `field` names the form field the message belongs to.
    """

    def __init__(self, rule_id: str, message: str | Promise, field: str | None = None) -> None:
        super().__init__(rule_id, message)
        self.rule_id, self.message, self.field = rule_id, message, field

    def __str__(self) -> str:
        return str(self.message)
