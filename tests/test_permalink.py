"""Ids that somebody kept: what they lead to later."""

import pytest

from metrics import derive, permalink, statement
from tests.folder import LENS, answered, lens

CASH = "{metric: cash_reserves, value: 100m USD, period: 2025-09-30}"
BURN = "{metric: cash_burn_rate, value: 10m USD/month, period: 9M2025}"


def test_the_id_of_the_number_that_counts_opens_its_trace(make_book):
    book = make_book(f"lab: [{CASH}, {BURN}]")
    for metric in ("cash_reserves", "runway"):
        wanted = answered(book, metric).id
        found = permalink.find(book, wanted, LENS)
        assert (found.state, found.told) == ("counts", found.now)
        assert found.told
        assert (found.told["metric"], found.told["id"]) == (metric, wanted)


def test_the_id_of_a_figure_passed_over_opens_it_and_says_which_one_counts(make_book):
    book = make_book(f"""
    lab: [{CASH}, {{metric: cash_reserves, value: 90m USD, period: 2025-06-30}}]
    """)
    (old,) = (row for row in book.rows(["lab"]) if str(row.period) == "2025-06-30")
    found = permalink.find(book, old.id, LENS)
    assert found.state == "beside"
    assert found.told
    assert found.now
    assert (found.told["value"], found.now["value"]) == (90_000_000, 100_000_000)


def test_the_id_of_another_definition_opens_it(make_book):
    book = make_book(f"lab: [{CASH}, {BURN}, {{metric: net_loss, value: 45m USD, period: 9M2025}}]")
    other = next(each for each in answered(book, "runway").others if each.bounds)
    found = permalink.find(book, other.id, LENS)
    assert found.state == "beside"
    assert found.told
    assert found.told["definition"] == other.definition


def test_what_was_published_later_is_not_told_but_what_was_known_is(make_book):
    book = make_book(f"""
    sources: {{later: {{kind: filing, published: 2026-03-01}}}}
    lab: [{CASH}, {{metric: cash_reserves, value: 5m USD, period: 2025-12-31, source: later}}]
    """)
    (late,) = (row for row in book.rows(["lab"]) if row.source == "later")
    found = permalink.find(book, late.id, LENS)
    assert (found.state, found.told, found.published) == ("unseen", None, "2026-03-01")
    assert found.now
    assert found.now["value"] == 100_000_000


LATER = "sources: {later: {kind: filing, published: 2026-01-20}}"
NEW = "{metric: cash_reserves, value: 80m USD, period: 2025-09-30, source: later}"


def test_an_id_that_newer_publications_replaced_says_which_and_what_it_was(make_book):
    book = make_book(f"""
    {LATER}
    lab: [{CASH}, {BURN}, {NEW}]
    """)
    old = answered(book, "runway", lens("2026-01-10")).id
    found = permalink.find(book, old, LENS)
    assert (found.state, found.until) == ("replaced", "2026-01-19")
    assert found.told
    assert found.now
    assert (found.told["value"], found.now["value"]) == (10, 8)
    assert [each["source_id"] for each in found.came] == ["later"]
    assert [each["as_stated"] for each in found.went] == ["100m USD"]
    first, *rest = permalink.says(found, old, "en")
    assert "It held until 2026-01-19: 10 months." in first
    assert [line.partition(":")[0] for line in rest] == [
        "counts now",
        "no longer counts",
        "What is known now",
    ]


def test_an_id_of_data_that_was_edited_leads_to_what_is_known_now(make_book):
    old = answered(make_book(f"lab: [{CASH}, {BURN}]"), "runway").id
    book = make_book(f"lab: [{CASH.replace('100m', '80m')}, {BURN}]")
    for names in ((), ("lab", "runway")):
        found = permalink.find(book, old, LENS, *names)
        assert (found.state, found.told) == ("changed", None)
        assert found.now
        assert found.now["value"] == 8
        (said,) = permalink.says(found, old, "en")
        assert said.startswith(f"{old} no longer holds: ")


def test_an_id_of_nobody_is_gone(make_book):
    book = make_book(f"lab: [{CASH}, {BURN}]")
    assert permalink.find(book, "0123456789abcdef", LENS) == permalink.Found("gone")
    assert permalink.find(book, "0123456789ab", LENS).state == "gone"
    found = permalink.find(book, "0123456789ab", LENS, "lab", "runway")
    assert found.state == "changed"


def test_an_id_says_whose_it_is_and_of_what_and_nothing_else_is_worked_out(make_book, monkeypatch):
    many = "\n".join(f"lab{number}: [{CASH}, {BURN}]" for number in range(30))
    book = make_book(f"lab: [{CASH}, {BURN}]\n{many}")
    wanted = answered(book, "runway").id
    asked = []
    case = derive.case

    def noted(*args):
        asked.append(args[1])
        return case(*args)

    monkeypatch.setattr(derive, "case", noted)
    assert permalink.find(book, wanted, LENS).state == "counts"
    assert set(asked) == {"lab"}


def test_an_id_stays_when_a_figure_grows_old(make_book):
    book = make_book(f"lab: [{CASH}, {BURN}]")
    fresh, old = answered(book, "runway"), answered(book, "runway", lens("2027-06-30"))
    assert (fresh.status, old.status) == ("ok", "stale")
    assert fresh.id == old.id


@pytest.mark.parametrize("periods", ["year", "trailing"])
def test_an_id_opens_whatever_class_of_periods_it_was_taken_from(shipped, periods):
    then = lens("2026-11-22", periods=periods)
    for metric in ("revenue_growth", "revenue_per_employee", "gross_margin"):
        wanted = answered(shipped, metric, then, "minimax").id
        assert permalink.find(shipped, wanted, lens("2026-11-22")).told


@pytest.mark.parametrize("company", ["minimax", "zhipu-ai"])
def test_every_number_of_the_shipped_data_is_found_by_its_id(shipped, company):
    at = lens("2026-11-22")
    of = derive.case(shipped, company, at)
    ids = {
        each.id
        for metric, entry in shipped.catalog.items()
        if entry.is_derived
        for each in statement.past(of, metric)[:1]
    }
    assert len(ids) > 3
    assert all(permalink.find(shipped, each, at).told for each in ids)
