"""All claims of a book by the column: the same claims, the same verdicts, one told in full."""

import re

import pytest

from metrics import audit, claim
from metrics.audit import Audit
from schemas import words
from tests.folder import LENS, lens

LAB = """
lab:
- {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
- {metric: cash_reserves, value: 150m USD, period: 2025-06-30, source: press}
- {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
- {metric: runway, value: 12 months, period: 2025-06-30, source: press}
- {metric: runway, value: 40 months, period: 2025-06-30, source: post}
- {metric: runway, value: 30 months, period: 2025-06-30, kind: target}
- {metric: runway, value: 31 months, period: 2025-06-30, rank: deprecated, because: a slip}
- {metric: runway, value: 32 months, period: 2025-06-30, scope: {segment: cloud}}
other:
- {metric: overseas_share, value: 40%, period: FY2024}
"""


@pytest.fixture
def lab(make_book):
    return make_book(LAB)


def prints(rows):
    return list(rows["as_stated"])


def test_the_claims_found_by_the_column_are_those_that_are_checked(shipped):
    for looking in (LENS, lens("2025-12-01")):
        checked = [each.row.id for each in claim.claims(shipped, shipped.singles, looking)]
        assert list(claim.stated(shipped, looking)["id"]) == checked
        assert checked


def test_targets_and_what_is_set_aside_are_no_claims(lab):
    assert sorted(prints(claim.stated(lab, LENS))) == ["12 months", "32 months", "40 months", "40%"]


def test_what_was_not_published_yet_is_no_claim(lab):
    assert claim.stated(lab, lens("2025-07-01")).empty


def test_a_verdict_is_worked_out_once_and_kept_as_its_word(lab):
    found = Audit(lab, LENS)
    assert len(found.left(found.rows)) == 4
    found.work(found.left(found.rows))
    assert found.left(found.rows) == []
    words_of = {each.row.id: each.word for each in claim.claims(lab, lab.singles, LENS)}
    assert found.words == words_of
    assert found.counts(found.rows) == {
        "reproduced": 1, "not_reproduced": 1, "contradicted": 0, "unit_check": 0,
        "not_checkable": 2,
    }  # fmt: skip


def test_claims_are_selected_by_company_metric_and_verdict(lab):
    found = Audit(lab, LENS)
    assert prints(found.select("other")) == ["40%"]
    assert set(prints(found.select(metric="runway"))) == {"12 months", "32 months", "40 months"}
    assert found.select("other", "runway").empty
    assert found.select(word="reproduced").empty  # nothing has been worked out yet
    found.work(found.left(found.rows))
    assert prints(found.select("lab", "runway", "reproduced")) == ["12 months"]


def test_every_verdict_there_is_can_be_counted_and_said():
    for language in words.LANGUAGES:
        assert all(words.has(language, f"verdict.{word}") for word in audit.VERDICTS)
        assert all(words.has(language, f"ui.claims.{word}") for word in audit.VERDICTS)


def told(book, stated):
    [row] = [row for row in book.rows(["lab"]) if row.as_stated == stated and row.rank == "normal"]
    return audit.working(book, row, LENS)


def test_the_working_puts_numbers_into_the_formula(lab):
    found = told(lab, "12 months")
    assert found["verdict"] == "reproduced"
    assert found["attempt"]["formula"] == "cash_reserves / monthly(operating_cash_outflow)"
    assert found["filled"] == "$120M / monthly($60M)"


def test_the_working_tells_every_definition_and_which_of_them_meet(lab):
    found = told(lab, "12 months")
    entry = lab.catalog["runway"]
    names = [each["definition"] for each in found["definitions"]]
    assert names == [*entry.definitions, *entry.reference]
    met = [each["definition"] for each in found["definitions"] if each["meeting"]]
    assert met == ["operating_outflow"]
    lacking = [each for each in found["definitions"] if each["status"] == "missing"]
    assert all(each["reason"] for each in lacking)


def test_a_metric_that_stands_in_a_formula_twice_keeps_its_name():
    inputs = [{"metric": "revenue", "text": "$2M"}, {"metric": "revenue", "text": "$1M"}]
    formula = {"inputs": inputs, "formula": "revenue / prior(revenue) - 1"}
    assert audit.filled(formula) == "revenue / prior(revenue) - 1"


def test_the_marks_of_a_claim_that_fits_overlap_and_of_one_that_does_not_lie_apart(lab):
    near, far = (told(lab, text)["marks"] for text in ("12 months", "40 months"))
    assert near["claimed_band_low"] <= near["worked_band_high"]
    assert near["worked_band_low"] <= near["claimed_band_high"]
    assert far["worked_band_high"] < far["claimed_band_low"]
    assert all(0 <= place <= 100 for place in (*near.values(), *far.values()))


def test_an_open_end_reaches_the_end_of_the_axis(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: ">120m USD", period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    - {metric: runway, value: 12 months, period: 2025-06-30, source: press}
    """)
    marks = told(book, "12 months")["marks"]
    assert marks["worked_high"] == 100
    assert "worked_value" not in marks


def test_nothing_is_drawn_of_a_claim_that_cannot_be_worked_out(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
    - {metric: runway, value: 12 months, period: 2025-06-30, source: press}
    """)
    found = told(book, "12 months")
    assert found["verdict"] == "not_checkable"
    assert found["marks"] is None
    assert found["filled"] == ""
    assert found["implied"]


def test_a_claim_that_only_a_reason_stops_says_the_reason(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2023-01-31}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    - {metric: runway, value: 12 months, period: 2025-06-30, source: press}
    """)
    says = told(book, "12 months")["verdict_says"]
    assert says
    assert not re.search(r":\s*$", says)


def test_a_definition_that_meets_only_with_a_rival_says_what_that_gives(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
    - {metric: cash_reserves, value: 150m USD, period: 2025-06-30, source: press}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    - {metric: runway, value: 15 months, period: 2025-06-30, source: press}
    """)
    [way] = [each for each in told(book, "15 months")["definitions"] if each["meeting"]]
    assert (way["text"], way["meeting"]) == ("12 months", ["15 months"])
