"""The findings of a book as a document: what it lists, where it links, and that text stays text."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from metrics import claim, findings
from metrics.__main__ import main
from schemas import words
from schemas.book import Book
from tests.folder import labs, lens

PAGE = Path(__file__).parent.parent / "docs" / "findings.md"
LAB = """
- {metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30}
- {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}
- {metric: runway, value: 50 months, period: 2025-09-30}
- {metric: runway, value: 20 months, period: 2025-09-30}
- {metric: overseas_share, value: 70%, period: 9M2025}
- {metric: revenue, value: 53.4m USD, period: 9M2025}
- {metric: revenue, value: 5.34bn USD, period: 9M2025, source: press}
"""


@pytest.fixture
def told(make_book) -> str:
    return findings.document(make_book(labs([LAB])), lens())


def links(text: str) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(each).query) for each in re.findall(r"\]\((http[^)]*)\)", text)]


def test_every_claim_stands_under_its_verdict(told: str):
    order = [told.index(f"### {each} (") for each in ("Not reproduced", "Reproduced")]
    assert order == sorted(order)
    first, last = told.index("Runway: 20 months"), told.index("Runway: 50 months")
    assert first < told.index("### Reproduced") < last
    # A share nobody can check implies its part; so it is told.
    assert "It implies Overseas revenue of \\$37.4M" in told


def test_what_is_neither_checkable_nor_implies_anything_is_only_counted(make_book):
    book = make_book("lab: [{metric: overseas_share, value: 70%, period: 9M2025}]")
    told = findings.document(book, lens())
    assert "Not checkable: 1" in told
    assert "70%" not in told
    assert "1 more" in told


def test_sources_that_disagree_are_told_with_both_prints(told: str):
    assert "`rivals-disagree`" in told
    assert "5.34bn USD" in told


def test_every_line_links_to_its_trace_at_the_readers_dates(told: str):
    for query in links(told):
        assert query["at"] == query["known"] == ["2026-02-01"]
        assert query["trace"][0].startswith("lab0~")


def test_text_from_data_is_no_markup(make_book):
    book = make_book(
        """
        lab:
        - metric: runway
          value: 50 months
          period: 2025-09-30
          place: "[x](https://example.org) <img> *| `"
        """
    )
    told = findings.document(book, lens())
    assert "\\[x\\](https://example.org) \\<img\\> \\*\\| \\`" in told


def test_rows_that_cannot_be_compared_say_what_would_heal_them(shipped: Book):
    told = findings.document(shipped, lens("2026-11-22"))
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert rows
    assert {line.count(" | ") for line in rows} == {3}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_document_speaks_the_readers_language(shipped: Book, language: str):
    told = findings.document(shipped, lens("2026-11-22", language=language))
    assert told.startswith(f"# {words.say(language, 'findings.title')}\n")
    verdicts = claim.claims(shipped, shipped.singles, lens("2026-11-22"))
    for word in {each.word for each in verdicts}:
        assert words.say(language, f"verdict.{word}") in told


def test_the_page_is_what_the_command_writes(shipped: Book):
    """Regenerate it with: python -m metrics findings --at 2026-11-22 > docs/findings.md."""
    result = CliRunner().invoke(main, ["findings", "--at", "2026-11-22"])
    assert result.exit_code == 0
    assert PAGE.read_text("utf-8") == result.output
    assert len(shipped.observations) == int(
        re.search(r"([\d,]+) observations", result.output)[1].replace(",", "")  # type: ignore[index]
    )
