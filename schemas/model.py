"""What all file shapes share: frozen pydantic models over plain text, and their checked texts."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from schemas.node import hidden
from schemas.period import day, last_day

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\+[a-z0-9]+(-[a-z0-9]+)*)*")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LINK = re.compile(r"https?://[^\s/?#@\\\"'<>`{}|^]+([/?#][^\s\\\"'<>`{}|^]*)?")
# BCP 47 as far as our sources need it: a language, perhaps a script, perhaps a region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LEAP_YEAR = 2024
_MAX_TEXT = 2000
_SHORTER = f"at most {_MAX_TEXT} characters"


class Shape(BaseModel):
    """A mapping in a data file: no unknown keys, no changes after reading."""

    # Every scalar arrives as text, so pydantic's lax conversions have nothing to convert.
    model_config = ConfigDict(extra="forbid", frozen=True)


def wrong(value: object, expected: str) -> PydanticCustomError:
    """Say that a value is not what is expected."""
    return PydanticCustomError("wrong-value", "{value}", {"value": value, "expected": expected})


def unreasoned(field: str, value: str) -> PydanticCustomError:
    """Say that a choice needs a `because`."""
    return PydanticCustomError("because-missing", "{field}", {"field": field, "value": value})


def _text(value: str) -> str:
    if not value.strip():
        raise wrong(value, "some text")
    if len(value) > _MAX_TEXT:
        raise wrong(value[:20], _SHORTER)
    # A block scalar's own line ends are no hidden characters.
    found = hidden(value.replace("\n", " "))
    if found:
        raise wrong(value, "text without " + found)
    return value


def _pattern(pattern: re.Pattern[str], expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(value, expected)
        return value

    return AfterValidator(check)


def _day(value: str) -> str:
    if day(value) is None:
        raise wrong(value, "a day such as 2025-09-30")
    return value


def _year_end(value: str) -> str:
    if day(f"{_LEAP_YEAR}-{value}") is None:
        raise wrong(value, "a month and a day such as 12-31")
    return value


def _moment(value: str) -> str:
    if last_day(value) is None:
        raise wrong(value, "a day, a month or a year such as 2025-09-30, 2025-09, 2025")
    return value


Text = Annotated[str, AfterValidator(_text)]
Kebab = Annotated[str, _pattern(_KEBAB, "lower-case words joined by hyphens")]
Snake = Annotated[str, _pattern(_SNAKE, "lower-case words joined by underscores")]
Link = Annotated[Text, _pattern(_LINK, "an address that begins with http:// or https://")]
Language = Annotated[str, _pattern(_LANGUAGE, "a BCP 47 tag such as en, zh-Hans, zh-Hant")]
Country = Annotated[str, _pattern(_COUNTRY, "an ISO 3166 code such as CN")]
YearEnd = Annotated[str, AfterValidator(_year_end)]
Day = Annotated[str, AfterValidator(_day)]
Moment = Annotated[str, AfterValidator(_moment)]


def is_id(text: str) -> bool:
    """Say whether `text` can name a company or a source (lower-kebab, groups joined by +)."""
    return _KEBAB.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Say whether `text` can name a metric (lower_snake)."""
    return _SNAKE.fullmatch(text) is not None
