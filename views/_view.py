"""What one run of a page looks at: the book, the reader's choice, today's date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral
from typing import TYPE_CHECKING, cast

import streamlit as st

from metrics.lens import CLASSES
from schemas import words

if TYPE_CHECKING:
    from datetime import date

    from schemas.book import Book
    from views._state import Choice

_KEY = "view"


@dataclass(frozen=True, slots=True)
class View:
    """Handed from the shell to the page it runs."""

    book: Book
    choice: Choice
    today: date

    @property
    def language(self) -> str:
        """Name the reader's language (BCP 47)."""
        return self.choice.language

    @property
    def real(self) -> View:
        """Give the view of what documents state, without anything supposed."""
        return replace(self, book=self.book.real)

    @property
    def is_hypothetical(self) -> bool:
        """Say whether the reader supposes something of what is shown."""
        return bool(self.book.supposed)

    @property
    def mark(self) -> str:
        """Give the word that marks what is hypothetical."""
        return words.say(self.language, "supposed.mark")

    def say(self, key: str, /, **args: object) -> str:
        """Say what stands under `ui` in the reader's language; whole numbers are counts there."""
        told = {
            name: f"{arg:,}" if isinstance(arg, Integral) else arg for name, arg in args.items()
        }
        return words.say(self.language, f"ui.{key}", **told)

    def name(self, company: str) -> str:
        """Name a company in the reader's language."""
        return self.book.companies[company].name.in_language(self.language)


def alone() -> View:
    """Take the view for a page on which nobody stands beside a company to share a period with."""
    view = current()
    if view.choice.periods != "shared":
        return view
    return replace(view, choice=replace(view.choice, periods=CLASSES[0]))


def put(view: View) -> None:
    """Hand a view over to the page that runs next."""
    st.session_state[_KEY] = view


def current() -> View:
    """Take the view that the shell handed over."""
    return cast("View", st.session_state[_KEY])
