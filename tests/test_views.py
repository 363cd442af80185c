"""Compare without a browser: addresses, languages, bad input, and what its parts promise."""

import ast
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import metrics
from metrics import compare, derive, permalink, statement, trace
from metrics.lens import Lens
from schemas import words
from tests.folder import answered, write
from views import _controls, _definition, _element, _spark, _state, _table, _trace
from views._view import View

VIEWS = Path(_element.__file__).parent
DAY, LATE = date(2026, 1, 31), date(2026, 11, 22)
FOUR = ("minimax", "moonshot-ai", "zhipu-ai", "deepseek")


@pytest.fixture(scope="module")
def book():
    return metrics.book()


def opened(locale="en-US", on="", **query):
    """Run the page for an address; `on` names it, unless it is the first."""
    page = AppTest.from_file("../views/_shell.py", default_timeout=60)
    if on:
        page.run()
        page = page.switch_page(f"{on}.py")
    page.context = {"locale": locale}
    for key, value in {"at": str(DAY), "known": str(DAY), **query}.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def texts(tree):
    """Every text of a tree of elements, in order."""
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, list) and len(tree) > 1 and isinstance(tree[1], dict):
        return [text for child in tree[2:] for text in texts(child)]
    return [text for child in tree for text in texts(child)]


def drawn(page, key=""):
    """Every text that a run drew, or that it drew in the mount of this key."""
    found = []
    for mount in page.get("bidi_component"):
        if mount.proto.component_name == "footnote" and key in mount.proto.id:
            found += texts(json.loads(mount.proto.json)["trees"])
    return found


def choice(book, query, locale=None):
    """An address, understood on a fixed day."""
    return _state.read(query, book, DAY, locale)


# -- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_says_the_same_in_each_language(language):
    page = opened(lang=language, c=list(FOUR), trace="minimax~runway")
    said = drawn(page)
    assert words.say(language, "ui.compare.title") in said
    assert words.label(language, "cash_reserves") in said
    assert words.say(language, "group.cash") in said
    assert words.say(language, "status.missing") in said
    assert "50個月" in said
    assert not [text for text in said if text.startswith(("ui.", "status.", "reason.", "kind."))]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_text_of_the_interface_is_missing_in_any_language(language):
    wanted = {key for key in words.texts("en") if key.startswith(("ui.", "kind.", "agreement."))}
    assert wanted - set(words.texts(language)) == set()


def test_without_an_address_the_first_peer_set_is_compared(book):
    page = opened()
    first = next(iter(book.sets.values()))
    heads = [book.companies[name].name.en for name in first.companies]
    assert [text for text in drawn(page, "table") if text in heads][: len(heads)] == heads


def test_a_bad_address_is_told_piece_by_piece_and_the_rest_is_shown():
    page = opened(c=["nobody", "minimax"], at="yesterday", lang="tlh", trace="minimax~luck")
    told = drawn(page, "notices")
    assert len(told) == 4
    assert "MiniMax" in drawn(page, "table")
    assert "$1.102B" in drawn(page, "table")


def test_the_seventh_company_is_left_out_and_named(book):
    seven = book.singles[: compare.LIMIT + 1]
    page = opened(c=seven)
    assert any(seven[-1] in text for text in drawn(page, "notices"))
    assert len([name for name in drawn(page, "head") if name == "×"]) == compare.LIMIT


def test_an_empty_choice_is_a_choice():
    page = opened(c="")
    assert words.say("en", "ui.compare.chosen_none") in drawn(page)
    assert not drawn(page, "table")


def test_a_page_that_raises_says_so_and_keeps_the_traceback(monkeypatch, caplog):
    def broken(*_, **__):
        message = "secret of the machine"
        raise RuntimeError(message)

    monkeypatch.setattr(_table, "table", broken)
    page = opened(c=["minimax"])
    said = drawn(page)
    assert words.say("en", "ui.failed.says") in said
    assert not any("secret" in text for text in said)
    assert "secret of the machine" in caplog.text


def test_a_folder_that_is_not_there_gives_a_page_all_the_same(monkeypatch, tmp_path):
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "nowhere"))
    said = drawn(opened())
    assert words.say("en", "ui.empty.title") in said
    assert any("nowhere" in text for text in said)


