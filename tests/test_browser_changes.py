"""Changes in a real browser: reading, opening a trace, choosing days and a peer set, the feed."""

import re

import pytest
from playwright.sync_api import expect

from schemas import words
from tests.screen import GRAVE, PHONE, WIDE, overflow

DAYS = "at=2026-03-31&known=2026-03-31"
CHANGES = f"/changes?{DAYS}&since=2026-01-31&set=listed-ai-labs"


@pytest.mark.parametrize(
    ("viewport", "scheme", "language"),
    [(WIDE, "light", "en"), (PHONE, "dark", "zh-Hans")],
    ids=["desktop", "phone"],
)
def test_the_page_opens_without_barriers_and_without_scrolling_sideways(
    opened, violations, viewport, scheme, language
):
    page = opened(f"{CHANGES}&lang={language}", viewport=viewport, color_scheme=scheme)
    assert page.locator("h1").inner_text() == words.say(language, "ui.changes.title")
    assert overflow(page) == 0
    assert [each for each in violations(page) if each.startswith(GRAVE)] == []


def test_a_value_that_moved_opens_its_trace_and_so_does_what_moved_it(opened, settled):
    page = opened(f"{CHANGES}&lang=en")
    row = page.locator("#changed-minimax table.moved tr", has_text="Revenue per employee")
    row.locator("td:nth-child(3) button").click()
    expect(page.locator("dialog p.amount")).to_have_text("$205K/person")
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("trace="))
    settled(page)
    row.locator(".because button").first.click()
    # What is stated for parts of the company stands beneath, printed as well.
    expect(page.locator("dialog p.printed").first).to_contain_text("7903.8 萬美元")


def test_days_and_peer_sets_are_chosen_on_the_page_and_stand_in_the_address(opened, settled):
    page = opened(f"{CHANGES}&lang=en")
    expect(page.locator("#changed-zhipu-ai")).to_be_visible()
    page.get_by_role("link", name="365 days").click()
    expect(page).to_have_url(re.compile("since=2025-03-31"))
    settled(page)
    page.get_by_label("Peer set").select_option("chinese-platforms")
    expect(page).to_have_url(re.compile("set=chinese-platforms"))
    expect(page.locator("#changed-minimax")).to_have_count(0)
    page.go_back()
    expect(page.locator("#changed-minimax")).to_be_visible()


def test_the_feed_stands_where_the_page_leads(opened, server):
    page = opened(f"{CHANGES}&lang=en")
    address = page.get_by_role("link", name="Feed (Atom)").evaluate("link => link.href")
    assert address == f"{server}/feed.atom?set=listed-ai-labs&lang=en"
    answer = page.request.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")


def test_new_figures_are_marked_on_compare_when_asked(opened, settled):
    page = opened(f"/?{DAYS}&c=minimax&lang=en")
    expect(page.locator("table td small", has_text="New")).to_have_count(0)
    page.get_by_role("link", name="New: 30 days").click()
    expect(page).to_have_url(re.compile("new=30"))
    settled(page)
    expect(page.locator("table td small", has_text="FY2025 · New").first).to_be_visible()
