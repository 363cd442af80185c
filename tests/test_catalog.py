"""The catalogue of metrics: every formula works, every metric has its words, names are known."""

import re

import pytest

import metrics
from metrics import formula
from metrics.formula import dimension, parse
from schemas import words
from schemas.metric import Metric
from tests.folder import catalog

GROUPS = (
    "cash", "revenue", "profitability", "spending", "people", "users", "valuation", "financing",
    "other",
)  # fmt: skip
# A concept of a taxonomy: its prefix and a name in camel case.
CONCEPT = re.compile(r"(ifrs-full|us-gaap|dei):([A-Z][a-z0-9]*)+")
ENTRIES = list(catalog().items())
FORMULAS = [
    pytest.param(name, entry, text, id=f"{name}-{definition}")
    for name, entry in ENTRIES
    for definition, text in entry.formulas.items()
]


def test_the_catalogue_has_no_problems():
    assert formula.check(catalog(), "metrics/catalog.yaml") == []
    assert len(catalog()) > 100


@pytest.mark.parametrize(("metric", "entry", "text"), FORMULAS)
def test_every_formula_yields_its_metrics_unit(metric, entry, text):
    tree = parse(text)
    assert dimension(tree, catalog()) == entry.measure.dimension
    assert set(formula.names(tree)) <= set(catalog()) - {metric}


def test_metrics_stand_in_the_order_of_their_groups():
    order = [GROUPS.index(entry.group) for _, entry in ENTRIES]
    assert order == sorted(order)
    assert set(GROUPS) == {entry.group for _, entry in ENTRIES}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_group_metric_definition_and_caveat_has_words(language):
    wanted = {f"group.{group}" for group in GROUPS}
    for name, entry in ENTRIES:
        wanted |= {f"metric.{name}.label", f"metric.{name}.means"}
        wanted |= {f"definition.{name}.{each}" for each in (*entry.definitions, *entry.reference)}
        wanted |= {f"caveat.{each}" for each in entry.caveats}
    assert {key for key in wanted if not words.has(language, key)} == set()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_two_metrics_are_called_the_same(language):
    labels = [words.label(language, name) for name, _ in ENTRIES]
    assert sorted(labels) == sorted(set(labels))


def test_units_end_the_label_and_never_the_id():
    for name, entry in ENTRIES:
        assert not name.endswith(("_usd", "_cny", "_months", "_percent", "_people")), name
        assert "USD" not in entry.unit, name


def test_names_of_taxonomies_are_well_formed():
    for name, entry in ENTRIES:
        for each in entry.taxonomy:
            assert CONCEPT.fullmatch(each), (name, each)


def test_the_user_asked_metrics_are_there_by_their_own_names():
    asked = {
        "cash_reserves": ("money", "instant"),
        "revenue": ("money", "duration"),
        "overseas_share": ("share", "duration"),
        "cloud_spend_ratio": ("share", "duration"),
        "employee_count": ("people", "either"),
        "revenue_per_employee": ("money/people", "duration"),
        "runway": ("months", "instant"),
    }
    for name, kind in asked.items():
        assert (catalog()[name].unit, catalog()[name].period) == kind


# What an accountant calls them; where no standard names a metric, none is made up.
@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("revenue", {"ifrs-full:Revenue", "us-gaap:Revenues"}),
        ("cash_and_cash_equivalents", {"ifrs-full:CashAndCashEquivalents"}),
        ("net_loss", {"ifrs-full:ProfitLoss", "us-gaap:ProfitLoss"}),
        ("rnd_expense", {"ifrs-full:ResearchAndDevelopmentExpense"}),
        ("cost_of_sales", {"ifrs-full:CostOfSales", "us-gaap:CostOfRevenue"}),
    ],
)
def test_standards_names_stand_where_there_are_any(name, concepts):
    assert concepts <= set(catalog()[name].taxonomy)


def test_what_no_standard_names_has_no_taxonomy():
    for name in ("adjusted_net_loss", "arr", "revenue_run_rate", "mau", "cash_reserves", "runway"):
        assert catalog()[name].taxonomy == ()


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("overseas_share", "[0, 1]"),
        ("cloud_spend_ratio", "[0, ∞)"),
        ("gross_margin", "(-∞, 1]"),
        ("revenue_growth", "[-1, ∞)"),
        ("net_loss", "(-∞, ∞)"),
        ("cash_burn_rate", "(-∞, ∞)"),
        ("runway", "[0, ∞)"),
        ("wau_rank", "[1, ∞)"),
    ],
)
def test_what_is_possible_is_said(name, bounds):
    assert str(catalog()[name].possible) == bounds


def test_losses_and_outflows_may_turn_and_balances_may_not():
    for name in ("net_loss", "adjusted_net_loss", "operating_cash_outflow", "cash_burn_rate"):
        assert catalog()[name].possible.low is None
    for name in ("cash_reserves", "revenue", "employee_count", "capex", "borrowings"):
        assert catalog()[name].possible.low == 0


def uses(entry: Metric, text: str) -> set[str]:
    return {
        name
        for each in entry.formulas.values()
        for name in formula.names(parse(each))
        if name == text
    }


def test_undrawn_credit_and_spending_since_founding_are_in_no_runway():
    for name in ("runway", "pro_forma_runway", "monthly_burn"):
        for kept_out in ("available_liquidity", "cumulative_spending", "restricted_cash"):
            assert not uses(catalog()[name], kept_out)


def test_runway_prefers_cash_flows_to_losses_and_never_takes_a_plan():
    entry = catalog()["runway"]
    assert list(entry.definitions) == [
        "issuer_burn",
        "operating_outflow_capex",
        "operating_outflow",
        "adjusted_loss",
        "planned_burn",
    ]
    assert (entry.proxies, entry.beside) == (("adjusted_loss",), ("planned_burn",))
    assert "net_loss" in entry.reference
    assert entry.stated == "claim"


def test_revenue_per_employee_prefers_the_trailing_year_and_average_heads():
    entry = catalog()["revenue_per_employee"]
    assert list(entry.definitions) == ["ttm_average", "ttm_closing", "full_year", "annualised"]
    assert entry.proxies == ("annualised",)


def test_whatever_scales_a_part_of_a_year_is_marked_as_a_proxy():
    for name, entry in ENTRIES:
        scaled = {each for each, text in entry.definitions.items() if "annualised(" in text}
        assert scaled <= set(entry.proxies), name


def test_aliases_are_in_two_languages_and_each_stands_once():
    for name, entry in ENTRIES:
        assert set(entry.aliases) <= {"en", "zh"}, name
        for each in entry.aliases.values():
            assert len(set(each)) == len(each), name


def test_no_alias_means_two_metrics():
    seen: dict[str, str] = {}
    for name, entry in ENTRIES:
        for alias in {each.casefold() for told in entry.aliases.values() for each in told}:
            assert seen.setdefault(alias, name) == name, alias


def test_shelf_lives_are_said_for_all():
    for name, entry in ENTRIES:
        assert entry.shelf_life, name
        assert 31 <= entry.shelf_life <= 3650, name


def test_the_shipped_catalogue_is_the_one_that_the_book_uses(shipped):
    assert shipped.catalog == catalog()
    assert metrics.CATALOG.name == "catalog.yaml"
