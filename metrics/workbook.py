"""Evidence as a workbook: a comparison whose every number is a live formula over printed figures.

Text is written as text, never as a formula; each formula carries the value that we worked out, so
that the two can be compared, and readers that work nothing out show it.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from metrics import claim, compare, export, replay, suppose, trace
from schemas import words
from schemas.unit import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from metrics.compare import Line
    from metrics.derive import Answer
    from metrics.fx import Receipt
    from metrics.lens import Lens
    from metrics.replay import End, Part
    from schemas.book import Book, Row

Format = dict[str, Any]

# Nothing in a text makes it anything but a text.
_PLAIN = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip
# What a cell, a link and a note can hold.
_CELL, _LINK, _NOTE = 32_000, 2_000, 2_000
# How tall a line of text is; spreadsheets do not look how many a cell needs.
_TALL = 17
# Paper sizes: A4, and A3 for what is as wide as a comparison.
_A4, _A3 = 9, 8
_INK, _PALE, _RULE, _INPUT = "#1F2328", "#F3F4F6", "#C9CED6", "#1F4E9E"
_HEAD: Format = {"bold": True, "bg_color": _PALE, "bottom": 1, "bottom_color": _RULE,
                 "text_wrap": True, "valign": "top"}  # fmt: skip
_SOFT: Format = {"font_color": "#5B6370"}
# Text that stands right of a number keeps away from it.
_APART: Format = {"align": "left", "indent": 1}
# What is hypothetical is hatched, which a print in black shows as well.
_HATCHED: Format = {"pattern": 14, "fg_color": _RULE, "bg_color": "#FFFFFF", "italic": True}
# Inputs in blue and formulas in black, as those who build models are used to.
_GIVEN: Format = {"font_color": _INPUT}

_INPUTS = (
    "id", "company", "metric", "printed", "value", "low", "high", "unit", "period", "months",
    "place", "publisher", "title", "published", "link", "file",
)  # fmt: skip
_RATES = ("base", "quote", "rate", "how", "first", "last", "days", "source")
_SOURCES = ("id", "kind", "publisher", "title", "published", "link")
_CLAIMS = (
    "company",
    "metric",
    "printed",
    "period",
    "verdict",
    "says",
    "publisher",
    "place",
    "link",
)
# How an end that is not reached is shown.
_SIGNS = {"low": '">"', "high": '"<"'}
_NUMERIC = ("value", "low", "high", "months", "rate", "days")
_WIDTHS = {
    "id": 34, "company": 16, "metric": 26, "printed": 22, "value": 18, "low": 18, "high": 18,
    "unit": 12, "period": 24, "months": 10, "place": 16, "publisher": 22, "title": 40,
    "published": 12, "link": 44, "file": 36, "base": 8, "quote": 8, "rate": 14, "how": 10,
    "first": 12, "last": 12, "days": 8, "source": 46, "kind": 18, "verdict": 16, "says": 60,
}  # fmt: skip
_ID = 14
# Widths of the first sheet: labels; a value, its two ends, what it is of; verdicts.
_LABEL, _VALUE, _END, _OF, _SAID = 32, 18, 17, 20, 40


def workbook(book: Book, lines: Sequence[Line], lens: Lens) -> bytes:
    """Write a comparison as a workbook (xlsx): what is on screen, its inputs, rates and sources."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as file:
        file.set_calc_mode("auto")
        created = datetime.combine(lens.at, time())
        title = words.say(lens.language, "away.title")
        if book.supposed:
            title = words.say(lens.language, "supposed.title", title=title)
        file.set_properties({"title": title, "created": created})
        order = list(book.catalog)
        shown = [line for line in lines if not line.is_empty]
        _Book(file, book, lens).write(sorted(shown, key=lambda line: order.index(line.metric)))
    return out.getvalue()


