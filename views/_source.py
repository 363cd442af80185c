"""Documents as a list, as families that repeat each other, and one by one with all they state."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from metrics import lineage, trace
from schemas import words
from schemas.source import GRADE
from views import _links, _list, _table, _trace
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from metrics.choose import Agreement
    from metrics.lineage import Shelf, Tie
    from schemas.book import Row
    from views._view import View

Told = dict[str, Any]

DOCUMENTS, FIGURES = 25, 50
# Companies named in a line of the list; more are counted.
_NAMED = 3
SIGNS = {"complete": "=", "consistent": "≈", "inconsistent": "≠"}


def _led(view: View, source: str, text: str = "") -> Tree:
    return _list.document(view, source, text, stays=True)


# -- the list ---------------------------------------------------------------------------------


def narrowed(view: View, shelf: Shelf) -> list[str]:
    """Give the documents of the kind, about the company and with the text that were chosen."""
    choice, sources = view.choice, view.book.sources
    names = _about(view, shelf)
    if choice.kind:
        names = [name for name in names if sources[name].kind == choice.kind]
    return names


def _about(view: View, shelf: Shelf) -> list[str]:
    company = view.choice.said("company")
    names = [
        name for name in shelf.sources if not company or company in shelf.companies.get(name, ())
    ]
    return lineage.found(view.book, names, view.choice.text)


def head(view: View, shelf: Shelf) -> Tree:
    """Draw the title, the kinds with how many there are of each, and what narrows the list."""
    choice = view.choice
    counts: Counter[str] = Counter(view.book.sources[name].kind for name in _about(view, shelf))
    every: list[Tree] = [view.say("sources.every")]
    ways = [(every, f"{counts.total():,}", choice.link(kind=None), not choice.kind)]
    for kind in GRADE:
        name: list[Tree] = [words.say(view.language, f"source_kind.{kind}")]
        ways.append((name, f"{counts[kind]:,}", choice.link(kind=kind), kind == choice.kind))
    search = element(
        "input",
        type="search",
        data_name="q",
        value=choice.text,
        placeholder=view.say("sources.search"),
        aria_label=view.say("sources.search"),
        autocomplete="off",
        spellcheck="false",
    )
    tools = element("div", search, _list.company(view), class_="tools narrow")
    return _list.head(view, "sources", tools, _list.tabs(view.say("sources.kinds"), ways))


def listed(view: View, shelf: Shelf, names: Sequence[str]) -> Tree:
    """List documents: who published what and when, what it rests on, how much it states."""
    if not names:
        way = view.choice.link(kind=None, company=None, q=None)
        link = element("a", view.say("list.all"), href=way, data_go="")
        return element("p", view.say("sources.none"), " ", link, class_="empty")
    columns = ("document", "kind", "published", "rests", "figures", "companies", "address")
    return _list.box(
        view.say("sources.caption"),
        [view.say(f"sources.{name}") for name in columns],
        [_document(view, shelf, name) for name in names],
        "documents",
    )


def _document(view: View, shelf: Shelf, name: str) -> Tree:
    source = view.book.sources[name]
    about = shelf.companies.get(name, ())
    rests = [_tie(view, tie, tie.original) for tie in shelf.ties.get(name, ())]
    more = view.say("sources.more", count=len(about) - _NAMED)
    return element(
        "tr",
        element("th", _titled(view, name), scope="row"),
        element("td", words.say(view.language, f"source_kind.{source.kind}")),
        element("td", *_published(view, name)),
        element("td", rests or element("span", view.say("sources.itself"), class_="soft")),
        element("td", str(shelf.figures.get(name, 0)), class_="figures"),
        element(
            "td",
            words.say(view.language, "list").join(view.name(each) for each in about[:_NAMED]),
            f" {more}" if len(about) > _NAMED else None,
            "–" if not about else None,
        ),
        element("td", _list.address(view, source.url or ""), class_="address"),
    )


def _titled(view: View, name: str) -> list[Tree]:
    source = view.book.sources[name]
    second = source.publisher if source.title else ""
    by = " · ".join(part for part in (second, source.author) if part)
    return [_led(view, name), element("small", by)] if by else [_led(view, name)]


def _published(view: View, name: str) -> list[Tree]:
    source = view.book.sources[name]
    basis = words.say(view.language, f"source_basis.{source.published_basis}")
    day = _trace.published(view, source.published)
    return [element("span", day, title=source.because), element("small", basis)]


def _tie(view: View, tie: Tie, other: str) -> Tree:
    count = view.say("sources.tie_figures", count=tie.figures) if tie.figures else ""
    return element(
        "p",
        element("span", view.say(f"sources.{tie.how}"), class_="soft"),
        " ",
        _led(view, other),
        element("small", count) if count else None,
        class_="tie",
    )


# -- families ---------------------------------------------------------------------------------


def families(view: View, shelf: Shelf, names: Sequence[str]) -> Tree | None:
    """Draw the families of some documents as trees; a document by itself has none."""
    roots = dict.fromkeys(root for name in names for root in shelf.roots(name))
    drawn = [_tree(view, shelf, root) for root in sorted(roots) if shelf.resting.get(root)]
    if not drawn:
        return None
    return element(
        "section",
        element("h2", view.say("sources.families")),
        element("p", view.say("sources.families_means"), class_="hint"),
        element("div", drawn, class_="families"),
    )


def _tree(view: View, shelf: Shelf, root: str) -> Tree:
    """Nest the lists of what rests on what."""
    walk = list(shelf.family(root))
    items, _ = _branch(view, shelf, walk, 0)
    return element("ul", items, class_="tree")


def _branch(
    view: View, shelf: Shelf, walk: list[tuple[int, Tie | None, str]], start: int
) -> tuple[list[Tree], int]:
    depth, at, items = walk[start][0], start, []
    while at < len(walk) and walk[at][0] == depth:
        _, tie, name = walk[at]
        at += 1
        below: list[Tree] = []
        if at < len(walk) and walk[at][0] > depth:
            below, at = _branch(view, shelf, walk, at)
        nested = element("ul", below) if below else None
        items.append(element("li", _leaf(view, shelf, tie, name), nested))
    return items, at


def _leaf(view: View, shelf: Shelf, tie: Tie | None, name: str) -> Tree:
    source = view.book.sources[name]
    here = name == view.choice.source
    told = [
        words.say(view.language, f"source_kind.{source.kind}"),
        _trace.published(view, source.published),
    ]
    if name in shelf.figures:
        told.append(view.say("sources.states", count=shelf.figures[name]))
    if tie and tie.figures:
        told.append(view.say("sources.tie_figures", count=tie.figures))
    how = element("span", view.say(f"sources.by_{tie.how}"), class_="how") if tie else None
    title = element("span", source.title, lang=source.language) if source.title else None
    return element(
        "div",
        how,
        element("strong", source.publisher) if here else _led(view, name, source.publisher),
        title,
        element("small", " · ".join(told)),
        class_="leaf here" if here else "leaf",
    )


# -- one document -----------------------------------------------------------------------------


def document(view: View, shelf: Shelf) -> Tree:
    """Tell who published a document, when, where, and what it rests on; its family beside it."""
    name = view.choice.source
    source = view.book.sources[name]
    basis = words.say(view.language, f"source_basis.{source.published_basis}")
    day = f"{_trace.published(view, source.published)} ({basis})"
    rests = [_tie(view, tie, tie.original) for tie in shelf.ties.get(name, ())]
    below = [_tie(view, tie, tie.source) for tie in shelf.resting.get(name, ())]
    facts = (
        (view.say("trace.publisher"), source.publisher),
        (view.say("sources.author"), source.author),
        (view.say("trace.source_kind"), words.say(view.language, f"source_kind.{source.kind}")),
        (view.say("sources.language"), _language(source.language)),
        (view.say("trace.published"), day),
        (view.say("trace.because"), source.because),
        (view.say("trace.link"), _trace.link(view, source.url or "")),
        (view.say("sources.accessed"), source.accessed and _trace.published(view, source.accessed)),
        (view.say("sources.rests"), rests),
        (view.say("sources.below"), below),
        (view.say("trace.note"), source.note),
        (view.say("trace.id"), element("code", name)),
        ("SHA-256", element("code", source.sha256) if source.sha256 else None),
    )
    back = element("a", view.say("sources.back"), href=view.choice.link(source=None), data_go="")
    title = source.title or source.publisher
    return element(
        "article",
        element("p", "← ", back, class_="back"),
        element("h1", title, lang=source.language if source.title else None),
        element("div", _trace.facts(facts), families(view, shelf, [name]), class_="beside"),
    )


def _language(tag: str) -> str:
    return words.say(tag, "language") if tag in words.LANGUAGES else tag


def stated(view: View) -> pd.DataFrame:
    """Give all that the document shown states, company by company."""
    rows = view.book.known(view.choice.known)
    company = view.choice.said("company")
    mine = rows[rows["source"] == view.choice.source]
    return mine[mine["company"] == company] if company else mine


def figures(view: View, rows: pd.DataFrame, total: int) -> Tree:
    """List what a document states: as printed, as read, about whom, and who says otherwise."""
    title = element("h2", view.say("sources.stated", count=total))
    company = view.choice.said("company")
    narrow = element("div", _list.company(view), class_="tools narrow") if company else None
    if not total:
        return element("section", title, narrow, element("p", view.say("sources.nothing")))
    exact = view.book.exact(rows)
    beside = lineage.rivals(view.book, exact, view.choice.lens)
    columns = ("company", "metric", "print", "value", "period", "place", "rivals")
    return element(
        "section",
        title,
        narrow,
        _list.box(
            view.say("sources.stated_caption"),
            [view.say(f"sources.{name}") for name in columns],
            [_figure(view, row, others) for row, others in zip(exact, beside, strict=True)],
            "stated",
        ),
    )


def _figure(view: View, row: Row, others: Sequence[tuple[Row, Agreement]]) -> Tree:
    told = trace.observation(view.book, row, view.language)
    return element(
        "tr",
        element("th", *_table.heading(view, row.company)[:2], scope="row"),
        element("td", _links.metric(view, row.metric), *_list.marks(view, told)),
        element("td", element("span", row.as_stated, lang=told["language"], class_="printed-here")),
        element("td", _table.opener(told)),
        element("td", told["period_text"], *_inferred(view, row.period_basis)),
        element("td", row.place),
        element("td", [_rival(view, other, how) for other, how in others] or "–"),
    )


def _inferred(view: View, basis: str) -> list[Tree]:
    told = words.say(view.language, "source_basis.inferred")
    return [element("small", told)] if basis == "inferred" else []


def _rival(view: View, other: Row, how: Agreement) -> Tree:
    source = view.book.sources[other.source]
    return element(
        "p",
        element("i", SIGNS[how], class_="icon", aria_hidden="true"),
        words.say(view.language, f"agreement.{how}"),
        element("small", "“", element("span", other.as_stated, lang=source.language), "” "),
        element("small", _led(view, other.source, source.publisher)),
        class_=f"rival is-{how}",
    )
