"""One metric of one company over time, each figure with its bounds and its period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, cast

import altair as alt
import pandas as pd
import streamlit as st

from metrics import trace
from metrics.compare import DEFAULT
from schemas import words
from views import _charts, _controls, _shelf, _table
from views._element import Tree, element, mount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrics.derive import Answer
    from views._view import View

_TALL = 280
_ROOM = 1.18
_BELOW = 1.05
_TEXT = "currentColor"


@dataclass(frozen=True, slots=True)
class _Mark:
    """A row of the chart's data: where each mark of one figure stands; None is not drawn."""

    start: str | None
    end: str
    level: float
    low: float
    high: float
    low_cap: float | None
    high_cap: float | None
    arrow: float | None
    value: float | None
    text: str
    fill: str
    colour: str
    least: float
    most: float


def section(view: View) -> None:
    """Draw the section: which metric, its chart, and what its marks mean."""
    counts = _counts(view)
    # One period has no course; where none has more there is nothing to draw.
    if max(counts.values(), default=0) < 2:  # noqa: PLR2004
        return
    metric = view.choice.metric
    if "metric" not in view.choice.query:
        # Of what an investor reads first, else of anything.
        first = {name: count for name, count in counts.items() if name in DEFAULT and count > 1}
        metric = max(first or counts, key=lambda name: counts[name])
    answers, converted = _answers(view, metric)
    mount("timeline-head", view.language, _head(view, counts, metric), _hint(view, converted))
    if answers:
        with _charts.ground(view, "ground-timeline"):
            st.vega_lite_chart(
                pd.DataFrame(_marks(view, answers)),
                _spec(*_charts.axis_of(view, answers[0]), view.language),
                height=_TALL,
                alt=_told(view, answers),
                key="timeline",
            )
    key = "timeline.key" if answers else "timeline.none"
    mount("timeline-foot", view.language, element("p", view.say(key), class_="hint"))


def _counts(view: View) -> dict[str, int]:
    """Count the periods of each metric that has a number, in the catalogue's order."""
    flows, balances = _shelf.statements(view.book, view.choice.company, view.choice.lens)
    found: dict[str, int] = {}
    for line in (*flows.lines, *balances.lines):
        found[line.metric] = found.get(line.metric, 0) + len(line.answers)
    return {name: found[name] for name in view.book.catalog if name in found}


def _answers(view: View, metric: str) -> tuple[list[Answer], str]:
    """Give the figures, oldest first, in one currency where they come in several."""
    found = _found(view, metric, view.choice.lens.currency)
    if len({each.unit for each in found}) < 2:  # noqa: PLR2004 - one unit needs no common one
        return found, ""
    return _found(view, metric, _charts.COMMON), _charts.COMMON


def _found(view: View, metric: str, currency: str) -> list[Answer]:
    lens = replace(view.choice.lens, currency=currency)
    every = _shelf.statements(view.book, view.choice.company, lens)
    answers = [
        answer
        for each in every
        for line in each.lines
        if line.metric == metric
        for answer in line.answers.values()
        if answer.bounds is not None and answer.period
    ]
    return sorted(answers, key=_end)


def _end(answer: Answer) -> date:
    return answer.period.end if answer.period else date.min


def _head(view: View, counts: Iterable[str], metric: str) -> Tree:
    offered = list(counts)
    if metric not in offered:
        offered.insert(0, metric)
    pick = element(
        "select",
        [_controls.option(view, each, metric) for each in offered],
        data_name="metric",
        aria_label=view.say("chart.metric"),
    )
    return element("div", element("h2", view.say("timeline.title")), pick, class_="tools section")


def _hint(view: View, converted: str) -> Tree | None:
    if not converted:
        return None
    return element("p", view.say("chart.converted", currency=converted), class_="hint")


def _told(view: View, answers: Sequence[Answer]) -> str:
    told = [
        view.say(
            "chart.alt_one",
            name=words.period(view.language, each.period) if each.period else "",
            text=trace.marked(each, view.language),
        )
        for each in answers
    ]
    label = words.label(view.language, answers[0].metric)
    return view.say("chart.alt", metric=label, told="; ".join(told))


