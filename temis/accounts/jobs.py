"""Letters about accounts. What opens an account is made here and goes straight into the letter: it never waits in
the queue's table, where somebody could read it."""

from datetime import timedelta
from typing import Any

import structlog
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from temis.accounts.models import User
from temis.core import clock, jobs

log = structlog.get_logger()


@jobs.work("accounts.reset_links")
def send_reset_links(progress: jobs.Progress, user_ids: list[int]) -> None:
    """A link to choose a new password, to each of the users (several may share an address)."""
    for user in User.objects.filter(pk__in=user_ids, is_active=True).exclude(email=""):
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        hours = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) // timedelta(hours=1)
        url = settings.BASE_URL + path.replace("UID-KEY", key)
        write(user, "accounts/mail/reset.txt", {"url": url, "hours": hours})


@jobs.work("accounts.notify")
def notify(progress: jobs.Progress, user_id: int, what: str) -> None:
    """Tell the owner of an account what happened to it (`what`: allauth's name of the event)."""
    user = User.objects.filter(pk=user_id).exclude(email="").first()
    if user is not None:
        with translation.override(user.language):
            event = _EVENTS[what]()
        write(user, "accounts/mail/notice.txt", {"event": event, "at": clock.now()})


_EVENTS = {
    "password_changed": lambda: _("mật khẩu đã được đổi"),
    "password_reset": lambda: _("mật khẩu đã được đặt lại"),
    "totp_activated": lambda: _("xác thực hai bước đã được bật"),
    "totp_deactivated": lambda: _("xác thực hai bước đã được tắt"),
    "recovery_codes_generated": lambda: _("mã dự phòng mới đã được tạo"),
}


def write(user: User, template: str, context: dict[str, object], connection: Any = None) -> None:
    """Send one letter in the user's language; the template's first line is the subject."""
    with translation.override(user.language):
        letter = render_to_string(template, {"user": user, "site": settings.BASE_URL, **context})
    subject, _blank, body = letter.strip().partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [user.email], connection=connection)
    log.info("letter sent", user=user.pk, template=template)
