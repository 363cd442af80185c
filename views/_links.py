"""Names that lead to their own page: companies and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from metrics import writer
from schemas import words
from views import _state
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def tables(
    view: View,
    *names: str,
    companies: Sequence[str] = (),
    company: str = "",
    metric: str = "",
    source: str = "",
) -> Tree:
    """Offer tables behind a page in every format, with the page's own choices in their address."""
    choice = view.choice
    told = {
        "c": companies,
        "company": company,
        "metric": metric,
        "source": source,
        "at": choice.at,
        "known": choice.known,
        "lang": choice.language,
        "ccy": "" if choice.currency == _state.NATIVE else choice.currency,
        "periods": choice.periods,
        "by": [f"{name}~{definition}" for name, definition in choice.by],
        "rows": choice.rows,
    }
    query = urlencode({key: value for key, value in told.items() if value}, doseq=True)
    return element(
        "ul",
        [element("li", view.say(f"tables.{name}"), _formats(name, query)) for name in names],
        class_="plain tables",
        aria_label=view.say("tables.label"),
    )


def _formats(name: str, query: str) -> list[Tree]:
    return [
        part
        for form in writer.FORMATS
        for part in (" ", element("a", form.upper(), href=f"./api/{name}.{form}?{query}"))
    ]
