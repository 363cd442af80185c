"""Changes without a browser, and the marks of what is new on Compare."""

from datetime import date, timedelta

import pytest

import metrics
from metrics import changes
from metrics.lens import Lens
from schemas import words
from tests.folder import day, write
from tests.test_views import drawn
from tests.test_views import opened as compared
from tests.test_views_claims import opened
from views import _changes, _state
from views._view import View

DAYS = {"at": "2026-03-31", "known": "2026-03-31", "since": "2026-01-31"}


@pytest.fixture(scope="module")
def book():
    return metrics.book()


def say(key, **args):
    return words.say("en", f"ui.{key}", **args)


LAB = """
sources:
  old: {published: 2025-10-01}
  new: {published: 2025-12-01, publisher: Gazette}
sets:
  labs: {name: {en: Labs}, companies: [lab]}
lab:
- {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: old}
- {metric: runway, value: 12 months, period: 2025-06-30, source: old}
- {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: new}
- {metric: operating_cash_outflow, value: 61m USD, period: H1-2025, source: new, rank: deprecated,
   because: a slip}
rest:
- {metric: cash_reserves, value: 7m USD, period: 2025-09-30, source: new}
"""


@pytest.fixture
def lab(monkeypatch, tmp_path):
    """A company whose claim a later document bears out, and one outside of the peer set."""
    monkeypatch.setenv("FOOTNOTE_DATA", str(write(tmp_path / "data", LAB)))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_says_the_same_in_each_language(language):
    said = drawn(opened("changes", lang=language, set="listed-ai-labs", **DAYS))
    assert words.say(language, "ui.changes.title") in said
    assert words.label(language, "revenue_per_employee") in said
    assert "7903.8 萬美元" in said
    keys = ("ui.", "status.", "changes.", "verdict.", "definition.", "kind.")
    assert not [text for text in said if text.startswith(keys)]


@pytest.mark.usefixtures("lab")
def test_what_came_is_told_with_what_it_did():
    page = opened("changes", at="2026-01-01", known="2026-01-01", since="2025-11-01")
    said = drawn(page, "changes")
    at = said.index(say("changes.claimed", label="Runway"))
    ends = [words.say("en", f"verdict.{word}") for word in ("not_checkable", "reproduced")]
    assert [text for text in said[at:] if text in ends] == ends
    moved = said.index("Monthly burn")
    assert said[moved + 1 : moved + 3] == [words.say("en", "status.missing"), "$10M/month"]
    assert "$61M" not in said
    counted = say(
        "changes.counted", figures=2, companies=2, sources=1,
        since="Nov 1, 2025", known="Jan 1, 2026",
    )  # fmt: skip
    assert counted in drawn(page, "head")
    assert "$7M" in said


@pytest.mark.usefixtures("lab")
def test_a_peer_set_leaves_the_others_out():
    asked = {"at": "2026-01-01", "known": "2026-01-01", "since": "2025-11-01", "set": "labs"}
    said = drawn(opened("changes", **asked), "changes")
    assert "Lab" in said
    assert "Rest" not in said


@pytest.mark.usefixtures("lab")
def test_where_nothing_came_the_page_leads_to_when_something_did():
    page = opened("changes", at="2026-10-01", known="2026-10-01", since="2026-09-01")
    said = drawn(page, "head")
    assert say("changes.empty") in said
    assert say("changes.last", day="Dec 1, 2025") in said
    assert not drawn(page, "changes")


@pytest.mark.usefixtures("lab")
def test_before_anything_was_known_there_is_nowhere_to_lead():
    said = drawn(opened("changes", at="2024-10-01", known="2024-10-01", set="labs"), "head")
    assert say("changes.empty") in said
    assert not [text for text in said if text.startswith(say("changes.last", day="")[:15])]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"since": "2026-04-01"},
        {"since": "2026-03-31", "set": "nobody"},
        {"new": "-3"},
        {"new": "many", "set": "<b>"},
    ],
)
def test_what_an_address_names_and_is_not_there_is_told_and_left_out(query):
    page = opened("changes", **{**DAYS, "since": "2026-03-20", **query})
    told = drawn(page, "notices")
    assert len(told) == len(query)
    for value in query.values():
        assert any(value in text for text in told)
    assert say("changes.title") in drawn(page)


def test_without_a_day_the_last_quarter_counts_as_far_back_as_there_are_days(book):
    first, _ = _state.read({"known": ["2026-03-31"]}, book, day("2026-06-01"), None)
    assert first.since == day("2025-12-31")
    assert _state.back(date(1, 1, 3), 90) == date.min


def test_where_a_quarter_brought_nothing_the_last_one_that_did_is_told(book):
    newest = book.observations["published"].max().date()
    late = newest + timedelta(days=_state.QUARTER)
    for known, told_from in ((late, newest), (late - timedelta(days=1), None)):
        first, notices = _state.read({"known": [str(known)]}, book, known, None)
        assert first.since == _state.back(told_from or known, _state.QUARTER)
        assert not notices
    early, _ = _state.read({"known": ["1990-01-01"]}, book, late, None)
    assert early.since == _state.back(day("1990-01-01"), _state.QUARTER)


def test_the_companies_are_those_of_the_figures_and_groups_come_last(book):
    asked = {key: [value] for key, value in {**DAYS, "since": "2025-12-01"}.items()}
    choice, _ = _state.read(asked, book, day("2026-06-01"), None)
    view = View(book, choice, day("2026-06-01"))
    came = _changes.figures(view)
    assert set(came["published"] > "2025-12-01") == {True}
    listed = _changes.companies(view, came)
    groups = [name for name in listed if book.companies[name].members]
    assert listed == sorted(set(listed) - set(groups)) + sorted(groups)


def test_every_change_on_the_page_opens_what_is_known_of_it(book):
    asked = {key: [value] for key, value in DAYS.items()}
    choice, _ = _state.read(asked, book, day("2026-06-01"), None)
    view = View(book, choice, day("2026-06-01"))
    (of,) = _changes.found(view, ["minimax"])
    now = changes.State(book, Lens(choice.at, choice.known))
    assert of == changes.change(changes.State(book, Lens(choice.at, choice.since)), now, "minimax")
    opened_by = set(places(_changes.section(view, of)))
    assert {f"trace=minimax~{each.after.metric}" for each in of.moved} <= opened_by
    assert {f"trace=minimax~{each.row.metric}~{each.row.id}" for each in of.figures} <= opened_by


def places(tree):
    """Where a press of anything in a tree leads."""
    if isinstance(tree, list) and len(tree) > 1 and isinstance(tree[1], dict):
        yield tree[1].get("data-go", "")
        for child in tree[2:]:
            yield from places(child)


@pytest.mark.usefixtures("lab")
def test_an_amount_with_something_new_under_it_is_marked_only_where_that_is_asked():
    asked = {"at": "2025-12-20", "known": "2025-12-20", "c": "lab"}
    new = say("mark.new")
    assert not [text for text in drawn(compared(**asked), "table") if new in text.split(" · ")]
    marked = drawn(compared(new="30", **asked), "table")
    assert any(new in text.split(" · ") for text in marked)
    cash = marked.index("$120M")
    assert new not in marked[cash + 1].split(" · ")
    assert not [text for text in drawn(compared(new="5", **asked), "table") if new in text]


def test_any_number_of_days_may_be_called_new(book):
    page = compared(new="999999", c="minimax", **{key: DAYS[key] for key in ("at", "known")})
    assert any("New" in text.split(" · ") for text in drawn(page, "table"))
