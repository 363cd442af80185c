"""A claim beside what it comes to: one line of a ledger, which opens into the working."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from metrics.audit import VERDICTS
from schemas import words
from views import _links, _list, _table, _trace
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from metrics.audit import Audit
    from views._view import View

Told = dict[str, Any]

# Beside its word, so that a verdict is told by shape and never by colour alone.
ICONS = {
    "reproduced": "✓",
    "not_reproduced": "≠",
    "contradicted": "✕",
    "unit_check": "⇄",
    "not_checkable": "○",
}
# A claim may be met by many combinations of rivals; these are enough to see how.
_WAYS = 8
_COLUMNS = ("whose", "claimed", "worked", "verdict", "source")


def narrowed(view: View) -> tuple[str, str]:
    """Say which company and metric the list is narrowed to, "" for no matter which.

    A metric that nobody can make a claim about, chosen on another page, narrows nothing.
    """
    metric = view.choice.said("metric")
    claimable = metric in view.book.catalog and view.book.catalog[metric].is_derived
    return view.choice.said("company"), metric if claimable else ""


def head(view: View, audit: Audit) -> Tree:
    """Draw the title, and what narrows the list."""
    company, _ = narrowed(view)
    there = audit.select(company)["metric"]
    tools = element("div", _list.company(view), _list.metric(view, there), class_="tools narrow")
    return _list.head(view, "claims", tools)


def tabs(view: View, audit: Audit, rows: pd.DataFrame) -> Tree:
    """Count the verdicts, each a way to see only those; a dash until all are worked out."""
    done = not audit.left(rows)
    counts = audit.counts(rows)
    choice = view.choice
    every: list[Tree] = [view.say("claims.every")]
    href = choice.link(verdict=None, claim=None)
    ways = [(every, f"{len(rows):,}", href, not choice.verdict)]
    for word in VERDICTS:
        href = choice.link(verdict=word, claim=None)
        count = f"{counts[word]:,}" if done else "–"
        ways.append((_verdict(view, word), count, href, word == choice.verdict))
    return _list.tabs(view.say("claims.verdicts"), ways)


def turned(view: View, rows: pd.DataFrame, size: int) -> View:
    """Turn to the page of the list that holds the claim opened, where the address names none."""
    choice = view.choice
    there = (rows["id"] == choice.claim).to_numpy()
    if choice.said("page") or not there.any():
        return view
    page = int(there.argmax()) // size + 1
    return replace(view, choice=replace(choice, page=page))


def ledger(view: View, told: Sequence[Told]) -> Tree:
    """List claims, a line each, with the working of the one that is open."""
    if not told:
        way = element("a", view.say("list.all"), href="./claims?" + _kept(view), data_go="")
        return element("p", view.say("claims.none"), " ", way, class_="empty")
    heads = [element("span", view.say(f"claims.{name}")) for name in _COLUMNS]
    return element(
        "div",
        element("div", heads, class_="line heads", aria_hidden="true"),
        element("ul", [_entry(view, each) for each in told], class_="entries"),
        class_="ledger",
    )


def _kept(view: View) -> str:
    return view.choice.link(
        company=None, metric=None, verdict=None, claim=None, trace=None
    ).removeprefix("?")


def _verdict(view: View, word: str) -> list[Tree]:
    icon = element("i", ICONS[word], class_="icon", aria_hidden="true")
    return [icon, words.say(view.language, f"verdict.{word}")]


def chip(view: View, word: str) -> Tree:
    """Draw a verdict as its sign and its word."""
    return element("span", *_verdict(view, word), class_=f"seal is-{word.replace('_', '-')}")


def _entry(view: View, told: Told) -> Tree:
    is_open = told["id"] == view.choice.claim
    panel = f"working-{told['id']}"
    toggle = element(
        "button",
        view.say("claims.working"),
        type="button",
        class_="toggle",
        aria_expanded=str(is_open).lower(),
        aria_controls=panel if is_open else None,
        aria_label=view.say("claims.working_of", name=told["company"], metric=told["label"]),
        data_go="claim=" if is_open else f"claim={told['id']}",
    )
    cells = (_whose, _claimed, _worked, _judged, _source)
    line = [_cell(view, name, cell(view, told)) for name, cell in zip(_COLUMNS, cells, strict=True)]
    return element(
        "li",
        element("div", line, toggle, class_="line"),
        working(view, told, panel) if is_open else None,
        id=f"entry-{told['id']}",
        class_="open" if is_open else None,
    )


def _cell(view: View, name: str, told: Sequence[Tree]) -> Tree:
    key = element("span", view.say(f"claims.{name}"), class_="key")
    return element("div", key, told, class_=f"at-{name}")


def _whose(view: View, told: Told) -> list[Tree]:
    company, metric = told["company_id"], told["metric"]
    return [
        element("strong", _table.dot(view.book, company), _links.company(view, company)),
        element("small", _links.metric(view, metric)),
        *_list.marks(view, told),
    ]


def _claimed(view: View, told: Told) -> list[Tree]:
    basis = words.say(view.language, "source_basis.inferred")
    inferred = f" ({basis})" if told["period_basis"] == "inferred" else ""
    return [
        _table.opener(told),
        element("small", "“", _print(told), "”"),
        element("small", f"{told['period_text']}{inferred}"),
    ]


def _print(told: Mapping[str, Any]) -> Tree:
    return element("span", told["as_stated"], lang=told["language"], class_="printed-here")


def _worked(view: View, told: Told) -> list[Tree]:
    attempt = told["attempt"]
    if attempt is None:
        return [element("span", "—", class_="amount none"), *_implied(view, told)]
    return [
        element("span", attempt["text"], class_="amount"),
        element("small", attempt["definition_text"]),
    ]


def _implied(view: View, told: Told) -> list[Tree]:
    return [
        element("small", view.say("trace.implies", **_trace.solved(view, each)))
        for each in told["implied"][:1]
    ]


def _judged(view: View, told: Told) -> list[Tree]:
    return [chip(view, told["verdict"]), element("small", told["verdict_says"], class_="says")]


def _source(view: View, told: Told) -> list[Tree]:
    where = f"{_trace.published(view, told['published'])}, {told['place']}"
    return [
        _list.document(view, told["source_id"], told["publisher"]),
        element("small", where),
        element("small", _list.address(view, told["url"])),
    ]


# -- the working --------------------------------------------------------------------------------


def working(view: View, told: Told, name: str) -> Tree:
    """Show how a claim was worked out again: drawn, in numbers, by every definition, in print."""
    attempt = told["attempt"]
    ways = element("ul", [_way(view, each) for each in told["definitions"]], class_="plain ways")
    implied = [_trace.implied(view, each) for each in told["implied"]]
    return element(
        "section",
        element(
            "div",
            _drawn(view, told),
            _numbers(view, told) if attempt else None,
            _trace.section(view.say("claims.implies"), implied) if implied else None,
            _trace.section(
                view.say("claims.definitions"),
                element("p", view.say("claims.definitions_means"), class_="hint"),
                ways,
            ),
            _trace.under(view, attempt, name) if attempt else None,
        ),
        element("div", _trace.section(view.say("trace.printed"), _trace.observation(view, told))),
        id=name,
        class_="working",
        aria_label=view.say("claims.working_of", name=told["company"], metric=told["label"]),
    )


def _numbers(view: View, told: Told) -> Tree:
    attempt = told["attempt"]
    sum_ = element("p", told["filled"], " = ", element("b", attempt["text"]), class_="filled")
    formula = element("p", _trace.named(view, attempt["formula"]), class_="formula")
    met = [each for each in told["reproduced"] if each["text"]][:_WAYS]
    tried = view.say("claims.tried_and_met", tried=told["tried"], met=len(told["reproduced"]))
    return _trace.section(
        attempt["definition_text"],
        formula,
        sum_,
        element("p", tried, class_="hint") if met else None,
    )


def _way(view: View, tried: Told) -> Tree:
    """Say what a definition gives, or why it gives nothing."""
    known = tried["low"] is not None or tried["high"] is not None
    sign = element("i", ICONS["reproduced"] if tried["meeting"] else "", class_="icon")
    amount = element("b", tried["text"])
    # With the figures that the rule chooses a definition may miss what it meets with their rivals.
    with_rivals = tried["meeting"] and tried["text"] not in tried["meeting"]
    why = tried["reason"]
    if with_rivals:
        why = view.say("claims.meets", text=tried["meeting"][0])
    nothing = element("span", tried["status_text"], class_="soft")
    return element(
        "li",
        element("span", sign, tried["definition_text"]),
        amount if known else nothing,
        element("small", _trace.named(view, tried["formula"])),
        element("small", why, class_="why") if why else None,
    )


def _drawn(view: View, told: Told) -> Tree | None:
    """Draw the claim as a diamond, and under it what was worked out, on one axis."""
    marks = told["marks"]
    if marks is None:
        return None
    claimed = view.say("claims.drawn_claimed", text=told["text"])
    worked = view.say("claims.drawn_worked", text=told["attempt"]["text"])
    picture = element(
        "svg",
        _lane(marks, "claimed", 14),
        _lane(marks, "worked", 38),
        width="100%",
        height="52",
        role="img",
        aria_label=f"{claimed}; {worked}",
    )
    keys = [
        element("span", element("i", "◆", class_="icon", aria_hidden="true"), claimed),
        element("span", element("i", "●", class_="icon worked", aria_hidden="true"), worked),
        element("span", view.say("claims.drawn_band")),
    ]
    return element("div", picture, element("p", keys, class_="hint"), class_="drawn")


def _lane(marks: Mapping[str, float], name: str, y: int) -> Tree:
    """Draw one value: a thin line for what its digits leave open, a bar for its bounds."""

    def rule(low: float, high: float, class_: str) -> Tree:
        return element("line", x1=f"{low}%", x2=f"{high}%", y1=y, y2=y, class_=class_)

    value = marks.get(f"{name}_value")
    shape = (
        "M0 -8 L8 0 L0 8 L-8 0 Z" if name == "claimed" else "M-6 0 a6 6 0 1 0 12 0 a6 6 0 1 0 -12 0"
    )
    # A drawing inside the drawing, so that a place in per cent keeps a shape in pixels.
    point = element("svg", element("path", d=shape), x=f"{value}%", y=y, class_="point")
    return element(
        "g",
        rule(0, 100, "axis"),
        rule(marks[f"{name}_band_low"], marks[f"{name}_band_high"], "band"),
        rule(marks[f"{name}_low"], marks[f"{name}_high"], "bounds"),
        point if value is not None else None,
        class_=name,
    )


def legend(view: View) -> Tree:
    """Say what the verdicts mean, in a section to open."""
    told = [
        element("div", element("dt", chip(view, word)), element("dd", view.say(f"claims.{word}")))
        for word in VERDICTS
    ]
    title = element("summary", view.say("claims.legend"))
    return element("details", title, element("dl", told), class_="legend", id="legend")
