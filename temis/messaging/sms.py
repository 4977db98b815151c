"""The interface for SMS gateways; which one, if any, is a setting of the installation (`TEMIS_SMS_GATEWAY`).

See docs/how-to/sms-gateway.md. Texts are without diacritics: every gateway takes them, and they cost one
part, not three.
"""

# text: data

import unicodedata
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsError(Exception):
    """The gateway did not take the message; it is tried again later."""


class SmsGateway(Protocol):
    """Sends one text to one number, or raises SmsError. Made once per process, without arguments.

    `number` stands as in the person's record (`0912 345 678`); `reference` is the same whenever the same message is
    tried again, so that a gateway that knows it can refuse a second copy. Returning means that the message was taken.
    Any other error leaves the message UNSURE: it is never sent again by itself.
    """

    def send(self, number: str, text: str, *, reference: str) -> None: ...


def is_configured() -> bool:
    return bool(settings.SMS_GATEWAY)


@cache
def _made(path: str) -> SmsGateway:
    made: SmsGateway = import_string(path)()
    return made


def gateway() -> SmsGateway:
    if not is_configured():
        raise SmsError("no SMS gateway is configured")
    return _made(settings.SMS_GATEWAY)


def plain(text: str) -> str:
    """The same text without diacritics."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
