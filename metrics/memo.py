"""A comparison as one HTML file to send or print: numbers, their footnotes, claims and method.

It runs no script and asks for nothing from elsewhere; whatever comes from data is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from metrics import claim, compare, export, suppose, trace
from schemas import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metrics.compare import Cell, Line, Remedy
    from metrics.derive import Answer
    from metrics.lens import Lens
    from schemas.book import Book, Row

# What is drawn, each on a scale of its own.
CHARTS = ("cash_reserves", "revenue", "runway", "revenue_per_employee")
# Sizes of a chart, in its own units: all of it, a row, a bar and where it stands in its row.
_WIDTH, _ROW, _BAR, _DOWN = 420, 44, 12, 22
# How far an end that is not known is drawn beyond the largest number that is.
_ROOM, _OPEN = 1.1, 1.06
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59616d;--rule:#d5d9e0;--pale:#f4f5f7;
--page:#fff;--bar:#3b6ea5;--link:#1f4e9e}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#a3abb7;--rule:#3a414b;--pale:#22272e;
--page:#16191d;--bar:#6ea3dc;--link:#8ab8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI","PingFang SC","PingFang TC","Noto Sans CJK SC",
"Microsoft YaHei",sans-serif}
main{max-width:68rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;text-wrap:balance}
h2{font-size:1.2rem;margin:2.6rem 0 .7rem}
h3{font-size:1rem;margin:0 0 .3rem}
p{margin:.4rem 0;max-width:46rem}
a{color:var(--link);text-underline-offset:.15em}
small,.soft{color:var(--soft);font-size:.84em}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums lining-nums}
th,td{text-align:left;vertical-align:top;padding:.5rem .8rem .5rem 0;
border-bottom:1px solid var(--rule)}
thead th{border-bottom:2px solid var(--ink);white-space:nowrap}
tbody th{font-weight:400;min-width:9rem;max-width:17rem}
tbody tr:not(.group) th,thead th:first-child{position:sticky;left:0;background:var(--page)}
td{min-width:7.5rem}
td b{font-weight:600}
td span{white-space:nowrap}
tr.group th{background:var(--pale);font-weight:600;padding-left:.5rem}
th small,td small{display:block;line-height:1.35}
sup{font-size:.7em;line-height:0;margin-left:.15em}
sup a{text-decoration:none;padding:0 .1em}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));
gap:1.4rem 2.5rem}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:14px;fill:var(--ink)}
svg .bar{fill:var(--bar)}svg .open{fill:var(--bar);opacity:.3}
svg .mark{stroke:var(--ink);stroke-width:2}svg .base{stroke:var(--soft)}
ol.notes{padding-left:2.2rem;font-size:.9rem}
ol.notes li{margin:.35rem 0;overflow-wrap:anywhere}
ol.notes li:target{background:var(--pale)}
q{quotes:"“" "”"}
ul.claims{list-style:none;padding:0}
ul.claims li{border-left:3px solid var(--rule);padding:.1rem 0 .1rem .9rem;margin:.9rem 0}
.verdict{border:1px solid var(--soft);border-radius:.3rem;padding:0 .4rem;font-size:.84em;
white-space:nowrap}
@media (max-width:40rem){body{font-size:15px}main{padding:1.5rem 1rem 3rem}h1{font-size:1.5rem}
tbody th{min-width:8rem;max-width:8rem}td{min-width:7rem}tbody th small{font-size:.78em}}
code{font-size:.85em;overflow-wrap:anywhere}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--rule:#bbb;--pale:#f2f2f2;--page:#fff;
--bar:#3b6ea5;--link:#000}
@page{margin:16mm 14mm}body{font-size:9.5pt}main{padding:0;max-width:none}h1{font-size:18pt}
h2{font-size:12pt;margin-top:1.6em}h2,tr.group{break-after:avoid}
tr,li,figure{break-inside:avoid}thead{display:table-header-group}
.wide{overflow:visible}td,tbody th{min-width:0;padding:.35em .7em .35em 0}
tbody th{position:static;width:32%;max-width:none}td span{white-space:normal}
.charts{grid-template-columns:1fr 1fr;gap:1em 2em}svg text{font-size:17px}
ol.notes{font-size:.9em}a{text-decoration:none}sup{font-size:.7em}
tr.group th,svg *{print-color-adjust:exact}}
"""


def memo(book: Book, lines: Sequence[Line], lens: Lens) -> bytes:
    """Write a comparison as one self-contained HTML file in UTF-8."""
    order = list(book.catalog)
    shown = [line for line in lines if not line.is_empty]
    shown.sort(key=lambda line: order.index(line.metric))
    remedies = compare.remedies(book, shown, lens)
    return "".join(_Memo(book, lens, tuple(shown), remedies).page()).encode()