def _marks(view: View, answers: Sequence[Answer]) -> list[_Mark]:
    found = [end for each in answers for end in _charts.ends(each)]
    most, least = max(0.0, *found), min(0.0, *found)
    return [_mark(view, each, least * _ROOM, most * _ROOM) for each in answers]


def _mark(view: View, answer: Answer, least: float, most: float) -> _Mark:
    bounds, period = answer.bounds, answer.period
    if bounds is None or period is None:  # pragma: no cover - only what has both is drawn
        raise TypeError
    colour = _charts.COLOURS[_table.hue(view.book, answer.company)]
    low = least if bounds.low is None else float(bounds.low)
    high = most / _BELOW if bounds.high is None else float(bounds.high)
    value = None if answer.value is None else float(answer.value)
    return _Mark(
        start=str(period.start) if period.start else None,
        end=str(period.end),
        level=low if value is None else value,
        low=low,
        high=high,
        low_cap=None if bounds.low_open or bounds.is_point else low,
        high_cap=None if bounds.high_open or bounds.is_point else high,
        arrow=high if bounds.high is None else None,
        value=value,
        text=trace.marked(answer, view.language),
        fill="transparent" if answer.status == "planned" else colour,
        colour=colour,
        least=least,
        most=most,
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _spec(kind: str, title: str, language: str) -> _charts.Spec:
    """Build the chart without its data: time across, amounts up from zero."""
    side = alt.Axis(
        title=title or None, labelExpr=_charts.labels(kind, language), tickCount=5, grid=True,
        titleAnchor="end", titleAngle=0, titleAlign="left", titleX=4, titleY=-8,
        labelFontSize=12, titleFontSize=12, domain=False, ticks=False,
        labelColor=_TEXT, titleColor=_TEXT, titleFontWeight="normal", gridOpacity=0.5,
    )  # fmt: skip
    below = alt.Axis(
        title=None, format="%Y-%m", tickCount=6, grid=False, labelFontSize=12, labelColor=_TEXT,
        domainOpacity=0.3, ticks=False, labelFlush=True, labelOverlap=True,
    )  # fmt: skip
    scale = alt.Scale(zero=True, nice=False)

    def at(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=side, scale=scale)

    across = alt.X("end:T", axis=below, scale=alt.Scale(nice=False, padding=36))
    base = alt.Chart().encode(x=across)
    colour = alt.Color("colour:N", scale=None)
    stroke, fill = alt.Stroke("colour:N", scale=None), alt.Fill("fill:N", scale=None)
    unseen = base.mark_point(opacity=0)
    span = base.mark_rule(strokeWidth=2, opacity=0.35)
    rule = base.mark_rule(strokeWidth=2.5)
    cap = base.mark_tick(thickness=2.5, size=13, orient="horizontal")
    arrow = base.mark_text(text="▴", fontSize=22, dy=-4)
    point = base.mark_point(size=70, strokeWidth=2.5, opacity=1)
    label = base.mark_text(dy=-16, fontSize=12, color=_TEXT)
    chart = alt.layer(
        unseen.encode(y=at("least")),
        unseen.encode(y=at("most")),
        span.encode(x=alt.X("start:T", axis=below), x2="end:T", y=at("level"), color=colour),
        rule.encode(y=at("low"), y2="high:Q", color=colour),
        cap.encode(y=at("low_cap"), color=colour),
        cap.encode(y=at("high_cap"), color=colour),
        arrow.encode(y=at("arrow"), color=colour),
        point.encode(y=at("value"), stroke=stroke, fill=fill),
        label.encode(y=at("high"), text="text:N"),
    )
    chart = chart.properties(width="container", background="transparent")
    chart = chart.configure_view(strokeWidth=0)
    return cast("_charts.Spec", _charts.bare(chart.configure_mark(aria=False).to_dict()))