def test_an_empty_folder_gives_a_page_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "companies").mkdir()
    (tmp_path / "sources").mkdir()
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path))
    assert words.say("en", "ui.empty.title") in drawn(opened())


def test_the_chart_has_words_for_those_who_do_not_see_it():
    page = opened(c=list(FOUR), ccy="USD")
    chart = page.get("vega_lite_chart")[0].proto
    assert "MiniMax $1.102B" in chart.alt
    assert "Moonshot AI >$1.43B" in chart.alt


def test_figures_in_two_currencies_are_drawn_in_one_and_the_page_says_so():
    page = opened(c=list(FOUR))
    assert words.say("en", "ui.chart.converted", currency="USD") in drawn(page, "chart")


def test_a_chart_without_numbers_is_not_drawn_as_zero():
    page = opened(c=["moonshot-ai", "deepseek"], metric="net_loss")
    assert not page.get("vega_lite_chart")
    assert words.say("en", "ui.chart.empty") in drawn(page, "chart")


def test_companies_of_whom_nothing_is_known_give_a_sentence_and_no_empty_table():
    said = drawn(opened(c=["stepfun"]), "table")
    assert words.say("en", "ui.table.nothing") in said


LAB = """
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
    - {metric: cash_reserves, value: 150m USD, period: 2025-06-30, source: press}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    - {metric: runway, value: 12 months, period: 2025-06-30, source: press}
    - {metric: dau, value: ">10m users", period: 2024-12-31, kind: target}
"""


@pytest.fixture
def lab(monkeypatch, tmp_path):
    """A data folder with a runway, a claim that it bears out, rivals that differ, and a target."""
    folder = tmp_path / "data"
    write(folder, LAB)
    monkeypatch.setenv("FOOTNOTE_DATA", str(folder))


@pytest.mark.usefixtures("lab")
def test_a_runway_says_how_far_it_reaches_and_what_was_claimed():
    said = drawn(opened(), "table")
    assert "12 months" in said
    assert "Funded until Jun 30, 2026" in said
    assert "Claimed: 12 months" in said


@pytest.mark.usefixtures("lab")
def test_marks_tell_of_rivals_and_of_what_is_only_planned():
    said = drawn(opened(rows="all"), "table")
    assert "Jun 30, 2025 · Sources differ" in said
    assert "Dec 31, 2024 · Planned" in said


@pytest.mark.usefixtures("lab")
def test_a_trace_tells_the_verdict_on_a_claim_and_what_another_source_would_give():
    said = drawn(opened(trace="lab~runway"), "trace")
    assert words.say("en", "verdict.reproduced") in said
    assert any("combinations" in text for text in said)
    assert words.say("en", "ui.trace.sensitivity") in said
    assert "15 months" in said
    assert "Jun 30, 2026" in said


@pytest.mark.usefixtures("lab")
def test_a_trace_lists_the_rivals_with_their_class():
    said = drawn(opened(trace="lab~cash_reserves"), "trace")
    assert words.say("en", "agreement.inconsistent") in said
    assert "$150M" in said


@pytest.mark.usefixtures("lab")
def test_what_is_planned_is_drawn_hollow_and_said_so():
    page = opened(metric="dau", rows="all")
    assert words.say("en", "ui.chart.planned") in drawn(page, "chart")


