"""Everybody sees one book, nobody waits for a new look at it, and an edit that breaks a file takes
nothing away."""

from pathlib import Path
from threading import Barrier, Event, Thread
from time import sleep

import pytest

from schemas.book import Book
from schemas.load import Progress
from tests.folder import read, write
from views import _keeper
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
