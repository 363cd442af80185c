"""The pages, in their order: a page is a script beside this file and a line here.

What a page is called stands under `ui.page` in the texts.
"""

from __future__ import annotations

# The first page is the one that opens without a name in the address.
PAGES = ("compare",)
