"""Reading a whole data folder: plain PyYAML, PyYAML with pydantic, and ours; then check, compare.

Each function is run in a process of its own and gives its time; what it prepares is not timed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import yaml
from pydantic import TypeAdapter

import metrics
from benchmarks.clock import Times, now, since
from metrics import check, compare
from metrics.lens import Lens
from schemas import crew, node
from schemas.book import Book
from schemas.company import Company
from schemas.listing import KINDS, listing
from schemas.sets import Set
from schemas.source import Source

LENS = Lens(date(2026, 11, 22), date(2026, 11, 22))
SIX = 6

Case = Callable[[Path], Times]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml"))


def yaml_alone(folder: Path) -> Times:
    """Read with `yaml.load(Loader=CSafeLoader)`: values only, no positions, nothing checked."""
    start = now()
    for path in _files(folder):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return since(start)


class _Texts(yaml.CSafeLoader):
    """CSafeLoader that leaves scalars text, as our models want them."""

    # Without resolvers a date stays text: also the fairer reading, for it does less.
    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own type is a plain class attribute


_SHAPES: dict[str, TypeAdapter[object]] = {
    "companies": TypeAdapter(Company),
    "sources": TypeAdapter(Source),
    "sets.yaml": TypeAdapter(dict[str, Set]),
}


def yaml_and_pydantic(folder: Path) -> Times:
    """Read with CSafeLoader, scalars left text, and validate with the models we use ourselves."""
    start = now()
    for path in _files(folder):
        data = yaml.load(path.read_bytes(), Loader=_Texts)  # noqa: S506 - still a safe loader
        _SHAPES[path.relative_to(folder).parts[0]].validate_python(data)
    return since(start)


def nodes(folder: Path) -> Times:
    """Read with `schemas.node`: text with lines and columns, YAML 1.2, duplicates seen."""
    start = now()
    for path in _files(folder):
        assert node.read(path, folder).node
    return since(start)


def book_alone(folder: Path) -> Times:
    """Read into a book: shapes, double entry, bounds, the table, what files say of each other."""
    crew.MOST = 1
    return book(folder)


def book(folder: Path) -> Times:
    """Read into a book by as many processes as there are processors, four at most."""
    os.environ["FOOTNOTE_CACHE"] = "off"
    start = now()
    made = metrics.book(folder)
    taken = since(start)
    assert len(made.observations) > len(made.companies)
    return taken


def looks(folder: Path) -> Times:
    """Look at every file (`stat`), which is the least that knowing of a change needs."""
    start = now()
    for kind in KINDS:
        with os.scandir(folder / kind) as found:
            for each in found:
                each.stat(follow_symlinks=False)
    return since(start)


def book_again(folder: Path) -> Times:
    """Read into a book what is kept on disk from the last reading."""
    os.environ["FOOTNOTE_CACHE"] = str(folder.with_suffix(".cache"))
    metrics.book(folder)
    start = now()
    metrics.book(folder)
    return since(start)


def book_edited(folder: Path) -> Times:
    """Read on from a book that is there, one file being edited."""
    os.environ["FOOTNOTE_CACHE"] = str(folder.with_suffix(".cache"))
    seen = listing(folder)
    made = metrics.book(folder, seen=seen)
    path = folder / seen.names[0]
    text = path.read_text("utf-8")
    path.write_text(f"{text}# a remark\n", "utf-8")
    start = now()
    after = metrics.book(folder, last=made, seen=listing(folder, seen))
    taken = since(start)
    path.write_text(text, "utf-8")
    assert after.version != made.version
    return taken


def findings(folder: Path) -> Times:
    """Check a book that is there: rivals, rewrites, two printed currencies."""
    made = metrics.book(folder)
    start = now()
    assert check.problems(made)
    return since(start)


def first_comparison(folder: Path) -> Times:
    """Compare six companies of a book that is there, for the first time."""
    made = metrics.book(folder)
    return next(_comparisons(made, 1))


def next_comparison(folder: Path) -> Times:
    """Compare six others, exchange rates and formulas being known: the median of nine."""
    made = metrics.book(folder)
    times = sorted(list(_comparisons(made, 10))[1:])
    return times[len(times) // 2]


def _comparisons(made: Book, times: int) -> Iterator[Times]:
    singles = made.singles
    for turn in range(times):
        chosen = [singles[(SIX * turn + place) % len(singles)] for place in range(SIX)]
        start = now()
        lines = compare.compare(made, chosen, LENS)
        yield since(start)
        assert any(cell.answer.is_good for line in lines for cell in line.cells)


REFERENCE = "yaml_alone"
CASES: dict[str, Case] = {
    each.__name__: each
    for each in (
        yaml_alone,
        yaml_and_pydantic,
        nodes,
        book_alone,
        book,
        looks,
        book_again,
        book_edited,
        findings,
        first_comparison,
        next_comparison,
    )
}
