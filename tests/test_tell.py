"""A trace as lines of text: the value first, everything else under it."""

import pytest

from metrics import tell, trace
from schemas import words
from schemas.book import Book
from tests.folder import LENS, lens, read, write

LAB = """
sources:
  prospectus: {kind: filing, title: Prospectus, url: "https://example.org/p"}
lab:
- {metric: cash_reserves, value: 7.35bn CNY, as_stated: 73.5億元人民幣, period: 2025-09-30,
   source: prospectus, place: p. 12}
- {metric: cash_reserves, value: ">1bn USD", period: 2025-09-30, source: press,
   quotes: prospectus}
- {metric: adjusted_net_loss, value: 186m USD, period: 9M2025, source: prospectus}
- {metric: runway, value: 50 months, period: 2025-09-30, source: post}
- {metric: gross_margin, value: 69.4%, period: 9M2025, scope: {segment: open platform},
   period_basis: inferred, because: the sentence names none}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return read(write(tmp_path_factory.mktemp("lab") / "data", LAB))


def lines(book, metric, **look):
    told = trace.trace(book, "lab", metric, lens(**look))
    return tell.tell(told, look.get("language", "en")).split("\n")


def test_the_value_comes_first_with_its_bounds_and_its_status(lab):
    assert lines(lab, "cash_reserves")[0] == (
        "Lab: Cash balance (incl. deposits and wealth products): CN¥7.35B"
        "  [7,350,000,000, 7,350,000,000] CNY  [OK]"
    )
    assert lines(lab, "market_cap")[0] == "Lab: Market value: —  [Missing]"


def test_an_open_end_is_told_by_its_bracket(book):
    """
    lab:
    - {metric: overseas_share, value: ">70%", period: 9M2025}
    - {metric: cash_reserves, value: ">10bn CNY", period: 2025-12-31}
    - {metric: net_loss, value: "<1bn CNY", period: 9M2025}
    """
    assert "(0.7, 1] share" in lines(book, "overseas_share")[0]
    assert "(10,000,000,000, ∞) CNY" in lines(book, "cash_reserves")[0]
    assert "(-∞, 1,000,000,000) CNY" in lines(book, "net_loss")[0]


def test_under_it_stand_the_words_the_place_the_dates_and_the_file(lab):
    told = "\n".join(lines(lab, "cash_reserves"))
    for text in (
        "  printed: 73.5億元人民幣  =  7.35bn CNY",
        "  place: p. 12, prospectus, Prospectus [prospectus]",
        "  published: 2025-12-31 (stated)",
        "  about: 2025-09-30",
        "  address: https://example.org/p",
        "  file: data/companies/lab.yaml:",
        "  overruled (",
        "    printed: >1bn USD  =  >1bn USD",
        "    quotes: prospectus",
    ):
        assert text in told, text


def test_a_derived_value_shows_its_inputs_indented_and_its_rates(lab):
    told = "\n".join(lines(lab, "runway"))
    for text in (
        "  why: this definition stands in for the real thing",
        "  formula: cash_reserves / monthly(adjusted_net_loss)",
        "  input:\n    Lab: Cash balance",
        "      printed: 73.5億元人民幣",
        "  rate: 1 USD = 7.21956 CNY (mean, 2025-01-02/2025-09-30, ECB euro",
        "  also by issuer's own burn: Missing: no ",
        "  claimed: 50 months",
    ):
        assert text in told, text


def test_a_closing_rate_names_its_one_day(lab):
    told = "\n".join(lines(lab, "cash_reserves", currency="USD"))
    assert "  rate: 1 CNY = 0.140458 USD (closing, 2025-09-30, ECB euro" in told


def test_a_figure_for_a_part_says_which_part_and_why_its_period_is_inferred(lab):
    told = "\n".join(lines(lab, "gross_margin"))
    assert "(segment: open platform): 69.4%" in told
    assert "about: 2025-01-01/2025-09-30 (inferred: the sentence names none)" in told


def test_what_a_rival_would_change_is_told(lab):
    told = "\n".join(lines(lab, "runway"))
    assert ">1bn USD [press]" in told


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("metric", ["runway", "cash_reserves", "gross_margin", "revenue"])
def test_every_line_has_words_in_every_language(lab, language, metric):
    told = lines(lab, metric, language=language)
    assert not [line for line in told if "cli." in line or "{" in line]
    assert len({line for line in told if line.strip()}) > 1


def test_a_claim_is_told_with_its_verdict_and_its_source(shipped):
    told = trace.trace(shipped, "minimax", "runway", LENS)["claims"]
    (fifty,) = (each for each in told if each["as_stated"] == "50個月")
    said = tell.claim(fifty, "en").split("\n")
    assert said[0] == "MiniMax: Runway"
    assert said[1] == "  claimed: 50 months  [Reproduced]"
    assert any("= 50 months means cash_burn_rate = $22M/month" in line for line in said)
    assert any("printed: 50個月" in line for line in said)


def test_the_terminal_tells_all_that_the_page_shows(lab):
    told = trace.trace(lab, "lab", "runway", LENS)
    said = tell.tell(told, "en")
    for row in (told["inputs"][0]["observation"], told["claims"][0]):
        for name in ("as_stated", "value_text", "place", "source_id", "published", "id"):
            assert str(row[name]) in said, name


RATES = """
lab:
- {metric: revenue, value: 7.25bn CNY, period: 9M2025}
- {metric: market_cap, value: 7bn CNY, period: 2025-12-31, kind: target}
- {metric: cash_reserves, value: 7bn TWD, period: 2025-09-30}
rates:
- {base: USD, quote: CNY, rate: "7.25", period: 9M2025, kind: mean}
- {base: TWD, quote: USD, rate: "0.0328", period: 2025-09-30}
"""
BY = "ECB euro foreign exchange reference rates"
BESIDE = "reference rate 0.138513, -0.42%"
# What is asked, of which metric, and how its rate is told.
TOLD = [
    ("revenue", {}, f"CNY = 0.138513 USD (mean, 2025-01-02/2025-09-30, {BY})"),
    ("revenue", {"rates": "stated"},
     f"CNY = 0.137931 USD (stated, 2025-01-01/2025-09-30, filing [filing], {BESIDE})"),
    ("market_cap", {}, f"CNY = 0.142836 USD (closing, 2025-12-31, {BY})"),
    ("cash_reserves", {}, "TWD = 0.0328 USD (stated, 2025-09-30, filing [filing])"),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "look", "told"), TOLD)
def test_a_rate_is_told_with_its_document_and_the_reference_rate_beside_it(
    make_book, metric, look, told
):
    assert f"  rate: 1 {told}" in lines(make_book(RATES), metric, currency="USD", **look)


def test_a_rate_taken_before_a_period_is_over_says_so(make_book):
    book = make_book("lab: [{metric: revenue, value: 7bn CNY, period: FY2027, kind: forecast}]")
    (rate,) = [line for line in lines(book, "revenue", currency="USD") if "rate:" in line]
    assert "(closing, 2026-01-30, " in rate
    assert rate.endswith("the last one known; the period was not over)")
