"""The door, against the real server: headers, names, closed routes, origins and seats."""

import base64
import hashlib
import json
import re
import socket
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import Message
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from door import headers

ROUTES = [
    "/",
    "/company?id=minimax",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/static/js/none.js",
    "/media/none.csv",
    "/component/none/index.html",
    "/favicon.png",
    "/feed.atom?set=listed-ai-labs",
    "/feed.atom?set=nobody",
]
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def ask(address: str, path: str, method: str = "GET", **sent: str) -> tuple[HTTPResponse, str]:
    """One plain request, and its answer with the body read."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, headers=sent)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer, body


def send_raw(address: str, request: str) -> str:
    """The status line that these very bytes are answered with."""
    port = urlsplit(address).port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request.encode())
        return line.makefile("rb").readline().decode().strip()


def sit_down(address: str, host: str = "localhost", **options: Any) -> ClientConnection:
    """Open a viewer's WebSocket, to this server by that name."""
    port = urlsplit(address).port
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    try:
        viewer: ClientConnection = connect(
            f"ws://{host}:{port}/_stcore/stream",
            sock=line,
            subprotocols=[Subprotocol("streamlit")],
            **options,
        )
    except InvalidStatus:
        line.close()
        raise
    return viewer


def refusal(address: str, **options: Any) -> InvalidStatus:
    """The refusal of a viewer's WebSocket."""
    with pytest.raises(InvalidStatus) as caught:
        sit_down(address, **options)
    return caught.value


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether this comes true within five seconds: a seat is given back after a farewell."""
    for _ in range(50):
        if holds():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_carries_the_security_headers(server, path):
    answer, _ = ask(server, path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_feed_comes_through_the_door_and_names_its_own_address(server):
    answer, body = ask(server, "/feed.atom?lang=zh-Hans")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert f'href="{server}/feed.atom?lang=zh-Hans"' in body
    again, nothing = ask(
        server, "/feed.atom?lang=zh-Hans", **{"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status, nothing) == (304, "")
    assert ask(server, "/feed.atom", method="POST")[0].status == 405


def test_refusals_carry_the_security_headers_too(server):
    answer, _ = ask(server, "/", Host="evil.example")
    assert answer.status == 400
    assert answer.headers["X-Frame-Options"] == "DENY"
    refused = refusal(server, host="evil.example").response
    assert refused.headers["X-Frame-Options"] == "DENY"


def test_scripts_are_allowed_by_origin_and_hash_alone(server):
    answer, page = ask(server, "/")
    rules = dict(
        rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in inline
    ]
    assert len(hashes) == 1
    assert rules["script-src"].split() == ["'self'", "blob:", *hashes]
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example#localhost",
        "evil.example/localhost",
        "evil.example?localhost",
        "localhost@evil.example",
        "evil.example@localhost",
        "localhost:99999",
        "localhost:http",
        "[::1",
        "[::2]",
        "127.0.0.2",
        "0.0.0.0",  # noqa: S104 - a name to be refused
        "2130706433",
        "",
        " ",
    ],
)
def test_a_foreign_host_gets_400_on_every_route(server, host):
    for path in [*ROUTES, "/_stcore/stream"]:
        answer = send_raw(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")
        assert answer.startswith("HTTP/1.1 400"), path


def test_a_request_with_no_host_or_with_two_gets_400(server):
    assert " 400" in send_raw(server, "GET / HTTP/1.0\r\n\r\n")
    assert " 400" in send_raw(server, "GET / HTTP/1.1\r\n\r\n")
    two = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"
    assert " 400" in send_raw(server, two)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "localhost.", "127.0.0.1", "[::1]:80"]
)
def test_the_names_of_this_machine_are_let_in(server, host):
    answer = send_raw(server, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")
    assert answer == "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("footnote.example", "footnote.example", True),
        ("footnote.example", " Footnote.Example. ", True),
        ("footnote.example", "example", False),
        ("a.example", "*.example", True),
        ("a.b.example", "*.example", True),
        ("example", "*.example", False),
        ("badexample", "*.example", False),
        ("::1", "[::1]", True),
        ("anything", "*", True),
    ],
)
def test_allowed_hosts_are_read_as_streamlit_reads_them(name, pattern, expected):
    assert headers.matches(name, pattern) is expected


def test_the_server_listens_on_this_machine_only(server):
    # Every address of 127.0.0.0/8 reaches a server that listens on all interfaces.
    with pytest.raises(OSError):  # noqa: PT011 - refused or unreachable, by operating system
        socket.create_connection(("127.0.0.2", urlsplit(server).port), timeout=5)


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/metrics?families=cache_memory_bytes",
        "/_stcore/%6detrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/script-health-check",
    ],
)
def test_inner_routes_are_closed(server, path):
    answer, body = ask(server, path)
    assert (answer.status, body) == (404, "Not found.\n")


@pytest.mark.parametrize(
    "path", ["//_stcore/metrics", "/x/../_stcore/metrics", "/_stcore//metrics"]
)
def test_no_spelling_of_a_path_opens_the_statistics(server, path):
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(server).port), timeout=20) as line:
        line.sendall(request.encode())
        assert b"# TYPE" not in line.makefile("rb").read()


def test_nothing_can_be_uploaded(server):
    answer, _ = ask(server, "/_stcore/upload_file/session/file", "PUT")
    assert answer.status == 404


def test_host_config_names_no_other_site(server):
    answer, body = ask(server, "/_stcore/host-config")
    assert answer.status == 200
    assert json.loads(body)["allowedOrigins"] == []
    assert "http" not in body


def test_a_websocket_from_a_foreign_page_is_refused(server):
    assert refusal(server, origin="https://evil.example").response.status_code == 403


def test_a_websocket_to_a_foreign_host_is_refused(server):
    refused = refusal(server, host="evil.example").response
    assert (refused.status_code, refused.body) == (400, b"This server does not go by that name.\n")


def test_a_websocket_from_our_own_page_is_let_in(server):
    with sit_down(server, origin=server) as viewer:
        assert viewer.subprotocol == "streamlit"


def test_one_viewer_too_many_is_asked_to_wait_and_let_in_later(serve):
    with serve(FOOTNOTE_SEATS="2") as address:
        with sit_down(address), sit_down(address):
            refused = refusal(address).response
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
            answer, page = ask(address, "/", Accept=BROWSER)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
            assert "All places are taken" in page
            assert "访问人数已满" in page
            assert "訪問人數已滿" in page
            assert ask(address, "/_stcore/health")[0].status == 200
        assert eventually(lambda: ask(address, "/", Accept=BROWSER)[0].status == 200)
        with sit_down(address):
            pass


def test_a_refused_viewer_takes_no_seat(serve):
    with serve(FOOTNOTE_SEATS="1") as address:
        for _ in range(3):
            refusal(address, origin="https://evil.example")
        assert eventually(lambda: ask(address, "/", Accept=BROWSER)[0].status == 200)
        with sit_down(address):
            assert refusal(address).response.status_code == 503


def test_a_server_that_cannot_answer_a_websocket_in_words_closes_it():
    sent: list[Message] = []

    async def unreachable(*_: object) -> None:
        pytest.fail("the request was passed on")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"evil.example")]}
    run = headers.Addressed(unreachable)(scope, receive, send)
    with pytest.raises(StopIteration):
        run.send(None)
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_door_needs_forty_lines_at_most():
    app = Path(__file__).parent.parent / "app.py"
    assert len(app.read_text().splitlines()) <= 40


def test_the_page_works_under_the_policy(page):
    assert page.locator("h1").first.inner_text()
    assert page.title()


def test_an_injected_script_does_not_run(browser, server):
    page = browser.new_page(base_url=server)
    page.goto("/")
    page.wait_for_selector("h1")
    page.evaluate("""() => {
        const put = html => document.body.insertAdjacentHTML("beforeend", html)
        put("<img src=data:, onerror='window.hit = 1'>")
        put("<iframe srcdoc='<script>parent.hit = 2</script>'></iframe>")
        const script = document.createElement("script")
        script.textContent = "window.hit = 3"
        document.body.append(script)
        const link = document.createElement("a")
        link.href = "javascript:window.hit = 4"
        document.body.append(link)
        link.click()
        const far = document.createElement("script")
        far.src = "data:text/javascript,window.hit = 5"
        document.body.append(far)
    }""")
    page.wait_for_timeout(500)
    assert page.evaluate("window.hit") is None
    page.context.close()


@pytest.fixture
def other_site(server, tmp_path):
    """Address of another site on this machine, with a page that frames ours."""
    (tmp_path / "index.html").write_text(f"<iframe src='{server}'></iframe>")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


def test_no_other_page_can_frame_ours(browser, other_site):
    page = browser.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(other_site)
    assert page.frames[1].query_selector("#root") is None
    page.context.close()


def test_someone_who_finds_no_place_reads_why(browser, serve):
    with serve(FOOTNOTE_SEATS="1") as address, sit_down(address):
        page = browser.new_page(base_url=address)
        page.goto("/")
        assert "All places are taken just now." in page.inner_text("body")
        page.context.close()
