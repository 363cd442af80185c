"""A source is one document: who published it, when, where it is, what it merely repeats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from schemas.model import Day, Kebab, Language, Link, Moment, Shape, Text, unreasoned, wrong

Kind = Literal["filing", "company", "press", "aggregator", "post"]
Basis = Literal["stated", "inferred"]

# How near the kind of document stands to the books; filings and the company itself lead.
GRADE: dict[str, int] = {"filing": 4, "company": 3, "press": 2, "aggregator": 1, "post": 0}

_SHA256_DIGITS = 64


def _sha256(value: str) -> str:
    if len(value) != _SHA256_DIGITS or set(value) - set("0123456789abcdef"):
        raise wrong(value, "64 lower-case hex digits")
    return value


class Source(Shape):
    """The shape of `data/sources/<id>.yaml`."""

    kind: Kind
    publisher: Text
    author: Text | None = None
    title: Text | None = None
    language: Language
    published: Moment
    published_basis: Basis = "stated"
    because: Text | None = None
    url: Link | None = None
    accessed: Day | None = None
    sha256: Annotated[str, AfterValidator(_sha256)] | None = None
    primary_source: Kebab | None = None
    derived_from: Kebab | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Source:
        if self.published_basis == "inferred" and self.because is None:
            raise unreasoned("published_basis", "inferred")
        return self

    @property
    def repeats(self) -> bool:
        """Say whether the document only passes on what another one states."""
        return self.primary_source is not None or self.derived_from is not None
