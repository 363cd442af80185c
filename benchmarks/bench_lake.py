"""What a server holds and how long a page takes, from lakes of different sizes.

`python -m benchmarks.bench_lake LAKE LAKE... [--rounds 40]` serves each lake once, goes through
pages about companies picked at random from all of it, and reads the server's memory.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from statistics import median, quantiles
from urllib.parse import urlencode

import click
import pyarrow.parquet as pq

import metrics
from benchmarks.bench_replicas import ports, ready, resident
from benchmarks.bench_rerun import ROOT, SIX, Reruns, rerun, session


def pages(data: Path, rounds: int) -> list[str]:
    """Write addresses about companies from all over the lake, the same places in each."""
    of, rng = metrics.opened(data), Random(7)
    every = pq.read_table(f"{of.root}/names.parquet", columns=["company"])["company"].unique()
    names = [each.as_py() for each in every.take([rng.randrange(len(every)) for _ in range(99)])]
    found = []
    for number in range(rounds):
        six = rng.sample(names, SIX)
        page = ("", "company", "metric", "claims", "sources")[number % 5]
        query = {"c": six, "company": six[0], "metric": "revenue"}
        found.append(f"{page}?{urlencode(query, doseq=True)}")
    return found


async def read(port: int, addresses: list[str], spent: Reruns) -> None:
    """Go through the addresses, one after the other."""
    async with session(port) as page:
        known = set[str]()
        for each in addresses:
            seconds, sent = await rerun(page, each, known)
            spent.spent.append(seconds)
            spent.sent.append(sent)


@click.command()
@click.argument("lakes", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--rounds", type=click.IntRange(5), default=40, show_default=True)
def main(lakes: tuple[Path, ...], rounds: int) -> None:
    """Measure and print a table."""
    click.echo(
        "| observations | companies | after the first page | after all | median | 95 of 100 |"
    )
    click.echo("|---|---|---|---|---|---|")
    for data in lakes:
        about = metrics.opened(data).about
        [port] = ports(1)
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT, env=os.environ | {"FOOTNOTE_DATA": str(data)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ready(port)
            addresses, spent = pages(data, rounds), Reruns()
            asyncio.run(read(port, addresses[:1], spent))
            first = resident(server)
            asyncio.run(read(port, addresses, spent))
            last = resident(server)
        finally:
            server.terminate()
            server.wait()
        cells = (
            f"{about.observations:,}", f"{about.singles:,}", f"{first:.0f} MiB", f"{last:.0f} MiB",
            f"{median(spent.spent) * 1000:.0f} ms",
            f"{quantiles(spent.spent, n=20)[-1] * 1000:.0f} ms",
        )  # fmt: skip
        click.echo(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_lake")
