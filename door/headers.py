"""Security policy, Host check, closed routes and connection cap, for every request that comes in.

Streamlit sends no security headers of its own and checks the Host of WebSockets only, so all this
stands in front of it: plain ASGI, as a wrapper around whole responses would hold back streams.
"""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import config

from door import talk

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

# Not for visitors: server statistics, uploads (no page takes a file) and the interface for agents.
CLOSED = re.compile(r"/_stcore/(metrics|upload_file|script-health-check|agent)(/|$)")

# The frontend does not connect without an answer here, so it is closed by answering with nothing to
# tell: no other site may steer the page (the default names several), and no address for statistics.
HOST_CONFIG = re.compile(r"/_stcore/host-config/?$")
NOTHING_TO_TELL = {
    "allowedOrigins": [],
    "useExternalAuthToken": False,
    "enableCustomParentMessages": False,
    "enforceDownloadInNewTab": False,
    "metricsUrl": "off",
    "blockErrorDialogs": False,
    "resourceCrossOriginMode": None,
}

FULL = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Footnote</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10">
<body style="font:1.1rem/1.6 sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem">
<h1>Footnote</h1>
<p>All places are taken just now. This page tries again every ten seconds.</p>
<p lang="zh-Hans">当前访问人数已满，本页每十秒自动重试一次。</p>
<p lang="zh-Hant">目前訪問人數已滿，本頁每十秒自動重試一次。</p>
"""


def inline_hashes(page: str) -> list[str]:
    """CSP hash sources of the scripts written into an HTML page (CSP Level 3, section 2.3.1)."""
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def policy(page: str) -> str:
    """Content-Security-Policy under which this start page of Streamlit works, and nothing more."""
    scripts = " ".join(inline_hashes(page))
    return "; ".join(
        (
            "default-src 'none'",
            # blob: a component's script is handed to the browser as a blob; only a script that
            # already runs can make one.
            f"script-src 'self' blob: {scripts}",
            "style-src 'self' 'unsafe-inline'",  # styles are made at run time, all over the page
            "font-src 'self' data:",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "media-src 'self'",
            "manifest-src 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


@cache
def fixed_headers() -> dict[str, str]:
    """The headers that every answer carries, for the installed Streamlit."""
    page = files("streamlit").joinpath("static", "index.html").read_text(encoding="utf-8")
    return {
        "Content-Security-Policy": policy(page),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()",
    }


def hostname(host: str) -> str | None:
    """The name in a Host header, lower case, without port and brackets; None if it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises for a port that is no number or out of range
    except ValueError:
        return None
    if parts.netloc != host or "@" in host or not parts.hostname:
        return None
    return parts.hostname.lower().rstrip(".")


def matches(name: str, pattern: str) -> bool:
    """Whether a host name is meant by an entry of Streamlit's `server.allowedHosts`."""
    wanted = pattern.strip().lower().strip("[]").rstrip(".")
    if wanted.startswith("*."):
        return name.endswith(wanted[1:])
    return wanted in {"*", name}


def is_allowed(hosts: list[str]) -> bool:
    """Whether these Host headers, exactly one, name this server."""
    name = hostname(hosts[0]) if len(hosts) == 1 else None
    if name is None:
        return False
    allowed: list[str] = config.get_option("server.allowedHosts")
    return name in LOCAL or any(matches(name, pattern) for pattern in allowed)


def is_own_page(origins: list[str], host: str) -> bool:
    """Whether a page of these Origins, one at most, is one that came from this very Host.

    Streamlit takes every port of this machine for its own, and to judge any other name it asks a
    service outside for this machine's address, while everybody waits.
    """
    if not origins:
        return True  # not a browser
    return len(origins) == 1 and origins[0].partition("://")[2] == host


def broken(_request: Request, _error: Exception) -> Response:
    """Answer 500 for a route that raised, saying nothing of why; Starlette puts that in the log.

    This answer comes from outside the middleware, so it brings the headers itself.
    """
    said = "This did not work. What went wrong stands in the log.\n"
    return PlainTextResponse(said, status_code=500, headers=fixed_headers())


async def refuse(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """Send this answer and nothing else, to a WebSocket's opening request too."""
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await WebSocketClose(code=1013)(scope, receive, send)
            return
    await answer(scope, receive, send)


class Sealed:
    """Puts the fixed headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = fixed_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and the answer back with the headers."""

        async def sealed(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, sealed)


class Addressed:
    """Turns away requests for another host (DNS rebinding), on every route, and foreign pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its Host is ours, or answer 400; 403 for another page's session."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope)
        hosts = told.getlist("host")
        if not is_allowed(hosts):
            answer = PlainTextResponse("This server does not go by that name.\n", status_code=400)
            await refuse(scope, receive, send, answer)
        elif scope["type"] == "websocket" and not is_own_page(told.getlist("origin"), hosts[0]):
            answer = PlainTextResponse("Only its own pages may ask this.\n", status_code=403)
            await refuse(scope, receive, send, answer)
        else:
            await self.app(scope, receive, send)


class Closed:
    """Keeps Streamlit's inner routes from visitors."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless its path is an inner one."""
        path = scope.get("path", "")
        if CLOSED.search(path):
            await refuse(scope, receive, send, PlainTextResponse("Not found.\n", status_code=404))
        elif HOST_CONFIG.search(path):
            unstored = {"Cache-Control": "no-store"}
            await refuse(scope, receive, send, JSONResponse(NOTHING_TO_TELL, headers=unstored))
        else:
            await self.app(scope, receive, send)


class Seated:
    """Lets at most so many viewers in at once (one WebSocket each) and asks the others to wait."""

    def __init__(self, app: ASGIApp, seats: int) -> None:
        self.app = app
        self.free = seats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if there is room, or answer 503."""
        if self.free <= 0 and wants_seat(scope):
            wait = {"Retry-After": "10", "Cache-Control": "no-store"}
            await refuse(scope, receive, send, HTMLResponse(FULL, status_code=503, headers=wait))
            return
        taken = scope["type"] == "websocket"
        self.free -= taken
        try:
            await self.app(scope, receive, send)
        finally:
            self.free += taken


def wants_seat(scope: Scope) -> bool:
    """Whether a request opens a session, or is a browser asking for the page that will."""
    if scope["type"] == "http":
        return "text/html" in Headers(scope=scope).get("accept", "")
    return bool(scope["type"] == "websocket")


def stack(seats: int) -> list[Middleware]:
    """The middleware for `st.App`, outermost first, letting in this many viewers at once."""
    return [
        Middleware(Sealed),
        Middleware(Addressed),
        Middleware(Closed),
        Middleware(Seated, seats=seats),
        Middleware(talk.Heard),
    ]
