"""One figure across companies, drawn with its bounds and with nothing that sources leave open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import pandas as pd
import streamlit as st

from metrics import trace
from schemas import words
from schemas.unit import unit
from views import _controls, _shelf, _table
from views._element import Tree, element, mount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.delta_generator import DeltaGenerator

    from metrics.compare import Cell, Line
    from metrics.derive import Answer
    from views._view import View

Spec = dict[str, Any]

# One list for light and dark, at least 3:1 on both, kept apart for the common kinds of colour
# blindness; more than six cannot be. Which one a company has is `_table.hue`'s to say.
COLOURS = ("#4A78A5", "#D86C00", "#9100F2", "#8C563F", "#909094", "#CA6DF2")
# Where figures in several currencies must share an axis.
COMMON = "USD"
_ROW = 52
_AXIS = 74
# How far beyond the last amount the axis goes, and a line that has no end.
_ROOM, _OPEN = 1.16, 1.12
_WORDS = 7  # pixels from the top of a row to the middle of its words
_DOWN = 5  # pixels by which marks make room for the words above them
_SHADE = "33"  # a fifth of the colour, as two more hexadecimal digits
_NOTHING = "transparent"
_TEXT = "currentColor"  # the page's own, light or dark


@dataclass(frozen=True, slots=True)
class _Mark:
    """A row of the chart's data: where each mark of one company stands; None is not drawn."""

    company: str
    text: str  # the name and the amount, as written above the bar
    colour: str
    shade: str
    edge: str
    fill: str
    floor: float | None
    sure: float | None
    frame: float | None
    low: float
    reach: float
    low_cap: float | None
    high_cap: float | None
    arrow: float | None
    value: float | None
    least: float
    most: float


def section(view: View, lines: Sequence[Line]) -> None:
    """Draw the section: which figure on which scale, its chart, and who has no number for it."""
    line, converted = _line(view)
    log = view.choice.log
    drawn = [cell for cell in line.cells if has_place(cell.answer, log=log)]
    mount("chart-head", view.language, _head(view, lines), _hint(view, converted))
    if drawn:
        with ground(view, "ground-chart"):
            draw(view, drawn, _ROW)
    mount("chart-foot", view.language, _foot(view, line, drawn))


def ground(view: View, key: str) -> DeltaGenerator:
    """Make room for a chart, with the word across its ground where something is supposed."""
    return st.container(key=key if view.is_hypothetical else f"plain-{key}")


def draw(view: View, cells: Sequence[Cell], row: int) -> None:
    """Draw a bar for each company that has a number, one below the other, so many pixels each."""
    axis = axis_of(view, cells[0].answer)
    spec = _spec(*axis, view.language, row, log=view.choice.log)
    tall = row * len(cells) + _AXIS
    st.vega_lite_chart(
        _data(view, cells), spec, height=tall, alt=alt_text(view, cells), key="chart"
    )


def _line(view: View) -> tuple[Line, str]:
    """Find the figure, in a common currency where several would share the axis."""
    choice = view.choice
    line = _shelf.line(view.book, choice.companies, choice.lens, choice.metric, choice.by)
    units = {cell.answer.unit for cell in line.cells if cell.answer.bounds is not None}
    if len(units) == 1 or not units:
        return line, ""
    lens = replace(choice.lens, currency=COMMON)
    return _shelf.line(view.book, choice.companies, lens, choice.metric, choice.by), COMMON


def has_place(answer: Answer, *, log: bool) -> bool:
    """Say whether an answer can be drawn: there is no zero on a log scale, nor less."""
    bounds = answer.bounds
    if bounds is None:
        return False
    return not log or (bounds.low is not None and bounds.low > 0)


# -- words around it --------------------------------------------------------------------------


def _head(view: View, lines: Sequence[Line]) -> Tree:
    choice = view.choice
    there = [line.metric for line in lines if any(cell.answer.bounds for cell in line.cells)]
    offered = there if choice.metric in there else [choice.metric, *there]
    pick = element(
        "select",
        [_controls.option(view, metric, choice.metric) for metric in offered],
        data_name="metric",
        aria_label=view.say("chart.metric"),
    )
    ways = [
        (view.say("chart.linear"), choice.link(log=None), not choice.log),
        (view.say("chart.log"), choice.link(log="1"), choice.log),
    ]
    scale = _controls.switch(view.say("chart.scale"), ways)
    return element(
        "div", element("h2", view.say("chart.title")), pick, scale, class_="tools section"
    )


