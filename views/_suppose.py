"""What if: the control, what is supposed with a way out of each, and the words that mark it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrics import suppose, trace
from schemas import words
from views import _pages, _shelf, _state
from views._element import Tree, element
from views._state import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.compare import Line
    from metrics.suppose import Supposition
    from views._view import View

# The operations, as they are written in front of an amount.
_WAYS = {"add": "+", "take": "-", "times": "x", "set": ""}


def supposing(view: View, page: str) -> tuple[View, list[Notice]]:
    """Look at the book in which the reader's suppositions hold, on a page that has room for them.

    What cannot be supposed is told, and no longer goes along; what is of a company that is not on
    this page does, for the page that it is on.
    """
    choice = view.choice
    if not choice.supposed:
        return view, []
    if page not in _pages.SUPPOSING:
        return view, [Notice("elsewhere", ())]
    companies = choice.companies if page == _pages.PAGES[0] else (choice.company,)
    book, refused = _shelf.supposed(view.book, companies, choice.lens, choice.supposed)
    gone = {each.asked for each in refused if each.name != "absent"}
    kept = tuple(each for each in choice.supposed if each.asked not in gone)
    query = {**choice.query, "if": [each.asked for each in kept]}
    if not kept:
        del query["if"]
    now = replace(view, book=book, choice=replace(choice, supposed=kept, query=query))
    return now, [_state.refusal(view.book, each, choice.language) for each in refused]


def title(view: View, page: str) -> str:
    """Name a page in the browser's tab, marked where something is supposed on it."""
    return words.say(view.language, "supposed.title", title=page) if view.is_hypothetical else page


def badge(view: View) -> Tree | None:
    """Mark the title of a page on which something is supposed."""
    return element("span", view.mark, class_="supposed") if view.is_hypothetical else None


def control(view: View, companies: Sequence[str]) -> Tree:
    """Say what is supposed, and offer to suppose more of these companies."""
    return element("div", _standing(view), _offer(view, companies), class_="suppose")


def _standing(view: View) -> Tree | None:
    """List what is supposed, each with a way out, and the one way back to the data."""
    supposed = view.choice.supposed
    if not supposed:
        return None
    banner = element("p", view.say("suppose.banner"), class_="banner", role="status")
    chips = [_chip(view, place, each) for place, each in enumerate(supposed)]
    back = view.choice.link(**{"if": None})
    return element(
        "div",
        banner if view.is_hypothetical else None,
        element("ul", chips, class_="chips", aria_label=view.say("suppose.list")),
        element("a", view.say("suppose.back"), href=back, data_go="", class_="do"),
        class_="hypothetically",
    )


def _chip(view: View, place: int, of: Supposition) -> Tree:
    told = suppose.told(view.book, of, view.language)
    others = [each.asked for number, each in enumerate(view.choice.supposed) if number != place]
    out = element(
        "a",
        "×",
        href=view.choice.link(**{"if": others or None}),
        data_go="",
        aria_label=view.say("suppose.remove", told=told),
    )
    return element("li", told, out)


def _offer(view: View, companies: Sequence[str]) -> Tree | None:
    """Offer to change one of the figures that the metrics shown first rest on."""
    if not companies:
        return None
    lines = _shelf.inputs(view.book, tuple(companies), view.choice.lens)
    if len(view.choice.supposed) >= suppose.LIMIT:
        form = element("p", view.say("suppose.full", limit=suppose.LIMIT), class_="hint")
    else:
        form = _form(view, [_group(view, lines, place) for place in range(len(companies))])
    return element(
        "details",
        element("summary", view.say("suppose.title")),
        element("p", view.say("suppose.hint"), class_="hint"),
        form,
        id="what-if",
    )


def _form(view: View, figures: Sequence[Tree]) -> Tree:
    ways = [element("option", view.say(f"suppose.{name}"), value=sign)
            for name, sign in _WAYS.items()]  # fmt: skip
    said = suppose.address(each.asked for each in view.choice.supposed)
    return element(
        "div",
        _field(view, "figure", "select", figures, data_field="about"),
        _field(view, "how", "select", ways, data_field="how"),
        _field(view, "amount", "input", data_field="amount", **_typed(view, "such_as")),
        _field(view, "period", "input", data_field="when", **_typed(view, "such_as_period")),
        element(
            "button",
            view.say("suppose.go"),
            type="button",
            data_add=f"{said}&if=" if said else "if=",
            class_="do",
        ),
        data_form="",
        class_="form",
    )


def _field(view: View, name: str, kind: str, *options: Sequence[Tree], **told: object) -> Tree:
    label = view.say(f"suppose.{name}")
    # Named by itself: the label around a list would read all of the list out.
    field = element(kind, *options, aria_label=label, **told)
    return element("label", element("span", label), field)


def _typed(view: View, such_as: str) -> dict[str, object]:
    return {
        "type": "text", "autocomplete": "off", "spellcheck": "false",
        "placeholder": view.say(f"suppose.{such_as}"),
    }  # fmt: skip


def _group(view: View, lines: Sequence[Line], place: int) -> Tree:
    """Offer the figures of one company, each as it stands."""
    company = lines[0].cells[place].answer.company
    options = [_option(view, line, place) for line in lines]
    return element("optgroup", options, label=view.name(company))


def _option(view: View, line: Line, place: int) -> Tree:
    answer = line.cells[place].answer
    key = "suppose.none" if answer.bounds is None else "suppose.option"
    text = trace.marked(answer, view.language)
    told = view.say(key, metric=words.label(view.language, line.metric), text=text)
    return element("option", told, value=f"{answer.company}~{line.metric}")
