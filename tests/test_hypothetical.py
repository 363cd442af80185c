"""Nothing hypothetical leaves the house without its mark, in whatever format it goes."""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import metrics
from metrics import compare, export, memo, package, suppose, trace, workbook, writer
from metrics.__main__ import main
from metrics.lens import Lens
from metrics.suppose import Supposition
from schemas import words
from schemas.book import Book
from tests.folder import LENS, lens
from tests.test_routes import ask

NAMES = ("minimax", "zhipu-ai")
ASKED = "minimax~cash_reserves~+300m USD"
# What it comes to: the cash, and all that rests on it of what is compared.
TOUCHED = {"cash_reserves", "pro_forma_cash", "runway"}
FRICTIONLESS = shutil.which("frictionless", path=Path(sys.executable).parent)


@pytest.fixture(scope="module")
def supposed(shipped: Book) -> Book:
    """The shipped data with more cash in one company."""
    asked = suppose.read(shipped, ASKED)
    assert isinstance(asked, Supposition)
    found, refused = suppose.suppose(shipped, LENS, NAMES, [asked])
    assert refused == []
    return found


def given(form: str, data: bytes) -> list[dict[str, Any]]:
    """Read a table back in any format."""
    if form == "parquet":
        return writer.records(pq.read_table(io.BytesIO(data)))
    found: list[dict[str, Any]] = json.loads(data) if form == "json" else writer.read(data)
    return found


def marked(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The company and metric of each row that says it is hypothetical."""
    return {(row["company_id"], row["metric"]) for row in rows if row["hypothetical"]}


@pytest.mark.parametrize("form", writer.FORMATS)
@pytest.mark.parametrize("table", export.TABLES)
def test_each_row_of_a_table_says_what_is_supposed_under_it(shipped, supposed, table, form):
    lines = compare.compare(supposed, NAMES, LENS)
    tables = export.tables(table, supposed, LENS, NAMES, lines)
    rows = given(form, b"".join(writer.FORMATS[form](tables)))
    wanted = {
        "observations": {"cash_reserves"},
        "derived": {"pro_forma_cash", "runway", "pro_forma_runway", "cash_per_employee"},
        "claims": set(),
        "comparison": TOUCHED,
    }
    found = marked(rows)
    assert {company for company, _ in found} <= {"minimax"}
    assert wanted[table] <= {metric for _, metric in found}
    assert table != "claims" or not found
    for row in rows:
        if row["hypothetical"]:
            assert parse_qs(row["hypothetical"]) == {"if": [ASKED]}
        assert row["book"] == supposed.version != shipped.version


def test_a_table_of_the_data_as_it_is_says_nothing_of_the_kind(shipped):
    lines = compare.compare(shipped, NAMES, LENS)
    for table in export.TABLES:
        for part in export.tables(table, shipped, LENS, NAMES, lines):
            assert set(part["hypothetical"].to_pylist()) <= {""}


def test_what_is_laid_out_as_on_screen_has_the_word_beside_the_amount(supposed):
    rows = export.wide(compare.compare(supposed, NAMES, LENS), "en")
    cash = next(row for row in rows if row["metric"] == "cash_reserves")
    assert (cash["minimax"], cash["zhipu-ai"]) == ("$1.402B [hypothetical]", "CN¥2.551B")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_package_says_it_in_its_title_its_choices_and_each_table(supposed, language, tmp_path):
    at = lens("2026-02-01", language=language)
    data = package.zipped(package.files(supposed, at, NAMES, {}))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        told = json.loads(file.read(package.NAME))
        rows = writer.read(file.read("comparison.csv"))
    assert told["choices"]["if"] == [ASKED]
    assert told["title"].startswith(words.say(language, "supposed.mark"))
    assert "300m USD" in told["description"]
    assert told["version"] == supposed.version
    assert {metric for _, metric in marked(rows)} == TOUCHED
    assert not [each for each in told["sources"] if each["title"] == "Hypothetical"]
    if FRICTIONLESS and language == "en":
        path = tmp_path / "package.zip"
        path.write_bytes(data)
        done = subprocess.run(
            [FRICTIONLESS, "validate", "--json", path], capture_output=True, text=True, check=False
        )
        assert json.loads(done.stdout)["valid"], done.stdout[-2000:]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_memo_says_it_in_its_title_its_head_each_figure_and_its_footnotes(
    shipped, supposed, language
):
    at = lens("2026-02-01", language=language)
    mark = words.say(language, "supposed.mark")
    page = memo.memo(supposed, compare.compare(supposed, NAMES, at), at).decode()
    assert f"<title>{mark}" in page
    assert f"<h1>{mark}" in page
    assert 'class="supposed" role="note"' in page
    assert page.count('<td class="hypothetical">') == len(TOUCHED)
    assert words.say(language, "supposed.source") in page
    assert "data:image/svg+xml" in page
    assert "data:" in re.findall(r'content="([^"]*)"', page)[1]
    plain = memo.memo(shipped, compare.compare(shipped, NAMES, at), at).decode()
    assert mark not in plain
    assert "data:" not in plain


def sheets(data: bytes) -> dict[str, str]:
    """The parts of a workbook by their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode("utf-8", "replace") for name in file.namelist()}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_workbook_says_it_on_every_sheet_in_every_cell_and_in_its_properties(
    shipped, supposed, language
):
    at = Lens(LENS.at, LENS.known, language)
    mark = words.say(language, "supposed.mark")
    parts = sheets(workbook.workbook(supposed, compare.compare(supposed, NAMES, at), at))
    every = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    assert len(every) == 6
    for name in every:
        assert f"{mark}</oddHeader>" in parts[name]
    assert mark in parts["docProps/core.xml"]
    assert "lightUp" in parts["xl/styles.xml"]
    assert suppose.note(supposed, language) in parts["xl/sharedStrings.xml"]
    plain = sheets(workbook.workbook(shipped, compare.compare(shipped, NAMES, at), at))
    assert not [name for name, text in plain.items() if mark in text]
    assert "lightUp" not in plain["xl/styles.xml"]


