"""Malware scan by ClamAV's daemon, where `TEMIS_CLAMAV` names one ("host:port" or a socket path)."""

from typing import BinaryIO

from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

from temis.evidence.enums import ScanState

TIMEOUT = 60  # seconds; 20 MB take about one


def is_configured() -> bool:
    return bool(settings.CLAMAV)


def scan(content: BinaryIO) -> tuple[ScanState, str]:
    """What the daemon says of the content, and the name of what it found. OSError or ClamdError when it is away."""
    status, found = _daemon().instream(content)["stream"]
    if status == "OK":
        return ScanState.CLEAN, ""
    return (ScanState.INFECTED, found or "") if status == "FOUND" else (ScanState.NOT_SCANNED, "")


def _daemon() -> ClamdNetworkSocket:
    address: str = settings.CLAMAV
    if "/" in address:
        return ClamdUnixSocket(address, timeout=TIMEOUT)
    host, _colon, port = address.rpartition(":")
    return ClamdNetworkSocket(host.strip("[]"), int(port), timeout=TIMEOUT)
