"""A company (or a group with `members`) and the observations that documents state about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from schemas.model import Country, Kebab, Moment, Shape, Snake, Text, YearEnd, unreasoned, wrong
from schemas.source import Basis

Kind = Literal["actual", "target", "plan", "forecast", "offer", "rumour", "opinion"]
Rank = Literal["preferred", "normal", "deprecated"]

WHOLE = "company"


class Names(Shape):
    """A name in each language the company is known in; English is the fallback."""

    en: Text
    zh_hans: Text | None = Field(default=None, alias="zh-Hans")
    zh_hant: Text | None = Field(default=None, alias="zh-Hant")

    def in_language(self, language: str) -> str:
        """Give the name in a language (BCP 47), else in English."""
        local = {"zh-Hans": self.zh_hans, "zh-Hant": self.zh_hant}.get(language)
        return local or self.en


class Scope(Shape):
    """The part of the company that a figure is about; exactly one of the four."""

    segment: Text | None = None
    product: Text | None = None
    region: Text | None = None
    people: Text | None = None

    @model_validator(mode="after")
    def _single(self) -> Scope:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise wrong(
                ", ".join(self.model_dump(exclude_none=True)) or "nothing",
                "exactly one of segment, product, region, people",
            )
        return self

    def __str__(self) -> str:
        """Write as `product: Talkie`."""
        return next(f"{key}: {text}" for key, text in self.model_dump(exclude_none=True).items())


class Against(Shape):
    """What a relational figure is measured against; a missing part is the observation's own."""

    company: Kebab | None = None
    metric: Snake | None = None


class Also(Shape):
    """The same amount printed beside it in a second currency."""

    value: Text
    as_stated: Text


class Observation(Shape):
    """One figure that a source states, written twice: as meant and as printed."""

    metric: Snake
    value: Text
    as_stated: Text
    unit_basis: Basis = "stated"
    also: Also | None = None
    period: Text
    period_basis: Basis = "stated"
    because: Text | None = None
    source: Kebab
    place: Text
    quotes: Kebab | None = None
    scope: Scope | None = None
    kind: Kind = "actual"
    basis: Snake | None = None
    against: Against | None = None
    by: Snake | None = None
    rank: Rank = "normal"
    note: Text | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Observation:
        for field, value, usual in (
            ("unit_basis", self.unit_basis, "stated"),
            ("period_basis", self.period_basis, "stated"),
            ("rank", self.rank, "normal"),
        ):
            if value != usual and self.because is None:
                raise unreasoned(field, value)
        return self

    @property
    def extent(self) -> str:
        """Name the part of the company that is meant; `company` is all of it."""
        return str(self.scope) if self.scope else WHOLE


class Founded(Shape):
    """When a company came into being, and which document says so."""

    value: Moment
    source: Kebab
    place: Text | None = None


class Company(Shape):
    """The shape of `data/companies/<id>.yaml`."""

    name: Names
    aliases: tuple[Text, ...] = ()
    country: Country | None = None
    founded: Founded | None = None
    lei: Text | None = None
    hkex: Text | None = None
    cik: Text | None = None
    wikidata: Text | None = None
    fiscal_year_end: YearEnd = "12-31"
    members: tuple[Kebab, ...] = ()
    observations: tuple[Observation, ...] = ()
