"""What is a formula and what is none, what it yields, and that nothing in it runs."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metrics
from metrics import formula
from metrics.formula import Call, FormulaError, Name, Number, Operation, dimension, names, parse
from schemas import load
from schemas.metric import Catalog
from tests.folder import catalog

ONE, TWO, THREE = (Number(Fraction(number)) for number in (1, 2, 3))

# A formula, and what it yields.
YIELDS = [
    ("cash_reserves", "money"),
    ("cash_reserves - borrowings", "money"),
    ("cash_reserves / cash_burn_rate", "months"),
    ("cash_reserves / monthly(operating_cash_outflow + capex + lease_payments)", "months"),
    ("monthly(net_loss)", "money/months"),
    ("annualised(revenue)", "money"),
    ("ttm(revenue) / average(employee_count)", "money/people"),
    ("full_year(revenue) / employee_count", "money/people"),
    ("revenue / prior(revenue) - 1", "a plain number"),
    ("revenue / mau", "money/users"),
    ("mau / employee_count", "users/people"),
    ("cash_reserves + since(net_proceeds)", "money"),
    ("cash_reserves / forecast(cash_burn_rate)", "months"),
    ("1 / revenue", "1/money"),
    ("revenue * revenue / employee_count", "money*money/people"),
    ("revenue / mau / employee_count", "money/people/users"),
    ("2 * 3.5 - 1", "a plain number"),
    ("(revenue)", "money"),
]

# What is none, the part that is wrong, and what would be right.
NONE = [
    ("", "", "a complete expression"),
    ("revenue +", "revenue +", "a complete expression"),
    ("revenue / (", "revenue / (", "a complete expression"),
    ("revenue employee_count", "revenue employee_count", "a complete expression"),
    ("(" * 150 + ")" * 150, "()", "names, numbers, + - * / and the functions"),
    ("revenue ** 2", "revenue ** 2", "names, numbers, + - * / and the functions"),
    ("revenue // 2", "revenue // 2", "names, numbers, + - * / and the functions"),
    ("-revenue", "-revenue", "names, numbers, + - * / and the functions"),
    ("revenue.cash", "revenue.cash", "names, numbers, + - * / and the functions"),
    ("1j", "1j", "a number such as 12 or 0.5"),
    ("0x1f", "0x1f", "a number such as 12 or 0.5"),
    ("1_000", "1_000", "a number such as 12 or 0.5"),
    ("revenue * 1e999", "1e999", "a number such as 12 or 0.5"),
    ("revenue * .5", ".5", "a number such as 12 or 0.5"),
    ("1or 2", "1or", "a number such as 12 or 0.5"),
    ("9" * 17, "9" * 17, "a number such as 12 or 0.5"),
    ("lambda", "lambda", "a complete expression"),
    ("(revenue for revenue in revenue)", None, "names, numbers, + - * / and the functions"),
    ("revenue if capex else gmv", None, "names, numbers, + - * / and the functions"),
    ("revenue()", "revenue()", "names, numbers, + - * / and the functions"),
    ("ttm(revenue)(capex)", "ttm(revenue)(capex)", "names, numbers, + - * / and the functions"),
    ("sum(revenue)", "sum", ", ".join(formula.FUNCTIONS)),
    ("ttm(*revenue)", "*revenue", "names, numbers, + - * / and the functions"),
    ("ttm(revenue, capex)", None, "names, numbers, + - * / and brackets"),
    ("ttm(x=revenue)", None, "names, numbers, + - * / and brackets"),
    ("REVENUE", "REVENUE", "names, numbers, + - * / and brackets"),
    ("revenue\n", "revenue\n", "names, numbers, + - * / and brackets"),
    ("營收 / 2", "營收 / 2", "names, numbers, + - * / and brackets"),
    ("'revenue'", "'revenue'", "names, numbers, + - * / and brackets"),
    ("revenue" * 60, "revenue" * 5 + "reven", "names, numbers, + - * / and brackets"),
]

# What cannot be added or spread over time, and what is wrong with it.
UNFIT = [
    ("revenue + employee_count", "money + people", "two of the same kind"),
    ("revenue - 1", "money - a plain number", "two of the same kind"),
    ("monthly(revenue) + revenue", "money/months + money", "two of the same kind"),
    ("monthly(cash_reserves)", "monthly(cash_reserves)", "a metric with a duration"),
    ("ttm(revenue - cash_reserves)", "ttm(cash_reserves)", "a metric with a duration"),
    ("annualised(cash_reserves)", "annualised(cash_reserves)", "a metric with a duration"),
    ("prior(cash_reserves)", "prior(cash_reserves)", "a metric with a duration"),
    ("full_year(cash_reserves)", "full_year(cash_reserves)", "a metric with a duration"),
    ("revenues", "revenues", "revenue"),
    ("quux", "quux", "a metric of the catalogue"),
]


def entries(tmp_path: Path, text: str) -> Catalog:
    path = tmp_path / "catalog.yaml"
    path.write_text(text, encoding="utf-8")
    found, problems = load.catalog(path)
    assert problems == []
    return found


@pytest.mark.parametrize(("text", "unit"), YIELDS)
def test_a_formula_yields_a_product_of_units(text, unit):
    assert formula.shown(dimension(parse(text), catalog())) == unit


@pytest.mark.parametrize(("text", "part", "expected"), NONE)
def test_what_is_no_formula_says_which_part_and_what_would_be_right(text, part, expected):
    with pytest.raises(FormulaError) as error:
        parse(text)
    assert error.value.args[1] == expected
    assert part is None or error.value.args[0] == part


@pytest.mark.parametrize(("text", "part", "expected"), UNFIT)
def test_unlike_parts_are_not_added_and_balances_not_spread_over_time(text, part, expected):
    with pytest.raises(FormulaError) as error:
        dimension(parse(text), catalog())
    assert error.value.args == (part, expected)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 - 2 - 3", Operation("-", Operation("-", ONE, TWO), THREE)),
        ("1 - (2 - 3)", Operation("-", ONE, Operation("-", TWO, THREE))),
        ("1 + 2 * 3", Operation("+", ONE, Operation("*", TWO, THREE))),
        ("1 / 2 / 3", Operation("/", Operation("/", ONE, TWO), THREE)),
        ("ttm(revenue)", Call("ttm", Name("revenue"))),
        ("0.1", Number(Fraction(1, 10))),
    ],
)
def test_signs_bind_as_in_arithmetic_and_decimals_are_exact(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize("text", ["0.000001", "1234567.125", "9999999999999999", "12", "0.1 + 2"])
def test_a_number_is_written_as_it_was_read(text):
    assert formula.written(parse(text)) == text


def test_a_formula_nests_so_far_and_no_further():
    assert parse(" + ".join(["a"] * 24))
    with pytest.raises(FormulaError, match="at most 24 steps"):
        parse(" + ".join(["a"] * 25))


def test_a_chain_of_thousands_is_told_and_left_out():
    plain = catalog()["gross_margin"].model_copy(update={"definitions": {}, "reference": {}})
    chain = {
        f"m{number}": plain.model_copy(update={"definitions": {"x": f"m{number + 1}"}})
        for number in range(3_000)
    }
    found = formula.check({**chain, "m3000": plain}, "x")
    assert {each.name for each in found} == {"formula-too-deep"}
    kept = formula.sound({**chain, "m3000": plain})
    assert kept["m2990"].definitions
    assert not kept["m0"].definitions
    (circle, *_) = formula.check({**chain, "m3000": chain["m0"]}, "x")
    assert circle.name == "formula-circle"
    assert dict(circle.args)["circle"].endswith("…")


def test_metrics_are_named_in_order_with_repeats():
    text = "(arr - prior(arr)) / revenue + 2"
    assert list(names(parse(text))) == ["arr", "arr", "revenue"]


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_says_why_not(text):
    with suppress(FormulaError):
        assert isinstance(parse(text), Number | Name | Call | Operation)


WORDS = st.sampled_from(["revenue", "capex", "ttm", "7", "0.5", "+", "-", "*", "/", "(", ")", "**"])


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_any_words_of_a_formula_are_read_or_refused(text):
    with suppress(FormulaError):
        assert formula.shown(dimension(parse(text), catalog()))


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "open('x')",
        "().__class__",
        "(lambda: 0)()",
        "[x for x in y]",
        "f'{revenue}'",
        "revenue; import os",
    ],
)
def test_code_is_never_a_formula(text):
    with pytest.raises(FormulaError):
        parse(text)


# -- the catalogue -----------------------------------------------------------------------------

STATED = """
a: {unit: money, period: duration, group: cash}
b: {unit: people, period: instant, group: people}
"""


@pytest.mark.parametrize(
    ("wrong", "name", "args"),
    [
        ("a +", "formula-syntax", {"value": "a +", "expected": "a complete expression"}),
        ("sum(a)", "formula-syntax", {"value": "sum"}),
        ("aa / b", "formula-name", {"value": "aa", "near": "a"}),
        ("revenue / b", "formula-name", {"value": "revenue", "near": ""}),
        ("a + b", "formula-unit", {"value": "money + people"}),
        ("monthly(b)", "formula-unit", {"value": "monthly(b)"}),
        ("a * b", "formula-unit", {"value": "money*people", "expected": "money/people"}),
        ("a / a", "formula-unit", {"value": "a plain number", "expected": "money/people"}),
    ],
)
@pytest.mark.parametrize("kind", ["definitions", "reference"])
def test_a_wrong_formula_is_a_problem_with_its_metric_and_definition(
    tmp_path, kind, wrong, name, args
):
    entry = f"{{unit: money/people, period: duration, group: cash, {kind}: {{d: {wrong}}}}}"
    told = f"{STATED}c: {entry}"
    (found,) = formula.check(entries(tmp_path, told), "metrics/catalog.yaml")
    said = dict(found.args)
    assert found.name == name
    assert (found.path, said["metric"], said["definition"]) == ("metrics/catalog.yaml", "c", "d")
    assert args.items() <= said.items()


def test_metrics_defined_by_each_other_are_a_problem(tmp_path):
    told = f"""{STATED}
