"""Verbs: what figures imply; functions of a book."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from metrics import formula, lake
from schemas import load

if TYPE_CHECKING:
    from metrics.lake import Lake
    from schemas.book import Book
    from schemas.listing import Listing
    from schemas.metric import Catalog
    from schemas.problem import Problem

CATALOG = Path(__file__).with_name("catalog.yaml")
DATA = Path(__file__).parent.parent / "data"


def book(  # noqa: PLR0913 - what is known already spares reading it again
    folder: Path | str = DATA,
    catalog: Path = CATALOG,
    told: load.Progress | None = None,
    *,
    last: Book | None = None,
    seen: Listing | None = None,
    verify: bool = False,
) -> Book:
    """Read a data folder with the shipped catalogue; formulas are checked on the way.

    `told` hears how many files are done, and how many there are. What looks, by `seen`, as it did
    for the `last` book of the folder is taken from there; to `verify` is to go by content. A
    lake is read whole, wherever it is; raise `LakeError` for one of another catalogue.
    """
    if "://" in str(folder) or lake.is_lake(folder):
        return opened(folder).whole()
    metrics, problems = _checked(catalog)
    return load.load(Path(folder), metrics, problems, told, last=last, seen=seen, verify=verify)


def opened(where: Path | str) -> Lake:
    """Open a lake with the shipped catalogue; raise `LakeError` where there is none."""
    return lake.opened(where, _checked(CATALOG)[0])


def _checked(path: Path) -> tuple[Catalog, tuple[Problem, ...]]:
    """Give a catalogue's sound part and what is wrong with it, read again where it has changed."""
    try:
        found = path.stat()
    except OSError:
        return _read(path, ())
    return _read(path, (found.st_ino, found.st_ctime_ns, found.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, look: tuple[int, ...]) -> tuple[Catalog, tuple[Problem, ...]]:  # noqa: ARG001
    metrics, problems = load.catalog(path)
    problems += formula.check(metrics, f"{path.parent.name}/{path.name}")
    return formula.sound(metrics), tuple(problems)
