"""The notices of the one in front of the page, and the state of outgoing mail for those who run the installation."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P
from temis.core.http import ScopedRequest, reads, writes
from temis.core.paging import keyset
from temis.messaging import actions, sms
from temis.messaging.enums import IN_TROUBLE, Channel, MailState
from temis.messaging.models import Mail, Notice, Preference

__all__ = ["choose_channel", "mails", "notices", "read", "read_all", "resend", "resend_failed"]


@reads(P.HOME)
def notices(request: ScopedRequest) -> HttpResponse:
    """Newest first; unread ones marked."""
    mine = Notice.objects.filter(user_id=request.scope.user_id)
    page = {
        "page": keyset(
            mine, ["-id"], after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=30
        ),
        "unread": mine.filter(read_at=None).count(),
        "page_only": Preference.objects.filter(user_id=request.scope.user_id, by_mail=False).exists(),
    }
    return render(request, "messaging/notices.html", page)


@writes(P.HOME)
def read_all(request: ScopedRequest) -> HttpResponse:
    actions.mark_read(request.scope)
    return redirect("messaging:notices")


@writes(P.HOME)
def read(request: ScopedRequest, pk: int) -> HttpResponse:
    """One notice, seen; then where it leads."""
    actions.mark_read(request.scope, [pk])
    notice = Notice.objects.filter(user_id=request.scope.user_id, pk=pk).first()
    return redirect(notice.url if notice and notice.url else "messaging:notices")


@writes(P.HOME)
def choose_channel(request: ScopedRequest) -> HttpResponse:
    by_mail = request.POST.get("by_mail") == "1"
    actions.choose_channel(request.scope, by_mail=by_mail)
    chosen = (
        _("Từ nay thầy/cô nhận mỗi ngày một thư khi có thông báo mới.")
        if by_mail
        else _("Từ nay thông báo chỉ có ở trang này.")
    )
    messages.success(request, chosen)
    return redirect("messaging:notices")


@reads(P.SYSTEM_MANAGE)
def mails(request: ScopedRequest) -> HttpResponse:
    """What did not go out, and what nobody knows of; how many wait and were sent."""
    chosen = request.GET.get("state", "")
    channel = request.GET.get("channel", "")
    rows = (
        Mail.objects.filter(state=chosen) if chosen in MailState.values else Mail.objects.filter(state__in=IN_TROUBLE)
    )
    if channel in Channel.values:
        rows = rows.filter(channel=channel)
    counts = dict(Mail.objects.exclude(state=MailState.SENT).values_list("state").annotate(n=Count("pk")).order_by())
    page = {
        "page": keyset(
            rows.select_related("user"),
            ["-id"],
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        ),
        "counts": [(state, counts.get(state.value, 0)) for state in MailState if state != MailState.SENT],
        "failed": counts.get(MailState.FAILED, 0),
        "states": MailState.choices,
        "channels": Channel.choices,
        "chosen": chosen,
        "channel": channel,
        "in_trouble": IN_TROUBLE,
        "has_gateway": sms.is_configured(),
    }
    return render(request, "messaging/mails.html", page)


@writes(P.SYSTEM_MANAGE)
def resend(request: ScopedRequest, pk: int) -> HttpResponse:
    mail = actions.resend(pk, scope=request.scope)
    messages.success(request, _("Thư tới %(address)s sẽ được gửi lại trong vài phút.") % {"address": mail.address})
    return redirect(_back(request))


@writes(P.SYSTEM_MANAGE)
def resend_failed(request: ScopedRequest) -> HttpResponse:
    count = actions.resend_failed(scope=request.scope)
    message = ngettext("%(count)s thư sẽ được gửi lại.", "%(count)s thư sẽ được gửi lại.", count) % {"count": count}
    messages.success(request, message)
    return redirect("messaging:mails")


def _back(request: ScopedRequest) -> str:
    """The same list as before: its filters come along with the form."""
    query = request.POST.get("query", "")
    return f"{reverse('messaging:mails')}?{query}"
