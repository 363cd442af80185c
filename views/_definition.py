"""What a metric means: its formulas by name, its unit, and what to know before using it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import words
from schemas.unit import unit
from views import _trace
from views._element import Tree, element

if TYPE_CHECKING:
    from schemas.metric import Metric
    from views._view import View


def about(view: View) -> list[Tree]:
    """Tell the metric at the top of its page."""
    name = view.choice.metric
    metric = view.book.catalog[name]
    said = [words.say(view.language, f"metric.{name}.means")]
    if metric.stated == "claim":
        said.append(view.say("definition.claim"))
    return [
        element("h1", words.label(view.language, name)),
        element("p", " ".join(said), class_="lead"),
        _facts(view, name, metric),
    ]


def _facts(view: View, name: str, metric: Metric) -> Tree:
    days = metric.shelf_life
    sign = words.say(view.language, "list")
    bases = [words.say(view.language, f"basis.{each}") for each in metric.basis]
    pairs: list[tuple[str, Tree | None]] = [
        ("unit", _unit(view, metric)),
        ("period", view.say(f"definition.{metric.period}")),
        ("shelf_life", view.say("days", days=days) if days else None),
        ("better", view.say(f"definition.{metric.better}")),
        ("bases", sign.join(bases)),
        ("group", words.say(view.language, f"group.{metric.group}")),
        ("id", element("code", name)),
        ("taxonomy", element("code", sign.join(metric.taxonomy)) if metric.taxonomy else None),
    ]
    return element(
        "dl",
        [
            element(
                "div",
                element("dt", view.say(f"definition.{key}")),
                element("dd", value),
                class_="whole" if key == "taxonomy" else None,
            )
            for key, value in pairs
            if value
        ],
        class_="facts",
    )


def _unit(view: View, metric: Metric) -> str:
    measured = unit(metric.unit)
    text = view.say(f"unit.{measured.over[0]}")
    for name in measured.under:
        text = words.say(view.language, f"per.{name}", x=text)
    return text


def formulas(view: View) -> Tree | None:
    """List the named formulas in the order in which they are tried, stand-ins marked."""
    name = view.choice.metric
    metric = view.book.catalog[name]
    every = [*metric.definitions.items(), *metric.reference.items()]
    if not every:
        return None
    return element("ol", [_formula(view, name, *each) for each in every], class_="formulas")


def _formula(view: View, metric: str, name: str, text: str) -> Tree:
    entry = view.book.catalog[metric]
    marks = [
        view.say(f"definition.is_{kind}")
        for kind, names in (
            ("proxy", entry.proxies),
            ("beside", entry.beside),
            ("reference", entry.reference),
        )
        if name in names
    ]
    return element(
        "li",
        element("b", words.say(view.language, f"definition.{metric}.{name}")),
        [element("small", mark) for mark in marks],
        element("span", _trace.named(view, text)),
        element("code", text),
    )


def caveats(view: View) -> Tree | None:
    """Say what to know before using the metric."""
    found = view.book.catalog[view.choice.metric].caveats
    if not found:
        return None
    told = [element("li", words.say(view.language, f"caveat.{name}")) for name in found]
    return element("ul", told, class_="caveats")
