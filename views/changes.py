"""Changes: what was published between two days, and which verdicts and values that moved."""

from __future__ import annotations

from functools import partial

from views import _changes, _controls, _links, _shelf, _trace, _wait
from views._element import mount
from views._view import current

view = _changes.plain(current())
book, choice, language = view.book, view.choice, view.language

if not _shelf.singles(book):
    _controls.nothing(view)
else:
    figures = _changes.figures(view)
    companies = _changes.companies(view, figures)
    mount("head", language, _changes.head(view, figures))
    shown = companies[_controls.window(view, len(companies), _changes.COMPANIES)]
    work = partial(_changes.found, view, shown)
    found = _wait.once(view, "changes", work, f"{choice.since} {shown}")
    mount("changes", language, [_changes.section(view, each) for each in found])
    mount("pager", language, _controls.pager(view, len(companies), _changes.COMPANIES))
    narrowed = {"set": choice.peers, "since": str(choice.since)}
    mount("tables", language, _links.tables(view, "observations", "derived", "claims", **narrowed))

mount("trace", language, _trace.dialog(view))
