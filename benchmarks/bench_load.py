"""Reading a whole data folder: others, ours from nothing, ours again, ours after an edit; checking.

Each function is run in a process of its own and gives its time; what it prepares is not timed.
"""

from __future__ import annotations

import io
import os
import time
from contextlib import redirect_stdout
from pathlib import Path

import yaml
from pydantic import TypeAdapter

import metrics
from benchmarks.clock import Times, now, since
from benchmarks.measure import Case, room
from benchmarks.peer import LEDGER, counts, entries, files, transactions
from metrics import check
from schemas import crew, node
from schemas.company import Company
from schemas.listing import KINDS, listing
from schemas.sets import Set
from schemas.source import Source


def yaml_alone(folder: Path) -> Times:
    """Read with `yaml.load(Loader=CSafeLoader)`: values only, no positions, nothing checked."""
    start = now()
    for path in files(folder):
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
    for path in files(folder):
        data = yaml.load(path.read_bytes(), Loader=_Texts)  # noqa: S506 - still a safe loader
        _SHAPES[path.relative_to(folder).parts[0]].validate_python(data)
    return since(start)


def nodes(folder: Path) -> Times:
    """Read with `schemas.node`: text with lines and columns, YAML 1.2, duplicates seen."""
    start = now()
    for path in files(folder):
        assert node.read(path, folder).node
    return since(start)


def check_jsonschema(folder: Path) -> Times:
    """Check with check-jsonschema against JSON Schemas of the same models: shapes only."""
    from check_jsonschema import main  # noqa: PLC0415 - in the benchmark's environment only

    rooms = {name: sorted((folder / name).glob("*.yaml")) for name in ("companies", "sources")}
    start = now()
    for name, paths in {**rooms, "sets": [folder / "sets.yaml"]}.items():
        schema = str(room(folder) / f"{name}.schema.json")
        with redirect_stdout(io.StringIO()) as told:
            main(["--schemafile", schema, *map(str, paths)], standalone_mode=False)
        assert "ok -- validation done" in told.getvalue(), told.getvalue()[:300]
    return since(start)


def beancount(folder: Path) -> Times:
    """Load a beancount ledger of as many transactions from its text."""
    start = now()
    found = entries(room(folder) / LEDGER, cached=False)
    taken = since(start)
    assert transactions(found) == sum(counts(folder).values())
    return taken


def book_alone(folder: Path) -> Times:
    """The next by one process."""
    crew.MOST = 1
    return book(folder)


def book(folder: Path) -> Times:
    """Read into a book, nothing known: positions, shapes, double entry, bounds, dimensions."""
    os.environ["FOOTNOTE_CACHE"] = "off"
    start = now()
    made = metrics.book(folder)
    taken = since(start)
    assert len(made.observations) > len(made.companies)
    return taken


def checked(folder: Path) -> Times:
    """The same, then everything that `metrics check` finds between sources."""
    os.environ["FOOTNOTE_CACHE"] = "off"
    start = now()
    assert check.problems(metrics.book(folder))
    return since(start)


def findings(folder: Path) -> Times:
    """Check a book that is there: rivals, rewrites, two printed currencies, groups."""
    made = metrics.book(folder)
    start = now()
    assert check.problems(made)
    return since(start)


def scan(folder: Path) -> Times:
    """Ask the system how each file looks, which is the least that knowing of a change needs."""
    many, start = 0, now()
    for kind in KINDS:
        with os.scandir(folder / kind) as found:
            for each in found:
                each.stat(follow_symlinks=False)
                many += 1
    taken = since(start)
    assert many == len(files(folder)) - 1
    return taken


def reopened(folder: Path) -> Times:
    """Have a usable book in a new process, no file having changed."""
    start = now()
    made = metrics.book(folder)
    taken = since(start)
    assert len(made.observations) > len(made.companies)
    return taken


def edited(folder: Path) -> Times:
    """Have a running process's book current again after one file was written anew."""
    seen = listing(folder)
    last = metrics.book(folder, seen=seen)
    path = files(folder)[0]
    text = path.read_bytes()
    _rewritten(path, text + b"# looked at\n")
    start = now()
    made = metrics.book(folder, last=last, seen=listing(folder, seen))
    taken = since(start)
    assert made.version != last.version
    assert len(made.observations) == len(last.observations)
    _rewritten(path, text)
    # What comes after finds everything known, and settled.
    time.sleep(3)
    metrics.book(folder)
    return taken


def _rewritten(path: Path, text: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(text)
    part.replace(path)


def beancount_cached(folder: Path) -> Times:
    """Load the same ledger in a new process from beancount's own cache."""
    start = now()
    found = entries(room(folder) / LEDGER, cached=True)
    taken = since(start)
    assert transactions(found) == sum(counts(folder).values())
    return taken


COLD: tuple[Case, ...] = (
    yaml_and_pydantic,
    yaml_alone,
    check_jsonschema,
    beancount,
    nodes,
    book_alone,
    book,
    checked,
    findings,
)
WARM: tuple[Case, ...] = (scan, reopened, edited, beancount_cached)
