"""What if in a real browser: supposing by mouse and by keys, the marks, leaving, taking away."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

import metrics
from metrics import compare, export, suppose, writer
from metrics.lens import Lens
from metrics.suppose import Supposition
from schemas import words
from tests.screen import AS_OF, DAY, GRAVE, PHONE, WIDE, overflow

LENS = Lens(DAY, DAY)
TWO = ("minimax", "zhipu-ai")
HOME = f"/?c=minimax&c=zhipu-ai&{AS_OF}&lang=en"
ASKED = "minimax~cash_reserves~+300m USD"
IF = "if=minimax~cash_reserves~%2B300m+USD"
COMPANY = f"/company?company=minimax&{AS_OF}"


def number(page, metric, where="table", company="minimax"):
    """The button that shows a number."""
    return page.locator(f"{where} [data-go='trace={company}~{metric}']")


def shows(page, metric, text):
    """Wait until a number of the table is this one; behind it stands what is only said aloud."""
    expect(number(page, metric)).to_have_text(re.compile(rf"^{re.escape(text)}( \[\w+\])?$"))


def style(locator, name):
    return unquote(locator.evaluate(f"node => getComputedStyle(node).{name}"))


def test_proceeds_are_added_by_mouse_and_back_takes_them_away(opened):
    page = opened()
    before = number(page, "runway").inner_text()
    page.locator("#what-if summary").click()
    page.get_by_label("Figure to change").select_option("minimax~cash_reserves")
    page.get_by_label("Change", exact=True).select_option(label="add")
    page.get_by_label("Amount").fill("300m USD")
    page.get_by_role("button", name="Suppose", exact=True).click()
    expect(page.locator("h1 .supposed")).to_have_text("Hypothetical")
    assert "if=minimax~cash_reserves~" in page.url
    shows(page, "cash_reserves", "$1.402B")
    shows(page, "runway", "60.4 months")
    expect(page).to_have_title(re.compile("^Hypothetical: "))
    expect(page.get_by_label("Amount")).to_have_value("")
    page.go_back()
    expect(page.locator("h1 .supposed")).to_have_count(0)
    shows(page, "runway", before)
    expect(page).to_have_title(re.compile("^Compare"))
    page.go_forward()
    expect(page.locator("h1 .supposed")).to_have_count(1)
    page.get_by_role("link", name="Back to the data").click()
    expect(page.locator("h1 .supposed")).to_have_count(0)
    assert "if=" not in page.url
    shows(page, "runway", before)


def test_burn_is_changed_by_keys_alone_on_a_phone(opened):
    page = opened(viewport=PHONE)
    page.locator("#what-if summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Figure to change").focus()
    page.keyboard.type("Operating")
    page.keyboard.press("Tab")
    page.keyboard.type("multiply")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator(".suppose .chips li")).to_have_count(1)
    assert "if=minimax~operating_cash_outflow~x2" in page.url
    shows(page, "runway", "23.7 months")
    assert overflow(page) == 0
    out = page.get_by_role("link", name=re.compile("No longer suppose MiniMax: Operating"))
    out.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".suppose .chips li")).to_have_count(0)
    assert "if=" not in page.url


def test_without_an_amount_nothing_is_supposed_and_the_field_is_ready_for_one(opened):
    page = opened()
    page.locator("#what-if summary").click()
    page.get_by_role("button", name="Suppose", exact=True).click()
    expect(page.get_by_label("Amount")).to_be_focused()
    assert "if=" not in page.url


def test_what_cannot_be_supposed_is_told_and_the_form_stays_open(opened):
    page = opened()
    page.locator("#what-if summary").click()
    page.get_by_label("Amount").fill("35%")
    page.get_by_label("Amount").press("Enter")
    expect(page.locator(".notice")).to_contain_text("is not supposed")
    expect(page.get_by_label("Amount")).to_be_visible()
    expect(page.locator("h1 .supposed")).to_have_count(0)


@pytest.mark.parametrize("path", [HOME, COMPANY], ids=["compare", "company"])
@pytest.mark.parametrize(
    ("viewport", "scheme", "language"),
    [(WIDE, "light", "en"), (PHONE, "dark", "zh-Hans"), (PHONE, "light", "zh-Hant")],
    ids=["desktop", "phone-dark", "phone-light"],
)
def test_the_marks_are_seen_without_colour_and_stand_in_nobodys_way(
    opened, violations, path, viewport, scheme, language
):
    path = f"{path.removesuffix('&lang=en')}&{IF}&lang={language}"
    page = opened(path, viewport=viewport, color_scheme=scheme)
    mark = words.say(language, "supposed.mark")
    expect(page.locator("h1 .supposed")).to_have_text(mark)
    touched = page.locator(".number.hypothetical").first
    assert style(touched, "borderBottomStyle") == "dashed"
    assert mark in touched.get_attribute("aria-label") or mark.lower() in touched.get_attribute(
        "aria-label"
    )
    ground = page.locator("table.ground").first
    assert mark in style(ground, "backgroundImage")
    assert mark in style(page.locator(".cards.ground .card").first, "backgroundImage")
    charts = page.locator("[class*=st-key-ground-]")
    for chart in charts.all():
        assert mark in style(chart, "backgroundImage")
    if path.startswith("/?"):
        assert charts.count() == 1
    page.locator("#what-if summary").click()
    assert overflow(page) == 0
    found = violations(page)
    number(page, "cash_reserves", ".cards").click()
    page.wait_for_selector("dialog[open]")
    found += violations(page)
    assert [each for each in found if each.startswith(GRAVE)] == []


def test_a_trace_shows_the_stated_figure_and_its_document_beside_the_supposed_one(opened):
    page = opened(f"{HOME}&{IF}&trace=minimax~cash_reserves")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".amount")).to_have_text("$1.402B")
    beside = dialog.locator("section.hypothetically")
    expect(beside).to_contain_text("No document states this number")
    expect(beside).to_contain_text("$1.102B")
    expect(beside).to_contain_text("+$300M")
    beside.locator("details summary").click()
    expect(beside.locator("blockquote .printed")).to_have_text("11.02亿美元")
    expect(dialog.locator("#footnote")).to_contain_text("$1.402B [hypothetical]")
    page.goto(f"{HOME}&{IF}&trace=minimax~runway")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("section.hypothetically")).to_contain_text("47.5 months")
    marked = dialog.locator("details", has=page.locator("b.hypothetical"))
    expect(marked.first).to_contain_text("Cash balance")


def test_the_copied_link_shows_the_same_and_the_pages_of_data_do_not(opened):
    page = opened(f"{HOME}&{IF}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    again = page.context.new_page()
    again.goto(copied)
    again.wait_for_selector("footer.foot")
    shows(again, "cash_reserves", "$1.402B")
    page.get_by_role("link", name="Metric", exact=True).click()
    expect(page.locator("h1")).not_to_contain_text("Compare")
    assert "if=" not in page.url
    page.go_back()
    expect(page.locator("h1 .supposed")).to_have_count(1)
    page.get_by_role("link", name="Company", exact=True).click()
    expect(page.locator("h1 .supposed")).to_have_count(1)
    assert "if=minimax" in page.url


def test_what_is_downloaded_and_copied_carries_the_mark(opened):
    page = opened(f"{HOME}&{IF}")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV").click()
    book = metrics.book()
    asked = suppose.read(book, ASKED)
    assert isinstance(asked, Supposition)
    supposed, _ = suppose.suppose(book, LENS, TWO, [asked])
    ordered = [metric for metric in book.catalog if metric in compare.DEFAULT]
    lines = compare.compare(supposed, TWO, LENS, ordered)
    wanted = b"".join(writer.csv(export.tables("comparison", supposed, LENS, (), lines)))
    assert started.value.path().read_bytes() == wanted
    assert started.value.suggested_filename == f"footnote-hypothetical-{DAY}.csv"
    for name in ("workbook", "memo"):
        with page.expect_download() as started:
            page.get_by_role("button", name=f"Download {name}").click()
        assert started.value.suggested_filename.startswith(f"footnote-hypothetical-{DAY}.")
    link = page.locator(".tables a", has_text="JSON").first.get_attribute("href")
    rows = page.request.get(link.removeprefix(".")).json()
    assert {row["metric"] for row in rows if row["hypothetical"]} >= {"cash_reserves", "runway"}


def test_a_copied_table_has_the_word_beside_what_is_hypothetical(opened):
    page = opened(f"{COMPANY}&{IF}&lang=en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy table").first.click()
    expect(page.get_by_role("button", name="Copied").first).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    runway = next(line for line in copied.split("\n") if line.startswith("Runway"))
    assert "60.4 months [Hypothetical]" in runway
    assert "[Hypothetical]" not in next(
        line for line in copied.split("\n") if line.startswith("Revenue\t")
    )


def test_an_address_full_of_nonsense_is_told_and_the_rest_is_shown(opened):
    wrong = "&".join(f"if={each}" for each in (
        "%3Cscript%3Ealert(1)%3C/script%3E", "minimax~cash_reserves~%00", "minimax~runway~9",
        "minimax~cash_reserves~=1%2B1", "~~~~",
    ))  # fmt: skip
    page = opened(f"{HOME}&{wrong}&{IF}")
    assert page.locator(".notice").count() >= 3
    expect(page.locator(".notice", has_text="<script>")).to_have_count(1)
    expect(page.locator("h1 .supposed")).to_have_count(1)
    shows(page, "cash_reserves", "$1.402B")
