"""A book as a folder of Parquet files in buckets of companies, of which any part is read alone.

`lake.json` says what there is and is written last: a folder without it is no lake. Every table lies
in `<table>/bucket=<number>/`, a company in the bucket that its id comes to, so that whoever wants
some companies opens the files of their buckets and no others.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zlib import crc32

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import fs

from metrics import compare
from schemas import words
from schemas.book import COLUMNS, Book, spans
from schemas.company import Company
from schemas.period import parse
from schemas.problem import Problem
from schemas.rate import StatedRate
from schemas.sets import Set
from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from schemas.metric import Catalog

NAME = "lake.json"
DERIVED = "derived.json"
# Another number for files that an older reader would misunderstand.
FORM = 1
# Companies in a bucket, when nobody says how many buckets there are to be: what one process derives
# in seconds and holds in a few megabytes.
COMPANIES = 400
# Rows that are read together, about as many as 25 companies have.
_GROUP = 1_024
MOST = 65_536

_KINDS = {
    "category": pa.string(), "string[pyarrow]": pa.string(), "float64": pa.float64(),
    "bool": pa.bool_(), "datetime64[s]": pa.date32(), "int32": pa.int32(), "int8": pa.int8(),
}  # fmt: skip
OBSERVATIONS = pa.schema([(name, _KINDS[kind]) for name, kind in COLUMNS.items()])
HEADS = pa.schema([("company", pa.string()), ("groups", pa.list_(pa.string())),
                   ("head", pa.string())])  # fmt: skip
SOURCES = pa.schema([("source", pa.string()), ("head", pa.string())])
DOCUMENTS = pa.schema([("source", pa.string()), ("bucket", pa.int32()),
                       ("companies", pa.list_(pa.string()))])  # fmt: skip
NAMES = pa.schema([("company", pa.string()), ("name", pa.string()), ("folded", pa.string())])
PROBLEMS = pa.schema([("path", pa.string()), ("line", pa.int32()), ("column", pa.int32()),
                      ("name", pa.string()), ("args", pa.string())])  # fmt: skip
_PERIOD_AT = [each.name for each in fields(StatedRate)].index("period")
_RATE_AT = [each.name for each in fields(StatedRate)].index("rate")
_PUBLISHED_AT = [each.name for each in fields(StatedRate)].index("published")


class LakeError(ValueError):
    """What stands in the way of reading or writing a lake, as a sentence."""


@dataclass(frozen=True, slots=True)
class About:
    """What a lake says of itself: how it is laid out, what was written, and how much of it."""

    form: int
    catalog: str
    version: str
    folder: str
    buckets: int
    companies: int
    singles: int
    observations: int
    sources: int
    starters: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lake:
    """A lake on any filesystem that pyarrow knows; its tables are read as they are asked for."""

    where: str
    files: fs.FileSystem
    root: str
    about: About
    catalog: Catalog

    def path(self, table: str, bucket: int) -> str:
        """Name the file of a table that holds a bucket."""
        return f"{self.root}/{table}/bucket={bucket:05}/part-0.parquet"

    def bucket(self, name: str) -> int:
        """Say in which bucket a company or a document lies; the same everywhere and always."""
        return crc32(name.encode()) % self.about.buckets

    def read(
        self, path: str, columns: Sequence[str] | None = None, where: pc.Expression | None = None
    ) -> pa.Table:
        """Read of a file what is asked for; a file that is not there has no rows."""
        return pq.read_table(
            path,
            columns=columns and list(columns),
            filters=where,
            filesystem=self.files,
            partitioning=None,
        )

    def there(self, table: str, bucket: int) -> bool:
        """Say whether a bucket has anything of a table."""
        found: list[fs.FileInfo] = self.files.get_file_info([self.path(table, bucket)])
        return bool(found[0].type == fs.FileType.File)

    def rows(
        self, table: str, key: str, names: Iterable[str], columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """Read the rows of a table whose key is one of some names, bucket by bucket."""
        wanted: dict[int, list[str]] = defaultdict(list)
        for name in names:
            wanted[self.bucket(name)].append(name)
        for bucket, mine in sorted(wanted.items()):
            if self.there(table, bucket):
                path = self.path(table, bucket)
                yield self.read(path, columns, pc.field(key).isin(mine))

    # -- books ------------------------------------------------------------------------------

    def whole(self) -> Book:
        """Read everything back: the book that was written, but for the folder it is read from."""
        heads: list[pa.Table] = []
        sources: dict[str, Source] = {}
        observations: list[pa.Table] = []
        for bucket in range(self.about.buckets):
            if self.there("companies", bucket):
                heads.append(self.read(self.path("companies", bucket)))
            if self.there("sources", bucket):
                sources |= _sources(self.read(self.path("sources", bucket)))
            if self.there("observations", bucket):
                observations.append(self.read(self.path("observations", bucket)))
        problems = tuple(_problems(self.read(f"{self.root}/problems.parquet")))
        ordered = {name: sources[name] for name in sorted(sources, key=place_of)}
        return self._book(_heads(heads), ordered, observations, problems)

    def one(self, bucket: int) -> Book:
        """Read one bucket, without what only readers want to know: sources, sets, problems."""
        tables = [
            self.read(self.path(table, bucket)) if self.there(table, bucket) else empty
            for table, empty in (
                ("companies", HEADS.empty_table()),
                ("observations", OBSERVATIONS.empty_table()),
            )
        ]
        return self._book(_heads(tables[:1]), {}, tables[1:], ())

    def _book(
        self,
        companies: Mapping[str, Company],
        sources: Mapping[str, Source],
        observations: Sequence[pa.Table],
        problems: tuple[Problem, ...],
    ) -> Book:
        rows = frame(observations)
        return Book(
            Path(self.where), self.catalog, companies, sources, self.sets, rows, problems,
            self.about.version, spans(rows), self.rates, grouped(companies),
        )  # fmt: skip

    def documents(self, bucket: int, names: Sequence[str]) -> dict[str, Source]:
        """Read some sources that a bucket has."""
        if not self.there("sources", bucket):
            return {}
        wanted = pc.field("source").isin(list(names))
        return _sources(self.read(self.path("sources", bucket), where=wanted))

    def problems(self, files: Iterable[str]) -> tuple[Problem, ...]:
        """Read the problems of some files of the folder that was written."""
        paths = [f"{self.about.folder}/{each}" for each in files]
        found = self.read(f"{self.root}/problems.parquet", where=pc.field("path").isin(paths))
        return tuple(_problems(found))

    @property
    def sets(self) -> dict[str, Set]:
        """Read the peer sets."""
        return _sets(self.where, self.about.version)

    @property
    def rates(self) -> tuple[StatedRate, ...]:
        """Read the rates that documents state."""
        return _rates(self.where, self.about.version)


def is_lake(where: Path | str) -> bool:
    """Say whether a folder holds a lake."""
    try:
        files, root = place(where)
    except LakeError:
        return False
    found = files.get_file_info([f"{root}/{NAME}"])[0]
    return bool(found.type == fs.FileType.File)


def state(where: Path | str) -> str:
    """Digest what says as what a lake was written and derived, which is written last."""
    files, root = place(where)
    found = files.get_file_info([f"{root}/{name}" for name in (NAME, DERIVED)])
    told = "|".join(f"{each.path} {each.size} {each.mtime_ns}" for each in found)
    return hashlib.sha256(told.encode()).hexdigest()


def opened(where: Path | str, catalog: Catalog) -> Lake:
    """Open a lake; raise `LakeError` where there is none, or one of another catalogue or form."""
    files, root = place(where)
    try:
        told = json.loads(_bytes(files, f"{root}/{NAME}"))
    except (OSError, ValueError) as error:
        message = f"{where} is no lake: there is no {NAME} in it that can be read"
        raise LakeError(message) from error
    if told.get("form") != FORM or told.get("catalog") != digest(catalog):
        message = f"{where} was written by another version of the program; export it again"
        raise LakeError(message)
    about = About(**{**told, "starters": tuple(told["starters"])})
    return Lake(str(where), files, root, about, catalog)


def place(where: Path | str) -> tuple[fs.FileSystem, str]:
    """Find the filesystem of a folder or an address, and the path on it."""
    try:
        if "://" in str(where):
            files, path = fs.FileSystem.from_uri(str(where))
        else:
            files, path = fs.LocalFileSystem(), str(Path(where).absolute())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        message = f"{where} is on no filesystem known here: {error}"
        raise LakeError(message) from error
    return files, path.rstrip("/")


def digest(catalog: Catalog) -> str:
    """Name a catalogue by what stands in it: figures are laid out in its units."""
    text = "\n".join(f"{name} {entry.model_dump_json()}" for name, entry in catalog.items())
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _bytes(files: fs.FileSystem, path: str) -> bytes:
    with files.open_input_stream(path) as file:
        found: bytes = file.read()
    return found


# -- reading ------------------------------------------------------------------------------------


def frame(tables: Sequence[pa.Table]) -> pd.DataFrame:
    """Lay rows out as the book's table, sorted as the book is."""
    every = pa.concat_tables([OBSERVATIONS.empty_table(), *tables])
    days = [each.name for each in OBSERVATIONS if each.type == pa.date32()]
    for name in days:
        at = every.column_names.index(name)
        every = every.set_column(at, name, every[name].cast(pa.timestamp("s")))
    rows: pd.DataFrame = every.to_pandas().astype(COLUMNS)
    return rows.sort_values(["company", "metric", "end", "id"], ignore_index=True)


