"""Findings: where sources do not agree with each other, with an original, or with a rate."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from metrics import choose, compare, fx, strict, tally
from metrics.column import Evidence
from metrics.lens import Lens
from schemas import entry, words
from schemas.interval import Interval, ReachesZeroError, point
from schemas.problem import Problem, problem
from schemas.unit import unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from schemas.book import Book, Row
    from schemas.figure import Figure

# Two figures compete when all of these are equal.
SAME = ["company", "metric", "scope", "basis", "kind", "period"]

# By what share a stated rate may lie off the reference rate before it is told.
_OFF = Fraction(2, 100)
# By what share the rate that two printed amounts imply may: issuers translate for convenience at
# another day's or another bank's rate.
_CONVENIENCE = Fraction(1, 200)


def problems(
    book: Book, known: date | None = None, at: date | None = None, *, everything: bool = False
) -> list[Problem]:
    """List everything wrong or worth a look: what reading found, then what checking finds.

    Findings take only what had been published by `known`, where it is given; what is stale is
    told as of the day `at`, and only where it is given. With `everything`, also what sources leave
    open is told.
    """
    opened = strict.findings(book, known) if everything else ()
    return sorted([*book.problems, *findings(book, known, at), *opened])


def findings(book: Book, known: date | None = None, at: date | None = None) -> Iterator[Problem]:
    """Compare sources, rewrites with originals, two printed currencies, wholes with parts."""
    rows = book.known(known)
    counted = (rows["rank"] != "deprecated") & (rows["against_metric"] == "")
    yield from _disagreements(book, rows[counted])
    yield from _currencies(book, rows[rows["also"].notna()])
    actual = rows[counted & (rows["kind"] == "actual")]
    yield from _rates(book, known)
    yield from _joints(book, actual)
    yield from tally.findings(book, actual)
    if at is not None:
        yield from _stale(book, known, at)
    yield from _gaps(book)


def _disagreements(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Compare what competes; only those rows are taken out of the table."""
    competing = rows[rows.duplicated(SAME, keep=False)].sort_values([*SAME, "id"])
    exact = iter(book.exact(competing))
    sizes = competing.groupby(SAME, observed=True, sort=False).size()
    for size in sizes:
        yield from _rivals(book, list(islice(exact, size)))


def _rivals(book: Book, rows: Sequence[Row]) -> Iterator[Problem]:
    """Hold each figure against the one that leads, a rewrite against its own original."""
    first, *others = sorted(rows, key=choose.order)
    by_source = {row.source: row for row in rows}
    for row in (first, *others):
        original = by_source.get(book.sources[row.source].derived_from or "")
        agreement = choose.agreement(original or first, row)
        # A rewrite has nothing of its own to say, so even a shade of difference is a finding.
        if original and agreement != "complete":
            yield problem(
                "rewrite-differs", row.file, row.line, row.column, metric=row.metric,
                source=row.source, original=original.source, first=row.as_stated,
                second=original.as_stated,
            )  # fmt: skip
        elif agreement == "inconsistent":
            yield problem(
                "rivals-disagree", row.file, row.line, row.column, metric=row.metric,
                period=row.period, first=first.as_stated, second=row.as_stated,
                first_source=first.source, second_source=row.source,
            )  # fmt: skip


