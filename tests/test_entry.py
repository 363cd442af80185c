"""What double entry promises: one figure written twice agrees, or does not get in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import figure
from schemas.entry import Measure, Misfit, measure, pair
from schemas.metric import Metric
from tests.folder import iv

MONEY = "money ≥0"


def metric(text: str) -> Metric:
    """A metric from its unit and what is possible: `money`, `share 0..1`, `share ≥-1`."""
    unit, _, possible = text.partition(" ")
    low, _, high = possible.removeprefix("≥").partition("..")
    bounds = {key: end for key, end in (("low", low), ("high", high)) if end}
    return Metric.model_validate(
        {"unit": unit, "period": "either", "group": "other", "bounds": bounds}
    )


def measured(value: str, as_stated: str, of: str, *, inferred=False, related=False) -> Measure:
    found = measure(value, as_stated, metric(of), inferred=inferred, related=related)
    assert isinstance(found, Measure), found
    return found


def misfit(value: str, as_stated: str, of: str = MONEY, *, inferred=False, related=False) -> Misfit:
    found = measure(value, as_stated, metric(of), inferred=inferred, related=related)
    assert isinstance(found, Misfit), found
    return found


@pytest.mark.parametrize(
    ("value", "as_stated"),
    [
        ("1.1bn USD", "11億美元"),
        ("1.1bn USD", "$1.1 billion"),
        ("~53m USD", "約5300萬美元"),
        ("~53437K USD", "约5343.7万美元"),
        (">70%", "超過七成"),
        ("almost 74%", "近74%"),
        (">=100m CNY", "上亿元"),
        ("<1%", "不到1%"),
        ("<=50m USD", "不超过5000万美元"),
        ("30bn..50bn CNY", "300至500億元"),
        ("20bn..100bn CNY", "数百亿元"),
        (">20bn CNY", "200多亿元"),
        ("385 people", "385人"),
        ("212m users", "2.12亿用户"),
        ("50 months", "50個月"),
        ("3 years", "三年"),
        ("3 years", "36个月"),
        ("36 months", "3 years"),
        ("34x", "34倍"),
        ("100K USD/month", "每月10万美元"),
        ("1.2m USD/year", "每月10万美元"),
        ("5 percentage points", "5个百分点"),
        ("-4.65bn CNY", "-46.5亿元"),
    ],
)
def test_a_figure_written_twice_agrees_in_amount_unit_and_qualifier(value, as_stated):
    assert not isinstance(pair(value, as_stated, inferred=False), Misfit)


@pytest.mark.parametrize(
    ("value", "as_stated", "meant", "stated", "factor"),
    [
        ("11bn USD", "11億美元", "11,000,000,000 USD", "1,100,000,000 USD", "10"),
        ("110m USD", "11億美元", "110,000,000 USD", "1,100,000,000 USD", "10"),
        ("1.1m USD", "11億美元", "1,100,000 USD", "1,100,000,000 USD", "1,000"),
        ("53m USD", "5300億美元", "53,000,000 USD", "530,000,000,000 USD", "10,000"),
        ("2.79bn USD", "2.79千万美元", "2,790,000,000 USD", "27,900,000 USD", "100"),
        ("7%", "七成", "0.07 share", "0.7 share", "10"),
        ("1.2bn USD", "11億美元", "1,200,000,000 USD", "1,100,000,000 USD", ""),
        ("30bn..50bn CNY", "300至600億元",
         "30,000,000,000..50,000,000,000 CNY", "30,000,000,000..60,000,000,000 CNY", ""),
        ("3bn..5bn CNY", "300至500億元",
         "3,000,000,000..5,000,000,000 CNY", "30,000,000,000..50,000,000,000 CNY", "10"),
        ("12 years", "12個月", "12 years", "12 months", ""),
        ("0 USD", "11億美元", "0 USD", "1,100,000,000 USD", ""),
        ("-1.1bn USD", "11億美元", "-1,100,000,000 USD", "1,100,000,000 USD", ""),
        (">20bn CNY", ">2bn CNY", "more than 20,000,000,000 CNY", "more than 2,000,000,000 CNY",
         "10"),
        ("<20bn CNY", "<2bn CNY", "less than 20,000,000,000 CNY", "less than 2,000,000,000 CNY",
         "10"),
    ],
)  # fmt: skip
def test_a_slip_of_ten_between_the_columns_cannot_get_in(value, as_stated, meant, stated, factor):
    assert pair(value, as_stated, inferred=False) == Misfit(
        "double-entry",
        "value",
        {
            "value": value,
            "as_stated": as_stated,
            "meant": meant,
            "stated": stated,
            "factor": factor,
        },
    )


@pytest.mark.parametrize("words", ["约", "近", "超过", "至少", "不到", "不超过", "", "10至"])
def test_a_qualifier_may_be_neither_lost_nor_added(words):
    signs = {"约": "~", "近": "almost ", "超过": ">", "至少": ">=", "不到": "<", "不超过": "<="}
    own = {**signs, "": "", "10至": "1bn.."}[words]
    for sign in (*signs.values(), "", "1bn.."):
        found = pair(f"{sign}1.1bn USD", f"{words}11亿美元", inferred=False)
        assert isinstance(found, Misfit) is (sign != own)


@pytest.mark.parametrize(
    ("value", "as_stated"),
    [
        ("1.1bn CNY", "11億美元"),
        ("1.1bn USD", "11億港元"),
        ("34x", "34%"),
        ("5x", "500%"),
        ("5 percentage points", "5%"),
        ("385 users", "385人"),
        ("100K USD", "每月10万美元"),
        ("100K USD/month", "每年10万美元"),
    ],
)
def test_the_same_amount_in_another_unit_is_another_figure(value, as_stated):
    for inferred in (False, True):
        found = pair(value, as_stated, inferred=inferred and value != "385 users")
        assert isinstance(found, Misfit)
        assert found.name == "double-entry"


@pytest.mark.parametrize(
    ("value", "as_stated", "unit"),
    [("1.1bn USD", "11億", "USD"), ("385 people", "385", "people"), ("34x", "34", "multiple")],
)
def test_a_unit_that_was_not_printed_must_be_owned_up_to(value, as_stated, unit):
    missing = pair(value, as_stated, inferred=False)
    args = {"as_stated": as_stated, "unit": unit}
    assert missing == Misfit("unit-not-printed", "as_stated", args)
    assert not isinstance(pair(value, as_stated, inferred=True), Misfit)


def test_an_inferred_unit_still_wants_the_same_amount():
    found = pair("11bn USD", "11億", inferred=True)
    assert isinstance(found, Misfit)
    assert (found.name, found.args["factor"]) == ("double-entry", "10")


@pytest.mark.parametrize(
    ("value", "as_stated"), [("385 people", "385 count"), ("212m users", "2.12亿人")]
)
def test_an_inferred_unit_may_say_what_was_counted(value, as_stated):
    assert isinstance(pair(value, as_stated, inferred=False), Misfit)
    assert not isinstance(pair(value, as_stated, inferred=True), Misfit)


@pytest.mark.parametrize(
    ("value", "as_stated", "name", "field"),
    [
        ("a lot", "11億美元", "not-a-figure", "value"),
        ("1.1bn USD", "零一萬物", "not-a-figure", "as_stated"),
        ("1.1bn USD", "11億美元和12億美元", "several-figures", "as_stated"),
        ("", "11億美元", "not-a-figure", "value"),
    ],
)
def test_what_is_not_one_figure_is_told_where_it_stands(value, as_stated, name, field):
    found = misfit(value, as_stated)
    assert (found.name, found.field) == (name, field)


@pytest.mark.parametrize(
    ("value", "as_stated", "of", "nominal", "bounds", "band"),
    [
        ("1.1bn USD", "11億美元", MONEY, "1100000000", "1100000000", "1050000000..1150000000"),
        ("~53m USD", "約5300萬美元", MONEY, "53000000", "52000000..54000000",
         "51995000..54005000"),
        (">70%", "超過七成", "share 0..1", None, "(0.7, 1]", ">0.7"),
        ("almost 74%", "近74%", "share 0..1", "0.74", "[0.73, 0.74)", "[0.725, 0.745)"),
        ("almost 100%", "近100%", "share 0..1", "1", "[0.9, 1)", "[0.895, 1.005)"),
        # "less than" starts at nothing only where there cannot be less than nothing
        ("<5%", "不到5%", "share 0..1", None, "[0, 0.05)", "[0, 0.05)"),
        ("<5%", "不到5%", "share", None, "<0.05", "<0.05"),
        ("<5%", "不到5%", "share ≥-1", None, "[-1, 0.05)", "<0.05"),
        ("<=5 count", "不超过5个", "count ≥1", None, "1..5", "0..5"),
        (">20bn CNY", "200多亿元", MONEY, None, "(20000000000, 30000000000]",
         "(20000000000, 30000000000]"),
        ("20bn..100bn CNY", "数百亿元", MONEY, None, "20000000000..100000000000",
         "20000000000..100000000000"),
        # years become months, as they were printed
        ("3 years", "三年", "months ≥0", "36", "36", "30..42"),
        ("3 years", "36個月", "months ≥0", "36", "36", "35.5..36.5"),
        ("36 months", "三年", "months ≥0", "36", "36", "30..42"),
        ("1.5 years", "18个月", "years ≥0", "1.5", "1.5", "17.5/12..18.5/12"),
        ("1.2m USD/year", "每月10万美元", "money/months", "100000", "100000", "95000..105000"),
        ("100K USD/month", "每年120万美元", "money/months", "100000", "100000",
         "1195000/12..1205000/12"),
        ("5 percentage points", "5个百分点", "percentage_points", "5", "5", "4.5..5.5"),
        ("1365%", "1365%", "share ≥0", "13.65", "13.65", "13.645..13.655"),
    ],
)  # fmt: skip
def test_bounds_come_from_what_was_printed(value, as_stated, of, nominal, bounds, band):
    found = measured(value, as_stated, of)
    low, _, high = band.partition("..")
    wide = iv(band) if "/" not in band else iv("..".join(str(twelfth(e)) for e in (low, high)))
    assert found.value == (None if nominal is None else Fraction(nominal))
    assert (found.bounds, found.band) == (iv(bounds), wide)


def twelfth(text: str) -> Fraction:
    number, _, under = text.partition("/")
    return Fraction(number) / int(under)


@pytest.mark.parametrize(
    ("value", "as_stated", "of", "unit", "currency"),
    [
        ("1.1bn USD", "11億美元", MONEY, "USD", "USD"),
        ("386K CNY/person", "人均38.6万元", "money/people", "CNY/people", "CNY"),
        ("1.2m USD/year", "每年120万美元", "money/months", "USD/months", "USD"),
        ("3 years", "三年", "months", "months", ""),
        ("385 people", "385人", "people", "people", ""),
        ("20 count", "20", "count", "count", ""),
        ("20", "20", "count", "count", ""),
    ],
)
def test_a_measure_is_in_its_metrics_unit_with_the_money_that_was_printed(
    value, as_stated, of, unit, currency
):
    found = measured(value, as_stated, of)
    assert (found.unit, found.currency) == (unit, currency)


@pytest.mark.parametrize("sign", [">", ">=", "<", "<="])
def test_a_threshold_rounds_nothing(sign):
    found = measured(f"{sign}5m USD", f"{sign}5m USD", MONEY)
    assert found.bounds == found.band == found.loose


def test_zeros_that_may_be_rounding_have_a_loose_band_too():
    found = measured("5m USD", "500万美元", MONEY)
    assert found.band == iv("4995000..5005000")
    assert found.loose == iv("4500000..5500000")


@pytest.mark.parametrize(
    ("value", "as_stated", "of", "possible"),
    [
        ("101%", "101%", "share 0..1", "0..1"),
        (">100%", "超過100%", "share 0..1", "0..1"),
        # about 101 % may be 100 %, but what was printed is not possible
        ("~101%", "约101%", "share 0..1", "0..1"),
        ("-5m USD", "-500万美元", MONEY, ">=0"),
        ("<0 USD", "<0 USD", MONEY, ">=0"),
        ("0 count", "0个", "count ≥1", ">=1"),
        ("-150%", "-150%", "share ≥-1", ">=-1"),
    ],
)
def test_what_is_not_possible_does_not_get_in(value, as_stated, of, possible):
    args = {"value": value, "expected": iv(possible)}
    assert misfit(value, as_stated, of) == Misfit("out-of-bounds", "value", args)


@pytest.mark.parametrize(
    ("value", "as_stated", "of", "unit"),
    [
        ("1.1bn USD", "11億美元", "people", "USD"),
        ("385 people", "385人", "money", "people"),
        ("385 people", "385人", "users", "people"),
        ("1.1bn USD", "11億美元", "money/months", "USD"),
        ("34x", "34倍", "share", "multiple"),
        ("70%", "70%", "multiple", "share"),
        ("5 percentage points", "5个百分点", "share", "percentage_points"),
        ("20", "20", "money", "count"),
        ("20 count", "20个", "people", "count"),
    ],
)
def test_a_figure_in_another_unit_is_not_the_metrics(value, as_stated, of, unit):
    found = misfit(value, as_stated, of)
    assert (found.name, found.field) == ("unit-mismatch", "value")
    assert {key: str(each) for key, each in found.args.items()} == {
        "value": value, "unit": unit, "expected": of,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "as_stated", "unit", "bounds"),
    [
        ("34x", "34倍", "multiple", "34"),
        ("<1%", "不到1%", "share", "[0, 0.01)"),
        (">2x", "两倍多", "multiple", "(2, 3]"),
    ],
)
def test_a_figure_against_another_is_a_plain_ratio(value, as_stated, unit, bounds):
    found = measured(value, as_stated, "users 5..9", related=True)
    assert (found.unit, found.currency, found.bounds) == (unit, "", iv(bounds))


@pytest.mark.parametrize(
    ("value", "as_stated"),
    [
        ("34m users", "3400万用户"),
        ("20 count", "20个"),
        ("5 percentage points", "5个百分点"),
        ("1bn USD", "10亿美元"),
    ],
)
def test_what_is_no_ratio_is_not_against_another(value, as_stated):
    found = misfit(value, as_stated, "users", related=True)
    assert (found.name, found.args["expected"]) == ("unit-mismatch", "share, multiple")


def test_a_ratio_is_not_negative():
    assert misfit("-2x", "-2倍", "users", related=True).name == "out-of-bounds"


AMOUNTS = st.tuples(st.integers(1, 99_999), st.integers(0, 8)).map(
    lambda two: two[0] * 10 ** two[1]
)
SIGNS = st.sampled_from(["", "~", "almost ", ">", ">=", "<", "<="])
LANGUAGES = st.sampled_from(["en", "zh-Hans", "zh-Hant"])


@given(amount=AMOUNTS, sign=SIGNS, language=LANGUAGES, power=st.integers(1, 4))
def test_any_amount_agrees_with_itself_and_with_no_power_of_ten_of_it(
    amount, sign, language, power
):
    value, slip = (f"{sign}{each} USD" for each in (amount, amount * 10**power))
    read = figure.read(value)
    assert isinstance(read, figure.Figure)
    printed = figure.write(read, language)
    assert not isinstance(pair(value, printed, inferred=False), Misfit)
    found = pair(slip, printed, inferred=False)
    assert isinstance(found, Misfit)
    assert (found.name, found.args["factor"]) == ("double-entry", f"{10**power:,}")


@given(amount=st.integers(1, 200), sign=SIGNS, possible=st.sampled_from(["", " 0..1", " ≥-1"]))
def test_bounds_stay_inside_what_is_possible_and_inside_their_band(amount, sign, possible):
    of = f"share{possible}"
    found = measure(
        f"{sign}{amount}%", f"{sign}{amount}%", metric(of), inferred=False, related=False
    )
    if isinstance(found, Misfit):
        assert found.name == "out-of-bounds"
        return
    limits = metric(of).possible
    assert found.bounds.clipped(limits) == found.bounds
    assert found.bounds.clipped(found.band) == found.bounds
    assert found.value is None or limits.contains(found.value)


def test_a_printed_unit_that_the_value_lacks_is_a_slip():
    for value, as_stated in (("3", "3年"), ("5", "5美元"), ("7", "70%")):
        got = pair(value, as_stated, inferred=False)
        assert isinstance(got, Misfit)
        assert got.name == "double-entry"
