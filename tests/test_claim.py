"""Claims are worked out again, and said to be reproduced only by what reproduces them."""

import pytest

from metrics import claim, export, trace
from schemas.book import Book
from tests.folder import LENS, lens, read, write

# Press figures of 2025: what was printed about two labs before their listings.
MINIMAX = """
    minimax:
    - metric: cash_and_cash_equivalents
      value: ~1.046bn USD
      as_stated: 约10.46亿美元
      period: 2025-09-30
    - {metric: cash_reserves, value: 1.102bn USD, as_stated: 11.02亿美元, period: 2025-09-30}
    - {metric: adjusted_net_loss, value: 186m USD, as_stated: 1.86亿美元, period: 9M2025}
    - {metric: net_loss, value: 512m USD, as_stated: 5.12亿美元, period: 9M2025}
"""
BURN = """
    - metric: cash_burn_rate
      value: 0.196bn CNY/month
      as_stated: 每月1.96亿元
      kind: forecast
      period: 2025-10-01/2026-09-30
    - metric: cash_burn_rate
      value: 1.97bn CNY/month
      as_stated: 每月19.7亿元
      kind: forecast
      period: 2025-10-01/2026-09-30
      source: press
"""
ZHIPU = """
    zhipu-ai:
    - {metric: cash_reserves, value: 2.552bn CNY, as_stated: 25.52亿元, period: 2025-06-30}
    - {metric: adjusted_net_loss, value: 1.752bn CNY, as_stated: 17.52亿元, period: H1-2025}
    - {metric: net_loss, value: 2.358bn CNY, as_stated: 23.58亿元, period: H1-2025}
    - {metric: operating_cash_outflow, value: 1.327bn CNY, as_stated: 13.27亿元, period: H1-2025}
    - {metric: cash_burn_rate, value: 327.3m CNY/month, as_stated: 每月3.273亿元, period: H1-2025}
"""


def said(tmp_path, figures: str, told: str, **more: str) -> claim.Verdict:
    """Check one runway claim beside some figures."""
    period = "2025-09-30" if "minimax" in figures else "2025-06-30"
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    line = f'    - {{metric: runway, value: "{told}", period: {period}, source: press{extra}}}\n'
    found = read(write(tmp_path / "data", figures.rstrip() + "\n" + line))
    assert [each for each in found.problems if each.severity == "error"] == []
    (verdict,) = claim.claims(found, found.singles, LENS)
    return verdict


def ways(verdict: claim.Verdict) -> dict[str, float]:
    """Name the definitions that reproduce a claim, with the months they give."""
    return {
        each.answer.definition: round(float(each.answer.value or 0), 1)
        for each in verdict.reproduced
    }


def test_the_53_months_rest_on_the_adjusted_loss_and_the_larger_cash(tmp_path):
    verdict = said(tmp_path, MINIMAX, "53 months")
    assert (verdict.word, ways(verdict)) == ("reproduced", {"adjusted_loss": 53.3})


def test_the_50_months_rest_on_the_smaller_cash_or_on_rounding(tmp_path):
    verdict = said(tmp_path, MINIMAX, "50 months")
    assert verdict.word == "reproduced"
    assert ways(verdict) == {"adjusted_loss": 53.3, "equivalents_adjusted_loss": 50.6}
    loose = {each.answer.definition for each in verdict.reproduced if each.loose}
    assert loose == {"adjusted_loss"}
    assert verdict.attempt is not None
    assert verdict.attempt.answer.definition == "equivalents_adjusted_loss"


def test_the_under_four_months_rest_on_a_burn_ten_times_its_rival(tmp_path):
    verdict = said(tmp_path, MINIMAX.rstrip() + BURN, "<4 months")
    assert (verdict.word, verdict.factor) == ("unit_check", "10^1")
    assert set(ways(verdict)) == {"planned_burn", "equivalents_planned_burn"}


def test_nine_months_are_reproduced_by_the_adjusted_loss_alone(tmp_path):
    verdict = said(tmp_path, ZHIPU, "9 months")
    assert (verdict.word, ways(verdict)) == ("reproduced", {"adjusted_loss": 8.7})


def test_more_than_a_year_is_not_reproduced_and_the_nearest_is_named(tmp_path):
    verdict = said(tmp_path, ZHIPU, ">1 year")
    assert verdict.word == "not_reproduced"
    assert verdict.attempt is not None
    assert verdict.attempt.answer.definition == "operating_outflow"
    assert round(float(verdict.attempt.answer.value or 0), 1) == 11.5
    assert 0.03 < verdict.attempt.miss < 0.05


def test_a_threshold_is_not_rounded(tmp_path):
    assert said(tmp_path, ZHIPU, ">=12 months").word == "not_reproduced"
    assert said(tmp_path / "more", ZHIPU, "<12 months").word == "reproduced"


@pytest.mark.parametrize("told", ["100 months", "2 months", "~30 months"])
def test_nothing_is_contradicted_that_does_not_name_its_definition(tmp_path, told):
    assert said(tmp_path, ZHIPU, told).word == "not_reproduced"


