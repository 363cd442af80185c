"""Companies side by side, as cards and as a table whose every number opens its trace."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from metrics import horizon, trace
from schemas import words
from views import _links, _shelf, _state
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metrics.compare import Cell, Line, Remedy
    from metrics.derive import Answer
    from metrics.trace import Trace as Told
    from schemas.book import Book
    from views._view import View

# Asked for first; the table has the rest.
CARDS = ("cash_reserves", "revenue", "runway", "revenue_per_employee")
# As many as there are series colours.
HUES = 6
# Most of a wide table may be missing, so there it is a dash; other statuses are said in words.
_DASH = "—"
RUNWAYS = ("runway", "pro_forma_runway")


def cards(view: View, lines: Sequence[Line]) -> Tree:
    """Show the four figures an investor asks for first, one card each."""
    found = {line.metric: line for line in lines}
    shown = [found[metric] for metric in CARDS if metric in found]
    drawn = [_card(view, line) for line in shown]
    return element("div", drawn, class_=grounded(view, "cards"))


def grounded(view: View, name: str) -> str:
    """Name a part of the page that has the word across its ground where something is supposed."""
    return f"{name} ground" if view.is_hypothetical else name


def _card(view: View, line: Line) -> Tree:
    return element(
        "section",
        element("h2", _links.metric(view, line.metric)),
        element("ul", [_entry(view, cell) for cell in line.cells]),
        class_="card",
    )


def _entry(view: View, cell: Cell) -> Tree:
    company = cell.answer.company
    return element(
        "li",
        element("span", dot(view.book, company), _links.company(view, company), class_="who"),
        element("span", number(view, cell), under(view, cell, short=True), class_="what"),
    )


def table(view: View, lines: Sequence[Line]) -> Tree:
    """Lay companies out as columns and metrics as rows, by the catalogue's groups."""
    companies = view.choice.companies
    shown = [line for line in lines if not line.is_empty]
    if not shown:
        return element("p", view.say("table.nothing"), class_="empty")
    groups = groupby(shown, key=lambda line: view.book.catalog[line.metric].group)
    head = element(
        "thead",
        element(
            "tr",
            element("th", view.say("table.metric"), scope="col"),
            [element("th", heading(view, name), scope="col") for name in companies],
        ),
    )
    body = [_group(view, group, list(each)) for group, each in groups]
    caption = element("caption", view.say("table.caption"), class_="unseen")
    return element(
        "div",
        element("table", caption, head, body, class_=grounded(view, f"of-{len(companies)}")),
        class_="scroll",
        role="region",
        tabindex="0",
        aria_label=view.say("table.caption"),
    )


def heading(view: View, company: str) -> list[Tree]:
    """Name a company, with its name in the other script beneath."""
    names = view.book.companies[company].name
    other = "zh-Hans" if view.language == "en" else "en"
    second = names.in_language(other)
    told = element("small", second, lang=other) if second != view.name(company) else None
    return [dot(view.book, company), _links.company(view, company), *([told] if told else [])]


def dot(book: Book, company: str) -> Tree:
    """Draw the company's colour, which says nothing that its name does not."""
    return element("span", class_=f"dot hue-{hue(book, company)}", aria_hidden="true")


def hue(book: Book, company: str) -> int:
    """Choose a company's colour by its id alone, so that it stays whoever stands beside it.

    Members of named sets are dealt the colours in turn, which keeps those apart that are compared
    most; six colours cannot do more.
    """
    named = list(dict.fromkeys(name for each in book.sets.values() for name in each.companies))
    if company in named:
        return named.index(company) % HUES
    return hashlib.sha256(company.encode()).digest()[0] % HUES


def _group(view: View, group: str, lines: Sequence[Line]) -> Tree:
    title = element(
        "th",
        words.say(view.language, f"group.{group}"),
        scope="rowgroup",
        colspan=len(view.choice.companies) + 1,
    )
    rows = [_row(view, line) for line in lines]
    return element("tbody", element("tr", title, class_="group"), rows)


