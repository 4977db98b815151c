"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "scope": getattr(request, "scope", None),
        "assignments": getattr(request, "assignments", ()),
        "languages": settings.LANGUAGES,
        "is_demo": settings.DEMO,
        "reading": getattr(request, "reading", None),
    }
