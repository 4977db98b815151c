"""The interface for SMS gateways; which one, if any, is a setting of the installation (`TEMIS_SMS_GATEWAY`)."""

from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsError(Exception):
    """The gateway did not take the message."""


class SmsGateway(Protocol):
    """Sends one text to one number, or raises SmsError. Made once per process, without arguments."""

    def send(self, number: str, text: str) -> None: ...


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
