"""Commands of the operator: the first administrator, and a lost second factor."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.management import CommandError, call_command

from temis.access import P, Reach
from temis.accounts.actions import find_by_code
from temis.accounts.models import User
from temis.core.models import AuditEntry
from temis.people.assignments import assignments_of, scope_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _run(command: str, **options: str) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_create_admin_without_any_body_says_what_to_do_first():
    with pytest.raises(CommandError, match="Nạp danh sách đơn vị trước"):
        _run("create_admin", username="quan-tri", name="Lê Quản Trị")

    assert not User.objects.exists()


def test_create_admin_with_a_taken_name_is_refused(cast: Cast):
    with pytest.raises(CommandError, match="đã có"):
        _run("create_admin", username="93001", name="Lê Quản Trị")


def test_create_admin_reaches_the_whole_country_with_a_code_that_works(cast: Cast):
    shown = _run("create_admin", username="quan-tri", name="Lê Quản Trị")

    code = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", shown)
    user = find_by_code("QUAN-TRI", code[0])
    assert user is not None
    (held,) = assignments_of(user)
    scope = scope_of(held, user)
    assert (scope.unit_id, scope.reach(P.SYSTEM_MANAGE), scope.person_id) == (cast.ministry.pk, Reach.SUBTREE, None)
    assert not user.has_usable_password()


def test_reset_second_factor_removes_phone_and_recovery_codes_and_says_so(cast: Cast):
    user = cast.user("province_officer")
    totp.TOTP.activate(user, totp.generate_totp_secret())

    _run("reset_second_factor", username="93201")

    assert not Authenticator.objects.filter(user=user).exists()
    entry = AuditEntry.objects.get(action="account.second_factor_off")
    assert (entry.object_id, entry.user_id) == (str(user.pk), None)
