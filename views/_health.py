"""Four ways to look at a book's health: gaps, age, conflicts, problems; each a list or a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics import changes, conflict, disclosure, trace
from schemas import words
from views import _controls, _links, _list, _state, _table
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from metrics.conflict import Conflict
    from schemas.book import Row
    from schemas.problem import Problem
    from views._view import View

COMPANIES, LINES = 20, 25
# Told by shape first; the word stands in the legend and in each cell's name.
SHAPES = {
    "stated": "●", "derived": "◆", "stale": "◔", "planned": "△", "part": "◧", "claim": "◇",
    "refused": "✕", "nothing": "·",
}  # fmt: skip
_SEVERITY = {"error": "✕", "warning": "!", "note": "i"}
# Where each problem has a section with an example.
_DOCS = "docs/problems.md"


def counts(grid: pd.DataFrame, aged: pd.DataFrame, found: Sequence[Problem]) -> dict[str, int]:
    """Count what each part holds."""
    return {
        "gaps": grid.size - int(disclosure.disclosed(grid).sum()),
        "aged": len(aged),
        "conflicts": sum(each.name in conflict.NAMES for each in found),
        "problems": len(found),
    }


def parts(view: View, counted: Mapping[str, int]) -> Tree:
    """Offer the parts with how much is in each, a dash until it is known."""
    choice = view.choice
    ways = []
    for name in _state.PARTS:
        count = f"{counted[name]:,}" if name in counted else "–"
        href = choice.link(part=None if name == _state.PARTS[0] else name, severity=None)
        text: list[Tree] = [view.say(f"health.{name}")]
        ways.append((text, count, href, name == choice.part))
    return _list.tabs(view.say("health.parts"), ways)


def _nothing(view: View, name: str) -> Tree:
    return element("p", view.say(f"health.no_{name}"), class_="empty")


# -- what is disclosed ------------------------------------------------------------------------


def gaps(view: View, grid: pd.DataFrame) -> Tree:
    """Lay companies down and figures across, a shape for what there is of each."""
    company = view.choice.said("company")
    rows = grid[grid.index == company] if company in grid.index else grid
    shown = rows.iloc[_controls.window(view, len(rows), COMPANIES)]
    states = disclosure.counts(rows)
    here = [name for name in disclosure.STATES if states[name]]
    heads = [element("th", view.say("health.company"), scope="col")]
    heads += [
        element("th", element("span", words.label(view.language, name)), scope="col")
        for name in grid.columns
    ]
    known = disclosure.disclosed(shown)
    body = [
        _company(view, str(name), states, int(count))
        for (name, states), count in zip(shown.iterrows(), known, strict=True)
    ]
    caption = view.say("health.grid")
    return element(
        "section",
        element("p", view.say("health.gaps_means"), class_="hint"),
        element("div", _list.company(view), class_="tools narrow"),
        element(
            "ul",
            [_key(view, name, view.say("health.cells", count=states[name])) for name in here],
            class_="keys",
        ),
        element(
            "div",
            element(
                "table",
                element("caption", caption, class_="unseen"),
                element("thead", element("tr", heads)),
                element("tbody", body),
                class_="grid",
            ),
            class_="scroll",
            role="region",
            tabindex="0",
            aria_label=caption,
        ),
        _controls.pager(view, len(rows), COMPANIES),
    )


def _key(view: View, state: str, count: str) -> Tree:
    return element(
        "li", shape(state), element("span", view.say(f"state.{state}")), element("small", count)
    )


def shape(state: str) -> Tree:
    """Draw the sign of a state of disclosure; its word stands beside it or in its cell's name."""
    return element("i", SHAPES[state], class_=f"shape is-{state}", aria_hidden="true")


def _company(view: View, company: str, states: pd.Series[str], known: int) -> Tree:
    name = _links.company(view, company)
    cells = [_cell(view, company, metric, states[metric]) for metric in states.index]
    count = element("small", view.say("health.known", count=known, total=len(states)))
    head = element("th", _table.dot(view.book, company), name, count, scope="row")
    return element("tr", head, cells)


