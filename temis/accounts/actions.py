"""Every write on accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import Role, Scope
from temis.accounts import codes
from temis.accounts.models import Grant, User
from temis.accounts.rules import check_other, check_reason
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.core.models import AuditEntry
from temis.organizations.models import Organization


@dataclass(frozen=True)
class About:
    """Whose record a change of an account belongs to, and which body reads of it."""

    person_id: int
    organization_id: int | None


def store_codes(user_ids: list[int]) -> dict[int, str]:
    """ACC-14. Make a new one-time code for each user, keep the digests in one statement; returns the codes by user.

    What opened the account before is worth nothing from then on: an earlier code, the password, running sessions
    (they hold on to the password). `!` begins what Django takes for no password at all.
    """
    made = {pk: codes.generate() for pk in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user u SET code_digest = v.digest, code_expires_at = %s,"
            " password = '!' || replace(gen_random_uuid()::text, '-', '')"
            " FROM unnest(%s::bigint[], %s::text[]) AS v(id, digest) WHERE u.id = v.id AND u.is_active",
            [code_expiry(), list(made), [codes.digest(pk, code) for pk, code in made.items()]],
        )
    return made


def code_expiry() -> datetime:
    return clock.now() + timedelta(days=settings.FIRST_CODE_DAYS)


def find_by_code(username: str, code: str) -> User | None:
    """The user whose one-time code this is, while it is valid."""
    user = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if user is None:
        return None
    valid = User.objects.filter(pk=user.pk, code_digest=codes.digest(user.pk, code), code_expires_at__gt=clock.now())
    return valid.first()


@transaction.atomic
def redeem_code(user_id: int, digest: str, password: str) -> User:
    """ACC-07. Choose one's own password with a one-time code; the code is used up, other sessions end."""
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None or not digest or user.code_digest != digest or (user.code_expires_at or clock.now()) <= clock.now():
        raise RuleViolation("ACC-07", _("Mã đã được dùng hoặc đã hết hạn. Đề nghị nhà trường cấp mã mới."))
    user.set_password(password)
    user.code_digest, user.code_expires_at = "", None
    user.save(update_fields=["password", "code_digest", "code_expires_at"])
    audit.record("account.first_login", scope=None, by=user, target=user, rule_id="ACC-07")
    return user


@transaction.atomic
def lock_account(user_id: int, reason: str, about: About, *, scope: Scope) -> tuple[User, AuditEntry]:
    """ACC-12, ACC-13. Nobody gets in: sessions end, a code that was issued is worth nothing. The password stays for the
    day on which the account is unlocked."""
    user = _locked_row(user_id, scope)
    check_reason(reason)
    if not user.is_active:
        raise RuleViolation("ACC-13", _("Tài khoản này đã bị khóa rồi. Hãy tải lại trang."))
    user.is_active, user.code_digest, user.code_expires_at = False, "", None
    user.sessions_ended_at = clock.now()
    user.save(update_fields=["is_active", "code_digest", "code_expires_at", "sessions_ended_at"])
    return user, _record("account.lock", "ACC-13", user, reason, scope, about)


@transaction.atomic
def unlock_account(user_id: int, reason: str, about: About, *, scope: Scope) -> tuple[User, AuditEntry]:
    """ACC-12. Open again with the password it had; sessions of before stay ended."""
    user = _locked_row(user_id, scope)
    check_reason(reason)
    if user.is_active:
        raise RuleViolation("ACC-13", _("Tài khoản này đã được mở rồi. Hãy tải lại trang."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user, _record("account.unlock", "ACC-12", user, reason, scope, about)


@transaction.atomic
def reset_second_factor(user_id: int, reason: str, about: About, *, scope: Scope) -> tuple[User, AuditEntry]:
    """ACC-12. For somebody who lost telephone and recovery codes: taken off, sessions end, set up anew at the next
    login where the role needs it."""
    user = _locked_row(user_id, scope)
    check_reason(reason)
    if not remove_second_factor(user):
        raise RuleViolation("ACC-12", _("Tài khoản này không có xác thực hai bước. Hãy tải lại trang."))
    return user, _record("account.second_factor_reset", "ACC-12", user, reason, scope, about)


def remove_second_factor(user: User) -> bool:
    """Whether there was one. Sessions that have shown it end too: the telephone may be in other hands."""
    removed, _by_model = Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(sessions_ended_at=clock.now())
    return bool(removed)


def _locked_row(user_id: int, scope: Scope) -> User:
    """The account for a change. The one who acts is locked with it, in one order: of two who lock each other at the
    same time, the second finds himself locked and changes nothing."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[user_id, scope.user_id]).order_by("pk")
    found = {user.pk: user for user in rows}
    check_other(user_id, scope.user_id)
    if not found[scope.user_id].is_active:
        raise RuleViolation("ACC-13", _("Tài khoản của thầy/cô vừa bị khóa, nên không làm được việc này."))
    return found[user_id]


def _record(action: str, rule: str, user: User, reason: str, scope: Scope, about: About) -> AuditEntry:
    return audit.record(
        action,
        scope=scope,
        target=user,
        rule_id=rule,
        note=reason,
        person_id=about.person_id,
        organization_id=about.organization_id,
    )


@transaction.atomic
def create_administrator(username: str, name: str, email: str = "") -> tuple[User, str]:
    """An administrator of the whole installation, and the one-time code of his first login."""
    root = Organization.objects.filter(parent=None, is_open=True).order_by("id").first()
    if root is None:
        raise RuleViolation("ACC-08", _("Chưa có đơn vị nào. Nạp danh sách đơn vị trước."))
    if User.objects.filter(username__iexact=username).exists():
        raise RuleViolation("ACC-08", _("Tên đăng nhập này đã có. Chọn tên khác."))
    user = User.objects.create_user(username=username, display_name=name, email=email.lower())
    Grant.objects.create(
        user=user,
        role=Role.ADMINISTRATOR,
        organization=root,
        validity=DateRange(clock.today(), None),
        reason=_("Tạo bằng lệnh create_admin"),
        granted_at=clock.now(),
    )
    audit.record("grant.give", scope=None, target=user, organization_id=root.pk, note=Role.ADMINISTRATOR)
    return user, store_codes([user.pk])[user.pk]
