"""Each row of tests/bad.py among good files: it is named at its line, and the rest is read."""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics import check
from schemas import file, load, words
from schemas.book import Book
from schemas.problem import SEVERITY, Problem
from tests import bad
from tests.folder import TODAY, catalog

# What only a system can do to a file: how, and what it is then.
SYSTEM = [
    ("mkdir", "not-a-file"),
    ("fifo", "not-a-file"),
    ("socketless", "missing-file"),
    ("outside", "outside-folder"),
    ("loop", "unreadable-file"),
]


def laid(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write the good files and these."""
    for name, text in {**bad.GOOD, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def observed(changes: dict[str, str]) -> tuple[str, dict[str, int]]:
    """Write a company with one observation; give the line of each key, `-` for the first one."""
    told = {key: each for key, each in {**bad.OBSERVATION, **changes}.items() if each != "-"}
    lines = ["name: {en: Bad}", "observations:", "  -"]
    where = {"-": 4}
    for key, value in told.items():
        lines.append(f"    {key}: {value}")
        where[key] = len(lines)
    return "\n".join([*lines, ""]), where


def tells(problems: Iterable[Problem], name: str, path: str, line: int) -> None:
    """The first problem is the one meant, all stand in the one file, and each can be told."""
    first, *rest = problems
    # An unseen character in a file's name is told by its code.
    path = path.replace("\u200b", "\\u200b")
    assert (first.name, first.path, first.line) == (name, f"data/{path}", line)
    assert {each.path for each in rest} <= {first.path}
    can_be_told([first, *rest[:3]])


def can_be_told(problems: Iterable[Problem]) -> None:
    for each in problems:
        for language in words.LANGUAGES:
            says, hint = words.sentences(language, each)
            assert says.strip()
            assert hint.strip()
            assert "\n" not in says + hint


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The good files alone."""
    book = load.load(laid(tmp_path_factory.mktemp("good") / "data", {}), catalog())
    assert book.problems == ()
    return book


def is_shown(good: Book, book: Book) -> None:
    """Everything good is in the book as if there were nothing else."""
    rows = book.observations[book.observations["company"] == "good"].reset_index(drop=True)
    wanted = good.observations
    pd.testing.assert_frame_equal(rows.astype(object), wanted.astype(object))
    assert good.companies.items() <= book.companies.items()
    assert good.sources.items() <= book.sources.items()


def _short(told: object) -> str:
    return ascii(told)[:50]


@pytest.mark.parametrize(("path", "text", "name", "line"), bad.FILES, ids=_short)
def test_a_bad_file_is_told_at_its_line_and_hides_no_other(tmp_path, good, path, text, name, line):
    book = load.load(laid(tmp_path / "data", {path: text}), catalog())
    tells(book.problems, name, path, line)
    is_shown(good, book)


@pytest.mark.parametrize(("changes", "at", "name"), bad.OBSERVED, ids=_short)
def test_a_bad_observation_is_told_at_its_line_and_hides_no_other(
    tmp_path, good, changes, at, name
):
    text, lines = observed(changes)
    book = load.load(laid(tmp_path / "data", {bad.C: text}), catalog())
    tells(book.problems, name, bad.C, lines[at])
    is_shown(good, book)
    # What a figure is measured against, or quoted from, may be unknown: it stands all the same.
    stands = at == "-" and {"quotes", "against"} & changes.keys()
    assert len(book.observations) == len(good.observations) + bool(stands)


def test_an_observation_without_a_change_is_right(tmp_path, good):
    book = load.load(laid(tmp_path / "data", {bad.C: observed({})[0]}), catalog())
    assert book.problems == ()
    assert len(book.observations) == len(good.observations) + 1


@pytest.mark.parametrize(("text", "name", "line"), bad.CATALOG, ids=_short)
def test_a_bad_entry_of_the_catalogue_is_told_and_the_others_stay(tmp_path, text, name, line):
    path = tmp_path / "metrics" / "catalog.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    (tmp_path / "data" / "companies").mkdir(parents=True)
    book = metrics.book(tmp_path / "data", path)
    first = book.problems[0]
    assert (first.name, first.path, first.line) == (name, "metrics/catalog.yaml", line)
    can_be_told(book.problems)
    assert ("cash" in book.catalog) == (name != "duplicate-key")
    assert not any(entry.definitions for entry in book.catalog.values() if "m0" not in book.catalog)


@pytest.mark.parametrize(("files", "name", "path", "line"), bad.FOUND, ids=_short)
def test_what_does_not_fit_together_is_told_at_its_line(tmp_path, good, files, name, path, line):
    book = load.load(laid(tmp_path / "data", files), catalog())
    tells(check.problems(book, TODAY, TODAY), name, path, line)
    is_shown(good, book)


@pytest.mark.parametrize(("files", "name", "path", "line"), bad.OPEN, ids=_short)
def test_what_is_left_open_is_told_by_a_strict_check_alone(tmp_path, files, name, path, line):
    book = load.load(laid(tmp_path / "data", files), catalog())
    found = [each for each in check.problems(book, everything=True) if "bad" in each.path]
    tells(found, name, path, line)
    assert set(check.problems(book)).isdisjoint(found)


@pytest.mark.parametrize(("how", "name"), SYSTEM)
def test_what_is_no_file_is_told_and_hides_no_other(tmp_path, good, how, name):
    folder = laid(tmp_path / "data", {})
    path = folder / bad.C
    if how == "mkdir":
        path.mkdir()
    elif how == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(
            {"socketless": "nowhere", "outside": "/etc/hostname", "loop": path.name}[how]
        )
    book = load.load(folder, catalog())
    tells(book.problems, name, bad.C, 0)
    is_shown(good, book)


def test_a_file_with_a_thousand_slips_is_not_read_on(tmp_path, good):
    text = "name: {en: Bad}\nobservations:\n" + "  - {}\n" * 2_000
    book = load.load(laid(tmp_path / "data", {bad.C: text}), catalog())
    assert len(book.problems) == file.MOST + 1
    (last,) = (each for each in book.problems if each.name == "too-many-problems")
    can_be_told([last])
    assert last.line == max(each.line for each in book.problems)
    is_shown(good, book)


def test_a_folder_without_data_is_told(tmp_path):
    (found,) = load.load(tmp_path, catalog()).problems
    assert found.name == "missing-folder"
    can_be_told([found])


def test_a_metric_without_words_is_told(tmp_path):
    path = tmp_path / "catalog.yaml"
    path.write_text(bad.M, encoding="utf-8")
    (tmp_path / "data" / "companies").mkdir(parents=True)
    found = check.problems(metrics.book(tmp_path / "data", path))
    assert {each.name for each in found} == {"word-missing"}
    assert {each.path for each in found} == {
        f"schemas/text/{each}.yaml" for each in words.LANGUAGES
    }
    can_be_told(found)


def test_every_problem_that_data_can_cause_is_in_a_table():
    named = {
        *(name for *_, name, _ in bad.FILES),
        *(name for *_, name in bad.OBSERVED),
        *(name for _, name, _ in bad.CATALOG),
        *(name for _, name, *_ in bad.FOUND),
        *(name for _, name, *_ in bad.OPEN),
        *(name for _, name in SYSTEM),
        *("too-many-problems", "missing-folder", "word-missing"),
    }
    assert named == SEVERITY.keys()
    assert len(bad.FILES) + len(bad.OBSERVED) + len(bad.CATALOG) + len(bad.FOUND) >= 200