# -- the address ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-MO", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh_SG", "zh-Hans"),
        ("fr-FR", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browsers_locale_chooses_a_language(locale, language):
    assert _state.language({}, locale) == language


def test_the_address_wins_over_the_browser():
    assert _state.language({"lang": ["zh-Hans"]}, "en-GB") == "zh-Hans"


def test_what_an_address_says_comes_back_from_it(book):
    query = {
        "c": ["openai", "minimax"],
        "ccy": ["CNY"],
        "at": ["2025-12-31"],
        "known": ["2026-01-15"],
        "lang": ["zh-Hant"],
        "rows": ["all"],
        "metric": ["revenue"],
        "log": ["1"],
        "trace": ["minimax~runway"],
    }
    got, notices = choice(book, query)
    assert notices == []
    assert got.query == query
    assert got.companies == ("openai", "minimax")
    assert got.lens.currency == "CNY"
    assert (str(got.at), str(got.known)) == ("2025-12-31", "2026-01-15")
    assert (got.rows, got.metric, got.log) == ("all", "revenue", True)
    assert got.trace == ("minimax", "runway")


def test_a_link_changes_one_thing_and_keeps_the_rest(book):
    got, _ = choice(book, {"c": ["openai", "minimax"], "ccy": ["CNY"]})
    assert got.link(lang="zh-Hans") == "?c=openai&c=minimax&ccy=CNY&lang=zh-Hans"
    assert got.link(ccy=None) == "?c=openai&c=minimax"
    assert got.link(c=[]) == "?c=&ccy=CNY"


def test_a_link_to_another_page_takes_along_all_but_the_open_trace(book):
    got, _ = choice(book, {"c": ["minimax"], "lang": ["en"], "trace": ["minimax~revenue"]})
    assert got.link("company") == "./company?c=minimax&lang=en"
    assert got.link("") == "./?c=minimax&lang=en"
    assert got.link("company", company="openai") == "./company?c=minimax&company=openai&lang=en"


def test_what_changes_a_list_goes_back_to_its_first_page(book):
    got, notices = choice(book, {"company": ["openai"], "page": ["3"]})
    assert (got.page, notices) == (3, [])
    assert got.link(trace="openai~revenue") == "?company=openai&page=3&trace=openai~revenue"
    assert got.link(company="minimax") == "?company=minimax"
    assert _state.merged(got.query, "lang=zh-Hans") == got.query | {"lang": ["zh-Hans"]}
    assert _state.merged(got.query, "at=2025-12-31") == {
        "company": ["openai"], "at": ["2025-12-31"],
    }  # fmt: skip


def test_without_a_name_the_page_is_of_the_first_company_compared(book):
    assert choice(book, {"c": ["openai", "xai"]})[0].company == "openai"
    assert choice(book, {})[0].company == next(iter(book.sets.values())).companies[0]


@pytest.mark.parametrize(
    ("wanted", "query"),
    [
        ("trace=minimax~runway", {"c": ["a"], "ccy": ["USD"], "trace": ["minimax~runway"]}),
        ("ccy=", {"c": ["a"]}),
        ("?c=b&c=c", {"c": ["b", "c"]}),
        ("?c=", {"c": [""]}),
        ("?evil=1", {}),
    ],
)
def test_what_the_reader_does_becomes_the_address(wanted, query):
    assert _state.merged({"c": ["a"], "ccy": ["USD"]}, wanted) == query


@pytest.mark.parametrize(
    "query",
    [
        {"c": ["<script>"]},
        {"ccy": ["usd"]},
        {"at": ["2025-02-30"]},
        {"known": ["９"]},
        {"rows": ["every"]},
        {"metric": ["__class__"]},
        {"company": ["../minimax"]},
        {"page": ["0"]},
        {"page": ["-1"]},
        {"page": ["１"]},
        {"page": ["9999999"]},
        {"log": ["yes"]},
        {"lang": ["zh"]},
        {"trace": ["minimax"]},
    ],
)
def test_what_cannot_be_understood_is_told_and_left_out(book, query):
    got, notices = choice(book, query)
    assert len(notices) == 1
    assert dict(notices[0].args)["value"] == next(iter(query.values()))[0]
    assert words.has("en", f"ui.notice.{notices[0].name}")
    assert got.query in ({}, {"c": [""]})


# -- searching --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mini", "minimax"),
        ("稀宇", "minimax"),
        ("海螺", "minimax"),
        ("kimi", "moonshot-ai"),
        ("智谱", "zhipu-ai"),
        ("  OPENAI ", "openai"),
    ],
)
def test_a_company_is_found_by_any_of_its_names(book, text, first):
    assert _controls.found(book, text, ())[0][0] == first


def test_a_company_already_chosen_is_not_found_again(book):
    assert "minimax" not in dict(_controls.found(book, "mini", ("minimax",)))


def test_at_most_a_dozen_hits_are_sent(book):
    assert len(_controls.found(book, "", ())) == 12


# -- elements ---------------------------------------------------------------------------------


def test_attributes_are_left_out_stand_empty_or_are_text():
    tree = _element.element("a", "x", class_="c", data_go="", hidden=None, open=True, colspan=2)
    assert tree == ["a", {"class": "c", "data-go": "", "open": "", "colspan": "2"}, "x"]


