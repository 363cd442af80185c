"""Some companies of a lake as a book: only they are read; others are looked up when named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from metrics import lake
from schemas.book import Book, spans
from schemas.company import Company
from schemas.model import Shape
from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrics.lake import Lake

Model = TypeVar("Model", bound=Shape)

# Parts kept at hand for those who come back to them, heads and documents looked up.
_PARTS = 64
_HEADS = 4_096
# As many hits of each sort as a search looks at.
_HITS = 200
# What a long list, such as a peer set or those who rest on one document, adds to a page at most.
MOST = 64


class Found(Mapping[str, Model], Generic[Model]):
    """What a part lists of a lake, by id; any other is looked up by its id, but not listed."""

    def __init__(
        self, of: Lake, here: Mapping[str, Model], look: Callable[[Lake, str], Model | None]
    ) -> None:
        self._of, self._here, self._look = of, here, look

    def __getitem__(self, name: str) -> Model:
        # An id that is asked for may be empty: a document may rest on none.
        found = self._here.get(name) or (self._look(self._of, name) if name else None)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._here)

    def __len__(self) -> int:
        return len(self._here)


class Singles(Collection[str]):
    """The companies of a lake that are no groups: known one by one, counted, and never listed."""

    def __init__(self, of: Lake) -> None:
        self.of = of

    def __contains__(self, name: object) -> bool:
        found = _head(self.of, str(name))
        return found is not None and not found.members

    def __iter__(self) -> Iterator[str]:
        message = "the companies of a lake are not gone through on a page"
        raise TypeError(message)

    def __len__(self) -> int:
        return self.of.about.singles


@dataclass(frozen=True, slots=True)
class Part(Book):
    """A book that has the observations of some companies of a lake, and of the groups of these."""

    of_lake: Lake = field(kw_only=True)

    @property
    def key(self) -> str:
        """Name the part by its lake's version and its companies."""
        named = hashlib.sha256("|".join(self.companies).encode()).hexdigest()[:12]
        return f"{self.version}-{named}"

    @property
    def counts(self) -> tuple[int, int, int]:
        """Count the companies that are no groups, observations and sources of the whole lake."""
        about = self.of_lake.about
        return about.singles, about.observations, about.sources

    @property
    def is_part(self) -> bool:
        """Say that there are more companies than are listed."""
        return True

    def holding(self, companies: Iterable[str]) -> Book:
        """Give a part that has these companies' observations."""
        return part(self.of_lake, companies)


def part(of: Lake, companies: Iterable[str]) -> Part:
    """Read some companies; names that the lake does not know are passed over."""
    return _part(of, tuple(sorted(set(companies))))


@lru_cache(maxsize=_PARTS)
def _part(of: Lake, companies: tuple[str, ...]) -> Part:
    heads = _heads(of, companies)
    groups = {group for _, within in heads.values() for group in within}
    heads |= _heads(of, sorted(groups - set(heads)))
    found = {name: heads[name][0] for name in sorted(heads, key=lake.place_of)}
    rows = lake.frame(list(of.rows("observations", "company", found)))
    cited = {*rows["source"].astype(str), *rows["quotes"].astype(str)}
    cited |= {each.founded.source for each in found.values() if each.founded}
    sources = _cited(of, found, cited - {""})
    files = [f"companies/{name}.yaml" for name in found]
    files += [f"sources/{name}.yaml" for name in sources]
    return Part(
        Path(of.where), of.catalog, Found(of, found, _head),
        Found(of, sources, _source), of.sets, rows,
        of.problems([*files, "rates.yaml", "sets.yaml"]), of.about.version, spans(rows), of.rates,
        lake.grouped(found), of_lake=of,
    )  # fmt: skip


def _heads(of: Lake, companies: Iterable[str]) -> dict[str, tuple[Company, list[str]]]:
    return {
        row["company"]: (Company.model_validate_json(row["head"]), row["groups"])
        for table in of.rows("companies", "company", companies)
        for row in table.to_pylist()
    }


def _cited(of: Lake, companies: Iterable[str], names: set[str]) -> dict[str, Source]:
    """Read the documents that companies rest on, and those that these rest on."""
    buckets = sorted({of.bucket(name) for name in companies})
    found: dict[str, Source] = {}
    waiting = names
    while waiting:
        told = {
            name: each
            for bucket in buckets
            for name, each in of.documents(bucket, sorted(waiting)).items()
        }
        found |= told
        waiting = {
            name
            for each in told.values()
            for name in (each.derived_from, each.primary_source)
            if name and name not in found
        }
    return {name: found[name] for name in sorted(found, key=lake.place_of)}


@lru_cache(maxsize=_HEADS)
def _head(of: Lake, company: str) -> Company | None:
    found = _heads(of, [company]).get(company)
    return found[0] if found else None


@lru_cache(maxsize=_HEADS)
def _source(of: Lake, name: str) -> Source | None:
    for table in of.rows("documents", "source", [name]):
        for bucket in table["bucket"].to_pylist():
            return of.documents(bucket, [name]).get(name)
    return None


def resting(of: Lake, source: str) -> list[str]:
    """Name companies that rest on a document, up to `MOST`."""
    tables = of.rows("documents", "source", [source])
    return [name for each in tables for name in chain(*each["companies"].to_pylist())][:MOST]


def search(of: Lake, text: str) -> list[tuple[str, str, str]]:
    """Find companies by what a name of theirs holds (folded): id, name, and the name folded.

    Up to some of those that begin with it and some others, in the order of their ids.
    """
    first: list[tuple[str, str, str]] = []
    rest: list[tuple[str, str, str]] = []
    with pq.ParquetFile(f"{of.root}/names.parquet", filesystem=of.files) as file:
        for batch in file.iter_batches():
            begins = pc.starts_with(batch["folded"], text)
            holds = pc.and_not(pc.match_substring(batch["folded"], text), begins)
            first += _rows(batch.filter(begins), _HITS - len(first))
            rest += _rows(batch.filter(holds), _HITS - len(rest))
            if len(first) >= _HITS:
                break
    return first + rest


def _rows(of: pa.RecordBatch, most: int) -> list[tuple[str, str, str]]:
    columns = (of[name].slice(0, most).to_pylist() for name in lake.NAMES.names)
    return list(zip(*columns, strict=True))