# -- what the door gives out --------------------------------------------------------------------

QUERY = "c=minimax&c=zhipu-ai&at=2026-02-01&known=2026-02-01"


@pytest.mark.parametrize("table", export.TABLES)
def test_a_table_under_an_address_that_supposes_something_says_so(shipped, table):
    answer = ask(shipped, f"/api/{table}.csv?{QUERY}&if={quote(ASKED)}")
    assert answer.status == 200
    rows = writer.read(answer.body)
    assert bool(marked(rows)) == (table != "claims")
    assert f"footnote-hypothetical-{table}-" in answer.headers["content-disposition"]
    plain = ask(shipped, f"/api/{table}.csv?{QUERY}")
    assert plain.headers["etag"] != answer.headers["etag"]
    assert not marked(writer.read(plain.body))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("minimax~cash_reserves~lots", "lots"),
        ("minimax~luck~1 USD", "luck"),
        ("openai~cash_reserves~+1bn USD", "OpenAI"),
        ("<script>~cash_reserves~1 USD", "<script>"),
    ],
)
def test_what_cannot_be_supposed_gets_400_and_a_sentence_and_nothing_else(shipped, asked, said):
    answer = ask(shipped, f"/api/comparison.csv?{QUERY}&if={quote(asked)}")
    assert answer.status == 400
    assert said in answer.body.decode()
    assert answer.headers["content-type"].startswith("text/plain")


def test_nothing_is_supposed_of_more_companies_than_are_worked_out(shipped, monkeypatch):
    monkeypatch.setattr(export, "MOST", 2)
    assert ask(shipped, f"/api/observations.csv?if={quote(ASKED)}").status == 400
    assert ask(shipped, f"/api/observations.csv?c=minimax&if={quote(ASKED)}").status == 200


