"""What reading a data folder promises: nothing raised, nothing hidden, every slip at its place."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from inspect import cleandoc
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import load
from schemas.book import COLUMNS, Book
from schemas.problem import problem
from schemas.words import sentences
from tests.folder import catalog
from tests.folder import write as made

Read = Callable[..., Book]

SOURCES = {
    "sources/prospectus.yaml": "{kind: filing, publisher: X, language: en, published: 2025-12-21}",
    "sources/article.yaml": (
        "{kind: post, publisher: NetEase, language: zh-Hant, published: 2025-12,"
        " published_basis: inferred, because: undated, primary_source: prospectus}"
    ),
}
HEAD = "name: {en: MiniMax}\nobservations:"
CASH = {
    "metric": "cash_reserves",
    "value": "1.1bn USD",
    "as_stated": "11億美元",
    "period": "2025-09-30",
    "source": "prospectus",
    "place": '"¶4"',
}
REVENUE = {"metric": "revenue", "period": "9M2025", "basis": "gross"}
SHARE = {"metric": "overseas_share", "period": "9M2025"}
HERE = "data/companies/minimax.yaml"


def write(folder: Path, text: str | Mapping[str, str]) -> Path:
    """Write files by their path, or one text in which `# path` begins the next file.

    What stands before the first path is `companies/minimax.yaml`; there are two sources always.
    """
    files = text if isinstance(text, Mapping) else split(cleandoc(text))
    for name, content in {**SOURCES, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def split(text: str) -> dict[str, str]:
    first, *parts = re.split(r"^# (\S+\.yaml)$\n?", text, flags=re.MULTILINE)
    files = dict(zip(parts[::2], parts[1::2], strict=True))
    return {HERE.removeprefix("data/"): first, **files} if first else files


def told(*observations: Mapping[str, str], head: str = HEAD) -> str:
    """A company's file: cash as MiniMax printed it, changed as told; None takes a key out."""
    return "\n".join([head, *(block({**CASH, **each}) for each in observations)])


def block(fields: Mapping[str, str | None]) -> str:
    lines = [f"    {key}: {each}" for key, each in fields.items() if each is not None]
    return "\n".join(["  -" + lines[0][3:], *lines[1:]])


def shown(book: Book) -> list[str]:
    return [f"{each.path}:{each.line}:{each.column} {each.name}" for each in book.problems]


def numbers(book: Book) -> pd.DataFrame:
    return book.observations.drop(columns=["file", "line", "column"])


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a folder and read it, as often as a test wants."""
    turn = count()
    return lambda text: load.load(write(tmp_path / f"{next(turn)}" / "data", text), catalog())


@pytest.fixture
def book(request: pytest.FixtureRequest, read: Read) -> Book:
    """What the folder in the test's docstring says."""
    return read(request.function.__doc__)


# -- double entry -----------------------------------------------------------------------------


def test_a_slip_of_ten_between_the_columns_cannot_get_in(book):
    """
    name: {en: MiniMax, zh-Hans: 稀宇科技}
    observations:
      - metric: cash_reserves
        value: 11bn USD
        as_stated: 11億美元
        period: 2025-09-30
        source: prospectus
        place: "¶4"
      - metric: employee_count
        value: 385 people
        as_stated: 385人
        period: 2025-09-30
        basis: closing
        source: prospectus
        place: "¶7"
    """
    assert shown(book) == [f"{HERE}:4:12 double-entry"]
    says, hint = sentences("en", book.problems[0])
    assert says == (
        "value “11bn USD” reads 11,000,000,000 USD, but as_stated “11億美元” reads"
        " 1,100,000,000 USD. They differ by a factor of 10."
    )
    assert hint.startswith("compare both with the document")
    assert list(book.observations["metric"]) == ["employee_count"]


def test_a_figure_that_agrees_is_in_the_book_as_printed_and_as_meant(book):
    """
    name: {en: MiniMax}
    observations:
      - metric: cash_reserves
        value: 1.1bn USD
        as_stated: 11億美元
        period: 2025-09-30
        period_basis: inferred
        because: the prospectus's balance sheet date
        source: article
        place: "¶4"
        quotes: prospectus
        note: With wealth products.
    """
    assert book.problems == ()
    (row,) = book.observations.to_dict("records")
    assert {key: row[key] for key in ("company", "metric", "scope", "basis", "kind", "rank")} == {
        "company": "minimax", "metric": "cash_reserves", "scope": "company", "basis": "",
        "kind": "actual", "rank": "normal",
    }  # fmt: skip
    assert (row["value_text"], row["as_stated"], row["unit"]) == ("1.1bn USD", "11億美元", "USD")
    assert row["value"] == row["low"] == row["high"] == 1.1e9
    assert (row["band_low"], row["band_high"]) == (1.05e9, 1.15e9)
    assert (row["period"], row["period_basis"]) == ("2025-09-30", "inferred")
    assert pd.isna(row["start"])
    assert row["end"] == pd.Timestamp("2025-09-30")
    assert (row["source"], row["quotes"], row["place"]) == ("article", "prospectus", "¶4")
    assert row["because"] == "the prospectus's balance sheet date"
    assert row["note"] == "With wealth products."
    assert (row["file"], row["line"], row["column"]) == (HERE, 3, 5)
    # from the source: an undated month counts as its last day
    assert row["published"] == pd.Timestamp("2025-12-31")
    assert (row["grade"], row["repeats"]) == (0, True)


