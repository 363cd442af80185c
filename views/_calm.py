"""Keeps the collection of garbage short: what has been here for a while is not looked through.

Streamlit collects after every run of a page, and everybody waits for it, as Python does one thing
at a time. Most of what it looks through is modules and results that are here to stay.
"""

from __future__ import annotations

import gc
import time
from threading import Lock

# Seconds after which what is there by now is set aside; at the start, when much is new, sooner.
EVERY = 20.0
FIRST = 1.0
# Every so many times what was set aside is looked through as well: a page may have been closed.
WHOLE = 30


class Calm:
    """Sets aside what is there, now and then."""

    def __init__(self) -> None:
        self._pause = FIRST
        self._due = 0.0
        self._times = 0
        self._lock = Lock()

    def keep(self) -> None:
        """Set aside what is there, if it is time."""
        if time.monotonic() < self._due or not self._lock.acquire(blocking=False):
            return
        try:
            self._times += 1
            settle(whole=self._times % WHOLE == 0)
            self._due = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, EVERY)
        finally:
            self._lock.release()


def settle(*, whole: bool) -> None:
    """Set aside what is there now; the `whole` of it is looked through first, or what is new."""
    if whole:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


_CALM = Calm()


def keep() -> None:
    """Set aside what is there, if it is time; anybody may call this at any time."""
    _CALM.keep()
