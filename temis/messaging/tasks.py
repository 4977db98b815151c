"""What is due from those who run the installation: mail that did not go out."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from temis.access import P, Scope
from temis.core.tasks import Task
from temis.messaging.enums import IN_TROUBLE
from temis.messaging.models import Mail


def tasks(scope: Scope) -> list[Task]:
    if not scope.has(P.SYSTEM_MANAGE):
        return []
    count = Mail.objects.filter(state__in=IN_TROUBLE).count()
    if not count:
        return []
    state = ngettext("%(count)s thư, tin nhắn", "%(count)s thư, tin nhắn", count) % {"count": count}
    return [
        Task(title=_("Xem thư không gửi được"), state=state, url=reverse("messaging:mails"), button=_("Xem và gửi lại"))
    ]