def _cell(view: View, company: str, metric: str, state: str) -> Tree:
    told = f"{words.label(view.language, metric)}: {view.say(f'state.{state}')}"
    return element(
        "td",
        element(
            "button",
            SHAPES[state],
            type="button",
            class_=f"shape is-{state}",
            data_go=f"trace={company}~{metric}",
            title=told,
            aria_label=f"{view.name(company)}, {told}",
        ),
    )


# -- what is old ------------------------------------------------------------------------------


def aged(view: View, every: pd.DataFrame) -> Tree:
    """List figures past their shelf life, the oldest first."""
    company = view.choice.said("company")
    rows = every[every["company"] == company] if company else every
    told = [
        element("p", view.say("health.aged_means"), class_="hint"),
        element("div", _list.company(view), class_="tools narrow"),
    ]
    if not len(rows):
        return element("section", *told, _nothing(view, "aged"))
    shown = rows.iloc[_controls.window(view, len(rows), LINES)]
    columns = ("company", "metric", "value", "about", "age", "shelf_life", "times", "source")
    ages = shown[["age", "shelf_life", "times"]].itertuples(index=False)
    lines = [
        _aged(view, row, int(age), int(life), float(times))
        for row, (age, life, times) in zip(view.book.exact(shown), ages, strict=True)
    ]
    return element(
        "section",
        *told,
        _list.box(
            view.say("health.aged_caption"),
            [view.say(f"health.{name}") for name in columns],
            lines,
            "aged",
        ),
        _controls.pager(view, len(rows), LINES),
    )


def _aged(view: View, row: Row, age: int, life: int, times: float) -> Tree:
    told = trace.observation(view.book, row, view.language)
    return element(
        "tr",
        element("th", *_table.heading(view, row.company)[:2], scope="row"),
        element("td", _links.metric(view, row.metric)),
        element("td", _table.opener(told)),
        element("td", told["period_text"]),
        element("td", view.say("days", days=age), class_="figures"),
        element("td", view.say("days", days=life), class_="figures"),
        element("td", f"{times:.1f}×", class_="figures"),
        element("td", _list.document(view, row.source, told["publisher"])),
    )


# -- what does not go together ----------------------------------------------------------------


def conflicts(view: View, found: Sequence[Problem], before: Sequence[Problem] = ()) -> Tree:
    """List what sources print differently, both prints side by side.

    Of a peer set or watch list only; and without those of `before`, which are not news.
    """
    choice = view.choice
    wanted = conflict.fresh(found, before)
    if choice.peers:
        wanted = conflict.about(wanted, changes.members(view.book, choice.peers))
    told = [
        element("p", view.say("health.conflicts_means"), class_="hint"),
        element("div", _controls.peers(view), _lately(view), class_="tools narrow"),
        _controls.noted(view, view.book.singles),
        _contradicted(view, len(wanted)) if choice.new and wanted else None,
    ]
    if not wanted:
        return element("section", *told, _nothing(view, "news" if choice.new else "conflicts"))
    shown = wanted[_controls.window(view, len(wanted), LINES)]
    columns = ("company", "metric", "one", "other", "what")
    return element(
        "section",
        *told,
        _list.box(
            view.say("health.conflicts_caption"),
            [view.say(f"health.{name}") for name in columns],
            [_conflict(view, each) for each in conflict.of(view.book, shown)],
            "conflicts",
        ),
        _controls.pager(view, len(wanted), LINES),
    )


def _lately(view: View) -> Tree:
    """Offer all conflicts, or those that what came out lately has made."""
    choice = view.choice
    return _controls.switch(
        view.say("health.when"),
        [
            (
                view.say("health.lately", days=days) if days else view.say("health.ever"),
                choice.link(new=str(days) if days else None),
                days == choice.new,
            )
            for days in sorted({0, 30, _state.QUARTER, choice.new})
        ],
    )


