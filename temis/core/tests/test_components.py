"""What the components print."""

import json
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test.utils import override_script_prefix
from django.utils.translation import override
from django_cotton.compiler_regex import CottonCompiler

from temis.core import clock, tiles
from temis.core.templatetags import components

NOON = datetime(2020, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 in Viet Nam


def render(source: str, **values: object) -> str:
    return Template(CottonCompiler().process(source)).render(Context(values))


@pytest.mark.parametrize("prefix", ["/", "/temis/"])
def test_the_address_of_a_row_is_its_url(prefix):
    with override_script_prefix(prefix):
        urls = [render("{% url 'appraisals:decide' pk %}", pk=pk) for pk in (7, 93004)]
        addresses = [render("{% address 'appraisals:decide' pk %}", pk=pk) for pk in (7, 93004)]

    assert addresses == urls
    assert addresses[0].startswith(prefix)


@pytest.mark.parametrize(
    ("given", "letters"),
    [(0, "CĐ"), (1, "Đ"), (2, "K"), (3, "T"), ("CD", "CĐ"), ("CĐ", "CĐ"), ("đ", "Đ"), ("k", "K"), ("3", "T")],
)
def test_level_is_read_from_rank_code_and_letters(given, letters):
    name = components.level_name(given)

    assert name is not None
    assert name.letters == letters


@pytest.mark.parametrize("given", [None, "", "X", 4, -1, 2.5])
def test_what_is_no_level_has_no_name(given):
    assert components.level_name(given) is None


@pytest.mark.parametrize(
    ("due", "text", "urgency"),
    [
        (date(2020, 11, 21), "Quá hạn 2 ngày", "late"),
        (date(2019, 11, 25), "Quá hạn 364 ngày", "late"),
        (date(2018, 11, 23), "Quá hạn trên 2 năm", "late"),
        (date(2020, 11, 23), "Hôm nay là hạn cuối", "soon"),
        (date(2020, 11, 30), "Còn 7 ngày", "soon"),
        (date(2020, 12, 1), "Còn 8 ngày", "calm"),
        (None, "", "calm"),
    ],
)
def test_days_left_are_said_in_words(due, text, urgency):
    with clock.hold(NOON), override("vi"):
        assert components.days_left(due) == text
        assert components.urgency(due) == urgency


def test_days_left_count_in_vietnamese_days():
    with clock.hold(datetime(2020, 11, 23, 17, 30, tzinfo=UTC)), override("vi"):  # 0:30 of the 24th
        assert components.days_left(date(2020, 11, 24)) == "Hôm nay là hạn cuối"


def test_moment_leaves_out_this_year():
    with clock.hold(NOON), override("vi"):
        assert components.moment(datetime(2020, 11, 23, 13, 14, tzinfo=UTC)) == "20:14 23/11"
        assert components.moment(datetime(2019, 11, 23, 13, 14, tzinfo=UTC)) == "20:14 23/11/2019"


def test_level_parts_fill_the_bar_and_nobody_fills_nothing():
    parts = components.level_parts([4, 223, 2790, 2696])

    assert [part.level.code for part in parts] == ["CD", "D", "K", "T"]
    assert sum(part.share for part in parts) == pytest.approx(100)
    assert parts[3].start + parts[3].share == pytest.approx(100)
    assert [part.share for part in components.level_parts({})] == [0, 0, 0, 0]


def test_svg_numbers_have_a_point_in_vietnamese_too():
    with override("vi"):
        assert components.svg(48.837) == "48.84"
        assert components.svg(50.0) == "50"


def test_figure_shows_share_denominator_and_time():
    with clock.hold(NOON), override("vi"):
        page = render(
            '<c-figure label="Hoàn thành" :part="part" :whole="whole" :as_of="now" />',
            part=11413,
            whole=12275,
            now=NOON,
        )

    assert "93,0%" in page
    assert "(11.413/12.275), cập nhật 12:00 23/11" in " ".join(page.split())


def test_figure_of_nobody_has_no_share():
    with override("vi"):
        page = render('<c-figure label="Hoàn thành" :part="0" :whole="0" />')

    assert '<p class="stat__value">–</p>' in page


def test_level_picker_marks_the_chosen_level_and_keeps_codes_ascii():
    with override("vi"):
        page = render(
            '<c-picker-level name="c5" title="Tiêu chí" :value="2" :descriptors="texts" />', texts={"T": "Hướng dẫn"}
        )

    assert page.count('type="radio"') == 4
    assert 'value="K" checked' in page
    assert page.count("checked") == 1
    assert [code for code in ("CD", "D", "K", "T") if f'id="c5_{code}"' in page] == ["CD", "D", "K", "T"]
    assert "Hướng dẫn" in page


def test_level_picker_can_send_ranks():
    page = render('<c-picker-level name="c5" title="Tiêu chí" value="T" values="rank" />')

    assert 'value="3" checked' in page


def test_person_made_text_is_escaped():
    page = render('<c-row-person :name="name" />', name="<b>Bình</b>")

    assert "<b>Bình</b>" not in page
    assert "&lt;b&gt;Bình&lt;/b&gt;" in page


@pytest.mark.parametrize(("year", "count"), [("2020", 63), ("2025", 34)])
def test_map_has_one_place_for_each_province(year, count):
    from temis.organizations import reference

    folder = reference.__file__.rsplit("/", 1)[0]
    with open(f"{folder}/data/provinces.json", encoding="utf-8") as file:
        known = json.load(file)["provinces"]
    codes = {p["code"] for p in known if year == "2020" or "successor" not in p}
    places = tiles.layout()["tiles"][year]

    assert set(places) == codes
    assert len({tuple(place) for place in places.values()}) == count
    islands = {tuple(island[year]) for island in tiles.layout()["islands"]}
    assert len(islands) == 2
    assert islands.isdisjoint(tuple(place) for place in places.values())


def test_islands_have_the_shade_of_their_province():
    placed = tiles.place([{"code": "48", "name": "Đà Nẵng", "text": "90%", "shade": 4}], "2025")

    assert [(tile.short, tile.shade) for tile in placed] == [("Đà Nẵng", 4), ("Hoàng Sa", 4), ("Trường Sa", "none")]


def test_form_speaks_as_an_official_would():
    from django import forms

    class Asked(forms.Form):
        born = forms.DateField(label="Ngày sinh")

    with override("vi"):
        assert "Thầy/cô chưa điền mục này." in str(Asked({"born": ""})["born"].errors)
        assert "Ngày chưa đúng." in str(Asked({"born": "31/13/1985"})["born"].errors)
        page = Asked({"born": ""})["born"].as_field_group()
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_born_error"' in page
    assert 'id="id_born_error"' in page
