"""Company and Metric in a real browser: reading, tracing, finding, paging, copying, going back."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

import metrics
from metrics import rank, statement, trace
from metrics.derive import case
from metrics.lens import Lens
from schemas import words

DAY = date(2026, 1, 31)
LENS = Lens(DAY, DAY)
AS_OF = f"at={DAY}&known={DAY}"
COMPANY = f"/company?company=minimax&{AS_OF}"
METRIC = f"/metric?metric=valuation&{AS_OF}"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
GRAVE = ("serious", "critical")


@pytest.fixture
def opened(visit):
    """Open a path and wait until the last element of the page is drawn."""

    def open_page(path, **options):
        page = visit(path, **options)
        page.wait_for_selector("footer.foot", state="attached")
        return page

    return open_page


@pytest.fixture(scope="module")
def book():
    return metrics.book()


def overflow(page):
    """How many pixels the page, and Streamlit's own scroller, are wider than they can show."""
    return page.evaluate("""() => {
        const main = document.querySelector('[data-testid=stMain]');
        return Math.max(document.documentElement.scrollWidth - innerWidth,
                        main.scrollWidth - main.clientWidth);
    }""")


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


def test_figures_by_period_are_the_books_qualifier_included(opened, book):
    page = opened(f"{COMPANY}&lang=en")
    shown = statement.statements(case(book, "minimax", LENS), book.catalog)
    for name, each in zip(("flows", "balances"), shown, strict=True):
        wanted = [
            [
                trace.text(line.answers[of], "en") if of in line.answers else ""
                for of in each.periods
            ]
            for line in each.lines
        ]
        rows = page.locator(f"#periods-{name} tbody tr:not(.group)")
        seen = rows.evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')]"
            ".map(cell => cell.querySelector('button')?.textContent ?? ''))"
        )
        assert seen == wanted, name


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


def test_a_past_figure_opens_by_mouse_and_by_keyboard_and_gives_the_focus_back(opened):
    page = opened(f"{COMPANY}&lang=en")
    past = page.locator("#periods-balances").get_by_role("button", name=re.compile("≈300"))
    past.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".printed").first).to_have_text("約 300 名員工")
    expect(dialog.locator(".amount")).to_have_text("≈300")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(past).to_be_focused()
    expect(page).not_to_have_url(re.compile("trace="))
    page.keyboard.press("Enter")
    expect(dialog.locator(".amount")).to_have_text("≈300", timeout=20_000)


def test_a_printed_fragment_stands_in_its_own_script_and_opens_its_observation(opened):
    page = opened(f"{COMPANY}&lang=en")
    fragment = page.locator("#observations").get_by_role(
        "button", name=re.compile("超過2.12億用戶")
    )
    assert fragment.get_attribute("lang") == "zh-Hant"
    fragment.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".amount")).to_have_text(">212M")
    expect(dialog).to_contain_text("product: Xingye/Talkie and Hailuo AI")
    expect(dialog).to_contain_text("data/companies/minimax.yaml:74")


def test_a_table_is_copied_as_a_spreadsheet_takes_it(opened):
    page = opened(f"{COMPANY}&lang=en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".copier button").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0] == "Over a period\t9M 2025\tFY2023"
    assert "Cloud spend / revenue\t266.5%\t1,365%" in lines
    assert {line.count("\t") for line in lines} == {2}


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


def test_a_metric_is_picked_from_its_group(opened):
    page = opened(f"{METRIC}&lang=en")
    picker = page.locator("select").first
    assert picker.locator("optgroup").first.get_attribute("label") == "Cash"
    picker.select_option("runway")
    expect(page.locator("h1")).to_have_text("Runway")
    page.get_by_role("button", name="MiniMax, Runway: 50 months").click()
    expect(page.get_by_role("dialog")).to_contain_text("Not checkable")


def test_a_course_is_a_picture_with_words(opened):
    page = opened(f"{COMPANY}&lang=en")
    course = page.locator("svg.spark")
    expect(course).to_have_count(1)
    assert "Dec 31, 2023 ≈300" in course.get_attribute("aria-label")
    assert course.locator("line.cap").count() == 4
    assert course.evaluate("node => node.namespaceURI") == "http://www.w3.org/2000/svg"