# -- slips in one observation -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "slip", "args"),
    [
        # names, with the nearest one suggested
        ({"metric": "cash_reserve"}, "3:13 unknown-metric", {"near": "cash_reserves"}),
        ({"metric": "zzz"}, "3:13 unknown-metric", {"value": "zzz", "near": ""}),
        ({"source": "prospectu"}, "3:5 unknown-source", {"near": "prospectus"}),
        ({"quotes": "prospektus"}, "3:5 unknown-source", {"near": "prospectus"}),
        ({"against": "{company: minimx}", "value": "34x", "as_stated": "34倍"},
         "3:5 unknown-company", {"value": "minimx", "near": "minimax"}),
        # units
        ({"value": "385 people", "as_stated": "385人"}, "4:12 unit-mismatch",
         {"metric": "cash_reserves", "unit": "people", "expected": "money"}),
        ({"as_stated": "11億"}, "5:16 unit-not-printed", {"unit": "USD"}),
        ({"value": "1.1bn CNY"}, "4:12 double-entry", {"factor": ""}),
        ({"value": "a lot"}, "4:12 not-a-figure", {"text": "a lot"}),
        ({"as_stated": "11億至"}, "5:16 unit-not-printed", {}),
        ({"as_stated": "11億美元和12億美元"}, "5:16 several-figures", {}),
        # what is possible
        ({"value": "-5m USD", "as_stated": "-500万美元"}, "4:12 out-of-bounds",
         {"metric": "cash_reserves", "value": "-5m USD", "expected": "[0, ∞)"}),
        # periods
        ({"period": "2025-9-30"}, "6:13 wrong-value", {"field": "period", "value": "2025-9-30"}),
        ({"period": "recently"}, "6:13 wrong-value", {"value": "recently"}),
        ({"period": "9M2025"}, "6:13 period-type", {"value": "9M2025", "expected": "instant"}),
        ({**REVENUE, "period": "2025-09-30"}, "6:13 period-type", {"expected": "duration"}),
        # bases
        ({**REVENUE, "basis": None}, "3:5 basis-missing", {"expected": "gross, net, unknown"}),
        ({**REVENUE, "basis": "adjusted"}, "9:12 basis-unknown",
         {"value": "adjusted", "expected": "gross, net, unknown"}),
        ({"basis": "gross"}, "9:12 basis-unknown", {"expected": "no basis"}),
        # definitions
        ({"by": "issuer_burn"}, "9:9 unknown-definition", {"expected": "none"}),
        ({"metric": "loss_ratio", "value": "5%", "as_stated": "5%", "period": "FY2024",
          "by": "ebitda"}, "9:9 unknown-definition",
         {"value": "ebitda", "expected": "adjusted_loss, net_loss"}),
        # reasons
        ({"unit_basis": "inferred"}, "9:17 because-missing",
         {"field": "unit_basis", "value": "inferred"}),
        ({"period_basis": "inferred"}, "9:19 because-missing", {"field": "period_basis"}),
        ({"rank": "deprecated"}, "9:11 because-missing", {"field": "rank", "value": "deprecated"}),
        # keys
        ({"period": None}, "3:5 missing-field", {"field": "period"}),
        ({"as_statd": "x"}, "9:5 unknown-field", {"field": "as_statd", "near": "as_stated"}),
        ({"zzz": "x"}, "9:5 unknown-field", {"field": "zzz", "near": ""}),
        ({"scope": "{prodct: Talkie}"}, "9:13 unknown-field", {"near": "product"}),
        ({"also": "{value: 7.7bn CNY}"}, "9:11 missing-field", {"field": "as_stated"}),
        # values
        ({"kind": "estimate"}, "9:11 wrong-value", {"field": "kind", "value": "estimate"}),
        ({"place": '""'}, "8:12 wrong-value", {"field": "place", "expected": "some text"}),
        ({"place": "[4, 5]"}, "8:12 wrong-value", {"value": "…", "expected": "text"}),
        ({"scope": "Talkie"}, "9:12 wrong-value", {"expected": "a mapping of keys"}),
        ({"scope": "{}"}, "9:12 wrong-value", {"value": "nothing"}),
        ({"note": f"{'x' * 100}\u202e"}, "9:11 wrong-value", {"field": "note"}),
        # the same amount in a second currency is double entry too
        ({"also": "{value: 77bn CNY, as_stated: 77億元}"}, "9:19 double-entry", {"factor": "10"}),
        ({"also": "{value: 7.7bn CNY, as_stated: 七}"}, "9:41 unit-not-printed", {"unit": "CNY"}),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line_its_column_and_what_would_be_right(read, changes, slip, args):
    book = read(told(changes, {"place": "elsewhere"}))
    assert shown(book) == [f"{HERE}:{slip}"]
    assert args.items() <= dict(book.problems[0].args).items()
    # quotes and against are about other documents and companies: the figure itself stands
    kept = {"quotes", "against"} & changes.keys()
    assert len(book.observations) == (2 if kept else 1)
    for language in ("en", "zh-Hans", "zh-Hant"):
        says, hint = sentences(language, book.problems[0])
        assert says
        assert hint
        assert "Input should" not in says + hint


@pytest.mark.parametrize(
    "changes",
    [
        {"unit_basis": "inferred", "because": "no currency printed", "as_stated": "11億"},
        {"also": "{value: 7.7bn CNY, as_stated: 77億元}"},
        {"scope": "{product: Talkie}"},
        {"kind": "plan", "period": "2027-12-31"},
        {"rank": "preferred", "because": "the corrected figure"},
        {**REVENUE, "basis": "unknown"},
        {"metric": "arr", "period": "2025-09-30"},
        {"metric": "arr", "period": "2025-Q3"},
        {"metric": "runway", "value": "50 months", "as_stated": "50個月", "by": "net_loss"},
        {"metric": "runway", "value": "50 months", "as_stated": "50個月", "by": "issuer_burn"},
        # against another figure, neither unit nor period type nor basis of the metric are asked
        {**REVENUE, "basis": None, "value": "34x", "as_stated": "34倍", "against": "{metric: mau}"},
        {**REVENUE, "period": "2025-09-30", "value": "34x", "as_stated": "34倍",
         "against": "{company: minimax}"},
    ],
)  # fmt: skip
def test_what_is_right_gets_in(read, changes):
    book = read(told(changes))
    assert shown(book) == []
    assert len(book.observations) == 1


def test_an_observation_that_is_no_mapping_is_told_and_the_next_one_read(book):
    """
    name: {en: MiniMax}
    observations:
      - cash of 1.1bn
      - {metric: cash_reserves, value: 1.1bn USD, as_stated: 11億美元, period: 2025-09-30,
         source: prospectus, place: "¶4"}
    """
    assert shown(book) == [f"{HERE}:3:5 wrong-value"]
    assert dict(book.problems[0].args)["field"] == "observation"
    assert len(book.observations) == 1


@pytest.mark.parametrize(("value", "seen"), [("none yet", "none yet"), ("{a: b}", "…")])
def test_observations_are_a_list(read, value, seen):
    book = read(f"name: {{en: MiniMax}}\nobservations: {value}")
    assert shown(book) == [f"{HERE}:2:15 wrong-value"]
    assert book.problems[0].args == (
        ("field", "observations"), ("value", seen), ("expected", "a list"),
    )  # fmt: skip


def test_one_bad_observation_among_many_leaves_the_others_untouched(read):
    good = [{"place": f"p. {number}"} for number in range(30)]
    bad = {"value": "11bn USD"}
    whole, hurt = read(told(*good)), read(told(*good[:7], bad, *good[7:]))
    assert [each.name for each in hurt.problems] == ["double-entry"]
    pd.testing.assert_frame_equal(numbers(hurt), numbers(whole))


# -- what the rows carry ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "low", "high", "is_open"),
    [
        # possible shares end at 1
        ({**SHARE, "value": '">70%"', "as_stated": "超過七成"}, 0.7, 1, (True, False)),
        ({**SHARE, "value": '"<5%"', "as_stated": "不到5%"}, 0, 0.05, (False, True)),
        # money that may be negative has no floor
        ({"metric": "net_loss", "value": '"<5m USD"', "as_stated": "不到500万美元",
          "period": "9M2025"}, None, 5e6, (True, True)),
        ({**SHARE, "metric": "revenue_growth", "value": '"<5%"', "as_stated": "不到5%"},
         -1, 0.05, (False, True)),
        ({"value": '">=1bn USD"', "as_stated": "至少10亿美元"}, 1e9, None, (False, True)),
        ({"value": "20bn..100bn CNY", "as_stated": "数百亿元"}, 2e10, 1e11, (False, False)),
        # years are months
        ({"metric": "development_time", "value": "3 years", "as_stated": "三年"},
         36, 36, (False, False)),
        ({"metric": "development_time", "value": "3 years", "as_stated": "36個月"},
         36, 36, (False, False)),
        ({"metric": "cash_burn_rate", "value": "120m USD/year", "as_stated": "每月1000万美元",
          "period": "9M2025"}, 1e7, 1e7, (False, False)),
    ],
)  # fmt: skip
def test_rows_carry_bounds_clipped_to_what_is_possible(read, changes, low, high, is_open):
    book = read(told(changes))
    assert shown(book) == []
    (row,) = book.observations.to_dict("records")
    assert (None if pd.isna(row["low"]) else row["low"]) == low
    assert (None if pd.isna(row["high"]) else row["high"]) == high
    assert (row["low_open"], row["high_open"]) == is_open


