"""Other programs' servers of the same data, started on a free port of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.measure import room
from benchmarks.peer import DATABASE, LEDGER

_PIECE = 1 << 20


@contextmanager
def datasette(folder: Path) -> Iterator[int]:
    """Serve the database of all observations; as large a file as there is may be streamed."""
    settings = {"max_csv_mb": "0", "sql_time_limit_ms": "60000"}
    told = [each for setting in settings.items() for each in ("--setting", *setting)]
    command = ["datasette", "serve", "-i", str(room(folder) / DATABASE), *told]
    with _serving(command, "/-/versions.json") as port:
        yield port


@contextmanager
def fava(folder: Path) -> Iterator[int]:
    """Serve the ledger, which has been loaded when the first page has come."""
    command = ["fava", str(room(folder) / LEDGER)]
    with _serving(command, "/") as port:
        yield port


@contextmanager
def _serving(command: Sequence[str], ready: str) -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    name, *more = command
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name(name)), *more, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, port, ready)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, ready: str) -> None:
    # For as long as it takes: whoever measures ends us after a while.
    while server.poll() is None:
        try:
            fetched(port, ready)
        except (OSError, HTTPException):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server ended before it served")


def fetched(port: int, address: str) -> tuple[int, int]:
    """Fetch an address, redirections followed; give how many bytes and how many lines came."""
    size = lines = 0
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        if answer.status in {301, 302, 307, 308}:
            return fetched(port, answer.headers["Location"])
        assert answer.status == 200, (answer.status, address)
        while piece := answer.read(_PIECE):
            size += len(piece)
            lines += piece.count(b"\n")
    finally:
        connection.close()
    return size, lines
