"""One company's figures held against each other: sums and parts, order, steps from year to year.

Candidates are found by the column, in float64 and with some room; exact amounts then decide.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics import choose, derive
from schemas.company import WHOLE
from schemas.interval import Interval, point
from schemas.metric import above
from schemas.problem import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from schemas.book import Book, Row
    from schemas.metric import Metric

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Span = tuple[int, int]

# Figures of one thing in one unit, at different times.
THING = ["company", "metric", "scope", "basis", "unit"]
# What the column is allowed to be off by; exact amounts decide afterwards.
_ROOM = 1e-9
# From one period to the next nothing grows a thousandfold; 2 % is left to rounding.
_STEP = Fraction(980)
_ROUND = Fraction(2, 100)
_MONTH_DAYS = 30.4375


def findings(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Hold each company's actual figures against each other; `rows` are those that count."""
    yield from _tiles(book, rows)
    yield from _splits(book, rows)
    yield from _orders(book, rows)
    yield from _steps(book, rows)


def _adding(book: Book, over: str) -> list[str]:
    return [name for name, entry in book.catalog.items() if over in entry.adds_up]


def _leading(
    book: Book, rows: pd.DataFrame, wanted: Sequence[Sequence[Sequence[int]]]
) -> Iterator[list[Row]]:
    """Choose among rivals, given by their positions, list by list; all are taken out at once."""
    spots = sorted({spot for each in wanted for rivals in each for spot in rivals})
    exact = dict(zip(spots, book.exact(rows.iloc[spots]), strict=True))
    for each in wanted:
        yield [min((exact[spot] for spot in rivals), key=choose.order) for rivals in each]


def _exceeds(first: Row, second: Row) -> bool:
    """Say whether a figure is more than another, rounding allowed for."""
    return _above(first.measure.band, second.measure.band)


def _above(first: Interval, second: Interval) -> bool:
    """Say whether all of the first lies above all of the second."""
    if first.meets(second) or first.low is None or second.high is None:
        return False
    return first.low >= second.high


def _sum(parts: Iterable[Row]) -> Interval:
    total = point(0)
    for part in parts:
        total += part.measure.band
    return total


# -- periods that make up a longer one ----------------------------------------------------------


def _tiles(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Add shorter periods up where they make exactly a longer one."""
    flows = rows[rows["metric"].isin(_adding(book, "periods")) & rows["start"].notna()]
    starts, ends = _days(flows["start"]), _days(flows["end"])
    low, high = _ends(flows)
    wanted = []
    for spots in flows.groupby(THING, observed=True, sort=False).indices.values():
        if len(spots) < 3:  # noqa: PLR2004 - a whole and two parts
            continue
        at: dict[Span, list[int]] = {}
        for spot in np.asarray(spots).tolist():
            at.setdefault((int(starts[spot]), int(ends[spot])), []).append(spot)
        # The narrowest that rivals leave: where that meets, whichever leads does.
        bands = {each: (low[mine].max(), high[mine].min()) for each, mine in at.items()}
        wanted += [
            [at[each] for each in (whole, *parts)]
            for whole, parts in tilings(at)
            if not _meets(bands[whole], [bands[each] for each in parts])
        ]
    told: set[str] = set()
    for whole, *parts in _leading(book, flows, wanted):
        if whole.id not in told and not _sum(parts).meets(whole.measure.band):
            told.add(whole.id)  # one way that does not fit is enough
            yield _parted(whole, [f"{each.as_stated} ({each.period})" for each in parts])


def _ends(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Give both ends of each row's rounding band, infinite where there is none."""
    low, high = rows["band_low"].to_numpy(), rows["band_high"].to_numpy()
    return np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf)


def _days(of: pd.Series[pd.Timestamp]) -> Ints:
    """Number days, so that the one after has the next number."""
    return of.to_numpy().astype("datetime64[D]").astype(np.int64)


def _meets(whole: tuple[float, float], parts: Sequence[tuple[float, float]]) -> bool:
    """Say whether the column alone shows that the sum of the parts meets the whole."""
    low, high = (sum(end) for end in zip(*parts, strict=True))
    known = [abs(end) for end in (low, high, *whole) if np.isfinite(end)]
    room = _ROOM * max(known, default=0)
    return bool(low + room < whole[1] and high - room > whole[0])


def _parted(whole: Row, parts: Sequence[str]) -> Problem:
    return problem(
        "parts-disagree", whole.file, whole.line, whole.column, metric=whole.metric,
        period=whole.period, whole=whole.as_stated, sum=" + ".join(parts),
    )  # fmt: skip