def _heads(tables: Sequence[pa.Table]) -> dict[str, Company]:
    found = {
        row["company"]: Company.model_validate_json(row["head"])
        for each in tables
        for row in each.select(["company", "head"]).to_pylist()
    }
    return {name: found[name] for name in sorted(found, key=place_of)}


def grouped(companies: Mapping[str, Company]) -> dict[str, tuple[str, ...]]:
    """Give the members of those companies that are groups."""
    return {name: each.members for name, each in companies.items() if each.members}


def place_of(name: str) -> str:
    """Put ids in the order in which their files are read: a full stop follows the id."""
    return f"{name}.yaml"


def _sources(table: pa.Table) -> dict[str, Source]:
    return {
        row["source"]: Source.model_validate_json(row["head"])
        for row in table.select(["source", "head"]).to_pylist()
    }


def _problems(table: pa.Table) -> Iterator[Problem]:
    for row in table.to_pylist():
        args = tuple((key, value) for key, value in json.loads(row.pop("args")))
        yield Problem(**row, args=args)


# The sets and rates of the lakes opened last; each is one small file, wanted for every part.
@lru_cache(maxsize=8)
def _sets(where: str, version: str) -> dict[str, Set]:  # noqa: ARG001 - a key of the cache
    files, root = place(where)
    told = json.loads(_bytes(files, f"{root}/sets.json"))
    return {name: Set.model_validate(each) for name, each in told.items()}


