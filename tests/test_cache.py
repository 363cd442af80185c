"""What is kept of a folder saves reading it again, and never tells another story than the files."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import metrics
from schemas import cache, crew, file, listing, load, node, segment
from schemas.book import Book
from tests.folder import catalog, write

LABS = """
lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]
other:
  - {metric: cash_reserves, value: 2bn USD, period: 2025-09-30}
  - {metric: employee_count, value: 30 people, period: 2025-06-30, source: press}
sets: {labs: {name: {en: Labs}, companies: [lab, other]}}
rates: [{base: USD, quote: CNY, rate: "7.1", period: 2025-09-30}]
"""


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, also for a folder of few files that were written just now."""
    monkeypatch.setattr(cache, "WORTH", 0)
    monkeypatch.setattr(cache, "_MERGED", 2)
    monkeypatch.setattr(listing, "_SETTLING", -(10**12))
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data", LABS)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened and read, as they are."""
    names: list[str] = []
    whole = file.said

    def said(folder: Path, name: str, known: Any) -> file.Said:
        names.append(name)
        return whole(folder, name, known)

    monkeypatch.setattr(file, "said", said)
    return names


def fresh(folder: Path) -> Book:
    """Read a folder with nothing known of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTNOTE_CACHE", "off")
        return load.load(folder, catalog())


def assert_same(one: Book, other: Book) -> None:
    """Hold everything that two books say together."""
    pd.testing.assert_frame_equal(one.observations, other.observations)
    for part in ("problems", "version", "companies", "sources", "sets", "spans", "rates", "groups"):
        assert getattr(one, part) == getattr(other, part), part
    assert list(one.companies) == list(other.companies)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def files(kept: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in kept.rglob("*") if path.is_file()}


# -- what it saves ----------------------------------------------------------------------------


def test_what_looks_as_it_did_is_not_read_again(data, reads):
    first = load.load(data, catalog())
    assert len(reads) == len(set(reads)) == 7
    reads.clear()
    assert_same(load.load(data, catalog()), first)
    assert reads == []
    assert first.version == fresh(data).version


def test_one_changed_file_is_read_alone_and_kept_beside_the_rest(data, reads, kept):
    load.load(data, catalog())
    before = files(kept)
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    reads.clear()
    book = load.load(data, catalog())
    assert reads == ["companies/lab.yaml"]
    assert book.observations["value"].tolist()[0] == 3e9
    after = files(kept)
    assert after["all.arrow"] == before["all.arrow"]
    assert set(after) - set(before) == {"changed.arrow"}
    reads.clear()
    assert_same(load.load(data, catalog()), book)
    assert reads == []
    assert_same(book, fresh(data))


def test_many_changed_files_are_merged_with_the_rest(data, kept):
    load.load(data, catalog())
    before = files(kept)["all.arrow"]
    for path in (data / "sources").glob("*.yaml"):
        edit(path, "2025-12-31", "2026-01-01")
    assert_same(load.load(data, catalog()), fresh(data))
    assert files(kept)["all.arrow"] != before
    assert_same(load.load(data, catalog()), fresh(data))


def test_a_book_at_hand_needs_no_cache_to_be_read_on_from(data, reads, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_CACHE", "off")
    book = load.load(data, catalog())
    reads.clear()
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    (data / "sources" / "post.yaml").unlink()
    after = load.load(data, catalog(), last=book)
    assert reads == ["companies/lab.yaml"]
    assert_same(after, fresh(data))


def test_reading_tells_of_what_is_known_already(data):
    load.load(data, catalog())
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    heard: list[tuple[int, int]] = []
    load.load(data, catalog(), told=lambda done, total: heard.append((done, total)))
    assert heard == [(6, 7)]


# -- what it does not believe -----------------------------------------------------------------


def test_an_edit_that_keeps_time_and_size_is_seen(data):
    path = data / "companies" / "lab.yaml"
    load.load(data, catalog())
    looked = path.stat()
    edit(path, "1bn", "3bn")
    os.utime(path, ns=(looked.st_atime_ns, looked.st_mtime_ns))
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (looked.st_mtime_ns, looked.st_size)
    assert_same(load.load(data, catalog()), fresh(data))


def test_a_file_put_in_anothers_place_is_seen(data):
    load.load(data, catalog())
    (data / "companies" / "lab.yaml").replace(data / "companies" / "other.yaml")
    assert_same(load.load(data, catalog()), fresh(data))


def test_what_changed_just_before_it_was_read_is_read_again(data, reads, monkeypatch):
    monkeypatch.setattr(listing, "_SETTLING", 10**12)
    first = load.load(data, catalog())
    reads.clear()
    assert_same(load.load(data, catalog()), first)
    assert len(reads) == 7


def test_a_clock_that_was_set_back_hides_no_edit(data, reads, monkeypatch):
    load.load(data, catalog())
    monkeypatch.setattr(listing, "_SETTLING", 2 * 10**9)
    monkeypatch.setattr(time, "time_ns", lambda: 10**18)
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    assert_same(load.load(data, catalog()), fresh(data))
    reads.clear()
    # What seems to come from the future could change again and look the same.
    assert_same(load.load(data, catalog()), fresh(data))
    assert "companies/lab.yaml" in reads


def test_a_file_that_changes_while_it_is_read_is_read_again(data, monkeypatch):
    whole = file.said
    path = data / "companies" / "lab.yaml"

    def said(folder: Path, name: str, known: Any) -> file.Said:
        found = whole(folder, name, known)
        if path.name in name:
            edit(path, "1bn", "3bn")
        return found

    with monkeypatch.context() as changing:
        changing.setattr(file, "said", said)
        assert load.load(data, catalog()).observations["value"].tolist()[0] == 1e9
    assert_same(load.load(data, catalog()), fresh(data))


def test_a_link_is_followed_anew_each_time(data, tmp_path):
    path = data / "companies" / "lab.yaml"
    (data / "aside.txt").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(data / "aside.txt")
    load.load(data, catalog())
    edit(data / "aside.txt", "1bn", "3bn")
    assert_same(load.load(data, catalog()), fresh(data))


def test_files_moved_out_of_the_folder_are_outside_though_they_look_the_same(data, tmp_path):
    load.load(data, catalog())
    (data / "companies").rename(tmp_path / "elsewhere")
    (data / "companies").symlink_to(tmp_path / "elsewhere")
    book = load.load(data, catalog())
    assert {each.name for each in book.problems} == {"outside-folder", "unknown-company"}
    assert_same(book, fresh(data))


@pytest.mark.parametrize("part", ["_code", "name", "catalog"])
def test_what_another_version_kept_is_read_anew(data, reads, monkeypatch, part):
    load.load(data, catalog())
    reads.clear()
    used, folder = catalog(), data
    if part == "_code":
        monkeypatch.setattr(cache, "_code", lambda: "of tomorrow")
    elif part == "catalog":
        used = {name: each for name, each in used.items() if name != "cash_reserves"}
    else:
        folder = data.parent / "link"
        folder.symlink_to(data)
    book = load.load(folder, used)
    assert len(reads) == 7
    monkeypatch.setenv("FOOTNOTE_CACHE", "off")
    assert_same(book, load.load(folder, used))


@settings(max_examples=30)
@given(
    name=st.sampled_from(["all.arrow", "changed.arrow"]),
    where=st.floats(0, 1, exclude_max=True),
    bit=st.none() | st.integers(0, 7),
)
def test_a_torn_or_altered_cache_is_never_believed(name, where, bit):
    with TemporaryDirectory() as parent, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTNOTE_CACHE", f"{parent}/cache")
        patch.setattr(cache, "WORTH", 0)
        patch.setattr(listing, "_SETTLING", -(10**12))
        data = write(Path(parent) / "data", LABS)
        load.load(data, catalog())
        edit(data / "companies" / "lab.yaml", "1bn", "3bn")
        load.load(data, catalog())
        (path,) = Path(parent, "cache").rglob(name)
        held = bytearray(path.read_bytes())
        at = int(len(held) * where)
        if bit is None:
            del held[at:]
        else:
            held[at] ^= 1 << bit
        path.write_bytes(held)
        assert_same(load.load(data, catalog()), fresh(data))


def test_a_segment_of_another_make_is_none(tmp_path):
    other = segment.Segment(segment.NOTHING.rows, segment.NOTHING.files)
    with (tmp_path / "x").open("wb") as into:
        segment.write(other, {}, into)
    with pytest.raises(segment.BrokenError, match="another make"):
        segment.read(pa.py_buffer((tmp_path / "x").read_bytes()))


# -- where it lies ----------------------------------------------------------------------------


def test_a_cache_lies_where_the_reader_says_and_never_in_the_data(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("FOOTNOTE_CACHE", "")
    assert cache.place() == tmp_path / "home" / ".cache" / "footnote"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.place() == tmp_path / "home" / ".cache" / "footnote"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.place() == tmp_path / "xdg" / "footnote"
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "here"))
    assert cache.place() == tmp_path / "here"
    monkeypatch.setenv("FOOTNOTE_CACHE", "off")
    assert cache.place() is None


def test_nobody_else_can_read_what_is_kept(data, kept):
    load.load(data, catalog())
    (room,) = kept.iterdir()
    assert room.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in room.iterdir()} == {0o600}
    assert sorted(each.name for each in data.iterdir()) == [
        "companies", "rates.yaml", "sets.yaml", "sources",
    ]  # fmt: skip


def test_what_others_could_have_written_is_not_read_and_not_written(data, kept, reads):
    load.load(data, catalog())
    (room,) = kept.iterdir()
    before = files(kept)
    room.chmod(0o777)
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    reads.clear()
    assert_same(load.load(data, catalog()), fresh(data))
    assert files(kept) == before
    assert len(reads) == 14


def test_a_folder_of_few_files_is_not_worth_keeping(data, kept, monkeypatch):
    monkeypatch.setattr(cache, "WORTH", 8)
    load.load(data, catalog())
    assert not kept.exists()


def test_a_cache_folder_that_cannot_be_used_costs_time_alone(data, kept):
    kept.write_text("in the way")
    assert_same(load.load(data, catalog()), fresh(data))
    assert kept.read_text() == "in the way"


def test_a_full_disk_costs_time_alone(data, kept, monkeypatch):
    def fails(_said: Any, _told: Any, into: Any) -> None:
        into.write(b"half of it")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(segment, "write", fails)
        assert_same(load.load(data, catalog()), fresh(data))
    assert files(kept) == {}
    load.load(data, catalog())
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    whole = files(kept)
    with monkeypatch.context() as full:
        full.setattr(segment, "write", fails)
        assert_same(load.load(data, catalog()), fresh(data))
    assert files(kept) == whole
    assert_same(load.load(data, catalog()), fresh(data))


_CHILD = """
import os, sys
from pathlib import Path
import metrics
from schemas import cache, listing, segment
cache.WORTH, listing._SETTLING = 0, -10**12
if sys.argv[2] == "die":
    whole = segment.write
    def write(said, told, into):
        whole(said, told, into)
        into.flush()
        os._exit(9)
    segment.write = write
