"""A full house: as many viewers as there are seats, one too many, and the server's memory.

`python -m benchmarks.bench_crowd FOLDER [--viewers 100] [--think 20] [--minutes 5]` starts a server
on this machine and speaks to it as browsers do; `--at` measures one that runs already. Servers of
other machines are refused: this is a load, and a load is for one's own server.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import random
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import TYPE_CHECKING, NamedTuple

import click
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.bench_rerun import ROOT, addresses, others, session, started

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.bench_rerun import Line

# What one viewer is measured with, who has the server to himself.
ALONE = 40
SHORT = 0.25
# How often an open page asks whether the data has changed; views/_shell.py says so too.
WATCH = 10.0
# Looks after which a viewer leaves and another comes, so that sessions end as well as begin.
LOOKS = 8
# Seconds between two looks at the server's memory.
EVERY = 10.0
_WAIT = 120.0
_MIB = 1024.0


@dataclass(frozen=True)
class Load:
    """What is asked of which port, by how many, with how many seconds to think."""

    port: int
    queries: Sequence[str]
    viewers: int
    think: float


@dataclass
class Crowd:
    """Seconds of first looks, of later ones and of the page's own asking; and what went wrong."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    waited: int = 0


class Sample(NamedTuple):
    """Minutes since the beginning, memory in MiB, processor time taken in seconds."""

    minutes: float
    memory: float
    spent: float


class Measured(NamedTuple):
    """One viewer, the full house, the answer to one too many, and how the server stood."""

    single: Crowd
    full: Crowd
    refusal: str
    samples: list[Sample]


@dataclass
class Viewer:
    """One browser tab: its line, what it has been sent, and the page's own asking."""

    line: Line
    known: set[str] = field(default_factory=set)
    watch: str = ""
    address: str = ""

    async def look(self, address: str) -> float:
        """Go to an address and wait until its page is drawn, in seconds."""
        self.address, self.watch = address, ""
        return await self._run(BackMsg())

    async def ask(self) -> float:
        """Let the page ask whether the data has changed, in seconds."""
        message = BackMsg()
        message.rerun_script.fragment_id = self.watch
        message.rerun_script.is_auto_rerun = True
        return await self._run(message)

    async def _run(self, message: BackMsg) -> float:
        page, _, query = self.address.rpartition("?")
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.cached_message_hashes.extend(sorted(self.known))
        start = time.perf_counter()
        await self.line.send(message.SerializeToString())
        while (await self._hear()) != "script_finished":
            pass
        return time.perf_counter() - start

    async def _hear(self) -> str:
        told = await asyncio.wait_for(self.line.recv(), _WAIT)
        message = ForwardMsg()
        message.ParseFromString(told if isinstance(told, bytes) else told.encode())
        if message.metadata.cacheable:
            self.known.add(message.hash)
        if message.WhichOneof("type") == "auto_rerun":
            self.watch = message.auto_rerun.fragment_id
        return message.WhichOneof("type") or ""


