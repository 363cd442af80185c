"""Accepted figures become data that passes the check, and nothing else of the text goes along."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metrics
from metrics import check, record, review
from metrics.record import Document
from metrics.review import Correction
from schemas import node, words
from tests.folder import during, lens
from tests.test_passage import PASSAGES, PUBLISHED

POST = Document("Morning Post", "2025-11-18", "en", url="https://example.org/a?b=1")


def put(folder: Path, parts: dict[str, str]) -> None:
    """Put a draft into a data folder: new files, and the ends of those that are there."""
    for path, text in parts.items():
        file = folder / path
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        if path.startswith("companies") and "\nobservations:" not in before:
            before += "observations:\n"
        file.write_text(before + text, encoding="utf-8")


def accepted(book, text, published=PUBLISHED):
    found = review.review(book, text, published, lens())
    return [
        each.reading
        for each in found
        if each.reading.company and each.reading.metric and each.reading.period
        and each.standing.misfit is None
    ]  # fmt: skip


@pytest.mark.parametrize("name", words.LANGUAGES)
def test_what_is_accepted_passes_the_check(tmp_path, name):
    folder = tmp_path / "data"
    shutil.copytree(metrics.DATA, folder)
    before = metrics.book(folder)
    text = (PASSAGES / f"{name}.txt").read_text(encoding="utf-8")
    taken = accepted(before, text, date(2025, 11, 18))
    assert len(taken) >= 9
    put(folder, record.files(before, Document("晨报", "2025-11-18", name), taken, name))
    after = metrics.book(folder)
    wrong = [each for each in check.problems(after) if each.severity == "error"]
    assert wrong == []
    assert len(after.observations) == len(before.observations) + len(taken)
    assert "source-2025-11" in after.sources


def test_no_word_of_the_text_but_the_printed_figures_goes_into_the_data():
    book = metrics.book()
    for name in words.LANGUAGES:
        text = (PASSAGES / f"{name}.txt").read_text(encoding="utf-8")
        taken = accepted(book, text)
        parts = record.files(book, POST, taken, "en")
        whole = "\n".join(parts.values())
        for printed in sorted((each.mention.text for each in taken), key=len, reverse=True):
            whole = whole.replace(printed, "")
        assert not re.search("[㐀-鿿]", whole)
        assert "start-up" not in whole


def test_a_draft_says_what_was_not_printed(make_book):
    book = make_book("\nlab:\n  name: {en: Lab}\n")
    (taken,) = accepted(book, "Lab has a valuation of 5 billion.")
    told = record.observation(book, taken, "post", "en")
    assert told["unit_basis"] == told["period_basis"] == "inferred"
    assert words.say("en", "accepted.unit") in told["because"]
    assert words.say("en", "accepted.period") in told["because"]
    (stated,) = accepted(book, "Lab had revenue of $5 million in 2024.")
    told = record.observation(book, stated, "post", "en")
    assert "because" not in told
    assert told["basis"] == "unknown"
    assert told["period"] == "2024-01-01/2024-12-31"


def test_a_period_that_a_reader_chose_is_inferred(make_book):
    book = make_book("\nlab:\n  name: {en: Lab}\n")
    text = "Lab had revenue of $5 million in 2024."
    said = {0: Correction(period=during("FY2023"))}
    (found,) = review.review(book, text, PUBLISHED, lens(), said)
    assert record.observation(book, found.reading, "post", "en")["period_basis"] == "inferred"


def test_kind_and_relation_go_along(make_book):
    book = make_book("\nlab:\n  name: {en: Lab}\nrival:\n  name: {en: Rival}\n")
    (plan,) = accepted(book, "Lab plans capital expenditure of $5 million in 2026.")
    assert record.observation(book, plan, "post", "en")["kind"] == "plan"
    text = (
        "Rival has 4 million weekly active users. "
        "In weekly active users Lab is 34 times that of Rival."
    )
    taken = accepted(book, text)[-1]
    told = record.observation(book, taken, "post", "en")
    assert told["against"] == {"company": "rival", "metric": "wau"}


def test_an_id_is_made_that_no_source_has():
    book = metrics.book()
    assert record.name(book, POST) == "morning-post-2025-11"
    taken = Document("OpenAI", "2026-03-31", "en")
    assert record.name(book, taken) not in book.sources
    again = Document("openai", "2026-03", "en")
    assert re.fullmatch(r"openai-2026-03(-\d+)?", record.name(book, again))
    sources = dict.fromkeys(["post-2026-03", "post-2026-03-2"])
    there = type("Shelf", (), {"sources": sources})()
    assert record.name(there, Document("Post", "2026-03", "en")) == "post-2026-03-3"


def test_a_figure_accepted_twice_is_written_once(make_book):
    book = make_book("\nlab:\n  name: {en: Lab}\n")
    taken = accepted(book, "Lab had revenue of $5 million in 2024, revenue of $5 million in 2024.")
    assert len(taken) == 2
    assert record.files(book, POST, taken, "en")["companies/lab.yaml"].count("metric:") == 1


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))))
def test_yaml_that_is_written_is_read_back(text):
    value = {"a": text, "list": [text, {"b": text}], "empty": ""}
    got, problems = node.parse(node.written(value).encode(), "test")
    if node.hidden(text) is None and problems == ():
        assert got is not None
        assert node.plain(got) == value
    else:
        assert {each.name for each in problems} <= {"control-character"}
