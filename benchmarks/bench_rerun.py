"""A rerun of each page over a real WebSocket, beside an empty page's in the same run.

`python -m benchmarks.bench_rerun FOLDER [--rounds 40] [--viewers 20]` starts two servers on this
machine, one with the made folder, and speaks to both as a browser does: the address changes, the
script runs, messages come back until it has finished.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count, cycle
from pathlib import Path
from statistics import median, quantiles
from typing import cast
from urllib.parse import urlencode

import click
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

ROOT = Path(__file__).parent.parent
# What a reader does in a quarter of a second: look, and change something again.
THINK = 0.25
SIX = 6
METRICS = ("cash_reserves", "revenue", "runway", "revenue_per_employee", "valuation", "net_loss")
_WAIT = 600.0
_LARGEST = 1 << 26


@dataclass
class Reruns:
    """Seconds and bytes on the line of each rerun, and the bytes of each first look."""

    spent: list[float] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)


class Line(ClientConnection):
    """A connection that counts what comes over it, as it comes: compressed."""

    received = 0

    def data_received(self, data: bytes) -> None:
        """Count, and hand on."""
        self.received += len(data)
        super().data_received(data)


@contextmanager
def served(script: Path, folder: Path, **environment: str) -> Iterator[int]:
    """Serve a script on a free port of this machine until done with."""
    with started(script, folder, **environment) as (port, _):
        yield port


@contextmanager
def started(script: Path, folder: Path, **environment: str) -> Iterator[tuple[int, int]]:
    """Serve a script on a free port of this machine until done with: port and process id."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true", "--logger.level", "error",
    ]  # fmt: skip
    told = {**os.environ, **environment, "FOOTNOTE_DATA": str(folder)}
    server = subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.DEVNULL)
    try:
        _ready(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def _ready(port: int) -> None:
    for _ in count():
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()


@asynccontextmanager
async def session(port: int) -> AsyncIterator[Line]:
    """Open a page as a browser does."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    origin, spoken = Origin(f"http://127.0.0.1:{port}"), [Subprotocol("streamlit")]
    async with connect(
        address,
        origin=origin,
        subprotocols=spoken,
        max_size=_LARGEST,
        open_timeout=60,
        create_connection=Line,
    ) as found:
        yield cast("Line", found)


async def rerun(page: Line, address: str, known: set[str]) -> tuple[float, int]:
    """Change the address and wait until the script has finished: seconds, bytes received.

    `known` are the large messages that the reader has already, as a browser remembers them.
    """
    wanted = BackMsg()
    name, _, query = address.rpartition("?")
    wanted.rerun_script.page_name = name
    wanted.rerun_script.query_string = query
    wanted.rerun_script.cached_message_hashes.extend(sorted(known))
    start, before = time.perf_counter(), page.received
    await page.send(wanted.SerializeToString())
    while True:
        told = await asyncio.wait_for(page.recv(), _WAIT)
        message = ForwardMsg()
        message.ParseFromString(told if isinstance(told, bytes) else told.encode())
        if message.metadata.cacheable:
            known.add(message.hash)
        if message.WhichOneof("type") == "script_finished":
            return time.perf_counter() - start, page.received - before


async def visit(port: int, queries: Sequence[str], rounds: int, spent: Reruns) -> None:
    """Look around for some rounds, with time to think; the first look is not counted."""
    async with session(port) as page:
        addresses, known = cycle(queries), set[str]()
        for _ in queries:
            _, sent = await rerun(page, next(addresses), known)
            spent.first.append(sent)
        for _ in range(rounds):
            await asyncio.sleep(THINK)
            seconds, sent = await rerun(page, next(addresses), known)
            spent.spent.append(seconds)
            spent.sent.append(sent)


async def crowd(port: int, queries: Sequence[str], rounds: int, viewers: int) -> Reruns:
    """Let several viewers look around at once."""
    spent = Reruns()
    await asyncio.gather(*(visit(port, queries, rounds, spent) for _ in range(viewers)))
    return spent


def addresses(folder: Path) -> list[str]:
    """Write the addresses that a reader goes through, all with the same six companies."""
    found = sorted(path.stem for path in (folder / "companies").glob("*.yaml"))
    six = [name for name in found if "+" not in name][:SIX]
    changes = ({"ccy": "USD"}, {"ccy": "CNY"}, {"metric": "revenue"}, {"rows": "all"}, {"log": "1"})
    return [urlencode({"c": six, **change}, doseq=True) for change in changes]


def others(folder: Path, page: str) -> list[str]:
    """Write the addresses of a reader who goes through six companies, or through six metrics."""
    found = sorted(path.stem for path in (folder / "companies").glob("*.yaml"))
    chosen = [name for name in found if "+" not in name][:SIX] if page == "company" else METRICS
    return [f"{page}?{urlencode({page: name})}" for name in chosen]


def _told(name: str, found: Reruns, reference: float) -> str:
    p95 = quantiles(found.spent, n=20)[-1]
    cells = (
        name,
        f"{median(found.spent) * 1000:.0f} ms",
        f"{p95 * 1000:.0f} ms",
        f"{p95 / reference:.2g}x",
        f"{median(found.first) / 1024:.1f} KB",
        f"{median(found.sent) / 1024:.1f} KB",
    )
    return f"| {' | '.join(cells)} |"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--rounds", type=click.IntRange(4), default=40, show_default=True)
@click.option("--viewers", type=click.IntRange(1), default=20, show_default=True)
def main(folder: Path, rounds: int, viewers: int) -> None:
    """Measure and print a table."""
    queries = addresses(folder)
    files = len(list((folder / "companies").glob("*.yaml")))
    with (
        served(ROOT / "benchmarks" / "empty.py", folder) as empty,
        served(ROOT / "app.py", folder) as full,
    ):
        runs = {
            name: asyncio.run(crowd(port, each, rounds, several))
            for name, port, each, several in (
                ("An empty page", empty, [""], 1),
                ("Compare, six companies", full, queries, 1),
                ("Company", full, others(folder, "company"), 1),
                ("Metric", full, others(folder, "metric"), 1),
                ("An empty page again", empty, [""], 1),
                (f"Compare, {viewers} viewers at once", full, queries, viewers),
            )
        }
    reference = quantiles(runs["An empty page"].spent, n=20)[-1]
    click.echo(f"\n{files:,} companies loaded; {rounds} reruns each, {THINK} s to think\n")
    click.echo("| page | median | 95 of 100 | against the first | first look | again |")
    click.echo("|---|---|---|---|---|---|")
    for name, found in runs.items():
        click.echo(_told(name, found, reference))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_rerun")
