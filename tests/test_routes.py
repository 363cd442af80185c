"""What the door gives out besides pages: tables under the address of a page."""

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette

from door import routes
from metrics import changes, export, writer
from schemas import words
from schemas.book import Book
from views import _state

MORE = ("lang=zh-Hans", "ccy=USD", "metric=runway", "rates=stated", "verdict=reproduced")
TWO = "c=minimax&c=moonshot-ai&at=2026-02-01&known=2026-02-01"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    parts: list[bytes]

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


def ask(book: Book, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask the routes over a book, without a server in between."""
    app = Starlette(routes=routes.stack(lambda: book))
    sent: list[Any] = []
    path, _, query = path.partition("?")

    async def receive() -> dict[str, Any]:
        if any(not each.get("more_body", True) for each in sent):
            return {"type": "http.disconnect"}
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in
           headers.items()]  # fmt: skip
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": method,
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": raw,
        "scheme": "http", "server": ("localhost", 80), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], told, [each["body"] for each in rest if each.get("body")])


@pytest.mark.parametrize("table", export.TABLES)
@pytest.mark.parametrize("form", writer.FORMATS)
def test_each_table_is_there_in_each_format(shipped, table, form):
    answer = ask(shipped, f"/api/{table}.{form}?{TWO}")
    assert answer.status == 200
    read: dict[str, Callable[[bytes], Any]] = {
        "csv": writer.read,
        "json": json.loads,
        "parquet": lambda data: pq.read_table(io.BytesIO(data)).to_pylist(),
    }
    rows = read[form](answer.body)
    assert list(rows[0]) == [*export.TABLES[table], *export.ALWAYS]
    assert {row["company_id"] for row in rows} == {"minimax", "moonshot-ai"}
    assert answer.headers["content-type"] == writer.TYPES[form]
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="footnote-{table}-2026-02-01.{form}"'
    )


def test_a_table_under_the_address_of_a_page_says_what_the_page_says(shipped):
    address = f"{TWO}&ccy=CNY&periods=year&lang=zh-Hant&rows=all&metric=runway&log=1&trace=x"
    rows = json.loads(ask(shipped, f"/api/comparison.json?{address}").body)
    (revenue,) = (
        row for row in rows if (row["metric"], row["company_id"]) == ("revenue", "minimax")
    )
    assert (revenue["unit"], revenue["label"]) == ("CNY", words.label("zh-Hant", "revenue"))
    assert revenue["period"] == "2024-01-01/2024-12-31"
    usual = json.loads(ask(shipped, f"/api/comparison.json?{TWO}").body)
    assert len(rows) > len(usual)


def test_who_is_not_named_is_chosen_as_on_the_page(shipped):
    rows = json.loads(ask(shipped, "/api/comparison.json").body)
    first = next(iter(shipped.sets.values()))
    assert {row["company_id"] for row in rows} == set(first.companies[:6])
    every = writer.read(ask(shipped, "/api/observations.csv").body)
    assert len(every) == len(shipped.observations)


def test_a_company_or_a_metric_is_asked_for_alone(shipped):
    rows = writer.read(ask(shipped, f"/api/observations.csv?{TWO}&company=xai&metric=revenue").body)
    assert {(row["company_id"], row["metric"]) for row in rows} == {("xai", "revenue")}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("d=1", "d. There are c, company"),
        ("c=nobody", "c cannot be nobody"),
        ("company=nobody", "company cannot be nobody"),
        ("at=2025-13-01", "at cannot be 2025-13-01"),
        ("known=soon", "known cannot be soon"),
        ("ccy=XXX", "ccy cannot be XXX"),
        ("periods=month", "periods cannot be month"),
        ("metric=luck", "metric cannot be luck"),
        ("rows=some", "rows cannot be some"),
        ("lang=fr", "lang cannot be fr"),
        ("rates=best", "rates cannot be best"),
        ("set=none", "set cannot be none"),
        ("verdict=liar", "verdict cannot be liar"),
        ("kind=rumour", "kind cannot be rumour"),
    ],
)
def test_what_means_nothing_gets_400_and_a_sentence(shipped, query, said):
    answer = ask(shipped, f"/api/derived.csv?{query}")
    assert answer.status == 400
    assert said in answer.body.decode()
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"


def test_the_sentence_is_in_the_language_of_the_address(shipped):
    answer = ask(shipped, "/api/claims.csv?lang=zh-Hans&c=nobody")
    assert "不能是 nobody" in answer.body.decode()


def test_an_unknown_table_or_format_gets_404_and_what_there_is(shipped):
    for path in ("/api/secrets.csv", "/api/claims.xml"):
        answer = ask(shipped, path)
        assert answer.status == 404
        assert "observations, derived, claims, comparison" in answer.body.decode()


def test_more_companies_than_can_be_worked_out_at_once_get_400(shipped, monkeypatch):
    every = "&".join(f"c={name}" for name in shipped.singles[:7])
    answer = ask(shipped, f"/api/comparison.csv?{every}")
    assert (answer.status, "6 at most" in answer.body.decode()) == (400, True)
    monkeypatch.setattr(export, "MOST", 3)
    assert ask(shipped, f"/api/derived.csv?{every}").status == 400
    assert ask(shipped, "/api/claims.csv").status == 400
    assert ask(shipped, f"/api/observations.csv?{every}").status == 200


def test_what_someone_has_already_is_not_sent_again(shipped):
    path = f"/api/claims.csv?{TWO}"
    first = ask(shipped, path)
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = ask(shipped, path, if_none_match=given)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ask(shipped, path, if_none_match='"other"').status == 200
    same = ask(shipped, "/api/claims.csv?" + "&".join(reversed(TWO.split("&")[2:])) + "&c=minimax"
               "&c=moonshot-ai", if_none_match=tag)  # fmt: skip
    assert same.status == 304


def test_another_book_or_another_question_has_another_tag(shipped):
    paths = [
        f"/api/claims.csv?{TWO}",
        f"/api/claims.json?{TWO}",
        f"/api/derived.csv?{TWO}",
        *(f"/api/claims.csv?{TWO}&{more}" for more in MORE),
    ]
    tags = {ask(shipped, path, "HEAD").headers["etag"] for path in paths}
    assert len(tags) == len(paths)
    other = replace(shipped, version="other")
    assert ask(other, paths[0], "HEAD").headers["etag"] not in tags


def test_the_head_alone_is_not_worked_out(shipped, monkeypatch):
    monkeypatch.setattr(export, "answers", None)
    answer = ask(shipped, f"/api/derived.csv?{TWO}", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == writer.TYPES["csv"]


def test_a_table_is_sent_in_pieces_as_it_is_worked_out(shipped):
    assert len(ask(shipped, f"/api/derived.csv?{TWO}").parts) > 2


def test_the_real_server_gives_tables_with_the_headers_of_every_answer(server):
    connection = HTTPConnection(urlsplit(server).netloc, timeout=60)
    connection.request("GET", f"/api/comparison.csv?{TWO}")
    answer = connection.getresponse()
    rows = writer.read(answer.read())
    assert (answer.status, len(rows) > 20) == (200, True)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    connection.request("GET", "/api/comparison.csv?x=1")
    refused = connection.getresponse()
    assert (refused.status, refused.headers["X-Frame-Options"]) == (400, "DENY")
    assert b"means nothing here: x." in refused.read()
    connection.request("POST", "/api/comparison.csv")
    assert connection.getresponse().status == 405
    connection.close()


def test_a_foreign_host_gets_no_table(server):
    connection = HTTPConnection(urlsplit(server).netloc, timeout=60)
    connection.request("GET", "/api/observations.csv", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400
    connection.close()


def test_a_table_takes_every_parameter_that_a_page_takes():
    assert set(_state.KEYS) == {*routes.KEYS, *routes.SCREEN}


def test_the_readers_choice_of_rates_counts_in_a_table_too(make_book):
    book = make_book("""
    rates:
    - {base: USD, quote: CNY, rate: 7.5, as_stated: "7.5", kind: closing, period: 2025-09-30}
    lab: [{metric: cash_reserves, value: 100m USD, period: 2025-09-30}]
    """)
    assert book.problems == ()
    path = "/api/comparison.json?c=lab&ccy=CNY&at=2026-02-01&known=2026-02-01"
    found = {
        rates: json.loads(ask(book, f"{path}&rates={rates}").body)[0]["value"]
        for rates in ("reference", "stated")
    }
    assert found["stated"] == 750_000_000 != found["reference"]


def test_a_set_a_day_and_a_kind_of_source_narrow_what_is_taken(shipped):
    name, peers = next((name, each) for name, each in shipped.sets.items() if not each.watch)
    path = f"/api/observations.csv?set={name}&known=2026-06-30"
    every = writer.read(ask(shipped, path).body)
    assert {row["company_id"] for row in every} <= set(changes.members(shipped, name))
    assert len({row["company_id"] for row in every} & set(peers.companies)) > 1
    late = writer.read(ask(shipped, f"{path}&since=2025-12-31").body)
    assert 0 < len(late) < len(every)
    assert all(row["published"] >= "2025-12" for row in late)
    filed = writer.read(ask(shipped, f"{path}&kind=aggregator").body)
    assert {row["source_kind"] for row in filed} == {"aggregator"}
    derived = writer.read(ask(shipped, f"/api/derived.csv?set={name}&metric=runway").body)
    assert {row["metric"] for row in derived} == {"runway"}
    assert {row["company_id"] for row in derived} <= set(peers.companies)


def test_claims_are_taken_by_their_verdict(shipped):
    rows = writer.read(ask(shipped, "/api/claims.csv?metric=runway&verdict=reproduced").body)
    assert {(row["metric"], row["verdict"]) for row in rows} == {("runway", "reproduced")}


def test_of_one_metric_more_companies_may_be_asked_for(shipped, monkeypatch):
    monkeypatch.setattr(export, "MOST", 1)
    assert ask(shipped, "/api/derived.csv").status == 400
    assert ask(shipped, "/api/derived.csv?metric=runway", "HEAD").status == 200
