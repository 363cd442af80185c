"""The evidence workbook: every number a formula, every text a text, and LibreOffice agrees."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest

from metrics import compare, derive, fx, replay, workbook
from metrics.compare import Line
from metrics.fx import Receipt
from metrics.lens import CLASSES, Lens, PeriodClass
from metrics.replay import End
from schemas import words
from schemas.book import Book, Row
from tests.folder import LENS, answered, day, lens

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
NAMES = ["minimax", "moonshot-ai", "zhipu-ai"]
LATE = day("2026-11-22")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Named:
    """Cells that are called what they hold."""

    def of(self, row: Row, end: End) -> str:
        return f"{row.metric}.{end}"

    def rate(self, receipt: Receipt) -> str:
        return f"{receipt.base}{receipt.quote}"


def formulas(book: Book, metric: str, currency: str = "") -> tuple[str | None, ...]:
    answer = compare.present(answered(book, metric), currency, fx.rates(book, LENS))
    term = replay.replayed(answer, book.catalog[metric].possible, Named())
    return tuple(each.text if each else None for each in (term.value, term.low, term.high))


def cells(data: bytes, sheet: int) -> dict[str, tuple[str, str]]:
    """A sheet's formula cells: the formula and the value that goes with it."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        root = ET.fromstring(file.read(f"xl/worksheets/sheet{sheet}.xml"))  # noqa: S314 - our own
    return {
        cell.attrib["r"]: (told.text or "", cell.findtext(f"{MAIN}v") or "")
        for cell in root.iter(f"{MAIN}c")
        if (told := cell.find(f"{MAIN}f")) is not None
    }


def made(book: Book, names: list[str] = NAMES, language: str = "en", currency: str = "") -> bytes:
    at = Lens(LATE, LATE, language, currency)
    return workbook.workbook(book, compare.compare(book, names, at), at)


# -- formulas ----------------------------------------------------------------------------------


def test_a_ratio_is_a_formula_over_the_cells_of_its_inputs(book):
    """
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
    - {metric: cash_burn_rate, value: ~10m USD/month, period: 9M2025}
    """
    assert formulas(book, "runway") == (
        "cash_reserves.value/cash_burn_rate.value",
        "cash_reserves.low/cash_burn_rate.high",
        "cash_reserves.high/cash_burn_rate.low",
    )


def test_an_open_end_has_no_formula_and_a_year_is_twelve_months(book):
    """
    lab:
    - {metric: valuation, value: ">4bn USD", period: 2025-12-31}
    - {metric: revenue, value: ~53m CNY, period: 9M2025}
    """
    value, low, high = formulas(book, "valuation_to_revenue")
    assert (value, high) == (None, None)
    assert low == "valuation.low/(revenue.high/revenue.months*12*CNYUSD)"


def test_an_amount_is_turned_into_the_readers_currency_by_the_cell_of_a_rate(book):
    """
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
    """
    assert formulas(book, "cash_reserves", "CNY")[0] == "cash_reserves.value*USDCNY"


def test_an_answer_that_the_steps_do_not_come_to_is_no_formula(shipped):
    answer = derive.answer(derive.case(shipped, "minimax", LENS), "revenue_per_employee")
    assert answer.inputs
    other = replace(answer, inputs=answer.inputs[:1])
    with pytest.raises(replay.StrayError):
        replay.replayed(other, shipped.catalog[answer.metric].possible, Named())


@pytest.mark.parametrize("periods", [each for each in CLASSES if each != "shared"])
@pytest.mark.parametrize("currency", ["", "USD", "CNY"])
def test_every_number_of_the_data_can_be_written_as_formulas(shipped, periods, currency):
    found = list(numbers(shipped, periods, currency))
    assert len(found) > 50
    for answer in found:
        replay.replayed(answer, shipped.catalog[answer.metric].possible, Named())


def numbers(book: Book, periods: PeriodClass, currency: str) -> Iterator[derive.Answer]:
    at = lens("2026-11-22", periods=periods)
    for company in book.singles:
        of = derive.case(book, company, at)
        for metric in book.catalog:
            answer = derive.answer(of, metric)
            for each in (answer, *answer.others):
                shown = compare.present(each, currency, of.rates)
                if shown.bounds is not None:
                    yield shown


# -- the file ----------------------------------------------------------------------------------


def test_every_number_of_the_comparison_is_a_live_formula(shipped):
    at = lens("2026-11-22", currency="USD")
    lines = compare.compare(shipped, NAMES, at)
    wanted = sum(
        each is not None
        for line in lines
        for cell in line.cells
        if cell.answer.bounds
        for each in (cell.answer.value, cell.answer.bounds.low, cell.answer.bounds.high)
    )
    found = cells(workbook.workbook(shipped, lines, at), 1)
    assert len(found) == wanted > 60
    assert all("'Inputs'!$" in formula for formula, _ in found.values())


def test_the_same_comparison_gives_the_same_bytes(shipped):
    assert made(shipped) == made(shipped)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_each_input_carries_its_printed_words_its_place_and_its_source(shipped, language):
    data = made(shipped, language=language)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        names = file.namelist()
        notes = "".join(file.read(name).decode() for name in names if "comments" in name)
        links = "".join(file.read(name).decode() for name in names if "sheet2.xml.rels" in name)
        strings = file.read("xl/sharedStrings.xml").decode()
    of = derive.case(shipped, "minimax", lens("2026-11-22"))
    rows = derive.answer(of, "runway").rows
    assert len(rows) > 1
    for row in rows:
        assert escape(row.as_stated) in strings
        assert escape(f"{row.as_stated}\n{row.value_text}\n") in notes
        assert escape(f", {row.place}\n") in notes
    assert links.count("https://") > 10
    assert "away." not in strings