# -- what the command prints --------------------------------------------------------------------


@pytest.fixture
def _read_once(shipped: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "book", lambda *_, **__: shipped)


def run(*arguments: str, status: int = 0) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--at", "2026-02-01"], prog_name="metrics")
    assert done.exit_code == status, done.output
    return done


@pytest.mark.usefixtures("_read_once")
def test_a_comparison_on_the_terminal_says_what_is_supposed_and_marks_what_rests_on_it():
    said = run("compare", *NAMES, "--if", ASKED).output
    assert said.startswith("Hypothetical, and not what sources state. Supposed: MiniMax: Cash")
    assert "$1.402B [hypothetical]" in said
    assert "60.4 months [hypothetical]" in said
    assert said.count("[hypothetical]") == len(TOUCHED)
    rows = json.loads(run("compare", *NAMES, "--if", ASKED, "--json").output)
    assert {metric for _, metric in marked(rows)} == TOUCHED


@pytest.mark.usefixtures("_read_once")
def test_an_explanation_says_what_the_number_is_without_what_is_supposed():
    said = run("explain", "minimax", "runway", "--if", ASKED).output
    assert "60.4 months" in said.split("\n")[0]
    assert said.split("\n")[0].endswith("[OK] [Hypothetical]")
    assert "  supposed: MiniMax: Cash balance" in said
    assert "  without it: 47.5 months (+12.9 months, +27%)" in said
    assert "also by adjusted loss (proxy): 67.8 months (9M 2025) [hypothetical]" in said
    cash = run("explain", "minimax", "cash_reserves", "--if", ASKED).output
    assert "without it: $1.102B (+$300M, +27%)" in cash
    assert "printed: 11.02亿美元" in cash
    none = run("explain", "zhipu-ai", "employee_count", "--if", "zhipu-ai~employee_count~500")
    assert "  without it: Missing\n" in none.output


@pytest.mark.usefixtures("_read_once")
def test_an_id_of_a_hypothetical_number_is_explained_where_it_is_supposed(supposed):
    wanted = trace.trace(supposed, "minimax", "runway", LENS)["id"]
    said = run("explain", "minimax", "runway", wanted, "--if", ASKED).output
    assert "[Hypothetical]" in said
    assert "[Hypothetical]" not in run("explain", "minimax", "runway", wanted, status=1).output


@pytest.mark.usefixtures("_read_once")
@pytest.mark.parametrize(
    ("what", "mark"),
    [("package", b""), ("workbook", b""), ("memo", b"Hypothetical"), ("comparison", b"if=minimax")],
)
def test_what_the_command_writes_is_marked(tmp_path, what, mark):
    path = tmp_path / ("out.zip" if what == "package" else "out")
    names = ("-o", str(path), *NAMES) if what == "comparison" else (str(path), *NAMES)
    run("export", what, *names, "--if", ASKED)
    data = path.read_bytes()
    assert mark in data
    if not mark:
        inside = sheets(data)
        assert [name for name, text in inside.items() if "300m USD" in text]


@pytest.mark.usefixtures("_read_once")
def test_without_names_a_document_is_of_those_who_are_shown_first(tmp_path, shipped):
    path = tmp_path / "out.html"
    first = compare.starters(shipped)[0]
    run("export", "memo", str(path), "--if", f"{first}~cash_reserves~x2")
    assert b"Hypothetical" in path.read_bytes()


@pytest.mark.usefixtures("_read_once")
@pytest.mark.parametrize("command", ["compare", "explain", "export"])
def test_a_command_that_cannot_suppose_says_why_and_does_nothing(command):
    rest = {"explain": ("cash_reserves",)}.get(command, ())
    first = ("comparison",) if command == "export" else ()
    for asked, said in ((ASKED.replace("+300m USD", "lots"), "lots"), ("xai~revenue~x2", "xAI")):
        done = run(command, *first, "minimax", *rest, "--if", asked, status=2)
        assert said in done.stderr
        assert done.stdout == ""
