"""Tables that leave the house: their columns, reading them back, and that nothing in them runs."""

import csv
import io
import json
import math
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import metrics
from metrics import claim, compare, derive, export, trace, writer
from metrics.lens import Lens
from metrics.writer import Record
from schemas.book import Book, Row
from schemas.interval import Interval
from tests.folder import LENS, answered, catalog, lens

ROOT = Path(__file__).parent.parent
CORPORA = os.environ.get("FOOTNOTE_CORPORA")

# As printed in the description of the product; every row has what it was made with besides.
COLUMNS = {
    "observations": """id, company_id, company, metric, scope, basis, kind, value_text, as_stated,
        value, low, high, low_open, high_open, band_low, band_high, qualifier, unit, unit_basis,
        period, period_start, period_end, period_basis, because, source_id, publisher,
        source_kind, title, url, published, place, primary_source, derived_from, rank, note, file,
        line, at, known, book, hypothetical""",
    "derived": """id, company_id, company, metric, definition, scope, basis, value, low, high,
        low_open, high_open, unit, period_start, period_end, status, reason, formula, inputs,
        rates, oldest_input, newest_input, gap_days, at, known, book, hypothetical""",
    "claims": """id, company_id, company, metric, as_stated, stated, stated_low, stated_high, unit,
        period_end, source_id, url, place, verdict, definition, derived, derived_low,
        derived_high, tried, implied, inputs, reason, at, known, book, hypothetical""",
    "comparison": """metric, label, company_id, company, definition, basis, value_text, value, low,
        high, low_open, high_open, unit, period, status, reason, row_verdict, row_reason, inputs,
        id, at, known, book, hypothetical""",
}


def tables(book: Book) -> dict[str, list[Record]]:
    names = ["minimax", "moonshot-ai"]
    answers = [
        derive.answer(derive.case(book, name, LENS), metric)
        for name in names
        for metric, entry in catalog().items()
        if entry.is_derived
    ]
    return {
        "observations": export.observations(book, LENS),
        "derived": export.derived(book, answers, LENS),
        "claims": export.claims(book, claim.claims(book, names, LENS), LENS),
        "comparison": export.comparison(book, compare.compare(book, names, LENS), LENS),
    }


@pytest.fixture(scope="module")
def every(shipped: Book) -> dict[str, list[Record]]:
    """All tables of the shipped data."""
    return tables(shipped)


