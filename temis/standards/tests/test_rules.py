"""STD-01, STD-02: the vectors of the circulars, and what is said about a result."""

from fractions import Fraction

import pytest
from django.utils import translation

from temis.standards.enums import Level
from temis.standards.rules import EditionRule, Shortfall, Threshold, explain, overall_level
from temis.standards.tests.vectors import CODES, VECTORS, shipped_rule
from temis.standards.wording import number_list, rule_sentences, sentences

D, K, T = Level.PASS, Level.FAIR, Level.GOOD
CD = Level.NOT_MET


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['standard']} {vector['note']}")
def test_overall_level_agrees_with_vector(vector):
    level = overall_level(vector["levels"], shipped_rule(vector["standard"]))

    assert level.code == vector["expected"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("level", Level)
def test_overall_level_of_same_level_everywhere_is_that_level(code, level):
    rule = shipped_rule(code)

    assert overall_level([level] * len(rule.criteria), rule) == level


@pytest.mark.parametrize(
    ("code", "expected"), [("GVPT-20/2018", CD), ("HT-14/2018", D), ("HTMN-25/2018", CD), ("GVMN-26/2018", CD)]
)
def test_one_criterion_outside_the_key_set_not_met_depends_on_the_standard(code, expected):
    rule = shipped_rule(code)
    levels = [T] * len(rule.criteria)
    levels[2 if code == "HT-14/2018" else 1] = CD

    assert overall_level(levels, rule) == expected


@pytest.mark.parametrize(
    ("code", "total", "key"),
    [
        ("GVPT-20/2018", 15, {3, 4, 5, 6, 7}),
        ("HT-14/2018", 18, {1, 2, 4, 5, 6, 8, 10, 12, 13, 14}),
        ("HTMN-25/2018", 18, {1, 4, 5, 6, 7, 9, 11, 13, 14, 15}),
        ("GVMN-26/2018", 15, {1, 3, 4, 5, 6, 7, 8, 9}),
    ],
)
def test_shipped_edition_has_the_criteria_of_its_circular(code, total, key):
    rule = shipped_rule(code)

    assert rule.criteria == tuple(range(1, total + 1))
    assert rule.key == key


@pytest.mark.parametrize("levels", [[T] * 14, [T] * 16, []])
def test_overall_level_refuses_another_number_of_levels(levels):
    with pytest.raises(ValueError, match="15 levels expected"):
        overall_level(levels, shipped_rule("GVPT-20/2018"))


def test_overall_level_follows_the_numbers_of_the_edition():
    """An edition of another shape: half suffices, nothing is key, any floor."""
    half = Threshold(T, CD, Fraction(1, 2), CD)
    rule = EditionRule(criteria=(1, 2, 3), key=frozenset(), thresholds=(half,))

    assert overall_level([T, T, CD], rule) == T
    assert overall_level([T, K, K], rule) == CD


def test_rule_refuses_key_criterion_that_it_does_not_have():
    with pytest.raises(ValueError, match="key criteria"):
        EditionRule(criteria=(1, 2), key=frozenset({3}), thresholds=())


def test_explain_names_criteria_and_counts_that_block_next_level():
    levels = [K, K, T, T, K, T, T, K, K, D, T, T, T, T, T]

    found = explain(levels, shipped_rule("GVPT-20/2018"))

    assert (found.level, found.target, found.reached, found.needed, found.total) == (K, T, 9, 10, 15)
    assert found.blocking == (Shortfall(5, K, T, is_key=True), Shortfall(10, D, K, is_key=False))


def test_sentences_name_the_blocking_criterion_and_the_count():
    levels = [K, K, T, T, K, T, T, K, T, T, T, T, T, T, T]

    said = sentences(explain(levels, shipped_rule("GVPT-20/2018")))

    assert said == [
        "Xếp loại Khá.",
        "Chưa đạt mức Tốt vì tiêu chí 5 ở mức Khá (phải là Tốt); 11/15 tiêu chí đã ở mức Tốt (cần từ 10).",
    ]


def test_sentences_group_criteria_of_the_same_level():
    said = sentences(explain([D] * 15, shipped_rule("GVPT-20/2018")))

    assert said == [
        "Xếp loại Đạt.",
        "Chưa đạt mức Khá vì các tiêu chí 3–7 ở mức Đạt (phải từ Khá trở lên); "
        "mới có 0/15 tiêu chí từ mức Khá trở lên (cần từ 10).",
    ]


def test_sentences_for_principal_with_one_criterion_not_met():
    levels = [T] * 16 + [CD, T]

    said = sentences(explain(levels, shipped_rule("HT-14/2018")))

    assert said == [
        "Xếp loại Đạt.",
        "Chưa đạt mức Khá vì tiêu chí 17 ở mức Chưa đạt (phải từ Đạt trở lên); "
        "17/18 tiêu chí đã từ mức Khá trở lên (cần từ 12).",
    ]


def test_sentences_leave_out_the_count_where_the_rule_has_none():
    said = sentences(explain([CD] + [T] * 14, shipped_rule("GVPT-20/2018")))

    assert said == ["Xếp loại Chưa đạt.", "Chưa đạt mức Đạt vì tiêu chí 1 ở mức Chưa đạt (phải từ Đạt trở lên)."]


def test_sentences_at_the_best_level_say_so():
    said = sentences(explain([T] * 15, shipped_rule("GVPT-20/2018")))

    assert said == ["Xếp loại Tốt.", "Đây là mức cao nhất: 15/15 tiêu chí đã ở mức Tốt (cần từ 10)."]


def test_sentences_exist_in_english():
    with translation.override("en"):
        said = sentences(explain([K] * 2 + [T] * 13, shipped_rule("GVPT-20/2018"))) + sentences(
            explain([K, K, K, K] + [T] * 11, shipped_rule("GVPT-20/2018"))
        )

    assert said[2:] == [
        "Classified as Fair.",
        "Not Good, because criteria 3, 4 are at Fair (must be Good); 11/15 criteria are at Good (10 needed).",
    ]


def test_rule_sentences_tell_each_level_of_the_circular():
    said = rule_sentences(shipped_rule("HT-14/2018"))

    assert said == [
        (
            T,
            "Mọi tiêu chí từ mức Khá trở lên; ít nhất 2/3 số tiêu chí (12/18) ở mức Tốt; "
            "các tiêu chí trọng tâm (1, 2, 4–6, 8, 10, 12–14) ở mức Tốt.",
        ),
        (
            K,
            "Mọi tiêu chí từ mức Đạt trở lên; ít nhất 2/3 số tiêu chí (12/18) từ mức Khá trở lên; "
            "các tiêu chí trọng tâm (1, 2, 4–6, 8, 10, 12–14) từ mức Khá trở lên.",
        ),
        (
            D,
            "Ít nhất 2/3 số tiêu chí (12/18) từ mức Đạt trở lên; "
            "các tiêu chí trọng tâm (1, 2, 4–6, 8, 10, 12–14) từ mức Đạt trở lên.",
        ),
        (CD, "Các trường hợp còn lại."),
    ]


@pytest.mark.parametrize(
    ("numbers", "said"), [([5], "5"), ([5, 3], "3, 5"), ([3, 4], "3, 4"), ([7, 3, 4, 5, 6, 9], "3–7, 9"), ([], "")]
)
def test_number_list_joins_runs_of_three_and_more(numbers, said):
    assert number_list(numbers) == said
