"""What Footnote is made of: pinned, hashed, licensed to be passed on, and refused if changed."""

import base64
import hashlib
import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
RUN, DEV = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
BENCH = ROOT / "benchmarks" / "requirements.txt"
# Licences that ask for no more than to be named; SPDX identifiers.
ALLOWED = {
    *("MIT", "MIT-CMU", "0BSD", "ISC", "Zlib", "CC0-1.0", "PSF-2.0"),
    *("BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"),
}
# Weaker copyleft, for the files of the package itself: certificates, used as they come.
NOTED = {"certifi": "MPL-2.0"}
# How packages without an SPDX expression say theirs, in words.
SAID = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def locked(path: Path) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a lock file, each with its hashes."""
    lines = path.read_text("utf-8").replace("\\\n", " ").splitlines()
    told = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return [
        (Requirement(line.partition("--hash")[0]), re.findall(r"--hash=(\S+)", line))
        for line in told
    ]


def licences(name: str) -> set[str]:
    """The licences of an installed package, as SPDX identifiers or as it says them."""
    about = distribution(name).metadata
    classes = [
        each.rpartition(" :: ")[2]
        for each in about.get_all("Classifier", [])
        if each.startswith("License ::")
    ]
    short = "".join(about.get_all("License", [])).strip().partition("\n")[0]
    told = next(filter(None, (*about.get_all("License-Expression", []), *classes, short)), "")
    told = told or _written(name)
    return set(re.split(r" AND | OR ", SAID.get(told, told)))


def _written(name: str) -> str:
    """Say which licence a package's own file of that name is, for the one we know by its text."""
    files = distribution(name).files or []
    (path,) = (each for each in files if each.name == "LICENSE")
    return "Apache-2.0" if "Apache License" in path.read_text() else path.read_text()


@pytest.mark.parametrize("path", [RUN, DEV, BENCH], ids=["run", "dev", "bench"])
def test_every_requirement_has_one_version_and_its_hashes(path):
    found = locked(path)
    assert len(found) > 30
    for each, hashes in found:
        assert re.fullmatch(r"==[\w.+!]+", str(each.specifier)), each
        assert each.url is None
        assert hashes, each
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", told) for told in hashes), each


@pytest.mark.parametrize("path", [RUN, DEV, BENCH], ids=["run", "dev", "bench"])
def test_a_lock_names_no_place_of_its_own_to_get_things_from(path):
    text = path.read_text("utf-8")
    assert not re.search(r"^\s*(-|--(?!hash=))\w", text, flags=re.MULTILINE)
    assert "://" not in text


@pytest.mark.parametrize("path", [DEV, BENCH], ids=["dev", "bench"])
def test_developers_run_and_measure_what_users_run(path):
    users = {(str(each), *hashes) for each, hashes in locked(RUN)}
    assert users <= {(str(each), *hashes) for each, hashes in locked(path)}


def test_what_is_installed_is_what_is_pinned():
    here = [each for each, _ in locked(RUN) if each.marker is None or each.marker.evaluate()]
    assert [
        each.name for each in here if distribution(each.name).version not in each.specifier
    ] == []


def test_everything_we_run_on_may_be_passed_on():
    here = [each for each, _ in locked(RUN) if each.marker is None or each.marker.evaluate()]
    odd = {
        each.name: told
        for each in here
        if not (told := licences(each.name)) <= ALLOWED | {NOTED.get(each.name, "")}
    }
    assert odd == {}


def test_each_exception_is_one():
    assert {name: licences(name) for name in NOTED} == {n: {told} for n, told in NOTED.items()}


def test_the_makefile_installs_by_hash_alone():
    text = (ROOT / "Makefile").read_text("utf-8")
    installs = re.findall(r"pip install .*-r .*", text)
    assert len(installs) == 3
    assert all("--require-hashes" in each for each in installs)
    assert "--trusted-host" not in text


@pytest.fixture
def wheel(tmp_path) -> Path:
    """A package of one line."""
    path: Path = tmp_path / "footnote_tiny-1-py3-none-any.whl"
    about = "footnote_tiny-1.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in (
            ("footnote_tiny.py", "WORD = 'as it was'\n"),
            (f"{about}/METADATA", "Metadata-Version: 2.1\nName: footnote-tiny\nVersion: 1\n"),
            (f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
            (f"{about}/RECORD", ""),
        ):
            file.writestr(name, text)
    return path


def install(wheel: Path, lock: str) -> subprocess.CompletedProcess[str]:
    """Install what a lock names, from that folder and nowhere else."""
    (wheel.parent / "lock.txt").write_text(lock)
    command = [
        *(sys.executable, "-m", "pip", "install", "--isolated", "--no-index", "--no-deps"),
        *("--find-links", str(wheel.parent), "--target", str(wheel.parent / "there")),
        *("--disable-pip-version-check", "--no-cache-dir", "--require-hashes", "-r", "lock.txt"),
    ]
    return subprocess.run(command, cwd=wheel.parent, capture_output=True, text=True, check=False)


def test_a_package_changed_after_it_was_pinned_is_refused(wheel):
    pinned = f"footnote-tiny==1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    assert install(wheel, pinned).returncode == 0
    assert (wheel.parent / "there" / "footnote_tiny.py").is_file()
    with zipfile.ZipFile(wheel, "a") as file:
        file.writestr("more.py", base64.b64encode(b"something else"))
    changed = install(wheel, pinned)
    assert changed.returncode != 0
    assert "DO NOT MATCH THE HASHES" in changed.stderr
    assert not (wheel.parent / "there" / "more.py").exists()


def test_a_package_without_a_hash_is_refused(wheel):
    refused = install(wheel, "footnote-tiny==1\n")
    assert refused.returncode != 0
    assert "--require-hashes" in refused.stderr
