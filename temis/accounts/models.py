"""Users, explicit grants of a role, delegations. Roles that follow from an employment are not stored here but derived
(`people.RoleAssignment`): a right stored twice is a right that leaks."""

from importlib import import_module
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from temis.access import P, Role, ScopedQuerySet
from temis.organizations.models import Organization


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


@pghistory.track(exclude=["password", "last_login", "code_digest"])
class User(AbstractBaseUser):
    """Somebody who logs in. `username` is the person's code of the sector database unless chosen otherwise."""

    username = models.CharField(_("tên đăng nhập"), max_length=60, unique=True)
    display_name = models.CharField(_("họ và tên"), max_length=200)
    email = models.EmailField(_("thư điện tử"), blank=True)
    is_active = models.BooleanField(_("được đăng nhập"), default=True)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    # The one-time code of the first login, as a keyed digest; the code itself has 60 random bits.
    code_digest = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(_("mã đăng nhập lần đầu dùng được đến"), null=True)
    # Sessions that began before it have ended, whatever else they would show (see `get_session_auth_hash`).
    sessions_ended_at = models.DateTimeField(_("các phiên đã kết thúc lúc"), null=True)
    date_joined = models.DateTimeField(_("lập lúc"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        verbose_name = _("tài khoản")
        indexes = [
            # Names of login are compared without regard to case.
            models.Index(Upper("username"), name="user_username_any_case"),
            models.Index(fields=["email"], condition=~Q(email=""), name="user_email"),
            # When nearly everybody has come, the few who have not are found without going through the country.
            models.Index(fields=["id"], condition=Q(last_login=None), name="user_never_logged_in"),
            models.Index(fields=["id"], condition=Q(is_active=False), name="user_locked"),
        ]
        constraints = [
            models.CheckConstraint(
                name="user_code_iff_expiry",
                condition=Q(code_digest="", code_expires_at=None)
                | (~Q(code_digest="") & Q(code_expires_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """What a session keeps and each request compares: a new password or `sessions_ended_at` ends all."""
        ended = self.sessions_ended_at.timestamp() if self.sessions_ended_at else 0
        return salted_hmac("temis.accounts.session", f"{self.password}|{ended:.6f}", algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used; rights are `temis.access`."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


@pghistory.track()
class Grant(models.Model):
    """A role given to somebody by name (lãnh đạo Sở, Trưởng phòng, quản trị), for a time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("người được phân vai trò"))
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants", verbose_name=_("đơn vị"))
    validity = DateRangeField(_("thời hạn"))
    reason = models.CharField(_("căn cứ"), max_length=300)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("người phân vai trò")
    )
    granted_at = models.DateTimeField(_("phân vai trò lúc"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("phân vai trò")
        constraints = [
            models.CheckConstraint(name="grant_known_role", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="grant_not_to_oneself", condition=~Q(user=F("granted_by"))),
        ]


@pghistory.track()
class Delegation(models.Model):
    """Named rights of a head, handed to a deputy for a period; ends by itself, or earlier."""

    head = models.ForeignKey(User, models.PROTECT, related_name="delegations_given", verbose_name=_("người ủy quyền"))
    deputy = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_held", verbose_name=_("người được ủy quyền")
    )
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="delegations", verbose_name=_("đơn vị"))
    permissions = ArrayField(models.CharField(max_length=30, choices=P), verbose_name=_("quyền"))
    validity = DateRangeField(_("thời hạn"))
    reason = models.CharField(_("lý do"), max_length=300)
    created_at = models.DateTimeField(_("ủy quyền lúc"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ủy quyền")
        constraints = [
            models.CheckConstraint(name="delegation_not_to_oneself", condition=~Q(head=F("deputy"))),
            models.CheckConstraint(name="delegation_names_rights", condition=Q(permissions__len__gt=0)),
            models.CheckConstraint(name="delegation_has_an_end", condition=Q(validity__endswith__isnull=False)),
        ]


class Session(AbstractBaseSession):
    """An open session. It names its user, so that he and his roles are read with it (`people.sessions`)."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("phiên làm việc")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore
