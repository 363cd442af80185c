"""How a reader looks at the book: as of when, as known when, in which language and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Lens:
    """Periods ended by `at`, figures published by `known`, words in `language` (BCP 47).

    `currency` (ISO 4217) presents all money in one; empty keeps each figure's own.
    """

    at: date
    known: date
    language: str = LANGUAGES[0]
    currency: str = ""
