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


def test_an_id_that_no_longer_holds_leads_to_what_is_known_now(make_book):
    old = answered(make_book(f"lab: [{CASH}, {BURN}]"), "runway").id
    book = make_book(f"lab: [{CASH.replace('100m', '80m')}, {BURN}]")
    assert permalink.find(book, old, LENS).state == "gone"
    found = permalink.find(book, old, LENS, "lab", "runway")
    assert (found.state, found.told) == ("changed", None)
    assert found.now
    assert found.now["value"] == 8


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
