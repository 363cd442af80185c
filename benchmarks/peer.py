"""Our data as others want it: a ledger, a database, a data package, a JSON Schema, a warm cache.

Each function writes into the room beside the data folder; what our code has no part in stays.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import metrics
from benchmarks.measure import Run, room
from metrics import export, package, writer
from metrics.lens import Lens
from schemas.company import Company
from schemas.sets import Set
from schemas.source import Source

LENS = Lens(date(2026, 11, 22), date(2026, 11, 22))
# When everything made has been published.
AFTER = Lens(date(2026, 12, 31), date(2026, 12, 31))
LEDGER, DATABASE, PACKAGE = "ledger.beancount", "book.db", "package"
SIX = 6
# Files of which one is looked at this long after they were written do not change unseen any more.
_SETTLED = 3.0
_MARK = "\n  - metric: "
_SCALAR = ["string", "number", "boolean", "null"]


def files(folder: Path) -> list[Path]:
    """List every file of a data folder, in order."""
    return sorted(folder.rglob("*.yaml"))


def singles(folder: Path) -> list[str]:
    """Name the companies of a data folder that are no groups, in order."""
    found = sorted(path.stem for path in (folder / "companies").glob("*.yaml"))
    return [name for name in found if "+" not in name]


def counts(folder: Path) -> dict[str, int]:
    """Count the observations in each company's file."""
    paths = sorted((folder / "companies").glob("*.yaml"))
    return {path.stem: path.read_text(encoding="utf-8").count(_MARK) for path in paths}


def ledger(folder: Path) -> Run:
    """Write a ledger with an account per company and as many transactions as observations."""
    start = time.perf_counter()
    out = room(folder) / LEDGER
    if not out.exists():
        lines = ['option "title" "ledger"', "2015-01-01 open Equity:Opening"]
        for number, many in enumerate(counts(folder).values()):
            lines.append(f"2015-01-01 open {account(number)}")
            lines += [_transaction(number, place) for place in range(many)]
        _whole(out, "\n".join(lines) + "\n")
    return Run(time.perf_counter() - start)


def account(number: int) -> str:
    """Name the account of a company by its number."""
    return f"Assets:C{number:06}"


def _transaction(number: int, place: int) -> str:
    day = date.fromordinal(date(2016, 1, 1).toordinal() + (number * 7 + place * 83) % 3900)
    amount = f"{1000 + (number * 37 + place * 101) % 900_000}.{place % 100:02} USD"
    return (
        f'{day} * "Report {place}" "metric {place}"\n'
        f"  {account(number)}  {amount}\n  Equity:Opening  -{amount}"
    )


def _whole(out: Path, text: str) -> None:
    part = out.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(out)


def database(folder: Path) -> Run:
    """Put the table of observations into SQLite, with an index by company."""
    start = time.perf_counter()
    out = room(folder) / DATABASE
    if not out.exists():
        table = export.observed(metrics.book(folder), AFTER)
        part = out.with_suffix(".part")
        part.unlink(missing_ok=True)
        with sqlite3.connect(part) as into:
            names = ", ".join(table.column_names)
            into.execute(f"create table observations ({names})")
            marks = ", ".join("?" * table.num_columns)
            rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
            into.executemany(f"insert into observations values ({marks})", rows)  # noqa: S608 - marks
            into.execute("create index by_company on observations (company_id)")
        into.close()
        part.replace(out)
    return Run(time.perf_counter() - start)


def packaged(folder: Path) -> Run:
    """Write all observations as CSV with the description that our data packages give them."""
    start = time.perf_counter()
    out = room(folder) / PACKAGE
    out.mkdir(exist_ok=True)
    book = metrics.book(folder)
    with (out / "observations.csv").open("wb") as file:
        file.writelines(writer.csv([export.observed(book, AFTER)]))
    (out / package.NAME).write_text(json.dumps(_description(book)), encoding="utf-8")
    return Run(time.perf_counter() - start)


def _description(book: Any) -> dict[str, Any]:  # noqa: ANN401 - a book
    """Describe the table of all as the package of a few describes theirs."""
    parts = dict[str, bytes]()
    for name, pieces in package.files(book, AFTER, book.singles[:1], {}):
        parts[name] = b"".join(pieces)
    told: dict[str, Any] = json.loads(parts[package.NAME])
    (table,) = (each for each in told["resources"] if each["name"] == "observations")
    # They are the few's.
    del table["bytes"], table["hash"]
    return {"name": "all", "resources": [table]}


def schemas(folder: Path) -> Run:
    """Write JSON Schemas of our own models, in which a scalar may be of any type."""
    start = time.perf_counter()
    for name, model in _MODELS.items():
        told = _loose(TypeAdapter(model).json_schema())
        _whole(room(folder) / f"{name}.schema.json", json.dumps(told))
    return Run(time.perf_counter() - start)


_MODELS: dict[str, Any] = {"companies": Company, "sources": Source, "sets": dict[str, Set]}


def _loose(told: Any) -> Any:  # noqa: ANN401 - JSON
    # In a file of ours every scalar is text; other readers see numbers in `value: 12`.
    if isinstance(told, list):
        return [_loose(each) for each in told]
    if not isinstance(told, dict):
        return told
    found = {key: _loose(each) for key, each in told.items()}
    return {**found, "type": _SCALAR} if told.get("type") == "string" else found


def warmed(folder: Path) -> Run:
    """Read the folder once its files have settled, so that the cache knows all of them."""
    time.sleep(_SETTLED)
    start = time.perf_counter()
    metrics.book(folder)
    return Run(time.perf_counter() - start)


def remembered(folder: Path) -> Run:
    """Have beancount read the ledger and keep it in its cache."""
    start = time.perf_counter()
    assert len(entries(room(folder) / LEDGER, cached=True)) > 1
    return Run(time.perf_counter() - start)


def entries(path: Path, *, cached: bool) -> list[Any]:
    """Have beancount load a ledger, from its cache, or without one; nothing may be wrong in it."""
    from beancount import loader  # noqa: PLC0415 - in the benchmark's environment only

    # It keeps nothing that took less than a second; the small sizes are to be compared too.
    loader.PICKLE_CACHE_THRESHOLD = 0.0
    loader.initialize(cached)
    found, errors, _ = loader.load_file(str(path))
    assert not errors
    return list(found)


def transactions(found: list[Any]) -> int:
    """Count the transactions among entries."""
    return sum(type(each).__name__ == "Transaction" for each in found)


PREPARE: dict[str, Callable[[Path], Run]] = {
    each.__name__: each for each in (ledger, database, packaged, schemas, warmed, remembered)
}
