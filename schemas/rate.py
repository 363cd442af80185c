"""A rate is how many of one currency a document gives for one of another, on a day or over time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from schemas.model import Kebab, Shape, Text, wrong
from schemas.period import Period
from schemas.unit import CURRENCIES

Kind = Literal["closing", "mean"]

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def _currency(value: str) -> str:
    if value not in CURRENCIES:
        raise wrong(value, "a currency's code (ISO 4217) such as USD")
    return value


def _number(value: str) -> str:
    if not _NUMBER.fullmatch(value) or Fraction(value) <= 0:
        raise wrong(value, "a number above 0 such as 7.1884")
    return value


Currency = Annotated[str, AfterValidator(_currency)]


class Rate(Shape):
    """One entry of `data/rates.yaml`: so many `quote` for one `base`, as a document states it."""

    base: Currency
    quote: Currency
    rate: Annotated[str, AfterValidator(_number)]
    as_stated: Text
    period: Text
    kind: Kind
    source: Kebab
    place: Text
    note: Text | None = None

    @model_validator(mode="after")
    def _two(self) -> Rate:
        if self.base == self.quote:
            raise wrong(self.quote, "another currency than the base")
        return self


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A rate in the book: its number and period, and the document that states it."""

    base: str
    quote: str
    rate: Fraction
    kind: Kind
    period: Period
    as_stated: str
    source: str
    publisher: str
    published: date
    grade: int
    place: str
    note: str | None
    file: str
    line: int
    column: int

    @property
    def pair(self) -> str:
        """Name the two currencies as a unit: `CNY/USD` for yuan per dollar."""
        return f"{self.quote}/{self.base}"

    def between(self, base: str, quote: str) -> Fraction | None:
        """Give the rate from one currency to another, either way round; None for other pairs."""
        if (base, quote) == (self.base, self.quote):
            return self.rate
        return 1 / self.rate if (quote, base) == (self.base, self.quote) else None
