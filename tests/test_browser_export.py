"""Taking it away from the pages: downloads, and links to the tables behind them."""

import io
import zipfile
from datetime import date
from urllib.request import urlopen

import pytest

from metrics import writer

TWO = "c=minimax&c=moonshot-ai&at=2026-02-01&known=2026-02-01"


@pytest.mark.parametrize(
    ("name", "ending", "start"),
    [
        ("Download CSV", ".csv", b"\xef\xbb\xbf"),
        ("Download workbook", ".xlsx", b"PK"),
        ("Download memo", ".html", b"<!doctype html>"),
    ],
)
def test_compare_is_taken_away_as_shown(visit, name, ending, start):
    page = visit(f"/?{TWO}&lang=en")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    found = waiting.value
    assert found.suggested_filename == f"footnote-2026-02-01{ending}"
    data = found.path().read_bytes()
    assert data.startswith(start)
    if ending == ".xlsx":
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


@pytest.mark.parametrize(
    ("path", "table", "column", "values"),
    [
        (f"/?{TWO}&lang=en", "comparison", "company_id", {"minimax", "moonshot-ai"}),
        ("/company?company=xai&lang=en", "observations", "company_id", {"xai"}),
        ("/metric?metric=revenue&lang=en", "observations", "metric", {"revenue"}),
        ("/metric?metric=runway&lang=en", "derived", "metric", {"runway"}),
        ("/claims?lang=en&metric=runway&verdict=reproduced", "claims", "verdict", {"reproduced"}),
        ("/sources?lang=en", "observations", "unit_basis", {"stated", "inferred"}),
        ("/sources?lang=en&kind=company", "observations", "source_kind", {"company"}),
        ("/health?lang=en", "observations", "known", {str(date.today())}),  # noqa: DTZ011 - as the server
        (
            "/changes?set=listed-ai-labs&since=2026-01-31&known=2026-03-31&lang=en",
            "observations",
            "known",
            {"2026-03-31"},
        ),
    ],
)
def test_a_page_links_to_the_tables_behind_it(visit, server, path, table, column, values):
    page = visit(path)
    link = page.locator(f"a[href^='./api/{table}.csv']")
    assert link.inner_text() == "CSV"
    address = link.evaluate("link => link.href")
    assert address.startswith(f"{server}/api/{table}.csv?")
    with urlopen(address, timeout=60) as answer:
        rows = writer.read(answer.read())
    assert {row[column] for row in rows} == values
