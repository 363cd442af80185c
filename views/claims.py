"""Claims: what is said of derived figures, held against what it comes to when worked out again."""

from __future__ import annotations

from views import _claim, _controls, _links, _shelf, _trace, _wait
from views._element import mount
from views._view import current

SIZE = 20

view = current()
book, choice, language = view.book, view.choice, view.language

if not _shelf.singles(book):
    _controls.nothing(view)
else:
    audit = _shelf.audit(book, choice.lens)
    inside = audit.select(*_claim.narrowed(view))
    mount("head", language, _claim.head(view, audit))
    waits = bool(audit.left(inside))
    counted = _wait.place(waits=waits)
    with counted:
        early = "verdicts-early" if waits else "verdicts"
        mount(early, language, _claim.tabs(view, audit, inside))
    if choice.verdict:
        # Which claims have this verdict is known only when all have one.
        _wait.verdicts(view, audit, inside)
    rows = audit.select(*_claim.narrowed(view), choice.verdict)
    view = _claim.turned(view, rows, SIZE)
    shown = rows["id"].iloc[_controls.window(view, len(rows), SIZE)]
    told = [_shelf.working(book, choice.lens, each, language) for each in shown]
    audit.words.update({each["id"]: each["verdict"] for each in told})
    mount(
        "claims",
        language,
        _claim.ledger(view, told),
        _controls.pager(view, len(rows), SIZE),
        _claim.legend(view),
    )
    # What is on the page stands there already; the rest is only counted.
    _wait.verdicts(view, audit, inside)
    if waits:
        with counted:
            mount("verdicts", language, _claim.tabs(view, audit, inside))
    company, metric = _claim.narrowed(view)
    narrowed = {"company": company, "metric": metric, "verdict": choice.verdict}
    mount("tables", language, _links.tables(view, "claims", "observations", **narrowed))

mount("trace", language, _trace.dialog(view))
