"""Three replicas behind a real nginx, viewers with time to think, and one replica killed.

`python -m benchmarks.bench_replicas LAKE [--viewers 60]` does what deploy/nginx.conf says, on other
ports of this machine. Each viewer takes the cookie that nginx gives, opens a page, and goes on for
some rounds; whoever loses a replica opens the same address again and goes on.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import mkdtemp
from typing import cast

import click
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

import metrics
from benchmarks.bench_rerun import ROOT, Line, rerun
from metrics.compare import LIMIT

CONFIG = ROOT / "deploy" / "nginx.conf"
# The ports that the configuration names: nginx's own, then the replicas'.
NAMED = (8500, 8501, 8502, 8503)
# A reader looks at a table for some seconds before asking for the next one.
THINK = 8.0


@dataclass
class Seen:
    """What viewers went through: seconds of each rerun, reloads and their seconds, who finished."""

    spent: list[float] = field(default_factory=list)
    reloads: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    whole: int = 0


def ports(count: int) -> list[int]:
    """Find some free ports of this machine."""
    with_ports = [socket.socket() for _ in range(count)]
    for each in with_ports:
        each.bind(("127.0.0.1", 0))
    found = [int(each.getsockname()[1]) for each in with_ports]
    for each in with_ports:
        each.close()
    return found


def configured(own: list[int]) -> str:
    """Give the shipped configuration with other ports, and nothing else changed."""
    text = CONFIG.read_text("utf-8")
    for named, port in zip(NAMED, own, strict=True):
        text, times = re.subn(rf"127\.0\.0\.1:{named}\b(?=[; ])", f"127.0.0.1:{port}", text)
        assert times == 1, named
    return text


@contextmanager
def balanced(data: Path) -> Iterator[tuple[int, list[subprocess.Popen[bytes]]]]:
    """Serve by three replicas behind nginx; hand out nginx's port and the replicas."""
    own = ports(len(NAMED))
    room = Path(mkdtemp(prefix="footnote-nginx-"))
    # Started by root, nginx works as nobody, who has to come by here to its cache.
    room.chmod(0o755)
    (room / "nginx.conf").write_text(configured(own), "utf-8")
    environment = os.environ | {"FOOTNOTE_DATA": str(data)}
    replicas = [
        subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for port in own[1:]
    ]  # fmt: skip
    nginx = subprocess.Popen(
        [
            shutil.which("nginx") or "nginx",
            "-p",
            str(room),
            "-c",
            str(room / "nginx.conf"),
            "-g",
            "daemon off;",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        for port in (*own[1:], own[0]):
            ready(port)
        yield own[0], replicas
    finally:
        for each in (nginx, *replicas):
            each.terminate()
        for each in (nginx, *replicas):
            each.wait()
        shutil.rmtree(room)


def ready(port: int, seconds: float = 300) -> None:
    """Wait until a server on this port says that it is well."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if asked(port, "/_stcore/health")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)


def asked(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path as a browser does: status, headers (lower case), body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read()
    finally:
        connection.close()


async def viewer(port: int, queries: list[str], rounds: int, number: int, seen: Seen) -> None:
    """Look around; after a loss open the same address again."""
    _, told, _ = await asyncio.to_thread(asked, port, "/", Accept="text/html")
    cookie = told["set-cookie"].partition(";")[0]
    addresses = cycle(queries)
    # Not all at once: people come as they come.
    await asyncio.sleep(THINK * number / 20)
    left, address, again = rounds, next(addresses), False
    while left:
        try:
            async with connect(
                f"ws://127.0.0.1:{port}/_stcore/stream",
                origin=Origin(f"http://127.0.0.1:{port}"),
                subprotocols=[Subprotocol("streamlit")],
                additional_headers={"Cookie": cookie}, max_size=1 << 26, open_timeout=120,
                create_connection=Line,
            ) as found:  # fmt: skip
                known = set[str]()
                while left:
                    start = time.perf_counter()
                    await rerun(cast("Line", found), address, known)
                    spent = time.perf_counter() - start
                    (seen.reloads if again else seen.spent).append(spent)
                    left, again = left - 1, False
                    await asyncio.sleep(THINK)
                    address = next(addresses)
        except (OSError, WebSocketException, TimeoutError) as error:
            seen.lost.append(type(error).__name__)
            again = True
            await asyncio.sleep(1)
    seen.whole += 1


async def crowd(
    port: int, queries: list[str], rounds: int, viewers: int, victim: subprocess.Popen[bytes] | None
) -> Seen:
    """Let viewers look around, and kill a replica half-way."""
    seen = Seen()
    tasks = [
        asyncio.create_task(viewer(port, queries, rounds, number, seen))
        for number in range(viewers)
    ]
    if victim:
        await asyncio.to_thread(_half, seen, viewers * rounds / 2)
        victim.kill()
    await asyncio.gather(*tasks)
    return seen


def _half(seen: Seen, reruns: float) -> None:
    while len(seen.spent) < reruns:
        time.sleep(0.2)


def addresses(data: Path) -> list[str]:
    """Write the addresses that readers go through: six companies, and one of them."""
    book = metrics.opened(data)
    six = list(book.about.starters[:LIMIT])
    same = "&".join(f"c={name}" for name in six)
    return [f"?{same}", f"?{same}&ccy=USD", f"company?company={six[0]}&{same}",
            f"?{same}&metric=revenue", f"metric?metric=runway&{same}"]  # fmt: skip


def resident(process: subprocess.Popen[bytes]) -> float:
    """Give the memory a process holds, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
@click.option("--viewers", type=click.IntRange(1), default=60, show_default=True)
@click.option("--rounds", type=click.IntRange(2), default=10, show_default=True)
@click.option("--kill/--no-kill", default=True, show_default=True)
def main(data: Path, viewers: int, rounds: int, *, kill: bool) -> None:
    """Measure and print."""
    with balanced(data) as (port, replicas):
        start = time.monotonic()
        victim = replicas[0] if kill else None
        seen = asyncio.run(crowd(port, addresses(data), rounds, viewers, victim))
        took = time.monotonic() - start
        memory = [f"{resident(each):.0f}" for each in replicas if each.poll() is None]
    p95 = quantiles(seen.spent, n=20)[-1]
    click.echo(
        f"{viewers} viewers, {rounds} rounds each with {THINK:.0f} s to think, in {took:.0f} s:"
        f" {seen.whole} finished; rerun median {median(seen.spent) * 1000:.0f} ms,"
        f" 95 of 100 within {p95 * 1000:.0f} ms; {len(seen.reloads)} reloads after the loss,"
        f" the slowest {max(seen.reloads, default=0):.1f} s; lost connections"
        f" {dict(Counter(seen.lost))}; MiB per replica left: {', '.join(memory)}"
    )
    sys.exit(0 if seen.whole == viewers else 1)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_replicas")