@pytest.mark.parametrize(
    ("against", "company", "metric"),
    [
        ("{company: minimax}", "minimax", "wau"),
        ("{metric: mau}", "minimax", "mau"),
        ("{company: minimax, metric: mau}", "minimax", "mau"),
        (None, "", ""),
    ],
)
def test_what_a_relational_figure_leaves_out_is_its_own(read, against, company, metric):
    plain = {"metric": "wau", "value": "34m users", "as_stated": "3400万用户"}
    related = {**plain, "value": "34x", "as_stated": "34倍", "against": against}
    book = read(told(related if against else plain))
    assert shown(book) == []
    (row,) = book.observations.to_dict("records")
    assert (row["against_company"], row["against_metric"]) == (company, metric)
    assert (row["unit"], row["value"]) == (("multiple", 34) if against else ("users", 34e6))


def test_a_second_currency_is_kept_beside_the_first(read):
    book = read(told({"also": "{value: 7.7bn CNY, as_stated: 77億元}"}))
    assert list(book.observations["also"]) == ["7.7bn CNY = 77億元"]


@pytest.mark.parametrize(
    ("source", "quotes", "repeats", "grade"),
    [
        ("prospectus", None, False, 4),
        ("article", None, True, 0),
        ("prospectus", "article", True, 4),
        ("original", None, False, 2),
        ("original", "prospectus", True, 2),
    ],
)
def test_what_is_quoted_is_no_second_witness(read, source, quotes, repeats, grade):
    book = read(
        {
            "companies/minimax.yaml": told({"source": source, "quotes": quotes}),
            "sources/original.yaml": (
                "{kind: press, publisher: LatePost, language: en, published: 2026}"
            ),
        }
    )
    (row,) = book.observations.to_dict("records")
    assert (row["repeats"], row["grade"]) == (repeats, grade)