async def rest(viewer: Viewer, seconds: float, found: Crowd) -> None:
    """Think for a while, during which the open page asks now and then."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, WATCH))
        if left >= WATCH and viewer.watch:
            found.asked.append(await viewer.ask())


async def visit(load: Load, found: Crowd, looks: int = LOOKS) -> None:
    """Come, look around some times with time to think, and leave."""
    queries = cycle(random.sample(load.queries, len(load.queries)))
    async with session(load.port) as line:
        viewer = Viewer(line)
        found.first.append(await viewer.look(next(queries)))
        for _ in range(looks):
            await rest(viewer, random.uniform(0.5, 1.5) * load.think, found)
            found.again.append(await viewer.look(next(queries)))


async def seat(load: Load, found: Crowd, until: float) -> None:
    """Keep one seat taken, by one viewer after the other, until a time (monotonic)."""
    await asyncio.sleep(random.uniform(0, load.think))
    # A line that breaks while it is being closed hides that it was time to go.
    while time.monotonic() < until:
        try:
            await visit(load, found)
        except InvalidStatus:
            found.waited += 1  # the seat of whoever left a moment ago is not free yet
            await asyncio.sleep(1)
        except (OSError, ConnectionClosed) as error:
            found.wrong.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(1)


async def refusal(port: int) -> str:
    """Come as one too many, and tell how that is answered."""
    try:
        async with session(port):
            return "let in"
    except InvalidStatus as refused:
        answer = refused.response
        waits = answer.headers.get("Retry-After", "nothing")
        return f"{answer.status_code}, Retry-After {waits}, {len(answer.body)} bytes of words"


async def house(load: Load, seconds: float) -> tuple[Crowd, str]:
    """Fill the house for some seconds; when all seats are taken, one more comes."""
    found, told, until = Crowd(), "nobody came", time.monotonic() + seconds
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for _ in range(load.viewers):
                group.create_task(seat(load, found, until))
            await asyncio.sleep(min(seconds / 2, 1.2 * load.think))
            told = await refusal(load.port)
    return found, told


async def alone(load: Load) -> Crowd:
    """Let one viewer look around with the server to himself."""
    found = Crowd()
    await visit(replace(load, think=SHORT), found, ALONE)
    return found


def standing_of(process: int) -> tuple[float, float]:
    """Say how much memory a process holds (MiB) and how much processor time it has taken (s)."""
    if not process:
        return 0.0, 0.0
    asked = ["ps", "-o", "rss=,time=", "-p", str(process)]  # KiB, and [days-]hours:minutes:seconds
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    days, _, rest = told[1].rpartition("-")
    spent = 0.0
    for part in rest.split(":"):
        spent = spent * 60 + float(part)
    return float(told[0]) / _MIB, spent + float(days or 0) * 86_400


async def watched(process: int, every: float, samples: list[Sample]) -> None:
    """Note how a process stands now and then, until cancelled."""
    start = time.monotonic()
    while True:
        minutes = (time.monotonic() - start) / 60
        samples.append(Sample(minutes, *await asyncio.to_thread(standing_of, process)))
        await asyncio.sleep(every)


async def measured(load: Load, process: int, seconds: float) -> Measured:
    """Measure one viewer, then a full house with its memory."""
    single = await alone(load)
    samples: list[Sample] = []
    watch = asyncio.create_task(watched(process, EVERY, samples))
    found, told = await house(load, seconds)
    watch.cancel()
    return Measured(single, found, told, samples)


def local(address: str) -> int:
    """Give the port of a server on this machine; raise ValueError for any other."""
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    if not (host and port.isdecimal()):
        said = f"write it as 127.0.0.1:8501, got {address}"
        raise ValueError(said)
    found = {str(each[4][0]) for each in socket.getaddrinfo(host.strip("[]"), int(port))}
    if not all(ipaddress.ip_address(each).is_loopback for each in found):
        said = f"{host} is not this machine; a load is for one's own server"
        raise ValueError(said)
    return int(port)


@contextmanager
def standing(folder: Path, viewers: int, at: str) -> Iterator[tuple[int, int]]:
    """Give port and process id of a server with so many seats; of one that runs already, no id."""
    if at:
        yield local(at), 0
    else:
        with started(ROOT / "app.py", folder, FOOTNOTE_SEATS=str(viewers)) as found:
            yield found


def ways(folder: Path) -> list[str]:
    """Write the addresses that readers go through: Compare, Company and Metric in turn."""
    return [*addresses(folder), *others(folder, "company"), *others(folder, "metric")]


def _p95(spent: Sequence[float]) -> float:
    return quantiles(spent, n=20)[-1] if len(spent) > 1 else max(spent, default=0.0)


def _line(name: str, spent: Sequence[float], reference: float) -> str:
    if not spent:
        return f"| {name} | 0 | | | |"
    p95 = _p95(spent)
    middle, high = f"{median(spent) * 1000:.0f} ms", f"{p95 * 1000:.0f} ms"
    return f"| {name} | {len(spent):,} | {middle} | {high} | {p95 / reference:.2g}x |"


def growth(samples: Sequence[Sample]) -> Iterator[str]:
    """Tell a server's work, and its memory's slope once the first third of the time is over."""
    first, last = samples[0], samples[-1]
    passed = max(last.minutes - first.minutes, 1 / 60) * 60
    yield f"processor: {(last.spent - first.spent) / passed:.0%} of one"
    most = max(each.memory for each in samples)
    yield f"memory: {first.memory:.0f} MiB, in the end {last.memory:.0f}, at most {most:.0f}"
    late = samples[len(samples) // 3 :]
    span = late[-1].minutes - late[0].minutes
    if span:
        slope = linear_regression([x.minutes for x in late], [x.memory for x in late]).slope
        yield f"its slope: {slope:+.2f} MiB a minute over the last {span:.0f} minutes"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--viewers", type=click.IntRange(1), default=100, show_default=True)
@click.option("--think", type=click.FloatRange(0.1), default=20.0, show_default=True)
@click.option("--minutes", type=click.FloatRange(0.1), default=5.0, show_default=True)
@click.option("--at", default="", help="A server on this machine that runs already.")
def main(folder: Path, viewers: int, think: float, minutes: float, at: str) -> None:
    """Measure and print a table."""
    try:
        with standing(folder, viewers, at) as (port, process):
            load = Load(port, ways(folder), viewers, think)
            single, full, told, samples = asyncio.run(measured(load, process, minutes * 60))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    reference = _p95(single.again)
    click.echo(f"\n{viewers} viewers, {think:g} s to think, {minutes:g} minutes\n")
    click.echo("| what | times | median | 95 of 100 | against the first |")
    click.echo("|---|---|---|---|---|")
    for name, spent in (
        ("One viewer, a rerun", single.again),
        ("Full house, a first look", full.first),
        ("Full house, a rerun", full.again),
        ("Full house, is the data still the same", full.asked),
    ):
        click.echo(_line(name, spent, reference))
    click.echo(f"\none viewer too many: {told}")
    if process:
        click.echo("\n".join(growth(samples)))
    click.echo(f"asked to wait for a seat: {full.waited}")
    click.echo("\n".join([f"lost: {len(full.wrong)}", *sorted(set(full.wrong))]))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_crowd")
