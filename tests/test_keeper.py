"""Everybody sees one book, nobody waits for a new look at it, and an edit that breaks a file takes
nothing away."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Thread
from time import sleep

import pytest

from schemas import listing, load, node
from schemas.book import Book
from schemas.load import Progress
from tests.folder import LENS, read, write
from views import _keeper, _shelf
from views._keeper import Keeper

LAB = "lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]"
OTHER = "\nother: [{metric: cash_reserves, value: 2bn USD, period: 2025-09-30}]"


class Folder:
    """A data folder whose state a test names itself, and what was asked of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = "a"
        self.reads = 0
        self.slow: Event | None = None

    def look(self) -> str:
        if self.slow:
            self.slow.wait(10)
        return self.state

    def read(self, _told: Progress | None) -> Book:
        self.reads += 1
        return read(self.path)

    def edit(self, old: str, new: str, name: str = "lab") -> None:
        """Change a file, which changes the folder's state."""
        path = self.path / "companies" / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        self.state += "+"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Two companies, looked at whenever a reader comes."""
    monkeypatch.setattr(_keeper, "_PATIENCE", 0.0)
    monkeypatch.setattr(_keeper, "_SHARE", 0)
    return Folder(write(tmp_path / "data", LAB + OTHER))


@pytest.fixture
def keeper(folder: Folder) -> Keeper:
    return Keeper(folder.look, folder.read)


def cash(book: Book) -> list[float]:
    return book.observations["value"].tolist()


def test_a_changed_file_is_read_and_an_unchanged_folder_is_not(folder: Folder, keeper: Keeper):
    first = keeper.current()
    assert keeper.current() is first
    folder.edit("1bn USD", "3bn USD")
    assert cash(keeper.current().book) == [3e9, 2e9]
    assert folder.reads == 2


def test_a_folder_is_looked_at_no_more_often_than_readers_can_wait(folder, keeper, monkeypatch):
    monkeypatch.setattr(_keeper, "_PATIENCE", 60.0)
    first = keeper.current()
    folder.edit("1bn USD", "3bn USD")
    assert keeper.current() is first


def test_an_edit_that_breaks_a_file_leaves_the_last_good_state_and_says_so(folder, keeper):
    good = keeper.current()
    folder.edit('"observations": [', '"observations": [{')
    kept = keeper.current()
    assert kept.book is good.book
    assert kept.since == good.since
    assert {each.path for each in kept.broken} == {"data/companies/lab.yaml"}


def test_what_is_right_again_is_shown(folder, keeper):
    keeper.current()
    folder.edit("1bn USD", "1bn UDS")
    assert keeper.current().broken
    folder.edit("1bn UDS", "4bn USD")
    now = keeper.current()
    assert (cash(now.book), now.broken) == ([4e9, 2e9], ())


def test_an_error_that_was_there_from_the_start_keeps_nothing_back(folder, keeper):
    folder.edit("1bn USD", "1bn UDS")
    assert cash(keeper.current().book) == [2e9]
    folder.edit("2bn USD", "5bn USD", "other")
    now = keeper.current()
    assert (cash(now.book), now.broken) == ([5e9], ())


def test_a_touched_file_without_a_change_changes_no_book(folder, keeper):
    first = keeper.current()
    folder.state = "touched"
    now = keeper.current()
    assert now.book is first.book
    assert now.since == first.since


def test_a_change_while_reading_is_read_again(folder, keeper, monkeypatch):
    whole = folder.read

    def changing(told: Progress | None) -> Book:
        found: Book = whole(told)
        if folder.reads == 1:
            folder.edit("1bn USD", "3bn USD")
        return found

    monkeypatch.setattr(keeper, "_read", changing)
    assert cash(keeper.current().book) == [1e9, 2e9]
    assert cash(keeper.current().book) == [3e9, 2e9]


def test_a_folder_that_is_slow_to_look_through_keeps_nobody_waiting(folder, keeper, monkeypatch):
    monkeypatch.setattr(_keeper, "_QUICK", -1.0)
    first = keeper.current()
    folder.slow = Event()
    folder.edit("1bn USD", "3bn USD")
    assert keeper.current() is first
    assert keeper.current() is first
    folder.slow.set()
    for _ in range(500):
        if cash(keeper.current().book) == [3e9, 2e9]:
            break
        sleep(0.01)
    assert cash(keeper.current().book) == [3e9, 2e9]


def test_all_who_wait_hear_how_far_a_first_reading_is_and_it_goes_on_though_one_leaves(
    folder, keeper, monkeypatch
):
    class LeavesError(Exception):
        """The page was closed."""

    first, second = Event(), Event()
    whole = folder.read

    def slowly(told: Progress | None) -> Book:
        assert told
        told(256, 700)
        assert first.wait(20)
        told(512, 700)
        assert second.wait(20)
        found: Book = whole(told)
        return found

    def leave(done: int, total: int) -> None:
        raise LeavesError(done, total)

    heard: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> None:
        heard.append((done, total))
        (first if len(heard) == 1 else second).set()

    monkeypatch.setattr(_keeper, "_WORD", 0.01)
    monkeypatch.setattr(keeper, "_read", slowly)
    with pytest.raises(LeavesError, match="256"):
        keeper.current(leave)
    assert not keeper.is_read
    assert cash(keeper.current(hear).book) == [1e9, 2e9]
    assert heard == [(256, 700), (512, 700)]
    assert folder.reads == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_first_reading_that_fails_is_told_to_who_waits_and_tried_again(
    folder, keeper, monkeypatch
):
    def fails(_told: Progress | None) -> Book:
        message = "a bug"
        raise RuntimeError(message)

    with monkeypatch.context() as spoiled:
        spoiled.setattr(keeper, "_read", fails)
        with pytest.raises(RuntimeError, match="a bug"):
            keeper.current()
    assert cash(keeper.current().book) == [1e9, 2e9]


def test_a_reading_that_fails_is_tried_again(folder, keeper, monkeypatch):
    def fails(_told: Progress | None) -> Book:
        message = "a bug"
        raise RuntimeError(message)

    keeper.current()
    folder.edit("1bn USD", "3bn USD")
    with monkeypatch.context() as spoiled:
        spoiled.setattr(keeper, "_read", fails)
        with pytest.raises(RuntimeError):
            keeper.current()
    assert cash(keeper.current().book) == [3e9, 2e9]


def test_an_edit_leaves_at_hand_what_rests_on_other_companies(folder):
    before = read(folder.path)
    folder.edit("1bn", "3bn")
    after = read(folder.path)
    assert after.version != before.version
    pages = (
        lambda book, name: _shelf.lines(book, (name,), LENS, "all"),
        lambda book, name: _shelf.remedies(book, (name,), LENS, "all"),
        lambda book, name: _shelf.case(book, name, LENS),
        lambda book, name: _shelf.statements(book, name, LENS),
    )
    for page in pages:
        assert page(after, "other") is page(before, "other")
        assert page(after, "lab") is not page(before, "lab")
    (line,) = [each for each in pages[0](after, "lab") if each.metric == "cash_reserves"]
    assert line.cells[0].answer.value == 3_000_000_000


def test_an_edit_of_a_document_reaches_whoever_rests_on_it(folder):
    before = read(folder.path)
    used = set(before.observations["source"])
    for path in sorted((folder.path / "sources").iterdir()):
        path.write_text(path.read_text("utf-8") + "\n# read again\n", "utf-8")
        after = read(folder.path)
        same = [
            load.stamp(after, [name]) == load.stamp(before, [name]) for name in ("lab", "other")
        ]
        assert same == [path.stem not in used] * 2
        before = after


def test_many_viewers_at_once_read_once(folder, keeper):
    seen: list[Book] = []
    together = Barrier(8)

    def look() -> None:
        together.wait()
        seen.append(keeper.current().book)

    threads = [Thread(target=look) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (folder.reads, len(set(map(id, seen)))) == (1, 1)


# -- hot edits: the real folder, the real look at it ------------------------------------------


@pytest.fixture
def real(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """A keeper as the pages have it: the folder's state is what the system says of its files."""
    # Nothing goes on beside the test, however slow the machine is.
    monkeypatch.setattr(_keeper, "_QUICK", 60.0)
    seen = _shelf._Folder(folder.path)  # noqa: SLF001 - the one that the pages have
    return Keeper(seen.look, seen.read)


