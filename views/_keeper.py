"""The book that everybody sees: read again after a change on disk, kept when a file breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.book import Book
    from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Kept:
    """The book to show, since when, and what keeps a newer state of the folder from being shown."""

    book: Book
    since: datetime
    broken: tuple[Problem, ...] = ()


class Keeper:
    """Holds one book for all viewers; whoever comes first after a change reads, the rest wait.

    A folder that begins with errors is shown as far as it can be read. Once a file has been right,
    an edit that breaks it does not take its figures away: the last good state stays until all that
    was right is right again.
    """

    def __init__(self, read: Callable[[], Book]) -> None:
        self._read = read
        self._lock = Lock()
        self._state = ""
        self._kept: Kept | None = None

    def has(self, state: str) -> bool:
        """Say whether the book for a state of the folder is at hand."""
        return self._kept is not None and state == self._state

    def current(self, state: str) -> Kept:
        """Give the book for a state of the folder, whatever names it."""
        with self._lock:
            if self._kept is None or state != self._state:
                self._kept = self._after(self._read())
                self._state = state
            return self._kept

    def _after(self, new: Book) -> Kept:
        now, last = datetime.now().astimezone(), self._kept
        if last is None:
            return Kept(new, now)
        before = {each.path for each in last.book.problems if each.severity == "error"}
        broken = tuple(
            each for each in new.problems if each.severity == "error" and each.path not in before
        )
        if broken:
            return Kept(last.book, last.since, broken)
        same = new.version == last.book.version
        return Kept(last.book if same else new, last.since if same else now)
