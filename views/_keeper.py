"""The book that everybody sees: read again after a change on disk, kept when a file breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.book import Book
    from schemas.load import Progress
    from schemas.problem import Problem

# Seconds for which a reader may be shown what was true before the last change of a file.
_PATIENCE = 2.0
# A look that takes longer than this goes on beside the pages, and for a twentieth of the time.
_QUICK = 0.02
_SHARE = 20
# Seconds between two words to those who wait for the first reading.
_WORD = 0.4


@dataclass(frozen=True, slots=True)
class Kept:
    """The book to show, since when, and what keeps a newer state of the folder from being shown."""

    book: Book
    since: datetime
    broken: tuple[Problem, ...] = ()


class Keeper:
    """Holds one book for all viewers, and looks at the folder now and then on behalf of them all.

    All wait for the first reading, which goes on though whoever came first leaves. After that
    nobody waits for a large folder: it is looked through, and read again where it changed, beside
    the pages, which show what there was until then.

    A folder that begins with errors is shown as far as it can be read. Once a file has been right,
    an edit that breaks it does not take its figures away: the last good state stays until all that
    was right is right again.
    """

    def __init__(self, look: Callable[[], object], read: Callable[[Progress | None], Book]) -> None:
        """Take how to name the folder's state, whatever names it, and how to read the folder."""
        self._look = look
        self._read = read
        self._busy = Lock()
        self._state: object = None
        self._kept: Kept | None = None
        self._starting = Lock()
        self._coming = Thread()  # nobody has begun to read
        self._far: tuple[int, int] | None = None
        self._next = 0.0
        self._slow = False

    @property
    def is_read(self) -> bool:
        """Say whether there is a book, so that nobody has to wait for it."""
        return self._kept is not None

    def current(self, told: Progress | None = None) -> Kept:
        """Give the book to show; `told` hears how far a first reading is."""
        kept = self._kept
        if kept is None:
            return self._awaited(told)
        if monotonic() < self._next or not self._busy.acquire(blocking=False):
            return kept
        if self._slow:
            Thread(target=self._released, daemon=True).start()
            return kept
        return self._released()

    def _awaited(self, told: Progress | None) -> Kept:
        """Wait for the first reading, and tell now and then how far it is."""
        with self._starting:
            if self._kept is None and not self._coming.is_alive():
                self._coming = Thread(target=self._first, daemon=True)
                self._coming.start()
            coming = self._coming
        heard = None
        while coming.is_alive():
            coming.join(_WORD)
            if told and self._far and self._far != heard:
                heard = self._far
                told(*heard)
        if self._kept:
            return self._kept
        with self._busy:
            # What failed there fails here, where somebody is told.
            return self._kept or self._refreshed(told)

    def _first(self) -> None:
        with self._busy:
            self._refreshed(self._hear)

    def _hear(self, done: int, total: int) -> None:
        self._far = done, total

    def _released(self) -> Kept:
        try:
            return self._refreshed()
        finally:
            self._busy.release()

    def _refreshed(self, told: Progress | None = None) -> Kept:
        """Look at the folder, and read it where it has changed; one at a time."""
        start = monotonic()
        # Named before it is read: what changes meanwhile makes another state.
        state = self._look()
        took = monotonic() - start
        if self._kept is None or state != self._state:
            self._kept, self._state = self._after(self._read(told)), state
        self._slow = took > _QUICK
        self._next = monotonic() + max(_PATIENCE, took * _SHARE)
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
