"""Keys derived from SECRET_KEY, one for each purpose."""

import base64

from django.utils.crypto import salted_hmac


def key(purpose: str) -> bytes:
    """32 bytes in the form that Fernet wants."""
    return base64.urlsafe_b64encode(salted_hmac("temis.accounts.keys", purpose, algorithm="sha256").digest())
