"""How a number came about, as plain data: everything under it, in three languages."""

import json
from typing import Any

import pytest

from metrics import compare, trace
from metrics.derive import Answer, Reason
from schemas import words
from schemas.book import Book
from tests.folder import LENS, answered, catalog, during, iv, lens, read, write

DATA = """
sources:
  prospectus: {kind: filing, title: Prospectus, url: "https://example.org/p"}
  article: {kind: press, primary_source: prospectus}
  rewrite: {kind: post, derived_from: article}
"""


def flat(told: object) -> list[object]:
    """All values of a trace, however deep."""
    if isinstance(told, dict):
        return [each for part in told.values() for each in flat(part)]
    if isinstance(told, list):
        return [each for part in told for each in flat(part)]
    return [told]


def explained(book: Book, metric: str, **look: Any) -> dict[str, Any]:
    return trace.trace(book, "lab", metric, lens(**look))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A company with a stated figure, a rival, a claim, a part and inputs in two currencies."""
    return read(write(tmp_path_factory.mktemp("lab") / "data", f"""
{DATA}
lab:
- {{metric: cash_reserves, value: 7.35bn CNY, as_stated: 73.5億元人民幣, period: 2025-09-30,
    source: prospectus, place: p. 12, note: "60 % in wealth products"}}
- {{metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30, source: press,
    quotes: prospectus}}
- {{metric: adjusted_net_loss, value: 186m USD, period: 9M2025, source: prospectus}}
- {{metric: runway, value: 50 months, period: 2025-09-30, source: rewrite}}
- {{metric: gross_margin, value: 69.4%, period: 9M2025, scope: {{segment: open platform}},
    period_basis: inferred, because: the sentence names none}}
"""))  # fmt: skip


def test_a_derived_value_shows_its_formula_its_inputs_and_its_rates(lab):
    told = explained(lab, "runway")
    assert (told["company"], told["label"], told["status"]) == ("Lab", "Runway", "proxy")
    assert (told["definition"], told["definition_text"]) == (
        "adjusted_loss",
        "adjusted loss (proxy)",
    )
    assert told["formula"] == "cash_reserves / monthly(adjusted_net_loss)"
    assert told["reason"] == "this definition stands in for the real thing"
    assert [each["metric"] for each in told["inputs"]] == ["cash_reserves", "adjusted_net_loss"]
    (receipt,) = told["receipts"]
    assert receipt == {
        "base": "USD",
        "quote": "CNY",
        "rate": pytest.approx(7.2196, abs=1e-4),
        "kind": "mean",
        "start": "2025-01-02",
        "end": "2025-09-30",
        "days": 191,
        "source": "ECB euro foreign exchange reference rates",
        "ahead": False,
        "reference": None,
        "difference": None,
    }
    assert told["value"] == pytest.approx(7350 / (186 / 9 * 7.219564058))
    assert told["low"] == told["high"] == told["value"]
    assert told["observation"] is None
    assert {each["definition"] for each in told["others"]} == {
        *catalog()["runway"].definitions,
        *catalog()["runway"].reference,
    } - {"adjusted_loss"}


def test_a_stated_value_shows_its_words_its_place_and_its_source(lab):
    seen = explained(lab, "cash_reserves")["observation"]
    assert seen["as_stated"] == "73.5億元人民幣"
    assert seen["value_text"] == "7.35bn CNY"
    assert (seen["place"], seen["publisher"], seen["title"]) == (
        "p. 12",
        "prospectus",
        "Prospectus",
    )
    assert seen["url"] == "https://example.org/p"
    assert (seen["published"], seen["published_basis"]) == ("2025-12-31", "stated")
    assert (seen["source_kind"], seen["source_kind_text"]) == ("filing", "Filing")
    assert seen["note"] == "60 % in wealth products"
    assert seen["file"].endswith("companies/lab.yaml")
    assert lab.folder.joinpath("companies/lab.yaml").read_text().split("\n")[seen["line"] - 1]


def test_the_overruled_stay_and_say_how_they_stand_to_the_one_taken(lab):
    (rival,) = explained(lab, "cash_reserves")["rivals"]
    assert (rival["as_stated"], rival["agreement"]) == ("1.102bn USD", "inconsistent")
    assert rival["agreement_text"]
    assert rival["primary_source"] == "prospectus"


def test_what_is_passed_on_is_named_whether_the_line_or_the_document_says_so(make_book):
    book = make_book(
        DATA
        + """
