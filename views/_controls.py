"""What a reader chooses with: companies, currency, dates, rows; each choice is an address."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from metrics.compare import LIMIT, ROWS
from metrics.lens import CHOICES, CLASSES, CURRENCIES, NATIVE
from schemas import words
from views import _shelf, _table
from views._element import Tree, element, mount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metrics.lens import PeriodClass
    from schemas.book import Book
    from views._view import View

# More hits than this and typing on is quicker than reading.
_HITS = 12
_SETS = 8
# Days for which a figure may be marked as new.
_FRESH = (30, 90)
# How many rows of a long list stand on one page.
PAGE = 50


def switch(label: str, ways: Iterable[tuple[str, str, bool]]) -> Tree:
    """Offer a few addresses side by side, as (text, address, whether it is this one)."""
    return element(
        "nav",
        [
            element("a", text, href=href, data_go="", aria_current="true" if chosen else None)
            for text, href, chosen in ways
        ],
        class_="switch",
        aria_label=label,
    )


def currencies(view: View) -> Tree:
    """Offer each figure's own currency, or all in one."""
    choice = view.choice
    return switch(
        view.say("currency.label"),
        [
            (
                view.say("currency.native") if code == NATIVE else code,
                choice.link(ccy=None if code == NATIVE else code),
                code == choice.currency,
            )
            for code in CURRENCIES
        ],
    )


def languages(view: View) -> Tree:
    """Offer the languages, each under its own name."""
    return element(
        "nav",
        [
            element(
                "a",
                words.say(language, "language"),
                href=view.choice.link(lang=language),
                data_go="",
                lang=language,
                aria_current="true" if language == view.language else None,
            )
            for language in words.LANGUAGES
        ],
        class_="switch",
        aria_label=view.say("language"),
    )


def part(view: View, title: str, body: Tree | Iterable[Tree], *, hint: str = "") -> Tree:
    """Put a heading above a part of a page, with a line under it where that needs saying."""
    said = element("p", view.say(hint), class_="hint") if hint else None
    return element("section", element("h2", view.say(title)), said, body, class_="part")


def nothing(view: View) -> None:
    """Say that the data folder has no company, and what to do."""
    told = view.say("empty.folder", folder=Path(_shelf.folder()).name)
    title = element("h1", view.say("empty.title"))
    mount("empty", view.language, title, element("p", told), element("p", view.say("empty.hint")))


def rows(view: View) -> Tree:
    """Offer the key rows, or every metric that a source states for these companies."""
    return switch(
        view.say("rows.label"),
        [
            (
                view.say(f"rows.{name}"),
                view.choice.link(rows=None if name == ROWS[0] else name),
                name == view.choice.rows,
            )
            for name in ROWS
        ],
    )


def periods(view: View, classes: Sequence[PeriodClass] = CLASSES) -> Tree:
    """Offer the classes of periods that figures can be of."""
    return switch(
        view.say("periods.label"),
        [
            (
                words.say(view.language, f"periods.{name}"),
                view.choice.link(periods=None if name == CLASSES[0] else name),
                name == view.choice.periods,
            )
            for name in classes
        ],
    )


def rates(view: View) -> Tree | None:
    """Offer which exchange rates go first, where documents state any."""
    if not view.book.rates:
        return None
    return switch(
        view.say("rates.label"),
        [
            (
                view.say(f"rates.{name}"),
                view.choice.link(rates=None if name == CHOICES[0] else name),
                name == view.choice.rates,
            )
            for name in CHOICES
        ],
    )


def dates(view: View, *shown: str) -> Tree:
    """Offer the two dates that matter: what figures are about, and what was known; or others."""
    days = {"at": view.choice.at, "since": view.choice.since, "known": view.choice.known}
    return element(
        "div",
        [
            element(
                "label",
                element("span", view.say(f"dates.{name}"), title=view.say(f"dates.{name}_means")),
                element(
                    "input", type="date", value=str(days[name]), data_name=name, min="1900-01-01"
                ),
            )
            for name in shown or ("at", "known")
        ],
        class_="dates",
    )


