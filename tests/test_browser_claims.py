"""Claims, Sources and Health in a real browser: what a person reads, presses and links to."""

import re

import pytest
from playwright.sync_api import expect

import metrics
from metrics import check, claim, conflict, trace
from metrics.lens import Lens
from schemas import words
from tests.screen import AS_OF, DAY, GRAVE, PHONE, WIDE, overflow

LENS = Lens(DAY, DAY)
SIZE = 20  # claims on a page
CLAIM = "b779f8fcfa5f"
ARTICLE = "neteasehao-2025-12-minimax-ipo"
PAGES = {
    "claims": f"/claims?{AS_OF}",
    "minimax": f"/claims?{AS_OF}&company=minimax&metric=runway",
    "working": f"/claims?{AS_OF}&claim={CLAIM}",
    "sources": f"/sources?{AS_OF}",
    "document": f"/sources?{AS_OF}&source={ARTICLE}",
    "gaps": f"/health?{AS_OF}",
    "problems": f"/health?{AS_OF}&part=problems",
}


@pytest.fixture(scope="module")
def book():
    return metrics.book()


@pytest.fixture
def opened(opened):
    """Open a page by its name in PAGES, or a path, in a language."""

    def open_page(name, language="en", **options):
        return opened(f"{PAGES.get(name, name)}&lang={language}", **options)

    return open_page


