"""What lies in a data folder, by name, and what each file looks like from outside."""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

KINDS = ("companies", "sources")
BESIDE = ("sets.yaml", "rates.yaml")
# Nanoseconds within which a second change may leave a file looking the same.
_SETTLING = 2 * 10**9
_WHOLE = 2**63 - 1


class Listing(NamedTuple):
    """The YAML files of companies and sources by name, and their looks; two are compared whole.

    `looks` has three int64 a file: inode (0 where it is no plain file), change time in ns, size.
    """

    names: list[str]
    looks: bytes
    others: tuple[str, ...]  # what else lies there, by name
    beside: tuple[tuple[int, int, int], ...]
    when: int  # when one of them changed just now, so that no two such listings are the same
    found: list[str]  # the names in the order in which the system gives them

    def array(self) -> NDArray[np.int64]:
        """Give the looks as rows of inode, change time and size."""
        return np.frombuffer(self.looks, np.int64).reshape(-1, 3)


def listing(folder: Path, last: Listing | None = None) -> Listing:
    """Look through a folder; what cannot be looked through holds nothing.

    Where the names are those of the `last` listing, they need no sorting.
    """
    now = time.time_ns()
    found: list[str] = []
    numbers: list[int] = []
    others: list[str] = []
    for kind in KINDS:
        # Files keep their looks while the folder that holds them is moved away and linked to.
        plain = not (folder / kind).is_symlink()
        for entry in _entries(folder / kind):
            name = f"{kind}/{entry.name}"
            if name.endswith(".yaml"):
                found.append(name)
                numbers += _look(entry, plain=plain)
            else:
                others.append(name)
    others += [entry.name for entry in _entries(folder)]
    names = last.names if last and last.found == found else sorted(found)
    places = dict(zip(found, range(len(found)), strict=True))
    order = np.fromiter(map(places.__getitem__, names), np.int64, len(names))
    looks = np.array(numbers, np.int64).reshape(-1, 3)[order]
    beside = tuple(_look(folder / name) for name in BESIDE)
    newest = max([int(looks[:, 1].max(initial=0)), *(each[1] for each in beside)])
    when = now if newest > now - _SETTLING else 0
    return Listing(names, looks.tobytes(), tuple(sorted(others)), beside, when, found)


def settled(looks: NDArray[np.int64], now: int) -> NDArray[np.bool_]:
    """Say which files cannot have changed again without a trace since they were listed."""
    found: NDArray[np.bool_] = (looks[:, 0] != 0) & (looks[:, 1] <= now - _SETTLING)
    return found


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            yield from found
    except OSError:
        return


def _look(entry: os.DirEntry[str] | Path, *, plain: bool = True) -> tuple[int, int, int]:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return 0, 0, 0
    inode = found.st_ino & _WHOLE if plain and stat.S_ISREG(found.st_mode) else 0
    return inode, found.st_ctime_ns, found.st_size
