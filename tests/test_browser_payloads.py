"""Naughty strings through every page in a real browser: shown in full, and never anything else."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Dialog, Page, Request, Route

import metrics
from metrics import compare, memo, passage
from metrics.lens import Lens
from schemas import period
from tests.conftest import settle
from tests.payloads import COMPANIES, DAY, OWN, SOURCES, Dealt, corpora, hostile

AS_OF = f"at={DAY}&known={DAY}"
SIX = "&".join(f"c={name}" for name in COMPANIES)
# What our pages never draw, and data might wish to.
FOREIGN = (
    "script, iframe, object, embed, base, meta, link, video, audio, math, img, style, "
    "form:not(.vega-bindings), "  # the chart's own, and empty
    "frame, frameset, marquee, applet, template, portal, foreignObject, image, animate, set, use"
)
# What the pages themselves are fetched by.
OWN_PATHS = ("/_stcore/", "/static/", "/media/", "/favicon")
PAGES = {"/", "/company", "/metric", "/claims", "/sources", "/health", "/changes", "/passage"}


@pytest.fixture(scope="module")
def dealt(tmp_path_factory) -> tuple[Dealt, Path]:
    """The folder of naughty strings, and which of them stands where."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    return hostile(folder, corpora()), folder


@pytest.fixture(scope="module")
def house(serve, dealt) -> Iterator[str]:
    """Address of the app with that folder."""
    with serve(FOOTNOTE_DATA=str(dealt[1])) as address:
        yield address


@pytest.fixture
def watched(browser, house) -> Iterator[Callable[..., Page]]:
    """Open a path; nothing may pop up, run, or be asked for besides our own pages."""
    complaints: list[str] = []
    context = browser.new_context(base_url=house, viewport={"width": 1440, "height": 2000})
    context.set_default_timeout(60_000)

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        own = address.path in PAGES or address.path.startswith(OWN_PATHS)
        if address.scheme in {"data", "blob"} or (address.hostname == "localhost" and own):
            return
        if not address.path.endswith(("/_stcore/health", "/_stcore/host-config")):
            complaints.append(f"{request.resource_type} {request.url}")

    def pop(dialog: Dialog) -> None:
        complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def log(message: Any) -> None:
        looked_for = message.location["url"].endswith("/_stcore/health")
        if message.type == "error" and not looked_for:
            complaints.append(message.text)

    page: Page = context.new_page()
    page.on("request", note)
    page.on("dialog", pop)
    page.on("console", log)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("popup", lambda other: complaints.append(f"a window: {other.url}"))

    def open_page(path: str, wait: str = "footer.foot") -> Page:
        page.goto(path)
        page.wait_for_selector(wait, state="attached")
        settle(page)
        complaints.extend(harm(page))
        return page

    yield open_page
    complaints.extend(harm(page))
    context.close()
    assert complaints == []


def harm(page: Page) -> list[str]:
    """What on a page came out of the data as anything but text."""
    found: list[str] = page.evaluate(
        """foreign => {
            const told = globalThis.hit === undefined ? [] : [`script ${globalThis.hit} ran`];
            const roots = [...document.querySelectorAll(".fn, [data-testid=stVegaLiteChart]")];
            for (const root of roots) for (const node of [root, ...root.querySelectorAll("*")]) {
                if (node.matches(foreign)) told.push(`<${node.localName}> ${node.outerHTML}`);
                for (const { name, value } of node.attributes) {
                    if (name.startsWith("on")) told.push(`${name}=${value}`);
                    const leads = /^(href|src|action|data|xlink:href)$/.test(name);
                    if (leads && !/^(https?:[/][/]|[.][/]|[?]|#)/.test(value))
                        told.push(`${name}=${value}`);
                }
            }
            return told;
        }""",
        FOREIGN,
    )
    return found


def text(page: Page) -> str:
    """All text that our own elements of a page hold, as it stands there."""
    told: str = page.evaluate(
        "[...document.querySelectorAll('.fn')].map(each => each.textContent).join('\\n')"
    )
    return told


def missing(page: Page, wanted: Iterable[str]) -> list[str]:
    """Which of these texts are not on the page just as they are."""
    shown = text(page)
    return [each for each in wanted if each not in shown]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_compare_shows_names_as_they_are(watched, dealt, language):
    page = watched(f"/?{SIX}&{AS_OF}&lang={language}&rows=all")
    placed = dealt[0].placed
    assert not missing(page, placed[f"name {language}"])
    assert not missing(page, placed[f"set {language}"])
    page.wait_for_selector(".vega-embed svg")
    drawn = page.locator(".vega-embed").first.text_content() or ""
    assert any(name[:6] in drawn for name in placed[f"name {language}"])


def test_names_found_by_typing_are_shown_as_they_are(watched, dealt):
    page = watched(f"/?c=c0&{AS_OF}&lang=en")
    box = page.get_by_role("combobox").first
    box.click()
    box.press_sequentially("·")
    page.wait_for_selector(".box [role=option]")
    told = page.locator(".box [role=option]").all_text_contents()
    names = dealt[0].placed["name en"]
    assert sum(any(name in each for each in told) for name in names) >= len(COMPANIES) - 1