def fresh(view: View) -> Tree:
    """Offer to mark what was published in the last days."""
    choice = view.choice
    return switch(
        view.say("new.label"),
        [
            (
                view.say("new.days", days=days) if days else view.say("new.none"),
                choice.link(new=str(days) if days else None),
                days == choice.new,
            )
            for days in sorted({0, *_FRESH, choice.new})
        ],
    )


def peers(view: View) -> Tree | None:
    """Offer to look at one peer set or watch list alone."""
    if not view.book.sets:
        return None
    every = element("option", view.say("set.every"), value="", selected=not view.choice.peers)
    groups = [
        element(
            "optgroup",
            [
                element(
                    "option",
                    each.name.in_language(view.language),
                    value=name,
                    selected=name == view.choice.peers,
                )
                for name, each in view.book.sets.items()
                if each.watch == watch
            ],
            label=view.say("set.watch" if watch else "set.peers"),
        )
        for watch in (False, True)
        if any(each.watch == watch for each in view.book.sets.values())
    ]
    return element("select", every, groups, data_name="set", aria_label=view.say("set.label"))


def noted(view: View, companies: Iterable[str]) -> Tree | None:
    """Say what the chosen peer set or watch list is about, and what it notes of companies."""
    found = view.book.sets.get(view.choice.peers)
    if found is None:
        return None
    notes = [
        element(
            "li",
            element("strong", view.name(name)),
            " ",
            element("span", found.notes[name].in_language(view.language)),
        )
        for name in companies
        if name in found.notes
    ]
    said = element("p", found.note.in_language(view.language)) if found.note else None
    if not said and not notes:
        return None
    return element("div", said, element("ul", notes) if notes else None, class_="noted")


def companies(view: View) -> Tree:
    """Show who is compared, each with a way out, and a box to find others with."""
    chosen = view.choice.companies
    if len(chosen) >= LIMIT:
        adding = element("p", view.say("company.full", limit=LIMIT), class_="hint")
    else:
        added = partial(_added, view)
        adding = box(view, view.say("company.add"), chosen, added)
    return element(
        "div",
        element("ul", [_chip(view, name) for name in chosen], class_="chips") if chosen else None,
        adding,
        class_="companies",
    )


def _added(view: View, company: str) -> str:
    return view.choice.link(c=[*view.choice.companies, company])


def finder(view: View) -> Tree:
    """Offer a box to find the company whose page it is to be."""
    label = view.say("company.find")
    return element("div", box(view, label, (), partial(_turned, view)), class_="companies")


def _turned(view: View, company: str) -> str:
    return view.choice.link(company=company, trace=None)


def metrics(view: View) -> Tree:
    """Offer all metrics, by the catalogue's groups."""
    groups = groupby(view.book.catalog.items(), key=lambda each: each[1].group)
    return element(
        "select",
        [
            element(
                "optgroup",
                [option(view, name, view.choice.metric) for name, _ in each],
                label=words.say(view.language, f"group.{group}"),
            )
            for group, each in groups
        ],
        data_name="metric",
        aria_label=view.say("chart.metric"),
    )


def option(view: View, metric: str, chosen: str) -> Tree:
    """Offer a metric in a list to choose from."""
    label = words.label(view.language, metric)
    return element("option", label, value=metric, selected=metric == chosen)


