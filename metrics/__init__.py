"""Verbs: what figures imply; functions of a book."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from metrics import formula, lake
from schemas import load

if TYPE_CHECKING:
    from metrics.lake import Lake
    from schemas.book import Book
    from schemas.listing import Listing
    from schemas.metric import Catalog

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
    metrics, problems = load.catalog(catalog)
    problems += formula.check(metrics, f"{catalog.parent.name}/{catalog.name}")
    return load.load(
        Path(folder), formula.sound(metrics), problems, told, last=last, seen=seen, verify=verify
    )


def opened(where: Path | str) -> Lake:
    """Open a lake with the shipped catalogue; raise `LakeError` where there is none."""
    return lake.opened(where, _shipped())


@cache
def _shipped() -> Catalog:
    found, _ = load.catalog(CATALOG)
    return formula.sound(found)
