"""Who a company is: names, codes, groups; what happened on a day; what nobody says of it."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from metrics import statement, trace
from metrics.compare import LIMIT
from schemas import period, words
from views import _links, _pages, _shelf, _spark, _suppose, _table, _trace
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from metrics.compare import Cell
    from schemas.book import Row
    from views._view import View

# The most figures that are read at a glance.
_CARDS = 8
# Left out of what is missing: what only some companies have.
_OTHER = "other"
_ITEM = re.compile(r"Q[0-9]+")


def heading(view: View) -> list[Tree]:
    """Name the company in the reader's language, then in the others."""
    names = view.book.companies[view.choice.company].name
    mine = names.in_language(view.language)
    others: dict[str, str] = {}
    for language in words.LANGUAGES:
        told = names.in_language(language)
        if told != mine:
            others.setdefault(told, language)
    beside = [element("small", told, lang=language) for told, language in others.items()]
    colour = _table.dot(view.book, view.choice.company)
    return [element("h1", colour, element("span", mine), *beside, _suppose.badge(view),
                    class_="who-is")]  # fmt: skip


def about(view: View) -> Tree:
    """List what is known of the company itself, each with its source where it has one."""
    company = view.book.companies[view.choice.company]
    pairs: list[tuple[str, Tree | Sequence[Tree] | None]] = [
        ("aliases", words.say(view.language, "list").join(company.aliases)),
        ("country", words.country(view.language, company.country) if company.country else None),
        ("founded", _founded(view)),
        ("year_end", words.year_end(view.language, company.fiscal_year_end)
         if not company.members else None),
        ("hkex", company.hkex),
        ("lei", company.lei),
        ("cik", company.cik),
        ("wikidata", _item(company.wikidata)),
        ("members", _names(view, company.members)),
        ("groups", _names(view, view.book.groups_of(view.choice.company))),
        ("compare", _peers(view)),
    ]  # fmt: skip
    return element(
        "dl",
        [
            element("div", element("dt", view.say(f"profile.{name}")), element("dd", value))
            for name, value in pairs
            if value
        ],
        class_="facts",
    )


def _founded(view: View) -> list[Tree] | None:
    """Say since when there is a company, and which document says so."""
    founded = view.book.companies[view.choice.company].founded
    if founded is None:
        return None
    source = view.book.sources.get(founded.source)
    publisher = source.publisher if source else founded.source
    where = ", ".join(part for part in (publisher, founded.place) if part)
    cited: Tree = element("small", where)
    if source and source.url:
        cited = element("small", _trace.link(view, source.url, where))
    moment = period.day(founded.value)
    return [words.day(view.language, moment) if moment else founded.value, " ", cited]


def _item(wikidata: str | None) -> Tree | None:
    if wikidata is None or not _ITEM.fullmatch(wikidata):
        return wikidata
    return element(
        "a", wikidata, href=f"https://www.wikidata.org/wiki/{wikidata}", target="_blank",
        rel="noopener noreferrer nofollow",
    )  # fmt: skip


def _names(view: View, companies: Iterable[str]) -> list[Tree] | None:
    told = [_links.company(view, name) for name in companies if name in view.book.companies]
    return list(_between(told, words.say(view.language, "list"))) or None


def _between(told: Sequence[Tree], sign: str) -> Iterator[Tree]:
    for place, each in enumerate(told):
        if place:
            yield sign
        yield each


def _peers(view: View) -> list[Tree] | None:
    """Lead to comparisons with the peer sets that the company is in; for a group, of its own."""
    mine = view.choice.company
    there = _shelf.singles(view.book)
    company = view.book.companies[mine]
    chosen = [
        (each.name.in_language(view.language), [mine, *each.companies])
        for each in view.book.sets.values()
        if mine in each.companies
    ]
    if company.members:
        chosen = [(view.say("profile.members"), list(company.members))]
    links = [
        _links.to(name, view.choice.link(_pages.path("compare"), c=_first(there, companies)))
        for name, companies in chosen
    ]
    return list(_between(links, words.say(view.language, "list"))) or None


def _first(there: Collection[str], companies: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(companies) if name in there][:LIMIT]


# -- at a glance ------------------------------------------------------------------------------


def cards(view: View) -> Tree | None:
    """Show the figures asked for first, each with its course where there are periods to set."""
    lines = _shelf.lines(view.book, (view.choice.company,), view.choice.lens, "default")
    found = {line.metric: line.cells[0] for line in lines}
    order = [*_table.CARDS, *(name for name in found if name not in _table.CARDS)]
    told = [found[name] for name in order if name in found and _has_something(found[name])]
    if not told:
        return None
    drawn = [_card(view, cell) for cell in told[:_CARDS]]
    return element("div", drawn, class_=_table.grounded(view, "cards key"))


def _has_something(cell: Cell) -> bool:
    return cell.answer.bounds is not None or bool(cell.claims)


def _card(view: View, cell: Cell) -> Tree:
    both = _shelf.statements(view.book, view.choice.company, view.choice.lens)
    lines = [line for each in both for line in each.lines if line.metric == cell.answer.metric]
    course = _spark.spark(view, [each for line in lines for each in line.answers.values()])
    return element(
        "section",
        element("h2", _links.metric(view, cell.answer.metric)),
        element("p", _table.number(view, cell), course, class_="amount"),
        _table.under(view, cell, short=True),
        class_="card",
    )


# -- what happened ----------------------------------------------------------------------------


def events(view: View) -> Tree | None:
    """List rounds, valuations and other dated figures, the newest first, and the founding."""
    rows = _shelf.seen(view.book, view.choice.company, view.choice.lens)
    found = statement.events(view.book.catalog, rows, view.choice.lens)
    told = [_event(view, row) for row in found]
    founded = _founded(view)
    if founded:
        first = element("span", view.say("profile.founded"))
        told.append(element("li", element("span", founded[0], class_="when"), first, founded[2]))
    if not told:
        return None
    return element("ul", told, class_="plain events")


def _event(view: View, row: Row) -> Tree:
    told = trace.observation(view.book, row, view.language)
    kind = told["kind_text"] if row.kind != "actual" else ""
    where = " · ".join(part for part in (kind, told["publisher"]) if part)
    return element(
        "li",
        element("span", told["period_text"], class_="when"),
        element("span", _links.metric(view, row.metric)),
        _table.opener(told),
        element("small", where),
    )


# -- together with others, and not at all -----------------------------------------------------


def joint(view: View) -> list[Tree]:
    """List figures stated of a company together with others, by group."""
    found = _shelf.joint(view.book, view.choice.company, view.choice.lens)
    told = []
    for group, rows in found.items():
        if rows:
            items = [_event(view, row) for row in rows]
            title = element("h3", _links.company(view, group))
            told += [title, element("ul", items, class_="plain events")]
    return told


def silent(view: View) -> Tree | None:
    """Name, group by group, the metrics that no source has a word on."""
    missing = [
        metric
        for metric in _shelf.silent(view.book, view.choice.company, view.choice.lens)
        if view.book.catalog[metric].group != _OTHER
    ]
    if not missing:
        return None
    groups = groupby(missing, key=lambda metric: view.book.catalog[metric].group)
    sign = words.say(view.language, "list")
    return element(
        "dl",
        [
            element(
                "div",
                element("dt", words.say(view.language, f"group.{group}")),
                element("dd", list(_between([_links.metric(view, each) for each in names], sign))),
            )
            for group, names in groups
        ],
        class_="silent",
    )
