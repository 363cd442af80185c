"""Company and Metric in a real browser: reading, tracing, finding, paging, copying, going back."""

import re

import pytest
from playwright.sync_api import expect

import metrics
from metrics import claim, rank, statement, trace
from metrics.derive import case
from metrics.lens import Lens
from schemas import words
from tests.screen import AS_OF, DAY, GRAVE, PHONE, WIDE, overflow
from views._periods import SHOWN

LENS = Lens(DAY, DAY)
COMPANY = f"/company?company=minimax&{AS_OF}"
METRIC = f"/metric?metric=valuation&{AS_OF}"


@pytest.fixture(scope="module")
def book():
    return metrics.book()


@pytest.mark.parametrize("path", [COMPANY, METRIC], ids=["company", "metric"])
@pytest.mark.parametrize(
    ("viewport", "scheme", "language"),
    [(WIDE, "light", "en"), (PHONE, "dark", "zh-Hans"), (PHONE, "light", "zh-Hant")],
    ids=["desktop", "phone-dark", "phone-light"],
)
def test_the_page_opens_without_barriers_and_without_scrolling_sideways(
    opened, violations, book, path, viewport, scheme, language
):
    page = opened(f"{path}&lang={language}", viewport=viewport, color_scheme=scheme)
    name = book.companies["minimax"].name.in_language(language)
    wanted = name if path == COMPANY else words.label(language, "valuation")
    assert page.locator("h1").inner_text().startswith(wanted)
    assert page.locator("html").get_attribute("lang") == language
    assert overflow(page) == 0
    assert [each for each in violations(page) if each.startswith(GRAVE)] == []


def laid_out(book, name):
    """The periods and rows that a table shows at first: the newest, and what has any of them."""
    flows, balances = statement.statements(case(book, "minimax", LENS), book.catalog)
    found = {"flows": flows, "balances": balances}[name]
    periods = found.periods[:SHOWN]
    return periods, [line for line in found.lines if set(line.answers) & set(periods)]


@pytest.mark.parametrize("name", ["flows", "balances"])
def test_figures_by_period_are_the_books_qualifier_included(opened, book, name):
    page = opened(f"{COMPANY}&lang=en")
    periods, lines = laid_out(book, name)
    wanted = [
        [trace.text(line.answers[of], "en") if of in line.answers else "" for of in periods]
        for line in lines
    ]
    rows = page.locator(f"#periods-{name} tbody tr:not(.group)")
    seen = rows.evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')]"
        ".map(cell => cell.querySelector('button')?.textContent ?? ''))"
    )
    assert seen == wanted


def test_a_ranking_is_the_books_in_its_order(opened, book):
    page = opened(f"{METRIC}&lang=en")
    found = rank.ranking(book, LENS, "valuation")
    names = page.locator(".ranked tbody th").all_inner_texts()
    assert [name.strip() for name in names] == [book.companies[n].name.en for n in found.companies]
    cells = rank.cells(book, found.companies, LENS, "valuation")
    seen = page.locator(".ranked button.number").all_inner_texts()
    assert seen[: found.placed] == [trace.text(each.answer, "en") for each in cells][: found.placed]
    first = f"{book.companies[found.companies[0]].name.en}\N{EM SPACE}{seen[0]}"
    expect(page.locator(".vega-embed svg")).to_contain_text(first)


def test_a_past_figure_opens_by_mouse_and_by_keyboard_and_gives_the_focus_back(opened, book):
    page = opened(f"{COMPANY}&lang=en")
    periods, lines = laid_out(book, "flows")
    line = next(each for each in lines if each.metric == "revenue")
    answer = next(line.answers[of] for of in periods[1:] if of in line.answers)
    text, row = trace.text(answer, "en"), answer.choice.row
    past = page.locator(f'#periods-flows button[data-go$="~{answer.id}"]')
    past.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".printed").first).to_have_text(row.as_stated)
    expect(dialog.locator(".amount")).to_have_text(text)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(past).to_be_focused()
    expect(page).not_to_have_url(re.compile("trace="))
    page.keyboard.press("Enter")
    expect(dialog.locator(".amount")).to_have_text(text)