def test_a_claim_that_names_its_definition_can_be_contradicted(tmp_path):
    verdict = said(tmp_path, ZHIPU, "20 months", by="operating_outflow")
    assert verdict.word == "contradicted"
    assert verdict.attempt is not None
    assert verdict.attempt.answer.definition == "operating_outflow"


def test_a_misplaced_point_is_a_unit_check(tmp_path):
    verdict = said(tmp_path, ZHIPU, "874 months")
    assert (verdict.word, verdict.factor) == ("unit_check", "10^2")


def test_one_digit_is_too_little_for_a_unit_check(tmp_path):
    assert said(tmp_path, ZHIPU, "900 months").word == "not_reproduced"


def test_without_figures_a_claim_is_not_checkable_and_says_what_lacks(tmp_path):
    figures = "    zhipu-ai:\n    - {metric: employee_count, value: 800 people, period: 2025-06-30}"
    verdict = said(tmp_path, figures, "9 months")
    assert (verdict.word, verdict.tried, verdict.attempt) == ("not_checkable", 0, None)
    lacking = {dict(why.args)["metric"] for _, why in verdict.reasons if "metric" in dict(why.args)}
    assert {"cash_burn_rate", "operating_cash_outflow", "adjusted_net_loss"} <= lacking


def test_every_rival_input_is_tried(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 90m USD, period: 2025-12-31, source: filing}
    - {metric: cash_reserves, value: 120m USD, period: 2025-12-31, source: press}
    - {metric: operating_cash_outflow, value: 36m USD, period: FY2025, source: filing}
    - {metric: operating_cash_outflow, value: 48m USD, period: FY2025, source: press}
    - {metric: runway, value: 40 months, period: 2025-12-31, source: press}
    """
    (verdict,) = claim.claims(book, ["lab"], LENS)
    assert verdict.tried == 4
    assert ways(verdict) == {"operating_outflow": 40.0}
    assert verdict.attempt is not None
    assert {row.source for row in verdict.attempt.answer.rows} == {"press", "filing"}


def test_a_share_is_checked_against_its_parts(book: Book):
    """
    lab:
    - {metric: revenue, value: 50m USD, period: FY2024}
    - {metric: overseas_revenue, value: 36.5m USD, period: FY2024}
    - {metric: overseas_share, value: 73%, period: FY2024}
    - {metric: gross_margin, value: 40%, period: FY2024}
    - {metric: gross_profit, value: 12.5m USD, period: FY2024}
    """
    words = {each.row.metric: each.word for each in claim.claims(book, ["lab"], LENS)}
    assert words == {"overseas_share": "reproduced", "gross_margin": "not_reproduced"}


def test_a_claim_is_worked_out_with_the_figures_of_its_own_time(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 90m USD, period: 2023-12-31}
    - {metric: cash_reserves, value: 10m USD, period: 2024-12-31}
    - {metric: operating_cash_outflow, value: 36m USD, period: FY2023}
    - {metric: operating_cash_outflow, value: 60m USD, period: FY2024}
    - {metric: runway, value: 30 months, period: 2023-12-31}
    - {metric: revenue, value: 10m USD, period: FY2023}
    - {metric: revenue, value: 40m USD, period: FY2024}
    - {metric: overseas_share, value: 50%, period: FY2023}
    - {metric: overseas_revenue, value: 20m USD, period: FY2024}
    """
    words = {each.row.metric: each.word for each in claim.claims(book, ["lab"], LENS)}
    assert words == {"runway": "reproduced", "overseas_share": "not_checkable"}


def test_what_was_not_yet_published_is_not_checked(book: Book):
    """
    sources: {press: {published: 2025-03-01}}
    lab:
    - {metric: runway, value: 30 months, period: 2023-12-31, source: press}
    """
    assert list(claim.claims(book, ["lab"], lens("2025-02-28"))) == []
    assert len(list(claim.claims(book, ["lab"], lens("2025-03-01")))) == 1


def test_an_answer_is_worked_out_with_each_rival(book: Book):
    """
    lab:
    - {metric: revenue, value: 50m USD, period: FY2024, source: filing}
    - {metric: revenue, value: 60m USD, period: FY2024, source: press}
    - {metric: employee_count, value: 100 people, period: 2024-12-31}
    """
    told = trace.trace(book, "lab", "revenue_per_employee", LENS)
    assert told["value"] == 500_000
    assert [each["value"] for each in told["sensitivity"]] == [600_000]
    assert [each["rival"]["source_id"] for each in told["sensitivity"]] == ["press"]


def test_the_table_of_claims_has_the_verdict_and_what_decides_it(tmp_path):
    verdict = said(tmp_path, ZHIPU, "9 months")
    found = read(tmp_path / "data")
    (record,) = export.claims(found, [verdict], LENS)
    assert list(record) == [*export.CLAIMS, *export.ALWAYS]
    assert record["verdict"] == "reproduced"
    assert record["definition"] == "adjusted_loss"
    assert record["derived"] == pytest.approx(8.74, abs=0.01)
    assert "cash_burn_rate = CN¥284M/month" in record["implied"]