class _Book:
    """A workbook being written; cells of inputs and rates are given out as they are asked for."""

    def __init__(self, file: xlsxwriter.Workbook, book: Book, lens: Lens) -> None:
        self.file, self.book, self.lens = file, book, lens
        self.formats: dict[str, Any] = {}
        self.rows: dict[str, Row] = {}
        self.receipts: dict[tuple[object, ...], Receipt] = {}
        names = ("compare", "inputs", "rates", "claims", "sources", "about")
        self.sheets = {name: file.add_worksheet(self.say(f"sheet.{name}")) for name in names}
        for sheet in self.sheets.values():
            sheet.set_default_row(_TALL)
        self.supposed = suppose.note(book, lens.language)
        if self.supposed:
            # What is printed says it on every page.
            mark = words.say(lens.language, "supposed.mark")
            for sheet in self.sheets.values():
                sheet.set_header(f'&C&"-,Bold"{mark}')
                sheet.set_footer(f"&C{mark}")

    def say(self, key: str, **args: object) -> str:
        return words.say(self.lens.language, f"away.{key}", **args)

    def style(self, **told: object) -> Any:  # noqa: ANN401 - XlsxWriter ships no types
        key = repr(sorted(told.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format({"font_color": _INK, **told})
        return self.formats[key]

    # What `replay.Cells` asks for.
    def of(self, row: Row, end: End) -> str:
        self.rows.setdefault(row.id, row)
        return self.cell("inputs", list(self.rows).index(row.id) + 1, _INPUTS.index(end))

    def rate(self, receipt: Receipt) -> str:
        key = (
            receipt.base,
            receipt.quote,
            receipt.rate,
            receipt.start,
            receipt.end,
            receipt.source,
        )
        self.receipts.setdefault(key, receipt)
        return self.cell("rates", list(self.receipts).index(key) + 1, _RATES.index("rate"))

    def cell(self, sheet: str, row: int, column: int) -> str:
        name = self.say(f"sheet.{sheet}").replace("'", "''")
        return f"'{name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def write(self, lines: Sequence[Line]) -> None:
        _Comparison(self, lines).write()
        self.inputs()
        self.table("rates", _RATES, [self.receipt(each) for each in self.receipts.values()])
        self.claims(lines)
        stated = (row for row in self.rows.values() if not row.is_hypothetical)
        names = dict.fromkeys(row.source for row in stated)
        self.table("sources", _SOURCES, [self.source(name) for name in sorted(names)])
        self.about()

    # -- single cells

    def text(self, sheet: str, row: int, column: int, text: str, **style: object) -> None:
        self.sheets[sheet].write_string(row, column, text[:_CELL], self.style(**style))

    def number(
        self, sheet: str, row: int, column: int, number: Fraction | None, **style: object
    ) -> None:
        if number is not None:
            self.sheets[sheet].write_number(row, column, float(number), self.style(**style))

    def link(self, sheet: str, row: int, column: int, address: str) -> None:
        """Write an address as a link, which our own check of sources let pass as http or https."""
        if 0 < len(address) <= _LINK:
            self.sheets[sheet].write_url(row, column, address, self.style(**_GIVEN, underline=1,
                                         valign="top"), string=address)  # fmt: skip
        else:
            self.text(sheet, row, column, address or self.say("no_link"), valign="top")

    def note(self, sheet: str, row: int, column: int, lines: Iterable[str]) -> None:
        told = "\n".join(line for line in lines if line)[:_NOTE]
        tall = 20 + 18 * sum(1 + len(line) // 44 for line in told.split("\n"))
        size = {"width": 340, "height": min(tall, 420)}
        self.sheets[sheet].write_comment(row, column, told, {"author": "Footnote", **size})

    def head(self, sheet: str, columns: Sequence[str]) -> None:
        for column, name in enumerate(columns):
            self.sheets[sheet].set_column(column, column, _wide(sheet, name))
            side = {"align": "right"} if name in _NUMERIC else _side(columns, column)
            self.text(sheet, 0, column, self.say(f"column.{name}"), **_HEAD, **side)
        self.sheets[sheet].freeze_panes(1, 0)
        self.paper(sheet, _A3 if sheet == "inputs" else _A4)
        self.sheets[sheet].repeat_rows(0)

    def paper(self, sheet: str, size: int) -> None:
        """Print as wide as the paper is, with pages numbered."""
        into = self.sheets[sheet]
        into.set_landscape()
        into.set_paper(size)
        into.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        into.fit_to_pages(1, 0)
        into.set_footer("&L&A&R&P/&N")

    def tall(self, sheet: str, row: int, cells: Iterable[tuple[str, int]]) -> None:
        """Make a row as tall as its texts need, given with the widths of their columns."""
        lines = max((_lines(text, width) for text, width in cells), default=1)
        if lines > 1:
            self.sheets[sheet].set_row(row, _TALL * lines)

    # -- sheets

    def inputs(self) -> None:
        self.head("inputs", _INPUTS)
        for number, row in enumerate(self.rows.values(), 1):
            self.input(number, row)

    def input(self, at: int, row: Row) -> None:
        told = trace.observation(self.book, row, self.lens.language)
        hatched = _HATCHED if row.is_hypothetical else {}
        texts = {
            "id": row.id, "company": told["company"], "metric": told["label"],
            "printed": row.as_stated, "unit": row.measure.unit, "period": str(row.period),
            "place": row.place, "publisher": told["publisher"], "title": told["title"],
            "published": told["published"], "file": f"{row.file}:{row.line}" if row.file else "",
        }  # fmt: skip
        self.tall("inputs", at, ((text, _wide("inputs", name)) for name, text in texts.items()))
        for name, text in texts.items():
            column = _INPUTS.index(name)
            side = _side(_INPUTS, column) | hatched
            self.text("inputs", at, column, text, text_wrap=True, valign="top", **side)
        measure, bounds = row.measure, row.measure.bounds
        form = {"num_format": _digits(row), "valign": "top", **hatched}
        self.number("inputs", at, _INPUTS.index("value"), measure.value, **_GIVEN, **form)
        for name, end, is_open in (
            ("low", bounds.low, bounds.low_open),
            ("high", bounds.high, bounds.high_open),
        ):
            column = _INPUTS.index(name)
            if end is not None and end == measure.value:
                # One number, so that whoever tries another one has one cell to change.
                same = f"={xl_rowcol_to_cell(at, _INPUTS.index('value'))}"
                style = self.style(**form)
                self.sheets["inputs"].write_formula(at, column, same, style, float(end))
            else:
                sign = _SIGNS[name] if is_open else ""
                signed = {**form, "num_format": f"{sign}{_digits(row)}"}
                self.number("inputs", at, column, end, **_GIVEN, **signed)
        months = None if row.period.is_instant else row.period.months
        self.number("inputs", at, _INPUTS.index("months"), months, valign="top")
        self.link("inputs", at, _INPUTS.index("link"), told["url"])
        source = f"{told['publisher']}, {told['published']}, {row.place}"
        lines = (row.as_stated, row.value_text, source, told["title"], told["url"], told["because"])
        self.note(
            "inputs", at, _INPUTS.index("value" if measure.value is not None else "low"), lines
        )

    def receipt(self, receipt: Receipt) -> list[object]:
        return [
            receipt.base, receipt.quote, receipt.rate, self.say(f"rate.{receipt.kind}"),
            str(receipt.start), str(receipt.end), receipt.days, receipt.source,
        ]  # fmt: skip

    def source(self, name: str) -> list[object]:
        source, language = self.book.sources[name], self.lens.language
        kind = words.say(language, f"source_kind.{source.kind}")
        return [
            name,
            kind,
            source.publisher,
            source.title or "",
            source.published,
            source.url or "",
        ]

    def claims(self, lines: Sequence[Line]) -> None:
        rows = {row.id: row for line in lines for cell in line.cells for row in cell.claims}
        told = [
            trace.of_claim(self.book, claim.verdict(self.book, row, self.lens), self.lens)
            for row in rows.values()
        ]
        self.table("claims", _CLAIMS, [
            [each["company"], each["label"], each["as_stated"], each["period_text"],
             each["verdict_text"], each["verdict_says"], each["publisher"], each["place"],
             each["url"]]
            for each in told
        ])  # fmt: skip

    def table(self, sheet: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self.head(sheet, columns)
        for at, row in enumerate(rows, 1):
            told = dict(zip(columns, row, strict=True))
            self.tall(sheet, at, ((value, _wide(sheet, name)) for name, value in told.items()
                                  if isinstance(value, str) and name != "link"))  # fmt: skip
            for column, (name, value) in enumerate(told.items()):
                if name == "link":
                    self.link(sheet, at, column, str(value))
                elif isinstance(value, str):
                    side = _side(columns, column)
                    self.text(sheet, at, column, value, text_wrap=True, valign="top", **side)
                else:
                    style = self.style(valign="top")
                    self.sheets[sheet].write_number(at, column, float(value), style)  # type: ignore[arg-type]

    def about(self) -> None:
        sheet, lens = self.sheets["about"], self.lens
        sheet.set_column(0, 0, 100)
        self.paper("about", _A4)
        made = export.made(self.book, lens)
        lines = (self.say("title"), self.supposed, made, self.say("method"), self.say("live"),
                 self.say("blue"), self.say("numbers"))  # fmt: skip
        for row, text in enumerate(filter(None, lines)):
            self.tall("about", row, [(text, 100)])
            self.text("about", row, 0, text, text_wrap=True, valign="top", bold=row == 0)


def _wide(sheet: str, column: str) -> int:
    # Ids of documents are as long as they like, those of observations are not.
    return _ID if (sheet, column) == ("inputs", "id") else _WIDTHS[column]


def _side(columns: Sequence[str], column: int) -> Format:
    return _APART if column and columns[column - 1] in _NUMERIC else {}


def _lines(text: str, width: int) -> int:
    """Count the lines that a text needs in a column as wide as so many digits."""
    room = width - 1
    return sum(1 + int(sum(map(_advance, line)) / room) for line in text.split("\n"))


def _advance(letter: str) -> float:
    """Say how much room a letter takes, in digits."""
    return 2 if east_asian_width(letter) in "WF" else 0.92


def _digits(row: Row) -> str:
    """Choose a number format for an input as it is kept: whole units, fractions as per cent."""
    measure = row.measure
    return "0.0###%" if measure.unit == "share" else _plain(
        measure.value, measure.bounds.low, measure.bounds.high
    )  # fmt: skip


def _plain(*numbers: Fraction | None) -> str:
    """Choose a format that leaves no point behind a whole number."""
    is_whole = all(each is None or each.denominator == 1 for each in numbers)
    return "#,##0" if is_whole else "#,##0.0#####"


class _Comparison:
    """The first sheet: metrics down, companies across, each with its value and both ends."""

    def __init__(self, into: _Book, lines: Sequence[Line]) -> None:
        self.into, self.lines = into, lines
        self.remedies = compare.remedies(into.book, lines, into.lens)
        self.sheet = into.sheets["compare"]
        self.language = into.lens.language

    def write(self) -> None:
        into, count = self.into, len(self.lines[0].cells) if self.lines else 0
        self.sheet.set_column(0, 0, _LABEL)
        for company in range(count):
            first = 1 + 4 * company
            self.sheet.set_column(first, first, _VALUE)
            self.sheet.set_column(first + 1, first + 2, _END)
            self.sheet.set_column(first + 3, first + 3, _OF)
        self.sheet.set_column(1 + 4 * count, 1 + 4 * count, _SAID)
        title = into.say("title")
        if into.supposed:
            title = words.say(self.language, "supposed.title", title=title)
            into.text("compare", 2, 0, into.supposed, bold=True, **_HATCHED)
        into.text("compare", 0, 0, title, bold=True, font_size=14)
        made = export.made(into.book, into.lens)
        into.text("compare", 1, 0, made, **_SOFT)
        self.heads()
        row = 5
        catalog = into.book.catalog
        for group, lines in groupby(self.lines, key=lambda line: catalog[line.metric].group):
            label = words.say(self.language, f"group.{group}")
            for column in range(2 + 4 * count):
                into.text("compare", row, column, "" if column else label, bold=True,
                          bg_color=_PALE)  # fmt: skip
            for line in lines:
                row += 1
                self.line(row, line)
            row += 1
        self.sheet.freeze_panes(5, 1)
        into.paper("compare", _A3)
        self.sheet.repeat_rows(3, 4)

    def heads(self) -> None:
        into, cells = self.into, self.lines[0].cells if self.lines else ()
        into.text("compare", 4, 0, into.say("column.metric"), **_HEAD)
        into.text("compare", 3, 0, "", **_HEAD)
        for company, cell in enumerate(cells):
            first = 1 + 4 * company
            name = into.book.companies[cell.answer.company].name.in_language(self.language)
            for column in range(4):
                into.text("compare", 3, first + column, "" if column else name, **_HEAD)
            for column, key in enumerate(("value", "low", "high", "about")):
                side = {"align": "right"} if key in _NUMERIC else _APART
                into.text("compare", 4, first + column, into.say(f"column.{key}"), **_HEAD, **side)
        into.text("compare", 3, 1 + 4 * len(cells), "", **_HEAD)
        into.text("compare", 4, 1 + 4 * len(cells), into.say("column.comparable"), **_HEAD)

    def line(self, row: int, line: Line) -> None:
        into, label = self.into, words.label(self.language, line.metric)
        into.text("compare", row, 0, label, valign="top", text_wrap=True)
        texts = [(label, _LABEL)]
        for company, cell in enumerate(line.cells):
            about = self.cell(row, 1 + 4 * company, cell.answer, is_best=line.best == company)
            texts.append((about, _OF))
        if line.verdict:
            said = into.say(line.verdict)
            why = trace.reason(line.reason, self.language)
            remedy = trace.remedy(self.remedies[line.metric], line.metric, self.language)
            told = words.say(self.language, "clauses").join(filter(None, (said, why, remedy)))
            texts.append((told, _SAID))
            into.text("compare", row, 1 + 4 * len(line.cells), told, text_wrap=True, valign="top")
        into.tall("compare", row, texts)

    def cell(self, row: int, column: int, answer: Answer, *, is_best: bool) -> str:
        """Write a number with its ends; give what is said of it beside."""
        into, text = self.into, trace.text(answer, self.language)
        bold: Format = {"bold": True} if is_best else {}
        hatched = _HATCHED if answer.is_hypothetical else {}
        bold |= hatched
        if answer.bounds is None:
            told = trace.statuses(answer, self.language)
            into.text("compare", row, column, told, align="right", valign="top", **_SOFT, **hatched)
        else:
            possible = into.book.catalog[answer.metric].possible
            term = replay.replayed(answer, possible, into)
            if term.value is None:
                into.text("compare", row, column, text, align="right", valign="top", **bold)
            bounds = answer.bounds
            for place, part, sign in (
                (0, term.value, ""),
                (1, term.low, _SIGNS["low"] if bounds.low_open else ""),
                (2, term.high, _SIGNS["high"] if bounds.high_open else ""),
            ):
                style = {**_SOFT, **hatched} if place else bold
                self.formula(row, column + place, part, self.form(answer, sign), **style)
        return self.beside(row, column, answer, text)

    def formula(self, row: int, column: int, part: Part | None, form: str, **style: object) -> None:
        if part is not None:
            drawn = self.into.style(num_format=form, valign="top", **style)
            self.sheet.write_formula(row, column, f"={part.text}", drawn, float(part.exact))

    def form(self, answer: Answer, sign: str) -> str:
        """Choose a number format by the unit; money takes the scale words of the language."""
        kind, bounds = unit(answer.unit), answer.bounds
        ends = (answer.value, bounds.low, bounds.high) if bounds else ()
        if kind.currency:
            name = f"currency.{kind.currency}"
            is_named = words.has(self.language, name)
            money = words.say(self.language, name) if is_named else f" {kind.currency}"
            for each in kind.under:
                money = words.say(self.language, f"per.{each}", x=money)
            return self.into.say("money", sign=sign, unit=money)
        return sign + {
            "share": "0.0%",
            "months": self.into.say("months"),
            "multiple": '0.0"×"',
        }.get(answer.unit, _plain(*ends))

    def beside(self, row: int, column: int, answer: Answer, text: str) -> str:
        """Say what a number is of, and in a note how it came about."""
        into, language = self.into, self.language
        period = words.period(language, answer.period) if answer.period else ""
        status = "" if answer.status == "ok" else trace.statuses(answer, language)
        mark = words.say(language, "supposed.mark") if answer.is_hypothetical else ""
        about = (period, status) if answer.bounds is not None else ()
        said = " · ".join(filter(None, (mark, *about)))
        into.text("compare", row, column + 3, said, valign="top", text_wrap=True, **_SOFT, **_APART)
        printed = (f"{each.as_stated} ({into.book.sources[each.source].publisher}, {each.place})"
                   for each in answer.rows)  # fmt: skip
        formula = f"{trace.definition(answer, language)}: {answer.formula}"
        into.note("compare", row, column, (
            mark, text if answer.bounds is not None else "", formula if answer.formula else "",
            trace.reasons(answer, language), *printed, answer.id,
        ))  # fmt: skip
        return said