def _row(view: View, line: Line) -> Tree:
    cells = [
        element("td", number(view, cell), under(view, cell, best=_best(view, line, place)))
        for place, cell in enumerate(line.cells)
    ]
    head = element(
        "th",
        _links.metric(view, line.metric),
        _verdict(view, line),
        _remedy(view, line),
        _definitions(view, line),
        scope="row",
    )
    return element("tr", head, cells)


def _best(view: View, line: Line, place: int) -> str:
    """Say that nobody is ahead of this one; and if that rests on what is supposed, so."""
    if line.best != place:
        return ""
    best = view.say("mark.best")
    rests = any(cell.answer.is_hypothetical for cell in line.cells)
    return words.say(view.language, "supposed.marked", text=best) if rests else best


def _verdict(view: View, line: Line) -> Tree | None:
    if not line.verdict:
        return None
    why = trace.reason(line.reason, view.language)
    return element("small", view.say(f"verdict.{line.verdict}", why=why), class_=line.verdict)


def _remedy(view: View, line: Line) -> Tree | None:
    """Offer what would make a line comparable, as an address."""
    choice = view.choice
    found = _shelf.remedies(view.book, choice.companies, choice.lens, choice.rows, choice.by)
    changes = found.get(line.metric, ())
    if not changes:
        return None
    told = trace.remedy(changes, line.metric, view.language)
    return element("small", element("a", told, href=_healed(view, line, changes), data_go=""))


def _healed(view: View, line: Line, changes: Sequence[Remedy]) -> str:
    keys = {"currency": "ccy", "periods": "periods"}
    plain = {keys[each.name]: each.value for each in changes if each.name != "definition"}
    by = [each.value for each in changes if each.name == "definition"]
    chosen = {**dict(view.choice.by), **({line.metric: by[0]} if by else {})}
    told = [f"{metric}~{definition}" for metric, definition in chosen.items()]
    return view.choice.link(**plain, by=told or None)


def _definitions(view: View, line: Line) -> Tree | None:
    """Offer the definitions that a metric can be worked out by in every column."""
    entry = view.book.catalog[line.metric]
    if len(entry.formulas) < 2:  # noqa: PLR2004 - one is no choice
        return None
    offered = [("", view.say("by.first"))]
    offered += [
        (name, trace.named(line.metric, name, view.language))
        for name in (*entry.definitions, *entry.reference)
    ]
    links = [
        element(
            "a",
            text,
            href=view.choice.working(line.metric, name),
            data_go="",
            aria_current="true" if name == line.definition else None,
        )
        for name, text in offered
    ]
    now = dict(offered)[line.definition] if line.definition else ""
    summary = element("summary", view.say("by.chosen" if now else "by.label", definition=now))
    return element("details", summary, links, class_="by", id=f"by-{line.metric}")


def number(view: View, cell: Cell, figure: str = "", *, in_words: bool = False) -> Tree:
    """Draw a cell's amount, or the word in its place, as the way into its trace.

    A `figure` is the id of one that is not the company's answer of now. What is missing is a dash,
    unless all is to be in words.
    """
    answer = cell.answer
    tell = trace.statuses if answer.bounds is None else trace.text
    told = tell(answer, view.language)
    label = words.label(view.language, answer.metric)
    names = ["number", None if answer.bounds else "none"]
    supposed = []
    if answer.is_hypothetical:
        names.append("hypothetical")
        # Said aloud, and there when the cell is copied.
        supposed = [element("span", f" [{view.mark}]", class_="unseen")]
    return element(
        "button",
        _DASH if answer.status == "missing" and not in_words else told,
        supposed,
        type="button",
        class_=" ".join(filter(None, names)),
        data_go="~".join((f"trace={answer.company}", answer.metric, *([figure] if figure else ()))),
        data_cell="",
        aria_label=f"{view.name(answer.company)}, {label}: "
        f"{told if not supposed else words.say(view.language, 'supposed.marked', text=told)}",
    )


