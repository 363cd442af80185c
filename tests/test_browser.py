"""Compare in a real browser: what a person sees, presses, types, prints and takes away."""

import json
import re
from datetime import date

import pytest
from playwright.sync_api import expect

import metrics
from metrics import compare, export, trace, writer
from metrics.lens import Lens
from schemas import words
from tests.folder import write
from tests.screen import AS_OF, DAY, GRAVE, PHONE, WIDE, overflow

# When an employee's word on Moonshot AI's runway was the latest.
CLAIMED = date(2025, 7, 31)
FOUR = ("minimax", "moonshot-ai", "zhipu-ai", "deepseek")
CHOSEN = "&".join(f"c={name}" for name in FOUR)
HOME = f"/?{CHOSEN}&{AS_OF}&lang=en"


@pytest.fixture(scope="module")
def book():
    return metrics.book()


def number(page, company, metric, where="table"):
    """The button that shows a number in the table or on a card."""
    return page.locator(f"{where} [data-go='trace={company}~{metric}']")


def lines(book, currency="", language="en", names=FOUR):
    """The comparison that the page shows, worked out here."""
    ordered = [metric for metric in book.catalog if metric in compare.DEFAULT]
    return compare.compare(book, names, Lens(DAY, DAY, language, currency), ordered)


# -- it can be read ---------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_opens_in_each_language_light_and_dark_wide_and_narrow(
    opened, viewport, scheme, language
):
    page = opened(f"/?{CHOSEN}&{AS_OF}&lang={language}", viewport=viewport, color_scheme=scheme)
    assert page.locator("h1").inner_text() == words.say(language, "ui.compare.title")
    assert page.locator("html").get_attribute("lang") == language
    assert words.say(language, "ui.page.compare") in page.title()
    assert number(page, "minimax", "cash_reserves").inner_text() in {
        "$1.102B",
        "11.02亿美元",
        "11.02億美元",
    }
    assert overflow(page) == 0


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-CN", "zh-Hans"), ("de-DE", "en")],
)
def test_without_a_word_in_the_address_the_browser_chooses_the_language(opened, locale, language):
    page = opened(f"/?{AS_OF}", locale=locale)
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_assistive_technology(opened, violations, viewport, scheme):
    page = opened(viewport=viewport, color_scheme=scheme)
    found = violations(page)
    page.goto(f"{HOME}&trace=minimax~runway")
    page.wait_for_selector("dialog[open]")
    page.wait_for_selector("footer.foot", state="attached")
    found += violations(page)
    assert [each for each in found if each.startswith(GRAVE)] == []


def test_every_number_on_screen_is_the_books_qualifier_included(opened, book):
    page = opened()
    shown = {
        line.metric: [trace.text(cell.answer, "en") for cell in line.cells]
        for line in lines(book)
        if not line.is_empty
    }
    assert shown["overseas_share"][0] == "≈73%"
    for metric, texts in shown.items():
        seen = [number(page, company, metric).inner_text() for company in FOUR]
        assert seen == texts, metric


def test_what_nobody_has_is_folded_into_one_line(opened, book):
    names = ("moonshot-ai", "deepseek")
    page = opened(f"/?c=moonshot-ai&c=deepseek&{AS_OF}&lang=en")
    left = [line for line in lines(book, names=names) if line.is_empty]
    empty = [words.label("en", line.metric) for line in left]
    assert empty
    told = page.locator(".folded").inner_text()
    assert all(label in told for label in empty)
    assert number(page, "moonshot-ai", "net_loss").count() == 0


def test_a_line_that_cannot_be_compared_says_why_and_what_would_help(opened):
    page = opened(f"/?c=minimax&c=moonshot-ai&{AS_OF}&lang=en")
    row = page.locator("tr", has=number(page, "minimax", "cash_reserves", "td"))
    expect(row.locator("th small")).to_have_text(
        "Not comparable: in different currencies (CNY, USD)"
    )
    page.get_by_role("link", name="USD", exact=True).click()
    expect(row.locator("th small")).to_have_text(
        "Not comparable: a financing round of Moonshot AI (2025-12-31) lies between their dates"
    )
    valuation = page.locator("tr", has=number(page, "minimax", "valuation", "td"))
    expect(valuation.locator("th small")).to_have_text("Comparable")


def test_a_claim_stands_under_what_is_missing(opened):
    page = opened(f"/?c=minimax&c=moonshot-ai&at={CLAIMED}&known={DAY}&lang=en")
    cell = page.locator("td", has=number(page, "moonshot-ai", "runway", ""))
    assert cell.inner_text().split("\n") == ["—", "Claimed: ≈36 months"]


