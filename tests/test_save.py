"""Whatever fails while a file is written: what was there stays, or the new one is whole."""

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any, Self

import pytest
from click.testing import CliRunner, Result

import metrics
from metrics import save
from metrics.__main__ import main
from schemas.book import Book
from tests.folder import read, write

ROOT = Path(__file__).parent.parent
AT = ("--at", "2026-02-01")


def kept(folder: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones too, by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# -- one file ---------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "table.csv"
    save.over([b"before"], path)

    def torn() -> Iterator[bytes]:
        yield b"half"
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        save.over(torn(), path)
    assert kept(tmp_path) == {"table.csv": b"before"}


def test_a_new_file_never_takes_the_place_of_another(tmp_path):
    path = tmp_path / "acme.yaml"
    save.new([b"mine"], path)
    with pytest.raises(FileExistsError):
        save.new([b"yours"], path)
    assert kept(tmp_path) == {"acme.yaml": b"mine"}


def test_a_file_that_only_its_owner_reads_stays_so(tmp_path):
    path = tmp_path / "table.csv"
    save.over([b"a"], path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    save.over([b"b"], path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    save.over([b"a", b"b"], path)
    assert os.read(reader, 9) == b"ab"
    os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_name_as_long_as_names_can_be_is_written(tmp_path):
    path = tmp_path / ("稀" * 83 + ".csv")
    save.over([b"a"], path)
    assert path.read_bytes() == b"a"


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    path = tmp_path / "table.csv"
    (tmp_path / ".table.csv.dead.part").write_bytes(b"half")
    (tmp_path / ".other.csv.dead.part").write_bytes(b"not ours")

    def slow() -> Iterator[bytes]:
        yield b"first"
        save.over([b"second"], path)
        yield b" whole"

    save.over(slow(), path)
    assert kept(tmp_path) == {"table.csv": b"first whole", ".other.csv.dead.part": b"not ours"}


# -- several files ----------------------------------------------------------------------------


def test_files_that_belong_together_leave_others_alone(tmp_path):
    (tmp_path / "notes.txt").write_bytes(b"mine")
    save.together([("a", [b"1"]), ("b", [b"2"])], tmp_path)
    save.together([("a", [b"3"]), ("b", [b"4"])], tmp_path)
    assert kept(tmp_path) == {"a": b"3", "b": b"4", "notes.txt": b"mine"}


def test_where_files_cannot_be_linked_they_are_copied_aside(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    save.together([("a", [b"1"]), ("b", [b"2"])], tmp_path)
    (tmp_path / "b").unlink()
    (tmp_path / "b").mkdir()
    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OSError, match="directory"):
        save.together([("a", [b"3"]), ("b", [b"4"])], tmp_path)
    assert kept(tmp_path) == {"a": b"1"}


# -- whatever fails ---------------------------------------------------------------------------


class Faulty:
    """The calls that write below a folder; the one of a number fails as on a full disk."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.count, self.fails = str(folder), 0, 0
        for name in ("open", "replace", "link", "fsync", "fdopen"):
            call = getattr(os, name)
            monkeypatch.setattr(os, name, self.wrapped(call, ours=name in {"fsync", "fdopen"}))

    def wrapped(self, call: Callable[..., Any], *, ours: bool) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            if ours or str(arguments[0]).startswith(self.folder):
                self.step()
            found = call(*arguments, **options)
            return Slow(found, self) if call.__name__ == "fdopen" else found

        return run

    def step(self) -> None:
        self.count += 1
        if self.count == self.fails:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Slow:
    """A file each of whose writes counts as a call."""

    def __init__(self, file: Any, faulty: Faulty) -> None:
        self.file, self.faulty = file, faulty

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def fileno(self) -> int:
        return int(self.file.fileno())

    def flush(self) -> None:
        self.faulty.step()
        self.file.flush()

    def writelines(self, parts: Iterator[bytes]) -> None:
        for part in parts:
            self.faulty.step()
            self.file.write(part)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Two companies with a figure each, and a claim."""
    return read(write(tmp_path / "data", """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: runway, value: 50 months, period: 2025-09-30}
    other: [{metric: cash_reserves, value: 2bn USD, period: 2025-09-30}]
    """))  # fmt: skip


# What is run, in a folder of its own that `{}` stands for.
WRITES = [
    ("export", "observations", "-o", "{}/out.csv"),
    ("export", "derived", "--format", "parquet", "-o", "{}/out.parquet"),
    ("export", "claims", "--format", "json", "-o", "{}/out.json"),
    ("export", "comparison", "--wide", "-o", "{}/out.csv"),
    ("export", "package", "{}"),
    ("export", "package", "{}/out.zip"),
    ("export", "workbook", "{}/out.xlsx"),
    ("export", "memo", "{}/out.html"),
    ("new", "company", "acme", "--data", "{}"),
    ("new", "source", "acme-report", "--data", "{}"),
]


def ran(command: tuple[str, ...], folder: Path) -> Result:
    dated = AT if command[0] == "export" else ()
    return CliRunner().invoke(main, [*(part.format(folder) for part in command), *dated])


def whole(command: tuple[str, ...], folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    assert ran(command, folder).exit_code == 0
    return kept(folder)


@pytest.mark.parametrize("there", [False, True], ids=["anew", "again"])
@pytest.mark.parametrize("command", WRITES, ids=lambda each: " ".join(each[:2] + each[-1:]))
def test_whichever_call_fails_a_file_is_as_before_or_whole_and_nothing_is_left(
    book, tmp_path, monkeypatch, command, there
):
    monkeypatch.setattr(metrics, "book", lambda _, **__: book)
    new = whole(command, tmp_path / "new")
    folder = tmp_path / "out"
    folder.mkdir()
    faulty = Faulty(folder, monkeypatch)
    while True:
        for name in kept(folder):
            (folder / name).unlink()
        if there and command[0] == "export":
            for name in new:
                (folder / name).write_bytes(b"before")
        before = kept(folder)
        faulty.count, faulty.fails = 0, faulty.fails + 1
        result = ran(command, folder)
        if result.exit_code == 0:
            break
        assert isinstance(result.exception, SystemExit), result.exception
        assert "No space left on device" in result.output
        after = kept(folder)
        schema = {name: text for name, text in after.items() if name.startswith(".schema/")}
        assert schema.items() <= new.items()
        assert after in ({**before, **schema}, new)
    assert kept(folder) == new
    assert faulty.fails > 4


def test_a_folder_that_cannot_be_written_to_is_told_in_a_line(book, tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "book", lambda _, **__: book)
    (tmp_path / "file").write_bytes(b"")
    for command in WRITES:
        result = ran(command, tmp_path / "file" / "below")
        assert result.exit_code in {1, 2}
        assert isinstance(result.exception, SystemExit)
        assert result.output.count("\n") <= 3, result.output


# Without the package around the module, which takes seconds to load.
WRITER = """
import resource, sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
spec = spec_from_file_location("save", "metrics/save.py")
save = module_from_spec(spec)
spec.loader.exec_module(save)
if len(sys.argv) > 2:
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
while True:
    for letter in (b"a", b"b"):
        save.over([letter * 65536] * 16, Path(sys.argv[1]))
        print(flush=True)
"""


def writer(path: Path, *limit: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), *limit],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "table.csv"
    for number in range(30):
        with writer(path) as process:
            assert process.stdout is not None
            process.stdout.readline()
            sleep(number * 0.0007)
            process.send_signal(signal.SIGKILL)
        found = path.read_bytes()
        assert len(found) == 1 << 20
        assert len(set(found)) == 1
    save.over([b"last"], path)
    assert kept(tmp_path) == {"table.csv": b"last"}


def test_on_a_full_disk_what_was_there_stays(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"before")
    with writer(path, "100000") as process:
        assert process.stderr is not None
        assert b"File too large" in process.stderr.read()
    assert kept(tmp_path) == {"table.csv": b"before"}
