"""Everybody sees one book, and an edit that breaks a file takes nothing away."""

from pathlib import Path
from threading import Barrier, Thread

import pytest

from schemas.book import Book
from tests.folder import read, write
from views._keeper import Keeper

LAB = "lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]"
OTHER = "\nother: [{metric: cash_reserves, value: 2bn USD, period: 2025-09-30}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "data", LAB + OTHER)


def edit(folder: Path, old: str, new: str, name: str = "lab") -> None:
    path = folder / "companies" / f"{name}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def cash(book: Book) -> list[float]:
    return book.observations["value"].tolist()


def test_a_changed_file_is_read_and_an_unchanged_folder_is_not(folder: Path):
    reads = []

    def once() -> Book:
        reads.append(1)
        return read(folder)

    keeper = Keeper(once)
    first = keeper.current("a")
    assert keeper.current("a") is first
    edit(folder, "1bn USD", "3bn USD")
    assert cash(keeper.current("b").book) == [3e9, 2e9]
    assert len(reads) == 2


def test_an_edit_that_breaks_a_file_leaves_the_last_good_state_and_says_so(folder: Path):
    keeper = Keeper(lambda: read(folder))
    good = keeper.current("a")
    edit(folder, '"observations": [', '"observations": [{')
    kept = keeper.current("b")
    assert kept.book is good.book
    assert kept.since == good.since
    assert {each.path for each in kept.broken} == {"data/companies/lab.yaml"}


def test_what_is_right_again_is_shown(folder: Path):
    keeper = Keeper(lambda: read(folder))
    keeper.current("a")
    edit(folder, "1bn USD", "1bn UDS")
    assert keeper.current("b").broken
    edit(folder, "1bn UDS", "4bn USD")
    now = keeper.current("c")
    assert (cash(now.book), now.broken) == ([4e9, 2e9], ())


def test_an_error_that_was_there_from_the_start_keeps_nothing_back(folder: Path):
    edit(folder, "1bn USD", "1bn UDS")
    keeper = Keeper(lambda: read(folder))
    assert cash(keeper.current("a").book) == [2e9]
    edit(folder, "2bn USD", "5bn USD", "other")
    now = keeper.current("b")
    assert (cash(now.book), now.broken) == ([5e9], ())


def test_a_touched_file_without_a_change_changes_no_book(folder: Path):
    keeper = Keeper(lambda: read(folder))
    first = keeper.current("a")
    now = keeper.current("b")
    assert now.book is first.book
    assert now.since == first.since


def test_many_viewers_at_once_read_once(folder: Path):
    reads, seen, together = [], [], Barrier(8)

    def once() -> Book:
        reads.append(1)
        return read(folder)

    keeper = Keeper(once)

    def look() -> None:
        together.wait()
        seen.append(keeper.current("a"))

    threads = [Thread(target=look) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(reads), len(set(map(id, seen)))) == (1, 1)