def opener(told: Told, text: str = "", **more: object) -> Tree:
    """Draw an observation's amount, or its print, as the way into all that is known of it."""
    shown = text or told["text"]
    return element(
        "button",
        shown,
        type="button",
        class_="number",
        data_go=f"trace={told['company_id']}~{told['metric']}~{told['id']}",
        data_cell="",
        aria_label=f"{told['company']}, {told['label']}: {shown}",
        **more,
    )


def under(view: View, cell: Cell, *, best: str = "", short: bool = False) -> list[Tree]:
    """Say in small what an amount is about and what to know before using it, a line each."""
    answer = cell.answer
    told = [element("small", view.mark, class_="supposed")] if answer.is_hypothetical else []
    told += [element("small", best, class_="best")] if best else []
    standing = " · ".join(_standing(view, answer)) if answer.bounds else ""
    lines = [standing, *_beside(view, cell)]
    if answer.bounds and answer.definition and not short:
        lines.append(trace.definition(answer, view.language))
    return told + [element("small", line) for line in lines if line]


def _standing(view: View, answer: Answer) -> Iterator[str]:
    if answer.period:
        yield words.period(view.language, answer.period)
    yield from marks(view, answer)


def marks(view: View, answer: Answer) -> Iterator[str]:
    """Say what to know before using an amount: its status, and whether sources differ."""
    if answer.status != "ok":
        yield trace.statuses(answer, view.language)
    if answer.choice and answer.choice.disputed:
        yield view.say("mark.disputed")
    if is_new(view, answer):
        yield view.say("mark.new")


def is_new(view: View, answer: Answer) -> bool:
    """Say whether something under an amount came out in the days that the reader calls new."""
    choice = view.choice
    since = _state.back(choice.known, choice.new)
    return choice.new > 0 and any(row.published > since for row in answer.rows)


def _beside(view: View, cell: Cell) -> Iterator[str]:
    """Say how far a runway reaches, what is claimed, and what is known of a part only."""
    yield _until(view, cell.answer)
    for row in cell.claims[-1:]:
        told = trace.observation(view.book, row, view.language)
        rest = len(cell.claims) - 1
        key = "mark.claimed_more" if rest else "mark.claimed"
        yield view.say(key, text=told["text"], count=rest)
    if cell.answer.bounds is None and len(cell.parts) == 1:
        told = trace.observation(view.book, cell.parts[0], view.language)
        yield view.say("mark.part", text=told["text"], scope=covers(view, told["scope"]))
    elif cell.answer.bounds is None and cell.parts:
        yield view.say("mark.parts", count=len(cell.parts))


def _until(view: View, answer: Answer) -> str:
    """Say until which day a runway reaches; where that is open, from which day on."""
    found = horizon.horizon(answer, view.choice.at) if answer.metric in RUNWAYS else None
    if found is None or found.earliest is None:
        return ""
    first = words.day(view.language, found.earliest)
    if found.earliest == found.latest:
        return view.say("mark.until", first=first)
    if found.latest is None:
        return view.say("mark.until_least", first=first)
    return view.say("mark.until_range", first=first, last=words.day(view.language, found.latest))


def covers(view: View, scope: str) -> str:
    """Say which part of the company a figure is about: `product: Talkie`, kind translated."""
    kind, _, name = scope.partition(": ")
    return view.say(f"scope.{kind}", name=name)


def folded(view: View, lines: Sequence[Line]) -> Tree:
    """Say what a dash means, and name the rows that nobody has anything in, on one line."""
    empty = [words.label(view.language, line.metric) for line in lines if line.is_empty]
    listed = words.say(view.language, "list").join(empty)
    return element(
        "div",
        element("p", view.say("table.dash")),
        element("p", view.say("table.folded", metrics=listed)) if empty else None,
        class_="folded",
    )
