"""How a reader looks at the book: as of when, as known when, in which language and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from schemas.words import LANGUAGES

# The latest figure, those of full years, sums of the last twelve months, or the latest period that
# all compared companies share.
PeriodClass = Literal["latest", "year", "trailing", "shared"]
CLASSES: tuple[PeriodClass, ...] = ("latest", "year", "trailing", "shared")
Choice = Literal["reference", "stated"]
CHOICES: tuple[Choice, ...] = ("reference", "stated")
# Currencies that pages and addresses offer; the first leaves each figure its own.
NATIVE = "native"
CURRENCIES = (NATIVE, "USD", "CNY")


@dataclass(frozen=True, slots=True)
class Lens:
    """Periods ended by `at`, figures published by `known`, words in `language` (BCP 47).

    `currency` (ISO 4217) presents all money in one; empty keeps each figure's own. `rates` says
    which exchange rates go first: reference rates, or those that documents state.
    """

    at: date
    known: date
    language: str = LANGUAGES[0]
    currency: str = ""
    periods: PeriodClass = "latest"
    rates: Choice = "reference"
