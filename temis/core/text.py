"""Vietnamese text: folding for search, keys for sorting, parts of a name."""

# text: data

import unicodedata
from functools import lru_cache

_FOLD = str.maketrans({"đ": "d", "Đ": "d"})
# The order of the Vietnamese alphabet and of the five tones (ngang, huyền, hỏi, ngã, sắc, nặng).
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("0") + i) if i < 10 else chr(ord("a") + i - 10) for i, letter in enumerate(_ALPHABET)}
# The letters that are one without diacritics, as o, ô and ơ are.
_KINDS: dict[str, str] = {}
for _letter in _ALPHABET:
    _plain = unicodedata.normalize("NFD", _letter.translate(_FOLD))[0]
    _KINDS[_plain] = _KINDS.get(_plain, "") + _RANK[_letter]
_MOST_RANGES = 24
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: they make other letters, not tones


def clean(text: str) -> str:
    """Composed letters (NFC), single spaces, no spaces around."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Lower case without diacritics: what a search compares (the same as SQL `vn_fold`)."""
    decomposed = unicodedata.normalize("NFD", text.lower().translate(_FOLD))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def spellings(code: str) -> list[str]:
    """A code as it may be stored: as typed, in capitals, in small letters."""
    code = code.strip()
    return sorted({code, code.upper(), code.lower()})


@lru_cache(maxsize=65_536)  # names are made of few words
def _word_key(word: str) -> tuple[str, str]:
    """A word without its tones in the order of the alphabet, and its tones."""
    letters, tones = "", ""
    for char in unicodedata.normalize("NFC", word.lower()):
        base = unicodedata.normalize("NFD", char)
        tone = "".join(_TONES.get(mark, "") for mark in base[1:])
        letter = unicodedata.normalize("NFC", base[0] + "".join(m for m in base[1:] if m in _SHAPES))
        letters += _RANK.get(letter, "~" if not letter.isdigit() else letter)
        tones += tone or "0"
    return letters, tones


def sort_key(full_name: str) -> str:
    """Key of a person's name in the Vietnamese way: given name, then surname and middle names.

    Compare by COLLATE "C". Tones decide only between words of the same letters.
    """
    words = clean(full_name).split()
    if not words:
        return ""
    keys = [_word_key(word) for word in [words[-1], *words[:-1]]]
    return " ".join(letters for letters, _ in keys) + "!" + " ".join(tones for _, tones in keys)


def sort_ranges(start: str) -> list[tuple[str, str]]:
    """Where in the order of `sort_key` those stand whose given name, folded, begins so: from the first of each pair up
    to the second, which is none of them. Others may stand there too, as behind a beginning with many spellings.

    Empty for what begins with no Latin letter.
    """
    spelled = [""]
    for letter in start:
        kinds = _KINDS.get(letter, letter if letter in "0123456789" else "")
        if not kinds or len(spelled) * len(kinds) > _MOST_RANGES:
            break
        spelled = [key + kind for key in spelled for kind in kinds]
    ranges: list[tuple[str, str]] = []
    for low in filter(None, spelled):
        high = low[:-1] + chr(ord(low[-1]) + 1)
        if ranges and ranges[-1][1] == low:
            low = ranges.pop()[0]
        ranges.append((low, high))
    return ranges