@pytest.mark.parametrize(
    ("published", "day"),
    [("2025-12-21", "2025-12-21"), ("2024-02", "2024-02-29"), ("2025", "2025-12-31")],
)
def test_a_document_of_some_month_counts_as_published_on_its_last_day(read, published, day):
    source = f"{{kind: press, publisher: P, language: en, published: {published}}}"
    book = read(
        {
            "companies/minimax.yaml": told({"source": "p", "period": "2020-12-31"}),
            "sources/p.yaml": source,
        }
    )
    assert list(book.observations["published"]) == [pd.Timestamp(day)]


@pytest.mark.parametrize(
    ("head", "period", "start", "end"),
    [
        ("", "FY2025", "2025-01-01", "2025-12-31"),
        ("fiscal_year_end: 03-31\n", "FY2025", "2024-04-01", "2025-03-31"),
        ("fiscal_year_end: 03-31\n", "9M2025", "2025-01-01", "2025-09-30"),
        ("fiscal_year_end: 02-28\n", "FY2024", "2023-03-01", "2024-02-29"),
    ],
)
def test_a_fiscal_year_is_the_companys_own(read, head, period, start, end):
    book = read(told({**REVENUE, "period": period, "source": "prospectus"}, head=head + HEAD))
    (row,) = book.observations.to_dict("records")
    assert (row["start"], row["end"]) == (pd.Timestamp(start), pd.Timestamp(end))
    assert row["period"] == f"{start}/{end}"


def test_the_table_has_the_types_it_promises_full_or_empty(read):
    full = read(told({}, {"kind": "plan", "place": "p. 2"})).observations
    empty = read("name: {en: MiniMax}").observations
    for rows in (full, empty):
        assert {name: str(kind) for name, kind in rows.dtypes.items()} == {
            name: "string" if kind == "string[pyarrow]" else kind for name, kind in COLUMNS.items()
        }
        texts = [name for name, kind in COLUMNS.items() if kind == "string[pyarrow]"]
        assert {rows[name].dtype.storage for name in texts} == {"pyarrow"}
    assert list(full.index) == [0, 1]
    assert len(empty) == 0


# -- between observations, sources and companies ----------------------------------------------


def test_an_observation_written_twice_counts_once(read):
    book = read(told({}, {}, {"note": "the same again"}, {"as_stated": "$1.1 billion"}))
    assert shown(book) == [f"{HERE}:{line}:5 repeated-observation" for line in (9, 15)]
    assert {dict(each.args)["first"] for each in book.problems} == {"3"}
    assert len(book.observations) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"place": "p. 2"}, {"source": "article"}, {"scope": "{product: Talkie}"},
        {"kind": "forecast", "period": "2025-09-30"}, {"period": "2025-06-30"},
        {"value": "~1.1bn USD", "as_stated": "約11億美元"}, {"metric": "borrowings"},
        {"value": "34x", "as_stated": "34倍", "against": "{metric: borrowings}"},
    ],
)  # fmt: skip
def test_an_observation_is_known_by_what_it_says_and_not_by_where_it_stands(read, other):
    one, two = read(told({}, other)), read(told(other, {}))
    assert shown(one) == shown(two) == []
    assert one.observations["id"].is_unique
    assert set(one.observations["id"]) == set(two.observations["id"])


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"period": "2025-12-21"}, False),
        ({"period": "2025-12-22"}, True),
        ({"period": "2025-12-31", "source": "article"}, False),
        ({"period": "2026-01-01", "source": "article"}, True),
        ({"period": "2027-12-31", "kind": "target"}, False),
        ({"period": "2027-12-31", "kind": "forecast"}, False),
        ({**REVENUE, "period": "FY2025"}, True),
        ({**REVENUE, "period": "FY2024"}, False),
    ],
)
def test_nothing_is_published_before_its_period_is_over_except_plans(read, changes, warned):
    book = read(told(changes))
    assert [each.name for each in book.problems] == ["published-before-period"] * warned
    assert {each.severity for each in book.problems} <= {"warning"}
    assert len(book.observations) == 1


