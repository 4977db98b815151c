"""Password and second factor of all simulated people. Needs nothing of Django: scripts that log in import it."""

import hashlib
from base64 import b32encode
from time import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

PASSWORD = "temis-mo-phong"


def _key(seed: int) -> bytes:
    return hashlib.sha256(f"temis simulation {seed}".encode()).digest()[:20]


def totp_secret(seed: int) -> str:
    """The secret of everybody's authenticator app, as such an app takes it (base 32)."""
    return b32encode(_key(seed)).decode()


def current_code(seed: int) -> str:
    """The six digits such an app shows now."""
    return TOTP(_key(seed), 6, SHA1(), 30).generate(int(time())).decode()
