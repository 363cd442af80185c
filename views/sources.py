"""Sources: the documents, what each states, and what merely repeats what."""

from __future__ import annotations

from views import _controls, _links, _shelf, _source, _trace
from views._element import mount
from views._view import current

view = current()
book, choice, language = view.book, view.choice, view.language
shelf = _shelf.documents(book, choice.lens)

if not book.sources:
    _controls.nothing(view)
elif choice.source:
    rows = _source.stated(view)
    shown = rows.iloc[_controls.window(view, len(rows), _source.FIGURES)]
    mount("document", language, _source.document(view, shelf))
    mount(
        "figures",
        language,
        _source.figures(view, shown, len(rows)),
        _controls.pager(view, len(rows), _source.FIGURES),
    )
else:
    names = _source.narrowed(view, shelf)
    part = names[_controls.window(view, len(names), _source.DOCUMENTS)]
    mount("head", language, _source.head(view, shelf))
    mount(
        "documents",
        language,
        _source.listed(view, shelf, part),
        _controls.pager(view, len(names), _source.DOCUMENTS),
        _source.families(view, shelf, part),
    )

if book.sources:
    narrowed = {"source": choice.source} if choice.source else {"kind": choice.kind}
    mount("tables", language, _links.tables(view, "observations", "claims", **narrowed))
mount("trace", language, _trace.dialog(view))