@lru_cache(maxsize=8)
def _rates(where: str, version: str) -> tuple[StatedRate, ...]:  # noqa: ARG001 - as above
    files, root = place(where)
    return tuple(_rate(each) for each in json.loads(_bytes(files, f"{root}/rates.json")))


def _rate(told: list[Any]) -> StatedRate:
    when = parse(told[_PERIOD_AT])
    told[_PERIOD_AT] = when
    told[_RATE_AT] = Fraction(told[_RATE_AT])
    told[_PUBLISHED_AT] = pd.Timestamp(told[_PUBLISHED_AT]).date()
    return StatedRate(*told)


# -- writing ------------------------------------------------------------------------------------


def write(book: Book, where: Path | str, buckets: int = 0) -> Lake:
    """Write a book as a lake, in so many buckets; what a lake there held before is gone.

    Raise `LakeError` where the folder holds anything else, or cannot be written to.
    """
    files, root = place(where)
    about = _about(book, buckets)
    try:
        _cleared(files, root, where)
        lake = Lake(str(where), files, root, about, book.catalog)
        _observations(lake, book)
        _companies(lake, book)
        _documents(lake, book)
        _small(lake, book)
        save(lake, f"{root}/{NAME}", json.dumps(asdict(about), indent=1).encode())
    except OSError as error:
        message = f"{where} cannot be written to: {error}"
        raise LakeError(message) from error
    _sets.cache_clear()
    _rates.cache_clear()
    return lake


