"""What if: suppositions hold in a book of their own, mark what they reach, and change no data."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import metrics
from metrics import claim, compare, derive, export, permalink, suppose, trace
from metrics.derive import Answer
from metrics.lens import Lens
from metrics.suppose import Refusal, Supposition
from schemas import words
from schemas.book import COLUMNS, Book
from tests.folder import LENS, answered, day, iv, lens, read, write

TWO = """
lab:
- {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
- {metric: cash_reserves, value: 90m USD, as_stated: 90m USD, source: press, period: 2025-09-30}
- {metric: operating_cash_outflow, value: 90m USD, period: 9M2025}
- {metric: revenue, value: ~53m USD, period: 9M2025}
- {metric: employee_count, value: 400 people, period: 2025-09-30}
- {metric: overseas_share, value: ">70%", period: 9M2025}
- {metric: runway, value: 10 months, period: 2025-09-30}
other:
- {metric: cash_reserves, value: ">10bn CNY", period: 2025-12-31}
- {metric: cash_burn_rate, value: 20m..30m CNY/month, period: H2-2025}
"""
NAMES = ("lab", "other")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two companies, read once."""
    book = read(write(tmp_path_factory.mktemp("two") / "data", TWO))
    assert book.problems == ()
    return book


def asked(book: Book, *texts: str) -> list[Supposition]:
    found = [suppose.read(book, each) for each in texts]
    assert not [each for each in found if isinstance(each, Refusal)]
    return [each for each in found if isinstance(each, Supposition)]


def supposing(book: Book, *texts: str, at: Lens = LENS, names: tuple[str, ...] = NAMES) -> Book:
    """A book in which all of this is supposed."""
    found, refused = suppose.suppose(book, at, names, asked(book, *texts))
    assert refused == []
    return found


def refused(book: Book, *texts: str, at: Lens = LENS) -> list[str]:
    """The names of what cannot be supposed, each of which can be said in every language."""
    found, why = suppose.suppose(book, at, NAMES, asked(book, *texts))
    assert (found is book) == (len(why) == len(texts))
    for language in words.LANGUAGES:
        for each in why:
            said = suppose.refusal(book, each, language)
            assert "supposed." not in said
            assert "{" not in said
    return [each.name if not each.misfit else each.misfit.name for each in why]


def cells(book: Book, at: Lens = LENS) -> dict[tuple[str, str], Answer]:
    every = compare.compare(book, NAMES, at, list(book.catalog))
    return {
        (cell.answer.company, line.metric): cell.answer for line in every for cell in line.cells
    }


def told(answer: Answer) -> tuple[object, ...]:
    return answer.status, answer.unit, answer.bounds, answer.value, answer.period, answer.definition


# -- what follows -------------------------------------------------------------------------------


def test_proceeds_lengthen_the_runway_by_themselves_over_the_burn(two):
    more = supposing(two, "lab~cash_reserves~+50m USD")
    assert answered(two, "runway").value == 10
    assert answered(more, "runway").value == 15
    assert answered(more, "cash_reserves").value == 150_000_000
    assert answered(more, "runway").is_hypothetical


OLDER = """
lab:
- {{metric: cash_reserves, value: 100m USD, period: 2025-06-30}}
- {{metric: cash_reserves, value: 60m USD, period: 2025-09-30}}
- {{metric: operating_cash_outflow, value: 60m USD, period: H1-2025}}
{}
"""


def test_what_is_supposed_of_now_goes_before_the_balance_of_an_older_day(make_book):
    book = make_book(OLDER.format(""))
    assert answered(book, "runway").value == 10
    found = supposing(book, "lab~cash_reserves~80m USD", names=("lab",))
    assert answered(found, "runway").value == 8
    assert answered(found, "runway").is_hypothetical
    # What was true of the past stays so.
    (past,) = derive.history(derive.case(found, "lab", LENS), "runway")
    assert past.value == 10
    assert not past.is_hypothetical


def test_what_a_round_came_before_does_not_stand_for_an_earlier_day(make_book):
    """The round would count twice, or burn that it paid for not at all."""
    rounds = "- {metric: net_proceeds, value: 30m USD, period: 2025-08-15}"
    book = make_book(OLDER.format(rounds))
    found = supposing(book, "lab~cash_reserves~80m USD", names=("lab",))
    for metric in ("runway", "pro_forma_runway"):
        assert answered(found, metric).value == answered(book, metric).value


@given(st.integers(0, 10**9), st.integers(1, 10**9))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(0, 1)
def test_whatever_is_added_to_cash_moves_the_runway_by_it_over_the_burn(two, cash, burn):
    found = supposing(
        two, f"lab~cash_reserves~+{cash} USD", f"lab~operating_cash_outflow~{burn} USD"
    )
    assert answered(found, "runway").value == Fraction((100_000_000 + cash) * 9, burn)


@pytest.mark.parametrize(
    "text",
    [
        "lab~cash_reserves~x1", "lab~cash_reserves~100m USD", "lab~cash_reserves~+0 USD",
        "lab~revenue~~53m USD", "lab~overseas_share~>70%", "lab~employee_count~400",
        "other~cash_reserves~>10bn CNY", "other~cash_burn_rate~20m..30m CNY/month",
        "other~cash_burn_rate~x1.0", "lab~operating_cash_outflow~-0 USD",
    ],
)  # fmt: skip
@pytest.mark.parametrize("currency", ["", "CNY"])
def test_to_suppose_what_is_shown_changes_no_number_and_marks_what_rests_on_it(two, text, currency):
    at = replace(LENS, currency=currency)
    found = supposing(two, text, at=at)
    before, after = cells(two, at), cells(found, at)
    assert {name: told(each) for name, each in after.items()} == {
        name: told(each) for name, each in before.items()
    }
    assert any(each.is_hypothetical for each in after.values())
    assert not any(each.is_hypothetical for each in before.values())


def test_what_does_not_rest_on_it_stays_as_it_was_to_the_last_id(two):
    found = supposing(two, "lab~cash_reserves~+50m USD")
    before, after = cells(two), cells(found)
    same = {name for name, each in after.items() if each == before[name]}
    moved = {name for name, each in after.items() if each.is_hypothetical}
    assert moved == {
        ("lab", name) for name in ("cash_reserves", "runway", "cash_per_employee")
    }  # fmt: skip
    assert {("lab", "revenue"), ("lab", "monthly_burn"), ("other", "runway")} <= same
    assert not {each for each in same if after[each].is_hypothetical}


def test_a_bound_survives_what_is_added_and_taken_away(two):
    for text, bounds in (
        ("+1bn CNY", ">11bn"), ("-1bn CNY", ">9bn"), ("x1.5", ">15bn"), ("+1bn..2bn CNY", ">11bn"),
    ):  # fmt: skip
        found = answered(supposing(two, f"other~cash_reserves~{text}"), "cash_reserves",
                         company="other")  # fmt: skip
        assert (found.bounds, found.value) == (iv(bounds), None)
    shown = answered(supposing(two, "lab~revenue~+1m USD"), "revenue")
    assert (shown.bounds, shown.value) == (iv("53m..55m"), Fraction(54_000_000))
    assert trace.text(shown, "en") == "≈$54M"
    ranged = answered(supposing(two, "lab~cash_reserves~+10m..20m USD"), "cash_reserves")
    assert (ranged.bounds, ranged.value) == (iv("110m..120m"), None)
    below = answered(supposing(two, "lab~cash_reserves~-~10m USD"), "cash_reserves")
    assert trace.text(below, "en") == "≈$90M"
    under = answered(supposing(two, "lab~cash_reserves~-<10m USD"), "cash_reserves")
    assert under.bounds == iv("(90m, 100m]")
    texts = ("other~cash_burn_rate~<20m CNY/month", "other~cash_burn_rate~+1m CNY/month")
    most = answered(supposing(two, *texts), "cash_burn_rate", company="other")
    assert trace.text(most, "en") == "<CN¥21M/month"
    least = answered(supposing(two, "lab~cash_reserves~+>10m USD"), "cash_reserves")
    assert (trace.text(least, "en"), least.bounds) == (">$110M", iv(">110m"))


def test_suppositions_take_effect_one_after_the_other(two):
    texts = ("lab~cash_reserves~x2", "lab~cash_reserves~+50m USD", "lab~cash_reserves~-10m USD")
    found = supposing(two, *texts)
    assert answered(found, "cash_reserves").value == 240_000_000
    (one,) = found.supposed
    assert one.asked == texts
    assert one.real
    assert one.real.measure.value == 100_000_000
    assert suppose.every(found) == texts


def test_a_figure_may_be_supposed_in_any_script_and_as_printed(two):
    for text in ("4亿元", "四億人民幣", "CN¥400m"):
        found = answered(supposing(two, f"lab~cash_reserves~{text}"), "cash_reserves")
        assert (found.value, found.unit) == (Fraction(400_000_000), "CNY")
    # Its runway is in one currency all the same, with the rate as a receipt.
    found = answered(supposing(two, "lab~cash_reserves~4亿元"), "runway")
    assert found.is_hypothetical
    assert found.receipts


def test_a_plus_sign_that_an_address_took_for_a_blank_is_a_plus_sign(two):
    one, other = asked(two, "lab~cash_reserves~ 50m USD", "lab~cash_reserves~+50m USD")
    assert (one.operation, one.text) == (other.operation, other.text) == ("add", "50m USD")


def test_what_nobody_states_can_be_supposed_for_a_period(two):
    """Where there is none, a balance is of the day looked at, and a flow needs its period."""
    assert refused(two, "other~operating_cash_outflow~60m CNY") == ["when"]
    found = supposing(two, "other~operating_cash_outflow~60m CNY~H2-2025")
    assert answered(found, "operating_cash_outflow", company="other").value == 60_000_000
    assert supposing(two, "other~revenue~1bn CNY~FY2025").supposed[0].real is None
    staff = answered(supposing(two, "other~employee_count~50"), "employee_count", company="other")
    assert (staff.value, str(staff.period)) == (Fraction(50), "2026-02-01")


def test_an_earlier_figure_takes_its_own_place_and_puts_nothing_later_aside(two):
    found = supposing(two, "lab~cash_reserves~70m USD~2025-08-31")
    assert told(answered(found, "cash_reserves")) == told(answered(two, "cash_reserves"))
    later = supposing(two, "lab~cash_reserves~70m USD~2025-10-31")
    assert answered(later, "cash_reserves").value == 70_000_000
    same = supposing(two, "lab~cash_reserves~+1m USD~2025-09-30")
    assert answered(same, "cash_reserves").value == 101_000_000


def test_a_round_that_is_supposed_counts_as_one_and_what_it_stops_is_marked(book):
    """
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 90m USD, period: 9M2025}
    - {metric: net_proceeds, value: 5m USD, period: 2024-01-31}
    other:
    - {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
    """
    after = supposing(book, "lab~net_proceeds~40m USD~2025-12-31")
    assert answered(after, "pro_forma_cash").value == 140_000_000
    assert answered(after, "pro_forma_cash").is_hypothetical
    between = supposing(book, "lab~net_proceeds~40m USD~2025-08-31")
    stopped = next(each for each in derive.defined(derive.case(between, "lab", LENS), "runway")
                   if each.definition == "operating_outflow")  # fmt: skip
    assert (stopped.status, stopped.is_hypothetical) == ("refused", True)
    line = compare.compare(between, NAMES, LENS, ["cash_reserves"])[0]
    assert line.reason
    assert line.reason.name == "differ_supposed"
    twice = supposing(book, "lab~net_proceeds~40m USD~2025-10-01/2025-11-30",
                      "lab~net_proceeds~4m USD~2025-11-01/2025-12-31")  # fmt: skip
    overlap = derive.by(derive.case(twice, "lab", LENS), "pro_forma_cash", "after_rounds")
    assert (overlap.status, overlap.is_hypothetical) == ("refused", True)


def test_the_figure_that_is_shown_is_the_one_of_the_readers_period(two):
    at = lens("2026-02-01", periods="shared")
    assert (
        answered(supposing(two, "lab~cash_reserves~x2", at=at), "cash_reserves").value == 2 * 10**8
    )
    year = lens("2026-02-01", periods="trailing")
    assert supposing(two, "lab~revenue~x2", at=year).supposed[0].row.measure.value == 106_000_000


# -- what cannot be supposed --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lab~runway~3 months", "derived"),
        ("lab~revenue_ttm~3bn USD", "derived"),
        ("other~revenue~+3bn USD", "when"),
        ("other~employee_count~x2", "nothing"),
        ("other~net_proceeds~3bn USD~2027-01-01", "late"),
        ("lab~cash_reserves~+5m CNY", "currency"),
        ("lab~cash_reserves~35%", "unit-mismatch"),
        ("lab~cash_reserves~40", "unit-mismatch"),
        ("lab~cash_reserves~x0", "not-a-figure"),
        ("lab~cash_reserves~lots", "not-a-figure"),
        ("lab~cash_reserves~5m USD or 6m EUR", "several-figures"),
        ("lab~cash_reserves~-5bn USD", "out-of-bounds"),
        ("lab~overseas_share~130%", "out-of-bounds"),
        ("lab~overseas_share~x2", "out-of-bounds"),
        ("other~cash_reserves~5m USD~9M2025", "period-type"),
        ("lab~cash_reserves~+-5m USD", "out-of-bounds"),
    ],
)
def test_what_cannot_be_supposed_says_why(two, text, name):
    assert refused(two, text) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "company"), ("nobody~cash_reserves~1 USD", "company"), ("lab", "metric"),
        ("lab~luck~1 USD", "metric"), ("lab~cash_reserves", "empty"),
        ("lab~cash_reserves~  ", "empty"), (f"lab~cash_reserves~{'9' * 101}", "empty"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_told_in_every_language(two, text, name):
    found = suppose.read(two, text)
    assert isinstance(found, Refusal)
    assert found.name == name
    for language in words.LANGUAGES:
        assert "supposed." not in suppose.refusal(two, found, language)


def test_a_group_has_no_figures_of_its_own_to_suppose(shipped):
    found = suppose.read(shipped, "minimax+moonshot-ai~cash_reserves~1bn USD")
    assert isinstance(found, Refusal)


def test_only_so_many_hold_at_once_and_only_of_companies_that_are_shown(two):
    texts = ["lab~cash_reserves~+1m USD"] * (suppose.LIMIT + 2)
    found, why = suppose.suppose(two, LENS, NAMES, asked(two, *texts))
    assert [each.name for each in why] == ["many"]
    assert answered(found, "cash_reserves").value == 105_000_000
    same, why = suppose.suppose(two, LENS, ["other"], asked(two, texts[0]))
    assert same is two
    assert [each.name for each in why] == ["absent"]
    assert "Lab" in suppose.refusal(two, why[0], "en")


@given(st.text(max_size=60))
@example("+" * 60)
@example("x1~" * 9)
@example("~53m USD~2025-13-41")
@example("<script>alert(1)</script>")
@example("=1+1 USD")
@settings(max_examples=40, deadline=None)
def test_whatever_an_address_says_is_supposed_or_refused_and_nothing_else(two, text):
    found = suppose.read(two, f"lab~cash_reserves~{text}")
    if isinstance(found, Supposition):
        book, why = suppose.suppose(two, LENS, NAMES, [found])
        assert bool(why) == (book is two)
        assert book is two or answered(book, "cash_reserves").is_hypothetical
        assert found.asked in suppose.told(two, found, "en") or found.text in suppose.told(
            two, found, "en"
        )


# -- nothing of it is data ----------------------------------------------------------------------


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        found.update(path.read_bytes())
    return found.hexdigest()


def test_the_data_folder_and_the_book_are_left_as_they_were(shipped):
    before, frame = digest(metrics.DATA), shipped.observations.copy()
    names = ("minimax", "zhipu-ai")
    found = supposing(shipped, "minimax~cash_reserves~+300m USD", names=names)
    cells_, version = export.observations(found, LENS, ["minimax"]), shipped.version
    assert any(each["hypothetical"] for each in cells_)
    assert digest(metrics.DATA) == before
    assert shipped.observations.equals(frame)
    assert (shipped.version, shipped.supposed, shipped.real) == (version, (), shipped)
    assert found.version.startswith(version)
    assert found.version != version
    assert found.real is shipped


def test_what_documents_state_stays_in_the_book_beside_what_is_supposed(two):
    found = supposing(two, "lab~cash_reserves~+50m USD")
    (one,) = found.supposed
    rows = found.rows(["lab"])
    assert [row for row in rows if not row.is_hypothetical] == two.rows(["lab"])
    assert [row.id for row in rows if row.is_hypothetical] == [one.row.id]
    assert one.row.id.startswith("if")
    assert list(found.observations.columns) == list(COLUMNS)
    assert found.observations.dtypes.astype(str).to_dict() == (
        two.observations.dtypes.astype(str).to_dict()
    )
    # Read out of the table it is the same, with its exact amount.
    assert [row for row in found.exact(found.observations) if row.is_hypothetical] == [one.row]
    # It has no rivals: no source says anything of it.
    assert (choice := answered(found, "cash_reserves").choice)
    assert choice.rivals == ()


def test_claims_are_worked_out_from_what_documents_state(two):
    found = supposing(two, "lab~cash_reserves~+50m USD")
    before = list(claim.claims(two, NAMES, LENS))
    after = list(claim.claims(found, NAMES, LENS))
    assert before
    assert [(each.row, each.word, each.attempt) for each in after] == [
        (each.row, each.word, each.attempt) for each in before
    ]


def test_the_id_of_a_hypothetical_number_is_another_one(two):
    found = supposing(two, "lab~cash_reserves~x1")
    for metric in ("cash_reserves", "runway"):
        assert answered(found, metric).id != answered(two, metric).id
    assert permalink.find(two, answered(found, "runway").id, LENS).state not in permalink.HOLDS


def test_turned_back_to_before_it_was_published_there_is_nothing_to_change(two):
    early = Lens(day("2026-02-01"), day("2025-01-01"))
    assert refused(two, "lab~cash_reserves~+5m USD", at=early) == ["nothing"]


# -- told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_trace_says_what_is_supposed_and_what_the_number_is_without(two, language):
    found = supposing(two, "lab~cash_reserves~+50m USD")
    at = replace(LENS, language=language)
    runway = trace.trace(found, "lab", "runway", at)
    assert runway["hypothetical"]
    assert runway["supposed"].endswith("+ 50m USD")
    assert (runway["value"], runway["without"]["value"]) == (15, 10)
    assert "+5" in runway["without"]["difference"]
    assert runway["without"]["share"] == "+50%"
    marked = {each["metric"]: each["hypothetical"] for each in runway["inputs"]}
    assert marked == {"cash_reserves": True, "operating_cash_outflow": False}
    cash = trace.trace(found, "lab", "cash_reserves", at)
    assert cash["without"]["observation"]["as_stated"] == "100m USD"
    assert cash["observation"]["publisher"] == words.say(language, "supposed.source")
    assert cash["sensitivity"] == []
    assert trace.trace(found, "lab", "revenue", at)["without"] is None
    assert trace.trace(two, "lab", "cash_reserves", at)["without"] is None


def test_where_nothing_was_there_without_it_the_trace_says_so(two):
    found = supposing(two, "other~employee_count~50")
    without = trace.trace(found, "other", "employee_count", LENS)["without"]
    assert (without["value"], without["status_text"], without["difference"]) == (
        None,
        "Missing",
        "",
    )
    same = trace.trace(supposing(two, "lab~employee_count~400"), "lab", "employee_count", LENS)
    assert (same["without"]["difference"], same["without"]["share"]) == ("no difference", "")
    less = trace.trace(supposing(two, "lab~employee_count~300"), "lab", "employee_count", LENS)
    assert less["without"]["difference"] == "−100"


def test_a_figure_of_an_earlier_period_is_set_beside_its_own(book):
    """
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2024-12-31}
    - {metric: cash_reserves, value: 90m USD, period: 2025-12-31}
    - {metric: operating_cash_outflow, value: 60m USD, period: FY2024}
    - {metric: operating_cash_outflow, value: 30m USD, period: FY2025}
    """
    found = supposing(book, "lab~cash_reserves~x2~2024-12-31", names=("lab",))
    past = derive.history(derive.case(found, "lab", LENS), "runway")
    assert [each.is_hypothetical for each in past] == [True, False]
    told_ = trace.figure(found, "lab", "runway", past[0].id, LENS)
    assert told_
    assert (told_["value"], told_["without"]["value"]) == (40, 20)


def test_thirds_are_written_to_the_last_digit_that_tells(book):
    """
    lab: [{metric: overseas_share, value: 三分之二, period: 9M2025}]
    """
    found = supposing(book, "lab~overseas_share~x1.1", names=("lab",))
    assert answered(found, "overseas_share").value == Fraction(2, 3) * Fraction("1.1")
    assert trace.text(answered(found, "overseas_share"), "en").startswith("73.3")


def test_the_inputs_that_metrics_rest_on_are_what_can_be_supposed(two):
    names = suppose.inputs(two.catalog, ["runway", "revenue_per_employee"])
    assert {"cash_reserves", "cash_burn_rate", "revenue", "employee_count"} <= set(names)
    assert not [name for name in names if two.catalog[name].is_derived]
    assert names == [name for name in two.catalog if name in names]


def test_a_note_says_all_that_is_supposed_and_a_book_as_it_is_has_none(two):
    found = supposing(two, "lab~cash_reserves~+50m USD", "other~employee_count~50~2025-12-31")
    for language in words.LANGUAGES:
        said = suppose.note(found, language)
        assert "50m USD" in said
        period = found.supposed[1].row.period
        assert words.period(language, period) in said
        assert suppose.note(two, language) == ""
