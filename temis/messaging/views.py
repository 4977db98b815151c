"""The notices of the one in front of the page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from temis.access import P
from temis.core.http import ScopedRequest, reads, writes
from temis.core.paging import keyset
from temis.messaging import actions
from temis.messaging.models import Notice

__all__ = ["notices", "read_all"]


@reads(P.HOME)
def notices(request: ScopedRequest) -> HttpResponse:
    """Newest first; unread ones marked."""
    mine = Notice.objects.filter(user_id=request.scope.user_id)
    page = keyset(mine, ["-id"], after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=30)
    unread = mine.filter(read_at=None).exists()
    return render(request, "messaging/notices.html", {"page": page, "unread": unread})


@writes(P.HOME)
def read_all(request: ScopedRequest) -> HttpResponse:
    actions.mark_read(request.scope)
    return redirect("messaging:notices")
