"""What companies disclose and what they do not, and how old it has become, by the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from metrics.column import Evidence
from metrics.compare import DEFAULT
from schemas.company import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.lens import Lens
    from schemas.book import Book

State = Literal["stated", "derived", "stale", "planned", "part", "claim", "refused", "nothing"]

STATES: tuple[State, ...] = get_args(State)
NUMBERS: tuple[State, ...] = ("stated", "derived", "stale")
_REFUSED = ("refused", "not_meaningful")


def grid(book: Book, lens: Lens, metrics: Sequence[str] = DEFAULT) -> pd.DataFrame:
    """Say for each company (down) and metric (across) what there is, as a `State`.

    Who discloses most comes first, those who disclose as much by their ids.
    What is only claimed, or stated for a part of the company, counts where there is nothing else.
    A metric whose entry in the catalogue was wrong has no column.
    """
    metrics = [metric for metric in metrics if metric in book.catalog]
    evidence = Evidence(book, lens, book.singles)
    names = pd.Index(evidence.companies)
    claims, parts = _beside(book, lens)
    states = pd.DataFrame("nothing", index=names, columns=metrics, dtype=object)
    for metric in metrics:
        answers = evidence.answer(metric)
        status = pd.Series(answers.status.astype(str), index=names)
        worked = pd.Series(answers.definition.astype(str), index=names) != ""
        column = states[metric]
        column = column.mask(names.isin(parts.get(metric, ())), "part")
        column = column.mask(names.isin(claims.get(metric, ())), "claim")
        column = column.mask(status.isin(_REFUSED), "refused")
        column = column.mask(status == "planned", "planned")
        there = ~status.isin(["missing", "planned", *_REFUSED])
        column = column.mask(there & worked, "derived").mask(there & ~worked, "stated")
        states[metric] = column.mask(status == "stale", "stale")
    return states.loc[disclosed(states).sort_values(ascending=False, kind="stable").index]


def disclosed(states: pd.DataFrame) -> pd.Series[int]:
    """Count for each company of a grid the metrics with a number, fresh or not."""
    return states.isin(NUMBERS).sum(axis=1)


def counts(states: pd.DataFrame) -> dict[State, int]:
    """Count the cells of a grid by what they say."""
    found = pd.Series(states.to_numpy().ravel(), dtype=object).value_counts()
    return {state: int(found.get(state, 0)) for state in STATES}


def _beside(book: Book, lens: Lens) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Find who has claims, and who figures for parts, of each metric, as `compare` does."""
    rows = book.known(lens.known)
    ended = (rows["kind"] != "actual") | (rows["end"] <= pd.Timestamp(lens.at))
    rows = rows[ended & (rows["against_metric"] == "")]
    whole = rows["scope"] == WHOLE
    claimed = [name for name, entry in book.catalog.items() if entry.stated == "claim"]
    return (
        _companies(rows[whole & rows["metric"].isin(claimed)]),
        _companies(rows[~whole]),
    )


def _companies(rows: pd.DataFrame) -> dict[str, set[str]]:
    pairs = rows[["metric", "company"]].drop_duplicates().astype(str)
    return {str(metric): set(each) for metric, each in pairs.groupby("metric")["company"]}


def aged(book: Book, lens: Lens) -> pd.DataFrame:
    """List the stated figures shown that are past their shelf life, the oldest first.

    Rows of `book.observations` with `age` and `shelf_life` in days and `times`, the one over the
    other.
    """
    evidence = Evidence(book, lens, book.singles)
    found = [evidence.rows.iloc[:0].assign(age=0, shelf_life=0, times=0.0)]
    for metric, entry in book.catalog.items():
        if entry.stated == "answer" and entry.shelf_life is not None:
            chosen = evidence.latest(evidence.one_basis(evidence.named(metric), entry))
            rows = evidence.rows.iloc[evidence.table.place[chosen[chosen >= 0]]]
            age = (pd.Timestamp(lens.at) - rows["end"]).dt.days
            told = rows.assign(age=age, shelf_life=entry.shelf_life, times=age / entry.shelf_life)
            found.append(told[age > entry.shelf_life])
    order = ["age", "company", "metric"]
    every: pd.DataFrame = pd.concat(found, ignore_index=True)
    every = every.astype({"company": str, "metric": str})
    return every.sort_values(order, ascending=[False, True, True], ignore_index=True)