def test_a_claim_in_another_currency_is_met_in_its_own(book: Book):
    """
    lab:
    - {metric: revenue, value: 100m CNY, period: FY2024}
    - {metric: revenue_ttm, value: 100m USD, period: FY2024}
    - {metric: revenue_annualised, value: 13.9m USD, period: FY2024}
    """
    words = {each.row.metric: each.word for each in claim.claims(book, ["lab"], LENS)}
    assert words == {"revenue_ttm": "not_reproduced", "revenue_annualised": "reproduced"}


def test_ends_that_only_touch_do_not_meet(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: <=12m USD, period: 2025-06-30}
    - {metric: cash_burn_rate, value: ">=1m USD/month", period: H1-2025}
    - {metric: runway, value: ">12 months", period: 2025-06-30}
    """
    (verdict,) = claim.claims(book, ["lab"], LENS)
    assert verdict.word == "not_reproduced"


def test_a_slip_of_ten_is_no_contradiction(tmp_path):
    verdict = said(tmp_path, ZHIPU, "115 months", by="operating_outflow")
    assert (verdict.word, verdict.factor) == ("unit_check", "10^1")


def test_a_claim_whose_period_is_inferred_is_not_contradicted(tmp_path):
    more = {"by": "operating_outflow", "period_basis": "inferred", "because": "its cash"}
    assert said(tmp_path, ZHIPU, "20 months", **more).word == "not_reproduced"


def test_a_formula_that_uses_one_metric_twice_keeps_the_rival_of_each(book: Book):
    """
    lab:
    - {metric: revenue, value: 191m CNY, period: H1-2025}
    - {metric: revenue, value: 190m CNY, period: H1-2025, source: press}
    - {metric: revenue, value: 45m CNY, period: H1-2024}
    - {metric: revenue, value: 44.9m CNY, period: H1-2024, source: press}
    - {metric: revenue_growth, value: 325.39%, period: H1-2025}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert (found.word, found.tried) == ("reproduced", 4)


def test_a_claim_about_a_trailing_year_is_summed_from_the_periods_that_end_with_it(book: Book):
    """
    lab:
    - {metric: revenue, value: 30m USD, period: FY2024}
    - {metric: revenue, value: 54m USD, period: 9M2025}
    - {metric: revenue, value: 20m USD, period: 9M2024}
    - {metric: revenue_ttm, value: 64m USD, period: 2024-10-01/2025-09-30}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert found.word == "reproduced"


def test_the_definition_that_a_claim_names_is_told_first(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 90m USD, period: 2025-12-31}
    - {metric: net_loss, value: 120m USD, period: FY2025}
    - {metric: adjusted_net_loss, value: 120m USD, period: FY2025}
    - {metric: runway, value: 9 months, period: 2025-12-31, by: net_loss}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert found.attempt
    assert found.attempt.answer.definition == "net_loss"


def test_a_slip_is_seen_across_two_currencies(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30}
    - {metric: cash_burn_rate, value: 272m USD/month, period: 9M2025, source: press}
    - {metric: cash_burn_rate, value: 196m CNY/month, period: 9M2025}
    - {metric: runway, value: 3.8 months, period: 2025-09-30}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert (found.word, found.factor) == ("unit_check", "10^1")


def test_a_slip_in_a_rival_is_no_slip_of_the_claim(book: Book):
    """
    lab:
    - {metric: revenue, value: 100m USD, period: FY2025}
    - {metric: revenue, value: 1bn USD, period: FY2025, source: press}
    - {metric: revenue, value: 80m USD, period: FY2024}
    - {metric: revenue_growth, value: 25%, period: FY2025}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert (found.word, found.factor) == ("reproduced", "")


def test_net_beside_gross_is_no_slip(book: Book):
    """
    lab:
    - {metric: revenue, value: 100m USD, period: FY2025, basis: gross}
    - {metric: revenue, value: 10m USD, period: FY2025, basis: net}
    - {metric: employee_count, value: 100 people, period: 2025-12-31}
    - {metric: revenue_per_employee, value: 1m USD/person, period: FY2025}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert found.word == "reproduced"


def test_where_rounding_takes_the_believed_figures_through_zero_the_nearest_is_still_named(book):
    """
    lab:
    - {metric: arr, value: 9.5m USD, period: 2024-12-31}
    - {metric: arr, value: 10m USD, period: 2025-12-31}
    - {metric: arr, value: 20m USD, period: 2025-12-31, source: press}
    - {metric: operating_cash_outflow, value: 10m USD, period: FY2025}
    - {metric: burn_multiple, value: 3x, period: FY2025}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert found.word == "not_reproduced"


def test_a_claim_implies_nothing_from_what_came_after_it(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2024-12-31}
    - {metric: runway, value: 50 months, period: 2024-06-30}
    """
    (found,) = claim.claims(book, ["lab"], LENS)
    assert trace.of_claim(book, found, LENS)["implied"] == []
