"""Claims, Sources and Health without a browser: in each language, and from bad addresses."""

import pytest
from streamlit.testing.v1 import AppTest

import metrics
from metrics import audit, check, claim, conflict, lineage
from metrics.lens import Lens
from schemas import words
from schemas.source import GRADE
from tests.folder import write
from tests.test_views import DAY, choice, drawn
from views import _claim, _health, _shelf, _source, _state
from views._view import View

LENS = Lens(DAY, DAY)
READ = ("claims", "sources", "health")
SIZE = 20  # claims on a page


@pytest.fixture(scope="module")
def book():
    return metrics.book()


def opened(name, **query):
    """Run one of the pages for an address."""
    page = AppTest.from_file("../views/_shell.py", default_timeout=60)
    # The first page is drawn before another can be asked for: with nobody to compare, at once.
    page.query_params["c"] = ""
    page.run()
    page = page.switch_page(f"{name}.py")
    page.context = {"locale": "en-US"}
    page.query_params.clear()
    for key, value in {"at": str(DAY), "known": str(DAY), **query}.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    assert words.say("en", "ui.failed.says") not in drawn(page)
    return page


def say(key, **args):
    return words.say("en", f"ui.{key}", **args)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Point the pages at a folder written from YAML."""

    def point(text):
        where = write(tmp_path / "data", text)
        monkeypatch.setenv("FOOTNOTE_DATA", str(where))

    return point


LAB = """
sources:
  prospectus: {kind: filing, publisher: prospectus, url: "https://example.com/prospectus"}
  article: {primary_source: prospectus, publisher: article, title: Cash for a Year}
  rewrite: {derived_from: article, publisher: rewrite}
