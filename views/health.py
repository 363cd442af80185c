"""Health: what is missing, what is old, what does not agree, and what is wrong in the data."""

from __future__ import annotations

from functools import partial

from views import _controls, _health, _links, _list, _shelf, _state, _trace, _wait
from views._element import mount
from views._view import current

view = current()
book, choice, language = view.book, view.choice, view.language

if not _shelf.singles(book):
    _controls.nothing(view)
    mount("wrong", language, _health.all_wrong(view))
else:
    mount("head", language, _list.head(view, "health"))
    grid = partial(_wait.once, view, "grid", partial(_shelf.grid, book, choice.lens))
    aged = partial(_wait.once, view, "aged", partial(_shelf.aged, book, choice.lens))
    problems = partial(_shelf.problems, book, choice.known, choice.at)
    found = partial(_wait.once, view, "findings", problems)

    def parts() -> dict[str, int]:
        """Count what is in each part."""
        return _health.counts(grid(), aged(), found())

    waits = _wait.waits(view, "grid", "aged", "findings")
    counted = _wait.place(waits=waits)
    with counted:
        if waits:
            mount("parts-early", language, _health.parts(view, {}))
        else:
            mount("parts", language, _health.parts(view, parts()))
    if choice.part == "gaps":
        mount("gaps", language, _health.gaps(view, grid()))
    elif choice.part == "aged":
        mount("aged", language, _health.aged(view, aged()))
    elif choice.part == "conflicts":
        earlier = _state.back(choice.known, choice.new)
        known = partial(_shelf.problems, book, earlier, choice.at)
        before = _wait.once(view, "findings", known, f"{choice.new}") if choice.new else []
        mount("conflicts", language, _health.conflicts(view, found(), before))
    elif choice.part == "problems":
        mount("problems", language, _health.problems(view, found()))
    if waits:
        # Findings take longest, so what does not need them stands above by now.
        told = parts()
        with counted:
            mount("parts", language, _health.parts(view, told))
    taken = _links.tables(view, "observations", "derived", "claims", set=choice.peers)
    mount("tables", language, taken)

mount("trace", language, _trace.dialog(view))
