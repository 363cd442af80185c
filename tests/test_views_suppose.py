"""What if, without a browser: addresses that suppose something, and what the pages make of them."""

import json
import re
from datetime import date
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import metrics
from metrics import suppose
from schemas import words
from tests.test_views import choice, drawn, opened
from views import _pages, _state, _suppose
from views._view import View

DAY = date(2026, 1, 31)
TWO = ["minimax", "zhipu-ai"]
CASH = "minimax~cash_reserves~+300m USD"
MARK = "Hypothetical"


@pytest.fixture(scope="module")
def book():
    return metrics.book()


def view(book, page="compare", **query):
    """What a page looks at, with what it has to tell."""
    got, notices = choice(book, {key: each for key, each in query.items() if key != "supposed"}
                          | ({"if": query["supposed"]} if "supposed" in query else {}))  # fmt: skip
    now, refused = _suppose.supposing(View(book, got, DAY), page)
    return now, [*notices, *refused]


def numbers(page, key):
    """The way of each number into its trace, and whether it is drawn as hypothetical."""
    found: dict[str, bool] = {}
    for mount in page.get("bidi_component"):
        if mount.proto.component_name == "footnote" and key in mount.proto.id:
            found |= dict(buttons(json.loads(mount.proto.json)["trees"]))
    return found


def buttons(tree):
    if isinstance(tree, list) and len(tree) > 1 and isinstance(tree[1], dict):
        if "number" in tree[1].get("class", "").split():
            yield tree[1]["data-go"], "hypothetical" in tree[1]["class"].split()
        for child in tree[2:]:
            yield from buttons(child)
    elif isinstance(tree, list):
        for child in tree:
            yield from buttons(child)


# -- the address --------------------------------------------------------------------------------