def parsed(data: bytes) -> list[list[str]]:
    """Read CSV as the standard library does."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(records: list[Record], columns: Iterable[str] = ()) -> bytes:
    """Write records as CSV; the columns are those of the records where there are any."""
    names = list(records[0] if records else (*columns, *export.ALWAYS))
    return b"".join(writer.csv([writer.table(names, records)]))


def unguarded(text: str) -> str:
    """Take off the apostrophe that stands before what a spreadsheet would run."""
    return text[1:] if text.startswith("'") and writer.guarded(text[1:]) == text else text


# -- columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_each_table_has_the_columns_that_were_promised(every, table):
    wanted = re.split(r",\s*", COLUMNS[table])
    assert every[table]
    assert all(list(record) == wanted for record in every[table])
    assert parsed(written(every[table]))[0] == wanted


def test_a_table_without_rows_still_has_its_columns():
    assert parsed(written([], export.DERIVED)) == [
        [*export.DERIVED, "at", "known", "book", "hypothetical"]
    ]


def test_every_row_says_what_it_was_made_with(every, shipped):
    for records in every.values():
        made = {(record["at"], record["known"], record["book"]) for record in records}
        assert made == {("2026-02-01", "2026-02-01", shipped.version)}


def test_a_line_of_observations_holds_all_that_a_reader_needs_to_check_it(every):
    (cash,) = (
        record
        for record in every["observations"]
        if (record["company_id"], record["as_stated"]) == ("minimax", "11億美元")
    )
    assert cash["line"] > 1
    assert len(cash["id"]) >= 10
    made = {"id", "line", "at", "known", "book"}
    assert {name: cash[name] for name in cash if name not in made} == {
        "company_id": "minimax",
        "company": "MiniMax",
        "metric": "cash_reserves",
        "scope": "company",
        "basis": "",
        "kind": "actual",
        "value_text": "1.1bn USD",
        "as_stated": "11億美元",
        "value": 1_100_000_000,
        "low": 1_100_000_000,
        "high": 1_100_000_000,
        "low_open": False,
        "high_open": False,
        "band_low": 1_050_000_000,
        "band_high": 1_150_000_000,
        "qualifier": "exact",
        "unit": "USD",
        "unit_basis": "stated",
        "period": "2025-09-30",
        "period_start": "",
        "period_end": "2025-09-30",
        "period_basis": "inferred",
        "because": "the prospectus's balance sheet date",
        "source_id": "neteasehao-2025-12-minimax-ipo",
        "publisher": "NetEase Hao (网易号)",
        "source_kind": "post",
        "title": "",
        "url": "",
        "published": "2025-12",
        "hypothetical": "",
        "place": "¶4",
        "primary_source": "minimax-2025-12-prospectus",
        "derived_from": "",
        "rank": "normal",
        "note": "",
        "file": "data/companies/minimax.yaml",
    }


def test_a_derived_line_holds_its_formula_its_inputs_and_its_rates(book):
    """
    lab:
    - {metric: valuation, value: 4bn USD, period: 2025-12-31}
    - {metric: revenue, value: ~53m CNY, period: 9M2025}
    """
    found = answered(book, "valuation_to_revenue")
    (first, *others) = export.derived(book, [found], LENS)
    assert len(others) == len(found.others)
    rows = {each.metric: each.id for each in book.rows(["lab"])}
    assert {
        name: first[name] for name in export.DERIVED[4:] if name not in {"value", "low", "high"}
    } == {
        "definition": "unspecified_annualised",
        "scope": "company",
        "basis": "revenue: gross",
        "low_open": False,
        "high_open": False,
        "unit": "multiple",
        "period_start": "2025-01-01",
        "period_end": "2025-09-30",
        "status": "proxy",
        "reason": "this definition stands in for the real thing",
        "formula": "valuation / annualised(revenue)",
        "inputs": f"{rows['valuation']} {rows['revenue']}",
        "rates": "CNY/USD=0.138513 (mean 2025-01-02/2025-09-30)",
        "oldest_input": "2025-09-30",
        "newest_input": "2025-12-31",
        "gap_days": 92,
    }
    assert first["low"] < first["value"] < first["high"]


def test_an_open_end_is_an_empty_cell_told_apart_by_its_flag(book):
    """
    lab:
    - {metric: cash_reserves, value: ">10bn CNY", period: 2025-12-31}
    """
    (record,) = export.observations(book, LENS)
    assert (record["value"], record["low"], record["high"]) == (None, 10_000_000_000, None)
    assert (record["low_open"], record["high_open"]) == (True, True)
    head, line = parsed(written([record]))
    cells = dict(zip(head, line, strict=True))
    assert (cells["low"], cells["high"], cells["high_open"]) == ("10000000000", "", "true")


def test_stated_values_are_no_derived_ones(shipped):
    of = derive.case(shipped, "minimax", LENS)
    ratio = derive.answer(of, "cloud_spend_ratio")
    assert ratio.choice
    assert {each["metric"] for each in export.derived(shipped, [ratio], LENS)} <= {
        "cloud_spend_ratio"
    }
    assert all(each["definition"] for each in export.derived(shipped, [ratio], LENS))


def test_only_what_was_known_leaves_the_house(shipped):
    early = {record["source_id"] for record in export.observations(shipped, lens("2025-06-30"))}
    known = {
        row.source for row in shipped.rows(shipped.companies) if str(row.published) <= "2025-06-30"
    }
    assert "sohu-2025-06-four-tigers" in early
    assert early == known
    late = export.observations(shipped, lens("2026-11-22"))
    assert len(early) < len(late) == len(shipped.observations)


def test_some_companies_are_asked_for_by_id(shipped):
    some = export.observations(shipped, LENS, ["minimax", "xai"])
    assert {record["company_id"] for record in some} == {"minimax", "xai"}
    assert export.observations(shipped, LENS, []) == []


def test_a_comparison_lies_wide_as_on_screen(shipped):
    lines = compare.compare(shipped, ["minimax", "moonshot-ai"], LENS, ["cash_reserves", "runway"])
    first, second = export.wide(lines, "en")
    assert list(first) == ["metric", "label", "minimax", "moonshot-ai", "row_verdict", "row_reason"]
    assert (first["minimax"], first["moonshot-ai"]) == ("$1.102B", ">CN¥10B")
    assert first["row_verdict"] == "not_comparable"
    assert (second["metric"], second["minimax"]) == ("runway", "47.5 months")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_words_follow_the_language_and_ids_and_numbers_do_not(shipped, language):
    look = lens(language=language)
    lines = compare.compare(shipped, ["minimax"], look, ["cash_reserves"])
    (record,) = export.comparison(shipped, lines, look)
    assert (record["metric"], record["value"], record["company_id"]) == (
        "cash_reserves",
        1_102_000_000,
        "minimax",
    )
    said = {"en": "$1.102B", "zh-Hans": "11.02亿美元", "zh-Hant": "11.02億美元"}
    assert record["value_text"] == said[language]


# -- numbers -----------------------------------------------------------------------------------


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in numbers(part)]
    if isinstance(value, list):
        return [each for part in value for each in numbers(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_no_infinity_no_nan_and_no_minus_zero_leaves_the_house(every):
    found = [number for records in every.values() for number in numbers(records)]
    assert len(found) > 300
    assert all(math.isfinite(number) for number in found)
    assert "-0.0" not in map(repr, found)
    json.dumps(every, allow_nan=False)


def test_shares_are_fractions_and_time_is_in_months(book):
    """
    lab:
    - {metric: overseas_share, value: 73.1%, period: 9M2025}
    - {metric: runway, value: 3 years, period: 2025-09-30}
    - {metric: net_loss, value: -0 USD, period: 9M2025}
    """
    records = {record["metric"]: record for record in export.observations(book, LENS)}
    assert (records["overseas_share"]["value"], records["overseas_share"]["unit"]) == (
        0.731,
        "share",
    )
    assert (records["runway"]["value"], records["runway"]["unit"]) == (36, "months")
    assert repr(records["net_loss"]["value"]) == "0"


# -- reading back ------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_reads_back_equal(every, table):
    data = written(every[table])
    head, *lines = parsed(data)
    assert len(lines) == len(every[table])
    for line, record in zip(lines, every[table], strict=True):
        for name, cell in zip(head, line, strict=True):
            value = record[name]
            if value is None:
                assert cell == ""
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            elif isinstance(value, str):
                assert unguarded(cell) == value
            else:
                assert float(cell) == value


def test_pandas_reads_the_same_bounds(every, shipped):
    read = pd.read_csv(io.BytesIO(written(every["observations"])))
    kept = shipped.observations.set_index("id").loc[read["id"]]
    for name in ("value", "low", "high", "band_low", "band_high"):
        pd.testing.assert_series_equal(
            read[name].astype(float), kept[name].reset_index(drop=True), check_names=False
        )
    assert read["as_stated"].map(unguarded).tolist() == kept["as_stated"].tolist()


def test_lines_end_and_text_is_quoted_as_the_standard_asks(every):
    data = written(every["observations"])
    assert data.startswith(b'\xef\xbb\xbf"id","company_id"')
    assert data.endswith(b"\r\n")
    assert data.count(b"\r\n") == len(every["observations"]) + 1
    assert b"\n" not in data.replace(b"\r\n", b"")


ENDS = st.none() | st.fractions(-(10**15), 10**15, max_denominator=10**6)


@given(ENDS, ENDS, st.booleans(), st.booleans())
@settings(max_examples=60)
def test_any_bounds_read_back_to_the_nearest_float(first, second, low_open, high_open):
    low, high = first, second
    if first is not None and second is not None:
        low, high = min(first, second), max(first, second)
        low_open, high_open = low_open and low < high, high_open and low < high
    bounds = Interval(low, high, low_open=low_open, high_open=high_open)
    record = export._span(  # noqa: SLF001 - the cells alone, without a book around them
        derive.Answer("lab", "net_loss", "ok", "USD", bounds, low), "en"
    )
    head, line = parsed(written([record]))
    cells = dict(zip(head, line, strict=True))
    for name, end in (("low", low), ("high", high), ("value", low)):
        assert (float(cells[name]) if cells[name] else None) == (
            None if end is None else float(end)
        )
    assert (cells["low_open"], cells["high_open"]) == (
        str(bounds.low_open).lower(),
        str(bounds.high_open).lower(),
    )


# -- dangerous text ----------------------------------------------------------------------------

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\u3000=1",
    "\ufeff=1",
    "\u200b=1",
    "\u200e=1",
    "\u202e=1",
    "\u2066=1",
    "\u00ad=1",
    "\u180e=1",
    "\u2062=1",
    "\ufe0f=1",
    "\u3164=1",
    "\U000e0041=1",
    "\x00=1",
    "\x7f=1",
    "\x85=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    " ＝cmd|'/C calc'!A0",
    "'=1",
    "''=1",
    "' =1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "\t",
    "-",
]
HARMLESS = [
    "11億美元",
    "a=1",
    "'quoted'",
    "'",
    "",
    " ",
    '"=1"',
    "1+1",
    "~53m USD",
    "¶4",
    "·=1",
    ">1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_run_is_put_behind_an_apostrophe(text):
    assert writer.guarded(text) == f"'{text}"
    assert unguarded(writer.guarded(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert writer.guarded(text) == text
    assert unguarded(text) == text


SEPARATED = st.text(st.sampled_from("=+-@'\"\t\r\n ,;\u200b\ufeff\u00a0＝a1"), max_size=8)


@given(st.lists(st.text(max_size=20) | SEPARATED, min_size=1, max_size=4))
@example(["=1", "\r=1", "a\r\n=1", '"', "'"])
def test_any_text_reads_back_equal_and_never_begins_a_formula(texts):
    record = {f"column{number}": text for number, text in enumerate(texts)}
    data = written([record])
    _, cells = parsed(data)
    assert [unguarded(cell) for cell in cells] == texts
    for cell in cells:
        assert cell[:1] not in set("=+-@\t\r＝＋－＠")


@pytest.mark.skipif(not CORPORA, reason="FOOTNOTE_CORPORA names no folder")
def test_hostile_strings_of_others_read_back_equal():
    folder = Path(str(CORPORA))
    files = [
        *(folder / "csv-injection-payloads").rglob("*"),
        *(folder / "xss-payload-list").rglob("*"),
    ]
    texts = json.loads((folder / "blns" / "blns.json").read_text("utf-8"))
    for path in files:
        if path.is_file() and path.name != "LICENSE":
            texts += path.read_text("utf-8", "replace").split("\n")
    texts = [text for text in texts if "\x00" not in text]
    assert len(texts) > 500
    _, *lines = parsed(written([{"text": text} for text in texts]))
    assert [unguarded(line[0]) for line in lines] == texts
    assert not [line for line in lines if line[0][:1] in set("=+-@\t\r")]


def test_hostile_text_in_data_leaves_it_defused(make_book):
    book = make_book("""
    sources:
      bad: {title: "=1+1", publisher: "@SUM(A1)", note: "-1"}
    lab:
      name: {en: "+Lab"}
      observations:
      - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30, source: bad,
         place: "-", note: "=2"}
    """)
    assert book.problems == ()
    (record,) = export.observations(book, LENS)
    assert (record["title"], record["company"]) == ("=1+1", "+Lab")
    _, line = parsed(written([record]))
    assert {cell for cell in line if cell.startswith("'")} == {
        "'=1+1", "'@SUM(A1)", "'+Lab", "'-", "'=2",
    }  # fmt: skip


def test_numbers_stay_numbers_though_they_begin_with_a_minus(book):
    """
    lab:
    - {metric: operating_profit, value: -90m USD, period: 9M2025}
    """
    head, line = parsed(written(export.observations(book, LENS)))
    cells = dict(zip(head, line, strict=True))
    assert (cells["value"], cells["value_text"]) == ("-90000000", "'-90m USD")


# -- by the column -----------------------------------------------------------------------------

NASTY = st.text(
    st.sampled_from(
        "=+-@'\"\t\r\n ,\x00\x1c\x85\u1680\u2003\u2028\u3000\u200b\ufeff＝＠a1亿\U000e0041"
    )
)


@given(st.lists(NASTY | st.text(max_size=20)))
@example([*HOSTILE, *HARMLESS])
def test_a_column_is_guarded_as_each_of_its_texts(texts):
    column = pa.array(texts, pa.string())
    assert writer.defused(column).to_pylist() == [writer.guarded(text) for text in texts]


def test_every_character_that_cannot_be_seen_is_told_alike_by_row_and_by_column():
    texts = [f"{chr(code)}=1" for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    column = writer.defused(pa.array(texts, pa.string())).to_pylist()
    assert column == [writer.guarded(text) for text in texts]
    blank = [text for text in texts if text[0].isspace()]
    assert all(writer.guarded(text) != text for text in blank)


def old_observation(book: Book, row: Row, at: Lens) -> Record:
    """What an observation's line says, told one by one from what the trace says of it."""
    measure, told = row.measure, trace.observation(book, row, at.language)
    ends = {"low": measure.bounds.low, "high": measure.bounds.high, "value": measure.value,
            "band_low": measure.band.low, "band_high": measure.band.high}  # fmt: skip
    more: Record = {name: None if end is None else float(end) for name, end in ends.items()}
    more |= {"low_open": measure.bounds.low_open, "high_open": measure.bounds.high_open}
    more |= {"unit": measure.unit, "qualifier": measure.qualifier}
    more |= {"period_start": str(row.period.start or ""), "period_end": str(row.period.end)}
    more |= {"at": str(at.at), "known": str(at.known), "book": book.version, "hypothetical": ""}
    return {name: (told | more)[name] for name in (*export.OBSERVATIONS, *export.ALWAYS)}


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_table_by_the_column_says_what_the_trace_says_of_each_observation(shipped, language):
    at = lens("2026-03-01", language=language)
    rows = [row for row in shipped.exact(shipped.observations) if row.published <= at.known]
    found = export.observations(shipped, at)
    assert found == [old_observation(shipped, row, at) for row in rows]


