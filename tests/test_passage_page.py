"""The page for a pasted text, without a browser: what the reader does, and what comes of it."""

import json
from typing import Any

import pytest

from metrics import passage
from schemas import words
from tests.folder import write
from tests.test_passage import PASSAGES
from tests.test_views import drawn, opened

TEXT = "MiniMax had revenue of $5 million in 2019.\nIt had 385 employees as of September 30, 2025."


def doing(page, say, **more: Any):
    """Hand the page what a component would send."""
    page.session_state["said"] = {"say": say, **more}
    page.run()
    assert not page.exception
    return page


def pasted(text=TEXT, published="2025-12-31", **query):
    page = opened(on="passage", **query)
    return doing(page, "read", fields={"text": text, "published": published})


def elements(page, tag):
    """Every element of a tag that a run drew, as (attributes, texts)."""
    found = []

    def look(tree):
        if isinstance(tree, list) and len(tree) > 1 and isinstance(tree[1], dict):
            if tree[0] == tag:
                found.append((tree[1], tree[2:]))
            for child in tree[2:]:
                look(child)

    for mount in page.get("bidi_component"):
        if mount.proto.component_name == "footnote":
            for tree in json.loads(mount.proto.json)["trees"]:
                look(tree)
    return found


def sheet(page):
    return page.session_state["sheet"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_says_the_same_in_each_language(language):
    page = opened(on="passage", lang=language)
    assert words.say(language, "ui.passage.title") in drawn(page, "head")
    text = (PASSAGES / f"{language}.txt").read_text(encoding="utf-8")
    page = doing(page, "read", fields={"text": text, "published": "2025-11-18"})
    said = drawn(page)
    assert words.say(language, "passage.standing.agreeing") in said
    assert words.label(language, "revenue") in "".join(said)
    assert not [each for each in said if each.startswith(("ui.", "passage.", "accepted."))]
    assert len(elements(page, "mark")) > 10


def test_figures_are_marked_in_the_text_and_the_text_stays_whole():
    page = pasted()
    marks = elements(page, "mark")
    assert [attributes["class"] for attributes, _ in marks] == ["new", "agreeing"]
    shown = "".join(drawn(page, "found"))
    assert "MiniMax had revenue of $5 million (New) in 2019." in shown


def test_markup_in_a_text_stays_text():
    page = pasted("<script>alert(1)</script> MiniMax had revenue of $5 million in 2024. <b>x</b>")
    assert elements(page, "script") == []
    assert elements(page, "b") == []
    assert "<script>alert(1)</script>" in "".join(drawn(page, "found"))


def test_a_text_that_is_too_long_is_refused_and_the_one_before_stays():
    page = pasted()
    page = doing(page, "read", fields={"text": "好" * (passage.LARGEST // 3 + 1)})
    assert any("200 KB" in each for each in drawn(page, "head"))
    assert sheet(page).text == TEXT
    page = doing(page, "large")
    assert any("200 KB" in each for each in drawn(page, "head"))


def test_a_text_without_figures_says_so():
    assert words.say("en", "ui.passage.none") in drawn(pasted("Nothing here."))


def test_a_reader_corrects_what_a_figure_is_about():
    page = doing(pasted(), "open~0")
    assert len(elements(page, "select")) == 2
    page = doing(page, "company~0", value="zhipu-ai")
    page = doing(page, "metric~0", value="net_loss")
    page = doing(page, "period~0", value="H1-2025")
    said = drawn(page, "found")
    assert f"Zhipu AI · {words.label('en', 'net_loss')}" in said
    assert "H1 2025 · ¶1" in said
    page = doing(page, "open~0")
    assert elements(page, "select") == []


def test_what_is_no_period_is_told_and_changes_nothing():
    page = doing(pasted(), "period~0", value="soon")
    assert words.say("en", "ui.passage.period_wrong") in drawn(page, "head")
    assert sheet(page).corrections == {}


@pytest.mark.parametrize(
    "said",
    [
        {"say": "company~0", "value": "nobody"},
        {"say": "metric~0", "value": ["revenue"]},
        {"say": "open~x"},
        {"say": "accept~99999999999"},
        {"say": "dance~1"},
        {"say": "document~secret", "value": "x"},
        {"say": "document~publisher", "value": 5},
        {"say": "read", "fields": "text"},
        {"say": "read", "fields": {"text": 7, "published": "yesterday"}},
        {"fields": {}},
        "read",
    ],
)
def test_nonsense_from_a_browser_changes_nothing(said):
    page = pasted()
    before = [attributes for attributes, _ in elements(page, "mark")]
    page.session_state["said"] = said
    page.run()
    assert not page.exception
    assert [attributes for attributes, _ in elements(page, "mark")] == before
    assert sheet(page).text == TEXT
    assert sheet(page).document == {}


def test_half_a_character_is_read():
    page = pasted("MiniMax \ud800 had revenue of $5 million in 2024.")
    assert len(elements(page, "mark")) == 1


def test_accepted_figures_become_yaml_once_the_document_has_a_name():
    page = doing(pasted(), "accept~0")
    assert elements(page, "pre") == []
    page = doing(page, "document~publisher", value="Morning Post")
    page = doing(page, "document~url", value="https://example.org/a")
    shown = ["".join(drawn_text(children)) for _, children in elements(page, "pre")]
    assert "publisher: Morning Post" in shown[0]
    assert "url: https://example.org/a" in shown[0]
    assert "  - metric: revenue\n    value: 5m USD\n    as_stated: $5 million\n" in shown[1]
    assert "had revenue" not in "".join(shown)
    page = doing(page, "company~0", value="zhipu-ai")  # a correction takes that back
    assert elements(page, "pre") == []
    page = doing(page, "clear")
    assert elements(page, "mark") == []
    assert sheet(page).document == {}


def drawn_text(children):
    return [
        text
        for child in children
        for text in ([child] if isinstance(child, str) else drawn_text(child[2:]))
    ]


def test_a_figure_of_which_something_is_not_known_cannot_be_accepted():
    page = pasted("MiniMax had revenue of $5 million.")
    (button,) = [
        attributes for attributes, _ in elements(page, "button")
        if attributes.get("data-say") == "accept~0"
    ]  # fmt: skip
    assert "disabled" in button
    page = doing(page, "accept~0")
    page = doing(page, "document~publisher", value="Morning Post")
    assert elements(page, "pre") == []


def test_a_long_list_goes_page_by_page():
    page = pasted("MiniMax had revenue of $5 million in 2024.\n" * 60)
    assert len(elements(page, "mark")) == 60
    items = [attributes for attributes, _ in elements(page, "li") if "id" in attributes]
    assert len(items) == 50


def test_the_text_stays_when_the_language_changes():
    page = pasted()
    page.query_params["lang"] = "zh-Hant"
    page.run()
    assert words.say("zh-Hant", "passage.standing.new") in drawn(page, "found")
    assert sheet(page).text == TEXT


def test_the_page_opens_without_any_company(monkeypatch, tmp_path):
    monkeypatch.setenv("FOOTNOTE_DATA", str(write(tmp_path, "sets: {}")))
    page = pasted()
    assert elements(page, "mark") == []