def pages(count: int, size: int = PAGE) -> int:
    """Count the pages that a list takes; an empty one takes one."""
    return max(1, -(-count // size))


def window(view: View, count: int, size: int = PAGE) -> slice:
    """Choose the part of a list that the reader's page shows; beyond the end it is the last."""
    page = min(view.choice.page, pages(count, size))
    return slice((page - 1) * size, min(page * size, count))


def pager(view: View, count: int, size: int = PAGE) -> Tree | None:
    """Lead through the pages of a list; nothing where one holds it all."""
    if count <= size:
        return None
    shown = window(view, count, size)
    page, last = shown.start // size + 1, pages(count, size)
    near = sorted({1, *range(max(1, page - 2), min(last, page + 2) + 1), last})
    told = view.say("pager.shown", first=shown.start + 1, last=shown.stop, count=count)
    return element(
        "nav",
        element("span", told),
        _step(view, page - 1, view.say("pager.before")) if page > 1 else None,
        [_step(view, each, str(each), is_here=each == page) for each in near],
        _step(view, page + 1, view.say("pager.after")) if page < last else None,
        class_="pager",
        aria_label=view.say("pager.label"),
    )


def _step(view: View, page: int, text: str, *, is_here: bool = False) -> Tree:
    here = "page" if is_here else None
    return element("a", text, href=view.choice.link(page=str(page)), data_go="", aria_current=here)


def sets(view: View) -> list[Tree]:
    """Offer the named sets of companies, watch lists on a line of their own."""
    every = view.book.sets.items()
    lines = (
        (view.say("company.sets"), [name for name, each in every if not each.watch]),
        (view.say("company.watch"), [name for name, each in every if each.watch]),
    )
    return [
        element("p", label, [_set(view, name) for name in names[:_SETS]], class_="sets")
        for label, names in lines
        if names
    ]


def _set(view: View, name: str) -> Tree:
    """Lead to the companies of a set, and keep in mind which it is."""
    there, each = _shelf.singles(view.book), view.book.sets[name]
    companies = [company for company in each.companies if company in there][:LIMIT]
    return element(
        "a",
        each.name.in_language(view.language),
        href=view.choice.link(c=companies, set=name),
        data_go="",
    )


def _chip(view: View, company: str) -> Tree:
    name = view.name(company)
    others = [each for each in view.choice.companies if each != company]
    out = element(
        "a",
        "×",
        href=view.choice.link(c=others, trace=None),
        data_go="",
        aria_label=view.say("company.remove", name=name),
    )
    return element("li", _table.dot(view.book, company), name, out)


def box(view: View, label: str, without: Sequence[str], address: Callable[[str], str]) -> Tree:
    """Offer a box to find a company with; `address` says where each leads."""
    text: str | None = st.session_state.get("find")
    hits = [] if text is None else found(view.book, text, without)
    is_open = bool(hits)
    nothing = text and not hits
    return element(
        "div",
        element(
            "input",
            id="company-box",
            type="text",
            role="combobox",
            autocomplete="off",
            spellcheck="false",
            placeholder=label,
            aria_label=label,
            aria_autocomplete="list",
            aria_expanded=str(is_open).lower(),
            aria_controls="company-hits" if is_open else None,
        ),
        element(
            "ul",
            [_hit(view, name, told, address(name)) for name, told in hits],
            id="company-hits",
            role="listbox",
            aria_label=label,
        )
        if is_open
        else None,
        element("p", view.say("company.none"), class_="none", role="status") if nothing else None,
        class_="box",
    )


def _hit(view: View, company: str, told: str, address: str) -> Tree:
    second = element("small", told) if told != view.name(company) else None
    return element(
        "li",
        view.name(company),
        second,
        id=f"hit-{company}",
        role="option",
        aria_selected="false",
        data_go=address,
    )


def found(book: Book, text: str, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Find companies by id, by name in any language or by alias; with the name that matched.

    What begins with the text comes first; without a text, companies in the order of their ids.
    """
    wanted = text.strip().casefold()
    hits: dict[str, tuple[bool, str]] = {}
    for company, name, folded in _shelf.names(book, wanted):
        if company not in chosen:
            hit = (not folded.startswith(wanted), name)
            # Among a company's names the first that begins with the text, else the first.
            hits[company] = min(hits.get(company, hit), hit, key=lambda each: each[0])
    best = sorted(hits, key=lambda company: (hits[company][0], company))[:_HITS]
    return [(company, hits[company][1]) for company in best]