def tilings(periods: Iterable[Span]) -> Iterator[tuple[Span, tuple[Span, ...]]]:
    """Find which periods (first and last day, by number) others make up exactly.

    Every way in two parts is given; where there is none, one way in as few parts as can be.
    """
    ends: dict[int, list[int]] = {}
    for start, end in sorted(set(periods)):
        ends.setdefault(start, []).append(end)
    there = {(start, end) for start, each in ends.items() for end in each}
    for start, end in sorted(there):
        halved = [
            ((start, middle), (middle + 1, end))
            for middle in ends[start]
            if middle < end and (middle + 1, end) in there
        ]
        for parts in halved or _fewest((start, end), ends):
            yield (start, end), parts


def _fewest(whole: Span, ends: dict[int, list[int]]) -> Iterator[tuple[Span, ...]]:
    """Walk from the first day to the last by the fewest periods, breadth first."""
    came: dict[int, Span] = {}
    waiting = deque([whole[0]])
    while waiting and whole[1] + 1 not in came:
        start = waiting.popleft()
        for end in ends.get(start, ()):
            if end <= whole[1] and (start, end) != whole and end + 1 not in came:
                came[end + 1] = (start, end)
                waiting.append(end + 1)
    after, path = whole[1] + 1, list[Span]()
    while after in came and after != whole[0]:
        path.append(came[after])
        after = came[after][0]
    if path:
        yield tuple(reversed(path))


# -- parts of the company -----------------------------------------------------------------------


