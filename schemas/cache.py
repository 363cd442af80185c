"""What files said when they were last read, kept on disk; whatever is doubtful is read again."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import babel
import numpy as np
import pandas as pd
import pyarrow as pa
import pydantic

from schemas import crew, segment
from schemas.segment import BrokenError, Segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.metric import Catalog

# Fewer files are read sooner than anything kept of them is worth.
WORTH = 300
# A segment of changed files as large as this part of all of them is merged with the rest.
_MERGED = 20
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
# Seconds after which nobody is writing a file any more.
_LEFT = 3600
_ALL, _CHANGED = "all.arrow", "changed.arrow"


class Kept(NamedTuple):
    """What the cache holds of a folder: all that is known, and how it came to be there.

    `base` names the large segment on disk ("" where there is none), `since` the files that were
    read after it or are gone since.
    """

    said: Segment
    names: list[str]  # of the files
    base: str = ""
    since: frozenset[str] = frozenset()


def place() -> Path | None:
    """Name the folder that caches are kept in; none where FOOTNOTE_CACHE is `off`."""
    told = os.environ.get("FOOTNOTE_CACHE", "")
    if told == "off":
        return None
    if told:
        return Path(told)
    home = os.environ.get("XDG_CACHE_HOME", "")
    # A path that is not absolute is to be ignored (XDG Base Directory Specification).
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "footnote"


NOTHING = Kept(segment.NOTHING, [])


def read(folder: Path, catalog: Catalog) -> Kept:
    """Give what is known of a folder's files under a catalogue; nothing where that is in doubt."""
    where = _room(folder)
    if where is None or not _ours(where):
        return NOTHING
    key = _key(folder, catalog)
    base = _opened(where / _ALL, key)
    if base is None:
        return NOTHING
    said, told = base
    since = frozenset[str]()
    changed = _opened(where / _CHANGED, key)
    if changed and changed[1]["base"] == told["id"]:
        after, more = changed
        since = frozenset([*after.names(), *more["gone"]])
        said = segment.changed(said, after, more["gone"])
    return Kept(said, said.names(), told["id"], since)


def write(folder: Path, catalog: Catalog, before: Kept, now: Kept, fresh: set[str]) -> Kept:
    """Keep what is known now, of which `fresh` was read, or went, since `before`.

    Little is written where little has changed; nothing where nothing can be.
    """
    where = _room(folder)
    if where is None or len(now.names) < WORTH:
        return now
    since, key = before.since | fresh, _key(folder, catalog)
    try:
        where.mkdir(0o700, parents=True, exist_ok=True)
        if not _ours(where):
            return now
        if before.base and len(since) * _MERGED <= len(now.names):
            gone = since.difference(now.names)
            told = {**key, "base": before.base, "gone": sorted(gone)}
            _put(where / _CHANGED, segment.only(now.said, sorted(since - gone)), told)
            return now._replace(base=before.base, since=since)
        base = secrets.token_hex(16)
        _put(where / _ALL, now.said, {**key, "id": base})
    except OSError:
        # A full disk or a folder that may not be written costs time, never a book.
        return now._replace(base=before.base, since=since)
    # From here on the disk holds it, and memory only what is in use.
    again = _opened(where / _ALL, {**key, "id": base})
    return Kept(again[0] if again else now.said, now.names, base)


def _room(folder: Path) -> Path | None:
    """Name the folder of one data folder's cache."""
    where = place()
    real = os.fsencode(os.path.realpath(folder))
    return where / hashlib.sha256(real).hexdigest()[:32] if where else None


def _ours(where: Path) -> bool:
    """Say whether nobody else could have written what is in a folder."""
    try:
        found = where.stat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return mine and not found.st_mode & _OTHERS_WRITE


def _opened(path: Path, key: dict[str, str]) -> tuple[Segment, dict[str, Any]] | None:
    try:
        with pa.memory_map(str(path)) as file:
            found, told = segment.read(file.read_buffer())
    except (OSError, BrokenError):
        return None
    return (found, told) if {name: told.get(name) for name in key} == key else None


def _swept(where: Path) -> None:
    """Remove what a process that was ended in the middle of writing has left."""
    for path in where.glob(".*"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _LEFT:
                path.unlink()


def _put(path: Path, said: Segment, told: Mapping[str, object]) -> None:
    """Write a file whole, or not at all."""
    _swept(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "wb") as file:
            segment.write(said, told, file)
        Path(name).replace(path)
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _key(folder: Path, catalog: Catalog) -> dict[str, str]:
    """Name everything that what a file says depends on, besides the file."""
    metrics = json.dumps(crew.written(catalog), sort_keys=True).encode()
    return {
        "code": _code(),
        "catalog": hashlib.sha256(metrics).hexdigest(),
        # Places are told under the folder's name as it was given.
        "name": ascii(folder.name),
        "folder": ascii(os.path.realpath(folder)),
    }


@cache
def _code() -> str:
    """Digest the code that reads, and the versions of what it reads with."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for part in (sys.version, np.__version__, pd.__version__, pa.__version__):
        digest.update(part.encode())
    digest.update(f"{pydantic.VERSION} {babel.__version__}".encode())
    return digest.hexdigest()
