"""A whole lake derived bucket by bucket, by one process, several, or a cluster; then its rankings.

What is worked out is what the other verbs work out of a book: here each bucket is the book. Every
task reads what it needs from the lake and writes what comes of it, so that nothing large travels,
and a task that is done again writes the same file again.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import metrics
from metrics import bounds, claim, fx, lake, layout, rank
from metrics.bounds import NONE
from metrics.column import Evidence
from metrics.derive import GOOD, MARKS, Reason
from metrics.lens import Lens
from metrics.rank import Field, Ranking
from schemas.book import RECENT
from schemas.period import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from metrics.bounds import Bools, Floats, Ints
    from metrics.claim import Verdict
    from metrics.column import Answers
    from metrics.lake import Lake
    from schemas.book import Book
    from schemas.metric import Metric

    # What works tasks out: a function of a number or a name, and all of these.
    Engine = Callable[[Callable[[Any], dict[str, int]], Sequence[Any]], Iterable[dict[str, int]]]

# Ends are those of the column engine: rounded outwards, missing where there is none.
DERIVED = pa.schema([
    ("metric", pa.string()), ("company", pa.string()), ("status", pa.string()),
    ("reason", pa.string()), ("definition", pa.string()), ("value", pa.float64()),
    ("low", pa.float64()), ("high", pa.float64()), ("low_open", pa.bool_()),
    ("high_open", pa.bool_()), ("unit", pa.string()), ("currency", pa.string()),
    ("period", pa.string()), ("gap_days", pa.int32()), ("marks", pa.string()),
    ("inputs", pa.string()),
])  # fmt: skip
CLAIMS = pa.schema([
    ("id", pa.string()), ("company", pa.string()), ("metric", pa.string()),
    ("as_stated", pa.string()), ("stated", pa.float64()), ("stated_low", pa.float64()),
    ("stated_high", pa.float64()), ("unit", pa.string()), ("period", pa.string()),
    ("source", pa.string()), ("place", pa.string()), ("verdict", pa.string()),
    ("definition", pa.string()), ("derived", pa.float64()), ("derived_low", pa.float64()),
    ("derived_high", pa.float64()), ("miss", pa.float64()), ("tried", pa.int32()),
    ("factor", pa.string()), ("inputs", pa.string()),
])  # fmt: skip
RANKINGS = pa.schema([("company", pa.string()), ("first", pa.int64()), ("last", pa.int64())])
_PLACED = ("company", "status", "definition", "value", "low", "high", "low_open", "high_open",
           "currency", "period")  # fmt: skip
# Places that are read together: some pages of a list.
_PAGE = 1_024


@dataclass(frozen=True, slots=True)
class Done:
    """What a lake was derived as: the days, and how much came of it."""

    version: str
    at: str
    known: str
    derived: int
    claims: int
    rankings: int
    verdicts: dict[str, int]

    @property
    def lens(self) -> Lens:
        """Give the lens that the derived values are seen through."""
        return Lens(date.fromisoformat(self.at), date.fromisoformat(self.known))


@contextmanager
def plain(jobs: int = 1) -> Iterator[Engine]:
    """Work tasks out on this machine, in so many processes."""
    if jobs == 1:
        yield map
        return
    # Arrow's threads do not outlive a fork.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield pool.map


def derive(
    of: Lake,
    lens: Lens,
    engine: Engine = map,
    told: Callable[[int, int], None] | None = None,
    *,
    checked: bool = True,
) -> Done:
    """Derive a lake: values and claims bucket by bucket, then each metric's ranking.

    `told` hears how many buckets of how many are done. Claims take most of the time, and are left
    out where they are not to be `checked`.
    """
    if of.files.get_file_info([f"{of.root}/{lake.DERIVED}"])[0].is_file:
        of.files.delete_file(f"{of.root}/{lake.DERIVED}")
    counts: Counter[str] = Counter()
    numbers = range(of.about.buckets)
    for done, each in enumerate(engine(partial(bucket, of.where, lens, checked), numbers), 1):
        counts.update(each)
        if told:
            told(done, of.about.buckets)
    ranked = engine(partial(ranking, of.where, lens), list(of.catalog))
    verdicts = {name: counts[name] for name in sorted(counts) if name not in {"derived", "claims"}}
    found = Done(
        of.about.version, str(lens.at), str(lens.known), counts["derived"], counts["claims"],
        sum(each["rankings"] for each in ranked), verdicts,
    )  # fmt: skip
    lake.save(of, f"{of.root}/{lake.DERIVED}", json.dumps(asdict(found), indent=1).encode())
    return found


def done(of: Lake) -> Done | None:
    """Say as what a lake was derived, if it was since it was written."""
    path = f"{of.root}/{lake.DERIVED}"
    if not of.files.get_file_info([path])[0].is_file:
        return None
    with of.files.open_input_stream(path) as file:
        found = Done(**json.loads(file.read()))
    return found if found.version == of.about.version else None


# -- a bucket -----------------------------------------------------------------------------------


def bucket(where: str, lens: Lens, checked: bool, number: int) -> dict[str, int]:  # noqa: FBT001 - as partial gives it
    """Derive one bucket and write what comes of it; count it."""
    of = metrics.opened(where)
    book = of.one(number)
    values = derived(book, lens)
    # A metric's rows stand together, so that a ranking reads those and no others.
    _grouped(of, of.path("derived", number), values)
    verdicts = list(_verdicts(book, lens)) if checked else []
    lake.put(of, of.path("claims", number), claims(verdicts))
    words = Counter[str](each.word for each in verdicts)
    return {"derived": values.num_rows, "claims": len(verdicts), **words}


def _verdicts(book: Book, lens: Lens) -> Iterator[Verdict]:
    every = book.singles
    for start in range(0, len(every), RECENT):
        companies = every[start : start + RECENT]
        # Read together, they are at hand when each is asked for.
        book.rows(companies)
        yield from claim.claims(book, companies, lens)


def _grouped(of: Lake, path: str, values: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    starts = [0, *_turns(values["metric"].to_pylist()), values.num_rows]
    with pq.ParquetWriter(sink, values.schema, compression="zstd") as into:
        for start, after in pairwise(starts):
            into.write_table(values.slice(start, after - start))
    lake.save(of, path, sink.getvalue())


def _turns(names: Sequence[str]) -> list[int]:
    return [at for at in range(1, len(names)) if names[at] != names[at - 1]]


def derived(book: Book, lens: Lens) -> pa.Table:
    """Answer every metric for every single company; what nobody states or defines is left out."""
    evidence = Evidence(book, lens, book.singles)
    ids = evidence.rows["id"].astype(object).to_numpy()[evidence.table.place]
    tables = [
        _values(evidence, ids, evidence.answer(name), entry)
        for name, entry in sorted(book.catalog.items())
    ]
    return pa.concat_tables([DERIVED.empty_table(), *tables])


def _values(
    evidence: Evidence, ids: NDArray[np.object_], answers: Answers, entry: Metric
) -> pa.Table:
    amount, status = answers.amount, answers.status
    kept = np.flatnonzero(entry.is_derived | (status != "missing"))
    there = amount.there[kept]
    currency = np.array(evidence.currencies, dtype=object)
    periods = np.array([*map(str, evidence.periods.all), ""], dtype=object)
    units = [str(entry.measure.priced(name)) if name else entry.unit for name in currency]
    of = np.where(there, amount.currency[kept], 0)
    known = {
        "metric": np.full(len(kept), answers.metric, dtype=object),
        "company": np.array(evidence.companies, dtype=object)[kept],
        "status": status[kept],
        "reason": answers.reason[kept],
        "definition": np.where(there, answers.definition[kept], ""),
        "value": _known(amount.value[kept], there),
        "low": _known(amount.low[kept], there),
        "high": _known(amount.high[kept], there),
        "low_open": pa.array(amount.low_open[kept], mask=~there),
        "high_open": pa.array(amount.high_open[kept], mask=~there),
        "unit": np.array(units, dtype=object)[of],
        "currency": currency[of],
        "period": periods[np.where(there, amount.period[kept], NONE)],
        "gap_days": answers.gap_days[kept].astype(np.int32),
        "marks": [_marks(bits) for bits in answers.marks[kept].tolist()],
        "inputs": _inputs(ids, answers, kept),
    }
    return pa.table(known, schema=DERIVED)


def _known(numbers: Floats, there: Bools) -> pa.Array:
    """Leave out what is no number, and ends that are unbounded."""
    return pa.array(numbers, mask=~there | ~np.isfinite(numbers))


def _marks(bits: int) -> str:
    return " ".join(name for bit, name in enumerate(MARKS) if bits >> bit & 1)


def _inputs(ids: NDArray[np.object_], answers: Answers, kept: Ints) -> list[str]:
    """Name the observations underneath, in the formula's order, each once."""
    found: list[dict[str, None]] = [{} for _ in kept]
    for rows in answers.inputs:
        mine = rows[kept]
        for at in np.flatnonzero(mine >= 0).tolist():
            found[at][ids[mine[at]]] = None
    return [" ".join(each) for each in found]


