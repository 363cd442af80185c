"""The load that fills the house: it is for one's own server, and tells what it found."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import bench_crowd
from benchmarks.bench_crowd import Sample

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("address", "port"),
    [("127.0.0.1:8501", 8501), ("http://localhost:80/", 80), ("[::1]:8501", 8501)],
)
def test_a_load_is_for_this_machine(address, port):
    assert bench_crowd.local(address) == port


@pytest.mark.parametrize(
    "address",
    ["192.0.2.1:80", "http://0.0.0.0:8501", "[2001:db8::1]:80", "10.0.0.1:1", "169.254.1.1:1"],
)
def test_another_machine_is_refused(address):
    with pytest.raises(ValueError, match="is not this machine"):
        bench_crowd.local(address)


@pytest.mark.parametrize("address", ["localhost", "localhost:", ":80", "localhost:http"])
def test_an_address_without_a_port_is_told_so(address):
    with pytest.raises(ValueError, match=re.escape("127.0.0.1:8501")):
        bench_crowd.local(address)


def test_growth_is_told_once_the_beginning_is_over():
    samples = [
        Sample(minute, 300 if minute < 3 else 200 + minute, minute * 30) for minute in range(9)
    ]
    assert list(bench_crowd.growth(samples)) == [
        "processor: 50% of one",
        "memory: 300 MiB, in the end 208, at most 300",
        "its slope: +1.00 MiB a minute over the last 5 minutes",
    ]


@pytest.mark.slow
def test_a_full_house_is_measured_and_one_too_many_is_refused():
    command = [sys.executable, "-m", "benchmarks.bench_crowd", "data"]
    options = ["--viewers", "2", "--think", "0.5", "--minutes", "0.2"]
    told = subprocess.run(
        [*command, *options], cwd=ROOT, check=True, capture_output=True, text=True, timeout=180
    ).stdout
    assert "one viewer too many: 503, Retry-After 10" in told
    assert re.search(r"Full house, a rerun \| \d+ \| \d+ ms", told)
    assert re.search(r"memory: \d+ MiB", told)
    assert "lost: 0" in told