def test_a_printed_fragment_stands_in_its_own_script_and_opens_its_observation(opened, book):
    page = opened(f"{COMPANY}&lang=en")
    fragment = page.locator('#observations button[lang="zh-Hant"]').first
    printed = fragment.inner_text()
    fragment.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".printed").first).to_have_text(printed)
    there = {f"{row.file}:{row.line}" for row in book.rows(["minimax"]) if row.as_stated == printed}
    assert any(place in dialog.inner_text() for place in there)


def test_a_table_is_copied_as_a_spreadsheet_takes_it(opened, book):
    page = opened(f"{COMPANY}&lang=en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".copier button").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    periods, rows = laid_out(book, "flows")
    # Thin spaces around a dash are plain ones in what is copied.
    heads = [words.period("en", of).replace("\N{THIN SPACE}", " ") for of in periods]
    assert lines[0] == "\t".join(["Over a period", *heads])
    revenue = next(each for each in rows if each.metric == "revenue")
    cells = [
        trace.text(revenue.answers[of], "en") if of in revenue.answers else "" for of in periods
    ]
    assert "\t".join([words.label("en", "revenue"), *cells]) in lines
    assert {line.count("\t") for line in lines} == {len(periods)}


def test_a_company_is_found_by_any_name_and_back_leads_home(opened):
    page = opened(f"{COMPANY}&lang=en")
    box = page.get_by_role("combobox", name="Find a company")
    box.click()
    box.press_sequentially("kimi")
    expect(page.locator(".box [role=option]")).to_have_count(1)
    box.press("Enter")
    expect(page.locator("h1")).to_contain_text("Moonshot AI")
    assert "company=moonshot-ai" in page.url
    page.go_back()
    expect(page.locator("h1")).to_contain_text("MiniMax")


def test_names_lead_from_page_to_page_and_the_choice_goes_along(opened):
    page = opened(f"/?c=minimax&c=openai&ccy=CNY&{AS_OF}&lang=en")
    page.locator("thead").get_by_role("link", name="MiniMax").click()
    expect(page.locator("h1")).to_contain_text("MiniMax")
    expect(page).to_have_url(re.compile(r"/company\?.*company=minimax.*ccy=CNY"))
    page.locator("#periods-flows").get_by_role("link", name="Revenue", exact=True).click()
    expect(page.locator("h1")).to_have_text("Revenue")
    page.get_by_role("link", name="繁體中文").click()
    expect(page.locator("h1")).to_have_text("收入")
    expect(page).to_have_url(re.compile(r"/metric\?.*ccy=CNY.*lang=zh-Hant.*metric=revenue"))
    page.go_back()
    expect(page.locator("h1")).to_have_text("Revenue")


def test_a_metric_is_picked_from_its_group(opened, book):
    page = opened(f"{METRIC}&lang=en")
    picker = page.locator("select").first
    assert picker.locator("optgroup").first.get_attribute("label") == "Cash"
    picker.select_option("runway")
    expect(page.locator("h1")).to_have_text("Runway")
    page.get_by_role("button", name="MiniMax, Runway: 50 months").click()
    (found,) = (
        each for each in claim.claims(book, ["minimax"], LENS) if each.row.as_stated == "50個月"
    )
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(words.say("en", f"verdict.{found.word}"))


def test_a_course_is_a_picture_with_words(opened):
    page = opened(f"{COMPANY}&lang=en")
    course = page.locator("svg.spark").first
    # Three periods at least, each told with its amount.
    assert course.get_attribute("aria-label").count(", ") >= 2
    assert course.locator("line.reach").count() >= 3
    assert course.evaluate("node => node.namespaceURI") == "http://www.w3.org/2000/svg"
