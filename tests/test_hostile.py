"""Requests that no browser sends, against the real server: each gets a word, none a traceback."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic
from urllib.parse import quote, urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection

import metrics
from metrics import export, writer
from schemas import words
from tests.test_door import ask, refusal, sit_down

HERE = "Host: localhost\r\nConnection: close\r\n"
# Ends of the calendar, other people's digits, half a value, other people's names.
DATES = [
    *("at=0001-01-01", "at=9999-12-31", "known=0001-01-01", "known=9999-12-31&at=9999-12-31"),
    *("at=0001-01-01&periods=year", "at=9999-12-31&periods=shared", "at=0001-01-01&ccy=CNY"),
    "at=9999-12-31&known=9999-12-31&ccy=USD&since=0001-01-01&new=99999999999999999999",
]
ODD = [
    *("at=2025-02-30", "at=0000-00-00", "at=99999-01-01", "at=-1", f"at={quote('２０２５-01-01')}"),
    *("at=&at=x", "c=%00", "c=..%2f..%2fetc", "c=minimax%2Bmoonshot-ai", "c=minimax&c=minimax"),
    *("c", "%", "=", "&&&&", "a=b=c", "ccy=%3Cscript%3E", "lang=%22", "rows=1", "periods=x"),
    *("by=~", "by=~~~", "by=revenue~", "metric=__class__", "metric=%ff%fe", "source=.."),
    *("company=%0d%0aSet-Cookie:%20a=b", "page=-1", "page=99999999999999999999", "log=%00"),
    *("q=%25%5C'%22%00", "trace=~~", "trace=minimax~revenue~zz", "claim=%F0%9F%98%80"),
    *("verdict=x&kind=y&part=z&severity=9", "set=..&since=9999-99-99&new=-1"),
]
# A page goes on with what it understands, so it can be asked many odd things at once.
ADDRESSES = [*DATES, *("&".join(ODD[start::8]) for start in range(8))]
# What a server in front might take for the first request's body, and this one for a second.
SMUGGLED = "0\r\n\r\nGET /_stcore/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
PAGES = ("", "company", "metric", "claims", "sources", "health", "changes", "passage")


def exchange(address: str, request: str | bytes) -> bytes:
    """All that these very bytes are answered with, until the server hangs up."""
    told = request if isinstance(request, bytes) else request.encode()
    with socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=20) as line:
        try:
            line.sendall(told)
            return line.makefile("rb").read()
        except ConnectionError:
            return b""  # turned away in the middle of it


def statuses(answer: bytes) -> list[int]:
    """The statuses of all answers in these bytes."""
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def is_well(address: str) -> bool:
    """Whether the server still answers, and soon."""
    start = monotonic()
    return ask(address, "/_stcore/health")[0].status == 200 and monotonic() - start < 5


# -- what is asked of tables, the feed and pages ------------------------------------------------


@pytest.mark.parametrize("table", export.TABLES)
def test_no_parameter_makes_a_table_fail(server, table):
    connection = HTTPConnection(urlsplit(server).netloc, timeout=60)
    for form, queries in (("csv", [*DATES, *ODD]), ("json", DATES), ("parquet", DATES)):
        assert form in writer.FORMATS
        for query in queries:
            connection.request("GET", f"/api/{table}.{form}?c=moonshot-ai&{query}")
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status in {200, 400}, query
            assert b"Traceback" not in body
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Set-Cookie"] is None
            if answer.status == 400:
                assert answer.headers["Content-Type"].startswith("text/plain")
    connection.close()


@pytest.mark.parametrize("path", ["/api/%00.csv", "/api/..%2f..%2fpasswd.csv", "/api/claims.exe"])
def test_there_are_no_tables_but_ours(server, path):
    assert ask(server, path)[0].status in {400, 404}


def test_no_parameter_makes_the_feed_fail(server):
    connection = HTTPConnection(urlsplit(server).netloc, timeout=60)
    for query in ("set=..", "set=%00", "set=%ed%a0%80", "lang=%00", "lang=EN", "set=&set=x", "x=1"):
        connection.request("GET", f"/feed.atom?{query}")
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status in {200, 404}, query
        assert b"Traceback" not in body
    connection.close()


def seen(viewer: ClientConnection, page: str, query: str) -> str:
    """All that is sent for an address, as text."""
    wanted = BackMsg()
    wanted.rerun_script.page_name = page
    wanted.rerun_script.query_string = query
    viewer.send(wanted.SerializeToString())
    parts: list[bytes] = []
    kind = None
    while kind != "script_finished":
        told = viewer.recv(60)
        message = ForwardMsg()
        message.ParseFromString(told if isinstance(told, bytes) else told.encode())
        kind = message.WhichOneof("type")
        parts.append(message.SerializeToString())
    return b"".join(parts).decode("utf-8", "replace")


@pytest.mark.parametrize("page", PAGES)
def test_no_address_makes_a_page_fail(server, page):
    failed = words.say("en", "ui.failed.says")
    with sit_down(server, max_size=1 << 26) as viewer:
        for query in ADDRESSES:
            told = seen(viewer, page, f"lang=en&{query}")
            assert words.say("en", "ui.footer.advice") in told, query
            assert failed not in told, query
            assert "Traceback" not in told


# -- how it is asked ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/claims.csv?c=minimax", "/feed.atom", "/"])
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"]
)
def test_whatever_is_not_reading_is_refused(server, path, method):
    answer = exchange(server, f"{method} {path} HTTP/1.1\r\n{HERE}\r\n")
    assert statuses(answer) == [405]
    assert b"x-frame-options: DENY" in answer
    assert b"access-control" not in answer.lower()


@pytest.mark.parametrize(
    "request_",
    [
        "POST / HTTP/1.1\r\n{}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
        "POST / HTTP/1.1\r\n{}Content-Length: 0\r\nTransfer-Encoding: x\r\n\r\n" + SMUGGLED,
        "POST / HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n",
        "POST / HTTP/1.1\r\n{}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n{}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "POST / HTTP/1.1\r\n{}Content-Length: -5\r\n\r\n",
        "POST / HTTP/1.1\r\n{}Content-Length: 0x5\r\n\r\nabcde",
        "GET / HTTP/1.1\r\nHost : localhost\r\n{}\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\n{}\r\n",
        "GET http://evil.example/ HTTP/1.1\r\n{}\r\n",
        "GET /\x00 HTTP/1.1\r\n{}\r\n",
        "GET /\r\nX: y HTTP/1.1\r\n{}\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n{}",
    ],
)
def test_a_request_that_could_be_read_in_two_ways_is_not_read(server, request_):
    answer = exchange(server, request_.replace("{}", HERE))
    assert len(statuses(answer)) == 1
    assert statuses(answer)[0] in {400, 404, 405, 505}
    assert b"# TYPE" not in answer
    assert b"Traceback" not in answer


def test_each_request_of_a_line_is_judged_by_itself(server):
    first = "GET /_stcore/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    second = "GET /_stcore/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert statuses(exchange(server, first + second)) == [200, 400]


@pytest.mark.parametrize(
    "request_",
    [
        f"GET / HTTP/1.1\r\n{HERE}X: {'a' * 1_000_000}\r\n\r\n",
        f"GET /?q={'a' * 1_000_000} HTTP/1.1\r\n{HERE}\r\n",
        f"GET /api/claims.csv?{'c=x&' * 100_000} HTTP/1.1\r\n{HERE}\r\n",
        "GET / HTTP/1.1\r\n" + "a" * 1_000_000,
    ],
    ids=["header", "address", "parameters", "no end"],
)
def test_a_request_too_large_to_be_meant_is_cut_off(server, request_):
    assert statuses(exchange(server, request_)) in ([], [400])
    assert is_well(server)


def test_very_many_parameters_and_headers_do_no_harm(server):
    many = "&".join(f"c=x{number}" for number in range(5_000))
    assert statuses(exchange(server, f"GET /api/claims.csv?{many} HTTP/1.1\r\n{HERE}\r\n")) == [400]
    lines = "".join(f"X{number}: a\r\n" for number in range(3_000))
    assert statuses(exchange(server, f"GET / HTTP/1.1\r\n{HERE}{lines}\r\n")) in ([200], [400])


# -- who asks, and how slowly -------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "file://",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "http://localhost:1",
        "http://localhost",
        "http://127.0.0.1:{port}",
        "http://localhost:{port}/",
        "https://footnote.example",
        "localhost:{port}",
    ],
)
def test_a_session_is_for_our_own_pages(server, origin):
    told = origin.format(port=urlsplit(server).port)
    refused = refusal(server, additional_headers={"Origin": told}).response
    assert refused.status_code == 403
    assert refused.headers["X-Frame-Options"] == "DENY"


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """A way out for the server, and the addresses that it asked for by that way."""
    asked: list[str] = []

    class Way(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        do_CONNECT = do_GET  # noqa: N815 - as http.server has it

    with ThreadingHTTPServer(("127.0.0.1", 0), Way) as way:
        Thread(target=way.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{way.server_port}", asked
        way.shutdown()


def test_whoever_asks_the_server_asks_nobody_else(serve, outside):
    way, asked = outside
    with serve(HTTP_PROXY=way, HTTPS_PROXY=way, http_proxy=way, https_proxy=way) as address:
        for origin in ("https://evil.example", "http://localhost:1", "null"):
            start = monotonic()
            refusal(address, additional_headers={"Origin": origin})
            assert monotonic() - start < 1
            ask(address, "/_stcore/health", Origin=origin)
            ask(address, "/media/x.csv", Origin=origin)
        with sit_down(address, origin=address, max_size=1 << 26) as viewer:
            for page in PAGES:
                seen(viewer, page, "lang=en")
        ask(address, "/feed.atom")
        ask(address, "/api/derived.csv?c=minimax&ccy=CNY")
    assert asked == []


@pytest.mark.parametrize(
    "path", ["/", "/api/claims.csv?c=minimax", "/feed.atom", "/_stcore/host-config", "/static/x.js"]
)
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_page_may_read_an_answer(server, path, origin):
    for method in ("GET", "OPTIONS"):
        answer, _ = ask(server, path, method, Origin=origin)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_slow_do_not_keep_others_waiting(server):
    port = urlsplit(server).port
    halves = (
        "GET / HTTP/1.1\r\nHost: loc",
        "GET /api/observations.csv HTTP/1.1\r\n" + HERE + "\r\n",
    )
    with ExitStack() as held:
        for request in halves:
            for _ in range(60):
                line = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                line.sendall(request.encode())
        assert is_well(server)
        assert ask(server, "/")[0].status == 200
        assert ask(server, "/api/claims.csv?c=minimax")[0].status == 200


def said(what: str) -> bytes:
    """A message of Streamlit's protocol that no page of ours sends."""
    message = BackMsg()
    setattr(message, what, True)
    return bytes(message.SerializeToString())


