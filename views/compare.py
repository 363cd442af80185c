"""Compare: up to six companies side by side, every number a way into its trace."""

from __future__ import annotations

from functools import partial

import streamlit as st

from views import _charts, _controls, _links, _shelf, _suppose, _table, _trace
from views._element import element, mount
from views._view import current

view = current()
book, choice, language = view.book, view.choice, view.language

if not _shelf.singles(book):
    _controls.nothing(view)
else:
    mount(
        "head",
        language,
        element("h1", view.say("compare.title"), _suppose.badge(view)),
        element("p", view.say("compare.lead"), class_="lead"),
        element("div", _controls.companies(view), _controls.dates(view), class_="tools"),
        _controls.sets(view),
        _controls.noted(view, choice.companies),
        _suppose.control(view, choice.companies),
    )

if _shelf.singles(book) and not choice.companies:
    said = [view.say("compare.chosen_none"), " ", view.say("compare.choose")]
    mount("unchosen", language, element("p", said, class_="empty"))
elif choice.companies:
    lines = _shelf.lines(book, choice.companies, choice.lens, choice.rows, choice.by)
    mount("cards", language, _table.cards(view, lines))
    with st.container(horizontal=True, vertical_alignment="center", key="table-tools"):
        switches = (_controls.rows, _controls.periods, _controls.rates, _controls.fresh)
        drawn = [each for switch in switches if (each := switch(view))]
        mount("rows", language, element("div", drawn, class_="switches"))
        name = f"footnote-hypothetical-{choice.at}" if book.supposed else f"footnote-{choice.at}"
        for key, make, file, mime in (
            ("download", _shelf.csv, f"{name}.csv", "text/csv"),
            ("workbook", _shelf.workbook, f"{name}.xlsx", _shelf.XLSX),
            ("memo", _shelf.memo, f"{name}.html", "text/html"),
        ):
            st.download_button(
                view.say(f"compare.{key}"),
                partial(make, book, lines, choice.lens),
                file_name=file,
                mime=mime,
                on_click="ignore",
                key=key,
            )
    mount("table", language, _table.table(view, lines), _table.folded(view, lines))
    _charts.section(view, lines)
    mount("tables", language, _links.tables(view, "comparison", "derived", "claims", "observations",
                                            companies=choice.companies))  # fmt: skip

mount("trace", language, _trace.dialog(view))
