"""All companies by one metric, with the places that their bounds leave open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrics import trace
from metrics.lens import CLASSES
from metrics.rank import ORDER
from schemas import words
from views import _charts, _controls, _links, _shelf, _table
from views._element import Tree, element, mount

if TYPE_CHECKING:
    from metrics.compare import Cell
    from metrics.rank import Ranking
    from views._view import View

_DRAWN = 25
_BAR = 40
_COLUMNS = ("place", "company", "value", "about")


def section(view: View) -> None:
    """Say how they are put in order, draw the first of them, and list all, page by page."""
    found = _shelf.ranking(view.book, view.choice.lens, view.choice.metric)
    title = element(
        "div",
        element("h2", view.say("ranking.title")),
        _controls.periods(view, [each for each in CLASSES if each != "shared"]),
        class_="tools section",
    )
    counts = _counts(view, found)
    if not found.placed:
        told = [element("p", view.say("ranking.none"), class_="hint"), counts]
        mount("ranking-head", view.language, title, told)
    else:
        order = element("p", _order(view, found), class_="hint")
        mount("ranking-head", view.language, title, counts, order, _mixed(view, found))
        _chart(view, found)
    mount("ranking", view.language, _table_of(view, found))


def _order(view: View, found: Ranking) -> str:
    better = view.book.catalog[found.metric].better
    said = [view.say(f"ranking.order_{better}"), view.say("ranking.places")]
    if found.currency and not view.choice.lens.currency:
        said.append(view.say("ranking.currency", currency=found.currency))
    return " ".join(said)


def _mixed(view: View, found: Ranking) -> Tree | None:
    """Warn where the numbers are not of one kind: their order is then no verdict."""
    if not found.mixed:
        return None
    why = "; ".join(trace.reason(each, view.language) for each in found.mixed)
    return element("p", view.say("ranking.mixed", why=why), class_="notice")


def _counts(view: View, found: Ranking) -> Tree:
    """Count the companies by status, those with a number first."""
    told = [
        view.say("ranking.count", name=words.say(view.language, f"status.{status}"), count=count)
        for status in ORDER
        if (count := found.counts.get(status, 0))
    ]
    return element("p", " · ".join(told), class_="lead")


def _chart(view: View, found: Ranking) -> None:
    first = found.companies[: min(_DRAWN, found.placed)]
    currency = found.currency or view.choice.lens.currency
    lens = replace(view.choice.lens, currency=currency)
    # The whole first page, which the table asks for as well.
    page = found.companies[: _controls.PAGE]
    cells = _shelf.placed(view.book, page, lens, found.metric)[: len(first)]
    log = view.choice.log
    drawn = [cell for cell in cells if _charts.has_place(cell.answer, log=log)]
    ways = [
        (view.say("chart.linear"), view.choice.link(log=None), not log),
        (view.say("chart.log"), view.choice.link(log="1"), log),
    ]
    scale = _controls.switch(view.say("chart.scale"), ways)
    more = found.placed > len(first)
    told = view.say("ranking.first", count=len(first)) if more else view.say("chart.title")
    mount("chart-head", view.language, element("div", element("h3", told), scale, class_="tools"))
    if drawn:
        _charts.draw(view, drawn, _BAR)
        mount("chart-foot", view.language, element("p", view.say("chart.key"), class_="hint"))


def _table_of(view: View, found: Ranking) -> list[Tree]:
    shown = _controls.window(view, len(found.companies))
    companies = found.companies[shown]
    cells = _shelf.placed(view.book, companies, view.choice.lens, found.metric)
    places = zip(found.first[shown].tolist(), found.last[shown].tolist(), strict=True)
    title = view.say("ranking.title")
    head = [element("th", view.say(f"ranking.{name}"), scope="col") for name in _COLUMNS]
    table = element(
        "table",
        element("caption", title, class_="unseen"),
        element("thead", element("tr", head)),
        element(
            "tbody",
            [_row(view, cell, *place) for cell, place in zip(cells, places, strict=True)],
        ),
        class_="ranked",
    )
    return [
        element("div", table, class_="scroll wide", role="region", tabindex="0", aria_label=title),
        *([pager] if (pager := _controls.pager(view, len(found.companies))) else []),
    ]


def _row(view: View, cell: Cell, first: int, last: int) -> Tree:
    company = cell.answer.company
    name = [_table.dot(view.book, company), _links.company(view, company)]
    return element(
        "tr",
        element("td", _place(view, first, last)),
        element("th", name, scope="row"),
        element("td", _table.number(view, cell, in_words=True)),
        element("td", _table.under(view, cell), _why(view, cell)),
    )


def _why(view: View, cell: Cell) -> Tree | None:
    """Say what a company lacks whose metric could be worked out, or why it was refused."""
    why = cell.answer.reason
    if cell.answer.bounds is not None or why is None or why.name == "not_disclosed":
        return None
    return element("small", trace.reason(why, view.language))


def _place(view: View, first: int, last: int) -> str:
    if not first:
        return "—"
    return str(first) if first == last else view.say("ranking.between", first=first, last=last)
