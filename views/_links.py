"""Names that lead to their own page: companies and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import words
from views._element import Tree, element

if TYPE_CHECKING:
    from views._view import View


def company(view: View, name: str) -> Tree:
    """Name a company, as the way to its page."""
    return to(view.name(name), view.choice.link("company", company=name))


def metric(view: View, name: str) -> Tree:
    """Name a metric, as the way to its page; what it means comes with the pointer."""
    means = words.say(view.language, f"metric.{name}.means")
    return to(words.label(view.language, name), view.choice.link("metric", metric=name), means)


def to(text: str, address: str, title: str | None = None) -> Tree:
    """Lead somewhere inside the pages, looking like the text around it."""
    return element("a", text, href=address, data_go="", class_="to", title=title)
