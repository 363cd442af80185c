"""A lake derived by one process and by a Spark cluster of this machine, and every file compared.

`python -m benchmarks.bench_cluster LAKE [--kill]` copies the lake next to itself, derives it in one
process, then derives the copy through a real standalone master and two workers on loopback, of
which one is killed half-way if asked for. It needs Java 17 and requirements-spark.txt.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import click
import pyarrow.parquet as pq

import metrics
from benchmarks.bench_rerun import ROOT
from metrics import batch
from metrics.lens import Lens

LENS = Lens(date(2026, 11, 22), date(2026, 11, 22))
MASTER, WORKERS = 17077, (17081, 17082)
URL = f"spark://127.0.0.1:{MASTER}"
_DEPLOY = "org.apache.spark.deploy"


@contextmanager
def started(logs: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run a master and two workers of one core each; hand out the workers."""
    found = find_spec("pyspark")
    assert found is not None, "pyspark is not installed"
    home = Path(str(found.origin)).parent
    environment = os.environ | {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable, "SPARK_WORKER_DIR": str(logs / "work"),
    }  # fmt: skip
    logs.mkdir(parents=True, exist_ok=True)

    def run(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(home / "bin" / "spark-class"), *arguments]
        with (logs / f"{name}.log").open("wb") as out:
            return subprocess.Popen(command, env=environment, stdout=out, stderr=out)

    master = run(
        "master", f"{_DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", str(MASTER),
        "--webui-port", str(MASTER + 1),
    )  # fmt: skip
    workers = [
        run(
            f"worker{port}", f"{_DEPLOY}.worker.Worker", URL, "--host", "127.0.0.1", "--cores", "1",
            "--memory", "1g", "--port", str(port), "--webui-port", str(port + 10),
        )
        for port in WORKERS
    ]  # fmt: skip
    try:
        _wait(logs / "master.log", "Registering worker", len(WORKERS))
        yield workers
    finally:
        for each in (*workers, master):
            each.terminate()
            each.wait()


def _wait(log: Path, text: str, times: int, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while log.read_text().count(text) < times:
        assert time.monotonic() < end, log.read_text()[-2000:]
        time.sleep(0.2)


def kill_at(where: Path, worker: subprocess.Popen[bytes], buckets: int, told: list[str]) -> None:
    """Kill a worker, and the process that works for it, when so many buckets are there."""
    while len(list((where / "claims").glob("*/part-0.parquet"))) < buckets:
        time.sleep(0.2)
    # The executor is the worker's child and outlives it; a machine that is lost takes both.
    children = subprocess.run(
        ["/usr/bin/pgrep", "-P", str(worker.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    for each in (*children, str(worker.pid)):
        with suppress(ProcessLookupError):
            os.kill(int(each), signal.SIGKILL)
    told.append(f"worker killed after {buckets} buckets, with {len(children)} executor")


def differing(first: Path, second: Path) -> tuple[int, list[str]]:
    """Compare every derived file of two lakes: how many there are, and which differ."""
    names = sorted(
        str(path.relative_to(first))
        for table in ("derived", "claims", "rankings")
        for path in (first / table).rglob("*.parquet")
    )
    others = {
        str(path.relative_to(second))
        for table in ("derived", "claims", "rankings")
        for path in (second / table).rglob("*.parquet")
    }
    wrong = [
        name for name in names
        if name not in others
        or not pq.ParquetFile(first / name).read().equals(pq.ParquetFile(second / name).read(),
                                                        check_metadata=True)
    ]  # fmt: skip
    return len(names), [*wrong, *sorted(others - set(names))]


@click.command()
@click.argument("where", type=click.Path(path_type=Path, exists=True))
@click.option("--kill", is_flag=True, help="Kill one of two workers half-way.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True)
@click.option("--without-claims", is_flag=True, help="Values and rankings alone.")
def main(where: Path, *, kill: bool, jobs: int, without_claims: bool) -> None:
    """Measure, compare and print."""
    of = metrics.opened(where)
    copy = where.with_name(f"{where.name}-cluster")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(where, copy, ignore=shutil.ignore_patterns(
        "derived", "claims", "rankings", "derived.json"))  # fmt: skip
    start = time.monotonic()
    known = batch.done(of)
    if known is None or known.lens != LENS:
        with batch.plain(jobs) as engine:
            known = batch.derive(of, LENS, engine, checked=not without_claims)
        click.echo(f"{jobs} processes: {time.monotonic() - start:.0f} s")
    told: list[str] = []
    with started(where.with_name("logs")) as workers:
        if kill:
            half = of.about.buckets // 2
            Thread(target=kill_at, args=(copy, workers[0], half, told), daemon=True).start()
        start = time.monotonic()
        command = [sys.executable, "-m", "metrics", "derive", str(copy), "--engine", "spark"]
        command += ["--master", URL, "--at", str(LENS.at), "--json"]
        command += ["--without-claims"] * without_claims
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"})  # fmt: skip
        click.echo(f"Spark, two workers: {time.monotonic() - start:.0f} s {' '.join(told)}")
    files, wrong = differing(where, copy)
    click.echo(
        f"{of.about.singles:,} companies, {of.about.observations:,} observations:"
        f" {known.derived:,} values, {known.claims:,} verdicts, {known.rankings} rankings;"
        f" {files} files compared, {len(wrong)} differ {wrong[:5]}"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_cluster")
