"""A pasted text with its figures marked in place, and beside it what is made of each."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from metrics import passage, record, review
from schemas import words
from views import _controls
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from metrics.review import Finding, Told
    from views._sheet import Sheet
    from views._view import View

_WORDS = ("agreeing", "conflicting", "new", "open")
_ROWS, _READ_ROWS = 9, 3


def form(view: View, sheet: Sheet) -> Tree:
    """Ask for the text and the day it was published."""
    return element(
        "div",
        element("label", view.say("passage.text"), for_="pasted"),
        element(
            "textarea",
            id="pasted",
            data_field="text",
            rows=_READ_ROWS if sheet.text else _ROWS,
            spellcheck="false",
            placeholder=view.say("passage.placeholder"),
            value=sheet.text,
        ),
        element(
            "div",
            element(
                "label",
                view.say("passage.published"),
                element(
                    "input", type="date", data_field="published", value=str(sheet.day(view.today))
                ),
            ),
            _button(view.say("passage.read"), "read", class_="do main", data_most=passage.LARGEST),
            _button(view.say("passage.clear"), "clear", class_="do") if sheet.text else None,
            class_="tools section",
        ),
        class_="paste",
    )


def refused(view: View, sheet: Sheet) -> Tree | None:
    """Say what could not be done, and what to do."""
    if not sheet.refused:
        return None
    most = passage.LARGEST // 1000
    told = view.say(f"passage.{sheet.refused}", most=most)
    return element("p", told, class_="notice", role="alert")


def _button(text: str, says: str, **more: object) -> Tree:
    return element("button", text, type="button", data_say=says, **more)


# -- the text ---------------------------------------------------------------------------------


def text(view: View, sheet: Sheet, found: Sequence[Finding]) -> Tree:
    """Draw the text with a mark on every figure: its standing as a word and as a sign."""
    marks = iter([next(same) for _, same in groupby(found, key=lambda each: each.mention.start)])
    return element(
        "div",
        list(_paragraphs(view, sheet.text, marks)),
        class_="passage",
        lang=review.script(sheet.text),
        role="region",
        tabindex="0",
        aria_label=view.say("passage.text"),
    )


def _paragraphs(view: View, told: str, marks: Iterator[Finding]) -> Iterator[Tree]:
    at, mark = 0, next(marks, None)
    for line in told.split("\n"):
        parts: list[Tree] = []
        end = at + len(line)
        while mark and mark.mention.end <= end:
            parts += [told[at : mark.mention.start], _mark(view, mark)]
            at, mark = mark.mention.end, next(marks, None)
        if line.strip():
            yield element("p", [part for part in (*parts, told[at:end]) if part])
        at = end + 1


def _mark(view: View, found: Finding) -> Tree:
    word = found.standing.word
    return element(
        "mark",
        element(
            "button",
            found.mention.text,
            element("span", f" ({words.say(view.language, f'passage.standing.{word}')})",
                    class_="unseen"),
            type="button",
            data_jump=f"figure-{found.number}",
        ),
        id=f"mark-{found.number}",
        class_=word,
    )  # fmt: skip


# -- the list ---------------------------------------------------------------------------------


def counts(view: View, found: Sequence[Finding]) -> Tree:
    """Count the figures by how they stand; this is the key to the marks as well."""
    tally = {word: sum(each.standing.word == word for each in found) for word in _WORDS}
    return element(
        "ul",
        [
            element("li", _standing(view, word), " ", str(tally[word]))
            for word in _WORDS
            if tally[word]
        ],
        class_="tally",
    )


def _standing(view: View, word: str) -> Tree:
    told = words.say(view.language, f"passage.standing.{word}")
    return element("span", told, class_=f"standing {word}")


def listed(view: View, sheet: Sheet, found: Sequence[Finding]) -> Tree:
    """List the figures of the reader's page, each with what it is taken for."""
    shown = found[_controls.window(view, len(found))]
    return element(
        "div",
        element("ol", [_one(view, sheet, each) for each in shown], class_="plain figures"),
        _controls.pager(view, len(found)),
    )


def _one(view: View, sheet: Sheet, found: Finding) -> Tree:
    told = review.told(view.book, found, view.choice.lens)
    number, is_open = found.number, sheet.opened == found.number
    can, done = _can(found), found.number in sheet.accepted
    about = [told["period_text"] or view.say("passage.no_period")]
    about += [told["kind_text"]] if told["kind"] != "actual" else []
    company = told["company"] or view.say("passage.no_company")
    metric = told["label"] or view.say("passage.no_metric")
    return element(
        "li",
        element("button", told["text"], type="button", class_="number",
                data_jump=f"mark-{number}"),
        _standing(view, told["standing"]),
        element("span", f"{company} · {metric}", class_="what-of"),
        element("small", " · ".join([*about, told["place"]])),
        element("small", told["says"], class_="says"),
        element("small", told["checked"], class_="says") if told["checked"] else None,
        _why(view, told),
        element(
            "div",
            _button(view.say("passage.done" if is_open else "passage.correct"), f"open~{number}",
                    class_="do", aria_expanded=str(is_open).lower(),
                    aria_label=f"{view.say('passage.correct')}: {told['text']}"),
            _button(view.say("passage.taken" if done else "passage.take"), f"accept~{number}",
                    class_="do", aria_pressed=str(done).lower(), disabled=not can,
                    aria_label=f"{view.say('passage.take')}: {told['text']}"),
            class_="doing",
        ),
        _correct(view, found) if is_open else None,
        id=f"figure-{number}",
        class_=told["standing"],
        tabindex="-1",
    )  # fmt: skip


