"""What a stated rate must say, how a folder's are read, and which of them leads."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import check
from schemas import load
from schemas.book import Book
from schemas.words import sentences
from tests.folder import catalog, day, during

Read = Callable[..., Book]

RATE = {
    "base": "USD", "quote": "CNY", "rate": '"7.2258"', "as_stated": "RMB7.2258",
    "period": "9M2025", "kind": "mean", "source": "filing", "place": "p. 12",
}  # fmt: skip
KINDS = ("filing", "company", "press")


def entry(**changes: str | None) -> str:
    told = {key: each for key, each in {**RATE, **changes}.items() if each is not None}
    return "\n".join(f"{'-' if n == 0 else ' '} {key}: {each}"
                     for n, (key, each) in enumerate(told.items()))  # fmt: skip


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a folder with a source of each kind and this file of rates."""
    turn = count()

    def reading(*entries: str, **published: str) -> Book:
        folder = tmp_path / f"{next(turn)}" / "data"
        (folder / "sources").mkdir(parents=True)
        for kind in KINDS:
            when = published.get(kind, "2025-12")
            text = f"{{kind: {kind}, publisher: {kind.title()}, language: en, published: {when}}}"
            (folder / "sources" / f"{kind}.yaml").write_text(text)
        (folder / "rates.yaml").write_text("\n".join(entries), encoding="utf-8")
        return load.load(folder, catalog())

    return reading


def told(book: Book) -> list[str]:
    return [f"{each.path}:{each.line}:{each.column} {each.name}" for each in book.problems]


def test_a_stated_rate_is_in_the_book_with_its_place_and_its_document(read):
    book = read(entry(note="translated for convenience"))
    (rate,) = book.rates
    assert book.problems == ()
    assert (rate.base, rate.quote, rate.rate) == ("USD", "CNY", Fraction("7.2258"))
    assert (rate.kind, rate.period, rate.pair) == ("mean", during("9M2025"), "CNY/USD")
    assert (rate.source, rate.publisher, rate.published) == ("filing", "Filing", day("2025-12-31"))
    assert (rate.as_stated, rate.place, rate.note) == (
        "RMB7.2258",
        "p. 12",
        "translated for convenience",
    )
    assert (rate.file, rate.line, rate.column) == ("data/rates.yaml", 1, 3)


def test_a_rate_counts_either_way_round_and_for_no_other_pair(read):
    (rate,) = read(entry()).rates
    assert rate.between("USD", "CNY") == Fraction("7.2258")
    assert rate.between("CNY", "USD") == 1 / Fraction("7.2258")
    assert rate.between("USD", "HKD") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"as_stated": "7.2258"},
        {"as_stated": "人民幣7.2258元"},
        {"as_stated": "7.2258 CNY"},
        {"rate": '"7.20"', "as_stated": "7.2"},
        {"rate": "7", "as_stated": "7"},
        {"period": "2025-09-30", "kind": "closing"},
        {"base": "TWD", "quote": "USD", "rate": '"0.0328"', "as_stated": "US$0.0328"},
    ],
)
def test_a_rate_is_written_as_printed_and_as_meant(read, changes):
    book = read(entry(**changes))
    assert book.problems == ()
    assert len(book.rates) == 1


# What a rate gets wrong, and where that is told.
SLIPS = [
    ({"rate": '"7.2528"'}, "3:9 double-entry"),
    ({"as_stated": "US$7.2258"}, "3:9 double-entry"),
    ({"as_stated": "about 7.2258"}, "3:9 double-entry"),
    ({"as_stated": "1 = 7.2258"}, "4:14 several-figures"),
    ({"as_stated": "the usual"}, "4:14 not-a-figure"),
    ({"rate": "0"}, "3:9 wrong-value"),
    ({"rate": "-7.1"}, "3:9 wrong-value"),
    ({"rate": "1e3"}, "3:9 wrong-value"),
    ({"rate": '"７"'}, "3:9 wrong-value"),
    ({"rate": "many"}, "3:9 wrong-value"),
    ({"base": "USX"}, "1:9 wrong-value"),
    ({"quote": "yuan"}, "2:10 wrong-value"),
    ({"quote": "USD", "as_stated": "7.2258"}, "1:3 wrong-value"),
    ({"period": "autumn"}, "5:11 wrong-value"),
    ({"period": "2025-09-30"}, "5:11 wrong-value"),  # no mean of a day
    ({"kind": "closing"}, "5:11 wrong-value"),  # no closing rate of a stretch of time
    ({"kind": "average"}, "6:9 wrong-value"),
    ({"source": "filling"}, "7:11 unknown-source"),
    ({"place": None}, "1:3 missing-field"),
    ({"page": "12"}, "9:3 unknown-field"),
]


