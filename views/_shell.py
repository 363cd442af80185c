"""What stands around every page: top bar, footer, and the boundary that keeps errors in."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from schemas import words
from views import _controls, _pages, _problems, _shelf, _state, _suppose
from views._element import Tree, begin, element, mount
from views._view import View, put

if TYPE_CHECKING:
    from views._keeper import Kept

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent
# How often an open page looks whether its data has changed.
_WATCH = "10s"
# Pages about the companies that their address names, whatever else there is.
_NAMED = frozenset({"compare", "company"})


def query() -> dict[str, list[str]]:
    """Take the address apart."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def bar(view: View, page: str) -> Tree:
    """Draw the top bar: pages, currency, language."""
    pages = element(
        "nav",
        [
            element(
                "a",
                view.say(f"page.{name}"),
                href=view.choice.link(_pages.path(name)),
                data_go="",
                aria_current="page" if name == page else None,
            )
            for name in _pages.PAGES
        ],
        class_="pages",
        aria_label=view.say("pages"),
    )
    return element(
        "header",
        element("span", view.say("name"), class_="name"),
        pages,
        _controls.currencies(view),
        _controls.languages(view),
        _link(view),
        class_="bar",
    )


def _link(view: View) -> list[Tree]:
    """Offer the address with its dates and language, so that it shows the same later on."""
    choice = view.choice
    address = choice.link(at=str(choice.at), known=str(choice.known), lang=view.language)
    return [
        element(
            "span", address, id="address", data_address="", class_="unseen", aria_hidden="true"
        ),
        element(
            "button",
            view.say("link.copy"),
            type="button",
            data_copy="address",
            data_done=view.say("trace.copied"),
            class_="copy-link",
        ),
    ]


def footer(view: View) -> Tree:
    """Say what this was made from: the book's version and size, the dates, and what it is not."""
    book, choice = view.book.real, view.choice
    companies, observations, sources = _shelf.counts(book)
    counted = view.say(
        "footer.counts",
        companies=companies,
        observations=observations,
        sources=sources,
    )
    dated = view.say(
        "footer.dates",
        at=words.day(view.language, choice.at),
        known=words.day(view.language, choice.known),
    )
    version = element("code", book.version[:12])
    return element(
        "footer",
        element("span", view.say("footer.book"), " ", version),
        element("span", counted),
        element("span", dated),
        element("span", view.say("footer.advice")),
        class_="foot",
    )


def failed(language: str) -> Tree:
    """Say that a page could not be drawn, and what to do."""
    return element(
        "section",
        element("h1", words.say(language, "ui.failed.says")),
        element("p", words.say(language, "ui.failed.hint")),
        class_="problem",
        role="alert",
    )


def main() -> None:
    """Understand the address, draw the page it names, and keep whatever goes wrong inside."""
    asked, locale = query(), st.context.locale
    language = _state.language(asked, locale)
    # An emoji: an icon by name would be fetched from elsewhere. The title comes with the page.
    st.set_page_config(page_icon="🧾", layout="wide")
    begin()
    pages = {
        _pages.path(name): st.Page(
            _HERE / f"{name}.py",
            title=words.say(language, "ui.title_of", page=words.say(language, f"ui.page.{name}")),
            url_path=name,
            default=name == _pages.PAGES[0],
        )
        for name in _pages.PAGES
    }
    page = st.navigation(list(pages.values()), position="hidden")
    leave = st.session_state.pop("leave", None)
    if leave and leave[0] in pages:
        st.switch_page(pages[leave[0]], query_params=leave[1])
    try:
        kept = _read(language)
        book = _shelf.named(kept.book, asked)
        today = _shelf.day(book, datetime.now().astimezone().date())
        choice, notices = _state.read(asked, book, today, locale)
        name = page.url_path or _pages.PAGES[0]
        view, refused = _suppose.supposing(View(book, choice, today), name)
        put(view)
        st.set_page_config(page_title=_suppose.title(view, page.title))
        mount("bar", language, bar(view, name))
        mount(
            "notices",
            language,
            _changed(view, kept),
            [_notice(view, notice) for notice in (*notices, *refused)],
            _problems.kept(view, kept),
            _problems.told(view),
            _partly(view, name),
        )
        page.run()
        mount("footer", language, footer(view))
        _watch(kept)
    except Exception:  # noqa: BLE001 - the one page boundary; Streamlit's own stops pass it
        _LOG.exception("The page could not be drawn: %s", asked)
        mount("failed", language, failed(language))


def _read(language: str) -> Kept:
    """Read the data, with a word about it where that takes time."""
    if _shelf.is_read():
        return _shelf.kept()
    place = st.empty()

    def told(done: int, total: int) -> None:
        text = words.say(language, "ui.loading", done=f"{done:,}", total=f"{total:,}")
        with place:
            mount(f"loading-{done}", language, element("p", text, class_="wait", role="status"))

    kept = _shelf.kept(told)
    place.empty()
    return kept


def _partly(view: View, page: str) -> Tree | None:
    """Say that a page which goes through companies goes only through those that are named."""
    book, choice = view.book, view.choice
    if not book.is_part or page in _NAMED:
        return None
    if page == "metric" and _shelf.is_ranked(book, choice.lens, choice.metric):
        return None
    told = view.say("notice.lake", companies=_shelf.counts(book)[0], count=len(book.singles))
    return element("p", told, class_="notice", role="status")


def _changed(view: View, kept: Kept) -> Tree | None:
    """Say that the data is no longer what this reader saw a moment ago."""
    seen = st.session_state.get("seen")
    st.session_state["seen"] = kept.book.version
    if seen in {None, kept.book.version}:
        return None
    time = words.time(view.language, kept.since)
    return element("p", view.say("notice.changed", time=time), class_="notice", role="status")


@st.fragment(run_every=_WATCH)
def _watch(shown: Kept) -> None:
    """Draw the page again when the data behind it has changed."""
    now = _shelf.kept()
    if now.book is not shown.book or now.broken != shown.broken:
        st.rerun()


def _notice(view: View, notice: _state.Notice) -> Tree:
    told = view.say(f"notice.{notice.name}", **dict(notice.args))
    return element("p", told, class_="notice", role="status")


main()
