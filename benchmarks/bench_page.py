"""A rerun of each page over a WebSocket, beside an empty page's, and others' pages over HTTP.

Each function starts a server of its own and speaks to it as a browser does; the first look at each
address is not in the times. Think time and addresses are those of `bench_rerun`.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import parse_qs

from streamlit.testing.v1 import AppTest

from benchmarks.bench_rerun import ROOT, THINK, Reruns, addresses, crowd, others, started
from benchmarks.measure import Case, Run
from benchmarks.peer import SIX, account, singles
from benchmarks.server import datasette, fava, fetched

ROUNDS = 20
# Of twenty viewers each goes round this often.
_FEWER = 6
VIEWERS = 20
_KIB = 1024


def empty(folder: Path) -> Run:
    """Rerun an empty page: what Streamlit itself takes."""
    return _seen("benchmarks/empty.py", folder, [""])


def compare(folder: Path) -> Run:
    """Rerun Compare, six companies."""
    return _seen("app.py", folder, addresses(folder))


def company(folder: Path) -> Run:
    """Rerun Company."""
    return _seen("app.py", folder, others(folder, "company"))


def metric(folder: Path) -> Run:
    """Rerun Metric: all companies, ranked."""
    return _seen("app.py", folder, others(folder, "metric"))


def viewers(folder: Path) -> Run:
    """Rerun Compare for each of 20 viewers at once."""
    return _seen("app.py", folder, addresses(folder), _FEWER, VIEWERS)


def empty_viewers(folder: Path) -> Run:
    """Rerun the empty page for each of 20 viewers at once."""
    return _seen("benchmarks/empty.py", folder, [""], _FEWER, VIEWERS)


def fava_account(folder: Path) -> Run:
    """Fetch fava's page of one account, and what it then asks for."""
    names = [account(number) for number in range(len(singles(folder)))][:SIX]
    with fava(folder) as port:
        return _fetched(
            port,
            [
                (f"/ledger/account/{name}/", f"/ledger/api/account_report?a={name}")
                for name in names
            ],
        )


def fava_sheet(folder: Path) -> Run:
    """Fetch fava's balance sheet, and what it then asks for."""
    with fava(folder) as port:
        return _fetched(port, [("/ledger/balance_sheet/", "/ledger/api/balance_sheet")])


def datasette_company(folder: Path) -> Run:
    """Fetch Datasette's page of one company's observations."""
    with datasette(folder) as port:
        chosen = singles(folder)[:SIX]
        return _fetched(port, [(f"/book/observations?company_id={name}",) for name in chosen])


def _seen(
    script: str, folder: Path, queries: Sequence[str], rounds: int = ROUNDS, several: int = 1
) -> Run:
    with started(ROOT / script, folder) as (port, process):
        found = asyncio.run(crowd(port, queries, rounds, several))
        held = _held(process)
    return _run(found)._replace(held=held)


def _held(process: int) -> float:
    asked = ["ps", "-o", "rss=", "-p", str(process)]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True).stdout) / _KIB


def _run(found: Reruns) -> Run:
    return Run(
        wall=median(found.spent),
        late=quantiles(found.spent, n=20)[-1],
        first=median(found.first) / _KIB,
        sent=median(found.sent) / _KIB,
    )


def _fetched(port: int, pages: Sequence[Iterable[str]]) -> Run:
    """Look at pages in turn, each of several addresses; as few rounds as are enough where slow."""
    found = Reruns()
    _look(port, pages[0])
    end = time.monotonic() + 60
    while len(found.spent) < 2 or (len(found.spent) < ROUNDS and time.monotonic() < end):
        time.sleep(THINK)
        start = time.perf_counter()
        size = _look(port, pages[len(found.spent) % len(pages)])
        found.spent.append(time.perf_counter() - start)
        found.sent.append(size)
        found.first.append(size)
    return _run(found)


def _look(port: int, addresses: Iterable[str]) -> int:
    return sum(fetched(port, address)[0] for address in addresses)


CASES: tuple[Case, ...] = (
    empty,
    compare,
    company,
    metric,
    viewers,
    empty_viewers,
    fava_account,
    fava_sheet,
    datasette_company,
)


def profiled(folder: Path, page: str) -> cProfile.Profile:
    """Profile some reruns of a page in this process, after a first look at each address."""
    os.environ["FOOTNOTE_DATA"] = str(folder)
    shell = AppTest.from_file(str(ROOT / "views" / "_shell.py"), default_timeout=600).run()
    queries = addresses(folder) if page == "compare" else others(folder, page)
    if page != "compare":
        shell = shell.switch_page(f"{page}.py")
    profile = cProfile.Profile()
    for turn in range(2):
        if turn:
            # A script runs in a thread of its own, which nothing else would look into.
            threading.setprofile(lambda *_: profile.enable())
        for query in queries:
            shell.query_params.clear()
            for name, found in parse_qs(query.rpartition("?")[2]).items():
                shell.query_params[name] = found
            shell.run()
            assert not shell.exception
    return profile


PAGES = (compare.__name__, company.__name__, metric.__name__)
