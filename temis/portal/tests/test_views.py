"""The pages at which everybody starts."""

import pytest
from django.urls import reverse


@pytest.mark.django_db
def test_visitor_gets_the_public_page_and_no_cookie(client):
    answer = client.get("/")

    assert answer.status_code == 200
    assert "Việc cần làm" not in answer.content.decode()
    assert answer.cookies == {}


def test_user_gets_his_tasks_and_his_role(client, cast):
    client.force_login(cast.principal.user)

    page = client.get("/").content.decode()

    assert "<h1>Việc cần làm</h1>" in page
    assert "Hiệu trưởng" in page
    assert "Trường THCS Lê Quý Đôn" in page
    assert "Đang làm thay" not in page


def test_user_without_a_role_is_told_so(client, cast):
    from temis.accounts.models import User

    client.force_login(User.objects.create_user(username="nobody", display_name="Không Vai Trò"))

    answer = client.get("/")

    assert answer.status_code == 200
    assert "chưa có vai trò nào" in answer.content.decode()


def test_delegation_is_always_visible(client, cast):
    from datetime import timedelta

    from django.db.backends.postgresql.psycopg_any import DateRange
    from django.utils import timezone

    from temis.access import P, Role
    from temis.accounts.models import Delegation
    from temis.core import clock

    until = clock.today() + timedelta(days=10)
    delegation = Delegation.objects.create(
        head=cast.principal.user,
        deputy=cast.deputy.user,
        role=Role.PRINCIPAL,
        organization=cast.school_2,
        permissions=[P.PROGRESS_VIEW],
        validity=DateRange(clock.today(), until + timedelta(days=1)),
        reason="Đi công tác",
        created_at=timezone.now(),
    )
    client.force_login(cast.deputy.user)
    session = client.session
    session["assignment"] = f"d{delegation.pk}"
    session.save()

    page = " ".join(client.get("/").content.decode().split())

    assert f"Đang làm thay <strong>Trần Văn Hòa</strong> (Hiệu trưởng) theo ủy quyền đến {until:%d/%m/%Y}." in page


@pytest.mark.django_db
def test_language_is_switched_and_stays_on_the_page(client):
    answer = client.post(reverse("portal:language"), {"language": "en", "next": "/help/"})

    assert answer.url == "/help/"
    assert '<html lang="en">' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_language_does_not_lead_elsewhere(client):
    answer = client.post(reverse("portal:language"), {"language": "en", "next": "https://example.org/"})

    assert answer.url == "/"