def claims(verdicts: Iterable[Verdict]) -> pa.Table:
    """Lay verdicts out, without words: what was stated, what it came to, by which definition."""
    return pa.Table.from_pylist([_claimed(each) for each in verdicts], CLAIMS)


def _claimed(found: Verdict) -> dict[str, object]:
    row, attempt = found.row, found.attempt
    answer = attempt.answer if attempt else None
    worked = answer.bounds if answer else None
    stated = row.measure
    return {
        "id": row.id, "company": row.company, "metric": row.metric, "as_stated": row.as_stated,
        "stated": _float(stated.value), "stated_low": _float(stated.bounds.low),
        "stated_high": _float(stated.bounds.high), "unit": stated.unit, "period": str(row.period),
        "source": row.source, "place": row.place, "verdict": found.word,
        "definition": answer.definition if answer else "",
        "derived": _float(answer.value) if answer else None,
        "derived_low": _float(worked.low) if worked else None,
        "derived_high": _float(worked.high) if worked else None,
        "miss": _float(attempt.miss) if attempt else None, "tried": found.tried,
        "factor": found.factor,
        "inputs": " ".join(each.id for each in answer.rows) if answer else "",
    }  # fmt: skip


def _float(number: object) -> float | None:
    return None if number is None else float(number)  # type: ignore[arg-type]


