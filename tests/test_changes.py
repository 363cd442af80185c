"""What changed between two days or two versions: figures, verdicts, derived values, and why."""

from collections.abc import Callable, Iterable

import pytest

from metrics import changes, derive
from metrics.changes import Change, State
from metrics.derive import Answer
from schemas.book import Book
from tests.folder import LENS, catalog, lens, read, write

Make = Callable[[str], Book]


def between(before: Book, after: Book | None = None, **days: str) -> list[Change]:
    """Tell what changed between two books as of one day, or of one book between two days."""
    if after is not None:
        return list(changes.changes(State(before, LENS), State(after, LENS)))
    first, last = (lens("2026-02-01", known=days[key]) for key in ("since", "until"))
    return list(changes.changes(State(before, first), State(before, last)))


def words(found: Iterable[Change]) -> list[tuple[str, str, str]]:
    """Company, what became of a figure, and the figure."""
    return [
        (each.company, figure.word, figure.row.value_text)
        for each in found
        for figure in each.figures
    ]


def moved(found: Iterable[Change]) -> dict[str, tuple[str, str, list[str]]]:
    """Derived metrics that moved: status or value before and after, and what did it."""
    return {
        each.after.metric: (
            shown(each.before),
            shown(each.after),
            [row.value_text for row in each.because],
        )
        for change in found
        for each in change.moved
    }


def shown(answer: Answer) -> str:
    return str(answer.value or answer.bounds or answer.status)


def turned(found: Iterable[Change]) -> list[tuple[str, str, list[str]]]:
    return [
        (each.before.word, each.after.word, [row.value_text for row in each.because])
        for change in found
        for each in change.turned
    ]


# -- two days -----------------------------------------------------------------------------------


def test_what_was_published_in_between_is_new_and_nothing_else_is(book):
    """
    sources:
      old: {published: 2025-10-01}
      new: {published: 2025-11-01}
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-06-30, source: old}
    - {metric: cash_reserves, value: 90m USD, period: 2025-09-30, source: new}
    quiet:
    - {metric: cash_reserves, value: 5m USD, period: 2025-06-30, source: old}
    """
    assert words(between(book, since="2025-10-01", until="2025-11-01")) == [
        ("lab", "added", "90m USD")
    ]
    assert between(book, since="2025-11-01", until="2025-12-01") == []


def test_turned_round_what_came_is_withdrawn(book):
    """
    sources: {new: {published: 2025-11-01}}
    lab: [{metric: cash_reserves, value: 90m USD, period: 2025-09-30, source: new}]
    """
    assert words(between(book, since="2025-12-01", until="2025-10-01")) == [
        ("lab", "withdrawn", "90m USD")
    ]


def test_a_derived_value_moves_because_of_the_observations_under_it(book):
    """
    sources:
      old: {published: 2025-10-01}
      new: {published: 2025-11-01}
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: old}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: old}
    - {metric: operating_cash_outflow, value: 40m USD, period: H1-2025, kind: forecast, source: new}
    - {metric: cash_reserves, value: 90m USD, period: 2025-09-30, source: new}
    - {metric: operating_cash_outflow, value: 90m USD, period: 9M2025, source: new}
    - {metric: employee_count, value: 10 people, period: 2025-09-30, source: new}
    """
    found = moved(between(book, since="2025-10-01", until="2025-12-31"))
    assert found["runway"] == ("12", "9", ["90m USD", "90m USD"])
    assert found["monthly_burn"] == ("10000000", "10000000", ["90m USD"])
    assert "revenue_per_employee" not in found


def test_a_round_that_stops_a_formula_is_named_although_no_number_rests_on_it(book):
    """
    sources:
      old: {published: 2025-10-01}
      new: {published: 2025-11-01}
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-09-30, source: old}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: old}
    - {metric: net_proceeds, value: 50m USD, period: 2025-08-15, source: new}
    - {metric: employee_count, value: 10 people, period: 2025-09-30, source: new}
    """
    assert derive.answer(derive.case(book, "lab", LENS), "runway").status == "refused"
    found = moved(between(book, since="2025-10-01", until="2025-12-31"))
    assert found["runway"] == ("12", "refused", ["50m USD"])


def test_what_lies_under_a_refused_value_is_no_reason_for_the_refusal(make_book):
    """A newer market value came as well, without which the value would be refused all the same."""
    book = make_book("""
    sources:
      old: {published: 2025-07-20}
      new: {published: 2025-11-01}
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-06-30, source: old}
    - {metric: borrowings, value: 10m USD, period: 2025-06-30, source: old}
    - {metric: market_cap, value: 900m USD, period: 2025-07-15, source: old}
    - {metric: market_cap, value: 950m USD, period: 2025-08-15, source: new}
    - {metric: net_proceeds, value: 50m USD, period: 2025-07-10, source: new}
    """)
    found = moved(between(book, since="2025-08-01", until="2025-12-01"))
    assert found["enterprise_value"] == ("810000000", "refused", ["50m USD"])