lab:
- {metric: cash_reserves, value: 120m USD, period: 2025-06-30, source: prospectus}
- {metric: cash_reserves, value: 150m USD, period: 2025-06-30, source: rewrite}
- {metric: operating_cash_outflow, value: 60m USD, period: H1-2025, source: prospectus}
- {metric: runway, value: 12 months, period: 2025-06-30, source: article}
- {metric: runway, value: 40 months, period: 2025-06-30, source: rewrite}
- {metric: revenue, value: 5m USD, period: FY2022}
"""


# -- every page -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", READ)
def test_a_page_says_the_same_in_each_language(name, language):
    said = drawn(opened(name, lang=language))
    assert words.say(language, f"ui.{name}.title") in said
    assert words.say(language, f"ui.{name}.lead") in said
    keys = (
        "ui.",
        "status.",
        "reason.",
        "kind.",
        "verdict.",
        "agreement.",
        "problem.",
    )
    assert not [text for text in said if text.startswith(keys)]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("claims", {"verdict": "wrong"}),
        ("claims", {"claim": "b779f8fcfa5g"}),
        ("claims", {"metric": "luck"}),
        ("claims", {"company": "nobody"}),
        ("claims", {"page": "0"}),
        ("sources", {"source": "../prospectus"}),
        ("sources", {"kind": "gossip"}),
        ("health", {"part": "lungs"}),
        ("health", {"severity": "deadly"}),
        ("health", {"company": "nobody", "trace": "minimax~luck"}),
    ],
)
def test_what_an_address_names_and_is_not_there_is_told_and_left_out(name, query):
    page = opened(name, **query)
    told = drawn(page, "notices")
    assert len(told) == len(query)
    for value in query.values():
        assert any(value in text for text in told)
    assert say(f"{name}.title") in drawn(page)


@pytest.mark.parametrize("name", READ)
def test_a_page_number_beyond_the_end_shows_the_last_page(name):
    assert say(f"{name}.title") in drawn(opened(name, page="999"))


@pytest.mark.parametrize("name", READ)
def test_an_empty_folder_gives_a_page_all_the_same(monkeypatch, tmp_path, name):
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "nowhere"))
    assert say("empty.title") in drawn(opened(name))


def test_what_belongs_to_one_page_stays_behind_on_the_way_to_another(book):
    query = {
        "company": ["minimax"], "lang": ["en"], "verdict": ["reproduced"], "kind": ["press"],
        "q": ["cash"], "part": ["aged"], "severity": ["error"], "page": ["2"],
        "claim": ["b779f8fcfa5f"], "source": ["sohu-2025-06-four-tigers"],
    }  # fmt: skip
    got, notices = choice(book, query)
    assert notices == []
    assert got.link("claims") == "./claims?company=minimax&lang=en"
    assert got.link("sources", source="x") == "./sources?company=minimax&lang=en&source=x"


def test_a_list_narrowed_otherwise_goes_back_to_its_first_page(book):
    got, _ = choice(book, {"verdict": ["reproduced"], "page": ["2"]})
    assert got.link(verdict="not_checkable") == "?verdict=not_checkable"
    assert got.link(claim="b779f8fcfa5f") == "?verdict=reproduced&page=2&claim=b779f8fcfa5f"


# -- claims -----------------------------------------------------------------------------------


def test_every_claim_stands_there_as_printed_with_its_verdict(book):
    there = book.exact(claim.stated(book, LENS))
    found = [claim.verdict(book, row, LENS) for row in there]
    for page in (1, -(-len(there) // SIZE)):
        said = drawn(opened("claims", page=str(page)), "claims")
        for each in found[(page - 1) * SIZE : page * SIZE]:
            assert each.row.as_stated in said
            assert words.say("en", f"verdict.{each.word}") in said


def test_the_verdicts_are_counted_and_add_up(folder):
    folder(LAB)
    said = drawn(opened("claims"), "verdicts")
    assert said == [
        say("claims.every"), "2", "✓", "Reproduced", "1", "≠", "Not reproduced", "1",
        "✕", "Contradicted", "0", "⇄", "Check the unit", "0", "○", "Not checkable", "0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "prints"),
    [
        ({"verdict": "reproduced"}, {"12 months"}),
        # What the believed figures come to, 12 months too, is told beside the claim.
        ({"verdict": "not_reproduced"}, {"12 months", "40 months"}),
        ({"verdict": "contradicted"}, set()),
        ({"metric": "runway"}, {"12 months", "40 months"}),
        ({"metric": "gross_margin"}, set()),
        ({"metric": "cash_reserves"}, {"12 months", "40 months"}),  # nobody's claim
        ({"company": "lab"}, {"12 months", "40 months"}),
    ],
)
def test_claims_are_narrowed_by_verdict_metric_and_company(folder, query, prints):
    folder(LAB)
    said = drawn(opened("claims", **query), "claims")
    assert {text for text in said if text in {"12 months", "40 months"}} == prints
    assert (say("claims.none") in said) == (not prints)


def test_the_working_shows_formula_numbers_definitions_and_print(folder):
    folder(LAB)
    page = opened("claims", claim=_claim_of("12 months"))
    said = drawn(page, "claims")
    assert "$120M / monthly($60M)" in said
    assert (
        "Cash balance (incl. deposits and wealth products) / monthly(Operating cash outflow)"
        in said
    )
    assert say("claims.definitions") in said
    assert say("claims.drawn_claimed", text="12 months") in said
    assert say("trace.printed") in said


def test_without_a_claim_in_the_address_no_working_is_sent(folder):
    folder(LAB)
    assert say("claims.definitions") not in drawn(opened("claims"), "claims")


def _claim_of(stated):
    [row] = [row for row in _shelf.kept().book.rows(["lab"]) if row.as_stated == stated]
    return row.id


def test_a_link_to_a_claim_alone_turns_to_its_page(folder):
    folder(LAB)
    got, _ = choice(_shelf.kept().book, {"claim": [_claim_of("40 months")]})
    rows = claim.stated(_shelf.kept().book, LENS)
    page = list(rows["as_stated"]).index("40 months") + 1
    view = View(_shelf.kept().book, got, DAY)
    assert _claim.turned(view, rows, 1).choice.page == page
    assert _claim.turned(view, rows, 20).choice.page == 1


def test_each_verdict_has_a_sign_of_its_own():
    assert set(_claim.ICONS) == set(audit.VERDICTS)
    assert len(set(_claim.ICONS.values())) == len(audit.VERDICTS)


# -- sources ----------------------------------------------------------------------------------


def test_every_document_is_listed_with_what_it_states(book):
    shelf = lineage.shelf(book, LENS)
    assert len(shelf.sources) > _source.DOCUMENTS
    said = drawn(opened("sources"), "documents")
    for name in shelf.sources[: _source.DOCUMENTS]:
        source = book.sources[name]
        assert (source.title or source.publisher) in said
        assert str(shelf.figures.get(name, 0)) in said


def test_the_kinds_are_counted(book):
    said = drawn(opened("sources"), "head")
    known = lineage.shelf(book, LENS).sources
    for kind in GRADE:
        at = said.index(words.say("en", f"source_kind.{kind}"))
        assert said[at + 1] == str(sum(book.sources[name].kind == kind for name in known))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"kind": "filing"}, {"prospectus", "filing"}),
        ({"q": "CASH for"}, {"Cash for a Year"}),
        ({"q": "no such words"}, set()),
        ({"company": "lab", "kind": "press"}, {"Cash for a Year", "rewrite"}),
    ],
)
def test_documents_are_narrowed_by_kind_text_and_company(folder, query, names):
    folder(LAB)
    said = drawn(opened("sources", **query), "documents")
    families = say("sources.families")
    listed = said[: said.index(families)] if families in said else said
    every = {each.title or each.publisher for each in _shelf.kept().book.sources.values()}
    # Where a document rests on another, that one's name stands beside it.
    rests = {"prospectus", "Cash for a Year"} if names - {"prospectus", "filing"} else set()
    assert names <= {text for text in listed if text in every} <= names | rests
    assert (say("sources.none") in said) == (not names)


def test_families_are_drawn_from_the_primary_document_down(folder):
    folder(LAB)
    said = drawn(opened("sources"), "documents")
    tree = said[said.index(say("sources.families_means")) :]
    order = [text for text in tree if text in {"prospectus", "article", "rewrite"}]
    assert order == ["prospectus", "article", "rewrite"]
    assert tree.index(say("sources.by_quotes")) < tree.index(say("sources.by_rewrites"))


def test_a_documents_own_page_lists_all_it_states_as_printed(book):
    name = "neteasehao-2025-12-minimax-ipo"
    page = opened("sources", source=name)
    said = drawn(page, "figures")
    rows = book.exact(book.observations[book.observations["source"] == name])
    assert say("sources.stated", count=len(rows)) in said
    for row in rows:
        assert row.as_stated in said
        assert row.place in said
    assert say("sources.rests") in drawn(page, "document")


def test_a_document_that_is_only_quoted_says_so():
    said = drawn(opened("sources", source="minimax-2025-12-prospectus"))
    assert say("sources.nothing") in said
    assert say("sources.below") in said


def test_rivals_stand_beside_a_figure_with_how_they_agree(folder):
    folder(LAB)
    said = drawn(opened("sources", source="prospectus"), "figures")
    assert words.say("en", "agreement.inconsistent") in said
    assert "150m USD" in said


def test_an_address_of_the_web_is_a_link_and_an_unknown_one_is_said(folder):
    folder(LAB)
    said = drawn(opened("sources"), "documents")
    assert said.count(say("list.open")) == 1
    assert say("list.no_address") in said


# -- health -----------------------------------------------------------------------------------


def test_the_parts_are_counted(book):
    said = drawn(opened("health"), "parts")
    problems = check.problems(book, DAY, DAY)
    counts = dict(zip(said[::2], said[1::2], strict=True))
    assert counts[say("health.problems")] == str(len(problems))
    assert counts[say("health.conflicts")] == str(
        sum(each.name in conflict.NAMES for each in problems)
    )


def test_the_grid_has_a_cell_for_each_company_and_key_figure(book):
    said = drawn(opened("health"), "gaps")
    shapes = [text for text in said if text in _health.SHAPES.values()]
    states = len({*shapes})
    assert len(shapes) == len(book.singles) * 21 + states  # the legend has each once
    assert all(book.companies[name].name.en in said for name in book.singles)


def test_each_state_of_disclosure_has_a_shape_of_its_own():
    assert len(set(_health.SHAPES.values())) == len(_health.SHAPES)


def test_what_is_out_of_date_says_how_old_it_is(folder):
    folder(LAB)
    said = drawn(opened("health", part="aged"), "aged")
    assert "1,127 days" in said  # from 2022-12-31 to 2026-01-31
    assert "5m USD" not in said
    assert "$5M" in said


def test_conflicts_show_both_prints_with_their_documents(folder):
    folder(LAB)
    said = drawn(opened("health", part="conflicts"), "conflicts")
    assert {"120m USD", "150m USD"} <= set(said)
    assert words.say("en", "ui.conflict.rivals-disagree") in said


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_problems_say_what_is_so_where_and_what_to_do_in_each_language(book, language):
    said = drawn(opened("health", part="problems", lang=language), "problems")
    for found in check.problems(book, DAY, DAY):
        assert {*words.sentences(language, found)} <= set(said)
        place = f":{found.line}:{found.column}" if found.line else ""
        assert f"{found.path}{place}" in said
        assert f"docs/problems.md#{found.name}" in said


def test_problems_are_narrowed_by_severity():
    said = drawn(opened("health", part="problems", severity="error"), "problems")
    assert say("health.no_problems") in said
    assert say("health.problem") not in said


def test_a_folder_with_nothing_but_errors_lists_them(monkeypatch, tmp_path):
    (tmp_path / "companies").mkdir()
    (tmp_path / "sources").mkdir()
    (tmp_path / "companies" / "lab.yaml").write_text("name: [", encoding="utf-8")
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path))
    said = drawn(opened("health"))
    assert any("docs/problems.md#yaml-syntax" in text for text in said)


def test_finding_out_says_so_while_it_takes_long(folder, monkeypatch):
    folder(LAB.replace("5m USD", "6m USD"))
    said = []
    monkeypatch.setattr("views._wait._say", lambda _view, key, text: said.append((key, text)))
    monkeypatch.setattr("views._wait._BATCH", 1)
    opened("claims", verdict="reproduced")
    assert [text for _, text in said] == [
        say("wait.verdicts", done=done, total=2) for done in (0, 1)
    ]
    opened("health")
    assert ("wait-findings", say("wait.findings")) in said
    said.clear()
    opened("health")
    assert said == []


def test_the_pages_and_parts_all_have_words():
    for language in words.LANGUAGES:
        assert all(words.has(language, f"ui.page.{name}") for name in READ)
        assert all(words.has(language, f"ui.health.{name}") for name in _state.PARTS)
        assert all(words.has(language, f"ui.conflict.{name}") for name in conflict.NAMES)
        assert all(words.has(language, f"ui.state.{name}") for name in _health.SHAPES)
        assert all(words.has(language, f"agreement.{name}") for name in _source.SIGNS)
