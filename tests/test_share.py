"""Footnote for others: what the container holds, and that it needs no more than it is given."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.test_hostile import PAGES

ROOT = Path(__file__).parent.parent
LINES = re.sub(r"\\\n", " ", (ROOT / "Containerfile").read_text("utf-8")).splitlines()
NOBODY = 10001
UNSHARE = shutil.which("unshare")


def told(word: str) -> list[str]:
    """What follows an instruction of the Containerfile, each time it is given."""
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{word} ")]


def copied() -> list[tuple[str, str]]:
    """What the container's last stage takes from here, and where it goes."""
    pairs = [line.split() for line in told("COPY") if not line.startswith("--from")]
    return [(source, target) for source, target in pairs if source != "requirements.txt"]


# -- what it says -------------------------------------------------------------------------------


def test_the_container_runs_as_somebody_who_is_not_root():
    (user,) = told("USER")
    assert user == f"{NOBODY}:{NOBODY}"
    after = LINES[LINES.index(f"USER {user}") :]
    assert not [line for line in after if line.startswith(("RUN", "COPY", "ADD"))]


def test_its_base_is_named_with_a_version():
    for base in told("FROM"):
        name, _, tag = base.split()[0].rpartition(":")
        assert name == "docker.io/library/python"
        assert re.fullmatch(r"3\.11[\w.-]+", tag)


def test_it_is_made_of_hashed_packages_and_holds_no_secret():
    (install,) = (line for line in told("RUN") if "pip install" in line)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    text = "\n".join(LINES)
    assert not re.search(r"(?i)password|token|secret|api[_-]?key|^ARG |^ADD ", text, re.MULTILINE)


def test_it_asks_nobody_for_its_address():
    (entry,) = (json.loads(line) for line in told("ENTRYPOINT"))
    assert "--browser.serverAddress=localhost" in entry


def test_it_takes_only_what_runs():
    assert {source for source, _ in copied()} == {
        *("app.py", ".streamlit/config.toml", "door", "schemas", "metrics", "views", "data")
    }
    for source, target in copied():
        assert (ROOT / source).exists()
        assert target.startswith("./")


# -- and does, as far as that can be seen without one -------------------------------------------

JAIL = """
set -eu
ip link set lo up
case "$BASE" in /root/*)
    mount --bind "$BASE" "$PLACE/python"
    mount -t tmpfs -o mode=755 none /root
    mkdir -p "$BASE"
    mount --bind "$PLACE/python" "$BASE"
esac
mount --bind "$PLACE/tree" "$PLACE/tree"
mount -o remount,bind,ro "$PLACE/tree"
exec setpriv --reuid $NOBODY --regid $NOBODY --clear-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all "$@"
"""

# Runs in the jail: starts the server as the container does and looks at every page.
LOOK = """
import json, os, socket, subprocess, sys, time
from pathlib import Path
from schemas import words
from tests.conftest import is_healthy
from tests.test_door import ask, sit_down
from tests.test_hostile import PAGES, seen

tree, log, command = json.loads(sys.argv[1])
assert os.getuid() == os.getgid() == int(os.environ["NOBODY"])
try:
    Path(tree, "written").touch()
except OSError as error:
    print(f"writing: {error.strerror}")
try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError as error:
    print(f"network: {error.strerror}")
with open(log, "wb") as out, subprocess.Popen(command, cwd=tree, stdout=out, stderr=out) as server:
    try:
        until = time.monotonic() + 60
        while not is_healthy(8501):
            assert server.poll() is None and time.monotonic() < until, Path(log).read_text()
            time.sleep(0.1)
        here = "http://localhost:8501"
        for path in ("/", "/api/comparison.csv", "/feed.atom"):
            assert ask(here, path)[0].status == 200, path
        with sit_down(here, max_size=1 << 26) as viewer:
            for page in PAGES:
                told = seen(viewer, page, "lang=en")
                assert words.say("en", "ui.footer.advice") in told, page
                assert words.say("en", "ui.failed.says") not in told, page
                print(f"/{page} is drawn")
    finally:
        server.terminate()
assert "IP" not in Path(log).read_text(), "it asked somebody for its address"
"""


def jailed() -> bool:
    """Whether this machine lets us take rights, network and writing away from a process."""
    needed = all(shutil.which(name) for name in ("unshare", "setpriv", "mount", "ip"))
    if not needed or os.geteuid() != 0:
        return False
    trial = [str(UNSHARE), "--mount", "--net", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(trial, check=False, capture_output=True).returncode == 0


@pytest.mark.slow
def test_pages_answer_without_root_without_writing_and_without_a_network():
    if not jailed():
        pytest.skip("needs root, to take rights away")
    with TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "python").mkdir()
        tree, log = place / "tree", place / "log"
        for source, target in copied():
            there = tree / target
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                there.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, there)
        log.touch()
        os.chown(log, NOBODY, NOBODY)
        (entry,) = (json.loads(line) for line in told("ENTRYPOINT"))
        settings = dict(pair.split("=") for line in told("ENV") for pair in line.split())
        environment = {
            **settings, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PLACE": name,
            "BASE": sys.base_prefix, "NOBODY": str(NOBODY),
        }  # fmt: skip
        asked = json.dumps([str(tree), str(log), [sys.executable, *entry[1:]]])
        looking = [sys.executable, "-c", LOOK, asked]
        done = subprocess.run(
            [str(UNSHARE), "--mount", "--net", "sh", "-c", JAIL, "sh", *looking],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        assert done.stdout.splitlines() == [
            "writing: Read-only file system",
            "network: Network is unreachable",
            *(f"/{page} is drawn" for page in PAGES),
        ]
