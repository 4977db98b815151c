"""Pages of no domain."""

import pytest
from django.urls import reverse

from temis.core import clock
from temis.core.models import Job, JobState


def make_job(user, **changes) -> Job:
    return Job.objects.create(
        kind="test", title="Nạp danh sách nhân sự", user_id=user.pk, created_at=clock.now(), **changes
    )


def test_job_is_shown_to_the_one_who_asked_for_it(client, cast):
    job = make_job(cast.teacher.user, state=JobState.RUNNING, done=42, total=100, doing="Đang kiểm tra")
    client.force_login(cast.teacher.user)

    page = client.get(reverse("core:job", args=[job.pk])).content.decode()

    assert "42/100 (42%)" in page
    assert f'hx-get="{reverse("core:job", args=[job.pk])}"' in page


def test_job_of_somebody_else_does_not_exist(client, cast):
    job = make_job(cast.principal.user, message="Danh sách của hiệu trưởng")
    client.force_login(cast.teacher.user)

    answer = client.get(reverse("core:job", args=[job.pk]))

    assert answer.status_code == 404
    assert "Danh sách của hiệu trưởng" not in answer.content.decode()


def test_finished_job_is_not_asked_for_again(client, cast):
    job = make_job(
        cast.teacher.user, state=JobState.DONE, finished_at=clock.now(), message="Đã nạp 100 người.", result_url="/x/"
    )
    client.force_login(cast.teacher.user)

    answer = client.get(reverse("core:job", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in answer
    assert "hx-get" not in answer
    assert 'href="/x/"' in answer


@pytest.mark.django_db
def test_health_and_robots_need_no_login(client):
    assert client.get("/health/").json() == {"status": "ok"}
    assert "Disallow: /accounts/" in client.get("/robots.txt").content.decode()


@pytest.mark.django_db
def test_page_allows_nothing_from_elsewhere_and_nothing_inline(client):
    answer = client.get("/gallery/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("status", [404, 500])
def test_error_page_speaks_vietnamese(client, db, settings, monkeypatch, status):
    client.raise_request_exception = False
    if status == 500:
        monkeypatch.setattr("temis.portal.views.editions_in_force", lambda: 1 / 0)

    answer = client.get("/" if status == 500 else "/no-such-page/")

    assert answer.status_code == status
    assert {404: "Không tìm thấy trang", 500: "Hệ thống đang gặp lỗi"}[status] in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/standards/%00/", "/reports/?year=%00"])
def test_zero_byte_in_the_address_is_told_in_words(client, address):
    answer = client.get(address)

    assert answer.status_code == 400
    assert "Không đọc được yêu cầu" in answer.content.decode()


def test_more_text_than_is_taken_is_told_in_words(client, cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(cast.teacher.user)

    answer = client.post(reverse("people:profile"), {"phone": "0" * 2000})

    assert answer.status_code == 400
    assert "nội dung đã nhập vẫn còn" in answer.content.decode()


def test_address_of_a_button_opened_by_hand_says_so(client, cast):
    client.force_login(cast.principal.user)

    answer = client.get(reverse("appraisals:retract"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "chỉ dùng khi bấm một nút" in answer.content.decode()
