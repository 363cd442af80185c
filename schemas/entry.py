"""Double entry: one figure written twice, as meant and as printed, read and held together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from schemas import figure
from schemas.figure import Figure
from schemas.interval import Interval
from schemas.metric import Metric
from schemas.problem import Problem
from schemas.unit import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

_ABOVE = ("less_than", "at_most")
_ONE_SIDED = ("more_than", "at_least", *_ABOVE)
_RATIOS = ("share", "multiple")
_ZERO = Fraction(0)


class Misfit(NamedTuple):
    """Why two writings cannot stand: a problem's name, the field it is about, and its words."""

    name: str
    field: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount in its metric's unit: the nominal value if any, its bounds, its rounding bands."""

    value: Fraction | None
    bounds: Interval
    band: Interval
    loose: Interval
    qualifier: str
    unit: str
    currency: str


def pair(value: str, as_stated: str, *, inferred: bool) -> tuple[Figure, Figure] | Misfit:
    """Read both writings; they agree in amount, unit and qualifier, or it is a misfit.

    With `inferred`, a unit or currency that was not printed is taken from `value`.
    """
    read: list[Figure] = []
    for field, text in (("value", value), ("as_stated", as_stated)):
        got = figure.read(text)
        if isinstance(got, Problem):
            return Misfit(got.name, field, dict(got.args))
        read.append(got)
    meant, stated = read
    if stated.unit is None and meant.unit not in {None, "count"} and not inferred:
        return Misfit("unit-not-printed", "as_stated", {"as_stated": as_stated, "unit": meant.unit})
    if _agree(meant, stated, inferred=inferred):
        return meant, stated
    args = {
        "value": value,
        "as_stated": as_stated,
        "meant": _reading(meant),
        "stated": _reading(stated),
        "factor": _factor(meant, stated),
    }
    return Misfit("double-entry", "value", args)


def measure(
    value: str, as_stated: str, metric: Metric, *, inferred: bool, related: bool
) -> Measure | Misfit:
    """Bring a pair into its metric's unit; bounds come from what was printed.

    A `related` figure ("34 times Kimi's") is a plain ratio, whatever its metric's unit.
    """
    both = pair(value, as_stated, inferred=inferred)
    if isinstance(both, Misfit):
        return both
    meant, stated = both
    turn = _turn(meant.unit or "count", stated.unit, metric.unit, related=related)
    if turn is None:
        expected = ", ".join(_RATIOS) if related else metric.measure
        return Misfit(
            "unit-mismatch",
            "value",
            {"value": value, "unit": unit(meant.unit or "count"), "expected": expected},
        )
    factor = turn.factor
    possible = Interval(Fraction(0), None) if related else metric.possible
    open_ended = scaled(_unfloored(stated.bounds, stated.qualifier, possible), factor)
    bounds = open_ended.clipped(possible)
    nominal = None if stated.value is None else stated.value * factor
    if bounds is None or (nominal is not None and not possible.contains(nominal)):
        return Misfit("out-of-bounds", "value", {"value": value, "expected": possible})
    # "More than a year" names a threshold; it rounds nothing.
    rounds = _ZERO if stated.qualifier in _ONE_SIDED else turn.half
    band = open_ended.widened(stated.digit * rounds)
    loose = band if stated.step == stated.digit else open_ended.widened(stated.step * rounds)
    return Measure(nominal, bounds, band, loose, stated.qualifier, turn.unit, turn.currency)


class _Turn(NamedTuple):
    """How an amount gets into its metric's unit: times `factor`, of which a `half` rounds."""

    factor: Fraction
    half: Fraction
    unit: str
    currency: str


# A few hundred ways are all that come up, among any number of figures.
@lru_cache(maxsize=4096)
def _turn(meant: str, stated: str | None, metric: str, *, related: bool) -> _Turn | None:
    written, wanted = unit(meant), unit(metric)
    if not (str(written) in _RATIOS if related else written.fits(wanted)):
        return None
    # "3 years" may be printed as 36 months: what was printed has a unit of its own.
    printed = unit(stated) if stated else written
    factor = printed.factor if related else printed.factor / wanted.factor
    currency = written.currency or ""
    name = str(written if related else wanted.priced(currency))
    return _Turn(factor, factor / 2, name, currency)


def scaled(bounds: Interval, factor: Fraction) -> Interval:
    """Multiply both ends by a positive factor."""
    if factor == 1:
        return bounds
    return Interval(
        None if bounds.low is None else bounds.low * factor,
        None if bounds.high is None else bounds.high * factor,
        bounds.low_open,
        bounds.high_open,
    )


def _unfloored(bounds: Interval, qualifier: str, possible: Interval) -> Interval:
    # "Less than x" starts at zero only where the metric cannot be negative.
    if qualifier in _ABOVE and (possible.low is None or possible.low < 0):
        return Interval(None, bounds.high, high_open=bounds.high_open)
    return bounds


def _amounts(read: Figure) -> tuple[Fraction, ...]:
    if read.value is not None:
        return (read.value,)
    if read.qualifier == "range":
        return tuple(end for end in (read.low, read.high) if end is not None)
    end = read.high if read.qualifier in _ABOVE else read.low
    return () if end is None else (end,)


def _scale(read: Figure) -> Fraction:
    return unit(read.unit).factor if read.unit else Fraction(1)


def _agree(meant: Figure, stated: Figure, *, inferred: bool) -> bool:
    if meant.qualifier != stated.qualifier:
        return False
    if meant.unit is None and stated.unit not in {None, "count"}:
        return False
    if stated.unit is None or meant.unit is None:
        return _amounts(meant) == _amounts(stated)
    if meant.unit == stated.unit:
        return _amounts(meant) == _amounts(stated)
    ours, theirs = unit(meant.unit), unit(stated.unit)
    same = ours.fits(theirs) and ours.currency == theirs.currency
    counted = inferred and {meant.unit, stated.unit} <= {"people", "users", "count"}
    if not (same or counted):
        return False
    return [a * _scale(meant) for a in _amounts(meant)] == [
        a * _scale(stated) for a in _amounts(stated)
    ]


def _reading(read: Figure) -> str:
    amounts = "..".join(f"{float(amount):,.12g}" for amount in _amounts(read))
    words = [] if read.qualifier in {"exact", "range"} else [read.qualifier.replace("_", " ")]
    return " ".join([*words, amounts, *([read.unit] if read.unit else [])])


def _factor(meant: Figure, stated: Figure) -> str:
    """Name the factor between two readings of one amount where it is a power of ten."""
    ours, theirs = _amounts(meant), _amounts(stated)
    if len(ours) != len(theirs) or not all((*ours, *theirs)):
        return ""
    ratio = abs(ours[0] * _scale(meant) / (theirs[0] * _scale(stated)))
    times = max(ratio, 1 / ratio)
    power = 10 ** (len(str(int(times))) - 1)
    return f"{power:,}" if times == power and power > 1 else ""