for _ in range(int(sys.argv[3])):
    book = metrics.book(Path(sys.argv[1]))
print(book.version)
"""


def child(data: Path, what: str, times: int = 1) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _CHILD, str(data), what, str(times)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, cwd=Path.cwd())


def test_a_process_killed_while_writing_leaves_nothing_that_is_believed(data, kept):
    with child(data, "die") as dies:
        dies.communicate()
    assert dies.returncode == 9
    left = [path for path in kept.rglob("*") if path.is_file()]
    assert [path.name[0] for path in left] == ["."]
    assert_same(load.load(data, catalog()), fresh(data))
    for path in left:
        os.utime(path, (0, 0))
    edit(data / "companies" / "lab.yaml", "1bn", "3bn")
    load.load(data, catalog())
    assert not any(path.exists() for path in left)


def test_two_processes_at_once_disturb_neither_each_other_nor_the_book(data):
    processes = [child(data, "live", 20) for _ in range(2)]
    for turn in range(15):
        edit(data / "companies" / "lab.yaml", f"{turn + 1}bn", f"{turn + 2}bn")
        load.load(data, catalog())
    for each in processes:
        each.communicate()
        assert each.returncode == 0
    assert_same(load.load(data, catalog()), fresh(data))
    assert metrics.book(data).version == fresh(data).version


# -- the same book ----------------------------------------------------------------------------


def told(metric: str, value: str, more: str) -> str:
    """An observation in a line, with the document that is filled in later."""
    return (
        f"  - {{{{metric: {metric}, value: {value}, as_stated: {value}, place: p, source: {{1}},"
        f" {more}}}}}\n"
    )


CASH = told("cash_reserves", "{0}bn USD", "period: 2025-09-30")
LATER = told("cash_reserves", "{0}m USD", "period: 2026-09-30")
RELATED = told("mau", "'{0}x'", "quotes: s-1, period: 2025, against: {{company: a}}")
COMPANIES = [
    "name: {{en: A}}\nobservations:\n" + CASH,
    "name: {{en: B}}\nfounded: {{value: 2020, source: {1}}}\nobservations:\n" + LATER * 2,
    "name: {{en: C}}\nmembers: [a, a-b]\nobservations: [{{metric: revenu, value: x{0}}}]",
    "name: {{en: D}}\nobservations:\n" + RELATED,
    "name: [ # {0} {1}",
    "nmae: {0} {1}",
]
SOURCES = [
    "{{kind: press, publisher: P{0}, language: en, published: 2025-12-{0}1}}",
    "{{kind: post, publisher: P{0}, language: en, published: 2026, derived_from: {1}}}",
    "{{kind: filing, publisher: P{0}, language: en, published: 2024, primary_source: {1}}}",
    "- {0} {1}",
]
NAMES = ("a", "a-b", "a+b", "b", "Bad", "c")
EDITS = st.lists(
    st.tuples(
        st.sampled_from([*(f"companies/{name}" for name in NAMES), *("sources/s", "sources/s-1")]),
        st.integers(-1, 5),
        st.integers(1, 2),
        st.sampled_from(["s", "s-1"]),
    ),
    min_size=1,
    max_size=4,
)


# Files stand by name (a-b.yaml before a.yaml), companies by id; without rows two are in one place.
NONE_YET = [("companies/a", 2), ("companies/a-b", 2), ("companies/b", 0), ("sources/s", 0)]
BOTH = [("companies/a", 0), ("companies/a-b", 0)]


@settings(max_examples=25)
@example(rounds=[[(*each, 1, "s") for each in edits] for edits in (NONE_YET, BOTH, BOTH[:1])])
@example(rounds=[[(*each, 1, "s") for each in NONE_YET], [(*each, 1, "s") for each in BOTH],
                 [("companies/a", 0, 2, "s")]])  # fmt: skip
@given(rounds=st.lists(EDITS, min_size=2, max_size=4))
def test_after_any_edits_the_kept_book_is_the_book_read_afresh(rounds):
    with TemporaryDirectory() as parent, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTNOTE_CACHE", f"{parent}/cache")
        patch.setattr(cache, "WORTH", 0)
        patch.setattr(cache, "_MERGED", 2)
        patch.setattr(listing, "_SETTLING", -(10**12))
        data = Path(parent) / "data"
        for kind in listing.KINDS:
            (data / kind).mkdir(parents=True)
        last: Book | None = None
        for edits in rounds:
            for name, which, number, other in edits:
                path = data / f"{name}.yaml"
                texts = COMPANIES if name.startswith("companies") else SOURCES
                path.unlink(missing_ok=True)
                if which >= 0:
                    path.write_text(texts[which % len(texts)].format(number, other), "utf-8")
            told = fresh(data)
            last = load.load(data, catalog(), last=last)
            assert_same(last, told)
            assert_same(load.load(data, catalog()), told)


# -- several processes ------------------------------------------------------------------------


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by two processes, however few files there are."""
    monkeypatch.setattr(crew, "WORTH", 0)
    monkeypatch.setattr(crew, "CHUNK", 2)
    monkeypatch.setattr(crew, "_processors", lambda: 2)
    monkeypatch.setenv("FOOTNOTE_CACHE", "off")


