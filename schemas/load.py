"""Reading a data folder into a book: each file alone, every problem kept, nothing raised."""

from __future__ import annotations

import hashlib
import re
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas import cache, crew, entry, file, listing, period, segment
from schemas.book import COLUMNS, Book, spans
from schemas.cache import Kept
from schemas.company import Company
from schemas.file import File, Link, near, opened
from schemas.heads import Heads
from schemas.listing import BESIDE, KINDS, Listing
from schemas.metric import Catalog, Metric, above
from schemas.model import Shape, is_id
from schemas.node import digest, place, plain
from schemas.problem import Problem, problem
from schemas.rate import Rate, StatedRate
from schemas.segment import Segment, stem
from schemas.sets import Set, Sets
from schemas.source import GRADE, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Model = TypeVar("Model", bound=Shape)
# So many names are compared in search of a near one; a hostile file could ask for billions.
_COMPARED = 20_000
_STRETCH = "a stretch of time such as FY2024, of which the rate is a mean"
_DAY = "a day such as 2025-09-30, of which the rate is the closing one"
# How many files are done, and how many there are.
Progress = Callable[[int, int], None]
# Hidden files, what editors leave behind, and a note to people are nobody's mistake.
_ASIDE = re.compile(r"\..*|.*~|.*\.sw[op]|#.*#|README\.md", re.DOTALL)
# So often are chains of documents shortened at their ends before circles are looked for.
_ROUNDS = 16


def load(  # noqa: PLR0913 - what is known already spares reading it again
    folder: Path,
    catalog: Catalog,
    found: Iterable[Problem] = (),
    told: Progress | None = None,
    *,
    last: Book | None = None,
    seen: Listing | None = None,
    verify: bool = False,
) -> Book:
    """Read every file of a data folder; `found` are problems already known of the catalogue.

    `told` is called before each file with how many are done, and how many there are. Of the `last`
    book of this folder, files are taken that look as they did; `seen` is how they look now. To
    `verify` is to go by their content instead.
    """
    seen = seen or listing.listing(folder)
    reading = _Reading(folder, list(found))
    if not any((folder / kind).is_dir() for kind in KINDS):
        reading.problems.append(problem("missing-folder", str(folder), folder=folder))
    else:
        reading.strays(seen)
    same = last and (last.folder, last.catalog) == (folder, catalog)
    kept = last.kept if last and same else None
    kept = kept if isinstance(kept, Kept) else cache.read(folder, catalog)
    if verify:
        kept = _verified(folder, kept)
    names, looks = reading.named(seen, kept.names)
    return _book(reading, catalog, _current(folder, catalog, kept, names, looks, told))


def _verified(folder: Path, kept: Kept) -> Kept:
    """Forget how the files look that are not what they were when they were read."""
    known = kept.said.files["digest"].to_pylist()
    same = [
        digest(folder / name, folder) == was for name, was in zip(kept.names, known, strict=True)
    ]
    looks = np.where(np.array(same, np.bool_)[:, None], segment.looks(kept.said.files), 0)
    return kept._replace(said=segment.stamped(kept.said, looks))


def _current(  # noqa: PLR0913, PLR0917 - what reading hangs on
    folder: Path,
    catalog: Catalog,
    before: Kept,
    names: list[str],
    looks: NDArray[np.int64],
    told: Progress | None,
) -> Kept:
    """Read what looks otherwise than before, and leave out what is gone."""
    known = before.names
    fresh = _fresh(known, segment.looks(before.said.files), names, looks)
    gone = [] if names == known else sorted(set(known) - set(names))
    if not fresh and not gone:
        return before
    started = time.time_ns()
    wanted = [names[place] for place in fresh]
    hear = partial(_tell, told, len(names) - len(wanted), len(names))
    new = segment.joined([segment.NOTHING, *crew.read(folder, wanted, catalog, hear)])
    # What changed so shortly before may change again and look the same: it is read again.
    stamps = np.where(listing.settled(looks[fresh], started)[:, None], looks[fresh], 0)
    said = segment.changed(before.said, segment.stamped(new, stamps), gone)
    return cache.write(folder, catalog, before, Kept(said, names), {*wanted, *gone})


def _tell(told: Progress | None, known: int, total: int, done: int) -> None:
    if told:
        told(known + done, total)


def _fresh(
    known: list[str], looked: NDArray[np.int64], names: list[str], looks: NDArray[np.int64]
) -> list[int]:
    """Find the files that are not known as they look now, by their place among the names."""
    if names == known:
        places = np.arange(len(names))
    else:
        at = dict(zip(known, range(len(known)), strict=True))
        places = np.array([at.get(name, -1) for name in names], np.int64)
    there = np.vstack([looked, np.zeros((1, 3), np.int64)])[places]
    same = (there == looks).all(axis=1) & (there[:, 0] != 0)
    fresh: list[int] = np.flatnonzero(~same).tolist()
    return fresh


