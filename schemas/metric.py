"""A metric is what is measured; one with definitions is derived from others."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator

from schemas.interval import Interval
from schemas.model import Shape, Snake, Text, wrong
from schemas.unit import Unit, unit

PeriodType = Literal["instant", "duration", "either"]

_WHOLE = re.compile(r"-?[0-9]{1,15}")


def _unit(value: str) -> str:
    try:
        unit(value)
    except ValueError as error:
        raise wrong(value, str(error)) from error
    return value


def _whole(value: object) -> object:
    # Whole numbers are all that possible values and days need; a share ends at 1.
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise wrong(value, "a whole number")


Whole = Annotated[int, Strict(), BeforeValidator(_whole)]


class Bounds(Shape):
    """What is possible for a metric, in its own unit; a missing end is unbounded."""

    low: Whole | None = None
    high: Whole | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Bounds:
        if self.low is not None and self.high is not None and self.low > self.high:
            written = f"{self.low}..{self.high}"
            raise wrong(written, "a low end and then a high one")
        return self


class Metric(Shape):
    """One entry of `metrics/catalog.yaml`; its words stand in `schemas/text/<language>.yaml`."""

    unit: Annotated[str, AfterValidator(_unit)]
    period: PeriodType
    bounds: Bounds = Bounds()
    shelf_life: Whole | None = None
    better: Literal["higher", "lower", "neither"] = "neither"
    taxonomy: tuple[Text, ...] = ()
    basis: tuple[Snake, ...] = ()
    group: Snake
    aliases: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    caveats: tuple[Text, ...] = ()
    stated: Literal["answer", "claim"] = "answer"
    definitions: dict[Snake, Text] = Field(default_factory=dict)
    # Definitions that stand in for the real thing, and those shown beside but never chosen.
    proxies: tuple[Snake, ...] = ()
    beside: tuple[Snake, ...] = ()
    reference: dict[Snake, Text] = Field(default_factory=dict)
    # What figures can be held against: sums of shorter periods, of parts of the company; metrics
    # that this one is never above for the same period, and a basis that another is never above.
    adds_up: tuple[Literal["periods", "parts"], ...] = ()
    at_most: tuple[Snake, ...] = ()
    basis_at_most: dict[Snake, Snake] = Field(default_factory=dict)

    @property
    def is_derived(self) -> bool:
        """Say whether formulas can compute it, so that a stated value can be checked."""
        return bool(self.definitions)

    @property
    def formulas(self) -> dict[str, str]:
        """Give every formula by its name: definitions first, then those for reference."""
        return {**self.definitions, **self.reference}

    @property
    def accumulates(self) -> bool:
        """Say whether amounts of consecutive periods add up: money that flows, as stated."""
        flows = self.period == "duration" and self.measure.dimension == (("money", 1),)
        return flows and not self.is_derived

    @model_validator(mode="after")
    def _named(self) -> Metric:
        for name in (*self.proxies, *self.beside):
            if name not in self.definitions:
                raise wrong(name, ", ".join(self.definitions) or "a definition")
        for name in (*self.basis_at_most, *self.basis_at_most.values()):
            if name not in self.basis:
                raise wrong(name, ", ".join(self.basis) or "a basis")
        return self

    @property
    def measure(self) -> Unit:
        """Give the unit as a value."""
        return unit(self.unit)

    @property
    def possible(self) -> Interval:
        """Give the interval that no value of this metric can leave."""
        return _possible(self.bounds.low, self.bounds.high)


@lru_cache(maxsize=1024)
def _possible(low: int | None, high: int | None) -> Interval:
    return Interval(
        None if low is None else Fraction(low), None if high is None else Fraction(high)
    )


Catalog = dict[str, Metric]
# A chain as long as this is a slip, and all pairs of a longer one would fill the memory.
_MOST_ABOVE = 50


def above(catalog: Catalog, metric: str) -> list[str]:
    """Name the metrics that one is never above, near ones first, itself among them in a circle.

    Not more than fifty or so, however long a catalogue's chain is.
    """
    found: dict[str, None] = {}
    waiting = [metric]
    for name in waiting:
        for each in catalog[name].at_most if name in catalog and len(found) < _MOST_ABOVE else ():
            if each not in found:
                found[each] = None
                waiting.append(each)
    return list(found)
