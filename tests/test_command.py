"""The command line: what each command prints, and its exit status 0, 1 or 2."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import metrics
from metrics import __main__ as command
from metrics import derive, export, writer
from metrics.__main__ import main
from metrics.draft import SHAPES
from schemas import node, words
from schemas.book import Book
from schemas.source import GRADE
from tests.folder import LENS, write

ROOT = Path(__file__).parent.parent
SHIPPED = ("--at", "2026-02-01")
# What `parse --json` prints for a text that is a figure; `problem` stands only where it is none.
KEYS = ["text", "value", "low", "high", "low_open", "high_open", "qualifier", "unit"]


def run(*arguments: str, status: int = 0, given: str | bytes = "") -> Result:
    """Run a command and hold it to its exit status."""
    result = CliRunner().invoke(main, arguments, input=given, prog_name="metrics")
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture(autouse=True)
def _read_once(shipped: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the shipped data once for all commands; folders of a test's own are read each time."""
    read = metrics.book
    monkeypatch.setattr(
        metrics,
        "book",
        lambda folder, **more: shipped if folder == metrics.DATA else read(folder, **more),
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped data to spoil."""
    return Path(shutil.copytree(metrics.DATA, tmp_path / "data"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


# -- check -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_shipped_data_has_no_errors_and_ends_with_status_0(language):
    said = run("check", "--lang", language).output
    assert "error:" not in said
    assert "cli." not in said
    assert "problem." not in said


def test_a_slip_of_ten_ends_with_status_1_and_says_where(copy):
    spoil(copy / "companies" / "minimax.yaml", "value: 1.1bn USD", "value: 11bn USD")
    said = run("check", "--data", str(copy), status=1).output.split("\n")
    (found,) = (line for line in said if "error:" in line)
    line = (copy / "companies" / "minimax.yaml").read_text("utf-8").split("\n")
    at = next(number for number, text in enumerate(line, 1) if "11bn USD" in text)
    column = line[at - 1].index("11bn USD") + 1
    assert found.startswith(f"data/companies/minimax.yaml:{at}:{column}: error:")
    assert "11億美元" in found
    assert "factor of 10" in found
    assert found.endswith("[double-entry]")
    assert said[said.index(found) + 1].startswith("  hint: ")
    assert "errors: 1" in said[-2]


def test_problems_are_plain_data_too(copy):
    first = "observations:\n  - metric: valuat"
    spoil(copy / "companies" / "xai.yaml", f"{first}ion", f"{first}oin")
    found = json.loads(run("check", "--data", str(copy), "--json", status=1).output)
    (error,) = (each for each in found if each["severity"] == "error")
    assert error["name"] == "unknown-metric"
    assert error["path"] == "data/companies/xai.yaml"
    assert error["line"] > 1
    assert (error["args"]["value"], error["args"]["near"]) == ("valuatoin", "valuation")
    assert "valuation" in error["says"]
    assert set(error) == {"name", "severity", "path", "line", "column", "says", "hint", "args"}


def test_one_broken_file_leaves_the_others_to_be_read(copy):
    (copy / "companies" / "minimax.yaml").write_bytes(b"\xff\xfe\x00")
    run("check", "--data", str(copy), status=1)
    said = run("compare", "moonshot-ai", "--data", str(copy), *SHIPPED).output
    assert ">CN¥10B" in said


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    said = run("check", "--data", str(tmp_path / "nowhere"), status=1).output
    assert "[missing-folder]" in said
    assert "Traceback" not in said


RIVALS = """
lab:
- {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30}
- {metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30, source: press}
"""


def test_a_strict_check_takes_warnings_for_errors_and_tells_what_is_open(tmp_path):
    folder = str(write(tmp_path / "data", RIVALS))
    said = run("check", "--strict", "--data", folder, *SHIPPED, status=1).output
    assert "warning:" not in said
    assert "error: cash_reserves, 2025-09-30: " in said
    assert "[rivals-disagree]" in said
    assert said.count("[source-unaddressed]") == len(GRADE)
    found = json.loads(run("check", "--strict", "--json", "--data", folder, status=1).output)
    assert {each["severity"] for each in found} <= {"error", "note"}


def test_a_check_can_look_for_some_problems_only(tmp_path):
    folder = str(write(tmp_path / "data", RIVALS))
    said = run("check", "--only", "rivals-disagree", "--data", folder).output
    assert said.count(" [") == 1
    assert "warnings: 1," in said
    said = run("check", "--only", "double-entry", "--only", "bad-id", "--data", folder).output
    assert "warnings: 0," in said
    said = run("check", "--only", "source-unaddressed", "--data", folder).output
    assert f"warnings: {len(GRADE)}," in said
    run("check", "--only", "rivals-disagree", "--strict", "--data", folder, status=1)


def test_a_problem_that_there_is_none_of_that_name_is_misuse():
    said = run("check", "--only", "double-entri", status=2).output
    assert "there is no problem 'double-entri'; there is double-entry" in said


def test_findings_alone_are_warnings_and_end_with_status_0(tmp_path):
    write(tmp_path / "data", """
    lab:
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30}
    - {metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30, source: press}
    """)  # fmt: skip
    said = run("check", "--data", str(tmp_path / "data")).output
    assert "warning:" in said
    assert "[rivals-disagree]" in said


def test_notes_are_counted_apart_and_change_nothing_about_the_status(tmp_path):
    write(tmp_path / "data", """
    lab:
    - {metric: cash_reserves, value: 1.1bn USD, period: 2025-09-30}
    """)  # fmt: skip
    said = run("check", "--data", str(tmp_path / "data"), "--at", "2027-01-01").output
    assert "note: key figures older than their shelf life on 2027-01-01: 1" in said
    assert said.rstrip().endswith("errors: 0, warnings: 0, notes: 1")
    said = run("check", "--data", str(tmp_path / "data"), "--at", "2026-01-31").output
    assert said.rstrip().endswith("errors: 0, warnings: 0, notes: 0")


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "lab"),
        ("explain", "lab", "revenue"),
        ("export", "comparison", "lab"),
        ("export", "derived", "lab"),
    ],
)
def test_rates_that_documents_state_go_first_where_that_is_asked_for(tmp_path, command):
    write(tmp_path / "data", """
    lab:
    - {metric: revenue, value: 7.25bn CNY, period: FY2024}
    - {metric: employee_count, value: 1000 people, period: 2024-12-31}
    rates:
    - {base: USD, quote: CNY, rate: "7.25", period: FY2024, kind: mean}
    """)  # fmt: skip
    look = ("--data", str(tmp_path / "data"), "--at", "2026-01-31", "--currency", "USD")
    usual, reference, stated = (
        run(*command, *look, *more).output
        for more in ((), ("--rates", "reference"), ("--rates", "stated"))
    )
    assert usual == reference != stated
    assert "$1B" in stated or "1000000" in stated
    assert "$1B" not in usual


# -- misuse ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["compare"], "Missing argument"),
        (
            ["compare", "minimax", "--by", "runaway=net_loss"],
            "there is no metric 'runaway'; there is runway",
        ),
        (
            ["compare", "minimax", "--by", "runway=adjusted_los"],
            "there is no definition of runway 'adjusted_los'; there is adjusted_loss",
        ),
        (["compare", "minimax", "--periods", "decade"], "'decade' is not one of 'latest', 'year'"),
        (["compare", "minimaxx"], "there is no company 'minimaxx'; there is minimax"),
        (["compare", "qqqq"], "there is no company 'qqqq'; there is 01-ai, "),
        (["explain", "minimax"], "Missing argument"),
        (["explain", "minimax", "runaway"], "there is no metric 'runaway'; there is runway"),
        (["explain", "nobody-else", "runway"], "there is no company"),
        (["claims", "nobody-else"], "there is no company"),
        (["changes"], "Missing option '--from'"),
        (["changes", "--from", "2026-02-30"], "there is no such revision: '2026-02-30'"),
        (["changes", "--from", "--json"], "there is no such revision: '--json'"),
        (
            ["changes", "--from", "2026-01-31", "--set", "listed-ai-lab"],
            "there is no peer set 'listed-ai-lab'; there is listed-ai-labs",
        ),
        (["changes", "nobody-else", "--from", "2026-01-31"], "there is no company"),
        (["explain", "minimax", "runway", "x", "y"], "an id alone"),
        (["export", "everything"], "Invalid value"),
        (["export", "memo"], "needs the name of a file"),
        (["export", "memo", "x.html", "--wide"], "are for tables"),
        (["export", "claims", "--by", "runway=net_loss"], "--wide and --by lay out a comparison"),
        (["export", "claims", "--json", "--format", "csv"], "--json is --format json"),
        (["export", "observations", "nobody-else"], "there is no company"),
        (["schema", "book"], "Invalid value"),
        (["check", "--at", "yesterday"], "'yesterday' is not a day such as 2025-09-30"),
        (["check", "--known", "2025-02-30"], "'2025-02-30' is not a day"),
        (["check", "--at", "2025"], "'2025' is not a day"),
        (["check", "--lang", "fr"], "Invalid value"),
        (["check", "--data", __file__], "is a file"),
        (["check", "--loud"], "No such option"),
        (["parse", "--lang", "fr", "1%"], "Invalid value"),
    ],
)
def test_misuse_ends_with_status_2_and_says_what_would_be_right(arguments, said):
    assert said in run(*arguments, status=2).output


def test_in_an_empty_folder_there_is_no_company(tmp_path):
    said = run("compare", "minimax", "--data", str(tmp_path), status=2).output
    assert "there is no company 'minimax'; there is none" in said


@pytest.mark.parametrize("name", ["", *main.commands])
def test_every_command_explains_itself(name):
    said = run(*filter(None, [name]), "--help").output
    assert "Usage: metrics" in said
    assert len(said.split("\n")) > 3


# -- changes -----------------------------------------------------------------------------------

DAYS = ("--from", "2026-01-31", "--to", "2026-03-31", "--at", "2026-03-31")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_changes_between_two_days_name_what_did_it(language):
    said = run("changes", "minimax", *DAYS, "--lang", language).output.split("\n")
    moved = f"  {words.label(language, 'revenue_per_employee')}: "
    place = next(number for number, line in enumerate(said) if line.startswith(moved))
    assert " -> " in said[place]
    assert "7903.8 萬美元" in said[place + 1]
    assert not any("changes." in line or "cli." in line for line in said)


def test_changes_are_plain_data_too():
    told = json.loads(run("changes", *DAYS, "--set", "listed-ai-labs", "--json").output)
    assert (told["from"]["known"], told["to"]["known"]) == ("2026-01-31", "2026-03-31")
    assert {each["company_id"] for each in told["changes"]} >= {"minimax", "zhipu-ai"}
    assert "openai" not in {each["company_id"] for each in told["changes"]}
    assert told["counts"]["added"] == sum(len(each["figures"]) for each in told["changes"])
    (minimax,) = (each for each in told["changes"] if each["company_id"] == "minimax")
    by_metric = {each["metric"]: each for each in minimax["moved"]}
    assert by_metric["gross_margin"]["after"]["value"] == pytest.approx(0.254)


def test_an_edit_is_told_against_the_folder_it_was_made_from(copy):
    path = copy / "companies" / "minimax.yaml"
    edited = path.read_text("utf-8").replace("385 people", "384 people").replace("385 人", "384 人")
    path.write_text(edited.replace("as_stated: 385人", "as_stated: 384人"), "utf-8")
    said = run("changes", "--from", str(metrics.DATA), "--data", str(copy), *SHIPPED).output
    assert "revised: Employees (end of period), Sep 30, 2025: 384" in said
    assert "    before: Employees (end of period), Sep 30, 2025: 385" in said
    assert "  Revenue per employee: $168K/person" in said
    assert "figures: 0 new, 2 revised, 0 withdrawn" in said


def test_an_edit_is_told_against_a_revision_and_only_the_other_way_round_undone(tmp_path):
    folder, git = tmp_path / "data", shutil.which("git")
    if git is None:
        pytest.skip("there is no git")
    write(folder, "lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-06-30}]")
    named = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([git, "-C", str(folder), *named, *arguments], check=True)
    write(folder, "lab: [{metric: cash_reserves, value: 2bn USD, period: 2025-06-30}]")
    given = ("--data", str(folder), *SHIPPED)
    said = run("changes", "--from", "HEAD", *given).output
    assert "revised: Cash balance" in said
    assert "$2B" in said.split("before:")[0]
    assert "0 revised" in run("changes", "--from", "HEAD", "--to", "HEAD", *given).output


# -- compare and explain -----------------------------------------------------------------------


def test_companies_stand_side_by_side():
    said = run("compare", "minimax", "moonshot-ai", *SHIPPED).output.split("\n")
    assert said[0].split() == ["MiniMax", "Moonshot", "AI"]
    (cash,) = (line for line in said if line.startswith("Cash balance"))
    assert "$1.102B" in cash
    assert ">CN¥10B" in cash
    assert "different currencies" in cash
    (heads,) = (line for line in said if line.startswith("Employees"))
    assert "50 [Stale]" in heads
    # Each column begins where its head does.
    assert said[0].index("MiniMax") == cash.index("$1.102B")


def test_chinese_columns_line_up_by_their_width():
    said = run("compare", "minimax", "--lang", "zh-Hant", *SHIPPED).output.split("\n")
    (cash,) = (line for line in said if "11.02億美元" in line)
    (runway,) = (line for line in said if line.startswith("現金可支撐"))

    def width(text: str) -> int:
        return sum(1 if ord(each) < 0x2E80 else 2 for each in text)

    assert width(cash[: cash.index("11.02億")]) == width(runway[: runway.index("47.5")])


def test_a_company_named_twice_stands_once():
    once = run("compare", "minimax", *SHIPPED).output
    assert run("compare", "minimax", "minimax", *SHIPPED).output == once


def test_all_metrics_with_a_figure_can_be_shown():
    said = run("compare", "minimax", "--all", *SHIPPED).output
    assert "Share of code written with AI" in said or "AI" in said
    assert len(said.split("\n")) > len(run("compare", "xai", "--all", *SHIPPED).output.split("\n"))


def test_money_in_one_currency_is_asked_for_in_any_case():
    first = run("compare", "moonshot-ai", "--currency", "usd", *SHIPPED).output
    assert first == run("compare", "moonshot-ai", "--currency", "USD", *SHIPPED).output
    assert ">$1.43B" in first


def test_a_comparison_is_plain_data_too():
    records = json.loads(run("compare", "minimax", "xai", "--json", *SHIPPED).output)
    assert {each["company_id"] for each in records} == {"minimax", "xai"}
    assert list(records[0]) == [*export.COMPARISON, *export.ALWAYS]


def test_a_number_is_explained_with_its_words_its_place_and_its_source():
    said = run("explain", "minimax", "revenue_per_employee", *SHIPPED).output
    for text in ("$168K/person", "[OK]", "約5300萬美元", "¶43", "385 人", "ttm(revenue)"):
        assert text in said
    told = json.loads(run("explain", "minimax", "revenue_per_employee", "--json", *SHIPPED).output)
    assert told["definition"] == "ttm_closing"
    assert [each["text"] for each in told["inputs"]] == ["$53.44M", "$30.52M", "$19.45M", "385"]


def test_a_claim_that_cannot_be_checked_says_what_it_implies():
    said = run("claims", "minimax", *SHIPPED).output
    assert "50 months" in said
    assert "$22M/month" in said
    (told,) = (
        each
        for each in json.loads(run("claims", "--json", *SHIPPED).output)
        if (each["company_id"], each["metric"]) == ("moonshot-ai", "runway")
    )
    assert told["verdict"] == "not_checkable"


def test_the_book_turns_back_to_what_was_known():
    early = run("compare", "minimax", "--at", "2026-02-01", "--known", "2025-12-30").output
    assert "≈$1.1B" in early
    late = run("compare", "minimax", *SHIPPED, "--known", "2025-12-31").output
    assert "≈$1.1B" not in late
    assert "$1.102B" in late


def test_today_is_the_readers_own_day():
    before = date.today()  # noqa: DTZ011 - as the reader's calendar has it
    (record, *_) = json.loads(run("export", "observations", "minimax", "--json").output)
    assert str(before) <= record["at"] == record["known"] <= str(date.today())  # noqa: DTZ011


# -- export ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("observations", export.OBSERVATIONS),
        ("derived", export.DERIVED),
        ("claims", export.CLAIMS),
        ("comparison", export.COMPARISON),
    ],
)
def test_a_table_is_exported_as_csv_and_as_json(table, columns):
    data = run("export", table, "minimax", *SHIPPED).stdout_bytes
    head, *lines = data.decode("utf-8-sig").split("\r\n")[:-1]
    assert head == ",".join(f'"{name}"' for name in (*columns, *export.ALWAYS))
    records = json.loads(run("export", table, "minimax", "--json", *SHIPPED).output)
    assert len(records) == len(lines)
    assert {each["company_id"] for each in records} == {"minimax"}


def test_without_names_all_observations_are_exported_groups_included():
    records = json.loads(run("export", "observations", "--json", *SHIPPED).output)
    assert {"minimax+moonshot-ai", "minimax"} <= {each["company_id"] for each in records}


def test_a_company_without_observations_still_has_columns():
    data = run("export", "observations", "01-ai", *SHIPPED).stdout_bytes
    assert data.startswith(b'\xef\xbb\xbf"id","company_id"')
    assert data.count(b"\r\n") == 1


def test_a_comparison_is_exported_wide():
    data = run("export", "comparison", "minimax", "xai", "--wide", *SHIPPED).stdout_bytes
    head = data.decode("utf-8-sig").split("\r\n")[0]
    assert head == '"metric","label","minimax","xai","row_verdict","row_reason"'


def test_another_process_in_another_place_writes_the_same_bytes():
    arguments = [
        "export", "comparison", "minimax", "moonshot-ai", "--lang", "zh-Hant", "--currency", "CNY",
        *SHIPPED,
    ]  # fmt: skip
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Hong_Kong", "LC_ALL": "C"}
    made = subprocess.run(
        [sys.executable, "-m", "metrics", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert made.stderr == b""
    assert made.stdout == run(*arguments).stdout_bytes


# -- parse -------------------------------------------------------------------------------------

# A text, and what is read from it: value, low, high, ends open, qualifier, unit.
READ = [
    ("11億美元", (1_100_000_000, 1_100_000_000, 1_100_000_000, False, False, "exact", "USD")),
    ("約5300萬美元", (53_000_000, 52_000_000, 54_000_000, False, False, "approx", "USD")),
    ("超過七成", (None, 0.7, None, True, True, "more_than", "share")),
    ("近74%", (0.74, 0.73, 0.74, False, True, "almost", "share")),
    ("300至500亿元", (None, 3 * 10**10, 5 * 10**10, False, False, "range", "CNY")),
    ("385 人", (385, 385, 385, False, False, "exact", "people")),
    ("不到1%", (None, 0, 0.01, False, True, "less_than", "share")),
    ("-5%", (-0.05, -0.05, -0.05, False, False, "exact", "share")),
    ("400", (400, 400, 400, False, False, "exact", None)),
]


def objects(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def test_figures_are_read_from_arguments_one_object_a_line():
    told = objects(run("parse", "--json", *(text for text, _ in READ)).output)
    assert [list(each) for each in told] == [KEYS] * len(READ)
    assert [tuple(each.values()) for each in told] == [(text, *values) for text, values in READ]


def test_figures_are_read_line_by_line_from_standard_input():
    given = "\r\n".join(text for text, _ in READ) + "\n"
    told = objects(run("parse", "--json", "-", given=given).output)
    assert [tuple(each.values()) for each in told] == [(text, *values) for text, values in READ]


def test_what_is_no_figure_ends_with_status_1_and_the_others_are_still_read():
    told = objects(run("parse", "--json", "第一", "11億美元", "", status=1).output)
    assert [list(each) for each in told] == [[*KEYS, "problem"], KEYS, [*KEYS, "problem"]]
    assert str(told[0].pop("problem")).startswith("not-a-figure: ")
    assert told[0] == dict.fromkeys(KEYS) | {"text": "第一"}
    both = "14億美元(100億元人民幣)"
    (several,) = objects(run("parse", "--json", both, status=1).output)
    assert str(several["problem"]).startswith("several-figures: ")


def test_bytes_that_are_no_text_are_no_figure():
    told = objects(run("parse", "--json", "-", given=b"\xff\xfe\n385\n", status=1).output)
    assert str(told[0]["problem"]).startswith("not-a-figure: ")
    assert list(told[1]) == KEYS


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "≈$53M"), ("zh-Hans", "约5300万美元"), ("zh-Hant", "約5300萬美元")],
)
def test_people_read_the_figure_its_bounds_and_its_words(language, said):
    line = run("parse", "--lang", language, "約5300萬美元").output.rstrip("\n")
    assert line == f"約5300萬美元\t~53m USD\t[52,000,000, 54,000,000]\t{said}"


def test_people_read_what_is_wrong():
    said = run("parse", "第一", "400", status=1).output.split("\n")
    assert said[0].startswith("第一\tnot-a-figure: ")
    assert said[1:] == ["400\t400\t[400, 400]\t400", ""]


def test_nothing_to_read_is_no_failure():
    assert "Missing argument" in run("parse", status=2).output
    assert run("parse", "-", given="").output == ""


# -- schema ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_told_as_json_schema_that_editors_understand(shape):
    schema = json.loads(run("schema", shape).output)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["additionalProperties"] is False
    assert "$defs" not in json.dumps(schema)
    validator = pytest.importorskip("jsonschema").Draft7Validator
    validator.check_schema(schema)


@pytest.mark.parametrize("shape", ["company", "source"])
def test_the_shipped_files_have_their_shape(shape):
    schema = json.loads(run("schema", shape).output)
    validator = pytest.importorskip("jsonschema").Draft7Validator(schema)
    folder = metrics.DATA / {"company": "companies", "source": "sources"}[shape]
    for path in sorted(folder.glob("*.yaml")):
        root, problems = node.parse(path.read_bytes(), path.name)
        assert not problems
        assert root
        assert [error.message for error in validator.iter_errors(node.plain(root))] == []


def test_a_wrong_key_is_seen_by_the_schema():
    schema = json.loads(run("schema", "company").output)
    validator = pytest.importorskip("jsonschema").Draft7Validator(schema)
    assert not validator.is_valid({"name": {"en": "Lab"}, "obsevations": []})
    assert not validator.is_valid({"aliases": []})
    assert validator.is_valid({"name": {"en": "Lab", "zh-Hant": "實驗室"}})


def test_a_day_is_an_option_like_any_other():
    (at,) = (option for option in main.commands["check"].params if option.name == "at")
    assert isinstance(at, click.Option)
    assert at.type.name == "day"
    assert at.type.convert(date(2025, 9, 30), None, None) == date(2025, 9, 30)


def test_a_currency_without_rates_is_misuse():
    assert "USD" in run("compare", "minimax", "--currency", "FOO", status=2).output


def test_only_what_is_worked_out_is_presented_in_one_currency():
    assert "stay as stated" in run("export", "observations", "--currency", "USD", status=2).output
    assert "comparison" in run("export", "derived", "--wide", status=2).output
    told = json.loads(run("export", "derived", "minimax", "--currency", "CNY", "--json").output)
    units = {each["unit"] for each in told if "USD" in each["unit"] or "CNY" in each["unit"]}
    assert not any("USD" in unit for unit in units)


def test_figures_left_out_for_errors_are_not_left_out_in_silence(tmp_path):
    folder = shutil.copytree(metrics.DATA, tmp_path / "data")
    file = folder / "companies" / "minimax.yaml"
    text = file.read_text(encoding="utf-8").replace("1.1bn USD", "11bn USD", 1)
    file.write_text(text, encoding="utf-8")
    told = CliRunner().invoke(main, ["explain", "minimax", "cash_reserves", "--data", str(folder)])
    assert "errors in the data: 1" in told.stderr


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_row_says_what_would_make_it_comparable(tmp_path: Path, language: str):
    folder = write(tmp_path / "data", """
        first: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]
        second: [{metric: cash_reserves, value: 9bn CNY, period: 2025-09-30}]
        """)  # fmt: skip
    where = ("--data", str(folder), "--at", "2026-02-01", "--lang", language)
    said = run("compare", "first", "second", *where).output
    assert (
        words.say(
            language, "remedy.says", changes=words.say(language, "remedy.currency", value="USD")
        )
        in said
    )
    healed = run("compare", "first", "second", "--currency", "USD", *where).output
    assert (
        words.say(
            language, "remedy.says", changes=words.say(language, "remedy.currency", value="USD")
        )
        not in healed
    )


def test_a_metric_is_worked_out_by_the_definition_asked_for(tmp_path: Path):
    folder = write(tmp_path / "data", """
        lab:
        - {metric: gross_margin, value: 60%, period: FY2024}
        - {metric: gross_profit, value: 3m USD, period: FY2024}
        - {metric: revenue, value: 6m USD, period: FY2024}
        """)  # fmt: skip
    where = ("--data", str(folder), "--at", "2026-02-01", "--json")
    for by, value in (((), 0.6), (("--by", "gross_margin=gross_profit"), 0.5)):
        told = json.loads(run("compare", "lab", *by, *where).output)
        assert [each["value"] for each in told if each["metric"] == "gross_margin"] == [value]


@pytest.mark.parametrize("form", writer.FORMATS)
def test_a_table_is_written_to_a_file_in_any_format(tmp_path, form):
    path = tmp_path / f"table.{form}"
    command = ("export", "claims", "minimax", "--format", form, "-o", str(path), *SHIPPED)
    assert run(*command).output == ""
    if form == "parquet":
        assert pq.read_table(path).column_names == [*export.CLAIMS, *export.ALWAYS]
    else:
        assert path.read_bytes() == run(*command[:5], *SHIPPED).stdout_bytes
    assert list(tmp_path.iterdir()) == [path]


def test_a_comparison_is_exported_by_a_definition():
    command = ("export", "comparison", "minimax", "--by", "runway=net_loss", "--json", *SHIPPED)
    (runway,) = (row for row in json.loads(run(*command).output) if row["metric"] == "runway")
    assert runway["definition"] == "net_loss"


def test_a_file_that_cannot_be_written_ends_with_status_1(tmp_path):
    said = run("export", "claims", "minimax", "-o", str(tmp_path / "no" / "x.csv"), status=1)
    assert "Could not open file" in said.output


@pytest.mark.parametrize(
    ("what", "name", "start"), [("workbook", "x.xlsx", b"PK"), ("memo", "x.html", b"<!doctype")]
)
def test_a_document_is_written_to_a_file_with_or_without_names(tmp_path, what, name, start):
    path = tmp_path / name
    run("export", what, str(path), *SHIPPED)
    assert path.read_bytes().startswith(start)
    before = path.read_bytes()
    run("export", what, "minimax", "-o", str(path), *SHIPPED)
    assert path.read_bytes().startswith(start)
    assert path.read_bytes() != before


def test_a_package_is_written_to_a_zip_file_or_into_a_folder_of_its_own(tmp_path):
    run("export", "package", str(tmp_path / "x.zip"), "minimax", *SHIPPED)
    run("export", "package", str(tmp_path / "x"), "minimax", *SHIPPED)
    run("export", "package", str(tmp_path / "x"), "minimax", *SHIPPED)
    with zipfile.ZipFile(tmp_path / "x.zip") as file:
        for name in file.namelist():
            assert (tmp_path / "x" / name).read_bytes() == file.read(name)
    said = run("export", "package", str(tmp_path), "minimax", status=2)
    assert "holds other files" in said.output


# -- permalinks --------------------------------------------------------------------------------


def test_an_id_is_explained_by_itself_and_with_its_company_and_metric():
    told = json.loads(run("explain", "minimax", "runway", "--json", *SHIPPED).output)
    wanted = told["id"]
    full = run("explain", "minimax", "runway", *SHIPPED).output
    for names in ((wanted,), ("minimax", "runway", wanted), (f"minimax~runway~{wanted}",)):
        assert run("explain", *names, *SHIPPED).output == full
    found = json.loads(run("explain", wanted, "--json", *SHIPPED).output)
    assert (found["state"], found["told"]) == ("counts", told)


def test_an_id_of_a_rival_is_explained_with_the_one_that_counts(shipped):
    of = derive.case(shipped, "minimax", LENS)
    rival = derive.answer(of, "cash_reserves").choice.rivals[0].row  # type: ignore[union-attr]
    said = run("explain", rival.id, *SHIPPED).output
    assert f"{rival.id} is not the number that counts by these dates" in said


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_id_that_holds_no_longer_ends_with_status_1_after_what_is_known(language):
    look = ("--lang", language, *SHIPPED)
    said = run("explain", "minimax", "runway", "0123456789", *look, status=1).output
    assert words.say(language, "permalink.changed", id="0123456789") in said
    assert run("explain", "minimax", "runway", *look).output in said
    now = ("--lang", language, "--at", "2026-11-22")
    old = json.loads(run("explain", "minimax", "pro_forma_cash", "--json", *SHIPPED).output)
    replaced = run("explain", old["id"], *now, status=1).output
    assert old["text"] in replaced.splitlines()[0] or language != "en"
    assert words.say(language, "permalink.now") in replaced.splitlines()
    assert run("explain", "minimax", "pro_forma_cash", *now).output in replaced
    gone = run("explain", "0123456789", *look, status=1).output
    assert gone == words.say(language, "permalink.gone", id="0123456789") + "\n"


# -- passage ----------------------------------------------------------------------------------

PASSAGE = "MiniMax had 385 employees as of September 30, 2025.\r\nIt raised $5 million last year."


def test_a_passage_is_told_figure_by_figure_and_counted():
    said = run("passage", "-", "--published", "2026-01-31", given=PASSAGE).stdout
    assert "385 employees  =  385 people  [Agrees]" in said
    assert said.splitlines()[-1].startswith("figures: 2; agreeing: 1")


def test_a_passage_is_plain_data_too():
    told = json.loads(
        run("passage", "-", "--published", "2026-01-31", "--json", given=PASSAGE).stdout
    )
    plain = PASSAGE.replace("\r\n", "\n")
    assert [plain[each["start"] : each["end"]] for each in told] == ["385 employees", "$5 million"]
    assert [each["company_id"] for each in told] == ["minimax", "minimax"]
    assert told[1]["period"] == "2025-01-01/2025-12-31"
    assert {why["field"] for why in told[1]["why"]} == {"company", "metric", "period"}


def test_a_passage_that_is_too_long_is_refused_with_its_limit():
    result = run("passage", "-", status=2, given=b"x" * 200_001)
    assert "200,000 bytes" in result.stderr


def test_bytes_that_are_no_text_are_read_all_the_same():
    assert "figures: 0" in run("passage", "-", given=b"\xff\xfe MiniMax").stdout


# -- waiting ----------------------------------------------------------------------------------


def test_in_a_terminal_a_long_reading_shows_how_far_it_is(shipped, monkeypatch):
    def slowly(_data: Path, told: Callable[[int, int], None], **_more: Any) -> Any:
        for done in range(4):
            told(done, 4)
        return shipped

    monkeypatch.setattr(metrics, "book", slowly)
    monkeypatch.setattr(command, "_LONG", -1.0)
    terminal = "click.testing._NamedTextIOWrapper.isatty"
    monkeypatch.setattr(terminal, lambda _self: True, raising=False)
    found = CliRunner().invoke(command.main, ["check"])
    assert "75%" in found.stderr
    assert "%" not in found.stdout.split("\n")[-2]


def test_where_nobody_watches_there_is_no_bar(monkeypatch):
    monkeypatch.setattr(command, "_LONG", -1.0)
    assert run("check").stderr == ""