def _splits(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Add up the segments, products or regions that one document states; some may be missing.

    Less than the whole is therefore nothing to tell, and more than it is.
    """
    adding = _spotted(rows)[rows["metric"].isin(_adding(book, "parts")).to_numpy()]
    of_part = adding["scope"] != WHOLE
    wholes, parts = adding[~of_part], adding[of_part]
    parts = parts.assign(sort=[str(scope).partition(":")[0] for scope in parts["scope"]])
    # "Overseas" holds the United States: regions are not told apart by being named apart.
    parts = parts[parts["sort"] != "region"]
    same = ["company", "metric", "basis", "unit", "period"]
    by = [*same, "source", "sort"]
    lows = parts.groupby([*by, "scope"], observed=True)["band_low"].max().reset_index()
    sums = lows.groupby(by, observed=True)["band_low"].agg(["sum", "size"]).reset_index()
    highs = wholes.groupby(same, observed=True)["band_high"].min().reset_index()
    sums = sums[sums["size"] > 1].merge(highs, on=same)
    sums = sums[sums["sum"] >= sums["band_high"] * (1 - _ROOM)]
    wanted = []
    for _, each in parts.merge(sums[by], on=by).groupby(by, observed=True, sort=False):
        over = wholes.merge(each[same].drop_duplicates(), on=same)
        scopes = each.groupby("scope", observed=True)["spot"]
        wanted.append([over["spot"].tolist(), *(spots.tolist() for _, spots in scopes)])
    for whole, *leads in _leading(book, rows, wanted):
        # A single part above the whole is told by itself.
        single = any(_exceeds(each, whole) for each in leads)
        if not single and _above(_sum(leads), whole.measure.band):
            yield _parted(whole, [f"{each.as_stated} ({each.scope})" for each in leads])


def _spotted(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep what figures are told apart and compared by, and each row's position."""
    columns = ["company", "metric", "scope", "basis", "unit", "period", "source"]
    slim = rows[[*columns, "band_low", "band_high"]]
    return slim.astype({"metric": object, "basis": object}).assign(spot=np.arange(len(rows)))


# -- order --------------------------------------------------------------------------------------


def _orders(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Find what cannot stand beside each other in one period: more inside than outside."""
    for pairs, by in _rules(book, _spotted(rows)):
        low, high = pairs["band_low"], pairs["band_high"]
        # Whichever rival is taken, on whatever basis: one that fits explains the rest.
        told = (low >= high - _ROOM * high.abs()).groupby(pairs["key"]).transform("all")
        wanted = [
            [each["spot_x"].unique().tolist(), each["spot_y"].unique().tolist()]
            for _, each in pairs[told].groupby("key", sort=False)
        ]
        for lower, upper in _leading(book, rows, wanted):
            if _exceeds(lower, upper):
                yield problem(
                    "implausible-order", lower.file, lower.line, lower.column,
                    period=lower.period, lower=_name(lower, by), first=lower.as_stated,
                    upper=_name(upper, by), second=upper.as_stated,
                )  # fmt: skip


def _rules(book: Book, rows: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, str]]:
    """Lay out what is never above what: by the catalogue, and parts below their whole."""
    catalog, alike = book.catalog, ["company", "unit", "period"]
    metrics = [(name, each) for name in catalog for each in above(catalog, name)]
    lower = rows.merge(pd.DataFrame(metrics, columns=["metric", "over"]), on="metric")
    upper = rows[rows["metric"].isin(lower["over"])].rename(columns={"metric": "over"})
    yield _beside(lower, upper, [*alike, "scope", "over"], "metric"), "metric"
    named = pd.DataFrame(
        [(name, *each) for name in catalog for each in catalog[name].basis_at_most.items()],
        columns=["metric", "basis", "over"],
    )
    lower, upper = rows.merge(named, on=["metric", "basis"]), rows.assign(over=rows["basis"])
    yield _beside(lower, upper, [*alike, "scope", "metric", "over"], "basis"), "basis"
    inside = rows[rows["metric"].isin([name for name in catalog if _holds(catalog[name])])]
    part = inside["scope"] != WHOLE
    same = [*alike, "metric", "basis"]
    yield _beside(inside[part], inside[~part], same, "scope"), "scope"


def _holds(entry: Metric) -> bool:
    """Say whether a part of the company cannot have more than all of it: prices may, users not."""
    return "parts" in entry.adds_up or entry.unit == "users"


def _beside(lower: pd.DataFrame, upper: pd.DataFrame, on: list[str], by: str) -> pd.DataFrame:
    """Join what is compared, and number what competes: one thing, held against one other."""
    right = upper[[*on, "band_high", "spot"]]
    pairs = lower[[*on, by, "band_low", "spot"]].merge(right, on=on)
    keys = pairs.groupby([*on, by], observed=True, sort=False).ngroup()
    return pairs[["spot_x", "spot_y", "band_low", "band_high"]].assign(key=keys)


def _name(row: Row, by: str) -> str:
    """Name a figure by what tells the two apart."""
    if by == "metric" or (by == "scope" and row.scope == WHOLE):
        return row.metric
    return f"{row.metric} ({row.basis if by == 'basis' else row.scope})"


# -- steps --------------------------------------------------------------------------------------


def _steps(book: Book, rows: pd.DataFrame) -> Iterator[Problem]:
    """Find a thousandfold step from one period to the next of equal length."""
    value = rows["value"].to_numpy()
    low, high = _ends(rows)
    frame = pd.DataFrame(
        {
            "thing": rows.groupby(THING, observed=True, sort=False).ngroup().to_numpy(),
            "months": _months(rows),
            "end": _days(rows["end"]),
            "most": np.where(np.isnan(value), low, value),
            "least": np.where(np.isnan(value), high, value),
        }
    )
    by = ["thing", "months", "end"]
    each = frame.groupby(by).agg({"most": "max", "least": "min"}).reset_index()
    then = each.shift()
    follows = (each[by[:2]] == then[by[:2]]).all(axis=1)
    follows &= each["end"] - then["end"] <= derive.GAP_REFUSED
    wide = float(_STEP) * (1 - _ROOM)
    up = (then["least"] > 0) & (each["most"] >= then["least"] * wide)
    down = (each["least"] > 0) & (then["most"] >= each["least"] * wide)
    spots = frame.groupby(by).indices
    wanted = [
        [list(spots[tuple(each.loc[at, by])]) for at in (place - 1, place)]
        for place in np.flatnonzero(follows & (up | down)).tolist()
    ]
    for before, after in _leading(book, rows, wanted):
        factor = max(_times(before, after), _times(after, before))
        if factor >= _STEP:
            yield problem(
                "implausible-step", after.file, after.line, after.column, metric=after.metric,
                first=before.as_stated, first_period=before.period, second=after.as_stated,
                second_period=after.period, factor=_told(factor),
            )  # fmt: skip


def _months(rows: pd.DataFrame) -> Ints:
    """Give lengths in whole months, as near as can be; -1 for instants."""
    flows = rows["start"].notna().to_numpy()
    days = _days(rows["end"]) - np.where(flows, _days(rows["start"]), 0) + 1
    return np.where(flows, np.rint(days / _MONTH_DAYS), -1).astype(np.int64)


def _times(small: Row, great: Row) -> Fraction:
    """Say how many times the one is in the other, at least; 0 where nobody can know."""
    least, most = small.measure, great.measure
    high = least.band.high if least.value is None else least.value
    low = most.band.low if most.value is None else most.value
    if low is None or high is None or least.bounds.low is None or least.bounds.low <= 0:
        return Fraction(0)
    return low / high


def _told(factor: Fraction) -> str:
    """Write a factor, as a power of ten where it is about one."""
    places = len(str(round(factor))) - 1
    near = (10**each for each in (places, places + 1) if abs(factor / 10**each - 1) <= _ROUND)
    return f"{next(near, round(factor)):,}"