def test_members_sets_and_foundings_name_what_is_there(book):
    """
    name: {en: MiniMax}
    founded: {value: 2022, source: prospect}
    # companies/minimax+kimi.yaml
    name: {en: MiniMax and Kimi}
    members:
      - minimax
      - kimi
    # sets.yaml
    tigers:
      name: {en: Tigers}
      companies: [minimax, minimax+kimi, minimaxx]
    labs: {companies: [minimax]}
    # sources/rewrite.yaml
    {kind: post, publisher: P, language: en, published: 2026,
     derived_from: artikel, primary_source: prospectus}
    """
    assert shown(book) == [
        "data/companies/minimax+kimi.yaml:4:5 unknown-company",
        f"{HERE}:2:32 unknown-source",
        "data/sets.yaml:3:38 unknown-company",
        "data/sets.yaml:4:7 missing-field",
        "data/sources/rewrite.yaml:2:16 unknown-source",
    ]
    near = [dict(each.args)["near"] for each in book.problems]
    assert near == ["", "prospectus", "minimax", "name", "article"]
    assert list(book.sets) == ["tigers"]
    assert book.singles == ["minimax"]
    assert book.groups_of("minimax") == ["minimax+kimi"]


def test_documents_that_rest_on_each_other_have_no_original(book):
    """
    # sources/a.yaml
    {kind: post, publisher: P, language: en, published: 2026,
     derived_from: b, primary_source: prospectus}
    # sources/b.yaml
    {kind: post, publisher: P, language: en, published: 2026,
     derived_from: prospectus, primary_source: c}
    # sources/c.yaml
    {kind: post, publisher: P, language: en, published: 2026, primary_source: a}
    # sources/d.yaml
    {kind: post, publisher: P, language: en, published: 2026, derived_from: a}
    # sources/e.yaml
    {kind: post, publisher: P, language: en, published: 2026, derived_from: e}
    """
    assert shown(book) == [
        "data/sources/a.yaml:2:16 source-circle",
        "data/sources/e.yaml:1:73 source-circle",
    ]
    circles = [dict(each.args)["circle"] for each in book.problems]
    assert circles == ["a -> b -> c -> a", "e -> e"]


def test_a_chain_of_documents_is_no_circle(book):
    """
    # sources/a.yaml
    {kind: post, publisher: P, language: en, published: 2026,
     derived_from: article, primary_source: prospectus}
    # sources/b.yaml
    {kind: post, publisher: P, language: en, published: 2026,
     derived_from: a, primary_source: prospectus}
    """
    assert book.problems == ()


def test_a_company_may_bear_the_name_of_a_document(book):
    """
    # companies/article.yaml
    name: {en: Article Ltd}
    founded: {value: 2022, source: article}
    """
    assert book.problems == ()


def test_no_number_without_a_source(read):
    book = read(told({"source": "hearsay"}, {"place": "p. 2"}))
    assert shown(book) == [f"{HERE}:3:5 unknown-source"]
    assert list(book.observations["source"].astype(str)) == ["prospectus"]


def test_a_hostile_file_may_not_ask_for_billions_of_comparisons(read, monkeypatch):
    monkeypatch.setattr(load, "_COMPARED", 6)
    strangers = [{"source": "prospectu", "place": f"p. {number}"} for number in range(9)]
    book = read(told(*strangers))
    near = [dict(each.args)["near"] for each in book.problems]
    # two sources are compared with each stranger until six comparisons are made
    assert near == ["prospectus"] * 3 + [""] * 6


# -- slips in a file --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "slips"),
    [
        ("country: China", ["1:10 wrong-value"]),
        ("aliases: MiniMax Group", ["1:10 wrong-value"]),
        ("nmae: x", ["1:1 unknown-field"]),
        ("founded: {value: 2022}", ["1:10 missing-field"]),
        ("country: China\ncik: []", ["1:10 wrong-value", "2:6 wrong-value"]),
    ],
)
def test_a_slip_in_a_companys_head_does_not_hide_its_figures(read, head, slips):
    book = read(told({}, head=f"{head}\n{HEAD}"))
    assert shown(book) == [f"{HERE}:{slip}" for slip in slips]
    assert book.companies["minimax"].name.en == "MiniMax"
    assert len(book.observations) == 1


@pytest.mark.parametrize("name", ["", "name: MiniMax\n", "name: {zh-Hans: 稀宇科技}\n"])
def test_a_company_without_a_name_goes_by_its_id(read, name):
    book = read(told({}, head=f"{name}observations:"))
    assert [each.name for each in book.problems] == [
        "wrong-value" if "Mini" in name else "missing-field"
    ]
    assert book.companies["minimax"].name.en == "minimax"
    assert len(book.observations) == 1


@pytest.mark.parametrize(
    ("head", "slip"),
    [("fiscal_year_end: 31-03", "1:18 wrong-value"), ("members: [Mini Max]", "1:11 wrong-value")],
)
def test_figures_are_not_read_under_a_year_or_a_group_that_is_not_known(read, head, slip):
    book = read(
        {
            "companies/minimax.yaml": told({}, head=f"{head}\n{HEAD}"),
            "companies/kimi.yaml": told({}, head="name: {en: Kimi}\nobservations:"),
        }
    )
    assert shown(book) == [f"{HERE}:{slip}"]
    assert list(book.companies) == ["kimi"]
    assert len(book.observations) == 1