@pytest.mark.parametrize("name", export.TABLES)
@pytest.mark.parametrize("form", writer.FORMATS)
def test_every_table_in_every_format_has_the_same_columns_and_says_the_same(shipped, name, form):
    names = ["minimax", "moonshot-ai"]
    lines = compare.compare(shipped, names, LENS)
    wanted = [
        record
        for part in export.tables(name, shipped, LENS, names, lines)
        for record in writer.records(part)
    ]
    assert len(wanted) > 5
    data = b"".join(writer.FORMATS[form](export.tables(name, shipped, LENS, names, lines)))
    if form == "parquet":
        read = pq.read_table(io.BytesIO(data))
        days = writer.DAYS.intersection(read.column_names)
        assert {str(read.schema.field(day).type) for day in days} == {"date32[day]"}
        found = [row | {day: str(row[day] or "") for day in days} for row in writer.records(read)]
    else:
        found = json.loads(data) if form == "json" else writer.read(data)
    assert found == wanted
    assert list(found[0]) == re.split(r",\s*", COLUMNS[name])


def test_a_large_table_is_written_in_pieces(shipped):
    many = pa.concat_tables([export.observed(shipped, LENS)] * 30).unify_dictionaries()
    for write in writer.FORMATS.values():
        assert len(list(write([many, many]))) > 2
    pieces = list(writer.csv([many]))
    assert len(writer.read(b"".join(pieces))) == len(many)