def _book(reading: _Reading, catalog: Catalog, kept: Kept) -> Book:
    """Join what files say, and say what is wrong between them."""
    folder, files = reading.folder, kept.said.files
    documents = files.slice(pc.sum(pc.starts_with(files["name"], "companies/")).as_py() or 0)
    others = files.slice(0, len(files) - len(documents))
    sources = _heads(Source, "sources", documents)
    companies = _heads(Company, "companies", others)
    shown = folder.name
    sets = reading.sets()
    rates = tuple(reading.rates(sources))
    named = segment.linked(files)
    joined = _joined(kept.said, documents, sources)
    reading.problems.extend(
        [
            *segment.problems(files, shown),
            *_lost(_missing(named, companies, sources, shown), companies, sources),
            *_lost(reading.links, companies, sources),
            *_circles(_around(named, shown)),
            *_strangers(joined, companies, sources),
            *_early(joined),
        ]
    )
    usable = _usable(joined)
    return Book(
        folder=folder,
        catalog=catalog,
        companies=companies,
        sources=sources,
        sets=sets,
        observations=usable,
        problems=tuple(sorted(reading.problems)),
        version=segment.digest((documents, others), reading.digests)[:12],
        spans=spans(usable),
        rates=rates,
        groups=segment.members(files),
        kept=kept,
    )


def stamp(book: Book, companies: Sequence[str]) -> str:
    """Name the state of all files that some companies' figures rest on; of others it says nothing.

    These are their own, those of the sources of their observations, and the rates. A book of which
    the files are not known, or in which something is supposed, has one state in all.
    """
    kept = book.kept
    if not isinstance(kept, Kept) or book.supposed:
        return book.key
    sources = sorted(book.of(companies)["source"].unique())
    names = [*(f"companies/{each}.yaml" for each in companies),
             *(f"sources/{each}.yaml" for each in sources)]  # fmt: skip
    digests = kept.said.files["digest"]
    places = (bisect_left(kept.names, name) for name in names)
    told = [f"{name} {digests[place]}" for name, place in zip(names, places, strict=True)]
    return hashlib.sha256("\n".join([*told, repr(book.rates)]).encode()).hexdigest()[:12]


def _headed(files: pa.Table) -> pa.Table:
    """Keep the files whose head is right; where all are, that is no copy."""
    right = pc.not_equal(files["head"], "")
    return files if pc.all(right).as_py() else files.filter(right)


def _heads(model: type[Model], kind: str, files: pa.Table) -> Heads[Model]:
    there = _headed(files)
    return Heads(model, segment.stems(there, kind), there["head"])


def catalog(path: Path) -> tuple[Catalog, list[Problem]]:
    """Read the catalogue of metrics; entries that are wrong are left out, as problems."""
    where, _, problems = opened(path.parent, path.name)
    if where is None:
        return {}, problems
    metrics = dict(where.entries(Metric))
    for name in metrics:
        _order(where, name, metrics)
    return metrics, where.problems


def _order(where: File, name: str, metrics: Catalog) -> None:
    """Hold a metric's `at_most` against the catalogue: known names, one unit, no circle."""
    entry = metrics[name]
    for index, upper in enumerate(entry.at_most):
        loc = (name, "at_most", index)
        if upper not in where.keys:
            where.report("unknown-metric", loc, **where.near(upper, where.keys))
        elif upper in metrics and (
            metrics[upper].unit != entry.unit or name in above(metrics, upper)
        ):
            expected = f"another metric in {entry.unit} that is not held below this one"
            where.report("wrong-value", loc, field="at_most", value=upper, expected=expected)