def test_what_an_address_supposes_comes_back_from_it(book):
    query = {"c": TWO, "if": [CASH, "zhipu-ai~revenue~x1.5", "minimax~employee_count~~500~FY2025"]}
    got, notices = choice(book, query)
    assert notices == []
    assert got.query == query
    assert [each.asked for each in got.supposed] == query["if"]
    again = parse_qs(got.link().removeprefix("?"))
    assert again["if"] == query["if"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@example("+300m USD&c=openai#x")
@example("%2B300m")
@example('"><script>alert(1)</script>')
@example("\u202e40亿元")
@example("9" * 101)
@settings(max_examples=60, deadline=None)
def test_whatever_is_supposed_goes_into_a_link_and_comes_back_or_is_told(book, text):
    asked = f"minimax~cash_reserves~{text}"
    got, notices = choice(book, {"c": TWO, "if": [asked]})
    if got.supposed:
        back = parse_qs(got.link().removeprefix("?"), keep_blank_values=True)
        assert back == {"c": TWO, "if": [asked]}
    else:
        assert [each.name for each in notices] == ["supposed"]
        assert "if" not in got.query


def test_what_means_nothing_is_told_and_left_out_and_the_rest_holds(book):
    asked = ["nobody~cash_reserves~1bn USD", CASH, "minimax~luck~1", "minimax~cash_reserves~"]
    got, notices = choice(book, {"c": TWO, "if": asked})
    assert [each.name for each in notices] == ["supposed"] * 3
    assert got.query["if"] == [CASH]


def test_no_more_are_kept_than_hold_at_once(book):
    got, notices = choice(book, {"c": TWO, "if": [CASH] * (suppose.LIMIT + 3)})
    assert len(got.supposed) == len(got.query["if"]) == suppose.LIMIT
    assert len(notices) == 1


def test_what_cannot_hold_no_longer_goes_along_with_links(book):
    wrong = "minimax~cash_reserves~lots"
    now, told = view(book, c=TWO, supposed=[wrong, CASH])
    assert len(told) == 1
    assert now.choice.query["if"] == [CASH]
    assert now.is_hypothetical
    same, told = view(book, c=TWO, supposed=[wrong])
    assert len(told) == 1
    assert "if" not in same.choice.query
    assert same.book is book


def test_links_to_pages_that_show_the_data_drop_what_is_supposed(book):
    got, _ = choice(book, {"c": TWO, "if": [CASH]})
    for page in _pages.PAGES:
        kept = "if=" in got.link(_pages.path(page))
        assert kept == (page in _pages.SUPPOSING), page
    assert "if=" in got.link(lang="zh-Hant")
    assert "if=" not in got.link(**{"if": None})


@pytest.mark.parametrize("page", [each for each in _pages.PAGES if each not in _pages.SUPPOSING])
def test_other_pages_show_the_data_and_say_so(book, page):
    now, told = view(book, page, c=TWO, supposed=[CASH])
    assert now.book is book
    assert [each.name for each in told] == ["elsewhere"]


def test_what_is_of_a_company_that_is_not_here_waits_for_the_page_that_it_is_on(book):
    now, told = view(book, "company", company=["zhipu-ai"], c=TWO, supposed=[CASH])
    assert now.book is book
    assert now.choice.query["if"] == [CASH]
    assert [each.name for each in told] == ["supposed"]
    there, told = view(book, "company", company=["minimax"], c=TWO, supposed=[CASH])
    assert (there.is_hypothetical, told) == (True, [])


# -- Compare ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_compare_says_it_in_the_title_and_marks_what_rests_on_it(language):
    page = opened(lang=language, c=TWO, **{"if": [CASH]})
    mark = words.say(language, "supposed.mark")
    head = drawn(page, "head")
    assert mark in head
    assert words.say(language, "ui.suppose.banner") in head
    assert words.say(language, "ui.suppose.back") in head
    assert any(text.endswith("+ 300m USD") for text in head)
    for key in ("table", "cards"):
        found = numbers(page, key)
        touched = {name for name, is_marked in found.items() if is_marked}
        wanted = {"cash_reserves", "runway", *({"pro_forma_cash"} if key == "table" else ())}
        assert touched == {f"trace=minimax~{name}" for name in wanted}
        assert drawn(page, key).count(mark) == len(wanted)
    assert mark.lower() in page.get("vega_lite_chart")[0].proto.alt
    said = drawn(page)
    assert not [text for text in said if text.startswith(("ui.", "supposed."))]


def test_without_a_supposition_nothing_is_marked():
    page = opened(c=TWO)
    assert not any(numbers(page, "table").values())
    assert MARK not in drawn(page)
    assert words.say("en", "ui.suppose.title") in drawn(page, "head")


def test_each_supposition_has_a_way_out_and_all_have_one_together(book):
    now, _ = view(book, c=TWO, supposed=[CASH, "zhipu-ai~revenue~x1.5"])
    links = re.findall(r'"href": "([^"]*)"', json.dumps(_suppose.control(now, tuple(TWO))))
    left = [parse_qs(link.removeprefix("?")).get("if") for link in links]
    assert left == [["zhipu-ai~revenue~x1.5"], [CASH], None]


def test_the_control_offers_what_metrics_rest_on_for_each_company_as_it_stands(book):
    now, _ = view(book, c=TWO, supposed=[CASH])
    tree = _suppose.control(now, tuple(TWO))
    told = json.dumps(tree, ensure_ascii=False)
    for name in ("cash_reserves", "operating_cash_outflow", "cash_burn_rate", "net_proceeds"):
        assert all(f'"value": "{company}~{name}"' in told for company in TWO), name
    assert '"value": "minimax~runway"' not in told
    assert "$1.402B [hypothetical]" in told
    [added] = re.findall(r'"data-add": "([^"]*)"', told)
    assert _state.merged({"c": TWO}, f"{added}{urlencode({'': 'zhipu-ai~revenue~x2'})[1:]}") == {
        "c": TWO, "if": [CASH, "zhipu-ai~revenue~x2"],
    }  # fmt: skip


def test_when_enough_is_supposed_no_more_is_offered(book):
    now, _ = view(book, c=TWO, supposed=[CASH] * suppose.LIMIT)
    told = json.dumps(_suppose.control(now, tuple(TWO)))
    assert "data-add" not in told
    assert words.say("en", "ui.suppose.full", limit=suppose.LIMIT) in told


def test_nobody_compared_leaves_nothing_to_suppose():
    page = opened(c="", **{"if": [CASH]})
    said = drawn(page, "notices")
    assert len(said) == 1
    assert words.say("en", "ui.suppose.title") not in drawn(page, "head")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_trace_shows_what_is_supposed_and_what_is_stated_beside(language):
    page = opened(lang=language, c=TWO, trace="minimax~cash_reserves", **{"if": [CASH]})
    said = drawn(page, "trace")
    assert words.say(language, "ui.trace.supposed_says") in " ".join(said)
    assert words.say(language, "ui.trace.without") in said
    assert "11.02亿美元" in said
    footnote = next(text for text in said if text.endswith("]") or "[if" in text)
    assert words.say(language, "supposed.mark").lower() in footnote
    derived = drawn(opened(lang=language, c=TWO, trace="minimax~runway", **{"if": [CASH]}), "trace")
    assert words.say(language, "ui.trace.supposed_under") in " ".join(derived)
    assert any("+27%" in text for text in derived)


def test_tables_behind_the_page_are_asked_for_with_what_is_supposed():
    page = opened(c=TWO, **{"if": [CASH, "minimax~cash_reserves~lots"]})
    mounts = [each.proto.json for each in page.get("bidi_component") if "tables" in each.proto.id]
    links = re.findall(r"\./api/[^\"]+", mounts[0])
    assert links
    assert all(parse_qs(link.partition("?")[2])["if"] == [CASH] for link in links)


# -- Company ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_company_marks_its_figures_and_keeps_what_documents_state(language):
    page = opened(lang=language, on="company", company="minimax", **{"if": [CASH]})
    plain = opened(lang=language, on="company", company="minimax")
    mark = words.say(language, "supposed.mark")
    assert mark in drawn(page, "head")
    assert any(numbers(page, "cards").values())
    assert any(numbers(page, "periods").values())
    for key in ("beside", "observations", "silent"):
        assert drawn(page, key) == drawn(plain, key), key
    assert mark not in drawn(plain)


def test_a_group_offers_nothing_to_suppose():
    page = opened(on="company", company="minimax+moonshot-ai")
    assert words.say("en", "ui.suppose.title") not in drawn(page, "head")


def test_metric_says_that_it_shows_the_data():
    page = opened(on="metric", metric="runway", **{"if": [CASH]})
    assert drawn(page, "notices") == [words.say("en", "ui.notice.elsewhere")]
    assert MARK not in drawn(page)
