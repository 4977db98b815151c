"""The files of the contract (sections 2.1 to 2.3): headings, what their cells may say, examples for the template."""

# text: data

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.db import models

from temis.access import P
from temis.exchange import cells
from temis.exchange.cells import Parse
from temis.exchange.enums import Kind
from temis.exchange.models import OrganizationRow, ResultRow, StaffRow
from temis.organizations.enums import SchoolLevel
from temis.organizations.models import OrganizationKind, Province
from temis.people.enums import Gender, Position
from temis.standards.models import Edition

ERROR_HEADING = "Lỗi"
PERMISSIONS = {
    Kind.ORGANIZATIONS: P.IMPORT_ORGANIZATIONS,
    Kind.STAFF: P.IMPORT_STAFF,
    Kind.RESULTS: P.IMPORT_RESULTS,
}
# Headings are words of the files, not of the interface: they are the same in every language.
_LEVEL_WORDS = [
    ("Tiểu học", "TH"), ("TH", "TH"), ("Cấp 1", "TH"),
    ("THCS", "THCS"), ("Trung học cơ sở", "THCS"), ("Cấp 2", "THCS"),
    ("THPT", "THPT"), ("Trung học phổ thông", "THPT"), ("Cấp 3", "THPT"),
]  # fmt: skip
_LEVELS = ("Tiểu học", "THCS", "THPT")
_POSITIONS = {
    "Giáo viên": Position.TEACHER,
    "Hiệu trưởng": Position.PRINCIPAL,
    "Phó hiệu trưởng": Position.DEPUTY,
    "Nhân viên": Position.STAFF,
    "Cán bộ Phòng": Position.LOCAL_OFFICER,
    "Cán bộ Sở": Position.PROVINCE_OFFICER,
    "Chuyên viên Bộ": Position.MINISTRY_OFFICER,
    "Giảng viên sư phạm": Position.LECTURER,
}
_GENDERS = {"Nam": Gender.MALE, "Nữ": Gender.FEMALE}