def test_children_may_be_nested_and_missing():
    tree = _element.element("p", "a", None, ["b", _element.element("b", "c")])
    assert tree == ["p", {}, "a", "b", ["b", {}, "c"]]


def test_a_companys_colour_does_not_depend_on_who_stands_beside_it(book):
    first = next(iter(book.sets.values())).companies
    assert len({_table.hue(book, name) for name in first}) == len(first)
    assert all(0 <= _table.hue(book, name) < _table.HUES for name in book.singles)


def test_a_footnote_names_every_print_under_a_number(book):
    got, _ = choice(book, {"lang": ["en"], "trace": ["minimax~revenue_per_employee"]})
    told = texts(_trace.dialog(View(book, got, DAY)))
    note = next(text for text in told if text.endswith("]") and "ttm(" in text)
    assert "“$53.44 million”, Deep News" in note
    assert "“385 人”, InfoQ China" in note
    assert note.startswith("$168K/person (MiniMax Revenue per employee; 2024-10-01/2025-09-30")


def test_only_web_addresses_become_links(book):
    view = View(book, choice(book, {})[0], DAY)
    assert _trace.link(view, "https://example.com/a")[0] == "a"
    assert _trace.link(view, "javascript:alert(1)")[0] == "span"
    assert _trace.link(view, "")[0] == "span"


# What of Streamlit the faces use. Most of the rest reads its text as Markdown, in which a ">" is
# lost, "$" begins a formula and a picture is fetched; text from data is drawn as elements instead.
HARMLESS = {
    "Page", "cache_data", "cache_resource", "components", "container", "context",
    "download_button", "empty", "fragment", "navigation", "query_params", "rerun", "session_state",
    "set_page_config", "switch_page", "vega_lite_chart",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(VIEWS.glob("*.py")), ids=lambda path: path.stem)
def test_no_text_from_data_is_given_to_a_widget_that_reads_markdown(path):
    used = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "st"
    }
    assert used <= HARMLESS


# -- one company ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_companys_page_says_the_same_in_each_language(language, book):
    said = drawn(opened(on="company", company="minimax", lang=language))
    assert book.companies["minimax"].name.in_language(language) in said
    for part in ("events", "claims", "joint", "silent", "founded"):
        assert words.say(language, f"ui.profile.{part}") in said, part
    assert words.say(language, "ui.statement.flows") in said
    rows = [row for row in book.rows(["minimax"]) if row.published <= DAY]
    assert words.say(language, "ui.observations.title", count=len(rows)) in said
    assert "53.437 million" in said or "約5300萬美元" in said
    assert not [text for text in said if text.startswith(("ui.", "status.", "basis.", "kind."))]


def test_a_bad_address_of_a_company_is_told_and_another_is_shown(book):
    page = opened(on="company", company="nobody", page="x", metric="luck", trace="minimax~dau~zz")
    told = drawn(page, "notices")
    assert len(told) == 3
    assert any("nobody" in text for text in told)
    assert book.companies["minimax"].name.en in drawn(page, "head")
    assert words.say("en", "permalink.changed", id="zz") in drawn(page, "trace")


def test_an_id_alone_opens_its_trace_and_later_what_changed_since(book):
    lens = Lens(DAY, DAY)
    old = answered(book, "pro_forma_cash", lens, "minimax")
    said = drawn(opened(trace=old.id), "trace")
    assert said.count(trace.text(old, "en")) >= 1
    assert old.id in said
    late = drawn(opened(trace=old.id, at="2026-11-22", known="2026-11-22"), "trace")
    found = permalink.find(book, old.id, Lens(LATE, LATE))
    assert found.state == "replaced"
    assert [line for line in permalink.says(found, old.id, "en") if line not in late] == []
    assert found.now
    assert any(str(found.now["text"]) in text for text in late)
    rival = found.went[0]["id"]
    beside = drawn(opened(trace=rival, at="2026-11-22", known="2026-11-22"), "trace")
    assert words.say("en", "permalink.beside", id=rival) in beside
    gone = drawn(opened(trace="0123456789abcdef"), "trace")
    assert words.say("en", "permalink.gone", id="0123456789abcdef") in gone


