"""One-time codes of the first login: made, read back from paper, kept as a keyed digest (ADR 5)."""

import secrets

from django.utils.crypto import salted_hmac

# Crockford's base 32: no I, L, O, U, so that nothing is misread from paper. 12 letters × 5 bits = 60 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def generate() -> str:
    """A code of 60 random bits in groups of four: 7K2M-9XQ4-TB0V."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def normalise(typed: str) -> str:
    """What somebody typed from paper: case, spaces, dashes and look-alike letters do not matter."""
    return "".join(c for c in typed.upper().translate(_MISREAD) if c in _ALPHABET)


def digest(user_id: int, code: str) -> str:
    """What the database keeps; bound to the user, useless without SECRET_KEY. 64 hexadecimal digits."""
    return salted_hmac("temis.accounts.codes", f"{user_id}:{normalise(code)}", algorithm="sha256").hexdigest()