@dataclass(frozen=True)
class Column:
    """`needed`: the heading must be in the file; `filled`: the cell must not be empty; `cached`: few values recur."""

    field: str
    heading: str
    parse: Parse
    needed: bool = True
    filled: bool = False
    cached: bool = True
    is_code: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One kind of file."""

    kind: Kind
    model: type[models.Model]
    columns: Sequence[Column]
    # Fields computed from others (name → how), see staging.
    extra: tuple[str, ...] = ()
    by_heading: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_heading", {cells.key(column.heading): column for column in self.columns})

    def heading(self, name: str) -> str:
        """The heading of a field; the name itself for what is no column."""
        return next((column.heading for column in self.columns if column.field == name), name)


def layout_of(kind: str, edition: Edition | None = None) -> Layout:
    """The layout of a kind; results need the edition, whose criteria are columns."""
    if kind == Kind.RESULTS:
        if edition is None:
            raise ValueError("results need an edition")
        return _results(edition.criteria.count())
    return _organizations() if kind == Kind.ORGANIZATIONS else _staff()


def _organizations() -> Layout:
    """Kinds of bodies and provinces are data, hence read anew for each file."""
    kinds = dict(OrganizationKind.objects.values_list("label", "code"))
    provinces = dict(Province.objects.values_list("code", "name"))
    names = dict(OrganizationKind.objects.values_list("name", "code"))
    kind = cells.choice([*names.items(), *kinds.items()], kinds)
    level = cells.several(cells.choice(_LEVEL_WORDS, _LEVELS))
    return Layout(
        Kind.ORGANIZATIONS,
        OrganizationRow,
        (
            Column("code", "Mã đơn vị", cells.code, filled=True, cached=False, is_code=True, example="9301501"),
            Column("name", "Tên đơn vị", cells.line(200), filled=True, cached=False, example="Trường THCS Vị Thắng"),
            Column("kind", "Loại đơn vị", kind, filled=True, example="Trường", choices=tuple(kinds)),
            Column("parent_code", "Mã đơn vị quản lý", cells.code, is_code=True, example="93935"),
            Column("levels", "Cấp học", level, needed=False, example="THCS"),
            Column("province_code", "Mã tỉnh", cells.province(provinces), needed=False, is_code=True, example="93"),
            Column("disadvantaged", "Vùng khó khăn", cells.tick, needed=False, choices=("x",)),
            *_validity(),
        ),
    )


@cache
def _staff() -> Layout:
    position = cells.choice(
        [*_POSITIONS.items(), ("GV", "TEACHER"), ("HT", "PRINCIPAL"), ("Hiệu phó", "DEPUTY"), ("PHT", "DEPUTY")],
        _POSITIONS,
    )
    level = cells.choice(_LEVEL_WORDS, _LEVELS)
    gender = cells.choice(_GENDERS.items(), _GENDERS)
    return Layout(
        Kind.STAFF,
        StaffRow,
        (
            Column("code", "Mã định danh", cells.code, filled=True, cached=False, is_code=True, example="9300001234"),
            Column("full_name", "Họ và tên", cells.person_name, filled=True, cached=False, example="Nguyễn Thị Bình"),
            Column("birth_date", "Ngày sinh", cells.day, filled=True, example="06/05/1985"),
            Column("id_number", "Số CCCD", cells.id_number, needed=False, cached=False, is_code=True),
            Column("email", "Email", cells.email, needed=False, cached=False, example="ntbinh@truong.edu.vn"),
            Column("phone", "Điện thoại", cells.phone, needed=False, cached=False),
            Column("gender", "Giới tính", gender, filled=True, example="Nữ", choices=tuple(_GENDERS)),
            Column("ethnic_group", "Dân tộc", cells.ethnic_group(), filled=True, example="Kinh"),
            Column("organization_code", "Mã đơn vị", cells.code, filled=True, is_code=True, example="9301501"),
            Column(
                "position", "Vị trí việc làm", position, filled=True, example="Giáo viên", choices=tuple(_POSITIONS)
            ),
            Column("level", "Cấp học", level, needed=False, example="THCS", choices=_LEVELS),
            Column("subject", "Môn dạy", cells.line(80), needed=False, example="Ngữ văn"),
            Column("group_name", "Tổ chuyên môn", cells.line(120), needed=False, example="Tổ Ngữ văn"),
            Column("leads_group", "Tổ trưởng", cells.tick, needed=False, choices=("x",)),
            Column("is_core", "Cốt cán", cells.tick, needed=False, choices=("x",)),
            *_validity(example="01/09/2015"),
        ),
        extra=("sort_key",),
    )


@cache
def _results(criteria: int) -> Layout:
    signs = ("CĐ", "Đ", "K", "T")
    return Layout(
        Kind.RESULTS,
        ResultRow,
        (
            Column("code", "Mã định danh", cells.code, filled=True, cached=False, is_code=True, example="9300001234"),
            *(Column(f"tc{n}", f"TC{n}", cells.level, example="K", choices=signs) for n in range(1, criteria + 1)),
            Column("overall", "Xếp loại", cells.level, needed=False, example="K", choices=signs),
            Column("decided_on", "Ngày đánh giá", cells.day, needed=False, example="20/07/2020"),
            Column("decider_code", "Người đánh giá", cells.code, needed=False, is_code=True, example="9300001200"),
        ),
        extra=("levels",),
    )


def _validity(example: str = "") -> tuple[Column, Column]:
    return (
        Column("valid_from", "Từ ngày", cells.day, needed=False, example=example),
        Column("valid_to", "Đến ngày", cells.day, needed=False),
    )


LEVEL_NAMES = dict(zip(SchoolLevel.values, _LEVELS, strict=True))
POSITION_NAMES = {value.value: name for name, value in _POSITIONS.items()}
