"""Peer sets and watch lists: what a set may say, and where a reader meets it."""

import pytest

from metrics import check, conflict
from schemas import words
from tests.folder import day, write
from tests.test_views import drawn
from tests.test_views import opened as compared
from tests.test_views_claims import opened

LAB = """
sources:
  old: {published: 2025-10-01, publisher: Old}
  new: {published: 2025-12-20, publisher: New}
sets:
  labs:
    name: {en: Labs}
    companies: [lab, rest]
    note: What this is about.
    notes: {rest: the lock-up ends in July}
  followed: {name: {en: Followed}, companies: [lab], watch: "true"}
lab:
- {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: old}
- {metric: cash_reserves, value: 150m USD, period: 2025-06-30, source: new}
rest:
- {metric: revenue, value: 7m USD, period: FY2024, source: old}
- {metric: revenue, value: 9m USD, period: FY2024, source: old}
"""
NOW = {"at": "2026-01-01", "known": "2026-01-01"}


def say(key, **args):
    return words.say("en", f"ui.{key}", **args)


@pytest.fixture
def labs(monkeypatch, tmp_path):
    monkeypatch.setenv("FOOTNOTE_DATA", str(write(tmp_path / "data", LAB)))


def test_a_set_may_note_something_of_each_company_and_be_a_watch_list(make_book):
    book = make_book(LAB)
    assert book.problems == ()
    assert [each.watch for each in book.sets.values()] == [False, True]
    (told,) = book.sets["labs"].notes.values()
    assert told.in_language("zh-Hans") == "the lock-up ends in July"


def test_a_note_may_be_said_in_each_language(make_book):
    told = "note: {en: Listed, zh-Hans: 已上市}, notes: {lab: {en: Newest, zh-Hant: 最新}}"
    book = make_book(f"sets: {{a: {{name: {{en: A}}, companies: [lab], {told}}}}}\nlab: []")
    assert book.problems == ()
    found = book.sets["a"]
    said = [found.note.in_language(each) for each in words.LANGUAGES]
    assert said == ["Listed", "已上市", "Listed"]
    assert found.notes["lab"].in_language("zh-Hant") == "最新"


@pytest.mark.parametrize(
    ("told", "field"),
    [("watch: yes", "watch"), ("watch: 1", "watch"), ("notes: {other: text}", "other")],
)
def test_what_a_set_cannot_say_is_a_problem_at_its_place(make_book, told, field):
    book = make_book(f"sets: {{a: {{name: {{en: A}}, companies: [lab], {told}}}}}\nlab: []")
    (found,) = book.problems
    assert (found.name, found.path.rpartition("/")[2]) == ("wrong-value", "sets.yaml")
    assert field in dict(found.args).values()
    assert book.sets == {}


@pytest.mark.usefixtures("labs")
def test_compare_offers_watch_lists_apart_and_says_what_the_chosen_set_notes():
    said = drawn(compared(set="labs", c=["lab", "rest"], **NOW), "head")
    for label, name in (("sets", "Labs"), ("watch", "Followed")):
        assert said[said.index(say(f"company.{label}")) + 1] == name
    assert "What this is about." in said
    assert "the lock-up ends in July" in said
    alone = drawn(compared(set="labs", c="lab", **NOW), "head")
    assert "the lock-up ends in July" not in alone
    assert "What this is about." not in drawn(compared(set="followed", **NOW), "head")


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize(
    ("query", "prints"),
    [
        ({}, {"120m USD", "7m USD"}),
        ({"set": "followed"}, {"120m USD"}),
        ({"new": "30"}, {"120m USD"}),
        ({"set": "labs", "new": "30"}, {"120m USD"}),
        ({"set": "followed", "new": "5"}, set()),
    ],
)
def test_health_tells_what_new_sources_contradict_of_the_companies_followed(query, prints):
    said = drawn(opened("health", part="conflicts", **NOW, **query), "conflicts")
    assert {text for text in ("120m USD", "7m USD") if text in said} == prints
    since = words.day("en", day("2025-12-02"))
    notice = say("health.contradicted", count=1, day=since)
    assert (notice in said) == (query.get("new") == "30")
    assert (say("health.no_news") in said) == (not prints)


def test_conflicts_of_now_and_of_before_may_both_be_worked_out_for_the_first_time(
    monkeypatch, tmp_path
):
    # Another note makes another book, of which nothing is at hand.
    folder = write(tmp_path / "data", LAB.replace("July", "June"))
    monkeypatch.setenv("FOOTNOTE_DATA", str(folder))
    said = drawn(opened("health", part="conflicts", set="labs", new="30", **NOW), "conflicts")
    assert "120m USD" in said


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_choice_of_a_set_is_in_each_language(language):
    page = opened("health", part="conflicts", lang=language, **NOW)
    said = drawn(page, "conflicts")
    for key in ("set.every", "set.peers", "health.ever"):
        name = words.say(language, f"ui.{key}")
        assert name in said or key == "set.peers"
    assert not [text for text in said if text.startswith(("ui.", "health."))]


def test_a_conflict_is_new_if_it_was_none_before(make_book):
    book = make_book(LAB)
    now, before = (check.problems(book, day(text)) for text in ("2026-01-01", "2025-11-01"))
    (found,) = conflict.fresh(now, before)
    assert "lab" in found.path
    assert {each.path for each in conflict.about(now, ["rest"])} == {"data0/companies/rest.yaml"}
    assert conflict.about(now, []) == []
