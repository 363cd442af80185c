"""Several processes that read files at once: names in, what the files say out, as Arrow."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyarrow as pa
from pydantic import TypeAdapter

from schemas import file, segment
from schemas.metric import Catalog, Metric
from schemas.segment import BrokenError, Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A process costs as much as reading some hundred files, so that fewer are read by one alone.
WORTH = 1_500
MOST = 4
# Files that are read in one go: few enough to tell how far it is, and to be let go soon.
CHUNK = 256

_LENGTH = struct.Struct("<Q")
_CATALOG = TypeAdapter(Catalog)
_ROOT = Path(__file__).parent.parent


def read(
    folder: Path, names: Sequence[str], catalog: Catalog, told: Callable[[int], None]
) -> Iterator[Segment]:
    """Read files, each alone, in several processes where that pays; `told` hears how many are done.

    What a process cannot be had for, or ends without having read, is read in this one.
    """
    done = 0
    chunks = [names[at : at + CHUNK] for at in range(0, len(names), CHUNK)]
    many = min(_processors(), MOST) if len(names) >= WORTH else 1
    for chunk, got in _together(folder, chunks, catalog, many) if many > 1 else _alone(chunks):
        if got:
            told(done)
        yield got or segment.packed(_each(folder, chunk, catalog, told, done))
        done += len(chunk)


def _each(
    folder: Path,
    names: Sequence[str],
    catalog: Catalog,
    told: Callable[[int], None],
    before: int,
) -> Iterator[file.Said]:
    for done, name in enumerate(names, before):
        told(done)
        yield file.said(folder, name, catalog)


def _processors() -> int:
    # Not all of a machine's need be ours; macOS does not tell.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _alone(chunks: Sequence[Sequence[str]]) -> Iterator[tuple[Sequence[str], None]]:
    return ((chunk, None) for chunk in chunks)


def _together(
    folder: Path, chunks: Sequence[Sequence[str]], catalog: Catalog, many: int
) -> Iterator[tuple[Sequence[str], Segment | None]]:
    """Have chunks read by whichever process is free; with None come those that were not read."""
    crew = _Crew(json.dumps([str(folder), written(catalog)]).encode(), chunks)
    workers = [each for each in (started() for _ in range(many)) if each]
    threads = [Thread(target=crew.feed, args=(each,), daemon=True) for each in workers]
    for each in threads:
        each.start()
    if not threads:
        crew.dismiss()
    try:
        for _ in chunks:
            yield crew.done.get()
    finally:
        # Also where the reader went away in the middle.
        for worker in workers:
            worker.kill()
        for each in threads:
            each.join()
        for worker in workers:
            worker.communicate()


class _Crew:
    """Chunks to be read, and those that are done: every one comes out once, read or not."""

    def __init__(self, order: bytes, chunks: Sequence[Sequence[str]]) -> None:
        self.order = order
        self.waiting: SimpleQueue[Sequence[str]] = SimpleQueue()
        self.done: SimpleQueue[tuple[Sequence[str], Segment | None]] = SimpleQueue()
        self._failed = 0
        for chunk in chunks:
            self.waiting.put(chunk)

    def feed(self, worker: subprocess.Popen[bytes]) -> None:
        """Hand chunk after chunk to one process; when it fails, the others go on."""
        to, back = cast("BinaryIO", worker.stdin), cast("BinaryIO", worker.stdout)
        order = self.order
        with suppress(Empty):
            while True:
                chunk = self.waiting.get_nowait()
                try:
                    send(to, order)
                    send(to, json.dumps(chunk).encode())
                    got, _ = segment.read(pa.py_buffer(receive(back)))
                except (OSError, BrokenError):
                    self.done.put((chunk, None))
                    # One that fails early fails for a reason; what is left is read without it.
                    self.dismiss()
                    return
                self.done.put((chunk, got))
                order = b""

    def dismiss(self) -> None:
        """Give back what nobody has begun to read."""
        with suppress(Empty):
            while True:
                self.done.put((self.waiting.get_nowait(), None))


def started() -> subprocess.Popen[bytes] | None:
    """Start a process that reads files; none where the system has none to give."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    with suppress(OSError):
        return subprocess.Popen(
            # -P: what lies in the folder one happens to be in is not imported.
            [sys.executable, "-P", "-m", "schemas.crew"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
    return None


def written(catalog: Catalog) -> dict[str, object]:
    """Write a catalogue as the plain text values that it is read from."""
    found: dict[str, object] = _texts(
        _CATALOG.dump_python(catalog, by_alias=True, exclude_unset=True)
    )
    return found


def _texts(value: Any) -> Any:  # noqa: ANN401 - plain values, of any depth
    if isinstance(value, dict):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(each) for each in value]
    return str(value) if isinstance(value, int) else value


def send(file: BinaryIO, data: bytes) -> None:
    """Write one message."""
    file.write(_LENGTH.pack(len(data)))
    file.write(data)
    file.flush()


def receive(file: BinaryIO) -> bytes:
    """Read one message; raise `BrokenError` where the other side is gone."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise BrokenError("nobody there")
    return file.read(*_LENGTH.unpack(head))


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Read what is asked for until nothing is; the first message says where and how."""
    folder, catalog = Path(), dict[str, Metric]()
    with suppress(BrokenError):
        while True:
            order = receive(asked)
            if order:
                where, plain = json.loads(order)
                folder, catalog = Path(where), _CATALOG.validate_python(plain)
            names: list[str] = json.loads(receive(asked))
            into = BytesIO()
            segment.write(
                segment.packed(file.said(folder, name, catalog) for name in names), {}, into
            )
            send(answers, into.getvalue())


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
