"""A Spark cluster as an engine: the same tasks, each a partition of its own."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metrics.batch import Engine

_ROOT = Path(__file__).parent.parent
_DONE = "task long, name string, count long"


@contextmanager
def cluster(master: str) -> Iterator[Engine]:
    """Work tasks out on a cluster: `spark://host:7077`, or `local[2]` for one without a master.

    Each worker has this repository and its Python packages at the same place, and sees the lake.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master(master)
        .appName("footnote")
        .config("spark.executorEnv.PYTHONPATH", str(_ROOT))
        # Tasks are pure and write whole files, so losing a worker is only time.
        .config("spark.task.maxFailures", "8")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    try:
        yield lambda task, items: _worked(session, task, items)
    finally:
        session.stop()


def _worked(
    session: SparkSession, task: Callable[[Any], dict[str, int]], items: Sequence[Any]
) -> Iterator[dict[str, int]]:
    """Give what each task counted, when all are done."""
    listed = list(items)

    def mapped(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            for at in batch["id"].tolist():
                told = task(listed[at])
                yield pd.DataFrame({"task": at, "name": list(told), "count": list(told.values())})

    tasks = session.range(0, len(listed), 1, numPartitions=len(listed))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in tasks.mapInPandas(mapped, _DONE).collect():
        found[row["task"]][row["name"]] = row["count"]
    return iter(found.values())