def test_no_table_at_all_is_still_an_array_in_json():
    assert json.loads(b"".join(writer.json([writer.table(["id"], [])]))) == []


@given(
    st.lists(
        st.fixed_dictionaries({
            "value": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "line": st.integers(0, 10**9),
            "low_open": st.none() | st.booleans(),
            "note": st.text(max_size=10),
        }),
        max_size=5,
    )
)  # fmt: skip
def test_whatever_is_written_as_csv_reads_back_equal(records):
    names = ["value", "line", "low_open", "note"]
    assert writer.read(b"".join(writer.csv([writer.table(names, records)]))) == records


CODES = st.lists(st.integers(0, 2), min_size=1, max_size=6)


@given(CODES, CODES, st.booleans())
def test_columns_that_are_written_as_one_read_back_as_two(first, second, nulls):
    size = min(len(first), len(second))
    left = pa.DictionaryArray.from_arrays(first[:size], ["a", "=b", 'c"'])
    places = [None if nulls and not each else each for each in second[:size]]
    right = pa.DictionaryArray.from_arrays(pa.array(places, pa.int8()), ["d", "e", "f,", "g"])
    flags = [[True, False, None][each] for each in first[:size]]
    told = pa.table({"title": left, "note": right, "low_open": flags, "high_open": flags})
    rows = writer.read(b"".join(writer.csv([told])))
    wanted = told.to_pylist()
    assert rows == [row | {"note": row["note"] or ""} for row in wanted]


def test_a_folder_without_companies_or_documents_is_an_empty_table(tmp_path):
    for kind in ("companies", "sources"):
        (tmp_path / kind).mkdir()
        book = metrics.book(tmp_path)
        written = b"".join(writer.csv(export.tables("observations", book, LENS, [])))
        assert writer.read(written) == []
