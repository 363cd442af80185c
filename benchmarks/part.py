"""What is measured, part by part, and what we hold ourselves to: ratios within one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from benchmarks import bench_derive, bench_export, bench_load, bench_page, bench_read
from benchmarks.measure import Case, Results, Task
from benchmarks.peer import PREPARE

Hand = Literal["wall", "cpu", "late", "first", "sent", "held"]
UNITS: Mapping[Hand, str] = {
    "wall": "by the clock",
    "cpu": "processor time",
    "late": "95 of 100",
    "first": "a first look",
    "sent": "a later one",
    "held": "the server holds",
}


class Part(NamedTuple):
    """Cases of one kind; the first is what the others are measured by, `hand` is what is told."""

    name: str
    title: str
    cases: Sequence[Case]
    hand: Hand = "cpu"


class Aim(NamedTuple):
    """At the largest size, `of` takes at most `most` times what `against` takes.

    Without `against`, `most` is an amount: seconds, KiB or MiB, as `hand` has it.
    """

    part: str
    of: str
    against: str
    hand: Hand
    most: float
    text: str


class Growth(NamedTuple):
    """A case whose cost grows at most with this power of the observations."""

    case: str
    hand: Hand
    most: float
    text: str


PARTS = (
    Part("cold", "Reading and checking all files, nothing known", bench_load.COLD, "wall"),
    Part("warm", "Reading again", bench_load.WARM, "wall"),
    Part("derive", "Deriving every metric; what a page works out", bench_derive.CASES),
    Part("page", "A rerun over a WebSocket, a page over HTTP", bench_page.CASES, "wall"),
    Part("export", "All observations as a file", bench_export.CASES, "wall"),
    Part("figure", "Reading one figure", bench_read.CASES),
)
CASES: dict[str, Case] = {each.__name__: each for part in PARTS for each in part.cases}

AIMS = (
    Aim(
        "cold",
        "book",
        "yaml_and_pydantic",
        "wall",
        0.6,
        "cold reading against CSafeLoader and pydantic",
    ),
    Aim("cold", "book", "check_jsonschema", "wall", 0.08, "cold reading against check-jsonschema"),
    Aim("cold", "book", "beancount", "wall", 1, "cold reading against beancount's text"),
    Aim(
        "warm",
        "reopened",
        "scan",
        "wall",
        5,
        "a book in a new process against `stat` of every file",
    ),
    Aim("warm", "reopened", "beancount_cached", "wall", 0.01, "the same against beancount's cache"),
    Aim("warm", "edited", "scan", "wall", 1.5, "one file edited against `stat` of every file"),
    Aim("derive", "derived", "last", "cpu", 10, "all derived metrics against `groupby().last()`"),
    Aim("derive", "next_page", "", "wall", 0.005, "what a page needs, worked out"),
    Aim("page", "compare", "empty", "late", 5, "Compare against an empty page"),
    Aim("page", "compare", "", "sent", 30, "Compare, sent a rerun"),
    Aim("page", "viewers", "compare", "late", 3, "20 viewers against one"),
    Aim("page", "compare", "fava_account", "wall", 0.01, "Compare against fava's page"),
    Aim("export", "ours", "pyarrow", "wall", 1.5, "CSV against pyarrow's plain one"),
    Aim("export", "ours", "pandas", "wall", 0.1, "CSV against pandas' `to_csv`"),
    Aim("page", "compare", "", "held", 400e6 / 2**20, "memory of the server, all loaded"),
)
GROWTH = (
    Growth("book", "cpu", 1.1, "cold reading"),
    Growth("reopened", "cpu", 1.1, "a book in a new process"),
    Growth("findings", "cpu", 1.1, "checking a book"),
    Growth("derived", "cpu", 1.1, "all derived metrics"),
    Growth("ours", "cpu", 1.1, "CSV"),
    Growth("compare", "wall", 0.1, "Compare"),
    Growth("company", "wall", 0.1, "Company"),
    Growth("metric", "wall", 1.1, "Metric, which ranks all companies"),
)

# What has to be there before a case can be measured.
BEFORE: dict[str, tuple[str, ...]] = {
    "check_jsonschema": ("schemas",),
    "beancount": ("ledger",),
    "beancount_cached": ("ledger", "remembered"),
    "fava_account": ("ledger", "remembered"),
    "fava_sheet": ("ledger", "remembered"),
    "datasette_company": ("warmed", "database"),
    "datasette_csv": ("warmed", "database"),
    "frictionless": ("warmed", "packaged"),
    **{
        each.__name__: ("warmed",)
        for each in (
            *bench_derive.CASES,
            *(bench_load.findings, bench_load.reopened, bench_load.edited),
            *(bench_page.compare, bench_page.company, bench_page.metric, bench_page.viewers),
            *(bench_export.pandas, bench_export.pyarrow, bench_export.polars),
            *(bench_export.duckdb, bench_export.ours, bench_export.parquet),
            *(bench_export.pandas_parquet, bench_export.polars_parquet),
            bench_export.duckdb_parquet,
        )
    },
}
ALL: dict[str, Case] = {**CASES, **PREPARE}


def chosen(names: Sequence[str]) -> list[str]:
    """Name the cases of parts and cases; all of them without a name."""
    wanted = set(names) or {part.name for part in PARTS}
    return [
        case.__name__
        for part in PARTS
        for case in part.cases
        if {part.name, case.__name__} & wanted
    ]


def values(results: Results, case: str, size: int, hand: Hand) -> list[float]:
    """Give what was measured of a case, round by round; nothing where it was not."""
    found = results.get(Task(case, size))
    told = [getattr(run, hand) for run in found.runs] if found else []
    return [each for each in told if each]