# -- what lies beside companies and sources ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder being read: what was wrong so far, its files' digests and what they name."""

    folder: Path
    problems: list[Problem]
    digests: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def named(self, seen: Listing, known: list[str]) -> tuple[list[str], NDArray[np.int64]]:
        """Keep the files whose names are ids, as `known` ones are; the others are problems."""
        if seen.names == known:
            return known, seen.array()
        strange = [at for at, name in enumerate(seen.names) if not is_id(stem(name))]
        for at in strange:
            name = stem(seen.names[at])
            # A file's name may be any bytes; a problem must stay text that can be printed.
            value = name if name.isprintable() else ascii(name)[1:-1]
            shown = f"{self.folder.name}/{seen.names[at].partition('/')[0]}/{value}.yaml"
            self.problems.append(problem("bad-id", shown, 1, 1, value=value))
        without = set(strange)
        kept = [name for at, name in enumerate(seen.names) if at not in without]
        return kept, np.delete(seen.array(), strange, axis=0)

    def strays(self, seen: Listing) -> None:
        """Name what lies in the folder and is read by nobody; no other folder is gone through."""
        for name in seen.others:
            if name not in (*KINDS, *BESIDE) and not _ASIDE.fullmatch(name.rpartition("/")[2]):
                shown = name if name.isprintable() else ascii(name)[1:-1]
                self.problems.append(problem("stray-file", f"{self.folder.name}/{shown}"))

    def beside(self, name: str, *, listed: bool = False) -> File | None:
        """Read a file that need not be there."""
        path = self.folder / name
        if not (path.exists() or path.is_symlink()):
            return None
        where, digest, problems = opened(self.folder, name, listed=listed)
        self.digests.append(f"{name} {digest}")
        if where is None:
            self.problems.extend(problems)
            return None
        # What it says from here on stands with the rest.
        self.problems.extend(where.problems)
        return where._replace(problems=self.problems, before=len(self.problems))

    def rates(self, sources: Mapping[str, Source]) -> list[StatedRate]:
        """Read the rates that documents state; what leads for a pair and period stands first."""
        where = self.beside("rates.yaml", listed=True)
        found: dict[tuple[object, ...], StatedRate] = {}
        for rate in _rates(where, self.links, sources) if where else ():
            pair = frozenset((rate.base, rate.quote))
            first = found.setdefault((pair, rate.period, rate.source), rate)
            if first is not rate:
                self.problems.append(
                    problem(
                        "repeated-rate", rate.file, rate.line, rate.column, pair=rate.pair,
                        first=first.line,
                    )
                )  # fmt: skip
        return sorted(
            found.values(), key=lambda rate: (-rate.grade, -rate.published.toordinal(), rate.source)
        )

    def sets(self) -> Sets:
        """Read the peer sets, where there are any."""
        where = self.beside("sets.yaml")
        if where is None:
            return {}
        sets = dict(where.entries(Set))
        for name, each in sets.items():
            self.links.extend(
                where.link(name, "company", company, (name, "companies", index))
                for index, company in enumerate(each.companies)
            )
        return sets


def _rates(where: File, links: list[Link], sources: Mapping[str, Source]) -> Iterator[StatedRate]:
    """Read stated rates, each alone; one whose source is not there counts for nothing."""
    listed = where.node.value
    for index, each in enumerate(listed if isinstance(listed, tuple) else ()):
        if where.is_hopeless:
            return
        told = where.shaped(Rate, plain(each), (index,))
        if told is None:
            continue
        links.append(where.link("rates", "source", told.source, (index, "source")))
        when = period.parse(told.period)
        got = _rate_misfit(told, when)
        if got:
            where.report(got.name, (index, got.field), **got.args)
        elif when and (source := sources.get(told.source)):
            published = period.last_day(source.published) or date.max
            yield StatedRate(
                told.base, told.quote, Fraction(told.rate), told.kind, when, told.as_stated,
                told.source, source.publisher, published,
                GRADE[source.kind], told.place, told.note, where.path,
                *place(where.node, (index,)),
            )  # fmt: skip


def _rate_misfit(told: Rate, when: period.Period | None) -> entry.Misfit | None:
    """Hold a rate's two writings together, and its kind against its period."""
    args = {"field": "period", "value": told.period}
    if when is None:
        return entry.Misfit("wrong-value", "period", {**args, "expected": file.PERIODS})
    if when.is_instant and told.kind == "mean":
        return entry.Misfit("wrong-value", "period", {**args, "expected": _STRETCH})
    if not when.is_instant and told.kind == "closing":
        return entry.Misfit("wrong-value", "period", {**args, "expected": _DAY})
    got = entry.pair(f"{told.rate} {told.quote}", told.as_stated, inferred=True)
    if not isinstance(got, entry.Misfit):
        return None
    return got._replace(field="rate" if got.field == "value" else got.field)


# -- between files ----------------------------------------------------------------------------


def _joined(said: Segment, documents: pa.Table, sources: Heads[Source]) -> pd.DataFrame:
    """Bring each observation its source's effective publication day, grade and standing."""
    columns = segment.frame(said.rows)
    there = _headed(documents)
    # One row more than there are sources is found at -1: what an unknown one brings.
    found = pc.fill_null(pc.index_in(_names(columns["source"].categories), sources.ids), -1)
    at = np.append(found.to_numpy(), -1)[columns["source"].codes]
    quoted = np.append(columns["quotes"].categories.to_numpy() != "", False)
    days = np.append(there["published"].to_numpy(), np.datetime64("NaT", "s"))
    return pd.DataFrame(
        {
            **columns,
            "published": days.astype("datetime64[s]")[at],
            "grade": np.append(there["grade"].to_numpy(), 0).astype("int8")[at],
            "repeats": np.append(there["repeats"].to_numpy() > 0, False)[at]
            | quoted[columns["quotes"].codes],
        },
        copy=False,
    )


