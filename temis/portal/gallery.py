"""What the gallery shows: made-up people and figures."""

from typing import Any


def examples() -> dict[str, Any]:
    return {}