def alone(folder: Path) -> Book:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crew, "WORTH", 10**6)
        return load.load(folder, catalog())


@pytest.mark.usefixtures("together")
def test_several_processes_read_the_same_book(data, reads):
    edit(data / "companies" / "lab.yaml", "1bn", "1bn CNY, 2bn")
    heard: list[tuple[int, int]] = []
    book = load.load(data, catalog(), told=lambda done, total: heard.append((done, total)))
    assert reads == []
    assert heard[0] == (0, 7)
    assert heard == sorted(heard)
    assert_same(book, alone(data))


def ends(code: str) -> Callable[[], "subprocess.Popen[bytes]"]:
    pipe = subprocess.PIPE
    return lambda: subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe)


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize(
    "started",
    [
        lambda: None,
        ends("pass"),
        ends("import sys; sys.stdin.buffer.read(20)"),
        ends("import sys; sys.stdout.buffer.write(bytes(1000))"),
        ends("import sys; sys.stdout.buffer.write((8).to_bytes(8, 'little') + bytes(8))"),
    ],
    ids=["none", "at once", "later", "nothing", "nonsense"],
)
def test_what_a_process_fails_to_read_is_read_by_another(data, monkeypatch, started):
    monkeypatch.setattr(crew, "started", started)
    assert_same(load.load(data, catalog()), alone(data))


