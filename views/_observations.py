"""All that sources state about a company, as printed, with the place of each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics import trace
from schemas import words
from schemas.company import WHOLE
from views import _controls, _links, _pages, _periods, _shelf, _table, _trace
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.book import Row
    from views._view import View

_COLUMNS = ("metric", "printed", "value", "period", "source", "file")


def section(view: View) -> list[Tree]:
    """List them in the catalogue's order, the newest period first, a page at a time."""
    place = {metric: number for number, metric in enumerate(view.book.catalog)}
    rows = sorted(
        _shelf.seen(view.book, view.choice.company, view.choice.lens),
        key=lambda row: (place[row.metric], -row.period.end.toordinal(), row.scope, row.id),
    )
    if not rows:
        return []
    shown = rows[_controls.window(view, len(rows))]
    title = view.say("observations.title", count=len(rows))
    head = [element("th", view.say(f"observations.{name}"), scope="col") for name in _COLUMNS]
    table = element(
        "table",
        element("caption", title, class_="unseen"),
        element("thead", element("tr", head)),
        element("tbody", [_row(view, row) for row in shown]),
        id="observations",
        class_="listed",
    )
    return [
        element("h2", title, class_="section"),
        element("div", table, class_="scroll wide", role="region", tabindex="0", aria_label=title),
        element(
            "div",
            _controls.pager(view, len(rows)),
            _periods.copier(view, "observations"),
            class_="tools",
        ),
    ]


def _row(view: View, row: Row) -> Tree:
    told = trace.observation(view.book, row, view.language)
    about = [element("small", each) for each in _about(view, row, told)]
    return element(
        "tr",
        element("th", _links.metric(view, row.metric), about, scope="row"),
        element("td", _table.opener(told, row.as_stated, lang=told["language"])),
        element("td", told["text"]),
        element("td", told["period_text"]),
        element("td", *_source(view, told)),
        element("td", element("code", f"{row.file.rpartition('/')[2]}:{row.line}")),
    )


def _about(view: View, row: Row, told: _trace.Told) -> Iterator[str]:
    """Say what a figure covers, and of what kind and basis it is, where that needs saying."""
    if row.scope != WHOLE:
        yield _table.covers(view, row.scope)
    if row.against_metric:
        yield view.say("observations.against", name=_against(view, row))
    if row.kind != "actual":
        yield told["kind_text"]
    if row.basis:
        yield words.say(view.language, f"basis.{row.basis}")


def _against(view: View, row: Row) -> str:
    """Name what a relational figure is measured against: another company, or another metric."""
    there = row.against_company in view.book.companies
    name = view.name(row.against_company) if there else row.against_company
    label = words.label(view.language, row.against_metric) if row.against_metric else ""
    return " ".join(part for part in (name, label) if part)


def _source(view: View, told: _trace.Told) -> list[Tree]:
    """Name the document, as the way to it, and the place in it."""
    where = " · ".join((_trace.published(view, told["published"]), told["place"]))
    if "sources" in _pages.PAGES:
        address = view.choice.link("sources", source=told["source_id"])
        return [_links.to(told["publisher"], address), element("small", where)]
    named: Tree = told["publisher"]
    if told["url"]:
        named = _trace.link(view, told["url"], told["publisher"])
    return [named, element("small", where)]