def test_no_viewer_can_make_the_server_forget(serve, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(metrics.DATA, folder)
    with serve(FOOTNOTE_DATA=str(folder)) as address, sit_down(address, max_size=1 << 26) as viewer:
        page = ("company", "company=minimax&lang=en")
        assert "MiniMax Group" in seen(viewer, *page)
        (folder / "companies" / "minimax.yaml").write_text("{", encoding="utf-8")
        viewer.send(said("clear_cache"))
        # The last good state stays, for whoever comes and however often he asks to forget it.
        assert "MiniMax Group" in seen(viewer, *page)
        with sit_down(address, max_size=1 << 26) as other:
            assert "MiniMax Group" in seen(other, *page)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff" * 1_000, b"{}", "text", said("load_git_info"), said("set_run_on_save")],
    ids=["empty", "garbage", "json", "text", "repository", "run on save"],
)
def test_what_no_page_says_is_not_heard(server, data):
    with sit_down(server, max_size=1 << 26) as viewer:
        viewer.send(data)
        told = seen(viewer, "", "lang=en")
        assert words.say("en", "ui.footer.advice") in told
        assert "git_info" not in told
        assert "footnote.git" not in told
        assert "Traceback" not in told
    assert is_well(server)


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_a_message_too_large_to_be_meant_ends_the_session(server, compression):
    with sit_down(server, max_size=1 << 26, compression=compression) as viewer:
        with pytest.raises(ConnectionClosedError) as closed:  # noqa: PT012 - at either
            viewer.send(b"\x00" * (17 << 20))
            viewer.recv(30)
        # Either the server says so (RFC 6455, 7.4.1), or it hangs up in the middle of it.
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
    assert is_well(server)


