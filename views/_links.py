"""Names that lead to their own page: companies and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from metrics import export, suppose, writer
from metrics.lens import NATIVE
from schemas import words
from views import _shelf
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def tables(view: View, *names: str, companies: Sequence[str] = (), **narrowed: str) -> Tree:
    """Offer tables behind a page in every format, with the page's own choices in their address.

    `narrowed` is what the page's list is narrowed to, by keys of the address.
    """
    choice = view.choice
    told = {
        "c": companies,
        **narrowed,
        "at": choice.at,
        "known": choice.known,
        "lang": choice.language,
        "ccy": "" if choice.currency == NATIVE else choice.currency,
        "periods": choice.periods,
        "by": [f"{name}~{definition}" for name, definition in choice.by],
        "rows": choice.rows,
        "rates": choice.rates,
        "if": suppose.every(view.book),
    }
    query = urlencode({key: value for key, value in told.items() if value}, doseq=True)
    many, metric = len(companies) or _many(view, narrowed), narrowed.get("metric", "")
    return element(
        "ul",
        [
            element(
                "li", view.say(f"tables.{name}"), " ", _formats(view, name, query, many, metric)
            )
            for name in names
        ],
        class_="plain tables",
        aria_label=view.say("tables.label"),
    )


def _many(view: View, narrowed: Mapping[str, str]) -> int:
    if narrowed.get("company"):
        return 1
    peers = narrowed.get("set")
    return len(view.book.sets[peers].companies if peers else _shelf.singles(view.book))


def _formats(view: View, name: str, query: str, many: int, metric: str) -> list[Tree]:
    """Lead to a table in each format; or say that it is too much to ask of an address."""
    limit = export.limit(name, metric)
    if many > limit >= 0:
        return [element("small", words.say(view.language, "api.many", limit=limit))]
    return [
        part
        for form in writer.FORMATS
        for part in (" ", element("a", form.upper(), href=f"./api/{name}.{form}?{query}"))
    ]
