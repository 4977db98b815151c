import unicodedata

import pytest
from django.utils import translation

from temis.standards.enums import Level


@pytest.mark.parametrize(
    ("level", "code", "letters", "label"),
    [
        (Level.NOT_MET, "CD", "CĐ", "Chưa đạt"),
        (Level.PASS, "D", "Đ", "Đạt"),
        (Level.FAIR, "K", "K", "Khá"),
        (Level.GOOD, "T", "T", "Tốt"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("spell", [str, str.lower, str.upper, lambda text: f"  {text} "])
def test_level_parse_reads_codes_letters_and_words(level, code, letters, label, form, spell):
    assert (level.code, level.letters, level.label) == (code, letters, label)
    for written in (code, letters, label):
        assert Level.parse(spell(unicodedata.normalize(form, written))) == level


@pytest.mark.parametrize("written", ["chua dat", "Chua  Dat", "CHƯA ĐẠT"])
def test_level_parse_forgives_spaces_and_missing_marks(written):
    assert Level.parse(written) == Level.NOT_MET


@pytest.mark.parametrize("written", ["", "C", "X", "3", "Xuất sắc", "ĐĐ", "T T"])
def test_level_parse_refuses_anything_else(written):
    with pytest.raises(ValueError, match=f"^{written}$"):
        Level.parse(written)


def test_levels_ascend():
    assert sorted(Level) == [Level.NOT_MET, Level.PASS, Level.FAIR, Level.GOOD]


def test_level_labels_exist_in_english():
    with translation.override("en"):
        assert [str(level.label) for level in Level] == ["Not met", "Pass", "Fair", "Good"]