def _hint(view: View, converted: str) -> Tree | None:
    if not converted:
        return None
    return element("p", view.say("chart.converted", currency=converted), class_="hint")


def _foot(view: View, line: Line, drawn: Sequence[Cell]) -> list[Tree]:
    told = []
    missing = [each for each in line.cells if each.answer.bounds is None]
    unplaced = [each for each in line.cells if each not in drawn and each not in missing]
    if drawn:
        told.append(view.say("chart.key"))
    if any(cell.answer.status == "planned" for cell in drawn):
        told.append(view.say("chart.planned"))
    if unplaced:
        told.append(view.say("chart.no_log", names=_names(view, unplaced)))
    if missing:
        key = "chart.none" if drawn else "chart.empty"
        told.append(view.say(key, names=_names(view, missing)))
    return [element("p", text, class_="hint") for text in told]


def _names(view: View, cells: Sequence[Cell]) -> str:
    names = [view.name(cell.answer.company) for cell in cells]
    return words.say(view.language, "list").join(names)


def alt_text(view: View, cells: Sequence[Cell]) -> str:
    """Tell the chart in words, amounts with their qualifiers."""
    told = [
        view.say(
            "chart.alt_one",
            name=view.name(cell.answer.company),
            text=trace.marked(cell.answer, view.language),
        )
        for cell in cells
    ]
    label = words.label(view.language, cells[0].answer.metric)
    return view.say("chart.alt", metric=label, told="; ".join(told))


# -- marks ------------------------------------------------------------------------------------


def _data(view: View, cells: Sequence[Cell]) -> pd.DataFrame:
    """Place the marks: one row per company, columns named by `_Mark`, amounts in the axis' unit."""
    found = [end for cell in cells for end in ends(cell.answer)]
    most, least = max(0.0, *found), min(0.0, *found)
    return pd.DataFrame([_mark(view, cell, least, most) for cell in cells])


def ends(answer: Answer) -> list[float]:
    """List the amounts that an axis has to reach."""
    bounds = answer.bounds
    found = (bounds.low, bounds.high, answer.value) if bounds else ()
    return [float(end) for end in found if end is not None]


def _mark(view: View, cell: Cell, least: float, most: float) -> _Mark:
    answer, bounds = cell.answer, cell.answer.bounds
    if bounds is None:  # pragma: no cover - only companies with a number are drawn
        raise TypeError
    colour = COLOURS[_table.hue(view.book, answer.company)]
    low = least * _OPEN if bounds.low is None else float(bounds.low)
    high = most * _OPEN if bounds.high is None else float(bounds.high)
    value = None if answer.value is None else float(answer.value)
    planned, log = answer.status == "planned", view.choice.log
    return _Mark(
        company=answer.company,
        text=f"{view.name(answer.company)}\N{EM SPACE}{trace.marked(answer, view.language)}",
        colour=colour,
        shade=_NOTHING if planned else colour + _SHADE,
        edge=colour if planned else _NOTHING,
        fill=_NOTHING if planned else colour,
        # A log axis has no zero to measure a bar from.
        floor=None if log else 0.0,
        sure=None if log else low,
        frame=low if answer.is_hypothetical and not log else None,
        low=low,
        reach=high,
        low_cap=None if bounds.low_open or bounds.is_point else low,
        high_cap=None if bounds.high_open or bounds.is_point else high,
        arrow=high if bounds.high is None else None,
        value=value,
        least=min(ends(answer), default=1.0) / _ROOM if log else least * _ROOM,
        most=most * _ROOM,
    )


def axis_of(view: View, answer: Answer) -> tuple[str, str]:
    """Choose how an axis writes an answer's amounts, and its title."""
    measured = unit(answer.unit)
    title = words.currency(view.language, measured.currency) if measured.currency else ""
    for name in measured.under:
        title = words.say(view.language, f"per.{name}", x=title)
    return "share" if answer.unit == "share" else "number", title


