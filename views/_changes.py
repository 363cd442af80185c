"""What changed, company by company: values that moved, verdicts that turned, new figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from metrics import changes
from metrics.changes import State
from metrics.lens import CLASSES
from schemas import words
from views import _controls, _links, _list, _shelf, _state, _table
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from metrics.changes import Change
    from metrics.trace import Trace as Told
    from views._view import View

# As many companies as are worked out for one page.
COMPANIES = 8
# Lists up to this length stand open.
_OPEN = 6


def plain(view: View) -> View:
    """Look at each company's latest figures by its own definitions, as changes are told."""
    return replace(view, choice=replace(view.choice, periods=CLASSES[0], by=()))


def figures(view: View) -> pd.DataFrame:
    """List the figures that came between the two days, of the peer set chosen."""
    choice = view.choice
    among = changes.members(view.book, choice.peers) if choice.peers else None
    return changes.came(view.book, choice.lens, choice.since, among)


def companies(view: View, came: pd.DataFrame) -> list[str]:
    """Name the companies there are figures of, then the groups."""
    singles = _shelf.singles(view.book)
    return sorted(map(str, came["company"].unique()), key=lambda name: (name not in singles, name))


def found(view: View, shown: Sequence[str]) -> list[Change]:
    """Work out what changed of some companies."""
    choice = view.choice
    return [_shelf.changed(view.book, choice.lens, choice.since, each) for each in shown]


# -- choosing ---------------------------------------------------------------------------------


def head(view: View, came: pd.DataFrame) -> Tree:
    """Say what the page is for, offer days and peer sets, and count what came."""
    tools = element("div", _controls.peers(view), _spans(view), class_="companies")
    return _list.head(
        view,
        "changes",
        element("div", tools, _controls.dates(view, "since", "known"), class_="tools"),
        _counted(view, came) if len(came) else _empty(view),
        _feed(view),
        _controls.noted(view, companies(view, came)),
    )


def _spans(view: View) -> Tree:
    """Offer to look back from the later day by some days."""
    choice = view.choice
    return _controls.switch(
        view.say("changes.span"),
        [
            (
                view.say("days", days=days),
                choice.link(since=str(_state.back(choice.known, days))),
                choice.since == _state.back(choice.known, days),
            )
            for days in (30, _state.QUARTER, 365)
        ],
    )


def _counted(view: View, came: pd.DataFrame) -> Tree:
    told = view.say(
        "changes.counted",
        figures=len(came),
        companies=came["company"].nunique(),
        sources=came["source"].nunique(),
        since=words.day(view.language, view.choice.since),
        known=words.day(view.language, view.choice.known),
    )
    return element("p", told, class_="counted")


def _empty(view: View) -> Tree:
    """Say that nothing came, and lead back to when something last did."""
    choice = view.choice
    before = changes.came(
        view.book, choice.lens, _state.back(choice.known, choice.known.toordinal())
    )
    if choice.peers:
        before = before[before["company"].isin(changes.members(view.book, choice.peers))]
    said = element("span", view.say("changes.empty"))
    if not len(before):
        return element("p", said, class_="empty")
    last = before["published"].max().date()
    earlier = choice.link(since=str(_state.back(last, _state.QUARTER)))
    told = view.say("changes.last", day=words.day(view.language, last))
    return element(
        "p",
        said,
        " ",
        element("a", told, href=earlier, data_go=""),
        class_="empty",
    )


def _feed(view: View) -> Tree:
    """Lead to the same as a feed, which other programs can read."""
    asked = {"set": view.choice.peers, "lang": view.language}
    address = urlencode({key: value for key, value in asked.items() if value})
    link = element(
        "a", view.say("changes.feed"), href=f"./feed.atom?{address}", type="application/atom+xml"
    )
    return element(
        "p", link, " ", element("span", view.say("changes.feed_means")), class_="hint feed"
    )


# -- one company ------------------------------------------------------------------------------