@pytest.mark.parametrize("metric", ["cash_reserves", "revenue", "runway", "valuation"])
def test_a_trace_shows_notes_reasons_and_places_as_they_are(watched, dealt, metric):
    page = watched(f"/?{SIX}&{AS_OF}&lang=en&trace=c0~{metric}", "dialog[open]")
    shown = page.locator("dialog[open]").text_content() or ""
    placed = dealt[0].placed
    for kind in ("figure place", "figure note", "figure because", "publisher", "title"):
        assert any(each in shown for each in placed[kind]), kind


@pytest.mark.parametrize("company", COMPANIES)
def test_a_companys_page_shows_every_name_and_place_as_it_is(watched, dealt, company):
    page = watched(f"/company?company={company}&{AS_OF}&lang=en")
    told = json.loads((dealt[1] / "companies" / f"{company}.yaml").read_text("utf-8"))
    wanted = [*told["name"].values(), *told["aliases"], told["founded"]["place"]]
    wanted += [told[key] for key in ("lei", "hkex", "cik", "wikidata")]
    wanted += [each["place"] for each in told["observations"]]
    assert not missing(page, wanted)


def test_the_other_pages_show_everything_as_it_is(watched, dealt):
    placed = dealt[0].placed
    shown = {
        "/metric?metric=revenue": placed["name en"],
        "/metric?metric=runway": placed["name en"],
        f"/claims?{AS_OF}": placed["name en"],
        f"/company?company=c0%2Bc1&{AS_OF}": placed["group en"],
        "/health?part=gaps": placed["name en"],
        "/health?part=aged": [],
        "/health?part=conflicts": [],
        "/health?part=conflicts&set=set-0&new=90": placed["set note"][:1],
        f"/changes?set=set-1&since=2025-12-01&{AS_OF}": [
            *placed["set note"][1:2],
            *placed["set notes"][len(COMPANIES) : 2 * len(COMPANIES)],
        ],
    }
    for path, wanted in shown.items():
        page = watched(f"{path}&lang=en")
        assert not missing(page, wanted), path
    page = watched("/health?part=problems&lang=en")
    names = ["value", "as_stated", "period", "metric", "source", "kind", "basis", "country", "key"]
    assert not missing(page, [each for name in names for each in placed[f"wrong {name}"]])


def test_documents_are_shown_as_they_are(watched, dealt):
    placed = dealt[0].placed
    page = watched("/sources?lang=en")
    assert not missing(page, [*placed["title"], *placed["publisher"], *placed["author"]])
    hrefs = page.evaluate("[...document.querySelectorAll('.address a')].map(each => each.href)")
    assert hrefs
    assert {urlsplit(each).hostname for each in hrefs} == {"evil.example"}
    for number in range(0, len(placed["title"]), 5):
        page = watched(f"/sources?source={SOURCES[number]}&lang=en&{AS_OF}")
        kinds = ("title", "publisher", "author", "published because", "source note")
        assert not missing(page, [placed[kind][number] for kind in kinds])


def test_an_address_is_told_back_as_it_is(watched):
    for start in range(0, len(OWN), 20):
        asked = [("c", each) for each in OWN[start : start + 20]]
        page = watched(f"/?{urlencode([*asked, ('c', 'c0'), ('lang', 'en'), ('trace', OWN[1])])}")
        assert not missing(page, [each for _, each in asked[:10]])
    for each in (OWN[0], OWN[2], OWN[6]):
        page = watched(f"/sources?lang=en&q={quote(each)}")
        assert page.locator("input[type=search]").input_value() == each


def test_a_pasted_text_is_shown_as_it_is(watched, dealt):
    figure = f"{dealt[0].placed['name en'][1]} had revenue of $5 million in 2024."
    parts, size = [[figure, *OWN]], 0
    for each in corpora()[::4]:
        size += len(each.encode()) + 1
        if size > passage.LARGEST // 2:
            parts, size = [*parts, [figure]], 0
        parts[-1].append(each)
    for part in parts:
        page = watched(f"/passage?lang=en&{AS_OF}")
        page.fill("#pasted", "\n".join(part))
        page.fill("[data-field=published]", DAY)
        page.click("[data-say=read]")
        page.wait_for_selector("mark")
        shown = page.locator(".passage").text_content() or ""
        # A figure is told twice, the second time for those who hear the page.
        assert [each for each in part[1:] if each.strip() not in shown] == []


def test_a_memo_is_text_in_a_browser(browser, dealt):
    day = period.day(DAY)
    assert day
    lens = Lens(day, day)
    book = metrics.book(dealt[1])
    lines = compare.compare(book, COMPANIES, lens)
    told = memo.memo(book, lines, lens).decode()
    complaints: list[str] = []
    page = browser.new_page()

    def pop(dialog: Dialog) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    def serve(route: Route) -> None:
        # Whatever else it asks for is noted, and not answered.
        if route.request.url == "http://memo.example/":
            route.fulfill(body=told, content_type="text/html; charset=utf-8")
        else:
            complaints.append(route.request.url)
            route.abort()

    page.on("dialog", pop)
    page.route("**/*", serve)
    page.goto("http://memo.example/")
    page.wait_for_timeout(300)
    shown = page.evaluate("document.body.textContent")
    placed = dealt[0].placed
    assert complaints == []
    assert page.evaluate("globalThis.hit") is None
    assert page.locator("script, iframe, img, form, object, base, link, video").count() == 0
    assert [each for each in placed["name en"] if each not in shown] == []
    assert any(each in shown for each in placed["figure place"])
    assert any(each in shown for each in placed["title"])
    page.context.close()