def test_a_table_wider_than_the_phone_scrolls_in_its_own_box(opened):
    page = opened(viewport=PHONE)
    box = page.locator(".scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    label = page.locator("tbody th[scope=row]").first
    before = label.bounding_box()["x"]
    box.evaluate("box => box.scrollLeft = 120")
    assert label.bounding_box()["x"] == before
    assert overflow(page) == 0


# -- where a number comes from ----------------------------------------------------------------


def test_a_number_opens_its_trace_and_escape_gives_the_focus_back(opened):
    page = opened()
    number(page, "minimax", "cash_reserves").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".printed").first).to_have_text("11.02亿美元")
    assert dialog.locator(".printed").first.get_attribute("lang") == "zh-Hans"
    expect(dialog.get_by_text("para. 2", exact=True)).to_be_visible()
    assert "trace=minimax~cash_reserves" in page.url
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(number(page, "minimax", "cash_reserves")).to_be_focused()
    expect(page).not_to_have_url(re.compile("trace="))


def test_a_number_opens_by_keyboard_alone(opened):
    page = opened()
    number(page, "moonshot-ai", "cash_reserves").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".printed").first).to_have_text("超过100亿人民币")
    expect(dialog.locator("h2")).to_be_visible()
    page.keyboard.press("Enter")  # the focus stands on the button that closes
    expect(dialog).to_have_count(0)
    expect(number(page, "moonshot-ai", "cash_reserves")).to_be_focused()


def test_a_card_opens_the_same_trace(opened):
    page = opened()
    number(page, "minimax", "revenue_per_employee", ".card").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ttm(revenue) / employee_count")
    inputs = dialog.locator("details")
    inputs.first.locator("summary").first.click()
    expect(inputs.first.locator(".printed").first).to_have_text("$53.44 million")


def test_a_missing_number_says_what_is_missing_and_what_its_claim_implies(opened):
    path = f"/?c=minimax&c=moonshot-ai&at={CLAIMED}&known={DAY}&lang=en"
    page = opened(f"{path}&trace=moonshot-ai~runway")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".amount")).to_have_text("Missing")
    expect(dialog.locator(".printed")).to_have_text("三年左右")
    dialog = opened(f"{HOME}&trace=minimax~runway").get_by_role("dialog")
    expect(dialog.locator(".implied", has_text="$22M/month")).to_have_count(1)


def test_a_link_to_a_trace_opens_it(opened):
    page = opened(f"{HOME}&trace=moonshot-ai~cash_reserves")
    expect(page.get_by_role("dialog").locator(".amount")).to_have_text(">CN¥10B")


def test_the_trace_is_told_in_the_readers_language_and_the_print_in_the_sources(opened):
    page = opened(f"{HOME}&trace=minimax~cash_reserves".replace("lang=en", "lang=zh-Hans"))
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".amount")).to_have_text("11.02亿美元")
    expect(dialog.locator(".printed", has_text="億")).to_have_text("11億美元")


def test_a_number_is_copied_with_its_footnote(opened):
    page = opened(f"{HOME}&trace=minimax~cash_reserves")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(
        r"\$1\.102B \(MiniMax .*; 2025-09-30; “11\.02亿美元”, .*, Dec 2025, para\. 2\) \[\w+\]",
        copied,
    )


# -- choosing ---------------------------------------------------------------------------------


def test_back_and_forward_walk_through_what_was_chosen(opened):
    page = opened()
    number(page, "minimax", "revenue").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("dialog").locator(".amount")).to_have_text("$53.44M")
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="CNY", exact=True).click()
    expect(number(page, "minimax", "cash_reserves")).to_contain_text("CN¥")
    page.go_back()
    expect(number(page, "minimax", "cash_reserves")).to_have_text("$1.102B")


def test_another_language_keeps_companies_and_currency(opened):
    page = opened(f"/?c=openai&c=minimax&ccy=CNY&{AS_OF}&lang=en")
    page.get_by_role("link", name="繁體中文").click()
    expect(page.locator("h1")).to_have_text(words.say("zh-Hant", "ui.compare.title"))
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    names = page.locator("thead th").filter(has=page.locator("a"))
    expect(names).to_have_text([re.compile("^OpenAI"), re.compile("^稀宇科技")])
    expect(page).to_have_url(re.compile("c=openai&c=minimax.*ccy=CNY"))
    expect(page.locator(".switch [aria-current]").first).to_have_text("CNY")