def test_text_is_never_a_formula_nor_a_link(make_book):
    book = make_book("""
    sources:
      bad: {title: "=1+1", publisher: "@SUM(A1)", url: "https://example.org/=1"}
    lab:
      name: {en: "=HYPERLINK(1)"}
      observations:
      - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30, source: bad, place: "+1"}
      - {metric: cash_burn_rate, value: 1m USD/month, period: 9M2025, source: bad, place: "-1"}
    """)
    assert book.problems == ()
    data = made(book, ["lab"])
    formulas_ = [told for sheet in range(1, 7) for told, _ in cells(data, sheet).values()]
    assert len(formulas_) > 5
    shape = re.compile(r"('[A-Za-z]+'!\$[A-Z]+\$\d+|[A-Z]+\d+|[-+*/(),.0-9]|MAX|MIN)+")
    assert [each for each in formulas_ if not shape.fullmatch(each)] == []


def test_a_comparison_with_nothing_in_it_is_a_workbook_too(make_book):
    book = make_book("lab: []")
    data = workbook.workbook(book, compare.compare(book, ["lab"], LENS), LENS)
    assert zipfile.is_zipfile(io.BytesIO(data))


# -- LibreOffice -------------------------------------------------------------------------------


def stripped(data: bytes) -> bytes:
    """The workbook without its formulas' values, so that they must be worked out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f>", part)
            new.writestr(name, part)
    return out.getvalue()


LOOKS = {"one": ("USD", "en"), "own": ("", "zh-Hant"), "yuan": ("CNY", "zh-Hans")}


@pytest.fixture(scope="module")
def recalculated(shipped, tmp_path_factory) -> dict[str, tuple[bytes, bytes]]:
    """Workbooks as we write them, and as LibreOffice works them out; it is started once for all."""
    if OFFICE is None:
        if os.environ.get("REQUIRE_OFFICE") == "1":
            pytest.fail("REQUIRE_OFFICE=1, and there is no LibreOffice")
        pytest.skip("there is no LibreOffice")
    folder = tmp_path_factory.mktemp("office")
    ours = {
        name: made(shipped, [*NAMES, "xai"], currency=currency, language=language)
        for name, (currency, language) in LOOKS.items()
    }
    for name, data in ours.items():
        (folder / f"{name}.xlsx").write_bytes(stripped(data))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [OFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", "out",
         *(f"{name}.xlsx" for name in ours)],
        cwd=folder, check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return {name: (ours[name], (folder / "out" / f"{name}.xlsx").read_bytes()) for name in ours}


@pytest.mark.slow
@pytest.mark.parametrize("name", LOOKS)
def test_libreoffice_works_every_formula_out_to_our_value(recalculated, name):
    first, again = recalculated[name]
    checked = 0
    for sheet in (1, 2):
        ours, theirs = cells(first, sheet), cells(again, sheet)
        assert ours.keys() == theirs.keys()
        for place, (_, value) in ours.items():
            assert float(theirs[place][1]) == pytest.approx(float(value), rel=1e-9), place
            checked += 1
    assert checked > 150


@pytest.mark.parametrize(
    ("amount", "language", "shown"),
    [
        (1_050_000_000, "en", "1,050 m USD"),
        (79_038_000, "en", "79.0 m USD"),
        (205_294, "en", "205,294 USD"),
        (1_050_000_000, "zh-Hans", "10.50亿美元"),
        (79_038_000, "zh-Hant", "7903.8萬美元"),
        (205, "zh-Hans", "205美元"),
    ],
)
def test_money_is_shown_in_the_scale_words_of_the_language(make_book, amount, language, shown):
    book = make_book(f"lab: [{{metric: revenue, value: {amount} USD, period: FY2025}}]")
    at = lens("2026-02-01", language=language)
    data = workbook.workbook(book, compare.compare(book, ["lab"], at, ["revenue"]), at)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        styles = ET.fromstring(file.read("xl/styles.xml"))  # noqa: S314 - our own
    forms = [each.attrib["formatCode"] for each in styles.iter(f"{MAIN}numFmt")]
    (form,) = (each for each in forms if each.startswith("[>="))
    assert drawn(form, amount) == shown


def drawn(form: str, number: int) -> str:
    """A number as a spreadsheet shows it by one of our formats for money."""
    for part in form.split(";"):
        least, digits, text = re.fullmatch(r'(?:\[>=(\d+)\])?([#,0.\\]+)"(.*)"', part).groups()  # type: ignore[union-attr]
        if number >= int(least or 0):
            scaled = number / 1000 ** (len(digits) - len(digits.rstrip(",")))
            places = len(digits.rstrip(",").partition(".")[2])
            if "\\" in digits:  # a point that only stands there divides by ten for each digit after
                return f"{round(scaled) / 10**places:.{places}f}{text}"
            return f"{scaled:,.{places}f}{text}"
    raise AssertionError(form)


def test_lines_are_those_of_the_comparison(shipped):
    at = lens("2026-11-22")
    lines: list[Line] = compare.compare(shipped, NAMES, at, ["runway"], {"runway": "net_loss"})
    data = workbook.workbook(shipped, lines, at)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        strings = file.read("xl/sharedStrings.xml").decode()
        notes = "".join(file.read(n).decode() for n in file.namelist() if "comments" in n)
    assert words.label("en", "runway") in strings
    assert "cash_reserves / monthly(net_loss)" in notes