# -- across buckets -----------------------------------------------------------------------------


def ranking(where: str, lens: Lens, metric: str) -> dict[str, int]:
    """Put all companies in order by what their buckets came to, and write that."""
    of = metrics.opened(where)
    every = pa.concat_tables(_answers(of, metric))
    if not every.num_rows:
        return {"rankings": 0}
    every = pa.concat_tables([every, _lacking(of, every)]).sort_by("company")
    found = rank.ordered(_field(every, of, lens), metric, of.catalog[metric])
    told = {
        "currency": found.currency, "counts": dict(found.counts), "placed": found.placed,
        "mixed": [[each.name, each.args] for each in found.mixed],
    }  # fmt: skip
    table = pa.table([list(found.companies), found.first, found.last], schema=RANKINGS)
    table = table.replace_schema_metadata({"ranking": json.dumps(told)})
    lake.put(of, f"{of.root}/rankings/{metric}.parquet", table, _PAGE)
    return {"rankings": 1}


def _answers(of: Lake, metric: str) -> Iterator[pa.Table]:
    yield DERIVED.empty_table().select(_PLACED)
    for number in range(of.about.buckets):
        path = of.path("derived", number)
        yield of.read(path, _PLACED, pc.field("metric") == metric)


def _lacking(of: Lake, every: pa.Table) -> pa.Table:
    """List those of whom nothing is known: their buckets leave them out where no formula stops."""
    names = pc.unique(of.read(f"{of.root}/names.parquet", ["company"])["company"])
    rest = names.filter(pc.invert(pc.is_in(names, every["company"].combine_chunks())))
    blank = pa.array([""] * len(rest), pa.string())
    known = {"company": rest, "status": pa.array(["missing"] * len(rest), pa.string())}
    known |= dict.fromkeys(("definition", "currency", "period"), blank)
    none = {each.name: pa.nulls(len(rest), each.type) for each in every.schema}
    return pa.table(none | known, schema=every.schema)