lab:
- {metric: revenue, value: 53m USD, period: 9M2025, source: article}
- {metric: net_loss, value: 512m USD, period: 9M2025, source: press, quotes: prospectus}
- {metric: capex, value: 5m USD, period: 9M2025, source: press}
"""
    )
    seen = {
        metric: explained(book, metric)["observation"]["primary_source"]
        for metric in ("revenue", "net_loss", "capex")
    }
    assert seen == {"revenue": "prospectus", "net_loss": "prospectus", "capex": ""}


def test_a_claim_stands_beside_with_what_it_implies(lab):
    (claim,) = explained(lab, "runway")["claims"]
    assert (claim["as_stated"], claim["derived_from"]) == ("50 months", "article")
    assert claim["verdict"]
    assert claim["verdict_text"]
    assert claim["verdict_says"]
    # Definitions that imply one and the same amount are said once.
    amounts = [(each["text"], each["side"]) for each in claim["implied"]]
    assert ("CN¥147M/month", "cash_burn_rate") in amounts
    assert len(amounts) == len({text for text, _ in amounts})
    for each in claim["implied"]:
        assert [row["metric"] for row in each["inputs"]] == ["cash_reserves"]


def test_a_part_of_the_company_stands_beside_and_says_which(lab):
    told = explained(lab, "gross_margin")
    assert (told["text"], told["status"]) == ("—", "missing")
    (part,) = told["parts"]
    assert (part["scope"], part["text"]) == ("segment: open platform", "69.4%")
    assert (part["period_basis"], part["because"]) == ("inferred", "the sentence names none")


@pytest.mark.parametrize("metric", ["runway", "cash_reserves", "gross_margin", "market_cap"])
def test_a_trace_is_plain_data(lab, metric):
    told = explained(lab, metric)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert {type(each) for each in flat(told)} <= {str, int, float, bool, type(None)}


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("metric", ["runway", "cash_reserves", "gross_margin", "pro_forma_cash"])
def test_every_sentence_of_a_trace_is_there_in_every_language(lab, language, metric):
    told = explained(lab, metric, language=language)
    keys = ("verdict", "status.", "reason.", "kind.", "agreement.", "source_kind.", "definition.")
    texts = [each for each in flat(told) if isinstance(each, str)]
    assert not [each for each in texts if each.startswith(keys) and "." in each and " " not in each]
    assert not [each for each in texts if "{" in each]


def test_languages_change_words_and_no_number(lab):
    every = [explained(lab, "runway", language=language) for language in words.LANGUAGES]
    assert len({each["label"] for each in every}) == 3
    for name in ("id", "value", "low", "high", "unit", "period", "status", "formula"):
        assert len({each[name] for each in every}) == 1


def test_a_converted_amount_shows_three_digits_however_few_were_printed(make_book):
    book = make_book("lab: [{metric: cash_reserves, value: 1bn CNY, period: 2025-09-30}]")
    assert explained(book, "cash_reserves")["text"] == "CN¥1B"
    assert explained(book, "cash_reserves", currency="USD")["text"] == "$140M"


def test_money_is_presented_in_the_readers_currency(lab):
    told = explained(lab, "cash_reserves", currency="USD")
    assert (told["unit"], told["text"]) == ("USD", "$1.03B")
    assert told["receipts"][0]["kind"] == "closing"
    assert told["observation"]["text"] == "CN¥7.35B"


# A printed figure, and how it is written where it is not converted; no more digits than printed.
WRITTEN = [
    ("cash_reserves", "1.1bn USD", "2025-09-30", "$1.1B"),
    ("cash_reserves", ">10bn CNY", "2025-09-30", ">CN¥10B"),
    ("cash_reserves", "30bn..50bn CNY", "2025-09-30", "CN¥30B–CN¥50B"),
    ("revenue", "~53m USD", "9M2025", "≈$53M"),
    ("revenue", "53.437m USD", "9M2025", "$53.437M"),
    ("overseas_share", ">70%", "9M2025", ">70%"),
    ("overseas_share", "73.1%", "9M2025", "73.1%"),
    ("rnd_staff_share", "almost 74%", "2025-09-30", "almost 74%"),
    ("cloud_spend_ratio", "1365%", "9M2025", "1,365%"),
    ("employee_count", "385 people", "2025-09-30", "385"),
    ("management_levels", "<=3 count", "2025-09-30", "≤3"),
    ("company_age", "<4 years", "2025-09-30", "<4 years"),
]


def test_a_stated_amount_shows_no_more_digits_than_were_printed(make_book):
    text = "\n".join(
        f'lab{number}: [{{metric: {metric}, value: "{value}", period: {when}}}]'
        for number, (metric, value, when, _) in enumerate(WRITTEN)
    )
    book = make_book(text)
    for number, (metric, *_, said) in enumerate(WRITTEN):
        assert trace.text(answered(book, metric, company=f"lab{number}"), "en") == said


@pytest.mark.parametrize(
    ("bounds", "value", "unit", "said"),
    [
        ("53.3196", "53.3196", "months", "53.3 months"),
        ("50..55", "53", "months", "≈53 months"),
        ("50..55", None, "months", "50–55 months"),
        ("(50, ∞)", None, "months", ">50 months"),
        ("[50, ∞)", None, "months", "≥50 months"),
        ("(-∞, 50)", None, "months", "<50 months"),
        ("(-∞, 50]", None, "months", "≤50 months"),
        ("167532.4", "167532.4", "USD/people", "$168K/person"),
        (None, None, "months", "—"),
    ],
)
def test_a_derived_amount_shows_three_digits_and_what_its_bounds_allow(bounds, value, unit, said):
    answer = Answer(
        "lab",
        "net_loss",
        "ok",
        unit,
        iv(bounds) if bounds else None,
        iv(value).low if value else None,
        during("2025-09-30"),
    )
    assert trace.text(answer, "en") == said


def test_a_reason_names_metrics_by_their_labels():
    lacking = Reason("lacking", (("metrics", "cash_burn_rate,revenue"),))
    said = trace.reason(lacking, "en")
    assert "Cash burn rate (issuer's own), Revenue" in said
    assert "营业收入" in trace.reason(lacking, "zh-Hans")
    no_input = Reason("no_input", (("metric", "revenue"), ("period", "2025-09-30")))
    assert trace.reason(no_input, "en").startswith("no Revenue")
    assert trace.reason(None, "en") == ""


def test_a_definition_without_words_is_shown_by_its_name(book):
    """
    lab: []
    """
    told = trace.of_answer(
        book, Answer("lab", "net_loss", "missing", "USD", definition="brand_new"), "en"
    )
    assert told["definition_text"] == "brand_new"
    assert (told["period"], told["period_text"], told["low_open"]) == ("", "", None)


def test_what_another_input_would_change_is_said(make_book):
    book = make_book(f"""
{DATA}
lab:
- {{metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30, source: prospectus}}
- {{metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30, source: rewrite}}
- {{metric: adjusted_net_loss, value: 186m USD, period: 9M2025, source: prospectus}}
""")
    (other,) = explained(book, "runway")["sensitivity"]
    assert (other["rival"]["as_stated"], other["text"]) == ("1.046bn USD", "50.6 months")
    assert explained(book, "cash_reserves")["sensitivity"] == []


def test_every_metric_of_every_shipped_company_can_be_explained(shipped):
    for company in ("minimax", "moonshot-ai", "minimax+moonshot-ai"):
        for line in compare.compare(shipped, [company], LENS, compare.shown(shipped, [company])):
            told = trace.of_cell(shipped, line.cells[0], LENS)
            assert (told["company_id"], told["metric"]) == (company, line.metric)
            seen = [told["observation"], *told["claims"], *told["parts"], *told["rivals"]]
            for each in filter(None, seen):
                assert each["as_stated"]
                assert each["place"]
                assert each["source_id"] in shipped.sources
