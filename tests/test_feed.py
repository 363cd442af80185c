"""The feed: RFC 4287 as far as it is used, ids that stay, and text from data that stays text."""

import xml.etree.ElementTree as ET

import pytest
from starlette.requests import Request

from door import routes
from metrics import feed
from schemas import words
from schemas.book import Book
from tests.folder import LENS, lens

BASE = "http://localhost:8501/"
NAMES = {"a": feed.ATOM}

LAB = """
    sources:
      one: {published: 2025-10-01}
      two: {published: 2025-11-01, publisher: "A & B <i>Gazette</i>"}
    sets: {labs: {name: {en: Labs & Co, zh-Hans: 实验室}, companies: [lab]}}
    lab:
    - {metric: cash_reserves, value: 120m USD, as_stated: 1.2亿美元, period: 2025-06-30,
       source: one}
    - {metric: cash_reserves, value: 90m USD, period: 2025-09-30, source: two}
    - {metric: dau, value: 9m users, period: 2026-09-30, source: two, kind: target,
       scope: {product: "<script>alert(1)</script>"}}
    rest: [{metric: cash_reserves, value: 7m USD, period: 2025-09-30, source: two}]
    """


@pytest.fixture
def book(make_book):
    found: Book = make_book(LAB)
    assert found.problems == ()
    return found


def read(told: bytes) -> ET.Element:
    # What is read here was written a line above.
    return ET.fromstring(told)  # noqa: S314


def text(of: ET.Element, name: str) -> str:
    found = of.find(f"a:{name}", NAMES)
    assert found is not None, name
    return found.text or ""


def links(of: ET.Element) -> dict[str, str]:
    return {each.attrib["rel"]: each.attrib["href"] for each in of.findall("a:link", NAMES)}


def entries(told: bytes) -> dict[str, ET.Element]:
    return {text(each, "updated"): each for each in read(told).findall("a:entry", NAMES)}


def test_a_feed_has_all_that_the_standard_asks_for(book):
    told = feed.feed(book, LENS, BASE, "labs")
    root = read(told)
    assert told.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert root.tag == f"{{{feed.ATOM}}}feed"
    assert text(root, "title") == "Footnote: new figures, Labs & Co"
    assert text(root, "updated") == "2025-11-01T00:00:00Z"
    assert root.find("a:author/a:name", NAMES) is not None
    assert links(root)["self"] == f"{BASE}feed.atom?set=labs&lang=en"
    every = [root, *root.findall("a:entry", NAMES)]
    ids = [text(each, "id") for each in every]
    assert len(set(ids)) == len(ids) == 3
    assert all(each.startswith("urn:uuid:") for each in ids)


def test_each_day_of_publication_is_an_entry_the_newest_first(book):
    found = entries(feed.feed(book, LENS, BASE))
    assert list(found) == ["2025-11-01T00:00:00Z", "2025-10-01T00:00:00Z"]
    newest = found["2025-11-01T00:00:00Z"]
    assert text(newest, "title") == "New figures: 3 (Lab, Rest)"
    asked = "since=2025-10-31&known=2025-11-01&lang=en"
    assert links(newest)["alternate"] == f"{BASE}changes?{asked}"
    assert "120" not in text(newest, "content")


def test_ids_stay_whatever_is_published_later(book):
    early = entries(feed.feed(book, lens(known="2025-10-15"), BASE))
    later = entries(feed.feed(book, LENS, "https://example.org/"))
    assert list(early) == ["2025-10-01T00:00:00Z"]
    same = [text(each["2025-10-01T00:00:00Z"], "id") for each in (early, later)]
    assert same[0] == same[1]
    chinese = entries(feed.feed(book, LENS.__class__(LENS.at, LENS.known, "zh-Hans"), BASE))
    assert text(chinese["2025-10-01T00:00:00Z"], "id") != same[0]


def test_text_from_data_is_text_twice_over(book):
    told = feed.feed(book, LENS, BASE)
    assert b"<script" not in told
    content = text(entries(told)["2025-11-01T00:00:00Z"], "content")
    assert "<script" not in content
    assert "&lt;script&gt;" in content
    assert "A &amp; B &lt;i&gt;Gazette&lt;/i&gt;" in content


def test_a_figure_leads_to_its_trace_and_shows_what_was_printed(book):
    content = text(entries(feed.feed(book, LENS, BASE))["2025-10-01T00:00:00Z"], "content")
    (row,) = [each for each in book.rows(["lab"]) if each.source == "one"]
    assert f"company=lab&amp;known=2025-10-01&amp;trace=lab~cash_reserves~{row.id}" in content
    assert "$120M</a> (printed: 1.2亿美元; one)" in content


def test_a_peer_set_leaves_the_others_out(book):
    assert "$7M" not in feed.feed(book, LENS, BASE, "labs").decode()


def test_a_day_with_very_many_figures_says_how_many_more(book, monkeypatch):
    monkeypatch.setattr(feed, "FIGURES", 1)
    content = text(entries(feed.feed(book, LENS, BASE))["2025-11-01T00:00:00Z"], "content")
    assert content.count("<li>") == 1
    assert "and 2 more" in content


def test_where_nothing_was_published_the_feed_is_empty_and_complete(book):
    root = read(feed.feed(book, lens(known="2020-01-01"), BASE))
    assert root.findall("a:entry", NAMES) == []
    assert text(root, "updated") == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_shipped_data_makes_a_feed_in_each_language(shipped, language):
    told = feed.feed(shipped, LENS.__class__(LENS.at, LENS.known, language), BASE)
    found = entries(told)
    assert 0 < len(found) <= feed.DAYS
    assert "feed." not in told.decode().replace("feed.atom", "")


# -- the route ----------------------------------------------------------------------------------


def ask(book: Book, query: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent = {"host": "localhost", **headers}.items()
    request = Request(
        {
            "type": "http", "method": "GET", "path": "/feed.atom", "scheme": "http",
            "query_string": query.encode(), "root_path": "",
            "headers": [(key.encode(), value.encode()) for key, value in sent],
        }
    )  # fmt: skip
    answer = routes.feed_of(book, request)
    return answer.status_code, dict(answer.headers), bytes(answer.body)


def test_a_reader_who_has_the_feed_is_told_so(book):
    status, headers, body = ask(book, "set=labs")
    assert (status, headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert headers["etag"].startswith(f'"{book.version}-')
    assert len(entries(body)) == 2
    for sent in (headers["etag"], f'"old", W/{headers["etag"]}', "*"):
        assert ask(book, "set=labs", **{"if-none-match": sent})[::2] == (304, b"")
    for query in ("", "set=labs&lang=zh-Hans"):
        assert ask(book, query, **{"if-none-match": headers["etag"]})[0] == 200


@pytest.mark.parametrize("query", ["set=nobody", "lang=tlh", "set=labs&lang=", "set=<b>"])
def test_a_feed_that_is_not_there_is_not_found(book, query):
    status, _, body = ask(book, query)
    assert status == 404
    assert b"<" not in body
