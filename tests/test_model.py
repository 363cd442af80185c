"""What the checked texts of data files promise, and what is said where one is not right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import model
from schemas.model import Shape, is_id


def check(kind: str, value: object) -> tuple[str, object]:
    """What a kind of text makes of a value: its name for the fault and what it expects."""
    try:
        return "", TypeAdapter(getattr(model, kind)).validate_python(value)
    except ValidationError as error:
        (found,) = error.errors()
        return found["type"], found.get("ctx", {}).get("expected")


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("Text", ["a", "稀宇科技", "约5300万", " spaced ", "a: b # c", "x" * 2000]),
        ("Kebab", ["minimax", "01-ai", "a-b-c", "minimax+moonshot-ai", "a1+b2+c3"]),
        ("Snake", ["revenue", "cash_reserves", "h1_2025", "a"]),
        ("Link", ["https://a.example", "http://a.example/b?c=d#e", "https://例.example/中文"]),
        ("Language", ["en", "zh-Hans", "zh-Hant", "zh-Hant-HK", "pt-BR", "es-419", "yue"]),
        ("Country", ["CN", "US"]),
        ("YearEnd", ["12-31", "03-31", "02-28", "02-29", "04-30"]),
        ("Day", ["2025-09-30", "2024-02-29"]),
        ("Moment", ["2025-12-29", "2025-12", "2025"]),
    ],
)
def test_what_is_right_stays_as_it_was_written(kind, right):
    assert [check(kind, value) for value in right] == [("", value) for value in right]


@pytest.mark.parametrize(
    ("kind", "expected", "values"),
    [
        ("Text", "some text", ["", " ", "\u3000", "\n"]),
        ("Text", "at most 2000 characters", ["x" * 2001]),
        ("Text", "text without U+202E RIGHT-TO-LEFT OVERRIDE", ["a\u202eb"]),
        ("Text", "text without U+200B ZERO WIDTH SPACE", ["mini\u200bmax"]),
        ("Text", "text without U+001B control", ["\x1b[31m"]),
        (
            "Kebab",
            "lower-case words joined by hyphens",
            ["", "MiniMax", "mini_max", "-a", "a-", "a--b", "a+", "+a", "a b", "ä", "../x", "a\n"],
        ),
        (
            "Snake",
            "lower-case words joined by underscores",
            ["", "Revenue", "cash-reserves", "_a", "a_", "a__b", "1a", "a b", "é", "a\n"],
        ),
        (
            "Link",
            "an address that begins with http:// or https://",
            [
                "javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "a.b",
                "https://", "https:///x", "HTTPS://a.example", "https://a b.example",
                "https://user@a.example", 'https://a.example/"onload=', "https://a.example/<b>",
                "https://a.example/a b", "https://a.example\\b", "https://a.example/`",
            ],
        ),
        (
            "Language",
            "a BCP 47 tag such as en, zh-Hans, zh-Hant",
            ["", "EN", "english", "zh_Hans", "zh-hans", "zh-HANS", "e", "en-", "中文"],
        ),
        ("Country", "an ISO 3166 code such as CN", ["", "cn", "CHN", "C", "China"]),
        (
            "YearEnd",
            "a month and a day such as 12-31",
            ["", "31-12", "13-01", "00-31", "02-30", "04-31", "3-31", "12-31-2025", "１２-31"],
        ),
        ("Day", "a day such as 2025-09-30", ["2025-09", "2025-09-31", "20250930", "", "today"]),
        (
            "Moment",
            "a day, a month or a year such as 2025-09-30, 2025-09, 2025",
            ["2025-13", "FY2025", "25", "", "2025-9", "2025-12-29 10:00", "0000"],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_what_would_be_right(kind, expected, values):
    assert {check(kind, value) for value in values} == {("wrong-value", expected)}


@pytest.mark.parametrize("kind", ["Text", "Kebab", "Day"])
@pytest.mark.parametrize("value", [["a"], {"a": "b"}, 1, True, None])
def test_only_text_is_text(kind, value):
    assert check(kind, value)[0] == "string_type"


@given(text=st.text(max_size=30))
def test_no_text_makes_a_check_raise_anything_of_its_own(text):
    for kind in ("Text", "Kebab", "Snake", "Link", "Language", "Country", "YearEnd", "Day"):
        fault, value = check(kind, text)
        assert fault in {"", "wrong-value"}
        assert fault or value == text


@pytest.mark.parametrize(
    ("text", "can_be"), [("01-ai", True), ("a+b", True), ("A", False), ("", False), ("a.b", False)]
)
def test_a_file_name_can_be_an_id_or_not(text, can_be):
    assert is_id(text) is can_be


class Example(Shape):
    name: str = "x"


def test_a_shape_knows_its_keys_and_does_not_change():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Example.model_validate({"nmae": "x"})
    example = Example()
    with pytest.raises(ValidationError, match="frozen"):
        example.name = "y"  # type: ignore[misc]
