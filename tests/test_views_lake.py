"""Pages from a lake say what they say from the folder that was written as that lake."""

import pytest

import metrics
from metrics import batch, lake, part
from metrics.lens import Lens
from tests.test_views import DAY, drawn, opened
from views import _controls, _shelf

FOUR = ("minimax", "moonshot-ai", "zhipu-ai", "deepseek")


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    """The shipped data as a lake, derived on the tests' day."""
    found = tmp_path_factory.mktemp("lake") / "lake"
    of = lake.write(metrics.book(), found, buckets=5)
    batch.derive(of, Lens(DAY, DAY))
    return found


def both(monkeypatch, where, **address):
    """Every text of a page from the folder, and from the lake."""
    monkeypatch.delenv("FOOTNOTE_DATA", raising=False)
    folder = drawn(opened(**address))
    monkeypatch.setenv("FOOTNOTE_DATA", str(where))
    return folder, drawn(opened(**address))


@pytest.mark.parametrize(
    "address",
    [
        {"c": list(FOUR), "trace": "minimax~runway"},
        {},
        {"c": list(FOUR), "rows": "all", "ccy": "USD"},
        {"on": "company", "company": "minimax"},
        {"on": "metric", "metric": "revenue"},
        {"on": "metric", "metric": "runway"},
    ],
    ids=str,
)
def test_a_page_about_companies_says_the_same_from_a_lake(monkeypatch, where, address):
    folder, found = both(monkeypatch, where, lang="en", **address)
    assert found == folder
    assert len(found) > 50


@pytest.mark.parametrize("page", ["claims", "health", "sources", "changes"])
def test_a_page_about_all_tells_that_from_a_lake_it_is_about_those_named(monkeypatch, where, page):
    monkeypatch.setenv("FOOTNOTE_DATA", str(where))
    said = drawn(opened(on=page, c=list(FOUR), lang="en"))
    assert any(text.startswith("This data is a lake of") for text in said)
    assert any("MiniMax" in text for text in said)


def test_a_document_brings_in_those_who_rest_on_it(monkeypatch, where):
    rows = metrics.book().of(["stepfun"])
    source = str(rows[rows["published"] <= str(DAY)]["source"].iloc[0])
    address = {"on": "sources", "source": source, "lang": "en", "c": ["minimax"]}
    folder, found = both(monkeypatch, where, **address)
    assert "StepFun" in folder
    assert "StepFun" in found


def test_a_search_finds_in_a_lake_what_it_finds_in_a_book(where):
    whole, of = metrics.book(), metrics.opened(where)
    book = part.part(of, ["minimax"])
    for text in ("", "m", "ai", "智", "zzz", "Mini"):
        assert _controls.found(book, text, ["minimax"]) == _controls.found(whole, text, ["minimax"])


def test_without_a_derived_lake_an_order_is_that_of_those_named(monkeypatch, tmp_path):
    lake.write(metrics.book(), tmp_path / "lake", buckets=2)
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "lake"))
    said = drawn(opened(on="metric", metric="revenue", c=list(FOUR), lang="en"))
    assert any(text.startswith("This data is a lake of") for text in said)
    assert _shelf.is_ranked(metrics.book(), Lens(DAY, DAY), "revenue")