def test_every_observation_of_a_company_is_listed_as_printed(book):
    said = drawn(opened(on="company", company="moonshot-ai"), "observations")
    for row in (each for each in book.rows(["moonshot-ai"]) if each.published <= DAY):
        assert row.as_stated in said
        assert f"moonshot-ai.yaml:{row.line}" in said


def test_a_group_says_that_its_figures_are_joint_and_has_no_cards():
    page = opened(on="company", company="minimax+moonshot-ai")
    assert words.say("en", "ui.profile.group") in drawn(page)
    assert words.say("en", "ui.profile.members") in drawn(page, "head")
    assert ">$1.4B" in drawn(page, "observations")
    assert not drawn(page, "periods")


def test_a_company_of_whom_nothing_is_known_says_so():
    page = opened(on="company", company="stepfun", known="2025-01-01")
    assert words.say("en", "ui.profile.nothing") in drawn(page, "observations")
    assert not page.get("vega_lite_chart")


def test_without_a_metric_one_of_the_first_with_the_longest_course_is_drawn(book):
    page = opened(on="company", company="minimax")
    alt = page.get("vega_lite_chart")[0].proto.alt
    of = derive.case(book, "minimax", Lens(DAY, DAY))
    courses = {metric: len(derive.history(of, metric)) for metric in compare.DEFAULT}
    longest = [name for name, count in courses.items() if count == max(courses.values())]
    assert any(alt.startswith(f"{words.label('en', metric)}: ") for metric in longest)
    page = opened(on="company", company="minimax", metric="cloud_spend_ratio")
    assert "FY2023 1,342%" in page.get("vega_lite_chart")[0].proto.alt


def test_a_metric_without_a_number_is_not_drawn_over_time():
    page = opened(on="company", company="minimax", metric="burn_multiple")
    assert not page.get("vega_lite_chart")
    assert words.say("en", "ui.timeline.none") in drawn(page, "timeline")


def test_figures_of_several_currencies_are_drawn_over_time_in_one(monkeypatch, tmp_path):
    folder = write(tmp_path / "data", """
        lab:
        - {metric: cash_reserves, value: ">100m CNY", period: 2024-12-31}
        - {metric: cash_reserves, value: 50m USD, period: 2025-09-30}
    """)  # fmt: skip
    monkeypatch.setenv("FOOTNOTE_DATA", str(folder))
    page = opened(on="company")
    assert words.say("en", "ui.chart.converted", currency="USD") in drawn(page, "timeline")
    assert "Dec 31, 2024 >$13.7M" in page.get("vega_lite_chart")[0].proto.alt


def test_a_course_is_drawn_from_three_periods_on_with_its_bounds(book):
    view = View(book, choice(book, {"company": ["minimax"]})[0], DAY)
    of = derive.case(book, "minimax", view.choice.lens)
    heads = statement.past(of, "employee_count")
    drawing: Any = _spark.spark(view, heads)
    assert "≈300" in drawing[1]["aria-label"]
    kinds = [mark[1].get("class", mark[0]) for mark in drawing[2:]]
    # Two about-figures with both ends, and an exact one.
    assert kinds.count("cap") == 4
    assert kinds.count("circle") == 3
    assert _spark.spark(view, heads[:2]) is None


def test_an_open_end_has_an_arrow_in_a_course(tmp_path):
    folder = write(tmp_path / "open", """
        lab:
        - {metric: dau, value: ">1m users", period: 2023-12-31}
        - {metric: dau, value: "<3m users", period: 2024-12-31}
        - {metric: dau, value: 2m users, period: 2025-12-31}
    """)  # fmt: skip
    found = metrics.book(folder)
    view = View(found, choice(found, {})[0], DAY)
    marks: Any = _spark.spark(
        view, statement.past(derive.case(found, "lab", view.choice.lens), "dau")
    )
    assert [mark[0] for mark in marks[2:]].count("path") == 1


