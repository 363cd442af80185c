"""What takes seconds says so meanwhile, and what is done is kept should the reader leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from views import _shelf
from views._element import element, mount

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from metrics.audit import Audit
    from views._view import View

Found = TypeVar("Found")

# Claims worked out between two looks at whether the reader is still there.
_BATCH = 20


def waits(view: View, *names: str) -> bool:
    """Whether some of this is still to be worked out for the book and day."""
    return not _shelf.done(view.book, view.choice.lens).issuperset(names)


def place(*, waits: bool) -> DeltaGenerator:
    """Make a place for what is drawn again, once it is known, where a reader `waits` for it.

    What is known already is drawn where it stays: a place that is emptied at every run would make
    the page jump, and take the click of whoever presses just then.
    """
    box = st.container()
    return box.empty() if waits else box


def once(view: View, name: str, work: Callable[[], Found], part: str = "") -> Found:
    """Work something out, with a word about it the first time it is done for a book and day.

    `part` tells apart what goes by one name and is done bit by bit.
    """
    done = _shelf.done(view.book, view.choice.lens)
    if name + part in done:
        return work()
    place = st.empty()
    with place:
        _say(view, f"wait-{name}{part}", view.say(f"wait.{name}"))
    found = work()
    done.add(name + part)
    place.empty()
    return found


def verdicts(view: View, audit: Audit, rows: pd.DataFrame) -> None:
    """Work the verdicts of some claims out, those that nobody has wanted before."""
    left = audit.left(rows)
    place = st.empty()
    for start in range(0, len(left), _BATCH):
        if len(left) > _BATCH:
            told = view.say("wait.verdicts", done=start, total=len(left))
            with place:
                _say(view, f"wait-{start}", told)
        audit.work(left[start : start + _BATCH])
    place.empty()


def _say(view: View, key: str, text: str) -> None:
    mount(key, view.language, element("p", text, class_="wait", role="status"))
