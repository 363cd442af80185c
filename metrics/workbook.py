"""Evidence as a workbook: a comparison whose every number is a live formula over printed figures.

Text is written as text, never as a formula; each formula carries the value that we worked out, so
that the two can be compared, and readers that work nothing out show it.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from metrics import claim, compare, replay, trace
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
_THOUSAND, _MILLION = 1_000, 1_000_000
# Letters that fit into a line of a verdict, and how tall a line is; spreadsheets do not look.
_LINE, _TALL = 46, 15
_INK, _PALE, _RULE, _INPUT = "#1F2328", "#F3F4F6", "#C9CED6", "#1F4E9E"
_HEAD: Format = {"bold": True, "bg_color": _PALE, "bottom": 1, "bottom_color": _RULE,
                 "text_wrap": True, "valign": "top"}  # fmt: skip
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
_WIDTHS = {
    "id": 14, "company": 16, "metric": 26, "printed": 22, "value": 18, "low": 18, "high": 18,
    "unit": 14, "period": 22, "months": 8, "place": 10, "publisher": 24, "title": 40,
    "published": 12, "link": 40, "file": 34, "rate": 12, "how": 10, "first": 12, "last": 12,
    "days": 8, "source": 44, "kind": 16, "verdict": 18, "says": 70,
}  # fmt: skip


def workbook(book: Book, lines: Sequence[Line], lens: Lens) -> bytes:
    """Write a comparison as a workbook (xlsx): what is on screen, its inputs, rates and sources."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as file:
        file.set_calc_mode("auto")
        created = datetime.combine(lens.at, time())
        file.set_properties({"title": words.say(lens.language, "away.title"), "created": created})
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
        names = dict.fromkeys(row.source for row in self.rows.values())
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
            self.sheets[sheet].write_url(row, column, address, self.style(**_GIVEN, underline=1),
                                         string=address)  # fmt: skip
        else:
            self.text(sheet, row, column, address or self.say("no_link"))

    def note(self, sheet: str, row: int, column: int, lines: Iterable[str]) -> None:
        told = "\n".join(line for line in lines if line)[:_NOTE]
        tall = 20 + 18 * sum(1 + len(line) // 44 for line in told.split("\n"))
        size = {"width": 340, "height": min(tall, 420)}
        self.sheets[sheet].write_comment(row, column, told, {"author": "Footnote", **size})

    def head(self, sheet: str, columns: Sequence[str]) -> None:
        for column, name in enumerate(columns):
            self.sheets[sheet].set_column(column, column, _WIDTHS.get(name, 16))
            self.text(sheet, 0, column, self.say(f"column.{name}"), **_HEAD)
        self.sheets[sheet].freeze_panes(1, 0)
        self.sheets[sheet].set_landscape()
        self.sheets[sheet].fit_to_pages(1, 0)
        self.sheets[sheet].repeat_rows(0)

    # -- sheets

    def inputs(self) -> None:
        self.head("inputs", _INPUTS)
        for number, row in enumerate(self.rows.values(), 1):
            self.input(number, row)

    def input(self, at: int, row: Row) -> None:
        told = trace.observation(self.book, row, self.lens.language)
        texts = {
            "id": row.id, "company": told["company"], "metric": told["label"],
            "printed": row.as_stated, "unit": row.measure.unit, "period": str(row.period),
            "place": row.place, "publisher": told["publisher"], "title": told["title"],
            "published": told["published"], "file": f"{row.file}:{row.line}",
        }  # fmt: skip
        for name, text in texts.items():
            self.text("inputs", at, _INPUTS.index(name), text)
        measure, bounds = row.measure, row.measure.bounds
        self.number(
            "inputs", at, _INPUTS.index("value"), measure.value, **_GIVEN, num_format=_digits(row)
        )
        for name, end, is_open in (
            ("low", bounds.low, bounds.low_open),
            ("high", bounds.high, bounds.high_open),
        ):
            column = _INPUTS.index(name)
            if end is not None and end == measure.value:
                # One number, so that whoever tries another one has one cell to change.
                same = f"={xl_rowcol_to_cell(at, _INPUTS.index('value'))}"
                style = self.style(num_format=_digits(row))
                self.sheets["inputs"].write_formula(at, column, same, style, float(end))
            else:
                sign = _SIGNS[name] if is_open else ""
                self.number("inputs", at, column, end, **_GIVEN, num_format=f"{sign}{_digits(row)}")
        months = None if row.period.is_instant else row.period.months
        self.number("inputs", at, _INPUTS.index("months"), months)
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
            for column, value in enumerate(row):
                if columns[column] == "link":
                    self.link(sheet, at, column, str(value))
                elif isinstance(value, str):
                    self.text(sheet, at, column, value, text_wrap=columns[column] == "says",
                              valign="top")  # fmt: skip
                else:
                    self.sheets[sheet].write_number(at, column, float(value))  # type: ignore[arg-type]

    def about(self) -> None:
        sheet, lens = self.sheets["about"], self.lens
        sheet.set_column(0, 0, 100)
        made = self.say("made", at=lens.at, known=lens.known, book=self.book.version)
        for row, text in enumerate((self.say("title"), made, self.say("method"), self.say("live"),
                                    self.say("blue"), self.say("numbers"))):  # fmt: skip
            self.text("about", row, 0, text, text_wrap=True, valign="top", bold=row == 0)


def _digits(row: Row) -> str:
    """Choose a number format for an input as it is kept: whole units, fractions as per cent."""
    return "0.0###%" if row.measure.unit == "share" else "#,##0.######"


class _Comparison:
    """The first sheet: metrics down, companies across, each with its value and both ends."""

    def __init__(self, into: _Book, lines: Sequence[Line]) -> None:
        self.into, self.lines = into, lines
        self.remedies = compare.remedies(into.book, lines, into.lens)
        self.sheet = into.sheets["compare"]
        self.language = into.lens.language

    def write(self) -> None:
        into, count = self.into, len(self.lines[0].cells) if self.lines else 0
        self.sheet.set_column(0, 0, 36)
        for company in range(count):
            first = 1 + 4 * company
            self.sheet.set_column(first, first, 20)
            self.sheet.set_column(first + 1, first + 2, 19)
            self.sheet.set_column(first + 3, first + 3, 24)
        self.sheet.set_column(1 + 4 * count, 1 + 4 * count, 44)
        lens = into.lens
        into.text("compare", 0, 0, into.say("title"), bold=True, font_size=14)
        made = into.say("made", at=lens.at, known=lens.known, book=into.book.version)
        into.text("compare", 1, 0, made, font_color="#5B6370")
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
        self.sheet.set_landscape()
        self.sheet.set_paper(8)  # A3
        self.sheet.fit_to_pages(1, 0)
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
                into.text("compare", 4, first + column, into.say(f"column.{key}"), **_HEAD)
        into.text("compare", 3, 1 + 4 * len(cells), "", **_HEAD)
        into.text("compare", 4, 1 + 4 * len(cells), into.say("column.comparable"), **_HEAD)

    def line(self, row: int, line: Line) -> None:
        into = self.into
        into.text("compare", row, 0, words.label(self.language, line.metric), valign="top")
        for company, cell in enumerate(line.cells):
            self.cell(row, 1 + 4 * company, cell.answer, is_best=line.best == company)
        if line.verdict:
            said = into.say(line.verdict)
            why = trace.reason(line.reason, self.language)
            remedy = trace.remedy(self.remedies[line.metric], line.metric, self.language)
            told = words.say(self.language, "clauses").join(filter(None, (said, why, remedy)))
            wide = sum(1 if each.isascii() else 2 for each in told)
            self.sheet.set_row(row, _TALL * (1 + wide // _LINE))
            into.text("compare", row, 1 + 4 * len(line.cells), told, text_wrap=True, valign="top")

    def cell(self, row: int, column: int, answer: Answer, *, is_best: bool) -> None:
        into, text = self.into, trace.text(answer, self.language)
        bold = {"bold": True} if is_best else {}
        if answer.bounds is None:
            told = trace.statuses(answer, self.language)
            into.text("compare", row, column, told, font_color="#5B6370", align="right",
                      valign="top")  # fmt: skip
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
                self.formula(row, column + place, part, sign + self.form(answer), **(
                    bold if not place else {"font_color": "#5B6370"}
                ))  # fmt: skip
        self.beside(row, column, answer, text)

    def formula(self, row: int, column: int, part: Part | None, form: str, **style: object) -> None:
        if part is not None:
            drawn = self.into.style(num_format=form, valign="top", **style)
            self.sheet.write_formula(row, column, f"={part.text}", drawn, float(part.exact))

    def form(self, answer: Answer) -> str:
        """Choose a number format by the unit, and for money by its size."""
        kind, currency = unit(answer.unit), unit(answer.unit).currency
        if answer.unit == "share":
            return "0.0%"
        ends = [abs(each) for each in (answer.value, answer.bounds and answer.bounds.low,
                                       answer.bounds and answer.bounds.high) if each]  # fmt: skip
        if not currency:
            return {"months": "0.0", "multiple": '0.0"×"'}.get(answer.unit, "#,##0.##")
        per = "/" + self.into.say("month") if "months" in kind.under else ""
        if max(ends, default=0) < _MILLION:
            return f'#,##0" {currency}{per}"'
        millions = self.into.say("millions", currency=currency)
        digits = "#,##0,," if max(ends) >= _THOUSAND * _MILLION else "#,##0.0,,"
        return f'{digits}" {millions}{per}"'

    def beside(self, row: int, column: int, answer: Answer, text: str) -> None:
        """Say what a number is of, and in a note how it came about."""
        into, language = self.into, self.language
        period = words.period(language, answer.period) if answer.period else ""
        status = "" if answer.status == "ok" else trace.statuses(answer, language)
        said = " · ".join(each for each in (period, status) if each and answer.bounds is not None)
        into.text("compare", row, column + 3, said, font_color="#5B6370", valign="top",
                  indent=1)  # fmt: skip
        printed = (f"{each.as_stated} ({into.book.sources[each.source].publisher}, {each.place})"
                   for each in answer.rows)  # fmt: skip
        formula = f"{trace.definition(answer, language)}: {answer.formula}"
        into.note("compare", row, column, (
            text if answer.bounds is not None else "", formula if answer.formula else "",
            trace.reasons(answer, language), *printed, answer.id,
        ))  # fmt: skip
