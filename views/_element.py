"""Elements of a page as plain data, which one small script draws as text and never as markup.

Streamlit's own widgets cannot keep ids in the address while they show labels, nor put buttons into
a table with headings; a tree of elements can do both. Whatever a data file says reaches the page
through here (or through a chart), so there is one place where text stays text.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from views import _state

if TYPE_CHECKING:
    from collections.abc import Iterable

Tree = str | list[object]

_HERE = Path(__file__)
# Streamlit sends a component's script with every one of its mounts, again at every run unless the
# message is large. So the script goes once, with the style sheet, and each mount only calls it.
_SCRIPT = st.components.v2.component(
    "footnote-script",
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    isolate_styles=False,
)
_MOUNT = st.components.v2.component(
    "footnote",
    # More than one line, else Streamlit takes it for the name of a file.
    js="export default (mount) => {\n(globalThis.footnote ??= []).push(mount);\n}",
    isolate_styles=False,
)


def begin() -> None:
    """Send the script and the style sheet that all elements of the page share."""
    _SCRIPT(key="script")


def element(name: str, /, *children: Tree | Iterable[Tree] | None, **attributes: object) -> Tree:
    """Describe an element: `element("b", "text", class_="x", data_go="?")`.

    Attributes that are None or False are left out, True stands empty; children may be nested.
    """
    told = {
        key.rstrip("_").replace("_", "-"): "" if value is True else str(value)
        for key, value in attributes.items()
        if value is not None and value is not False
    }
    return [name, told, *_flat(children)]


def _flat(children: Iterable[object]) -> Iterable[object]:
    for child in children:
        if isinstance(child, str) or (isinstance(child, list) and _is_element(child)):
            yield child
        elif child is not None:
            yield from _flat(child)  # type: ignore[arg-type]


def _is_element(child: list[object]) -> bool:
    return len(child) > 1 and isinstance(child[0], str) and isinstance(child[1], dict)


def mount(key: str, language: str, *trees: Tree | Iterable[Tree] | None) -> None:
    """Draw trees; what the reader does in them changes the address or the search text."""
    _MOUNT(
        key=key,
        data={"lang": language, "trees": list(_flat(trees))},
        on_go_change=partial(_go, key),
        on_find_change=partial(_find, key),
        on_said_change=partial(_said, key),
    )


def _go(key: str) -> None:
    wanted = st.session_state[key].get("go")
    if isinstance(wanted, str):
        _state.go(wanted)


def _find(key: str) -> None:
    wanted = st.session_state[key].get("find")
    st.session_state["find"] = wanted if isinstance(wanted, str) else None


def _said(key: str) -> None:
    """Keep what the reader did that is no address, for the page to judge."""
    st.session_state["said"] = st.session_state[key].get("said")
