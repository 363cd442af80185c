"""Naughty strings on their way out: tables, workbook, memo and feed hold them as text."""

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import metrics
from metrics import compare, export, feed, memo, workbook, writer
from schemas.book import Book
from tests.folder import lens
from tests.payloads import COMPANIES, DAY, OWN, Dealt, corpora, fits, hostile
from tests.test_memo import Reader

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LENS = lens(DAY)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def dealt(tmp_path_factory) -> tuple[Dealt, Book]:
    """Which naughty string stands where, and the book of their folder."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    return hostile(folder, corpora()), metrics.book(folder)


@pytest.fixture
def convert(tmp_path) -> Callable[[str, bytes], bytes]:
    """Let LibreOffice open a file and save it as a workbook; without one the test is skipped."""
    if OFFICE is None:
        if os.environ.get("REQUIRE_OFFICE") == "1":
            pytest.fail("REQUIRE_OFFICE=1, and there is no LibreOffice")
        pytest.skip("there is no LibreOffice")
    office, profile = OFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"

    def through(name: str, data: bytes) -> bytes:
        (tmp_path / name).write_bytes(data)
        command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", "out", name]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
        saved: Path = tmp_path / "out" / Path(name).with_suffix(".xlsx").name
        return saved.read_bytes()

    return through


def formulas(data: bytes) -> list[str]:
    """All formulas of a workbook, sheet by sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        sheets = sorted(name for name in file.namelist() if name.startswith("xl/worksheets/sheet"))
        return [
            told.text or ""
            for name in sheets
            for told in ET.fromstring(file.read(name)).iter(f"{MAIN}f")  # noqa: S314 - our own
        ]


def strings(data: bytes) -> set[str]:
    """All texts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        root = ET.fromstring(file.read("xl/sharedStrings.xml"))  # noqa: S314 - our own
    return {"".join(each.itertext()) for each in root}


def csv(book: Book, table: str) -> bytes:
    lines = compare.compare(book, COMPANIES, LENS)
    return b"".join(writer.csv(export.tables(table, book, LENS, COMPANIES, lines)))


def test_a_folder_of_naughty_strings_is_a_book(dealt):
    _, book = dealt
    assert {*COMPANIES} <= {*book.companies}
    assert len(book.observations) > 70
    assert {each.name for each in book.problems} >= {"wrong-value", "unknown-field"}
    assert sum(map(fits, OWN)) == len(OWN)


@pytest.mark.parametrize("table", export.TABLES)
def test_tables_read_back_as_the_data_says(dealt, table):
    placed, book = dealt[0].placed, dealt[1]
    data = csv(book, table)
    rows = writer.read(data)
    assert {row["company"] for row in rows} == {*placed["name en"]}
    assert not re.search(rb'(?:^|,|\n)"[\t\r]*[=+@-]', data)
    parts = writer.json(
        export.tables(table, book, LENS, COMPANIES, compare.compare(book, COMPANIES, LENS))
    )
    assert {row["company"] for row in json.loads(b"".join(parts))} == {*placed["name en"]}


@pytest.mark.slow
def test_libreoffice_runs_nothing_of_a_table(dealt, convert):
    assert formulas(convert("live.csv", b'"=1+1"\r\n')) == ["1+1"]  # it would, if it were let
    told = [
        each
        for table in export.TABLES
        for each in formulas(convert(f"{table}.csv", csv(dealt[1], table)))
    ]
    assert told == []
    every = writer.table(["text"], [{"text": each} for each in (*OWN, *corpora())])
    saved = convert("every.csv", b"".join(writer.csv([every])))
    assert formulas(saved) == []
    assert {"'=1+1", "'@SUM(1+1)", "javascript:globalThis.hit=5//"} <= strings(saved)


@pytest.mark.slow
@pytest.mark.parametrize("currency", ["", "USD"])
def test_libreoffice_runs_nothing_of_the_workbook_but_our_formulas(dealt, convert, currency):
    at = lens(DAY, currency=currency)
    ours = workbook.workbook(dealt[1], compare.compare(dealt[1], COMPANIES, at), at)
    assert formulas(ours)
    for told in formulas(ours):
        assert re.fullmatch(r"[A-Za-z0-9_$!'.:,()+*/<>=\- ]*", told), told
        assert not re.search("HYPERLINK|WEBSERVICE|cmd|SUM\\(1", told)
    saved = convert("book.xlsx", ours)
    assert len(formulas(saved)) == len(formulas(ours))
    assert {*dealt[0].placed["name en"]} <= strings(ours)
    with zipfile.ZipFile(io.BytesIO(ours)) as file:
        assert not [name for name in file.namelist() if re.search("external|connection|vba", name)]


def test_the_memo_and_the_feed_hold_text(dealt):
    placed, book = dealt[0].placed, dealt[1]
    page = memo.memo(book, compare.compare(book, COMPANIES, LENS), LENS).decode()
    read = Reader(page)
    assert not {tag for tag, _ in read.tags} & {"script", "img", "iframe", "form", "base", "link"}
    assert [name for name in placed["name en"] if name not in read.text] == []
    told = feed.feed(book, LENS, "http://localhost/", "")
    root = ET.fromstring(told)  # noqa: S314 - our own
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= {
        *("feed", "id", "title", "subtitle", "updated", "author", "name", "link", "entry"),
        *("content", "summary", "published", "category", "generator", "rights", "uri", "div"),
        *("ul", "li", "p", "a", "b", "small", "span", "table", "tr", "td", "th", "strong"),
    }
    text = "".join(root.itertext())
    assert any(name in text for name in placed["name en"])
