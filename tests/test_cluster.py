"""Beyond one machine: a real Spark cluster, and replicas behind a real nginx, all on loopback."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest

import metrics
from benchmarks import bench_cluster, bench_replicas, make_data
from metrics import batch, lake
from tests.folder import read

ROOT = Path(__file__).parent.parent
pytestmark = [pytest.mark.cluster, pytest.mark.slow]


def needed(there: object, what: str) -> None:
    """Skip where something is not installed, or fail where it must be."""
    if there:
        return
    if os.environ.get("REQUIRE_CLUSTER") == "1":
        pytest.fail(f"REQUIRE_CLUSTER=1, and there is no {what}")
    pytest.skip(f"there is no {what}")


def test_a_cluster_that_loses_a_worker_writes_what_one_process_writes(tmp_path):
    needed(shutil.which("java") and find_spec("pyspark"), "Java and PySpark")
    make_data.make(tmp_path / "data", 48)
    of = lake.write(read(tmp_path / "data"), tmp_path / "lake", buckets=8)
    copy = lake.write(read(tmp_path / "data"), tmp_path / "lake-cluster", buckets=8)
    known = batch.derive(of, bench_cluster.LENS)
    told: list[str] = []
    with bench_cluster.started(tmp_path / "logs") as workers:
        killing = Thread(
            target=bench_cluster.kill_at, args=(Path(copy.where), workers[0], 2, told), daemon=True
        )
        killing.start()
        command = [sys.executable, "-m", "metrics", "derive", copy.where, "--engine", "spark"]
        command += ["--master", bench_cluster.URL, "--at", str(bench_cluster.LENS.at)]
        subprocess.run(
            command,
            cwd=ROOT,
            check=True,
            timeout=600,
            env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"},
        )
        killing.join(10)
        assert workers[0].wait(10)
    assert told
    assert batch.done(copy) == known
    files, differing = bench_cluster.differing(Path(of.where), Path(copy.where))
    assert files > 2 * 8 + 40
    assert differing == []


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    """The shipped data as a lake."""
    found = tmp_path_factory.mktemp("lake") / "lake"
    lake.write(metrics.book(), found, buckets=3)
    return found


def test_viewers_behind_nginx_go_on_where_a_replica_is_lost(where):
    needed(shutil.which("nginx"), "nginx")
    with bench_replicas.balanced(where) as (port, replicas):
        status, told, page = bench_replicas.asked(port, "/", Accept="text/html")
        assert status == 200
        assert told["set-cookie"].startswith("replica=")
        assert "HttpOnly" in told["set-cookie"]
        assert "default-src 'none'" in told["content-security-policy"]
        assert told["x-frame-options"] == "DENY"
        assert told["server"] == "nginx"
        cookie = told["set-cookie"].partition(";")[0]
        assert "set-cookie" not in bench_replicas.asked(port, "/", Cookie=cookie)[1]
        script = re.search(rb'src="\./(static/js/[^"]+)"', page)
        assert script
        caches = []
        for _ in range(2):
            path = f"/{script[1].decode()}"
            status, told, packed = bench_replicas.asked(port, path, **{"Accept-Encoding": "gzip"})
            assert status == 200
            assert told["content-encoding"] == "gzip"
            assert packed[:2] == b"\x1f\x8b"
            assert told["x-content-type-options"] == "nosniff"
            caches.append(told["x-cache"])
        assert caches == ["MISS", "HIT"]
        assert bench_replicas.asked(port, "/health")[0] == 200
        seen = asyncio.run(
            bench_replicas.crowd(port, bench_replicas.addresses(where), 3, 6, replicas[0])
        )
        assert seen.whole == 6
        assert len(seen.spent) + len(seen.reloads) == 18
        assert replicas[0].wait(10)
        assert bench_replicas.asked(port, "/health")[0] == 200
        for each in replicas:
            each.kill()
            each.wait(10)
        status, told, page = bench_replicas.asked(port, "/", Accept="text/html")
        assert status == 503
        assert told["retry-after"] == "10"
        assert told["x-frame-options"] == "DENY"
        assert "暫時無法存取" in page.decode()
