"""Compare: up to six companies side by side, every number a way into its trace."""

from __future__ import annotations

from functools import partial

import streamlit as st

from views import _charts, _controls, _shelf, _table, _trace
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
        element("h1", view.say("compare.title")),
        element("p", view.say("compare.lead"), class_="lead"),
        element("div", _controls.companies(view), _controls.dates(view), class_="tools"),
        _controls.sets(view),
        _controls.noted(view, choice.companies),
    )

if _shelf.singles(book) and not choice.companies:
    said = [view.say("compare.chosen_none"), " ", view.say("compare.choose")]
    mount("unchosen", language, element("p", said, class_="empty"))
elif choice.companies:
    lines = _shelf.lines(book, choice.companies, choice.lens, choice.rows, choice.by)
    mount("cards", language, _table.cards(view, lines))
    with st.container(horizontal=True, vertical_alignment="center", key="table-tools"):
        switches = (_controls.rows(view), _controls.periods(view), _controls.fresh(view))
        mount("rows", language, element("div", switches, class_="switches"))
        st.download_button(
            view.say("compare.download"),
            partial(_shelf.csv, book, lines, choice.lens),
            file_name=f"footnote-{choice.at}.csv",
            mime="text/csv",
            on_click="ignore",
            key="download",
        )
    mount("table", language, _table.table(view, lines), _table.folded(view, lines))
    _charts.section(view, lines)

mount("trace", language, _trace.dialog(view))
