"""What the door answers besides pages: the feed of new figures."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from metrics import feed
from metrics.lens import Lens
from schemas import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from schemas.book import Book


def stack(book: Callable[[], Book]) -> list[Route]:
    """Give the routes for `st.App`, which ask for the book each time; it may have changed."""

    # Not async: reading data takes time, in which others must not have to wait.
    def answer(request: Request) -> Response:
        return feed_of(book(), request)

    return [Route("/feed.atom", answer, methods=["GET"])]


def feed_of(book: Book, request: Request) -> Response:
    """Answer with the feed of `set`, in `lang`; with 304 to who has it, 404 where there is none."""
    peers = request.query_params.get("set", "")
    language = request.query_params.get("lang", words.LANGUAGES[0])
    if (peers and peers not in book.sets) or language not in words.LANGUAGES:
        return PlainTextResponse("There is no such feed.\n", status_code=404)
    today = datetime.now().astimezone().date()
    base = str(request.base_url)
    made_of = "|".join((base, peers, language, str(today)))
    tag = f'"{book.version}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"'
    told = {"ETag": tag, "Cache-Control": "no-cache"}
    if knows(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    body = feed.feed(book, Lens(today, today, language), base, peers)
    return Response(body, media_type=f"{feed.TYPE}; charset=utf-8", headers=told)


def knows(sent: str, tag: str) -> bool:
    """Whether an If-None-Match names this state (RFC 9110, section 13.1.2)."""
    tags = {each.strip().removeprefix("W/") for each in sent.split(",")}
    return bool(tags & {tag, "*"})
