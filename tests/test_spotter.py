"""Words in running text: the longest, whole where they are Latin, in either script."""

import pytest

from schemas.spotter import Spotter

NAMES = Spotter(
    [
        ("阿里", "a"),
        ("阿里巴巴", "b"),
        ("海螺AI", "h"),
        ("xAI", "x"),
        ("Glow", "g"),
        ("收入", "r"),
        ("收入", "s"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("阿里巴巴与阿里", ["阿里巴巴", "阿里"]),
        ("海螺AI和海螺 AI", ["海螺AI", "海螺 AI"]),
        ("xAI, XAI, OpenxAI, xAIs", ["xAI", "XAI"]),
        ("a glow, the app Glow", ["Glow"]),
        ("Glow", ["Glow"]),
        ("阿", []),
        ("", []),
    ],
)
def test_words_are_found_where_they_stand(text, found):
    assert [text[each.start : each.end] for each in NAMES.find(text)] == found


def test_a_word_may_mean_several_things():
    (spot,) = NAMES.find("收入")
    assert NAMES.means(spot) == ["r", "s"]


def test_a_word_of_one_character_is_too_short_to_find():
    assert list(Spotter([("腾", "t")]).find("腾")) == []
