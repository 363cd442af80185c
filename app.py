"""The way in: `streamlit run app.py`."""

import os
from typing import TYPE_CHECKING

import streamlit as st

from door import headers, routes

if TYPE_CHECKING:
    from schemas.book import Book

# Viewers at once, one WebSocket each. Beyond it people are asked to wait, so that nobody is slow.
SEATS = int(os.environ.get("FOOTNOTE_SEATS", "100"))


def book() -> "Book":
    """The book that the pages show."""
    # Streamlit's caches want its runtime, which is not there yet when this file is read.
    from views import _shelf  # noqa: PLC0415

    return _shelf.kept().book


app = st.App(
    "views/_shell.py",
    routes=routes.stack(book),
    middleware=headers.stack(SEATS),
    exception_handlers={500: headers.broken},
)
