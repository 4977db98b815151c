# text: data
"""What the gallery shows: made-up people and figures, each piece in all its states."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from temis.core import clock
from temis.core.models import Job, JobState
from temis.core.paging import Page
from temis.core.tasks import Task

LONG_NAME = "Nguyễn Hoàng Thị Phương Khánh Quỳnh Trang"  # forty letters


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=100)
    born = forms.DateField(
        label=gettext_lazy("Ngày sinh"), help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 6/5/1985"), required=False
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Cấp học"), choices=[("", "–"), ("TH", "Tiểu học"), ("THCS", "THCS"), ("THPT", "THPT")]
    )
    core = forms.ChoiceField(
        label=gettext_lazy("Cốt cán"),
        choices=[("1", gettext_lazy("Có")), ("0", gettext_lazy("Không"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agrees = forms.BooleanField(label=gettext_lazy("Tôi đã kiểm tra các thông tin trên"))


def examples() -> dict[str, Any]:
    return {
        "tasks": _tasks(),
        "form": ExampleForm(prefix="empty"),
        "wrong_form": ExampleForm({"wrong-name": "", "wrong-born": "31/13/1985", "wrong-core": "1"}, prefix="wrong"),
        "descriptors": _descriptors(),
        "jobs": _jobs(),
        "deadlines": _deadlines(),
        "now": clock.now(),
        "trail": _trail(),
        "chart": _chart(),
        "provinces_2020": _provinces(until_2025=True),
        "provinces_2025": _provinces(until_2025=False),
        "map_key": _map_key(),
        "page": Page([], next="x", previous="y"),
        "long_name": LONG_NAME,
        "rows": _rows(),
    }


def _tasks() -> list[Task]:
    today = clock.today()
    return [
        Task(
            title=_("Tự đánh giá theo chuẩn nghề nghiệp"),
            for_whom=_("Đợt năm 2020"),
            state=_("Đã làm 6/15 tiêu chí"),
            due=today - timedelta(days=2),
            url="#tasks",
            button=_("Làm tiếp"),
        ),
        Task(
            title=_("Góp ý kiến cho đồng nghiệp"),
            for_whom=_("4 thầy cô trong Tổ Khoa học tự nhiên"),
            due=today + timedelta(days=3),
            url="#tasks",
            button=_("Bắt đầu"),
        ),
        Task(
            title=_("Xếp loại giáo viên"),
            for_whom=LONG_NAME,
            due=today + timedelta(days=30),
            blocked_by=_("Chờ thầy cô gửi tự đánh giá"),
        ),
        Task(title=_("Bổ sung hồ sơ"), state=_("Xong ngày 12/11"), done=True, url="#tasks", button=_("Xem")),
    ]


def _descriptors() -> dict[str, str]:
    return {
        "D": _("Thực hiện được việc kiểm tra, đánh giá theo kế hoạch của tổ chuyên môn."),
        "K": _("Chủ động cập nhật, vận dụng hình thức, phương pháp kiểm tra, đánh giá phù hợp với học sinh."),
        "T": _("Hướng dẫn, hỗ trợ đồng nghiệp triển khai hiệu quả việc kiểm tra, đánh giá."),
    }


def _jobs() -> list[Job]:
    """Not saved: the running ones are finished for the page, so that nothing asks for them."""
    started = clock.now() - timedelta(minutes=1)
    common = {"title": _("Nạp danh sách nhân sự"), "created_at": started, "total": 7000}
    return [
        Job(pk=0, state=JobState.WAITING, **common),
        Job(pk=0, state=JobState.RUNNING, doing=_("Đang kiểm tra dòng"), done=4200, **common),
        Job(
            pk=0,
            state=JobState.DONE,
            finished_at=clock.now(),
            message=_("Đã nạp 7.000 người."),
            result_url="#",
            **common,
        ),
        Job(pk=0, state=JobState.FAILED, finished_at=clock.now(), message=_("Dòng 214: thiếu họ và tên."), **common),
    ]


def _deadlines() -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {"label": _("Tự đánh giá"), "due": today - timedelta(days=9), "done": True},
        {"label": _("Lấy ý kiến"), "due": today - timedelta(days=1), "state": _("còn 7 người")},
        {"label": _("Thủ trưởng đánh giá"), "due": today + timedelta(days=4), "current": True},
        {"label": _("Chiết xuất báo cáo"), "due": today + timedelta(days=32)},
    ]


def _trail() -> list[dict[str, str]]:
    names = (
        "Sở Giáo dục và Đào tạo Hậu Giang",
        "Phòng Giáo dục và Đào tạo thành phố Vị Thanh",
        "Trường THCS Lê Quý Đôn",
    )
    return [{"label": name, "url": "#trail"} for name in names]


def _chart() -> list[dict[str, Any]]:
    """The overall results published for Hậu Giang in 2020, then two that test the limits."""
    return [
        {"label": _("Tổng số"), "counts": [4, 223, 2790, 2696]},
        {"label": _("Nữ"), "counts": {"CD": 1, "D": 96, "K": 1502, "T": 1511}},
        {"label": _("Chưa có ai"), "counts": [0, 0, 0, 0]},
    ]


def _provinces(*, until_2025: bool) -> list[dict[str, Any]]:
    """Invented shares, the same for the same province."""
    source = Path(settings.BASE_DIR) / "temis" / "organizations" / "data" / "provinces.json"
    found = []
    for province in json.loads(source.read_text())["provinces"]:
        if until_2025 or "successor" not in province:
            percent = int(province["code"]) * 37 % 101
            shade = None if percent < 5 else min(4, percent // 20)
            name = province["name"] if until_2025 else province.get("later_name") or province["name"]
            text = "" if shade is None else f"{percent}%"
            found.append({"code": province["code"], "name": name, "text": text, "shade": shade, "url": "#map"})
    return found


def _map_key() -> list[tuple[int | None, str]]:
    return [
        (None, _("Chưa có số liệu")),
        (0, _("Dưới 20%")),
        (1, "20–39%"),
        (2, "40–59%"),
        (3, "60–79%"),
        (4, _("Từ 80%")),
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {"name": "Phạm Thị Ánh", "own": 3, "colleagues": 3, "head": 3, "last": 2},
        {"name": "Nguyễn Thị Bình", "own": 3, "colleagues": 2, "head": 2, "last": 2, "differs": True},
        {"name": LONG_NAME, "own": 1, "colleagues": None, "head": None, "last": 0},
    ]
