"""A small picture of one figure over time: its bounds as lines, nothing in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics import statement, trace
from schemas import words
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.derive import Answer
    from views._view import View

# Fewer make no course.
LEAST = 3
_WIDE, _TALL, _EDGE = 120.0, 34.0, 5.0
_CAP = 3.0
# How wide the frame is around what is hypothetical.
_BOX = 12.0


def spark(view: View, answers: Sequence[Answer]) -> Tree | None:
    """Draw the periods that can be set beside the newest one; nothing for fewer than three."""
    same = statement.alike(answers)
    if len(same) < LEAST:
        return None
    said = words.say(view.language, "list").join(_said(view, each) for each in same)
    drawn = [mark for each in same for mark in _marks(each, same)]
    box = f"0 0 {_WIDE:g} {_TALL:g}"
    return element("svg", drawn, viewBox=box, class_="spark", role="img", aria_label=said)


def _said(view: View, answer: Answer) -> str:
    period = words.period(view.language, answer.period) if answer.period else ""
    return f"{period} {trace.marked(answer, view.language)}"


def _marks(answer: Answer, same: Sequence[Answer]) -> list[Tree]:
    """Draw a line from end to end, a cap on each that is reached, an arrow on one left open."""
    bounds = answer.bounds
    if bounds is None:  # pragma: no cover - what has no number is not drawn
        return []
    x = _across(answer, same)
    low = _TALL - _EDGE if bounds.low is None else _height(float(bounds.low), same)
    high = _EDGE / 2 if bounds.high is None else _height(float(bounds.high), same)
    marks = [_line(x, low, x, high, "reach")]
    if answer.is_hypothetical:
        box = {"x": f"{x - _BOX / 2:.1f}", "y": "0", "width": f"{_BOX:g}", "height": f"{_TALL:g}"}
        marks.append(element("rect", **box, class_="supposed"))
    if not bounds.is_point:
        marks += [_line(x - _CAP, low, x + _CAP, low, "cap")] if not bounds.low_open else []
        marks += [_line(x - _CAP, high, x + _CAP, high, "cap")] if not bounds.high_open else []
    if bounds.high is None:
        marks.append(element("path", d=f"M{x - _CAP:g} {high + _CAP:g}l{_CAP:g} {-_CAP:g}"
                             f"l{_CAP:g} {_CAP:g}", class_="cap"))  # fmt: skip
    if answer.value is not None:
        y = _height(float(answer.value), same)
        marks.append(element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="2.4"))
    return marks


def _line(x: float, y: float, to_x: float, to_y: float, name: str) -> Tree:
    ends = {"x1": x, "y1": y, "x2": to_x, "y2": to_y}
    return element("line", **{key: f"{end:.1f}" for key, end in ends.items()}, class_=name)


def _across(answer: Answer, same: Sequence[Answer]) -> float:
    days = [each.period.end.toordinal() for each in same if each.period]
    day = answer.period.end.toordinal() if answer.period else days[0]
    share = (day - min(days)) / max(max(days) - min(days), 1)
    return _EDGE + share * (_WIDE - 2 * _EDGE)


def _height(amount: float, same: Sequence[Answer]) -> float:
    """Place an amount between the least and the most of all; a picture this small has no zero."""
    known = [
        float(end)
        for each in same
        if each.bounds
        for end in (each.bounds.low, each.bounds.high, each.value)
        if end is not None
    ]
    share = (amount - min(known)) / ((max(known) - min(known)) or 1)
    return _TALL - _EDGE - share * (_TALL - 2 * _EDGE)
