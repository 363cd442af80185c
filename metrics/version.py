"""A version of the data: a folder as it stands, or as git has it at a revision."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# How git names an ordinary file; links and other repositories are no data.
_FILES = (b"100644", b"100755")


class VersionError(Exception):
    """A text that names no version; says why, in git's words where they are git's."""


@contextmanager
def folder(data: Path, named: str) -> Iterator[Path]:
    """Give a folder with the data as of a version; raise `VersionError` where there is none.

    A path of a folder is itself. Anything else is a git revision of `data`, taken out of git into
    a folder that lasts as long as the context; the work tree is not touched.
    """
    if named and Path(named).is_dir():
        yield Path(named)
        return
    with TemporaryDirectory(prefix="footnote-") as place:
        # Problems name files from the folder's own name on.
        out = Path(place) / data.resolve().name
        _take(data.resolve(), named, out)
        yield out


def _take(data: Path, named: str, out: Path) -> None:
    """Write the YAML files of a revision, byte for byte as they were committed."""
    if not data.is_dir():
        message = f"there is no folder {str(data)!r}, so git cannot tell what it was"
        raise VersionError(message)
    asked = f"{named}^{{commit}}"
    # Without an end of options a revision could be one.
    commit = _git(data, "rev-parse", "--verify", "--quiet", "--end-of-options", asked).decode()
    listed = _git(data, "ls-tree", "-r", "-z", commit.strip(), "./")
    files = [found for line in listed.split(b"\0") if (found := _file(line))]
    if not files:
        message = f"the revision {named!r} has no data in {data.name!r}"
        raise VersionError(message)
    asked_for = b"".join(blob + b"\n" for blob, _ in files)
    stream = _git(data, "cat-file", "--batch", given=asked_for)
    for (_, path), content in zip(files, _contents(stream, len(files)), strict=True):
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)


def _file(line: bytes) -> tuple[bytes, PurePosixPath] | None:
    """Read a line of a tree, `mode type id<tab>path`; nothing where it is no file of ours."""
    told, _, name = line.partition(b"\t")
    path = PurePosixPath(os.fsdecode(name))
    is_ours = told.startswith(_FILES) and path.suffix == ".yaml" and ".." not in path.parts
    return (told.split()[2], path) if is_ours else None


def _contents(stream: bytes, count: int) -> Iterator[bytes]:
    """Take apart what `cat-file --batch` prints: `id type size`, a line end, so many bytes."""
    start = 0
    for _ in range(count):
        line = stream.index(b"\n", start)
        size = int(stream[start:line].split()[2])
        yield stream[line + 1 : line + 1 + size]
        start = line + 1 + size + 1


def _git(data: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Ask git about the repository around a folder; raise `VersionError` with what it says."""
    program = shutil.which("git")
    if program is None:
        message = "a version is a folder, or a git revision; git is not installed"
        raise VersionError(message)
    done = subprocess.run(  # noqa: S603 - git itself, and no shell between
        [program, "-C", str(data), *arguments],
        input=given, capture_output=True, check=False, env=_environment(),
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise VersionError(said or f"there is no such revision: {_asked(arguments)!r}")
    return done.stdout


def _asked(arguments: Sequence[str]) -> str:
    return arguments[-1].removesuffix("^{commit}")


def _environment() -> dict[str, str]:
    """Keep git to the folder's own repository, even inside a hook, and off the network."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