def _field(every: pa.Table, of: Lake, lens: Lens) -> Field:
    """Lay answers out again as they were in their buckets."""
    currencies = layout.Names()
    texts = every["period"].to_pylist()
    periods = layout.Periods([found for text in dict.fromkeys(texts) if (found := parse(text))])
    codes = {str(each): code for each, code in periods.code.items()}
    status = every["status"].to_numpy()
    there = np.array([bool(text) for text in texts])
    amount = bounds.Column(
        _ends(every["low"], -np.inf), _ends(every["high"], np.inf), _flags(every["low_open"]),
        _flags(every["high_open"]), _ends(every["value"], np.nan),
        np.array([codes.get(text, NONE) for text in texts], dtype=np.int64),
        np.array([currencies.code(each) for each in every["currency"].to_pylist()], dtype=np.int64),
        there,
    )  # fmt: skip
    return Field(
        every["company"].to_pylist(), amount, np.isin(status.astype(str), GOOD), status,
        every["definition"].to_numpy(), np.ones(len(texts), dtype=bool), currencies.all, periods,
        fx.Rates(of.rates, lens.known, lens.rates),
    )  # fmt: skip


def _ends(numbers: pa.ChunkedArray, none: float) -> Floats:
    found: Floats = pc.fill_null(numbers, none).to_numpy()
    return found


def _flags(flags: pa.ChunkedArray) -> Bools:
    found: Bools = pc.fill_null(flags, True).to_numpy()  # noqa: FBT003 - an unbounded end is open
    return found


class Listed:
    """A column of a ranking, of which only the rows asked for are read."""

    def __init__(self, of: Lake, path: str, column: str, length: int) -> None:
        self.of, self.path, self.column, self.length = of, path, column, length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, wanted: slice) -> Any:  # noqa: ANN401 - texts, or numbers as an array
        start, after, _ = wanted.indices(self.length)
        with pq.ParquetFile(self.path, filesystem=self.of.files) as file:
            groups = range(start // _PAGE, min(file.num_row_groups, -(-after // _PAGE)))
            read = file.read_row_groups(list(groups), [self.column])[self.column]
        first = groups.start * _PAGE
        part = read.slice(start - first, after - start)
        return tuple(part.to_pylist()) if self.column == "company" else part.to_numpy()


def ranked(of: Lake, metric: str) -> Ranking | None:
    """Open the ranking that was written, whose places are read as they are asked for."""
    path = f"{of.root}/rankings/{metric}.parquet"
    if not of.files.get_file_info([path])[0].is_file:
        return None
    told = pq.read_metadata(path, filesystem=of.files)
    about = json.loads(told.metadata[b"ranking"])
    # A page takes slices of these, as it does of the real ones.
    names, first, last = (cast("Any", Listed(of, path, name, told.num_rows)) for name in
                          RANKINGS.names)  # fmt: skip
    mixed = tuple(
        Reason(name, tuple((key, text) for key, text in args)) for name, args in about["mixed"]
    )
    return Ranking(
        metric, names, first, last, about["currency"], about["counts"], about["placed"], mixed
    )