def section(view: View, of: Change) -> Tree:
    """Tell what changed of a company: values, verdicts, then the figures as printed."""
    choice = view.choice
    before = State(view.book, replace(choice.lens, known=choice.since))
    told = changes.told(before, State(view.book, choice.lens), of)
    return element(
        "section",
        element("h2", _table.dot(view.book, of.company), _links.company(view, of.company)),
        _moved(view, told) if told["moved"] else None,
        _turned(view, told["turned"]) if told["turned"] else None,
        _came(view, told["figures"], is_open=not told["moved"] or len(told["figures"]) <= _OPEN),
        class_="part changed",
        id=f"changed-{of.company}",
    )


def _moved(view: View, told: Told) -> Tree:
    names = ("moved_value", "before", "after", "because")
    return _list.box(
        view.say("changes.moved_of", company=told["company"]),
        [view.say(f"changes.{name}") for name in names],
        [_value(view, told["company_id"], each) for each in told["moved"]],
        "moved",
    )


def _value(view: View, company: str, told: Told) -> Tree:
    then, now = told["before"], told["after"]
    is_known = now["low"] is not None or now["high"] is not None
    opens = element(
        "button",
        now["text"],
        type="button",
        class_="number" if is_known else "number none",
        data_go=f"trace={company}~{told['metric']}",
        aria_label=f"{view.name(company)}, {told['label']}: {now['text']}",
    )
    return element(
        "tr",
        element("th", _links.metric(view, told["metric"]), scope="row"),
        element("td", element("span", then["text"], class_="soft"), _small(then)),
        element("td", opens, _small(now)),
        element("td", _because(view, told["because"])),
    )


def _small(told: Told) -> list[Tree]:
    """Say in small what a side is about, and how it was worked out."""
    marks = (
        told["status_text"]
        if told["status"] != "ok" and told["text"] != told["status_text"]
        else ""
    )
    why = told["reason"] if told["status"] == "refused" else ""
    lines = (told["period_text"], told["definition_text"], marks, why)
    return [element("small", line) for line in lines if line]


def _because(view: View, rows: Sequence[Told]) -> list[Tree]:
    """Name the figures that made the difference, each a way into its own trace."""
    if not rows:
        return [element("small", words.say(view.language, "changes.together"))]
    return [
        element(
            "div",
            element("span", f"{each['label']}: "),
            _table.opener(each),
            element("small", f"{each['period_text']} · {each['publisher']}"),
            class_="because",
        )
        for each in rows
    ]


def _turned(view: View, every: Sequence[Told]) -> Tree:
    return element("ul", [_verdict(view, each) for each in every], class_="plain verdicts turned")


def _verdict(view: View, told: Told) -> Tree:
    claim = told["claim"]
    seals = [
        element("span", told[side]["verdict_text"], class_=f"verdict {told[side]['verdict']}")
        for side in ("before", "after")
    ]
    return element(
        "li",
        element("span", view.say("changes.claimed", label=claim["label"])),
        _table.opener(claim),
        element("span", seals[0], " → ", seals[1], class_="from-to"),
        element("small", f"{claim['period_text']} · {claim['publisher']}"),
        element("div", _because(view, told["because"]), class_="whole"),
    )


def _came(view: View, told: Sequence[Told], *, is_open: bool) -> Tree | None:
    if not told:
        return None
    title = view.say("changes.figures", count=len(told))
    names = ("figure", "printed", "value", "period", "source", "published")
    listed = _list.box(
        title,
        [view.say(f"changes.{name}") for name in names],
        [_figure(view, each["after"] or each["before"]) for each in told],
        "came",
    )
    return element("details", element("summary", title), listed, class_="came", open=is_open)


def _figure(view: View, told: Told) -> Tree:
    return element(
        "tr",
        element("th", _links.metric(view, told["metric"]), *_list.marks(view, told), scope="row"),
        element("td", _table.opener(told, told["as_stated"], lang=told["language"])),
        element("td", told["text"], class_="figures"),
        element("td", told["period_text"]),
        element("td", _list.document(view, told["source_id"], told["publisher"])),
        element("td", told["published"], class_="figures"),
    )