BAD_FILES = {
    "empty": ("", "1:1 empty-document"),
    "text": ("just words", "1:1 wrong-value"),
    "list": ("- a\n- b", "1:1 wrong-value"),
    "yaml": ("name: [", "1:8 yaml-syntax"),
    "tag": ("name: !!python/object x", "1:7 yaml-tag"),
    "nul": ("name: \0", "1:7 control-character"),
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Book]:
    """A folder of twenty labs, and what it says."""
    folder = write(
        tmp_path_factory.mktemp("many") / "data",
        {f"companies/lab-{number}.yaml": told({}) for number in range(20)},
    )
    return folder, load.load(folder, catalog())


@pytest.mark.parametrize("kind", ["companies", "sources"])
@pytest.mark.parametrize("bad", BAD_FILES)
def test_one_bad_file_among_many_leaves_the_others_untouched(many, kind, bad):
    folder, whole = many
    content, slip = BAD_FILES[bad]
    write(folder, {f"{kind}/broken.yaml": content})
    hurt = load.load(folder, catalog())
    (folder / kind / "broken.yaml").unlink()
    assert shown(hurt) == [f"data/{kind}/broken.yaml:{slip}"]
    assert "broken" not in {**hurt.companies, **hurt.sources}
    pd.testing.assert_frame_equal(hurt.observations, whole.observations)
    assert len(whole.observations) == 20
    assert hurt.companies == whole.companies
    assert hurt.sources == whole.sources


@pytest.mark.parametrize("bad", BAD_FILES)
def test_bad_sets_take_nothing_else_down(read, bad):
    content, slip = BAD_FILES[bad]
    book = read({"companies/minimax.yaml": told({}), "sets.yaml": content})
    assert shown(book) == [f"data/sets.yaml:{slip}"]
    assert book.sets == {}
    assert len(book.observations) == 1


@pytest.mark.parametrize("name", ["MiniMax", "mini max", "mini_max", ".minimax", "稀宇", "a..b"])
def test_a_file_name_that_cannot_be_an_id_is_told(read, name):
    book = read({"companies/minimax.yaml": told({}), f"companies/{name}.yaml": told({})})
    assert shown(book) == [f"data/companies/{name}.yaml:1:1 bad-id"]
    assert list(book.companies) == ["minimax"]


@pytest.mark.parametrize("name", [b"\xff", b"\x1b[31m", "\u202ered".encode()])
def test_a_file_name_of_any_bytes_is_told_in_characters_that_can_be_seen(tmp_path, name):
    folder = write(tmp_path / "data", {})
    (folder / "companies").mkdir()
    with open(os.path.join(os.fsencode(folder), b"companies", name + b".yaml"), "wb"):  # noqa: PTH118, PTH123
        pass
    (found,) = load.load(folder, catalog()).problems
    assert found.name == "bad-id"
    assert found.path.isprintable()
    assert all(text.isprintable() for _, text in found.args)
    found.path.encode()


# A file that changes no number, and what of it nobody reads.
STRAYS = [
    ("README.md", "# Notes", ""),
    ("companies/README.md", "- not yaml: [", ""),
    ("companies/minimax.yaml~", "name: [", ""),
    ("companies/minimax.yaml.swp", "\0", ""),
    ("companies/#minimax.yaml#", "\0", ""),
    (".gitignore", "*~", ""),
    ("sources/.DS_Store", "\0", ""),
    (".git/config", "[core]", ""),
    ("README.txt", "Notes", "README.txt"),
    ("companies/minimax.yml", told({"place": "p. 2"}), "companies/minimax.yml"),
    ("companies/minimax.yaml.orig", told({"place": "p. 2"}), "companies/minimax.yaml.orig"),
    ("sources/prospectus.txt", "some words", "sources/prospectus.txt"),
    ("minimax.yaml", told({"place": "p. 2"}), "minimax.yaml"),
    ("archive/companies/old.yaml", told({"place": "p. 2"}), "archive"),
    ("company/old.yaml", told({"place": "p. 2"}), "company"),
    ("companies/nested/other.yaml", told({"place": "p. 2"}), "companies/nested"),
    ("sources/unused.yaml", SOURCES["sources/prospectus.yaml"], ""),
    ("companies/empty.yaml", "name: {en: Empty}", ""),
]


@pytest.mark.parametrize(("name", "content", "stray"), STRAYS, ids=[each[0] for each in STRAYS])
def test_an_irrelevant_file_changes_no_number_and_is_told_where_nobody_reads_it(
    read, name, content, stray
):
    files = {"companies/minimax.yaml": told({}, {**REVENUE, "place": "p. 2"})}
    alone, beside = read(files), read({**files, name: content})
    assert shown(beside) == ([f"data/{stray}:0:0 stray-file"] if stray else [])
    assert {each.severity for each in beside.problems} <= {"warning"}
    assert beside.version == alone.version or not stray
    pd.testing.assert_frame_equal(beside.observations, alone.observations)


def test_the_name_of_a_stray_file_is_told_in_characters_that_can_be_seen(tmp_path):
    folder = write(tmp_path / "data", {})
    with open(os.path.join(os.fsencode(folder), b"\xff\x1b[31m.txt"), "wb"):  # noqa: PTH118, PTH123
        pass
    (found,) = load.load(folder, catalog()).problems
    assert (found.name, found.path) == ("stray-file", r"data/\udcff\x1b[31m.txt")


