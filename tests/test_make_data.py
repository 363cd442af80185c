"""Made data: the same everywhere, the beginning of more, read without errors, and coherent."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import metrics
from benchmarks.brand import SPACE, brand
from benchmarks.document import quoted
from benchmarks.economy import FLOWS, course
from benchmarks.make_data import files, main, make
from benchmarks.phrase import Amount, Stated, amount, decimal, kept, numeral, pair
from metrics import check, derive
from metrics.lens import Lens
from schemas import entry, node, period
from schemas.unit import unit

ROOT = Path(__file__).parent.parent
DAY = period.day("2026-11-22")
assert DAY is not None
LENS = Lens(DAY, DAY)
MANY = 60
UNITS = ["USD", "CNY", "JPY", "HKD", "CNY/months", "USD/people", "share", "multiple", "people",
         "users", "months", "years", "age", "count"]  # fmt: skip
WAYS = ["exact", "approx", "almost", "more_than", "at_least", "less_than", "at_most", "range",
        "vague"]  # fmt: skip
LANGUAGES = ["en", "zh-Hans", "zh-Hant"]
POWERS = {"share": -5, "multiple": -4}
WHOLE = {"people", "users", "months", "years", "age", "count"}


def digest(companies, seed=7):
    made = json.dumps(sorted(files(companies, seed=seed)), ensure_ascii=False)
    return hashlib.sha256(made.encode()).hexdigest()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("made") / "data"
    make(where, MANY)
    return where


@pytest.fixture(scope="module")
def book(folder):
    return metrics.book(folder)


@pytest.fixture(scope="module")
def printed(folder):
    lines = "\n".join(path.read_text("utf-8") for path in (folder / "companies").glob("*.yaml"))
    found = re.findall(r"^    as_stated: (.*)$", lines, re.MULTILINE)
    return [json.loads(text) if text.startswith('"') else text for text in found]


# -- the same everywhere ----------------------------------------------------------------------


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others():
    assert digest(12) == digest(12)
    assert digest(12) != digest(12, seed=8)


@pytest.mark.parametrize(
    "setting",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
    ],
)
def test_hash_seed_time_zone_and_locale_change_no_byte(tmp_path, setting):
    command = [sys.executable, "-m", "benchmarks.make_data", "data", "--companies", "12"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **setting}
    subprocess.run(command, check=True, cwd=tmp_path, env=environment)
    found = {
        path.relative_to(tmp_path / "data").as_posix(): path.read_bytes()
        for path in (tmp_path / "data").rglob("*.yaml")
    }
    assert found == {path: text.encode() for path, text in files(12)}


def test_fewer_companies_are_the_beginning_of_more():
    fewer, more = dict(files(64)), dict(files(133))
    sets = fewer.pop("sets.yaml")
    assert more["sets.yaml"].startswith(sets)
    assert {path: more.get(path) for path in fewer} == fewer


def test_no_two_files_share_a_name():
    paths = [path for path, _ in files(200)]
    assert [path for path, count in Counter(paths).items() if count > 1] == []


def test_no_data_is_written_over(tmp_path):
    make(tmp_path / "data", 1)
    done = CliRunner().invoke(main, [str(tmp_path / "data"), "--companies", "1"])
    assert done.exit_code == 2
    assert "already holds data" in done.output


def test_more_observations_are_made_when_asked_for():
    few, many = (
        sum(text.count("  - metric:") for _, text in files(40, observations=wanted)) / 40
        for wanted in (12, 90)
    )
    assert 9 < few < 15
    assert 75 < many < 100


# -- read without errors ----------------------------------------------------------------------


def test_a_made_folder_is_read_without_errors(book):
    assert [each for each in book.problems if each.severity == "error"] == []
    assert len(book.singles) == MANY
    assert 30 * MANY < len(book.observations) < 50 * MANY


def test_conflicts_are_found_in_a_few_of_a_hundred_figures(book):
    found = Counter(each.name for each in check.problems(book))
    assert found.keys() >= {"rivals-disagree", "rewrite-differs", "currencies-disagree"}
    assert 0.01 < sum(found.values()) / len(book.observations) < 0.06


def test_some_rivals_agree_within_rounding(book):
    rows = book.observations[book.observations["rank"] != "deprecated"]
    competing = rows[rows.duplicated(check.SAME, keep=False)]
    disagreeing = [each for each in check.findings(book) if each.name == "rivals-disagree"]
    assert len(competing) > 3 * len(disagreeing)


def test_every_kind_of_statement_occurs(book):
    rows = book.observations
    kinds = {"actual", "target", "plan", "forecast", "offer", "rumour", "opinion"}
    assert set(rows["kind"]) == kinds
    assert set(rows["qualifier"]) == {*WAYS} - {"vague"}
    assert set(rows["unit_basis"]) == set(rows["period_basis"]) == {"stated", "inferred"}
    assert "deprecated" in set(rows["rank"])
    assert {"USD", "CNY", "HKD", "EUR", "JPY", "SGD"} <= set(rows["currency"])
    assert {"gross", "net", "unknown", "closing", "training"} <= set(rows["basis"])
    assert rows["also"].notna().any()
    assert (rows["by"] != "").any()
    assert (rows["against_company"] != "").any()
    assert {scope.partition(":")[0] for scope in rows["scope"]} >= {"product", "segment", "region"}
    assert {"net_proceeds", "runway", "revenue_per_employee"} <= set(rows["metric"])


def test_documents_repeat_rewrite_and_are_shared(book):
    sources = book.sources.values()
    assert {each.kind for each in sources} == {"filing", "company", "press", "aggregator", "post"}
    assert {each.language for each in sources} == set(LANGUAGES)
    assert any(each.primary_source for each in sources)
    assert any(each.derived_from for each in sources)
    shared = book.observations.groupby("source", observed=True)["company"].nunique()
    assert shared.max() >= 8
    groups = [name for name, each in book.companies.items() if each.members]
    assert len(groups) == MANY // 8 + (MANY % 8 > 5)


def test_periods_reach_from_long_ago_to_now(book):
    ends = book.observations[book.observations["kind"] == "actual"]["end"]
    assert ends.min().year <= 2016
    assert f"{ends.max():%Y-%m}" >= "2026-09"
    assert {each.fiscal_year_end for each in book.companies.values()} >= {"12-31", "03-31", "06-30"}


@pytest.mark.parametrize(
    "pattern",
    [
        "亿", "億", "万", "萬", "billion", r"\dbn", r"\dm\b", "千万|千萬", "[０-９]",
        "[二三四五六七八九]亿", "成", "百分之", r"\d%", r"\$", r"HK\$", "€", "¥", "RMB", "yen",
        "美元", "元人民[币幣]", "港元", "歐元|欧元", "倍", r"\dx|times", "名员工|名員工",
        "employees", "用户", "用戶", "个月", "months", "年半|年零", "岁|歲", "每月|/月",
        "a month|per month|/month", "/人|每人|人均", "per person|per employee|/person",
        "^约|^大约|^約", "左右$", "about|roughly|~", "近", "nearly|almost", "超|逾|突破",
        "多|余|餘", "more than|over", "以上$|至少|不低[于於]", "at least|≥",
        "不到|不足|低[于於]", "less than|under|<", "不超[过過]|以下$", "at most|≤",
        r"\d[至到～-]\d", r"\d(–|-| to )\d", "[数數几幾][十百千]?[万萬亿億]", "十[几幾]",
        "级|級", "上[千百]?[万萬亿億]",
    ],
)  # fmt: skip
def test_every_shape_is_printed_somewhere(printed, pattern):
    assert any(re.search(pattern, text) for text in printed)


# -- coherent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metric",
    ["revenue", "cash_reserves", "employee_count", "revenue_ttm", "revenue_growth",
     "revenue_per_employee", "runway", "monthly_burn", "rnd_intensity", "gross_margin"],
)  # fmt: skip
def test_what_investors_ask_first_can_be_answered_for_most(book, metric):
    cases = [derive.case(book, name, LENS) for name in book.singles]
    answers = [derive.answer(case, metric) for case in cases]
    assert sum(each.bounds is not None for each in answers) > 0.55 * len(answers)


@pytest.mark.parametrize("index", range(40))
def test_a_company_never_runs_out_of_cash_and_sells_more_than_nothing(index):
    of = course(7, index)
    quarters = of.last - of.first + 1
    assert all(len(of.flows[flow]) == quarters for flow in FLOWS)
    assert len(of.cash) == len(of.staff) == len(of.users) == quarters
    assert min(of.cash) > 0
    assert min(of.flows["revenue"]) > 0
    assert min(of.staff) > 10


@pytest.mark.parametrize("index", range(40))
def test_cash_is_what_was_raised_less_what_was_spent(index):
    of = course(7, index)
    spent = sum(
        of.sum(flow, of.first, of.last)
        for flow in ("operating_cash_outflow", "capex", "lease_payments")
    )
    assert of.cash[-1] == pytest.approx(of.raised - spent)


def test_runway_lies_where_runways_lie(book):
    cases = [derive.case(book, name, LENS) for name in book.singles]
    months = sorted(
        float(each.value) for case in cases if (each := derive.answer(case, "runway")).value
    )
    assert 6 < months[len(months) // 2] < 60


def test_every_name_is_different_and_none_is_one_of_ours():
    brands = [brand(7, index) for index in range(3000)]
    ids = {each.id for each in brands}
    assert len(ids) == len({each.zh_hans for each in brands}) == 3000
    assert ids.isdisjoint(path.stem for path in (ROOT / "data/companies").glob("*.yaml"))
    assert brand(7, SPACE).id == f"{brand(7, 0).id}-2"


# -- one figure -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "keep", "way", "text"),
    [
        (53437.2, 3, 0, "53400"), (53437.2, 3, 1, "53500"), (53437.2, 3, -1, "53400"),
        (0.0996, 2, 0, "0.10"), (-1234.0, 2, 0, "-1200"), (1e9, 1, 1, "1000000000"),
    ],
)  # fmt: skip
def test_rounding_keeps_significant_digits(number, keep, way, text):
    assert decimal(kept(amount(number), keep, way)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "两"), (10, "十"), (12, "十二"), (20, "二十"), (22, "二十二"), (105, "一百零五"),
        (110, "一百一十"), (200, "两百"), (222, "两百二十二"), (2000, "两千"), (3020, "三千零二十"),
        (3002, "三千零二"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_numerals_are_those_of_speech(number, text):
    assert numeral(number) == text


@given(
    seed=st.integers(0, 10**9),
    digits=st.integers(1, 99_999),
    power=st.integers(0, 8),
    unit_=st.sampled_from(UNITS),
    language=st.sampled_from(LANGUAGES),
    way=st.sampled_from(WAYS),
    keep=st.integers(0, 3),
)
def test_both_writings_are_read_alike_and_their_bounds_hold_the_amount(
    seed, digits, power, unit_, language, way, keep
):
    if unit_ in {"months", "years", "age"}:
        digits = digits % 99 + 1
    of = Amount(digits, 0 if unit_ in WHOLE else POWERS.get(unit_, power))
    both = pair(Random(seed), Stated(of, unit_, way, keep), language)  # noqa: S311 - made data
    got = entry.pair(both.value, both.as_stated, inferred=both.inferred)
    assert not isinstance(got, entry.Misfit), both
    meant, stated = got
    band = stated.loose_band if stated.qualifier == "exact" else stated.bounds
    # Eighteen months may be printed as a year and a half.
    factor = unit(meant.unit).factor / unit(stated.unit).factor if stated.unit else 1
    assert band.contains(_exact(of) * factor), both


@pytest.mark.parametrize(
    ("value", "as_stated"),
    [
        # Found here first: neighbouring digits were a range, 多 was lost.
        ("234m CNY", "二点三四亿元"),
        ("215m USD", "二點一五億美元"),
        ("23.45%", "百分之二十三点四五"),
        ("1.34x", "一点三四倍"),
        (">300 people", "三百多名员工"),
        (">8000 people", "8000多名員工"),
    ],
)
def test_decimals_in_words_and_many_a_person_are_read(value, as_stated):
    assert not isinstance(entry.pair(value, as_stated, inferred=False), entry.Misfit)


@pytest.mark.parametrize(
    ("value", "as_stated"),
    [
        ("1bn..10bn CNY", "十亿级元"),
        ("100K..1m users", "十萬級用戶"),
        ("45m SGD", "4500万新元"),
    ],
)
def test_these_shapes_are_read_too(value, as_stated):
    assert not isinstance(entry.pair(value, as_stated, inferred=False), entry.Misfit)


def _exact(of):
    return Fraction(of.digits) * Fraction(10) ** of.power


@given(st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable() and text.strip()))
def test_quoted_text_reads_back_as_it_was(text):
    found, problems = node.parse(
        f"a: {quoted(text)}\nb: {{c: {quoted(text, flow=True)}}}\n".encode(), "x"
    )
    assert problems == ()
    assert found is not None
    assert node.plain(found) == {"a": text, "b": {"c": text}}