@pytest.mark.usefixtures("together")
def test_a_process_that_cannot_be_had_is_done_without(data, monkeypatch):
    def fails(*_args: Any, **_more: Any) -> None:
        raise OSError(11, "no more processes")

    monkeypatch.setattr(subprocess, "Popen", fails)
    assert_same(load.load(data, catalog()), alone(data))


@pytest.mark.usefixtures("together")
def test_who_goes_away_in_the_middle_leaves_no_process_behind(data, monkeypatch):
    class GoneError(Exception):
        pass

    def leaves(_done: int, _total: int) -> None:
        raise GoneError

    begun: list[subprocess.Popen[bytes]] = []
    start = crew.started

    def started() -> "subprocess.Popen[bytes] | None":
        process = start()
        begun.extend([process] if process else [])
        return process

    monkeypatch.setattr(crew, "started", started)
    with pytest.raises(GoneError):
        load.load(data, catalog(), told=leaves)
    assert len(begun) == 2
    assert all(each.poll() is not None for each in begun)


def test_a_process_reads_what_it_is_told_to(data, tmp_path):
    with (tmp_path / "asked").open("w+b") as asked, (tmp_path / "told").open("w+b") as told:
        order = json.dumps([str(data), crew.written(catalog())]).encode()
        for message in (order, b'["companies/lab.yaml"]', b"", b'["sources/post.yaml"]'):
            crew.send(asked, message)
        asked.seek(0)
        crew.serve(asked, told)
        told.seek(0)
        names = [segment.read(pa.py_buffer(crew.receive(told)))[0].names() for _ in range(2)]
    assert names == [["companies/lab.yaml"], ["sources/post.yaml"]]


# -- asked to look closer ---------------------------------------------------------------------


def test_who_verifies_goes_by_content_whatever_a_file_looks_like(data, reads, monkeypatch):
    path = data / "companies" / "lab.yaml"
    first = load.load(data, catalog())
    seen = listing.listing(data)
    edit(path, "1bn", "3bn")
    # Nothing outside tells of the edit.
    monkeypatch.setattr(listing, "listing", lambda _folder: seen)
    assert_same(load.load(data, catalog()), first)
    reads.clear()
    book = load.load(data, catalog(), verify=True)
    assert reads == ["companies/lab.yaml"]
    assert book.observations["value"].tolist()[0] == 3e9


@pytest.mark.parametrize("how", ["gone", "folder"])
def test_a_file_that_cannot_be_read_has_no_digest(tmp_path, how):
    if how == "folder":
        (tmp_path / "x").mkdir()
    assert node.digest(tmp_path / "x", tmp_path) == ""