@dataclass(frozen=True, slots=True)
class _Memo:
    """A memo being written; footnotes get their numbers in the order they are first asked for."""

    book: Book
    lens: Lens
    lines: tuple[Line, ...]
    remedies: Mapping[str, tuple[Remedy, ...]]
    notes: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def say(self, key: str, **args: object) -> str:
        return escape(words.say(self.lens.language, f"away.{key}", **args))

    @property
    def language(self) -> str:
        return self.lens.language

    @property
    def supposed(self) -> str:
        return suppose.note(self.book, self.language)

    def page(self) -> Iterator[str]:
        names = (
            [self.name(cell.answer.company) for cell in self.lines[0].cells] if self.lines else []
        )
        listed = words.say(self.language, "list").join(names)
        key = "away.memo.title" if names else "away.title"
        title, note = words.say(self.language, key, names=listed), self.supposed
        if note:
            title = words.say(self.language, "supposed.title", title=title)
        title = escape(title)
        yield f'<!doctype html>\n<html lang="{escape(self.language)}">\n<meta charset="utf-8">\n'
        yield '<meta name="viewport" content="width=device-width">\n'
        # The word behind what is hypothetical is a picture that stands in the file itself.
        policy = f"{_POLICY}; img-src data:" if note else _POLICY
        yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        yield '<meta name="referrer" content="no-referrer">\n'
        ground = _ground(words.say(self.language, "supposed.mark")) if note else ""
        yield f"<title>{title}</title>\n<style>{_STYLE}{ground}</style>\n<main>\n<h1>{title}</h1>\n"
        yield f'<p class="supposed" role="note">{escape(note)}</p>\n' if note else ""
        made = escape(export.made(self.book, self.lens))
        yield f'<p class="soft">{made}</p>\n'
        yield from self.table(names)
        yield from self.charts()
        yield from self.claims()
        yield f'<h2 id="notes">{self.say("memo.notes")}</h2>\n<ol class="notes">\n'
        yield from self.notes.values()
        yield f"</ol>\n<h2>{self.say('memo.method')}</h2>\n"
        for key in ("method", "memo.chosen", "memo.converted", "memo.bounds", "memo.advice"):
            yield f"<p>{self.say(key)}</p>\n"
        yield "</main>\n</html>\n"

    def name(self, company: str) -> str:
        return self.book.companies[company].name.in_language(self.language)

    # -- the comparison

    def table(self, names: Sequence[str]) -> Iterator[str]:
        heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
        label, first = self.say("sheet.compare"), self.say("column.metric")
        yield f'<div class="wide" tabindex="0" role="region" aria-label="{label}"><table>\n'
        yield f'<thead><tr><th scope="col">{first}</th>{heads}</tr></thead>\n'
        catalog = self.book.catalog
        for group, lines in groupby(self.lines, key=lambda line: catalog[line.metric].group):
            label = escape(words.say(self.language, f"group.{group}"))
            head = f'<th scope="rowgroup" colspan="{len(names) + 1}">{label}</th>'
            yield f'<tbody><tr class="group">{head}</tr>\n'
            for line in lines:
                cells = "".join(self.cell(cell, is_best=line.best == place)
                                for place, cell in enumerate(line.cells))  # fmt: skip
                head = f"{escape(words.label(self.language, line.metric))}{self.verdict(line)}"
                yield f'<tr><th scope="row">{head}</th>{cells}</tr>\n'
            yield "</tbody>\n"
        yield "</table></div>\n"

    def verdict(self, line: Line) -> str:
        if line.verdict != "not_comparable":
            return ""
        why = trace.reason(line.reason, self.language)
        remedy = trace.remedy(self.remedies[line.metric], line.metric, self.language)
        told = [self.say("not_comparable"), escape(why), escape(remedy)]
        return (
            f"<small>{escape(words.say(self.language, 'clauses')).join(filter(None, told))}</small>"
        )

    def cell(self, cell: Cell, *, is_best: bool) -> str:
        answer = cell.answer
        if answer.bounds is None:
            told = trace.statuses(answer, self.language)
            if answer.is_hypothetical:
                told = words.say(self.language, "supposed.marked", text=told)
            return f"<td><small>{escape(told)}</small></td>"
        text = escape(trace.text(answer, self.language))
        about = [words.say(self.language, "supposed.mark")] if answer.is_hypothetical else []
        about += [words.period(self.language, answer.period)] if answer.period else []
        if answer.status != "ok":
            about.append(trace.statuses(answer, self.language))
        if is_best:
            about.append(words.say(self.language, "away.memo.best"))
        told = escape(" · ".join(about))
        mark = self.mark(self.noted(answer))
        kind = ' class="hypothetical"' if answer.is_hypothetical else ""
        return f"<td{kind}><span><b>{text}</b>{mark}</span><small>{told}</small></td>"

    # -- footnotes

    def mark(self, key: str) -> str:
        number = self.numbers[key]
        return f'<sup><a href="#n{number}">{number}</a></sup>'

    def noted(self, answer: Answer) -> str:
        """Keep a footnote for an answer and for all it is made of; give its key."""
        if answer.choice and not answer.receipts:
            return self.printed(answer.choice.row)
        key = f"{answer.id} {answer.unit}"
        if key in self.numbers:
            return key
        self.numbers[key] = len(self.numbers) + 1
        under = [self.noted(each) for each in answer.inputs]
        if answer.choice:
            under.append(self.printed(answer.choice.row))
        marks = escape(words.say(self.language, "list")).join(
            f'<a href="#n{self.numbers[each]}">{self.numbers[each]}</a>'
            for each in dict.fromkeys(under)
        )
        what = self.of(self.name(answer.company), words.label(self.language, answer.metric))
        parts = [f"{escape(what)} = {escape(trace.marked(answer, self.language))}"]
        if answer.formula:
            said = escape(trace.definition(answer, self.language))
            parts.append(self.of(said, f"<code>{escape(answer.formula)}</code>"))
        parts.append(self.say("memo.from").replace("[]", marks))
        parts += [escape(self.rate(each)) for each in trace.of_answer(
            self.book, answer, self.language)["receipts"]]  # fmt: skip
        reasons = trace.reasons(answer, self.language)
        parts += [escape(reasons)] if reasons else []
        self.note(key, parts, answer.id)
        return key

    def note(self, key: str, parts: Iterable[str], name: str) -> None:
        told = words.say(self.language, "clauses").join(parts)
        item = f'<li id="n{self.numbers[key]}" value="{self.numbers[key]}">{told} '
        self.notes[key] = f"{item}<small>[{escape(name)}]</small></li>\n"
        ordered = sorted(self.notes.items(), key=lambda each: self.numbers[each[0]])
        self.notes.clear()
        self.notes.update(ordered)

    def rate(self, told: trace.Trace) -> str:
        days = told["end"] if told["days"] == 1 else f"{told['start']}/{told['end']}"
        kind = words.say(self.language, f"away.rate.{told['kind']}")
        rate = f"1 {told['base']} = {told['rate']:.6g} {told['quote']}"
        return f"{rate} ({kind}, {days}, {told['source']})"

    def printed(self, row: Row) -> str:
        """Keep a footnote for an observation: what is printed, where, by whom."""
        if row.id in self.numbers:
            return row.id
        self.numbers[row.id] = len(self.numbers) + 1
        told = trace.observation(self.book, row, self.language)
        about = self.of(told["company"], told["label"])
        period = told["period_text"]
        what = words.say(self.language, "away.memo.dated", what=about, period=period)
        if row.is_hypothetical:
            said = suppose.listed(self.book, suppose.under(self.book, [row]), self.language)
            supposed = [f"{escape(what)} = {escape(told['text'])}", escape(told["publisher"])]
            self.note(row.id, [*supposed, escape(said)], row.id)
            return row.id
        source = words.say(self.language, "list").join(
            escape(each)
            for each in (told["publisher"], told["title"], told["published"], told["place"])
            if each
        )
        quoted = f'<q lang="{escape(told["language"])}">{escape(row.as_stated)}</q>'
        parts = [self.of(escape(what), f"{quoted} = {escape(told['text'])}"), source]
        parts += [escape(told["because"])] if told["because"] else []
        parts.append(_link(told["url"]) or self.say("no_link"))
        self.note(row.id, parts, row.id)
        return row.id

    def of(self, what: str, said: str) -> str:
        """Put a colon between, as the language does."""
        return words.say(self.language, "away.memo.of", what=what, said=said)

    # -- claims

    def claims(self) -> Iterator[str]:
        rows = {row.id: row for line in self.lines for cell in line.cells for row in cell.claims}
        if not rows:
            return
        yield f'<h2>{self.say("sheet.claims")}</h2>\n<ul class="claims">\n'
        for row in rows.values():
            found = claim.verdict(self.book, row, self.lens)
            told = trace.of_claim(self.book, found, self.lens)
            head = escape(self.of(told["company"], self.of(told["label"], told["text"])))
            yield f"<li><b>{head}</b>{self.mark(self.printed(row))} "
            yield f'<span class="verdict">{escape(told["verdict_text"])}</span>'
            yield f"<br>{escape(told['verdict_says'])}"
            for each in told["implied"]:
                side = trace.spelled(self.book, each["side"], self.language)
                args = {"definition": each["definition_text"], "side": side, "text": each["text"]}
                implied = self.say("memo.implied", **args)
                yield f"<br><small>{implied}</small>"
            yield "</li>\n"
        yield "</ul>\n"

    # -- charts

    def charts(self) -> Iterator[str]:
        drawn = [figure for metric in CHARTS if (figure := self.chart(metric))]
        if drawn:
            yield f'<h2>{self.say("memo.charts")}</h2>\n<div class="charts">\n'
            yield from drawn
            yield f'</div>\n<p class="soft">{self.say("memo.key")}</p>\n'

    def chart(self, metric: str) -> str:
        line = next((line for line in self.lines if line.metric == metric), None)
        answers = [cell.answer for cell in line.cells if cell.answer.bounds] if line else []
        units = {each.unit for each in answers}
        if len(units) > 1:  # one axis takes one currency
            common = replace(self.lens, currency=compare.COMMON)
            names = [each.company for each in answers]
            again = compare.compare(self.book, names, common, [metric])[0]
            answers = [cell.answer for cell in again.cells if cell.answer.bounds]
        if not answers:
            return ""
        label = escape(words.label(self.language, metric))
        told = "; ".join(f"{self.name(each.company)} {trace.marked(each, self.language)}"
                         for each in answers)  # fmt: skip
        ends = [_ends(each) for each in answers]
        most = max((max(low, high or low) for low, high in ends), default=0.0) or 1.0
        least = min(0.0, *(low for low, _ in ends))
        bars = "".join(self.bar(row, each, (least, most)) for row, each in enumerate(answers))
        tall = _ROW * len(answers)
        zero = _at(0.0, (least, most))
        return (
            f'<figure style="margin:0"><h3>{label}</h3>'
            f'<svg viewBox="0 0 {_WIDTH} {tall}" role="img" aria-label="{label}: {escape(told)}">'
            f'{bars}<line class="base" x1="{zero}" x2="{zero}" y1="0" y2="{tall}"/></svg>'
            "</figure>\n"
        )

    def bar(self, row: int, answer: Answer, scale: tuple[float, float]) -> str:
        top = _ROW * row
        low, high = _ends(answer)
        reach = high if high is not None else scale[1] * _OPEN
        zero, first, last = (_at(each, scale) for each in (0.0, low, reach))
        y = top + _DOWN
        text = f"{self.name(answer.company)}  {trace.marked(answer, self.language)}"
        parts = [
            f'<text x="{_at(0.0, scale) + 4}" y="{top + 15}">{escape(text)}</text>',
            _box("bar", zero, first, y),
            _box("open", first, last, y),
        ]
        if high is None:
            middle, end = y + _BAR / 2, last + 8
            parts.append(f'<path class="bar" d="M{last} {y}L{end} {middle}L{last} {y + _BAR}z"/>')
        if answer.value is not None and low != high:
            x = _at(float(answer.value), scale)
            parts.append(f'<line class="mark" x1="{x}" x2="{x}" y1="{y - 2}" y2="{y + _BAR + 2}"/>')
        return "".join(parts)