def test_long_lists_go_page_by_page(monkeypatch, tmp_path):
    days = [f"{year}-{month:02}-28" for year in range(2018, 2025) for month in range(1, 13)]
    each = "\n".join(f"- {{metric: dau, value: 2m users, period: {day}}}" for day in days[:60])
    folder = write(tmp_path / "data", f"lab:\n{each}")
    monkeypatch.setenv("FOOTNOTE_DATA", str(folder))
    said = drawn(opened(on="company"), "observations")
    assert words.say("en", "ui.pager.shown", first=1, last=50, count=60) in said
    for page in ("2", "999"):
        said = drawn(opened(on="company", page=page), "observations")
        assert words.say("en", "ui.pager.shown", first=51, last=60, count=60) in said


# -- one metric -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_metrics_page_says_the_same_in_each_language(language, book):
    said = drawn(opened(on="metric", metric="revenue_per_employee", lang=language))
    assert words.label(language, "revenue_per_employee") in said
    assert words.say(language, "definition.revenue_per_employee.ttm_average") in said
    assert "ttm(revenue) / average(employee_count)" in said
    assert words.say(language, "caveat.revenue_per_employee") in said
    assert words.say(language, "ui.definition.is_proxy") in said
    assert any(words.say(language, "ui.ranking.order_higher") in text for text in said)
    assert book.companies["stepfun"].name.in_language(language) in said
    assert not [text for text in said if text.startswith(("ui.", "status.", "caveat.", "unit."))]


def test_every_metric_of_the_catalogue_has_a_page(book):
    for metric in book.catalog:
        view = View(book, choice(book, {"metric": [metric]})[0], DAY)
        said = texts(_definition.about(view))
        formulas = _definition.formulas(view)
        assert words.label("en", metric) in said
        assert not [text for text in said if text.startswith(("ui.", "definition.", "basis."))]
        assert bool(formulas) == book.catalog[metric].is_derived


def test_bounds_that_overlap_share_places_and_the_rest_has_none(monkeypatch, tmp_path):
    folder = write(tmp_path / "data", """
        one:
        - {metric: cash_reserves, value: ">9m USD", period: 2025-09-30}
        two:
        - {metric: cash_reserves, value: 90m CNY, period: 2025-09-30}
        three:
        - {metric: cash_reserves, value: 1m USD, period: 2025-09-30}
        four: []
    """)  # fmt: skip
    monkeypatch.setenv("FOOTNOTE_DATA", str(folder))
    page = opened(on="metric", metric="cash_reserves")
    said = drawn(page, "ranking")
    places = [text for text in said if text in {"1–2", "1", "2", "3", "—"}]
    assert places == ["1–2", "1–2", "3", "—"]
    assert {">$9M", "CN¥90M", words.say("en", "status.missing")} <= set(said)
    assert any(words.say("en", "ui.ranking.currency", currency="USD") in text for text in said)
    assert "One >$9M" in page.get("vega_lite_chart")[0].proto.alt


@pytest.mark.usefixtures("lab")
def test_a_metric_that_nobody_has_says_so_and_is_not_drawn():
    page = opened(on="metric", metric="gmv")
    assert words.say("en", "ui.ranking.none") in drawn(page)
    assert not page.get("vega_lite_chart")


def test_numbers_of_unlike_periods_are_ranked_with_a_warning(monkeypatch, tmp_path):
    folder = write(tmp_path / "data", """
        one:
        - {metric: revenue, value: 9m USD, period: FY2024}
        two:
        - {metric: revenue, value: 5m USD, period: 2025-Q3}
    """)  # fmt: skip
    monkeypatch.setenv("FOOTNOTE_DATA", str(folder))
    said = " ".join(drawn(opened(on="metric", metric="revenue"), "ranking"))
    why = words.say("en", "reason.differ_length", values="3, 12")
    assert why in said


@pytest.mark.usefixtures("lab")
def test_claims_about_a_metric_stand_with_their_verdicts():
    said = drawn(opened(on="metric", metric="runway"), "claims")
    assert "12 months" in said
    assert words.say("en", "verdict.reproduced") in said


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("page", ["company", "metric"])
def test_the_pages_open_on_any_data(page):
    assert "Lab" in drawn(opened(on=page))


@pytest.mark.parametrize("page", ["company", "metric"])
def test_the_pages_open_without_any_data(monkeypatch, tmp_path, page):
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "nowhere"))
    assert words.say("en", "ui.empty.title") in drawn(opened(on=page))