def test_no_other_folder_is_gone_through(tmp_path):
    write_file(tmp_path / "letters.txt")
    book = load.load(tmp_path, catalog())
    assert [each.name for each in book.problems] == ["missing-folder"]


def test_a_folder_that_is_not_there_is_one_problem_and_an_empty_book(tmp_path):
    for folder in (tmp_path / "nowhere", write_file(tmp_path / "file")):
        book = load.load(folder, catalog())
        assert [(each.name, each.path) for each in book.problems] == [
            ("missing-folder", str(folder))
        ]
        assert (book.companies, book.sources, book.sets, len(book.observations)) == ({}, {}, {}, 0)


def write_file(path: Path) -> Path:
    path.write_text("x")
    return path


def test_a_folder_that_holds_no_data_is_an_empty_book_and_says_so(tmp_path):
    book = load.load(tmp_path, catalog())
    assert [each.name for each in book.problems] == ["missing-folder"]
    assert len(book.observations) == 0
    assert book.of(["minimax"]).empty


@pytest.mark.parametrize("name", ["companies/lab.yaml", "sources/lab.yaml", "sets.yaml"])
def test_a_link_that_leads_nowhere_or_out_of_the_folder_is_told(tmp_path, name):
    folder = write(tmp_path / "data", {"companies/minimax.yaml": told({})})
    for target, fault in (("nowhere", "missing-file"), ("/etc/hostname", "outside-folder")):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
        assert shown(load.load(folder, catalog())) == [f"data/{name}:0:0 {fault}"]


def test_problems_come_in_the_order_of_their_places_with_those_found_before(tmp_path):
    before = problem("formula-name", "metrics/catalog.yaml", 3, 4, metric="x")
    folder = write(
        tmp_path / "data",
        {
            "companies/b.yaml": told({"value": "x"}, {"metric": "x"}),
            "companies/a.yaml": told({"metric": "x"}, {"source": "x"}),
        },
    )
    book = load.load(folder, catalog(), [before])
    assert shown(book) == [
        "data/companies/a.yaml:3:13 unknown-metric",
        "data/companies/a.yaml:9:5 unknown-source",
        "data/companies/b.yaml:4:12 not-a-figure",
        "data/companies/b.yaml:9:13 unknown-metric",
        "metrics/catalog.yaml:3:4 formula-name",
    ]


# -- the version ------------------------------------------------------------------------------


def test_the_version_changes_with_the_content_and_with_nothing_else(tmp_path):
    files = {
        "companies/minimax.yaml": told({}),
        "sets.yaml": "labs: {name: {en: Labs}, companies: [minimax]}",
    }

    def version(name: str, **changes: str) -> str:
        folder = write(tmp_path / name / "data", {**files, **changes})
        return load.load(folder, catalog()).version

    first = version("one")
    assert re.fullmatch("[0-9a-f]{12}", first)
    folder = tmp_path / "one" / "data"
    os.utime(folder / "sets.yaml", (0, 0))
    assert load.load(folder, catalog()).version == first
    assert version("two") == first
    assert load.load(folder.rename(tmp_path / "facts"), catalog()).version == first
    others = {
        version("note", **{"companies/minimax.yaml": told({}) + "\n# a remark"}),
        version("figure", **{"companies/minimax.yaml": told({"place": "p. 2"})}),
        version("sets", **{"sets.yaml": "{}"}),
        version("source", **{"sources/prospectus.yaml": SOURCES["sources/article.yaml"]}),
        version("more", **{"companies/kimi.yaml": told({})}),
        version("broken", **{"companies/minimax.yaml": "["}),
    }
    assert len(others) == 6
    assert first not in others


def test_a_file_with_another_name_is_another_version(read):
    one, two = read({"companies/a.yaml": told({})}), read({"companies/b.yaml": told({})})
    assert one.version != two.version


# -- whatever the bytes -----------------------------------------------------------------------

KINDS = [
    *("companies/minimax.yaml", "sources/prospectus.yaml", "sets.yaml", "rates.yaml"),
    "catalog.yaml",
]
KEYS = st.sampled_from(
    [
        *("name", "en", "aliases", "country", "founded", "fiscal_year_end", "members", "minimax"),
        *("observations", "metric", "value", "as_stated", "also", "period", "period_basis"),
        *("source", "place", "basis", "scope", "product", "against", "company", "kind", "rank"),
        *("publisher", "language", "published", "url", "sha256", "primary_source", "companies"),
        *("unit", "bounds", "low", "high", "group", "definitions", "proxies", "shelf_life"),
        *("base", "quote", "rate", "at_most", "basis_at_most", "adds_up"),
    ]
)
SCALARS = st.text(max_size=8) | st.sampled_from(
    [
        *("cash_reserves", "1.1bn USD", "11億美元", "2025-09-30", "prospectus", "article", "en"),
        *("instant", "duration", "money", "share", "filing", "2025", "minimax", "minimax+lab"),
        *("FY0001", "9999-12-31", "2025/2024", "02-30", "-1", "9" * 400, "1e999", "0%", "<0%"),
    ]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)