def test_another_currency_changes_amounts_and_leaves_a_receipt(opened, book):
    page = opened()
    page.get_by_role("link", name="CNY", exact=True).click()
    cell = next(line for line in lines(book, "CNY") if line.metric == "cash_reserves").cells[0]
    expect(number(page, "minimax", "cash_reserves")).to_have_text(trace.text(cell.answer, "en"))
    number(page, "minimax", "cash_reserves").click()
    rate = float(cell.answer.receipts[0].rate)
    expect(page.get_by_role("dialog")).to_contain_text(f"1 USD = {rate:.6g} CNY")
    expect(page.get_by_role("dialog")).to_contain_text("closing rate of Sep 30, 2025")


def test_companies_are_found_by_any_name_and_leave_again(opened):
    page = opened()
    box = page.get_by_role("combobox", name="Add a company")
    box.click()
    expect(page.locator(".box [role=option]").first).to_be_visible()
    box.press_sequentially("字节")
    expect(page.locator(".box [role=option]")).to_have_count(1)
    box.press("Enter")
    expect(page.locator(".chips li")).to_have_count(5)
    assert page.url.count("c=") == 5
    assert "c=bytedance" in page.url
    page.get_by_role("link", name="Remove MiniMax").click()
    expect(page.locator(".chips li")).to_have_count(4)
    assert "c=minimax" not in page.url


def test_the_arrows_choose_among_the_companies_found(opened):
    page = opened("/?c=minimax&lang=en")
    box = page.get_by_role("combobox", name="Add a company")
    box.click()
    box.press_sequentially("ba")
    options = page.locator(".box [role=option]")
    expect(options.first).to_have_attribute("id", "hit-baichuan")
    wanted = options.nth(1).get_attribute("id").removeprefix("hit-")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    page.wait_for_url(f"**c=minimax&c={wanted}*")


def test_without_companies_the_page_says_so_and_offers_groups(opened):
    page = opened(f"/?c=minimax&{AS_OF}&lang=en")
    page.get_by_role("link", name="Remove MiniMax").click()
    expect(page.get_by_text("No company is chosen.", exact=False)).to_be_visible()
    page.get_by_role("link", name="American AI labs").click()
    expect(page.locator("thead th")).to_have_count(4)


def test_turning_known_back_takes_away_what_was_not_yet_published(opened):
    page = opened(f"/?c=moonshot-ai&{AS_OF}&lang=en")
    expect(number(page, "moonshot-ai", "cash_reserves")).to_have_text(">CN¥10B")
    page.get_by_label("Published up to").fill("2025-12-01")
    page.wait_for_url("**known=2025-12-01*")
    expect(number(page, "moonshot-ai", "cash_reserves")).to_have_count(0)


def test_all_figures_are_one_click_away(opened):
    page = opened()
    before = page.locator("tbody tr").count()
    page.get_by_role("link", name="All figures").click()
    expect(number(page, "minimax", "returnee_share")).to_have_text(">30%")
    assert page.locator("tbody tr").count() > before


def test_the_chart_draws_another_figure_and_names_who_has_none(opened):
    page = opened()
    expect(page.locator(".vega-embed svg")).to_contain_text(">$1.43B")
    page.get_by_label("Figure", exact=True).select_option("overseas_share")
    expect(page.locator(".vega-embed svg")).to_contain_text("≈73%")
    expect(page.locator(".st-key-chart-foot")).to_contain_text(
        "No number for this figure: Moonshot AI, Zhipu AI, DeepSeek."
    )


def test_the_csv_is_the_exports_bytes(opened, book):
    page = opened()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV").click()
    lens = Lens(DAY, DAY)
    wanted = b"".join(writer.csv(export.tables("comparison", book, lens, (), lines(book))))
    assert started.value.path().read_bytes() == wanted
    assert started.value.suggested_filename == f"footnote-{DAY}.csv"


# -- what goes wrong --------------------------------------------------------------------------


def test_a_bad_address_is_told_and_the_rest_is_shown(opened):
    page = opened("/?c=nobody&c=minimax&at=31.1.2026&lang=tlh&ccy=XXX&trace=minimax~luck")
    told = page.locator(".notice").all_inner_texts()
    assert len(told) == 5
    assert any("nobody" in each for each in told)
    expect(page.locator("thead th")).to_have_count(2)


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "> $1.4B and 10$",
    "![x](https://example.com/x.png)",
    "[link](javascript:alert(1))",
    "~5300万~ **bold** :smile: {{x}}",
    "</script><script>alert(1)</script>",
)