def _contradicted(view: View, count: int) -> Tree:
    """Say that something new contradicts a figure that the reader follows."""
    since = _state.back(view.choice.known, view.choice.new)
    told = view.say("health.contradicted", count=count, day=words.day(view.language, since))
    return element("p", told, class_="notice", role="status")


def _conflict(view: View, found: Conflict) -> Tree:
    row, problem = found.row, found.problem
    told = trace.observation(view.book, row, view.language)
    says, _ = words.sentences(view.language, problem)
    return element(
        "tr",
        element("th", *_table.heading(view, row.company)[:2], scope="row"),
        element(
            "td",
            _links.metric(view, row.metric),
            element("small", _table.opener(told), " · ", told["period_text"]),
            *_list.marks(view, told),
        ),
        element("td", _print(view, row.as_stated, row.source)),
        element("td", _print(view, found.other, found.source or row.source)),
        element(
            "td",
            view.say(f"conflict.{problem.name}"),
            None if found.source else element("small", says),
            element("small", element("code", _place(problem))),
        ),
    )


def _print(view: View, text: str, source: str) -> list[Tree]:
    found = view.book.sources[source]
    return [
        element("span", text, lang=found.language, class_="printed-here"),
        element("small", _list.document(view, source, found.publisher)),
    ]


# -- what is wrong ----------------------------------------------------------------------------


def problems(view: View, found: Sequence[Problem]) -> Tree:
    """List problems with their place, what is so, what to do, and where it is explained."""
    choice = view.choice
    wanted = [each for each in found if choice.severity in {"", each.severity}]
    every: list[Tree] = [view.say("health.every")]
    ways = [(every, f"{len(found):,}", choice.link(severity=None), not choice.severity)]
    for name in _state.SEVERITIES:
        count = sum(each.severity == name for each in found)
        ways.append(
            (
                _severity(view, name),
                f"{count:,}",
                choice.link(severity=name),
                name == choice.severity,
            )
        )
    told = [
        element("p", view.say("health.problems_means"), class_="hint"),
        _list.tabs(view.say("health.severities"), ways),
    ]
    if not wanted:
        return element("section", *told, _nothing(view, "problems"))
    shown = wanted[_controls.window(view, len(wanted), LINES)]
    return element(
        "section",
        *told,
        _table_of(view, shown),
        _controls.pager(view, len(wanted), LINES),
    )


def all_wrong(view: View) -> Tree | None:
    """List what is wrong with a folder in which no company could be read."""
    found = sorted(view.book.problems)[:LINES]
    return _table_of(view, found) if found else None


def _table_of(view: View, found: Sequence[Problem]) -> Tree:
    columns = ("severity", "problem", "where", "explained")
    return _list.box(
        view.say("health.problems_caption"),
        [view.say(f"health.{name}") for name in columns],
        [_problem(view, each) for each in found],
        "problem-list",
    )


def _severity(view: View, name: str) -> list[Tree]:
    sign = element("i", _SEVERITY[name], class_="icon", aria_hidden="true")
    return [sign, words.say(view.language, f"severity.{name}")]


def _place(problem: Problem) -> str:
    """Write where a problem is as editors read it, as far as it is known."""
    numbers = [number for number in (problem.line, problem.column) if problem.line]
    return ":".join([problem.path, *map(str, numbers)])


def _problem(view: View, problem: Problem) -> Tree:
    says, hint = words.sentences(view.language, problem)
    mark = element("span", *_severity(view, problem.severity), class_=f"seal is-{problem.severity}")
    return element(
        "tr",
        element("th", mark, scope="row"),
        element("td", element("span", says), element("small", hint)),
        element("td", element("code", _place(problem))),
        element("td", element("code", f"{_DOCS}#{problem.name}")),
    )
