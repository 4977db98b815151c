"""Vietnamese text: folding for search, keys for sorting, parts of a name."""

# text: data

import unicodedata
from functools import lru_cache

_FOLD = str.maketrans({"đ": "d", "Đ": "d"})
# The order of the Vietnamese alphabet and of the five tones (ngang, huyền, hỏi, ngã, sắc, nặng).
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("0") + i) if i < 10 else chr(ord("a") + i - 10) for i, letter in enumerate(_ALPHABET)}
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