def _replaced(path: Path, data: bytes) -> None:
    aside = path.with_name(".aside")
    aside.write_bytes(data)
    aside.replace(path)


def _linked(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


def _made(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


# What happens to a file whose figures are shown.
EDITS: list[tuple[str, Callable[[Path], object]]] = [
    ("truncated", lambda path: path.write_bytes(path.read_bytes()[:60])),
    ("truncated in a character", lambda path: path.write_bytes("name: {en: 稀".encode()[:-1])),
    ("empty", lambda path: path.write_bytes(b"")),
    ("garbage", lambda path: path.write_bytes(bytes(range(256)))),
    ("NUL", lambda path: path.write_bytes(b"\0" * path.stat().st_size)),
    ("conflict marks", lambda path: path.write_bytes(b"<<<<<<< HEAD\n" + path.read_bytes())),
    ("too large", lambda path: path.write_bytes(b"#" * (node.MAX_BYTES + 1))),
    ("another shape", lambda path: path.write_bytes(b"[1, 2]")),
    ("replaced by a broken one", lambda path: _replaced(path, b"name: [")),
    ("a folder", lambda path: _made(path, Path.mkdir)),
    ("a pipe", lambda path: _made(path, os.mkfifo)),
    ("a link to nothing", lambda path: _linked(path, "nowhere.yaml")),
    ("a link to itself", lambda path: _linked(path, path.name)),
    ("a link out of the folder", lambda path: _linked(path, "/etc/hostname")),
]


def _removed(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink()


@pytest.mark.parametrize(("how", "edit"), EDITS, ids=[each[0] for each in EDITS])
def test_whatever_becomes_of_a_file_its_last_good_state_stays_and_is_marked(
    folder, real, how, edit
):
    path = folder.path / "companies" / "lab.yaml"
    before, good = path.read_bytes(), real.current()
    edit(path)
    kept = real.current()
    assert kept.book is good.book
    assert kept.since == good.since
    assert {each.path for each in kept.broken} == {"data/companies/lab.yaml"}
    _removed(path)
    path.write_bytes(before.replace(b"1bn USD", b"3bn USD"))
    now = real.current()
    assert (cash(now.book), now.broken) == ([3e9, 2e9], ())


def test_a_file_that_is_deleted_is_gone_and_made_again_is_back(folder, real):
    path = folder.path / "companies" / "lab.yaml"
    before = path.read_bytes()
    real.current()
    path.unlink()
    assert cash(real.current().book) == [2e9]
    path.write_bytes(before)
    assert cash(real.current().book) == [1e9, 2e9]


def test_a_source_that_is_deleted_takes_no_figure_away(folder, real):
    path = folder.path / "sources" / "filing.yaml"
    before, good = path.read_bytes(), real.current()
    path.unlink()
    kept = real.current()
    assert kept.book is good.book
    assert {each.name for each in kept.broken} == {"unknown-source"}
    path.write_bytes(before)
    assert real.current().broken == ()


def test_a_folder_that_is_taken_away_and_put_back_is_shown_all_the_while(folder, real):
    good = real.current()
    away = folder.path.rename(folder.path.with_name("away"))
    kept = real.current()
    assert kept.book is good.book
    assert {each.name for each in kept.broken} == {"missing-folder"}
    away.rename(folder.path)
    assert real.current().broken == ()


def test_an_edit_that_keeps_time_and_size_is_seen(folder, real):
    path = folder.path / "companies" / "lab.yaml"
    real.current()
    told = path.stat()
    path.write_bytes(path.read_bytes().replace(b"1bn USD", b"7bn USD"))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (told.st_size, told.st_mtime_ns)
    assert cash(real.current().book) == [7e9, 2e9]


def test_two_edits_within_one_tick_of_the_clock_are_two_states(folder):
    path = folder.path / "companies" / "lab.yaml"
    for number in range(200):
        path.write_bytes(b"a" if number % 2 else b"b")
        seen = listing.listing(folder.path)
        path.write_bytes(b"c")
        assert listing.listing(folder.path) != seen
    # Where a clock is too coarse to tell two changes apart, the time of the look does.
    path.write_bytes(b"d")
    assert listing.listing(folder.path) != listing.listing(folder.path)


def test_a_folder_at_rest_keeps_its_state(folder, monkeypatch):
    monkeypatch.setattr(listing, "_SETTLING", 10_000_000)
    sleep(0.05)
    first = listing.listing(folder.path)
    assert listing.listing(folder.path) == first


def test_a_file_replaced_by_one_of_the_same_time_and_size_is_seen(folder, real):
    path = folder.path / "companies" / "lab.yaml"
    real.current()
    told = path.stat()
    _replaced(path, path.read_bytes().replace(b"1bn USD", b"8bn USD"))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert cash(real.current().book) == [8e9, 2e9]


def test_a_file_replaced_while_it_is_read_is_one_or_the_other(folder, real):
    path = folder.path / "companies" / "lab.yaml"
    texts = [path.read_bytes().replace(b"1bn USD", f"{n}bn USD".encode()) for n in (3, 4)]
    stop = Event()

    def replace() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            _replaced(path, texts[turn % 2])

    real.current()
    thread = Thread(target=replace)
    thread.start()
    try:
        seen = {tuple(cash(real.current().book)) for _ in range(40)}
    finally:
        stop.set()
        thread.join()
    assert seen <= {(1e9, 2e9), (3e9, 2e9), (4e9, 2e9)}
    path.write_bytes(texts[0])
    now = real.current()
    assert (cash(now.book), now.broken) == ([3e9, 2e9], ())


def test_a_reader_never_sees_half_of_a_file_that_is_written_over_in_place(folder, real):
    path = folder.path / "companies" / "lab.yaml"
    whole, good = path.read_bytes(), real.current()
    for end in range(0, len(whole), 23):
        path.write_bytes(whole[:end])
        kept = real.current()
        assert cash(kept.book) == cash(good.book), end
        assert kept.broken
    path.write_bytes(whole)
    assert real.current().broken == ()
