"""Passage in a real browser: paste, jump, correct, accept, copy; with keys, on a phone."""

import json

import pytest
from playwright.sync_api import expect

from metrics import passage
from tests.screen import AS_OF, GRAVE, PHONE, WIDE, overflow
from tests.test_passage import PASSAGES


@pytest.fixture
def pasted(visit):
    """Open the page, paste a text and wait for its marks."""

    def paste(text, **options):
        language = options.pop("lang", "en")
        page = visit(f"/passage?lang={language}&{AS_OF}", **options)
        page.wait_for_selector("footer.foot", state="attached")
        page.fill("#pasted", text)
        page.fill("[data-field=published]", "2025-11-18")
        page.click("[data-say=read]")
        page.wait_for_selector("mark")
        return page

    return paste


@pytest.mark.parametrize(
    ("viewport", "scheme", "language"),
    [(WIDE, "light", "en"), (PHONE, "dark", "zh-Hans"), (PHONE, "light", "zh-Hant")],
    ids=["desktop", "phone-dark", "phone-light"],
)
def test_the_page_has_no_barriers_and_does_not_scroll_sideways(
    pasted, violations, viewport, scheme, language
):
    text = (PASSAGES / f"{language}.txt").read_text(encoding="utf-8")
    page = pasted(text, viewport=viewport, color_scheme=scheme, lang=language)
    page.locator("[data-say='open~0']").click()
    expect(page.locator(".correct select")).to_have_count(2)
    assert overflow(page) <= 0
    assert not [each for each in violations(page) if each.startswith(GRAVE)]


def test_a_figure_is_corrected_accepted_and_copied(pasted):
    text = "<b>MiniMax</b> had revenue of $5 million in 2024 & more."
    page = pasted(text, permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator(".passage b")).to_have_count(0)
    expect(page.locator(".passage")).to_contain_text("<b>MiniMax</b> had revenue of")
    page.locator("[data-say='open~0']").click()
    page.locator("[data-tell='company~0']").select_option("zhipu-ai")
    expect(page.locator(".what-of")).to_contain_text("Zhipu AI")
    page.locator("[data-say='accept~0']").click()
    page.locator("[data-tell='document~publisher']").fill("Morning Post")
    page.keyboard.press("Tab")
    expect(page.locator("pre")).to_have_count(2)
    page.locator("[data-copy=part-1]").click()
    expect(page.locator("[data-copy=part-1]")).to_have_text("Copied")
    told = page.evaluate("navigator.clipboard.readText()")
    assert told.startswith("  - metric: revenue\n    value: 5m USD\n")


def test_keys_lead_from_a_mark_to_its_entry_and_back(pasted):
    page = pasted((PASSAGES / "en.txt").read_text(encoding="utf-8"))
    page.locator("#mark-3 button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('li').id") == "figure-3"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('mark').id") == "mark-3"


def test_a_text_beyond_the_limit_does_not_leave_the_browser(visit):
    page = visit(f"/passage?{AS_OF}&lang=en")
    page.wait_for_selector("footer.foot", state="attached")
    page.evaluate(
        f"document.querySelector('#pasted').value = 'x'.repeat({json.dumps(passage.LARGEST + 1)})"
    )
    page.click("[data-say=read]")
    expect(page.locator("p.notice[role=alert]")).to_contain_text("200 KB")
    expect(page.locator("mark")).to_have_count(0)