def _ground(word: str) -> str:
    """Draw the word across what is hypothetical, too faint to hinder reading; in print as well."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="260" height="130">'
        f'<text x="18" y="92" font-family="sans-serif" font-size="19" fill="#808080" '
        f'fill-opacity=".2" transform="rotate(-20 130 65)">{escape(word)}</text></svg>'
    )
    return (
        f'.wide,.charts{{background-image:url("data:image/svg+xml,{quote(drawn)}");'
        "print-color-adjust:exact}td.hypothetical b{border-bottom:2px dashed currentColor}"
        ".supposed{border:2px dashed currentColor;padding:.4rem .8rem}"
    )


def _link(address: str) -> str:
    """Write an address as a link if it is one of the web, which is what our readers can follow."""
    if not address.startswith(("https://", "http://")):
        return escape(address)
    return f'<a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>'


def _ends(answer: Answer) -> tuple[float, float | None]:
    """Take both ends; no low one is drawn from zero."""
    bounds = answer.bounds
    low = float(bounds.low) if bounds and bounds.low is not None else 0.0
    return low, float(bounds.high) if bounds and bounds.high is not None else None


def _at(number: float, scale: tuple[float, float]) -> float:
    least, most = scale
    return round((number - least) / ((most - least) * _ROOM) * _WIDTH, 1)


def _box(kind: str, first: float, last: float, top: float) -> str:
    left, wide = min(first, last), round(abs(last - first), 1)
    return f'<rect class="{kind}" x="{left}" y="{top}" width="{wide}" height="{_BAR}"/>'
