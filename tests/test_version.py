"""Versions of the data: what git has at a revision, read without touching the work tree."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from metrics import version

Git = Callable[..., str]
NAMED = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder inside a repository, beside a file that is no data."""
    folder = tmp_path / "house" / "data"
    (folder / "companies").mkdir(parents=True)
    (tmp_path / "house" / "README.md").write_text("hello", "utf-8")
    return folder


@pytest.fixture
def git(data: Path) -> Git:
    """Run git in that repository."""
    program = shutil.which("git")
    if program is None:
        pytest.skip("there is no git")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [program, "-C", str(data.parent), *NAMED, *arguments],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    run("init", "--quiet")
    return run


def commit(git: Git) -> str:
    git("add", "--all")
    git("commit", "--quiet", "--message", "state")
    return git("rev-parse", "HEAD")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def test_a_folder_is_itself(data):
    with version.folder(Path("nowhere"), str(data)) as found:
        assert found == data


def test_a_revision_is_read_byte_for_byte_and_the_work_tree_stays(data, git):
    """Line ends, attributes that would leave files out of an archive, names in any script."""
    then = {"companies/lab.yaml": b"name: {en: Lab}\r\n", "sets.yaml": b"\xff\n",
            "companies/\u7a00\u5b87.yaml": b"# no id\n", "empty.yaml": b""}  # fmt: skip
    for name, content in then.items():
        (data / name).write_bytes(content)
    (data.parent / ".gitattributes").write_text("sets.yaml export-ignore\n", "utf-8")
    (data / "notes.txt").write_text("no data", "utf-8")
    (data / "link.yaml").symlink_to("/etc/hostname")
    first = commit(git)
    (data / "sets.yaml").write_bytes(b"now: {}\n")
    (data / "companies" / "new.yaml").write_bytes(b"")
    commit(git)
    now, status = files(data), git("status", "--porcelain")
    with version.folder(data, first) as found:
        assert found.name == "data"
        assert files(found) == then
        place = found
    assert not place.exists()
    assert (files(data), git("status", "--porcelain")) == (now, status)
    with version.folder(data, "HEAD~1") as found:
        assert files(found) == then


@pytest.mark.parametrize("named", ["nothing", "HEAD~9", "--help", "-h", "HEAD:data", ""])
def test_what_is_no_revision_is_said_in_one_line(data, git, named):
    (data / "sets.yaml").write_bytes(b"")
    commit(git)
    with pytest.raises(version.VersionError, match=r"^[^\n]+$"), version.folder(data, named):
        pass


def test_a_folder_outside_of_any_repository_has_no_revisions(data):
    with pytest.raises(version.VersionError, match="not a git repository"):
        version.folder(data, "HEAD").__enter__()


def test_a_folder_that_is_not_there_has_no_revisions(tmp_path):
    with pytest.raises(version.VersionError, match="no folder"):
        version.folder(tmp_path / "nowhere", "HEAD").__enter__()


def test_a_revision_without_data_says_so(data, git):
    commit(git)
    (data / "sets.yaml").write_bytes(b"")
    with pytest.raises(version.VersionError, match="has no data"):
        version.folder(data, "HEAD").__enter__()


def test_without_git_a_version_is_a_folder(data, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(version.VersionError, match="git is not installed"):
        version.folder(data, "HEAD").__enter__()


def test_the_folders_own_repository_is_asked_even_inside_a_hook_of_another(data, git, monkeypatch):
    (data / "sets.yaml").write_bytes(b"mine\n")
    commit(git)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    with version.folder(data, "HEAD") as found:
        assert files(found) == {"sets.yaml": b"mine\n"}
