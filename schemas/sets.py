"""A set is a named choice of companies: a peer group or a watch list."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from schemas.company import Names
from schemas.model import Kebab, Shape, wrong


def _flag(value: object) -> bool:
    # Everything in a file is text, and pydantic would take `on` and `1` for true as well.
    if value not in ("true", "false"):
        raise wrong(value, "true or false")
    return value == "true"


Flag = Annotated[Literal[True, False], BeforeValidator(_flag)]


def _worded(value: object) -> object:
    # A note to oneself is written once, in whatever language.
    return {"en": value} if isinstance(value, str) else value


Note = Annotated[Names, BeforeValidator(_worded)]


class Set(Shape):
    """One entry of `data/sets.yaml`; with `watch` it is a list of companies to follow."""

    name: Names
    companies: tuple[Kebab, ...]
    note: Note | None = None
    notes: dict[Kebab, Note] = Field(default_factory=dict)
    watch: Flag = False

    @model_validator(mode="after")
    def _noted(self) -> Set:
        for company in self.notes:
            if company not in self.companies:
                raise wrong(company, f"one of its companies: {', '.join(self.companies)}")
        return self


Sets = dict[str, Set]