def _can(found: Finding) -> bool:
    """Say whether a figure could stand in a data file as it is taken."""
    taken = found.reading
    known = taken.company and taken.metric and taken.period
    return bool(known) and found.standing.misfit is None


def _why(view: View, told: Told) -> Tree:
    rests = [
        element(
            "li",
            words.say(view.language, f"passage.field.{why['field']}"),
            ": ",
            why["says"],
        )
        for why in told["why"]
    ]
    return element(
        "details", element("summary", view.say("passage.why")), element("ul", rests), class_="why"
    )


# -- corrections ------------------------------------------------------------------------------


def _correct(view: View, found: Finding) -> Tree:
    """Offer other companies, the metrics that the figure can state, and a period."""
    number, taken = found.number, found.reading
    companies = sorted((view.name(each), each) for each in view.book.companies)
    return element(
        "div",
        _labelled(view, "company", _select(f"company~{number}", companies, taken.company)),
        _labelled(view, "metric", _metrics(view, found)),
        _labelled(
            view,
            "period",
            element(
                "input",
                type="text",
                data_tell=f"period~{number}",
                value=str(taken.period or ""),
                placeholder="2025-09-30 · 9M2025 · FY2024",
                autocomplete="off",
            ),
        ),
        class_="correct",
    )


def _labelled(view: View, field: str, control: Tree) -> Tree:
    return element("label", words.say(view.language, f"passage.field.{field}"), control)


def _select(tells: str, options: Iterable[tuple[str, str]], chosen: str) -> Tree:
    return element(
        "select",
        element("option", "—", value="", selected=not chosen),
        [
            element("option", label, value=value, selected=value == chosen)
            for label, value in options
        ],
        data_tell=tells,
    )


def _metrics(view: View, found: Finding) -> Tree:
    catalog, taken = view.book.catalog, found.reading
    printed = found.mention.figure.unit
    fitting = [
        metric
        for metric in catalog
        if metric == taken.metric or passage.fits(printed, catalog[metric].unit)
    ]
    return element(
        "select",
        element("option", "—", value="", selected=not taken.metric),
        [
            element(
                "optgroup",
                [
                    element(
                        "option",
                        words.label(view.language, metric),
                        value=metric,
                        selected=metric == taken.metric,
                    )
                    for metric in metrics
                ],
                label=words.say(view.language, f"group.{group}"),
            )
            for group, metrics in groupby(fitting, key=lambda each: catalog[each].group)
        ],
        data_tell=f"metric~{found.number}",
    )


# -- what was accepted ------------------------------------------------------------------------


def document(view: View, sheet: Sheet) -> Tree:
    """Ask for what a source needs."""
    return element(
        "div",
        [
            element(
                "label",
                view.say(f"passage.{name}"),
                element(
                    "input",
                    type="text",
                    data_tell=f"document~{name}",
                    value=sheet.document.get(name, ""),
                    autocomplete="off",
                ),
            )
            for name in ("publisher", "url")
        ],
        class_="correct",
    )


def blocks(view: View, sheet: Sheet, found: Sequence[Finding], today: date) -> dict[str, str]:
    """Write what was accepted as YAML, by the path of the file it belongs to."""
    source = sheet.source(today)
    accepted = [each.reading for each in found if each.number in sheet.accepted and _can(each)]
    if source is None or not accepted:
        return {}
    return record.files(view.book, source, accepted, view.language)


def yaml(view: View, told: dict[str, str]) -> list[Tree]:
    """Show each file's part, to be copied."""
    return [
        element(
            "section",
            element("h3", element("code", f"data/{path}")),
            element("p", view.say(f"passage.{_where(path)}"), class_="hint"),
            element("pre", element("code", part), id=f"part-{number}", tabindex="0"),
            element("button", view.say("passage.copy"), type="button", class_="do",
                    data_copy=f"part-{number}", data_done=view.say("trace.copied")),
            class_="file",
        )
        for number, (path, part) in enumerate(told.items())
    ]  # fmt: skip


def _where(path: str) -> str:
    return "append" if path.startswith("companies") else "whole"


def joined(told: dict[str, str]) -> str:
    """Put all parts into one text, each under the path of its file."""
    return "\n".join(f"# data/{path}\n{part}" for path, part in told.items())