def _currencies(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    for row in book.exact(rows):
        yield from _rate(row)


def _rate(row: Row) -> Iterator[Problem]:
    """Compare the rate that two printed amounts imply with the reference rate of the period."""
    value, _, as_stated = str(row.also).partition(" = ")
    mine = entry.pair(row.value_text, row.as_stated, inferred=row.unit_basis == "inferred")
    theirs = entry.pair(value, as_stated, inferred=False)
    if isinstance(mine, entry.Misfit) or isinstance(theirs, entry.Misfit):
        return  # pragma: no cover - the book holds only pairs that agree
    base, quote = row.measure.currency, unit(theirs[1].unit or "count").currency
    # Whoever printed both amounts knew no later rate.
    receipt = fx.receipt(base, quote, row.period, row.published) if base and quote else None
    if receipt is None:
        return
    try:
        implied = _printed(theirs[1]) / _printed(mine[1])
    except ReachesZeroError:  # nothing, printed in two currencies, has no rate
        return
    near = Interval(receipt.rate * (1 - _CONVENIENCE), receipt.rate * (1 + _CONVENIENCE))
    if not implied.meets(near):
        yield problem(
            "currencies-disagree", row.file, row.line, row.column, metric=row.metric,
            first=row.as_stated, second=as_stated, implied=implied,
            pair=f"{quote}/{base}", rate=f"{float(receipt.rate):.4g}",
        )  # fmt: skip


def _printed(read: Figure) -> Interval:
    """Give what the digits leave open: "more than 1.4bn (10bn yuan)" is a rate of 10 to 1.4."""
    end = {"more_than": read.low, "at_least": read.low, "less_than": read.high,
           "at_most": read.high}.get(read.qualifier)  # fmt: skip
    return read.loose_band if end is None else point(end).widened(read.step / 2)


def _rates(book: Book, known: date | None) -> Iterator[Problem]:
    """Hold the rates that documents state against the reference rates of the same periods."""
    for each in book.rates:
        if known is not None and each.published > known:
            continue
        receipt = fx.receipt(each.base, each.quote, each.period, known or date.max)
        # A rate for days to come is a plan, and no other day's rate says anything of it.
        if receipt is None or receipt.ahead:
            continue
        off = each.rate / receipt.rate - 1
        if abs(off) > _OFF:
            yield problem(
                "rate-differs", each.file, each.line, each.column, source=each.source,
                pair=each.pair, stated=each.as_stated, period=each.period,
                rate=f"{float(receipt.rate):.5g}", off=f"{float(abs(off)) * 100:.2g}",
            )  # fmt: skip


def _joints(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Add members' figures up where a group's figure covers the same thing and period."""
    groups = [name for name, each in book.companies.items() if each.members]
    inside = {member for name in groups for member in book.companies[name].members}
    parts = rows[rows["company"].isin(inside)]
    for joint in book.exact(rows[rows["company"].isin(groups)]):
        if _adds_up(book, joint.metric):
            yield from _members(book, joint, parts)


def _adds_up(book: Book, metric: str) -> bool:
    """Say whether amounts of a metric can be added: money, people, users, not ratios of them."""
    dimension = book.catalog[metric].measure.dimension
    return bool(dimension) and all(power > 0 for _, power in dimension)


def _members(book: Book, joint: Row, rows: pd.DataFrame) -> Iterator[Problem]:
    members = book.companies[joint.company].members
    same = rows[rows["company"].isin(members) & _alike(rows, joint)]
    parts = []
    for member in members:
        choice = choose.during(book.exact(same[same["company"] == member]), joint.period)
        if choice is None or choice.row.measure.unit != joint.measure.unit:
            return
        parts.append(choice.row)
    total = point(0)
    for part in parts:
        total += part.measure.band
    if not total.meets(joint.measure.band):
        yield problem(
            "joint-disagrees", joint.file, joint.line, joint.column, metric=joint.metric,
            sum=" + ".join(part.as_stated for part in parts), joint=joint.as_stated,
        )  # fmt: skip


def _alike(rows: pd.DataFrame, joint: Row) -> pd.Series[bool]:
    """Find the figures for the same thing and period."""
    return (
        (rows["metric"] == joint.metric)
        & (rows["scope"] == joint.scope)
        & (rows["basis"] == joint.basis)
        & (rows["period"] == str(joint.period))
    )


def _stale(book: Book, known: date | None, at: date) -> Iterator[Problem]:
    """Name the key figures of each company that answer on a day, past their shelf life."""
    evidence = Evidence(book, Lens(at, known or date.max), book.singles)
    old: dict[str, list[str]] = defaultdict(list)
    for metric in compare.DEFAULT:
        if metric in book.catalog and book.catalog[metric].stated == "answer":
            answers = evidence.answer(metric)
            # What is worked out from them is as old as they are, and not told again.
            stale = answers.marked("stale") & (answers.definition == "")
            for place in np.flatnonzero(stale).tolist():
                end = evidence.periods.all[answers.amount.period[place]].end
                old[evidence.companies[place]].append(f"{metric} ({end})")
    for company in sorted(old):
        told = old[company]
        path = book.observations["file"].iloc[book.spans[company].start]
        yield problem(
            "stale-figures", str(path), 0, 0, at=at, count=len(told), metrics=", ".join(told)
        )


def _gaps(book: Book) -> Iterator[Problem]:
    """Count what a language does not say yet; English stands in for it."""
    wanted = set(words.texts("en")) - {"language"}
    wanted |= {f"metric.{metric}.label" for metric in book.catalog}
    for language in words.LANGUAGES:
        optional = ("money", "currency.", "measure.", "per.")
        missing = sorted(
            key for key in wanted
            if key not in words.texts(language) and not key.startswith(optional)
        )  # fmt: skip
        if missing:
            yield problem(
                "word-missing", f"schemas/text/{language}.yaml", 0, 0, language=language,
                count=len(missing), key=missing[0],
            )  # fmt: skip
