"""Fixtures that open the door: the real server, a real browser, and pages in it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

# Data folders written from a test's docstring, and the shipped data.
pytest_plugins = ["tests.folder"]

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# On CI the same commit gives the same verdict; elsewhere each run looks in new places.
settings.register_profile("footnote", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("footnote")

# What is expected is waited for; a machine that has much else to do needs longer.
PATIENCE = 30_000  # milliseconds
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, and run it last.

    Playwright keeps an event loop running in this thread, which other tests may not expect.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def is_healthy(port: int) -> bool:
    """Whether the server on this port says that it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[str]:
    """Run the app on a port of its own and give its address; stop it by its process id."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out
        ) as process,
    ):
        try:
            deadline = time.monotonic() + 120
            while not is_healthy(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"the server did not start:\n{log.read_text()[-4000:]}")
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="session")
def serve(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., AbstractContextManager[str]]:
    """Start a server with environment variables of the test's own: `with serve(NAME="value")`."""

    def start(**environment: str) -> AbstractContextManager[str]:
        return serving(tmp_path_factory.mktemp("server") / "log", **environment)

    return start


@pytest.fixture(scope="session")
def server(serve: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """Address of the app with the shipped data, without a slash at the end."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it; without one the test is skipped, or fails on CI."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium")
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


def settle(page: Page) -> Page:
    """Wait until the script has run and everything it drew is there."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    # Not wait_for_function: it compiles its text in the page, which the security policy forbids.
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached")
    return page


@pytest.fixture
def settled() -> Callable[[Page], Page]:
    """The function that waits until a page has settled after a click."""
    return settle


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Open a path of the app in a browser context of its own: `visit("/?lang=en", locale="zh-CN")`.

    When the test is over, no page may have sent a request off this machine, raised in its own
    script or logged an error, such as a try at what the Content-Security-Policy forbids.
    """
    contexts = []
    complaints: list[str] = []

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "localhost":
            complaints.append(f"request to {request.url}")

    def note_message(message: ConsoleMessage) -> None:
        # Streamlit looks for its server below a page's own address first, and then at the root.
        looked_for = message.location["url"].endswith("/_stcore/health")
        if message.type == "error" and not looked_for:
            complaints.append(message.text)

    def open_page(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(
            **{"base_url": server, "viewport": {"width": 1440, "height": 900}, **options}
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("request", note_request)
        page.on("console", note_message)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return settle(page)

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def opened(visit: Callable[..., Page], request: pytest.FixtureRequest) -> Callable[..., Page]:
    """Open a path, or the HOME of the test's module, and wait for the page's last element."""

    def open_page(path: str = getattr(request.module, "HOME", "/"), **options: Any) -> Page:
        page = visit(path, **options)
        page.wait_for_selector("footer.foot", state="attached")
        return page

    return open_page


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The first page of the app, settled."""
    return visit()


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong on a page, one line an element: impact, rule, selector."""

    def check(page: Page) -> list[str]:
        return [
            f"{found['impact']} {found['id']} {' '.join(map(str, node['target']))}"
            for found in Axe().run(page).response["violations"]
            for node in found["nodes"]
        ]

    return check
