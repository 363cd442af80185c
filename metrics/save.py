"""Files written all or nothing: what was there stays, or the new one is there whole.

A temporary file in the same folder is brought to the disk and then given the name. While it is
written it is locked, so that whoever writes next can tell what a killed process left, and sweep it.
"""

from __future__ import annotations

import glob
import os
import shutil
import stat
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What a file is written in; a view saves copying what lies ready in memory.
Piece = bytes | memoryview
_PART = ".part"
# A name of so many characters leaves room for what is put around it, in any script.
_KNOWN = 50
# A temporary file is its owner's alone; what it becomes is like any other file.
_READABLE = 0o644


def over(parts: Iterable[Piece], path: Path) -> None:
    """Write a file in the place of what was there; raise OSError and leave that where it fails.

    A device or a pipe of that name is written to, not replaced.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(parts)
        return
    with _staged(parts, path) as staged:
        staged.replace(path)
    _settle(path.parent)


def new(parts: Iterable[Piece], path: Path) -> None:
    """Write a file; raise FileExistsError where one is there, OSError where it fails."""
    with _staged(parts, path) as staged:
        # Unlike a replacement, a link never takes a name from somebody else.
        path.hardlink_to(staged)
    _settle(path.parent)


def together(files: Iterable[tuple[str, Iterable[Piece]]], folder: Path) -> None:
    """Write files into a folder, all of them or none; raise OSError where it fails."""
    with ExitStack() as stack:
        staged = [
            (stack.enter_context(_staged(parts, folder / name)), folder / name)
            for name, parts in files
        ]
        _swap(staged)
    _settle(folder)


def _swap(staged: Sequence[tuple[Path, Path]]) -> None:
    """Give all their names; where one fails, take back those that were given."""
    with ExitStack() as swept, ExitStack() as undo:
        for temporary, path in staged:
            before = temporary.with_name(f"{temporary.name[: -len(_PART)]}.was{_PART}")
            if path.exists():
                swept.callback(before.unlink, missing_ok=True)
                _twin(path, before)
            temporary.replace(path)
            undo.callback(_taken_back, before, path)
        undo.pop_all()


def _twin(path: Path, before: Path) -> None:
    try:
        before.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copy2(path, before)


def _taken_back(before: Path, path: Path) -> None:
    if before.exists():
        before.replace(path)
    else:
        path.unlink()


@contextmanager
def _staged(parts: Iterable[Piece], path: Path) -> Iterator[Path]:
    """Write a temporary file beside `path`, all of it on the disk; it is gone in the end."""
    _sweep(path)
    descriptor, name = mkstemp(prefix=_prefix(path), suffix=_PART, dir=path.parent)
    staged = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _lock(file.fileno())
            file.writelines(parts)
            file.flush()
            staged.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else _READABLE)
            os.fsync(file.fileno())
            yield staged
    finally:
        staged.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    return f".{path.name[:_KNOWN]}."


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # a file system without locks, where nothing is swept either
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sweep(path: Path) -> None:
    """Remove what was left by processes that are no more: nobody holds it any longer."""
    if sys.platform != "win32":
        for left in path.parent.glob(f"{glob.escape(_prefix(path))}*{_PART}"):
            with suppress(OSError), left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()


def _settle(folder: Path) -> None:
    """Bring a folder's names to the disk; Windows does that by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