def _about(book: Book, buckets: int) -> About:
    singles = book.singles
    wanted = buckets or -(-len(book.companies) // COMPANIES) or 1
    return About(
        FORM, digest(book.catalog), book.version, book.folder.name,
        min(wanted, MOST), len(book.companies), len(singles), len(book.observations),
        len(book.sources), compare.starters(book),
    )  # fmt: skip


def _cleared(files: fs.FileSystem, root: str, where: Path | str) -> None:
    """Empty a lake's folder; what is no lake is left alone."""
    files.create_dir(root, recursive=True)
    there = files.get_file_info(fs.FileSelector(root))
    if there and f"{root}/{NAME}" not in {each.path for each in there}:
        message = f"{where} holds other files; name an empty folder or a lake"
        raise LakeError(message)
    if there:
        files.delete_file(f"{root}/{NAME}")
        files.delete_dir_contents(root)


def _observations(lake: Lake, book: Book) -> None:
    names = book.observations["company"].cat.categories
    codes = book.observations["company"].cat.codes.to_numpy()
    homes = pd.Series([lake.bucket(str(name)) for name in names], dtype="int64").to_numpy()
    for bucket in sorted(set(homes.tolist())):
        rows = book.observations[homes[codes] == bucket]
        if rows.empty:
            continue
        plain = rows.astype({name: object for name, kind in COLUMNS.items() if kind == "category"})
        table = pa.Table.from_pandas(plain, schema=OBSERVATIONS, preserve_index=False)
        put(lake, lake.path("observations", bucket), table)


def _companies(lake: Lake, book: Book) -> None:
    within: dict[str, list[str]] = defaultdict(list)
    for name, members in book.groups.items():
        for member in members:
            within[member].append(name)
    found: dict[int, list[dict[str, object]]] = defaultdict(list)
    for name in sorted(book.companies):
        told: dict[str, object] = {
            "company": name, "groups": within[name], "head": _json(book.companies[name]),
        }  # fmt: skip
        found[lake.bucket(name)].append(told)
    for bucket, rows in found.items():
        put(lake, lake.path("companies", bucket), pa.Table.from_pylist(rows, HEADS))
    named = [
        {"company": company, "name": name, "folded": name.casefold()}
        for company in book.singles
        for name in names(company, book.companies[company])
    ]
    put(lake, f"{lake.root}/names.parquet", pa.Table.from_pylist(named, NAMES))


def names(company: str, told: Company) -> tuple[str, ...]:
    """List the names that a company can be found by: in each language, others, its id."""
    every = [told.name.in_language(language) for language in words.LANGUAGES]
    return tuple(dict.fromkeys([*every, *told.aliases, company]))


def _documents(lake: Lake, book: Book) -> None:
    """Write each source into the buckets of those who rest on it, and where to find it."""
    pairs = book.observations[["source", "company"]].drop_duplicates().astype(str)
    citing: dict[str, list[str]] = defaultdict(list)
    for source, company in zip(pairs["source"], pairs["company"], strict=True):
        citing[source].append(company)
    for name, head in book.companies.items():
        if head.founded:
            citing[head.founded.source].append(name)
    homes = {name: _homes(lake, name, citing.get(name, ())) for name in book.sources}
    for name in book.sources:
        for original in origins(book.sources, name):
            homes[original] |= homes[name]
    held: dict[int, list[dict[str, object]]] = defaultdict(list)
    found: dict[int, list[dict[str, object]]] = defaultdict(list)
    for name in sorted(book.sources):
        told: dict[str, object] = {"source": name, "head": _json(book.sources[name])}
        for bucket in sorted(homes[name]):
            held[bucket].append(told)
        row = {"source": name, "bucket": min(homes[name]),
               "companies": sorted(set(citing.get(name, ())))}  # fmt: skip
        found[lake.bucket(name)].append(row)
    for bucket, each in held.items():
        put(lake, lake.path("sources", bucket), pa.Table.from_pylist(each, SOURCES))
    for bucket, each in found.items():
        put(lake, lake.path("documents", bucket), pa.Table.from_pylist(each, DOCUMENTS))


def _homes(lake: Lake, source: str, companies: Iterable[str]) -> set[int]:
    return {lake.bucket(each) for each in companies} or {lake.bucket(source)}


def origins(sources: Mapping[str, Source], name: str) -> Iterator[str]:
    """Walk the known documents that one rests on, and those that they rest on."""
    told, waiting = {name}, [name]
    while waiting:
        of = sources[waiting.pop()]
        for each in (of.derived_from, of.primary_source):
            if each and each in sources and each not in told:
                told.add(each)
                waiting.append(each)
                yield each


def _small(lake: Lake, book: Book) -> None:
    """Write what is one file for all: problems, sets, rates."""
    problems = [
        {**asdict(each), "args": json.dumps(each.args, ensure_ascii=False)}
        for each in book.problems
    ]
    put(lake, f"{lake.root}/problems.parquet", pa.Table.from_pylist(problems, PROBLEMS))
    sets = {name: _set(each) for name, each in book.sets.items()}
    save(lake, f"{lake.root}/sets.json", json.dumps(sets, ensure_ascii=False).encode())
    # Not `astuple`, which would take the period apart.
    rates = [[_text(getattr(rate, each.name)) for each in fields(rate)] for rate in book.rates]
    save(lake, f"{lake.root}/rates.json", json.dumps(rates, ensure_ascii=False).encode())


def _text(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)


def _set(of: Set) -> dict[str, object]:
    # A set is read from text alone, its flag too.
    told: dict[str, object] = json.loads(_json(of))
    return told | {"watch": "true" if of.watch else "false"}


def _json(of: Company | Source | Set) -> str:
    return of.model_dump_json(by_alias=True, exclude_none=True)


def put(lake: Lake, path: str, table: pa.Table, rows: int = _GROUP) -> None:
    """Write a table as one file, so many rows a group; all or nothing."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=rows)
    save(lake, path, sink.getvalue())


def save(lake: Lake, path: str, data: bytes | pa.Buffer) -> None:
    """Write a file, all or nothing: whoever reads meanwhile finds what was there before."""
    lake.files.create_dir(path.rpartition("/")[0], recursive=True)
    local = isinstance(lake.files, fs.LocalFileSystem)
    # Elsewhere a file is there when its stream is closed, and not before.
    folder, _, name = path.rpartition("/")
    target = f"{folder}/.{name}.{uuid4().hex}" if local else path
    with lake.files.open_output_stream(target) as file:
        file.write(data)
    if local:
        lake.files.move(target, path)
