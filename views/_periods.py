"""A company's figures by period: metrics down, periods across, the newest first."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from metrics import trace
from metrics.compare import ROWS, Cell
from schemas import words
from views import _controls, _links, _shelf, _table
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.derive import Answer
    from metrics.statement import Line, Statement
    from schemas.period import Period
    from views._view import View

# As many periods as stand side by side on a desk's screen.
SHOWN = 8
_UNKNOWN = "unknown"


def section(view: View) -> list[Tree]:
    """Lay flows and balances out, each with a way to copy it into a spreadsheet."""
    found = _shelf.statements(view.book, view.choice.company, view.choice.lens)
    tables = [
        part
        for name, each in zip(("flows", "balances"), found, strict=True)
        if each.lines
        for part in _table_of(view, name, each)
    ]
    if not tables:
        return []
    many = max(len(each.periods) for each in found) > SHOWN
    head = element(
        "div",
        element("h2", view.say("statement.title")),
        _which(view) if many else None,
        class_="tools section",
    )
    return [head, *tables]


def _which(view: View) -> Tree:
    """Offer the newest periods, or all of them."""
    return _controls.switch(
        view.say("statement.which"),
        [
            (
                view.say(f"statement.{name}"),
                view.choice.link(rows=None if name == ROWS[0] else name),
                name == view.choice.rows,
            )
            for name in ROWS
        ],
    )


def _table_of(view: View, name: str, of: Statement) -> list[Tree]:
    periods = of.periods if view.choice.rows == "all" else of.periods[:SHOWN]
    shown = [line for line in of.lines if any(period in line.answers for period in periods)]
    caption = view.say(f"statement.{name}")
    head = element(
        "thead",
        element(
            "tr",
            element("th", caption, scope="col"),
            [element("th", words.period(view.language, each), scope="col") for each in periods],
        ),
    )
    groups = groupby(shown, key=lambda line: view.book.catalog[line.metric].group)
    body = [_group(view, group, list(each), periods) for group, each in groups]
    told = element("caption", caption, class_="unseen")
    look = _table.grounded(view, "periods")
    table = element("table", told, head, body, id=f"periods-{name}", class_=look)
    return [
        element(
            "div", table, class_="scroll wide", role="region", tabindex="0", aria_label=caption
        ),
        copier(view, f"periods-{name}"),
    ]


def copier(view: View, table: str) -> Tree:
    """Offer to copy a table as text with tabs, as spreadsheets take it."""
    return element(
        "p",
        element(
            "button",
            view.say("statement.copy"),
            type="button",
            data_copy=table,
            data_done=view.say("trace.copied"),
        ),
        class_="copier",
    )


def _group(view: View, group: str, lines: Sequence[Line], periods: Sequence[Period]) -> Tree:
    title = element(
        "th",
        words.say(view.language, f"group.{group}"),
        scope="rowgroup",
        colspan=len(periods) + 1,
    )
    rows = [_row(view, line, periods) for line in lines]
    return element("tbody", element("tr", title, class_="group"), rows)


def _row(view: View, line: Line, periods: Sequence[Period]) -> Tree:
    bases = {_basis(view, each) for each in line.answers.values()}
    # What is the same all along a row is said once, at its head.
    shared = bases.pop() if len(bases) == 1 else None
    name = element("span", _links.metric(view, line.metric), data_cell="")
    head = element("th", name, element("small", shared) if shared else None, scope="row")
    cells = [
        _cell(view, answer, says_basis=shared is None) if answer else element("td")
        for answer in map(line.answers.get, periods)
    ]
    return element("tr", head, cells)


def _basis(view: View, answer: Answer) -> str:
    """Say what a figure was measured on, or by which definition it was worked out."""
    basis = answer.choice.row.basis if answer.choice else ""
    if basis and basis != _UNKNOWN:
        return words.say(view.language, f"basis.{basis}")
    return trace.definition(answer, view.language)


def _cell(view: View, answer: Answer, *, says_basis: bool) -> Tree:
    marks = [_basis(view, answer)] if says_basis else []
    told = " · ".join(mark for mark in (*marks, *_table.marks(view, answer)) if mark)
    return element(
        "td",
        _table.number(view, Cell(answer), answer.id),
        element("small", view.mark, class_="supposed") if answer.is_hypothetical else None,
        element("small", told) if told else None,
    )
