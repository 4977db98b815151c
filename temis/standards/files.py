"""An edition as a JSON file: its shape, its checks, and messages that say what to mend."""

import hashlib
import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from temis.core.errors import RuleViolation
from temis.core.text import clean
from temis.standards.enums import Level, Subject
from temis.standards.rules import Threshold

SHIPPED = Path(__file__).parent / "data"


def _level(value: Any) -> Level:
    try:
        return Level.parse(str(value))
    except ValueError:
        raise ValueError(_("mức là một trong CĐ, Đ, K, T")) from None


def _share(value: Any) -> Fraction:
    if not re.fullmatch(r"0|1|[1-9]\d?/[1-9]\d?", str(value)) or Fraction(str(value)) > 1:
        raise ValueError(_("tỷ lệ viết dạng 2/3, hoặc 0, hoặc 1"))
    return Fraction(str(value))


_cleaned = BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)
Text = Annotated[str, _cleaned]
Words = Annotated[str, Field(min_length=1), _cleaned]
LevelCode = Annotated[Level, BeforeValidator(_level)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class DescriptorFile(_Part):
    text: Words
    verified: bool = False
    source_note: Text = ""


class CriterionFile(_Part):
    number: int = Field(ge=1, le=99)
    name: Words = Field(max_length=400)
    key: bool = False
    name_verified: bool = False
    evidence_hint: Text = ""
    descriptors: dict[LevelCode, DescriptorFile] = {}

    @model_validator(mode="before")
    @classmethod
    def short_descriptors(cls, data: Any) -> Any:
        """`"K": "text"` is short for a text that was not compared with the circular."""
        if isinstance(data, dict) and isinstance(given := data.get("descriptors"), dict):
            full = {key: {"text": text} if isinstance(text, str) else text for key, text in given.items()}
            return data | {"descriptors": full}
        return data


class StandardFile(_Part):
    number: int = Field(ge=1, le=99)
    name: Words = Field(max_length=400)
    criteria: list[CriterionFile] = Field(min_length=1)


class ThresholdFile(_Part):
    floor: LevelCode
    share: Annotated[Fraction, BeforeValidator(_share)]
    key: LevelCode


class EditionFile(_Part):
    code: str = Field(pattern=r"^[A-Z]+-\d+/\d{4}$", max_length=40)
    name: Words = Field(max_length=300)
    subject: Literal["GVPT", "CBQL", "GVMN", "CBQLMN"]
    document: Words = Field(max_length=100)
    issued_on: date | None = None
    effective_from: date
    effective_to: date | None = None
    verified: bool = False
    source_note: Text = ""
    rule: dict[LevelCode, ThresholdFile]
    standards: list[StandardFile] = Field(min_length=1)

    @property
    def criteria(self) -> list[CriterionFile]:
        return [criterion for standard in self.standards for criterion in standard.criteria]

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        return tuple(Threshold(level, one.floor, one.share, one.key) for level, one in self.rule.items())

    @property
    def digest(self) -> str:
        """Fingerprint of the content, whatever the layout of the file."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @model_validator(mode="after")
    def consistent(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> list[str]:
        problems = []
        if self.effective_to and self.effective_to < self.effective_from:
            problems.append(_("ngày hết hiệu lực phải sau ngày có hiệu lực"))
        if [standard.number for standard in self.standards] != list(range(1, len(self.standards) + 1)):
            problems.append(_("tiêu chuẩn phải được đánh số liên tục từ 1, theo thứ tự"))
        if [criterion.number for criterion in self.criteria] != list(range(1, len(self.criteria) + 1)):
            problems.append(_("tiêu chí phải được đánh số liên tục từ 1 qua các tiêu chuẩn, theo thứ tự"))
        if set(self.rule) != {Level.PASS, Level.FAIR, Level.GOOD}:
            problems.append(_("quy tắc phải có đủ ba mức Đ, K, T"))
        if any(threshold.floor > level or threshold.key > level for level, threshold in self.rule.items()):
            problems.append(_("mức tối thiểu không được cao hơn mức xếp loại"))
        if any(Level.NOT_MET in criterion.descriptors for criterion in self.criteria):
            problems.append(_("nội dung chỉ có ở các mức Đ, K, T"))
        return problems


def read_edition(path: Path) -> EditionFile:
    """STD-05. The edition in a file, or RuleViolation with every problem and where it stands."""
    try:
        return EditionFile.model_validate(json.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        problem = _("không có tệp này.")
    except OSError:
        problem = _("không đọc được tệp này.")
    except UnicodeDecodeError:
        problem = _("tệp không ở bảng mã UTF-8. Hãy lưu lại ở UTF-8.")
    except json.JSONDecodeError as error:
        problem = _("dòng %(line)s, cột %(column)s không đúng dạng JSON.") % {
            "line": error.lineno,
            "column": error.colno,
        }
    except ValidationError as error:
        problem = "\n".join(["", *(f"  {_place(item['loc'])}: {_spoken(item)}." for item in error.errors())])
    raise RuleViolation("STD-05", f"{path.name}: {problem}")


def _place(location: tuple[int | str, ...]) -> str:
    """("standards", 1, "criteria", 0, "name") → standards[2].criteria[1].name, counted as people count."""
    place = ""
    for step in location:
        place += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or _("cả tệp")


def _spoken(item: Any) -> str:
    kind, context = item["type"], item.get("ctx", {})
    too_long = _("dài quá %(limit)s ký tự") % {"limit": context.get("max_length", "")}
    spoken = {
        "value_error": str(context.get("error", "")),
        "missing": _("thiếu mục này"),
        "extra_forbidden": _("mục này không có trong mẫu tệp"),
        "string_too_short": _("không được để trống"),
        "too_long": too_long,
        "string_too_long": too_long,
        "string_pattern_mismatch": _("mã viết dạng GVPT-20/2018"),
        "literal_error": _("phải là một trong %(values)s") % {"values": ", ".join(Subject.values)},
        "date_from_datetime_parsing": _("ngày viết dạng 2018-10-10"),
        "date_parsing": _("ngày viết dạng 2018-10-10"),
        "too_short": _("phải có ít nhất một mục"),
    }
    return spoken.get(kind) or _("giá trị không hợp lệ")
