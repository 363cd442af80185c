"""One measurement is one process: its times, its memory, and an end to it where it takes too long.

Every process begins cold, apart from files, which the system has in memory. Rounds are interleaved,
every other one backwards, so that a slow minute of the machine falls on all alike.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks.clock import Times

# What takes longer than this is measured once.
PATIENCE = 60.0
_MOST = 160


class Run(NamedTuple):
    """What one process found out about its case.

    Seconds by the clock, seconds of processor time, the most memory it held (MiB); of a page also
    the time under which 19 of 20 reruns stay, the KiB of a first look and of a later one, and the
    MiB that its server holds.
    """

    wall: float
    cpu: float = 0.0
    peak: float = 0.0
    late: float = 0.0
    first: float = 0.0
    sent: float = 0.0
    held: float = 0.0


Case = Callable[[Path], Times | Run]


class Task(NamedTuple):
    """A case at a size, in companies."""

    case: str
    size: int


@dataclass
class Found:
    """The runs of a task, and why there are no more of them."""

    runs: list[Run] = field(default_factory=list)
    why: str = ""


Results = dict[Task, Found]


@dataclass(frozen=True)
class Plan:
    """Where the folder of each size is, how often, how many seconds at most, what comes before."""

    folders: Mapping[int, Path]
    rounds: int
    limit: float
    before: Mapping[str, Sequence[str]]


def room(folder: Path) -> Path:
    """Name the folder beside a data folder where others' files of the same data are."""
    return folder.with_name(f"{folder.name}-beside")


def peak() -> float:
    """Say how much memory this process held at most, or the largest it started, in MiB."""
    either = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    held = max(resource.getrusage(who).ru_maxrss for who in either)
    # Linux counts in KiB, macOS in bytes.
    return held / (1024 if sys.platform != "darwin" else 1024**2)


def once(case: Case, folder: Path) -> Run:
    """Measure here and now."""
    found = case(folder)
    run = found if isinstance(found, Run) else Run(*found)
    return run._replace(peak=peak())


def process(name: str, folder: Path, limit: float) -> Run | str:
    """Measure a case in a process of its own; give the reason where that did not work."""
    beside = room(folder)
    beside.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks", "--once", name, "--folder", str(folder)]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FOOTNOTE_CACHE": str(beside / "cache")},
        start_new_session=True,
    )
    try:
        out, wrong = running.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"not done after {limit:.0f} s"
    finally:
        _ended(running)
    if running.returncode:
        return f"failed: {(wrong.strip().splitlines() or ['silently'])[-1][:_MOST]}"
    return Run(*json.loads(out.splitlines()[-1]))


def _ended(running: subprocess.Popen[str]) -> None:
    """End a process with all that it started."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGTERM)
        try:
            running.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()


def due(task: Task, results: Results, number: int) -> bool:
    """Say whether a task's turn has come: not where it, or a smaller one, failed or took long."""
    if any(
        found.why and other.case == task.case and other.size <= task.size
        for other, found in results.items()
    ):
        return False
    runs = results[task].runs if task in results else []
    return len(runs) <= number and not (runs and runs[0].wall > PATIENCE)


def measure(tasks: Sequence[Task], plan: Plan, results: Results) -> Iterator[tuple[Task, Found]]:
    """Measure in rounds what is due, adding to the results; give each task as it is measured."""
    ready: set[tuple[str, int]] = set()
    for number in range(plan.rounds):
        for task in tasks if number % 2 == 0 else reversed(tasks):
            if due(task, results, number):
                found = results.setdefault(task, Found())
                told = _prepared(task, plan, ready) or _run(task, plan)
                if isinstance(told, Run):
                    found.runs.append(told)
                else:
                    found.why = told
                yield task, found


def _run(task: Task, plan: Plan) -> Run | str:
    return process(task.case, plan.folders[task.size], plan.limit)


def _prepared(task: Task, plan: Plan, ready: set[tuple[str, int]]) -> str:
    """Make what a task needs, once; give the reason where that did not work."""
    for name in plan.before.get(task.case, ()):
        if (name, task.size) not in ready:
            told = process(name, plan.folders[task.size], plan.limit)
            if isinstance(told, str):
                return f"{name} {told}"
            ready.add((name, task.size))
    return ""


def kept(path: Path) -> Results:
    """Read what earlier runs left in a file of lines."""
    results: Results = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in lines:
        told = json.loads(line)
        found = results.setdefault(Task(told["case"], told["size"]), Found())
        if told["why"]:
            found.why = told["why"]
        else:
            found.runs.append(Run(*told["run"]))
    return results


def written(task: Task, found: Found) -> str:
    """Write the last thing that was found of a task as a line."""
    run = [] if found.why else found.runs[-1]
    return json.dumps({"case": task.case, "size": task.size, "run": run, "why": found.why}) + "\n"