def _names(index: pd.Index[str]) -> pa.Array:
    return pa.array(index, pa.large_string())


def _usable(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop observations whose source is not there: no number without a source."""
    kept = (rows["published"].notna() & ~rows["twin"]).to_numpy()
    found = rows[list(COLUMNS)]
    return found if kept.all() else found[kept].reset_index(drop=True)


def _strangers(
    rows: pd.DataFrame, companies: Heads[Company], sources: Heads[Source]
) -> Iterator[Problem]:
    known: dict[str, tuple[str, Heads[Any]]] = {
        "source": ("source", sources),
        "quotes": ("source", sources),
        "against_company": ("company", companies),
    }
    for column, (what, names) in known.items():
        categories = _names(rows[column].cat.categories)
        lost = pc.and_(pc.invert(pc.is_in(categories, names.ids)), pc.not_equal(categories, ""))
        if not pc.any(lost).as_py():
            continue
        strange = np.append(lost.to_numpy(zero_copy_only=False), False)
        found = rows[strange[rows[column].cat.codes]].sort_values(["file", "line"])
        for told, row in enumerate(_records(found, column)):
            args = near(row[column], names, told, _COMPARED)
            yield problem(f"unknown-{what}", row["file"], row["line"], row["column"], **args)


def _records(rows: pd.DataFrame, *columns: str) -> list[dict[Hashable, Any]]:
    """Take rows out of the table, with these columns and their places."""
    return rows[[*columns, "file", "line", "column"]].to_dict("records")


def _early(rows: pd.DataFrame) -> Iterator[Problem]:
    early = (rows["kind"] == "actual") & (rows["published"] < rows["end"])
    for row in _records(rows[early], "period", "source", "published"):
        yield problem(
            "published-before-period", row["file"], row["line"], row["column"],
            period=row["period"], source=row["source"], published=row["published"].date(),
        )  # fmt: skip


def _missing(
    named: pa.Table, companies: Heads[Company], sources: Heads[Source], folder: str
) -> list[Link]:
    """Find the links of files that lead to no company or source that is there."""
    lost = pa.array(np.zeros(len(named), np.bool_))
    for what, known in (("company", companies), ("source", sources)):
        there = pc.is_in(named["to"], known.ids.cast(pa.string()))
        lost = pc.or_(lost, pc.and_(pc.equal(named["what"], what), pc.invert(there)))
    return segment.links(named.filter(lost), folder)


def _lost(
    links: Iterable[Link], companies: Collection[str], sources: Collection[str]
) -> Iterator[Problem]:
    known = {"company": companies, "source": sources}
    lost = [link for link in links if link.to not in known[link.what]]
    for told, link in enumerate(lost):
        args = near(link.to, known[link.what], told, _COMPARED)
        yield problem(f"unknown-{link.what}", link.path, link.line, link.column, **args)


def _around(named: pa.Table, folder: str) -> list[Link]:
    """Leave out the links between sources that are in no circle: they lead to an end."""
    left = named.filter(pc.starts_with(named["name"], "sources/"))
    ends = segment.stems(left, "sources").cast(pa.string())
    for _ in range(_ROUNDS):
        on = pc.is_in(left["to"], ends)
        if pc.all(on).as_py() or not len(left):
            break
        left, ends = left.filter(on), ends.filter(on)
    return segment.links(left, folder)


def _circles(links: Iterable[Link]) -> Iterator[Problem]:
    """Find sources that rest on each other; each circle is told once, at its first source."""
    by_ends = {(link.of, link.to): link for link in links}
    rests_on: dict[str, list[str]] = {}
    for of, to in by_ends:
        rests_on.setdefault(of, []).append(to)
    while circle := _circle(rests_on):
        link = by_ends[circle[0], circle[1]]
        told = " -> ".join(circle)
        yield problem("source-circle", link.path, link.line, link.column, circle=told)
        del rests_on[circle[0]]


def _circle(rests_on: Mapping[str, Iterable[str]]) -> list[str]:
    """Give one circle from its first name back to that; an empty list where there is none."""
    try:
        TopologicalSorter(rests_on).prepare()
    except CycleError as error:
        around: list[str] = error.args[1][:0:-1]
        first = around.index(min(around))
        return [*around[first:], *around[:first], around[first]]
    return []
