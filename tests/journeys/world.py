"""What the journey through the year starts from, and the files it loads."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests import database

ORGANIZATIONS = """Mã đơn vị;Tên đơn vị;Loại đơn vị;Mã đơn vị quản lý;Cấp học;Mã tỉnh;Vùng khó khăn;Từ ngày;Đến ngày
93-1-30;Trường THCS Hành Trình;Trường;93-1;THCS;93;;01/09/2010;
"""
_HEADINGS = (
    "Mã định danh;Họ và tên;Ngày sinh;Số CCCD;Email;Điện thoại;Giới tính;Dân tộc;Mã đơn vị;Vị trí việc làm;Cấp học;"
    "Môn dạy;Tổ chuyên môn;Tổ trưởng;Cốt cán;Từ ngày;Đến ngày"
)
# The last one's ethnic group is misspelt: the grid has to say so.
_PEOPLE = [
    ("93301", "Ngô Thị Lan", "Nữ", "Kinh", "Hiệu trưởng", "", "", ""),
    ("93302", "Trần Thị Mai", "Nữ", "Kinh", "Giáo viên", "Ngữ văn", "Tổ Ngữ văn", "x"),
    ("93303", "Lê Văn Nam", "Nam", "Kinh", "Giáo viên", "Ngữ văn", "Tổ Ngữ văn", ""),
    ("93304", "Phạm Thị Oanh", "Nữ", "Kinh", "Giáo viên", "Ngữ văn", "Tổ Ngữ văn", ""),
    ("93305", "Thạch Thị Phượng", "Nữ", "Khmer", "Giáo viên", "Ngữ văn", "Tổ Ngữ văn", ""),
    ("93306", "Võ Văn Quang", "Nam", "Kih", "Nhân viên", "", "", ""),
]


def staff_file() -> str:
    rows = [
        f"{code};{name};01/02/1985;;;;{gender};{ethnic};93-1-30;{position};"
        f"{'' if position == 'Nhân viên' else 'THCS'};{subject};{group};{leads};;01/09/2015;"
        for code, name, gender, ethnic, position, subject, group, leads in _PEOPLE
    ]
    return "\n".join([_HEADINGS, *rows, ""])


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8-sig")
    return path


def work() -> None:
    """What is on the queue, by a real worker: a process of its own on the test's database, storage and key."""
    settings_of_worker = {
        "TEMIS_DATABASE_URL": database.url(),
        "TEMIS_STORAGE_DIR": str(settings.STORAGES["default"]["OPTIONS"]["location"]),
        "TEMIS_SIGNING_KEY": str(settings.SIGNING_KEY),
        "TEMIS_SIGNING_PASSWORD": settings.SIGNING_PASSWORD,
    }
    done = subprocess.run(
        [sys.executable, "-m", "temis", "worker", "--once"],
        env=os.environ | settings_of_worker,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