c: {{unit: money, period: duration, group: cash, definitions: {{x: a - d}}}}
d: {{unit: money, period: duration, group: cash, definitions: {{y: a + e}}}}
e: {{unit: money, period: duration, group: cash, definitions: {{z: 2 * c}}}}
f: {{unit: money, period: duration, group: cash, definitions: {{x: c + e}}}}
"""
    (found,) = formula.check(entries(tmp_path, told), "x")
    assert (found.name, dict(found.args)["circle"]) == ("formula-circle", "c -> d -> e -> c")


def test_a_metric_that_is_its_own_input_is_a_circle(tmp_path):
    told = f"{STATED}c: {{unit: money, period: duration, group: cash, definitions: {{x: a + c}}}}"
    (found,) = formula.check(entries(tmp_path, told), "x")
    assert dict(found.args)["circle"] == "c -> c"


def test_circles_are_looked_for_only_where_every_formula_reads(tmp_path):
    told = f"""{STATED}
c: {{unit: money, period: duration, group: cash, definitions: {{x: c, y: a +}}}}
"""
    assert [found.name for found in formula.check(entries(tmp_path, told), "x")] == [
        "formula-syntax"
    ]


def test_the_book_carries_what_is_wrong_in_its_catalogue(tmp_path):
    path = tmp_path / "catalog.yaml"
    path.write_text(
        f"{STATED}c: {{unit: money, period: duration, group: cash, definitions: {{x: a / b}}}}\n"
        "d: {unit: gold, period: duration, group: cash}\n",
        encoding="utf-8",
    )
    (tmp_path / "data" / "companies").mkdir(parents=True)
    found = metrics.book(tmp_path / "data", path).problems
    assert [each.name for each in found] == ["formula-unit", "wrong-value"]


def test_a_definition_that_is_wrong_is_left_out_and_the_rest_stays(tmp_path):
    text = metrics.CATALOG.read_text(encoding="utf-8")
    path = tmp_path / "catalog.yaml"
    path.write_text(text.replace("parts: dau / mau", "parts: dau / nosuch"), encoding="utf-8")
    found = metrics.book(metrics.DATA, path)
    assert "formula-name" in {each.name for each in found.problems}
    assert found.catalog["daily_to_monthly_users"].definitions == {}
    assert found.catalog["runway"].definitions == catalog()["runway"].definitions


def test_definitions_in_a_circle_are_left_out():
    entries = {
        name: catalog()["gross_margin"].model_copy(
            update={"definitions": {"x": f"1 - {other}"}, "reference": {}}
        )
        for name, other in (("a", "b"), ("b", "a"))
    }
    assert {name: each.definitions for name, each in formula.sound(entries).items()} == {
        "a": {}, "b": {},
    }  # fmt: skip
