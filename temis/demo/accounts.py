"""Accounts of the demo's cast: one known password, a second factor whose code the demo page shows."""

import hashlib
from base64 import b32encode
from datetime import date
from time import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP as TotpCode
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from temis.access import SECOND_FACTOR, Role
from temis.accounts.models import Grant, User
from temis.core import clock
from temis.demo.cast import DemoLogin
from temis.organizations.enums import Tier
from temis.organizations.models import Organization

PASSWORD = "temis-thu-nghiem"
# Heads of bodies hold a role by name; of the others the employment says it all.
_HEADS = {Tier.LOCAL: Role.LOCAL_LEADER, Tier.PROVINCE: Role.PROVINCE_LEADER, Tier.NATION: Role.MINISTRY_LEADER}
_SINCE = date(2018, 8, 15)


def needs_second_factor(login: DemoLogin) -> bool:
    return Role(login.role) in SECOND_FACTOR


@transaction.atomic
def make_accounts(cast: list[DemoLogin], heads: dict[str, str]) -> None:
    """Passwords and second factors of the cast; the named roles of all heads (`heads`: body code → person code)."""
    users = User.objects.filter(username__in=[login.person_code for login in cast])
    users.update(password=make_password(PASSWORD))
    by_name = {user.username: user for user in users}
    for login in cast:
        if needs_second_factor(login):
            TOTP.activate(by_name[login.person_code], _secret(login.person_code))
    _grant_heads(heads)
    root = Organization.objects.get(parent=None, kind_id="MOET")
    for login in cast:
        if login.role == Role.ADMINISTRATOR:
            _grants([(by_name[login.person_code].pk, Role.ADMINISTRATOR, root.pk)])


def _grant_heads(heads: dict[str, str]) -> None:
    bodies = {
        b.code: b for b in Organization.objects.filter(code__in=heads, kind__tier__in=_HEADS).select_related("kind")
    }
    users = dict(User.objects.filter(username__in=heads.values()).values_list("username", "id"))
    _grants([(users[heads[code]], _HEADS[Tier(body.kind.tier)], body.pk) for code, body in bodies.items()])


def _grants(rows: list[tuple[int, Role, int]]) -> None:
    Grant.objects.bulk_create(
        Grant(
            user_id=user,
            role=role,
            organization_id=body,
            validity=DateRange(_SINCE, None),
            reason="Dữ liệu thử nghiệm",
            granted_at=clock.now(),
        )
        for user, role, body in rows
    )


def _secret(code: str) -> str:
    """The same for the same person, so that an authenticator app set up once goes on working with a new demo."""
    return b32encode(hashlib.sha256(f"temis demo {code}".encode()).digest()[:20]).decode()


def current_code(user: User) -> str:
    """The six digits an authenticator app would show now; empty without a second factor."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return ""
    key = hashlib.sha256(f"temis demo {user.username}".encode()).digest()[:20]
    return TotpCode(key, 6, SHA1(), 30).generate(int(time())).decode()
