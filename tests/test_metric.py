"""What an entry of the catalogue may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.metric import Metric
from schemas.unit import unit
from tests.folder import catalog, iv

CASH = {"unit": "money", "period": "instant", "group": "cash"}
RUNWAY = {"definitions": {"issuer_burn": "cash_reserves / cash_burn_rate"}}


def faults(**changes: object) -> list[tuple[str, str]]:
    try:
        Metric.model_validate({**CASH, **changes})
    except ValidationError as error:
        return [(each["type"], ".".join(map(str, each["loc"]))) for each in error.errors()]
    return []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"bounds": {"low": "0"}, "shelf_life": "275", "better": "higher"},
        {"bounds": {"low": "-1", "high": "1"}},
        {"bounds": {"low": "0", "high": "0"}},
        {"taxonomy": ["ifrs-full:Revenue"], "basis": ["gross", "net"], "caveats": ["cash"]},
        {"aliases": {"en": ["cash"], "zh": ["现金"]}},
        {**RUNWAY, "proxies": ["issuer_burn"], "stated": "claim"},
        {**RUNWAY, "beside": ["issuer_burn"], "reference": {"net_loss": "cash / net_loss"}},
    ],
)
def test_an_entry_says_what_is_measured_and_how(changes):
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault", "key"),
    [
        ({"unit": "dollars"}, "wrong-value", "unit"),
        ({"unit": "money/person"}, "wrong-value", "unit"),
        ({"unit": ["money"]}, "string_type", "unit"),
        ({"period": "daily"}, "literal_error", "period"),
        ({"group": "Cash flow"}, "wrong-value", "group"),
        ({"bounds": {"low": "0.5"}}, "wrong-value", "bounds.low"),
        ({"bounds": {"low": "1e9"}}, "wrong-value", "bounds.low"),
        ({"bounds": {"low": "--1"}}, "wrong-value", "bounds.low"),
        ({"bounds": {"low": "1_000"}}, "wrong-value", "bounds.low"),
        ({"bounds": {"high": "１"}}, "wrong-value", "bounds.high"),
        ({"bounds": {"high": "9" * 5000}}, "wrong-value", "bounds.high"),
        ({"bounds": {"high": True}}, "wrong-value", "bounds.high"),
        ({"bounds": {"low": "1", "high": "0"}}, "wrong-value", "bounds"),
        ({"shelf_life": "a year"}, "wrong-value", "shelf_life"),
        ({"better": "more"}, "literal_error", "better"),
        ({"basis": ["Gross"]}, "wrong-value", "basis.0"),
        ({"stated": "truth"}, "literal_error", "stated"),
        ({"proxies": ["net_loss"]}, "wrong-value", ""),
        ({**RUNWAY, "beside": ["planned"]}, "wrong-value", ""),
        ({"definitions": {"Issuer burn": "1"}}, "wrong-value", "definitions.Issuer burn.[key]"),
        ({"definitions": {"x": " "}}, "wrong-value", "definitions.x"),
        ({"label": "Cash"}, "extra_forbidden", "label"),
    ],
)
def test_a_slip_in_an_entry_is_named_with_its_key(changes, fault, key):
    assert faults(**changes) == [(fault, key)]


@pytest.mark.parametrize(
    ("bounds", "possible"),
    [
        ({}, "(-∞, ∞)"),
        ({"low": "0"}, ">=0"),
        ({"high": "1"}, "<=1"),
        ({"low": "0", "high": "1"}, "0..1"),
        ({"low": "-1"}, ">=-1"),
    ],
)
def test_a_missing_bound_leaves_that_side_open(bounds, possible):
    assert Metric.model_validate({**CASH, "bounds": bounds}).possible == iv(possible)


def test_a_metric_is_derived_when_a_formula_can_compute_it():
    assert not Metric.model_validate(CASH).is_derived
    assert Metric.model_validate({**CASH, **RUNWAY}).is_derived


def test_a_metric_is_measured_in_its_unit():
    assert Metric.model_validate({**CASH, "unit": "money/people"}).measure == unit("money/people")


def test_shares_of_a_whole_lie_between_none_and_all_and_counts_are_not_negative():
    shares = {name for name, each in catalog().items() if name.endswith("_share")}
    assert {str(catalog()[name].possible) for name in shares} <= {"[0, 1]", "[0, ∞)"}
    counts = [each for each in catalog().values() if each.unit in {"people", "users", "count"}]
    assert all((each.bounds.low or 0) >= 0 and each.bounds.low is not None for each in counts)


def test_money_in_the_catalogue_has_no_currency():
    assert all(each.measure.currency is None for each in catalog().values())