# The specification holds no data, so it serves everyone who looks at this kind of figure. It is
# built by Altair once: that takes longer than everything else on the page together.
@st.cache_resource(max_entries=64, show_spinner=False)
def _spec(kind: str, title: str, language: str, row: int, *, log: bool) -> Spec:
    axis = alt.Axis(
        title=title or None, labelExpr=labels(kind, language), tickCount=6, grid=True,
        titleAnchor="end", labelFontSize=12, titleFontSize=12, domain=False, ticks=False,
        labelColor=_TEXT, titleColor=_TEXT, titleFontWeight="normal", gridOpacity=0.5,
    )  # fmt: skip
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=True, nice=False)
    layers = _layers(axis, scale, row)
    # What stands on the page behind a chart is to be seen.
    chart = alt.layer(*layers).properties(width="container", background="transparent")
    chart = chart.configure_view(strokeWidth=0)
    # Told in words by the chart's alternative text; the marks by themselves say nothing aloud.
    return cast("Spec", bare(chart.configure_mark(aria=False).to_dict()))


def _layers(axis: alt.Axis, scale: alt.Scale, row: int) -> list[alt.Chart]:
    """Lay the marks over each other, in the fields of `_Mark`; explicit channels build fastest."""
    base = alt.Chart().encode(y=alt.Y("company:N", sort=None, axis=None))

    def at(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    colour = alt.Color("colour:N", scale=None)
    stroke, fill = alt.Stroke("colour:N", scale=None), alt.Fill("fill:N", scale=None)
    shade, edge = alt.Fill("shade:N", scale=None), alt.Stroke("edge:N", scale=None)
    bar = base.mark_bar(size=15, strokeWidth=1.5, yOffset=_DOWN)
    frame = base.mark_bar(size=19, strokeWidth=1.5, strokeDash=[5, 3], yOffset=_DOWN, fill=_NOTHING)
    rule = base.mark_rule(strokeWidth=2.5, yOffset=_DOWN)
    cap = base.mark_tick(thickness=2.5, size=15, yOffset=_DOWN)
    arrow = base.mark_text(text="▸", fontSize=24, dx=2, dy=-1, yOffset=_DOWN)
    point = base.mark_point(size=85, strokeWidth=2.5, opacity=1, yOffset=_DOWN)
    unseen = base.mark_point(opacity=0)
    # Names and amounts stand above the bars, where a narrow screen has room for them too.
    words_above = base.mark_text(align="left", dy=_WORDS - row / 2, fontSize=13, color=_TEXT)
    return [
        # Where the axis begins and ends.
        unseen.encode(x=at("least")),
        unseen.encode(x=at("most")),
        bar.encode(x=at("floor"), x2="sure:Q", fill=shade, stroke=edge),
        frame.encode(x=at("frame"), x2=alt.X2Datum(0), stroke=alt.value(_TEXT)),
        rule.encode(x=at("low"), x2="reach:Q", color=colour),
        cap.encode(x=at("low_cap"), color=colour),
        cap.encode(x=at("high_cap"), color=colour),
        arrow.encode(x=at("arrow"), color=colour),
        point.encode(x=at("value"), stroke=stroke, fill=fill),
        words_above.encode(x=alt.value(0), text="text:N"),
    ]


def labels(kind: str, language: str) -> str:
    """Write an axis' numbers as its readers do: 1.5B, 15亿, 70%. The words are ours alone."""
    if kind == "share":
        return "format(datum.value, '~%')"
    if language == "en":
        short = "format(datum.value, '.3~s')"
        return f"replace(replace({short}, 'G', 'B'), 'k', 'K')"
    large, small = (words.say(language, f"ui.axis.{name}") for name in ("yi", "wan"))
    return (
        f"abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',.4~r') + '{large}'"
        f" : abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',.4~r') + '{small}'"
        " : format(datum.value, ',.4~r')"
    )


def bare(spec: object) -> object:
    """Take out the empty data that Altair writes into every layer, which would draw a row."""
    if isinstance(spec, dict):
        kept = {key: each for key, each in spec.items() if key not in {"data", "datasets"}}
        return {key: bare(each) for key, each in kept.items()}
    return [bare(each) for each in spec] if isinstance(spec, list) else spec