def test_what_a_page_says_may_be_anything(server):
    failed = words.say("en", "ui.failed.says")
    with sit_down(server, max_size=1 << 26) as viewer:
        seen(viewer, "", "lang=en")
        for told in (
            "javascript:globalThis.hit=1",
            "//evil.example",
            "x" * 100_000,
            "?c=%00",
            "\x00",
        ):
            for value in (
                {"go": told},
                {"find": told},
                {"said": {"say": told, "value": told}},
                told,
            ):
                wanted = BackMsg()
                wanted.rerun_script.query_string = "lang=en"
                for key in ("bar", "companies", "cards", "table"):
                    state = wanted.rerun_script.widget_states.widgets.add()
                    state.id = f"$$ID-0-{key}"
                    state.json_value = json.dumps(value)
                viewer.send(wanted.SerializeToString())
        told = seen(viewer, "", "lang=en")
        while words.say("en", "ui.footer.advice") not in told:
            told = seen(viewer, "", "lang=en")
        assert failed not in told
    assert is_well(server)


def test_a_route_that_fails_says_nothing_of_why(serve):
    # A folder whose name no file system takes, which is no slip of any data author.
    with serve(FOOTNOTE_DATA="x" * 5_000) as address:
        answer, body = ask(address, "/api/observations.csv")
        assert answer.status == 500
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert body == "This did not work. What went wrong stands in the log.\n"
        assert ask(address, "/_stcore/health")[0].status == 200
