"""What a cell may say: from its text to a value, or `Bad` with the name of the problem (`problems.py`). Pure."""

# text: data

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from temis.core.text import fold
from temis.standards.enums import Level

Parse = Callable[[str], Any]
DATA = Path(__file__).parent / "data"

_CODE = re.compile(r"[^\W_][\w./-]*")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0?0:00(?::00)?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_SERIAL_DAY = re.compile(r"[1-6]\d{4}")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
# Letters that TCVN3 and VNI fonts use in place of Vietnamese ones, and what UTF-8 looks like when misread.
_FOREIGN_SIGNS = re.compile(
    r"[\u00a1-\u00bf\u00d7\u00f7ÆÐÑÞßæðñþÄÅÇËÎÏÖÛÜäåçëîïöûü\u0080-\u009f]|[ÃÂ][\u0080-\u00bf]|á[»º]"
)

YES = frozenset({"x", "1", "co", "true", "✓", "✔", "v"})
NO = frozenset({"", "0", "khong", "false", "-"})


class Bad(ValueError):
    """The cell cannot be read; `code` names the message."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def tidy(text: str) -> str:
    """Composed letters, single spaces, none around, nothing that cannot be stored."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\0" in text:
        text = text.replace("\0", "")
    return " ".join(text.split())


def looks_misencoded(text: str) -> bool:
    return bool(_FOREIGN_SIGNS.search(text))


def key(text: str) -> str:
    """What two spellings of the same word share: no case, accents, spaces, punctuation."""
    return "".join(c for c in fold(text) if c.isalnum())


def code(text: str) -> str:
    """A code of a body or a person; kept as it is, digits and all."""
    if _SCIENTIFIC.fullmatch(text):
        raise Bad("code_scientific")
    if len(text) > 40 or not _CODE.fullmatch(text):
        raise Bad("code")
    return text


def line(limit: int) -> Parse:
    """Any text of one line."""

    def parse(text: str) -> str:
        if len(text) > limit:
            raise Bad("too_long", limit=limit, length=len(text))
        if looks_misencoded(text):
            raise Bad("encoding")
        return text

    return parse


def person_name(text: str) -> str:
    if looks_misencoded(text):
        raise Bad("encoding")
    if len(text) > 120:
        raise Bad("too_long", limit=120, length=len(text))
    if not _NAME.fullmatch(text):
        raise Bad("name")
    return text


def day(text: str) -> date:
    """dd/mm/yyyy or ISO."""
    if match := _VIETNAMESE_DAY.fullmatch(text):
        d, m, y = map(int, match.groups())
    elif match := _ISO_DAY.fullmatch(text):
        y, m, d = map(int, match.groups())
    elif _SERIAL_DAY.fullmatch(text):
        likely = date.fromordinal(date(1899, 12, 30).toordinal() + int(text))
        raise Bad("date_number", suggestion=f"{likely:%d/%m/%Y}")
    else:
        raise Bad("date")
    try:
        value = date(y, m, d)
    except ValueError:
        if m > 12 >= d >= 1 and m <= 31:
            raise Bad("date_swapped", suggestion=f"{m:02d}/{d:02d}/{y}") from None
        raise Bad("date") from None
    if not 1900 <= y <= 2100:
        raise Bad("date")
    return value


def tick(text: str) -> bool:
    word = fold(text)
    if word in YES:
        return True
    if word in NO:
        return False
    raise Bad("tick")


def id_number(text: str) -> str:
    """Số CCCD (12 digits) or số CMND (9)."""
    digits = text.replace(" ", "").replace(".", "")
    if not digits.isdecimal():
        raise Bad("id_number")
    if len(digits) in (9, 12):
        return digits
    if len(digits) in (10, 11):
        raise Bad("lost_zeros", suggestion=digits.zfill(12))
    if len(digits) == 8:
        raise Bad("lost_zeros", suggestion=digits.zfill(9))
    raise Bad("id_number")


def email(text: str) -> str:
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise Bad("email")
    return text


def phone(text: str) -> str:
    """Digits; a zero that a spreadsheet dropped is put back, for every number here begins with one."""
    digits = re.sub(r"[ .()-]", "", text)
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    if digits.isdecimal() and len(digits) == 9 and not digits.startswith("0"):
        digits = "0" + digits
    if not (digits.isdecimal() and digits.startswith("0") and 10 <= len(digits) <= 11):
        raise Bad("phone")
    return digits


def province(codes: Mapping[str, str]) -> Parse:
    """A statistics code of two digits (a lost zero is put back), of those that exist."""

    def parse(text: str) -> str:
        value = text.zfill(2) if text.isdecimal() else text
        if value in codes:
            return value
        named = next((code for code, name in codes.items() if key(name) == key(text)), None)
        raise Bad("province", **({"suggestion": named} if named else {}))

    return parse


def choice(words: Iterable[tuple[str, str]], accepted: Iterable[str]) -> Parse:
    """One of some words: `words` are (spelling, value), `accepted` what a message lists."""
    table = {key(spelling): value for spelling, value in words}
    listed = list(accepted)
    by_key = {key(word): word for word in listed}

    def parse(text: str) -> str:
        folded = key(text)
        if folded in table:
            return table[folded]
        close = get_close_matches(folded, by_key, n=1, cutoff=0.6)
        values = {"suggestion": by_key[close[0]]} if close else {}
        raise Bad("choice", accepted=", ".join(listed) if len(listed) <= 12 else "", **values)

    return parse


def several(one: Parse) -> Parse:
    """Words separated by commas, as codes joined by commas without repetition."""

    def parse(text: str) -> str:
        return ",".join(dict.fromkeys(one(part) for part in map(tidy, re.split(r"[,;+]", text)) if part))

    return parse


def level(text: str) -> int:
    """CĐ, Đ, K, T or the word."""
    try:
        return int(Level.parse(text))
    except ValueError:
        raise Bad("level") from None


@lru_cache(maxsize=1)
def _ethnic_spellings() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = json.loads((DATA / "ethnic_groups.json").read_text(encoding="utf-8"))["groups"]
    return groups


def ethnic_names() -> list[str]:
    return list(_ethnic_spellings())


def ethnic_group() -> Parse:
    groups = _ethnic_spellings()
    words = [(spelling, name) for name, others in groups.items() for spelling in (name, *others)]
    return choice(words, groups)
