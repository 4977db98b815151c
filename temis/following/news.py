"""What people are told as soon as it has happened. (Results and objections are told by the appraisals themselves.)"""

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_save
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from temis.access import P
from temis.accounts.models import Delegation, User
from temis.messaging.actions import Message, notify_in_own_language


def listen() -> None:
    post_save.connect(tell_deputy, sender=Delegation)


def tell_deputy(sender: Any, instance: Delegation, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Who was handed rights hears of it, in the transaction in which it happened."""
    if created and not raw:
        notify_in_own_language(
            User.objects.filter(pk=instance.deputy_id).values("pk"), lambda: _delegation_notice(instance)
        )


def _delegation_notice(delegation: Delegation) -> Message:
    days = {
        "start": date_format(delegation.validity.lower, "SHORT_DATE_FORMAT"),
        "end": date_format(delegation.validity.upper - timedelta(days=1), "SHORT_DATE_FORMAT"),
    }
    rights = "; ".join(str(P(one).label) for one in delegation.permissions)
    return Message(
        kind="delegation.given",
        key=f"delegation:{delegation.pk}",
        subject=_("%(head)s ủy quyền cho thầy/cô từ %(start)s đến hết %(end)s")
        % (days | {"head": delegation.head.display_name}),
        body=_("Các quyền: %(rights)s. Chọn vai trò theo ủy quyền ở đầu trang để làm việc.") % {"rights": rights},
        url=reverse("portal:home"),
    )