def survives(name: str, content: bytes) -> None:
    with TemporaryDirectory() as parent:
        folder = write(Path(parent) / "data", {"companies/lab.yaml": told({})})
        (folder / name).write_bytes(content)
        used = load.catalog(folder / name) if name == "catalog.yaml" else (catalog(), ())
        book = load.load(folder, *used)
        for each in book.problems:
            assert all(sentences("en", each))
        assert "lab" in book.companies
        assert len(book.rows(book.companies)) == len(book.observations)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=6)
@given(content=st.binary(max_size=60))
def test_whatever_the_bytes_reading_does_not_raise(name, content):
    survives(name, content)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=12)
@given(tree=st.dictionaries(KEYS, TREES, max_size=8))
def test_whatever_the_values_reading_does_not_raise(name, tree):
    survives(name, json.dumps(tree).encode())


@settings(max_examples=25)
@given(changes=st.dictionaries(st.sampled_from([*CASH, "basis", "scope", "also", "by"]), TREES))
def test_whatever_an_observation_says_reading_does_not_raise(changes):
    fields = {**{key: each.strip('"') for key, each in CASH.items()}, **changes}
    data = {"name": {"en": "MiniMax"}, "observations": [fields]}
    survives("companies/minimax.yaml", json.dumps(data).encode())


# -- the catalogue ----------------------------------------------------------------------------


def test_a_wrong_entry_of_the_catalogue_is_left_out_and_told(tmp_path):
    path = tmp_path / "catalog.yaml"
    path.write_text(
        cleandoc("""
            cash:
              unit: money
              period: instant
              group: cash
            revenue:
              unit: dollars
              period: duration
              group: revenue
              bounds: {low: 1, high: 0, mid: 2}
        """),
        encoding="utf-8",
    )
    metrics, problems = load.catalog(path)
    assert list(metrics) == ["cash"]
    assert [(each.line, each.column, each.name) for each in sorted(problems)] == [
        (6, 9, "wrong-value"),
        (9, 29, "unknown-field"),
    ]
    assert {each.path for each in problems} == {f"{tmp_path.name}/catalog.yaml"}
    assert dict(sorted(problems)[1].args)["near"] == ""


# What a metric is said to be never above, where in its file that stands, and what is wrong.
ABOVE = [
    ("at_most: [liquidity]", []),
    ("at_most: [liquidty]", ["5:13 unknown-metric liquidity"]),
    ("at_most: [users]", ["5:13 wrong-value another metric in money"]),
    ("at_most: [cash]", ["5:13 wrong-value another metric in money"]),
    ("at_most: [liquidity, worth]", ["5:24 wrong-value another metric in money"]),
    ("basis: [gross, net]\n  basis_at_most: {net: gross}", []),
    ("basis: [gross, net]\n  basis_at_most: {net: goss}", ["2:3 wrong-value gross, net"]),
    ("basis_at_most: {net: gross}", ["2:3 wrong-value a basis"]),
    ("adds_up: [periods, parts]", []),
    ("adds_up: [years]", ["5:13 wrong-value 'periods' or 'parts'"]),
]


@pytest.mark.parametrize(("line", "slips"), ABOVE, ids=[each[0] for each in ABOVE])
def test_what_a_metric_is_never_above_is_another_of_its_unit(tmp_path, line, slips):
    others = "".join(
        f"{name}: {{unit: {unit}, period: instant, group: cash{more}}}\n"
        for name, unit, more in (
            ("liquidity", "money", ""),
            ("users", "users", ""),
            ("worth", "money", ", at_most: [cash]"),
        )
    )
    path = tmp_path / "catalog.yaml"
    path.write_text(f"cash:\n  unit: money\n  period: instant\n  group: cash\n  {line}\n{others}")
    metrics, problems = load.catalog(path)
    told = [
        f"{each.line}:{each.column} {each.name} {args.get('near') or args['expected']}"
        for each in problems
        for args in (dict(each.args),)
    ]
    circle = [each for each in told if each.startswith("8:")]
    told = [each for each in told if each not in circle]
    assert len(told) == len(slips)
    assert all(one.startswith(other) for one, other in zip(told, slips, strict=True)), told
    assert len(circle) == ("worth]" in line)
    assert "liquidity" in metrics


@pytest.mark.parametrize("bad", BAD_FILES)
def test_a_catalogue_that_cannot_be_read_is_a_problem_and_no_metric(tmp_path, bad):
    content, slip = BAD_FILES[bad]
    path = tmp_path / "catalog.yaml"
    path.write_text(content, encoding="utf-8")
    metrics, (found,) = load.catalog(path)
    assert metrics == {}
    assert f"{found.line}:{found.column} {found.name}" == slip


def test_a_catalogue_that_is_not_there_is_a_problem(tmp_path):
    metrics, problems = load.catalog(tmp_path / "catalog.yaml")
    assert metrics == {}
    assert [each.name for each in problems] == ["missing-file"]


def test_reading_tells_how_far_it_is(tmp_path):
    folder = made(
        tmp_path / "data", "lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]"
    )
    heard: list[tuple[int, int]] = []
    load.load(folder, catalog(), told=lambda done, total: heard.append((done, total)))
    files = sum(1 for kind in ("sources", "companies") for _ in (folder / kind).glob("*.yaml"))
    assert files > 1
    assert heard == [(done, files) for done in range(files)]
