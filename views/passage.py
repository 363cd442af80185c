"""Passage: paste a text; its figures are found, held against the book, and made into data."""

from __future__ import annotations

import streamlit as st

from views import _controls, _passage, _sheet, _shelf
from views._element import element, mount
from views._view import alone

view = alone()
book, choice, language = view.book, view.choice, view.language
sheet = _sheet.current(book)

mount(
    "head",
    language,
    element("h1", view.say("passage.title")),
    element("p", view.say("passage.lead"), class_="lead"),
    _passage.refused(view, sheet),
    _passage.form(view, sheet),
)
if not _shelf.singles(book):
    _controls.nothing(view)
found = _sheet.found(book, sheet, choice.lens, view.today)
if sheet.text and not found:
    mount("none", language, element("p", view.say("passage.none"), class_="empty"))
elif found:
    title = element("h2", view.say("passage.found", count=len(found)), class_="section")
    sides = element(
        "div",
        _passage.text(view, sheet, found),
        _passage.listed(view, sheet, found),
        class_="sides",
    )
    mount("found", language, title, _passage.counts(view, found), sides)
    blocks = _passage.blocks(view, sheet, found, view.today)
    if sheet.accepted:
        mount(
            "yaml",
            language,
            _controls.part(
                view,
                "passage.yaml",
                [_passage.document(view, sheet), *_passage.yaml(view, blocks)],
                hint="passage.yaml_hint",
            ),
        )
    if blocks:
        st.download_button(
            view.say("passage.download"),
            _passage.joined(blocks),
            file_name="footnote-passage.txt",
            mime="text/plain",
            on_click="ignore",
            key="passage-download",
        )
