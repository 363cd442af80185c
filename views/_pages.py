"""The pages, in their order: a page is a script beside this file and a line here.

What a page is called stands under `ui.page` in the texts.
"""

from __future__ import annotations

PAGES = ("compare", "company", "metric", "claims", "sources", "health", "changes", "passage")


# Where a reader may suppose something; the others show the data as it is.
SUPPOSING = ("compare", "company")


def path(page: str) -> str:
    """Give the page's own part of the address; the first page has none."""
    return "" if page == PAGES[0] else page