@pytest.mark.parametrize(("changes", "slip"), SLIPS, ids=[str(each[0]) for each in SLIPS])
def test_a_slip_is_told_at_its_place_and_the_next_rate_is_read(read, changes, slip):
    book = read(entry(**changes), entry(period="FY2024"))
    assert told(book) == [f"data/rates.yaml:{slip}"]
    assert [each.period for each in book.rates] == [during("FY2024")]


def test_one_rate_of_one_source_stands_once_either_way_round(read):
    book = read(
        entry(), entry(base="CNY", quote="USD", rate='"0.1384"', as_stated="US$0.1384"),
        entry(source="press"), entry(period="2025-09-30", kind="closing"),
    )  # fmt: skip
    assert told(book) == ["data/rates.yaml:9:3 repeated-rate"]
    assert dict(book.problems[0].args) == {"pair": "USD/CNY", "first": "1"}
    assert len(book.rates) == 3


def test_the_document_nearest_to_the_books_leads_then_the_latest(read):
    entries = [entry(source=kind) for kind in reversed(KINDS)]
    assert [each.source for each in read(*entries).rates] == [*KINDS]
    book = read(*entries, entry(source="company", period="FY2024"), filing="2026-01")
    assert [each.source for each in book.rates] == ["filing", "company", "company", "press"]


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("base: USD", "1:1 wrong-value"),
        ("- USD", "1:3 wrong-value"),
        ("- [USD]", "1:3 wrong-value"),
        ("[", "1:2 yaml-syntax"),
        ("", "1:1 empty-document"),
    ],
)
def test_a_file_of_rates_is_a_list_of_them(read, text, slip):
    book = read(text)
    assert told(book) == [f"data/rates.yaml:{slip}"]
    assert book.rates == ()


def test_a_folder_without_rates_is_as_good(tmp_path):
    (tmp_path / "data" / "sources").mkdir(parents=True)
    book = load.load(tmp_path / "data", catalog())
    assert (book.rates, book.problems) == ((), ())


def test_the_rates_are_part_of_the_version(read):
    versions = {read(entry()).version, read(entry(place="p. 13")).version, read("[]").version}
    assert len(versions) == 3


def test_a_link_that_leads_nowhere_is_told(tmp_path):
    (tmp_path / "data" / "sources").mkdir(parents=True)
    (tmp_path / "data" / "rates.yaml").symlink_to("nowhere")
    assert told(load.load(tmp_path / "data", catalog())) == ["data/rates.yaml:0:0 missing-file"]


ODD = st.sampled_from(
    ["", "0", "-1", "1e9", "9" * 30, "7.2", "7.2 CNY", "~7", ">7", "USD", "XXX", "FY2024", "2025",
     "0001-01-01", "closing", "mean", "filing", "nobody", "\u202e", "[]", "１"]
) | st.text(max_size=6)  # fmt: skip


@settings(max_examples=40)
@given(changes=st.dictionaries(st.sampled_from([*RATE, "note", "other"]), ODD, max_size=4))
def test_whatever_a_rate_says_reading_and_checking_do_not_raise(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("any") / "data"
    (folder / "sources").mkdir(parents=True)
    filing = {"kind": "filing", "publisher": "X", "language": "en", "published": "2025"}
    (folder / "sources" / "filing.yaml").write_text(json.dumps(filing))
    told = {key: each.strip('"') for key, each in RATE.items() if each} | changes
    (folder / "rates.yaml").write_text(json.dumps([told]))
    book = load.load(folder, catalog())
    assert len(book.rates) == (not book.problems)
    for each in check.problems(book):
        assert all(sentences("en", each))
