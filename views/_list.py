"""Long lists, a page at a time: what narrows them, what turns the page, what says it is working."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from schemas import words
from schemas.company import WHOLE
from views import _controls, _table, _trace
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from views._view import View


def head(view: View, page: str, *children: Tree | Iterable[Tree] | None) -> Tree:
    """Draw a page's title, what it is for, and how it is narrowed."""
    return element(
        "div",
        element("h1", view.say(f"{page}.title")),
        element("p", view.say(f"{page}.lead"), class_="lead"),
        *children,
    )


def tabs(label: str, ways: Iterable[tuple[list[Tree], str, str, bool]]) -> Tree:
    """Offer views of a page with how much is in each: (text, count, address, whether shown)."""
    return element(
        "nav",
        [
            element(
                "a",
                element("span", text),
                element("b", count),
                href=href,
                data_go="",
                aria_current="true" if chosen else None,
            )
            for text, count, href, chosen in ways
        ],
        class_="tabs",
        aria_label=label,
    )


def company(view: View) -> Tree:
    """Offer to narrow a list to one company, or name the one it is narrowed to."""
    chosen = view.choice.said("company")
    if not chosen:
        return _controls.box(view, view.say("list.company"), (), partial(_only, view))
    dot = _table.dot(view.book, chosen)
    return chip(view, [dot, view.name(chosen)], view.choice.link(company=None), view.name(chosen))


def _only(view: View, company: str) -> str:
    return view.choice.link(company=company)


def chip(view: View, told: Sequence[Tree], way_out: str, name: str) -> Tree:
    """Show something a list is narrowed to, with a way out of it."""
    out = element(
        "a", "×", href=way_out, data_go="", aria_label=view.say("company.remove", name=name)
    )
    return element("ul", element("li", *told, out), class_="chips")


def pick(label: str, name: str, ways: Sequence[tuple[str, str]], chosen: str) -> Tree:
    """Offer one of a few values of a key of the address, as (value, text); "" for no matter."""
    options = [
        element("option", text, value=value, selected=value == chosen) for value, text in ways
    ]
    return element("select", options, data_name=name, aria_label=label)


def metric(view: View, there: Iterable[str]) -> Tree | None:
    """Offer to narrow a list to one of the metrics in it, in the catalogue's order."""
    wanted = set(there)
    ways = [
        (name, words.label(view.language, name)) for name in view.book.catalog if name in wanted
    ]
    if len(ways) < 2:  # noqa: PLR2004 - one is no choice
        return None
    every = ("", view.say("list.every_metric"))
    return pick(view.say("list.metric"), "metric", [every, *ways], view.choice.said("metric"))


def box(caption: str, columns: Iterable[str], rows: Iterable[Tree], class_: str = "") -> Tree:
    """Draw a table in a box of its own, which scrolls where the screen is narrow."""
    title = element("caption", caption, class_="unseen")
    heads = element("tr", [element("th", text, scope="col") for text in columns])
    return element(
        "div",
        element("table", title, element("thead", heads), element("tbody", rows), class_=class_),
        class_="scroll",
        role="region",
        tabindex="0",
        aria_label=caption,
    )


def document(view: View, source: str, text: str = "", *, stays: bool = False) -> Tree:
    """Lead to a document's own view, by its title or who published it.

    From the list of documents itself what narrows that list stays in the address.
    """
    found = view.book.sources[source]
    told = text or found.title or found.publisher
    return element(
        "a",
        told,
        href=view.choice.link(None if stays else "sources", source=source),
        data_go="",
        lang=None if text or not found.title else found.language,
    )


def address(view: View, url: str) -> Tree:
    """Lead to where a document can be read, or say that nobody knows where."""
    if not url:
        return element("span", view.say("list.no_address"), class_="soft")
    return _trace.link(view, url, view.say("list.open"))


def marks(view: View, told: Mapping[str, Any]) -> Iterator[Tree]:
    """Say what keeps an observation from being the company's own actual figure."""
    if told["kind"] != "actual":
        yield element("small", told["kind_text"])
    if told["scope"] != WHOLE:
        yield element("small", _table.covers(view, told["scope"]))
    if told["rank"] == "deprecated":
        yield element("small", view.say("sources.deprecated"))
