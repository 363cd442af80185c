"""Metric: what one metric means, every company by it, and what is claimed of it."""

from __future__ import annotations

from views import _controls, _definition, _links, _ranking, _shelf, _trace, _verdicts
from views._element import element, mount
from views._view import alone

view = alone()
book, choice, language = view.book, view.choice, view.language

picker = element("div", _controls.metrics(view), class_="companies")
tools = element("div", picker, _controls.dates(view), class_="tools")
formulas, caveats = _definition.formulas(view), _definition.caveats(view)
mount(
    "head",
    language,
    tools,
    _definition.about(view),
    _controls.part(view, "definition.caveats", caveats) if caveats else None,
    _controls.part(view, "definition.formulas", formulas, hint="definition.order")
    if formulas
    else None,
)
if not _shelf.singles(book):
    _controls.nothing(view)
else:
    _ranking.section(view)
    verdicts, count = _shelf.about(book, choice.metric, choice.lens, language)
    if verdicts:
        listed = _verdicts.listed(view, verdicts, by_company=True)
        rest = count - len(verdicts)
        more = [element("p", view.say("problems.more", count=rest), class_="hint")] if rest else []
        mount("claims", language, _controls.part(view, "definition.claims", [listed, *more]))
    derived = ("derived", "claims") if book.catalog[choice.metric].is_derived else ()
    mount("tables", language, _links.tables(view, "observations", *derived, metric=choice.metric))

mount("trace", language, _trace.dialog(view))