def test_a_verdict_that_turns_names_the_observation_that_did_it(book):
    """
    sources:
      old: {published: 2025-10-01}
      new: {published: 2025-11-01}
    lab:
    - {metric: runway, value: 12 months, period: 2025-06-30, source: old}
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: old}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: new}
    - {metric: employee_count, value: 10 people, period: 2025-06-30, source: new}
    """
    assert turned(between(book, since="2025-10-01", until="2025-12-31")) == [
        ("not_checkable", "reproduced", ["60m USD"])
    ]


def test_a_rival_that_casts_doubt_is_named_although_the_verdict_does_not_use_it(book):
    """
    sources:
      old: {published: 2025-10-01}
      new: {published: 2025-11-01}
    lab:
    - {metric: runway, value: 12 months, period: 2025-06-30, source: old}
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: old}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: old}
    - {metric: operating_cash_outflow, value: 600m USD, period: H1-2025, source: new}
    - {metric: capex, value: 1m USD, period: FY2023, source: new}
    """
    assert turned(between(book, since="2025-10-01", until="2025-12-31")) == [
        ("reproduced", "unit_check", ["600m USD"])
    ]


def test_a_claim_that_is_new_has_no_verdict_to_turn(book):
    """
    sources: {new: {published: 2025-11-01}}
    lab:
    - {metric: runway, value: 12 months, period: 2025-06-30, source: new}
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: new}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: new}
    """
    assert turned(between(book, since="2025-10-01", until="2025-12-31")) == []


# -- two versions -------------------------------------------------------------------------------

LAB = "lab: [{metric: cash_reserves, value: 120m USD, period: 2025-06-30, place: p. 3}]"


def test_a_value_put_right_in_its_place_is_revised(make_book):
    found = between(make_book(LAB), make_book(LAB.replace("120m", "102m")))
    (figure,) = found[0].figures
    assert (figure.word, figure.row.value_text) == ("revised", "102m USD")
    assert figure.before is not None
    assert figure.before.value_text == "120m USD"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("120m USD", "0.12bn USD"),  # the same amount in other words
        ("p. 3", "p. 4"),  # a place put right
        ("place: p. 3", "place: p. 3, note: seen twice"),
    ],
    ids=["words", "place", "note"],
)
def test_what_states_the_same_is_no_change(make_book, old, new):
    before = LAB.replace("place: p. 3", "place: p. 3, as_stated: 120m USD")
    assert between(make_book(before), make_book(before.replace(old, new, 1))) == []


def test_a_figure_taken_out_is_withdrawn_and_one_set_aside_too(make_book):
    two = LAB.replace("]", ", {metric: net_debt, value: 3m USD, period: 2025-06-30}]")
    two = two.replace("net_debt", "employee_count").replace("3m USD", "3 people")
    aside = two.replace("3 people", "3 people, rank: deprecated, because: a slip")
    for after in (LAB, aside):
        assert words(between(make_book(two), make_book(after))) == [
            ("lab", "withdrawn", "3 people")
        ]


def test_two_figures_of_one_place_are_told_apart_by_their_amounts(make_book):
    two = """
        lab:
        - {metric: dau, value: 3m users, period: 2025-06-30, place: p. 3}
        - {metric: dau, value: 5m users, period: 2025-06-30, place: p. 3}
        """
    after = two.replace("3m", "4m")
    assert words(between(make_book(two), make_book(after))) == [("lab", "revised", "4m users")]


def test_a_company_or_a_document_under_another_id_is_no_change(tmp_path):
    text = """
        sources: {paper: {published: 2025-10-01, title: One}}
        lab:
          name: {en: The Lab}
          observations:
          - {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: paper}
          - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: paper}
        """
    before = read(write(tmp_path / "before", text))
    after = write(tmp_path / "after", text)
    (after / "sources" / "paper.yaml").rename(after / "sources" / "news.yaml")
    path = after / "companies" / "lab.yaml"
    renamed = path.read_text("utf-8").replace('"paper"', '"news"')
    path.unlink()
    (after / "companies" / "the-lab.yaml").write_text(renamed, "utf-8")
    assert read(after).problems == ()
    assert between(before, read(after)) == []
    (after / "companies" / "the-lab.yaml").write_text(renamed.replace("120m", "60m"), "utf-8")
    found = between(before, read(after))
    assert words(found) == [("the-lab", "revised", "60m USD")]
    assert moved(found)["runway"] == ("12", "6", ["60m USD"])
    told = changes.told(State(before, LENS), State(read(after), LENS), found[0])
    assert told["figures"][0]["before"]["source_id"] == "paper"
    assert told["figures"][0]["after"]["source_id"] == "news"