@pytest.mark.parametrize("name", ["working", "sources", "document", "gaps", "problems"])
def test_a_page_reads_wide_and_light_narrow_and_dark(opened, violations, name):
    page = opened(name, "zh-Hant", viewport=WIDE, color_scheme="light")
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    assert overflow(page) == 0
    found = violations(page)
    before = background(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(500)  # colours fade over
    assert background(page) != before
    assert overflow(page) == 0
    found += violations(page)
    assert [each for each in found if each.startswith(GRAVE)] == []
    boxes = page.locator(".scroll")
    if boxes.count():  # what is wider than the phone scrolls by itself
        assert boxes.first.evaluate("box => box.scrollWidth > box.clientWidth")


def background(page):
    """The colour that the page is drawn on."""
    return page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor")


@pytest.mark.parametrize("name", ["claims", "minimax", "document", "gaps"])
def test_opening_and_closing_a_trace_moves_nothing_under_the_pointer(opened, settled, name):
    page = opened(name)
    pressed = page.locator("[data-go^='trace=']").first
    dialog = page.get_by_role("dialog")
    for times in range(2):  # the first time, verdicts and findings may still be on their way
        if times:
            page.evaluate(WATCH)
        pressed.click()
        expect(dialog).to_be_visible()
        settled(page)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        settled(page)
    # What has moved is known a frame later.
    page.wait_for_timeout(200)
    assert page.evaluate("moved") == []


WATCH = """() => {
    globalThis.moved = [];
    const outside = (node) => !(node?.closest ? node : node?.parentElement)?.closest("dialog");
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            for (const { node, previousRect, currentRect } of entry.sources)
                if (outside(node)) moved.push([node?.className, previousRect.y, currentRect.y]);
    }).observe({ type: "layout-shift" });
}"""


# -- claims -----------------------------------------------------------------------------------


def test_what_a_claim_prints_is_on_screen_in_its_own_script(opened, book):
    page = opened("claims")
    rows = book.exact(claim.stated(book, LENS)[:SIZE])
    for found in (claim.verdict(book, row, LENS) for row in rows):
        line = page.locator(f"#entry-{found.row.id}")
        printed = line.locator(".printed-here")
        expect(printed).to_have_text(found.row.as_stated)
        language = book.sources[found.row.source].language
        assert printed.get_attribute("lang") == language
        expect(line.locator(".seal")).to_contain_text(words.say("en", f"verdict.{found.word}"))


def test_the_working_opens_by_mouse_and_by_keyboard_and_back_closes_it(opened):
    page = opened("minimax")
    toggle = page.locator(f"#entry-{CLAIM} .toggle")
    toggle.click()
    panel = page.locator(f"#working-{CLAIM}")
    expect(panel.locator(".printed").last).to_have_text("50個月")
    expect(panel.locator(".implied").first).to_contain_text("$22M/month")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(toggle).to_be_focused()
    expect(page).to_have_url(re.compile(f"claim={CLAIM}"))
    page.keyboard.press("Enter")
    expect(panel).to_have_count(0)
    page.go_back()
    expect(panel).to_be_visible()
    page.go_back()
    expect(panel).to_have_count(0)


def test_a_link_to_a_working_keeps_through_another_language(opened):
    page = opened("working")
    page.get_by_role("link", name="简体中文").click()
    expect(page.locator("h1")).to_have_text(words.say("zh-Hans", "ui.claims.title"))
    panel = page.locator(f"#working-{CLAIM}")
    expect(panel.locator(".printed").last).to_have_text("50個月")
    expect(panel).to_contain_text(words.label("zh-Hans", "cash_burn_rate"))


def test_claims_are_narrowed_to_a_company_and_a_figure_and_let_go_again(opened, book):
    every = claim.stated(book, LENS)
    page = opened("claims")
    entries = page.locator(".entries > li")
    expect(entries).to_have_count(min(SIZE, len(every)))
    page.get_by_role("combobox", name=words.say("en", "ui.list.company")).fill("kimi")
    page.get_by_role("option", name="Moonshot AI").click()
    expect(entries).to_have_count(int((every["company"] == "moonshot-ai").sum()))
    expect(page).to_have_url(re.compile("company=moonshot-ai"))
    page.get_by_role("link", name="Remove Moonshot AI").click()
    expect(entries).to_have_count(min(SIZE, len(every)))
    page.locator("select[data-name=metric]").select_option("runway")
    expect(entries).to_have_count(int((every["metric"] == "runway").sum()))
    page.locator(".tabs a", has_text="Contradicted").click()
    expect(page.locator("p.empty")).to_contain_text(words.say("en", "ui.claims.none"))
    page.get_by_role("link", name=words.say("en", "ui.list.all")).click()
    expect(entries).to_have_count(min(SIZE, len(every)))


def test_a_claims_amount_opens_its_trace_and_its_source_the_document(opened):
    page = opened("minimax")
    line = page.locator(f"#entry-{CLAIM}")
    line.locator("button.number").click()
    expect(page.get_by_role("dialog").locator(".printed").first).to_have_text("50個月")
    page.keyboard.press("Escape")
    expect(line.locator("button.number")).to_be_focused()
    line.locator(".at-source a").first.click()
    expect(page).to_have_url(re.compile(f"/sources\\?.*source={ARTICLE}"))
    expect(page.locator("article h1")).to_have_text("NetEase Hao (网易号)")


# -- sources ----------------------------------------------------------------------------------


def test_a_document_shows_every_print_of_the_data(opened, book):
    page = opened("document")
    rows = book.exact(book.observations[book.observations["source"] == ARTICLE])
    shown = page.locator(".stated tbody .printed-here").all_inner_texts()
    assert sorted(shown) == sorted(row.as_stated for row in rows)


def test_documents_are_searched_by_typing_and_opened_by_keyboard(opened):
    page = opened("sources")
    page.get_by_role("searchbox").press_sequentially("minimax-2025-12-prospectus")
    page.keyboard.press("Enter")
    names = page.locator(".documents tbody tr")
    expect(names).to_have_count(1)
    expect(page).to_have_url(re.compile("q="))
    link = names.locator("a").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_contain_text("招股書")
    expect(page.locator(".tree .here")).to_have_text(re.compile("MiniMax"))
    page.get_by_role("link", name=words.say("en", "ui.sources.back")).click()
    expect(names).to_have_count(1)


# -- health -----------------------------------------------------------------------------------


def test_a_cell_of_the_grid_opens_its_trace_by_keyboard(opened, book):
    told = trace.trace(book, "minimax", "cash_reserves", LENS)["observation"]
    page = opened("gaps")
    cell = page.locator("[data-go='trace=minimax~cash_reserves']")
    assert cell.get_attribute("aria-label").endswith(words.say("en", "ui.state.stated"))
    cell.focus()
    page.keyboard.press("Enter")
    printed = page.get_by_role("dialog").locator(".printed").first
    expect(printed).to_have_text(told["as_stated"])
    page.keyboard.press("Escape")
    expect(cell).to_be_focused()


def test_the_parts_of_health_are_one_step_away_and_back_returns(opened, book):
    found = check.problems(book, DAY)
    page = opened("gaps")
    page.locator(".tabs a", has_text=words.say("en", "ui.health.conflicts")).click()
    prints = page.locator(".conflicts .printed-here")
    wanted = [
        text for each in conflict.of(book, found) for text in (each.row.as_stated, each.other)
    ]
    expect(prints).to_have_text(wanted)
    page.locator(".tabs a", has_text=words.say("en", "ui.health.problems")).first.click()
    listed = page.locator(".problem-list")
    expect(listed).to_contain_text(words.sentences("en", found[0])[0])
    expect(listed).to_contain_text(f"{found[0].path}:{found[0].line}")
    page.go_back()
    expect(prints).to_have_count(len(wanted))
    page.go_back()
    expect(page.locator("table.grid")).to_be_visible()
