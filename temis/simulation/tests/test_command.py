"""`temis simulate` on the command line: what it says, how it ends."""

import json

import pytest

from temis.cli import main, migrating
from temis.organizations.models import Organization
from temis.people.models import Person
from temis.simulation import run
from temis.simulation.keys import PASSWORD, totp_secret
from temis.simulation.logins import logins
from temis.simulation.tests.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _migrated(monkeypatch):
    monkeypatch.setattr(migrating, "migrate_database", lambda progress: [])


def test_database_with_data_ends_with_1_and_says_what_to_do(capsys):
    """SIM-02."""
    Organization.objects.create(code="X", name="X", kind_id="MOET", path="1")

    assert main(["simulate", "--people", "2000"]) == 1
    assert "chỉ chạy trên cơ sở dữ liệu trống" in capsys.readouterr().err


def test_too_few_people_end_with_1_before_anything_is_touched(capsys, monkeypatch):
    """SIM-01."""
    monkeypatch.setattr(migrating, "migrate_database", lambda progress: pytest.fail("touched the database"))

    assert main(["simulate", "--people", "50"]) == 1
    assert "1200" in capsys.readouterr().err


def test_last_line_sums_up_what_was_made_and_how_to_log_in(world: World, capsys, monkeypatch):
    monkeypatch.setattr(run, "simulate", lambda plan, progress: world.made)
    monkeypatch.setattr(run, "tidy", lambda: None)

    assert main(["simulate", "--people", "2000", "--years", "2", "--seed", "7", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told.keys() == {"ok", "seed", "years", "counts", "password", "totp_secret", "logins"}
    assert (told["password"], told["totp_secret"]) == (PASSWORD, totp_secret(7))
    assert set(told["logins"].values()) == {login.username for login in logins()}


def test_each_login_named_can_log_in_with_the_password(world: World):
    users = [Person.objects.get(code=login.username).user for login in logins()]
    assert [user.username for user in users if not user.check_password(PASSWORD)] == []
    second = [login.username for login in logins() if login.needs_second_factor]
    assert [u.username for u in users if u.authenticator_set.filter(type="totp").exists()] == second