def test_a_company_taken_out_is_told_by_its_last_name(make_book):
    before, after = make_book(f"{LAB}\nrest: []"), make_book("rest: []")
    (found,) = between(before, after)
    told = changes.told(State(before, LENS), State(after, LENS), found)
    assert (told["company_id"], told["company"]) == ("lab", "Lab")
    assert [each["change"] for each in told["figures"]] == ["withdrawn"]
    assert told["figures"][0]["after"] is None


def test_what_a_withdrawn_figure_carried_falls_with_it(make_book):
    flow = "{metric: operating_cash_outflow, value: 60m USD, period: H1-2025}"
    before = make_book(LAB.replace("]", f", {flow}]"))
    found = between(before, make_book(LAB))
    assert moved(found)["runway"] == ("12", "missing", ["60m USD"])


def test_a_document_dated_anew_moves_values_without_a_new_figure(make_book):
    text = """
        sources: {press: {published: 2025-10-01}, early: {published: %s}}
        lab:
        - {metric: employee_count, value: 10 people, period: 2025-06-30, source: press}
        - {metric: employee_count, value: 20 people, period: 2025-06-30, source: early}
        - {metric: cash_reserves, value: 100m USD, period: 2025-06-30}
        """
    found = between(make_book(text % "2025-09-01"), make_book(text % "2025-11-01"))
    assert words(found) == []
    assert moved(found)["cash_per_employee"][2] == ["20 people"]


def test_a_stated_exchange_rate_moves_what_rests_on_it_and_no_figure_is_blamed(tmp_path):
    text = """
        lab:
        - {metric: market_cap, value: 100m XAF, period: 2025-06-30}
        - {metric: revenue, value: 10m USD, period: FY2024}
        """
    before, after = (write(tmp_path / name, text) for name in ("before", "after"))
    (after / "rates.yaml").write_text(
        "- {base: USD, quote: XAF, rate: '100', as_stated: '100', period: 2025-06-30, "
        "kind: closing, source: filing, place: p. 1}\n"
        "- {base: USD, quote: XAF, rate: '100', as_stated: '100', period: FY2024, "
        "kind: mean, source: filing, place: p. 1}\n",
        "utf-8",
    )
    assert read(after).problems == ()
    found = between(read(before), read(after))
    assert words(found) == []
    assert moved(found)["valuation_to_revenue"] == ("missing", "1/10", [])


def test_no_difference_is_found_where_there_is_none(shipped):
    assert changes.differing(State(shipped, LENS), State(read(shipped.folder), LENS)) == []


# -- whom it is about ---------------------------------------------------------------------------


def test_a_peer_set_stands_for_its_members_and_the_groups_that_hold_them(book):
    """
    sets: {pair: {name: {en: Pair}, companies: [lab]}}
    lab: []
    rest: []
    both:
      members: [lab, rest]
      observations:
      - {metric: cash_reserves, value: 200m USD, period: 2025-06-30}
    """
    assert changes.members(book, "pair") == ["lab", "both"]
    before, after = (State(book, lens(known=day)) for day in ("2025-01-01", "2026-01-01"))
    assert [each.company for each in changes.changes(before, after, ["both"])] == ["both"]
    assert list(changes.changes(before, after, ["rest"])) == []
    (found,) = changes.changes(before, after)
    assert found.moved == ()


def test_changes_come_in_one_order_whatever_is_asked_first(shipped):
    before, after = (State(shipped, lens("2026-02-01", known=day))
                     for day in ("2025-12-20", "2026-01-20"))  # fmt: skip
    once = list(changes.changes(before, after, ["zhipu-ai", "minimax"]))
    assert [each.company for each in once] == ["minimax", "zhipu-ai"]
    assert once == [changes.change(before, after, name) for name in ("minimax", "zhipu-ai")]
    counted = changes.counts(once)
    assert counted["added"] == sum(len(each.figures) for each in once)
    assert counted["moved"] > 0


def test_what_reaches_a_metric_goes_through_the_formulas_under_it():
    assert changes.reach(catalog(), "runway") >= {
        "runway", "cash_reserves", "operating_cash_outflow", "net_proceeds",
    }  # fmt: skip
    assert "employee_count" not in changes.reach(catalog(), "runway")
