"""The same data gives the same bytes, wherever it is read, and no number that is none."""

import io
import json
import math
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from metrics import check, compare, export, feed, findings, memo, package, workbook, writer
from schemas.book import Book
from tests.folder import LENS, TODAY

ROOT = Path(__file__).parent.parent
SOME = ("minimax", "moonshot-ai", "xai", "openai")
# What a machine may do differently.
PLACES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "COLUMNS": "20"},
]
# A number that is none, standing alone in a cell.
NONE = re.compile(r'(?im)(?:^|,)"?(?:[-+]?(?:nan|inf|infinity)|-0(?:\.0*)?)"?(?:,|\r?$)')


def made(book: Book) -> Iterator[tuple[str, bytes]]:
    """Everything that is written about some companies, by name."""
    yield "check", repr(check.problems(book, TODAY, TODAY, everything=True)).encode()
    yield "findings", findings.document(book, LENS).encode()
    yield "feed", feed.feed(book, LENS, "http://localhost/")
    lines = compare.compare(book, SOME, LENS)
    for name in export.TABLES:
        for form, write in writer.FORMATS.items():
            yield f"{name}.{form}", b"".join(write(export.tables(name, book, LENS, SOME, lines)))
    wide = export.wide(lines, "zh-Hans")
    yield "wide.csv", b"".join(writer.csv([writer.table(wide[0], wide)]))
    yield "package.zip", package.zipped(package.files(book, LENS, SOME, {}))
    yield "workbook.xlsx", workbook.workbook(book, lines, LENS)
    yield "memo.html", memo.memo(book, lines, LENS)


CHILD = """
import hashlib, json
import metrics
from tests.test_same import made
told = {name: hashlib.sha256(data).hexdigest() for name, data in made(metrics.book())}
print(json.dumps(told))
"""


@pytest.mark.slow
def test_hash_seed_time_zone_and_locale_change_no_byte():
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD],
            cwd=ROOT,
            env={**os.environ, **place},
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in PLACES
    ]
    first, *others = (json.loads(each.communicate()[0]) for each in running)
    assert len(first) > 15
    for other in others:
        assert other == first


@pytest.fixture(scope="module")
def written(shipped: Book) -> dict[str, bytes]:
    return dict(made(shipped))


def test_no_cell_of_csv_holds_a_number_that_is_none(written):
    files = {name: data for name, data in written.items() if name.endswith(".csv")}
    with zipfile.ZipFile(io.BytesIO(written["package.zip"])) as zipped:
        tables = [name for name in zipped.namelist() if name.endswith(".csv")]
        files |= {f"package/{name}": zipped.read(name) for name in tables}
    assert len(files) == 9
    for name, data in files.items():
        found = NONE.search(data.decode("utf-8-sig"))
        assert found is None, (name, found)


def test_no_number_of_json_is_none(written):
    def refuse(text: str) -> None:
        raise AssertionError(text)

    for name, data in written.items():
        if name.endswith(".json"):
            rows = json.loads(data, parse_constant=refuse)
            assert rows, name
            values = [value for row in rows for value in row.values() if isinstance(value, float)]
            assert all(math.isfinite(value) for value in values)
            assert not any(value == 0 and math.copysign(1, value) < 0 for value in values)


def test_no_number_of_parquet_is_none(written):
    for name, data in written.items():
        if name.endswith(".parquet"):
            for row in pq.read_table(io.BytesIO(data)).to_pylist():
                for key, value in row.items():
                    if isinstance(value, float):
                        assert math.isfinite(value), (name, key)
                        assert value != 0 or math.copysign(1, value) > 0, (name, key)


def test_no_cell_of_the_workbook_and_no_number_of_the_memo_is_none(written):
    with zipfile.ZipFile(io.BytesIO(written["workbook.xlsx"])) as sheets:
        cells = [
            value
            for name in sheets.namelist()
            if name.startswith("xl/worksheets/")
            for value in re.findall(rb"<v>([^<]*)</v>", sheets.read(name))
        ]
    assert len(cells) > 100
    bad = {b"nan", b"inf", b"-inf", b"-0", b"-0.0", b"#NUM!", b"#DIV/0!", b"#VALUE!", b"#REF!"}
    assert not {cell.lower() for cell in cells} & {each.lower() for each in bad}
    text = re.sub(
        r"<style>.*?</style>|<[^>]*>", " ", written["memo.html"].decode(), flags=re.DOTALL
    )
    assert not re.search(r"(?<!\w)-?(?:nan|inf)(?!\w)", text)
    assert not re.search(r'="-?(?:nan|inf)"', written["memo.html"].decode())


def test_no_company_has_an_answer_that_is_no_number(shipped):
    for table in export.tables("derived", shipped, LENS, shipped.singles):
        for row in writer.records(table):
            for key in writer.NUMBERS & row.keys():
                value = row[key]
                assert value is None or math.isfinite(value), row
                assert value != 0 or math.copysign(1, value) > 0, row