@pytest.fixture
def folder(tmp_path):
    """A data folder whose texts try to be markup."""
    (tmp_path / "companies").mkdir()
    (tmp_path / "sources").mkdir()
    for place, text in enumerate(HOSTILE):
        said = json.dumps(text)
        (tmp_path / "companies" / f"c{place}.yaml").write_text(
            f"name: {{en: {said}}}\n"
            "observations:\n"
            "  - {metric: cash_reserves, value: 1.1bn USD, as_stated: 11億美元, period: 2025-09-30,"
            f" source: hostile, place: {said}, note: {said}}}\n",
            encoding="utf-8",
        )
    (tmp_path / "sources" / "hostile.yaml").write_text(
        f"{{kind: post, publisher: {json.dumps(HOSTILE[0])}, title: {json.dumps(HOSTILE[2])},"
        " language: en, published: 2025-12-01}\n",
        encoding="utf-8",
    )
    return tmp_path


def test_text_from_data_is_text(browser, serve, folder):
    with serve(FOOTNOTE_DATA=str(folder)) as address:
        page = browser.new_page(base_url=address)
        outside = []
        page.on("request", lambda request: outside.append(request.url))
        page.on("dialog", lambda dialog: outside.append(dialog.message))
        page.goto(f"/?{'&'.join(f'c=c{n}' for n in range(6))}&lang=en&trace=c2~cash_reserves")
        page.wait_for_selector("dialog[open]")
        page.wait_for_selector("footer.foot", state="attached")
        heads = page.locator("thead th").all_inner_texts()
        assert [head.strip() for head in heads[1:]] == list(HOSTILE)
        dialog = page.locator("dialog")
        assert dialog.locator(".of").inner_text() == HOSTILE[2]
        assert HOSTILE[0] in dialog.inner_text()
        page.wait_for_selector(".vega-embed svg")
        chart = page.locator(".vega-embed svg").text_content()
        assert all(text in chart for text in HOSTILE)
        assert [
            url for url in outside if not url.startswith((address, "data:", "blob:", "ws:"))
        ] == []
        page.context.close()


def test_a_folder_with_nothing_readable_says_so_and_lists_the_problems(browser, serve, tmp_path):
    (tmp_path / "companies").mkdir()
    (tmp_path / "sources").mkdir()
    (tmp_path / "companies" / "broken.yaml").write_text("name: [", encoding="utf-8")
    with serve(FOOTNOTE_DATA=str(tmp_path)) as address:
        page = browser.new_page(base_url=address)
        page.goto("/?lang=en")
        page.wait_for_selector("footer.foot")
        assert page.locator("h1").inner_text() == "There is nothing to show yet"
        page.locator(".problems summary").click()
        assert "broken.yaml" in page.locator(".problems").inner_text()
        page.context.close()


def test_a_broken_file_takes_nothing_else_down_and_mends_without_a_restart(browser, serve, folder):
    broken = folder / "companies" / "broken.yaml"
    broken.write_text("name: [", encoding="utf-8")
    with serve(FOOTNOTE_DATA=str(folder)) as address:
        page = browser.new_page(base_url=address)
        page.goto("/?c=c0&lang=en")
        page.wait_for_selector("footer.foot")
        assert page.locator(".problems").count() == 1
        assert number(page, "c0", "cash_reserves").inner_text() == "$1.1B"
        broken.write_text("name: {en: Mended}\n", encoding="utf-8")
        page.wait_for_timeout(2500)
        page.reload()
        page.wait_for_selector("footer.foot")
        assert page.locator(".problems").count() == 0
        page.context.close()


# -- data that changes under an open page -----------------------------------------------------


def test_an_edit_on_disk_reaches_the_open_page_and_a_broken_one_takes_nothing_away(
    serve, visit, tmp_path
):
    folder = write(
        tmp_path / "data", "lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]"
    )
    path = folder / "companies" / "lab.yaml"
    good = path.read_text("utf-8")
    with serve(FOOTNOTE_DATA=str(folder)) as address:
        page = visit("/?c=lab&at=2026-02-01", base_url=address)
        number = page.locator("table button.number").first
        expect(number).to_have_text("$1B")
        path.write_text(good.replace("1bn USD", "3bn USD"), "utf-8")
        expect(number).to_have_text("$3B")
        expect(page.get_by_text("The data changed on disk")).to_be_visible()
        path.write_text(good.replace("1bn USD", "3bn USDD"), "utf-8")
        expect(page.get_by_text("the last good state")).to_be_visible(timeout=30_000)
        expect(number).to_have_text("$3B")
        path.write_text(good, "utf-8")
        expect(number).to_have_text("$1B")
        expect(page.get_by_text("the last good state")).to_have_count(0)


def test_a_copied_link_shows_the_same_view_later_on(opened):
    page = opened(f"/?{CHOSEN}&ccy=USD")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    today = page.get_by_label("Periods up to").input_value()
    assert address.startswith(page.url.split("?")[0])
    for part in (CHOSEN, "ccy=USD", f"at={today}", f"known={today}", "lang=en"):
        assert part in address
