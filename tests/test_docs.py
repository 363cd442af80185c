"""The documents say what is so: commands, keys, names, examples and links are held to the code."""

import re
import shlex
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

import metrics
from metrics import check, claim, compare, derive, formula, fx, strict
from metrics.__main__ import main
from metrics.draft import SHAPES
from schemas import figure, load, period, words
from schemas.book import Book
from schemas.company import Against, Also, Company, Founded, Kind, Names, Observation, Rank, Scope
from schemas.figure import Figure
from schemas.interval import Interval
from schemas.metric import Bounds, Metric
from schemas.problem import SEVERITY
from schemas.rate import Rate
from schemas.sets import Set
from schemas.source import GRADE, Source

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-Hans.md")
PAGES = (
    *READMES,
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
# tests/test_extending.py runs the commands of these, after the edits around them.
PERFORMED = ("docs/extending.md",)
# Problems of the file system, and of sizes, which no few lines of YAML can cause.
WITHOUT_EXAMPLE = {
    "file-too-large",
    "missing-file",
    "missing-folder",
    "not-a-file",
    "not-utf-8",
    "outside-folder",
    "too-many-problems",
    "too-many-values",
    "unreadable-file",
}


class Block(NamedTuple):
    """A fenced block: what stands behind the fence, and the lines inside."""

    info: str
    text: str


@cache
def shipped() -> Book:
    return metrics.book()


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    found = re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(*each) for each in found]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```[^\n]*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def sections(name: str) -> dict[str, str]:
    """The headings of a page, and what stands under each up to the next."""
    parts = re.split(r"^##+ (.+)$", page(name), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(text: str) -> list[list[str]]:
    """The rows of all tables of a text, without their headings and rulers."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for row in rows
    ]
    rulers = {place for place, row in enumerate(cells) if re.fullmatch("[-:]+", "".join(row))}
    return [row for place, row in enumerate(cells) if not {place, place + 1} & rulers]


def coded(cell: str) -> list[str]:
    """What stands between backquotes."""
    return re.findall(r"`([^`]+)`", cell)


# -- the command line -------------------------------------------------------------------------


class Example(NamedTuple):
    """A command of a document, and the output that is shown for it."""

    command: str
    shown: tuple[str, ...]


def examples(name: str) -> Iterator[Example]:
    """Take the console blocks apart: each `$ ` line begins an example."""
    for block in blocks(page(name)):
        command, shown = "", list[str]()
        for line in block.text.splitlines():
            if line.startswith("$ "):
                yield Example(command, tuple(shown))
                command, shown = line.removeprefix("$ "), []
            else:
                shown.append(line)
        yield Example(command, tuple(shown))


def ours(name: str) -> list[Example]:
    return [each for each in examples(name) if each.command.startswith("python -m metrics ")]


def output(command: str) -> str:
    got = CliRunner().invoke(main, shlex.split(command)[3:])
    assert got.exit_code in {0, 1}, got.output
    assert got.exception is None or isinstance(got.exception, SystemExit), got.exception
    return got.output.removeprefix("\ufeff")  # the byte order mark of a CSV file


def written() -> list[str]:
    """All commands of the command line in the documents, in blocks and in running text."""
    return [
        found.rstrip()
        for name in PAGES
        for found in re.findall(r"python -m metrics ([^`\n]+)", page(name))
    ]


def options(command: click.Command) -> set[str]:
    told = {text for each in command.params for text in each.opts}
    return {text for text in told if text.startswith("-")} | {"--help"}


def test_every_command_is_documented():
    assert set(main.commands) <= {command.split()[0] for command in written()}


def test_every_documented_command_and_option_is_there():
    for text in written():
        name, *rest = shlex.split(text)
        assert name in main.commands or name == "--help", text
        asked = {part.partition("=")[0] for part in rest if part.startswith("--")}
        assert asked <= (options(main.commands[name]) if name in main.commands else set()), text


@pytest.mark.parametrize("name", READMES)
def test_the_options_explained_are_those_there_are(name):
    told = {text.split()[0] for row in table(page(name)) for text in coded(row[0])}
    known = set().union(*(options(command) for command in main.commands.values()))
    assert {text for text in told if text.startswith("-")} == known - {"--help"}


@pytest.mark.parametrize(
    ("name", "example"),
    [(name, each) for name in PAGES if name not in PERFORMED for each in ours(name)],
    ids=lambda each: each.command[18:60] if isinstance(each, Example) else each,
)
def test_what_is_shown_for_a_command_is_what_it_prints(name, example):
    printed = output(example.command).splitlines()
    at = 0
    for line in example.shown:
        if not line.strip("… "):
            continue
        # `…` stands for anything; what is shown comes in the order it is printed in.
        wanted = re.sub(r"([*?\[])", r"[\1]", line.rstrip()).replace("…", "*")
        place = next(
            (n for n, got in enumerate(printed[at:]) if fnmatchcase(got.rstrip(), wanted)), None
        )
        assert place is not None, f"{name}: not printed: {line}\n" + "\n".join(printed)
        at += place + 1


@pytest.mark.parametrize("name", READMES)
def test_a_readme_shows_output_that_will_be_the_same_tomorrow(name):
    shown = {each.command.split()[3] for each in ours(name) if each.shown}
    assert shown >= {"check", "claims", "compare", "explain", "export", "parse"}
    for each in ours(name):
        dated = "--at" in options(main.commands[each.command.split()[3]])
        assert not dated or " check" in each.command or "--at " in each.command, each.command


def test_both_readmes_have_the_same_commands():
    first, second = (
        [re.sub(r" --lang \S+", "", each.command) for each in examples(name) if each.command]
        for name in READMES
    )
    assert first == second


@pytest.mark.parametrize("name", ["README.md", "README.zh-Hans.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_is_there(name):
    targets = re.findall(r"^([a-z]+):.*## ", page("Makefile"), re.MULTILINE)
    named = re.findall(r"(?<![\w.])make ([a-z]+)\b(?=[`\s])", "\n".join(
        [*coded(prose(page(name))), *(block.text for block in blocks(page(name)))]
    ))  # fmt: skip
    assert named
    assert set(named) <= set(targets)


# -- problems ---------------------------------------------------------------------------------


def test_every_problem_has_its_section_and_no_other_has():
    assert list(sections("docs/problems.md")) == sorted(SEVERITY)


@pytest.mark.parametrize("name", sorted(SEVERITY))
@pytest.mark.parametrize("severity", ["warning", "note"])
def test_a_warning_and_a_note_are_called_so(name, severity):
    told = sections("docs/problems.md").get(name, "").startswith(f"\n\n*A {severity}.*")
    assert told == (SEVERITY[name] == severity)


# A folder in which nothing is wrong; the examples of docs/problems.md change it.
SOURCE = (
    "{kind: company, publisher: Acme, language: en, published: 2026-01-31, "
    "url: https://example.com/report}\n"
)
USUAL = {
    "metric": "revenue",
    "value": "53m USD",
    "as_stated": "$53m",
    "period": "9M2025",
    "basis": "gross",
    "source": "acme-report",
    "place": "p. 12",
}


def observed(shown: str) -> str:
    """A company with one observation: the keys shown, and the usual ones for the rest."""
    keys = set(re.findall(r"^(\w+):", shown, re.MULTILINE))
    left = {key: value for key, value in USUAL.items() if key not in keys}
    if "metric" in keys:
        left.pop("basis", None)
    lines = [*shown.splitlines(), *(f"{key}: {value}" for key, value in left.items())]
    listed = "\n".join(f"    {line}" for line in lines)
    return f"name: {{en: Acme}}\nobservations:\n  -\n{listed}\n"


def lay(root: Path, found: list[Block]) -> tuple[Path, Path]:
    """Write the examples' files under `root`; give the data folder and the catalogue."""
    catalog = root / "metrics/catalog.yaml"
    files = {
        "data/sources/acme-report.yaml": SOURCE,
        "data/companies/acme.yaml": "name: {en: Acme}\n",
        "metrics/catalog.yaml": metrics.CATALOG.read_text(encoding="utf-8"),
    }
    for info, text in found:
        path = info.removeprefix("yaml ")
        if path == "observation":
            files["data/companies/acme.yaml"] = observed(text)
        else:
            files[path] = (files[path] + text) if path.startswith("metrics/") else text
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root / "data", catalog


def book_of(root: Path, shown: list[Block]) -> Book:
    data, catalog = lay(root, shown)
    own = any(block.info.endswith("catalog.yaml") for block in shown)
    return metrics.book(data, catalog) if own else load.load(data, shipped().catalog)


def found_in(root: Path, shown: list[Block]) -> set[str]:
    # The day of the reader: what is stale on it was told in the documents' own year.
    return {each.name for each in check.problems(book_of(root, shown), None, date(2026, 2, 1))}


def found_strictly(root: Path, shown: list[Block]) -> set[str]:
    found = check.problems(book_of(root, shown), everything=True)
    return {each.name for each in found}


def test_the_folder_of_the_examples_has_no_problem(tmp_path):
    assert found_in(tmp_path, [Block("yaml observation", "note: as usual\n")]) == set()


@pytest.mark.parametrize("name", sorted(SEVERITY))
def test_the_example_of_a_problem_causes_it(name, tmp_path):
    shown = blocks(sections("docs/problems.md").get(name, ""))
    assert bool(shown) == (name not in WITHOUT_EXAMPLE)
    if shown:
        # An entry of the catalogue made up for an example has no words, which is not the point.
        beside = {"word-missing"} if name.startswith("formula-") else set()
        looks = found_strictly if name in strict.NAMES else found_in
        assert looks(tmp_path, shown) - beside == {name}


def test_the_message_at_the_top_of_the_page_is_the_one_printed(tmp_path):
    shown = blocks(sections("docs/problems.md")["double-entry"])
    (problem,) = check.problems(book_of(tmp_path, shown))
    says, hint = words.sentences("en", problem)
    place = f"{problem.path}:{problem.line}:{problem.column}"
    told = f"{place}: {problem.severity}: {says} [{problem.name}]\n  hint: {hint}\n"
    assert blocks(page("docs/problems.md"))[0].text == told
    assert told in page("CONTRIBUTING.md")


# -- the data format --------------------------------------------------------------------------


def keys(shape: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in shape.model_fields.items()}


@pytest.mark.parametrize(
    ("shape", "heading"),
    [
        (Company, "A company"),
        (Observation, "An observation"),
        (Scope, "Scope"),
        (Source, "A source"),
        (Set, "A peer set"),
        (Rate, "A rate"),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_the_keys_explained_in_a_place_are_those_of_its_shape(shape, heading):
    rows = table(sections("docs/data.md")[heading])
    assert {key for row in rows for key in coded(row[0])} == keys(shape)


@pytest.mark.parametrize(
    ("shape", "key", "heading"),
    [
        (Names, "name", "A company"),
        (Names, "name", "A peer set"),
        (Founded, "founded", "A company"),
        (Also, "also", "An observation"),
        (Against, "against", "An observation"),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else each,
)
def test_the_keys_inside_a_key_are_explained_beside_it(shape, key, heading):
    (row,) = (row for row in table(sections("docs/data.md")[heading]) if key in coded(row[0]))
    assert keys(shape) <= set(coded(row[1]))


@pytest.mark.parametrize("shape", [Metric, Bounds], ids=lambda shape: shape.__name__)
def test_every_key_of_the_catalogue_is_explained(shape):
    rows = table(sections("docs/metrics.md")["An entry"])
    told = {key for row in rows for key in coded(row[0])}
    assert keys(shape) <= told
    assert told <= keys(Metric) | keys(Bounds)


def test_the_shapes_with_a_schema_are_those_explained():
    assert set(SHAPES.values()) == {Company, Source, Metric, Set, Rate}


@pytest.mark.parametrize(
    ("heading", "known"),
    [("Kind", get_args(Kind)), ("Rank", get_args(Rank)), ("Kind of source", tuple(GRADE))],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_every_word_to_choose_from_is_explained_in_order(heading, known):
    rows = table(sections("docs/data.md")[heading])
    assert tuple(coded(row[0])[0] for row in rows) == known


def test_every_metric_with_a_choice_of_basis_is_explained():
    rows = table(sections("docs/data.md")["Basis"])
    told = {coded(row[0])[0]: tuple(coded(row[1])) for row in rows}
    assert told == {name: each.basis for name, each in shipped().catalog.items() if each.basis}


@pytest.mark.parametrize(
    "row", table(sections("docs/data.md")["Ways to write a period"]), ids=lambda row: row[0]
)
def test_a_period_is_read_as_the_table_says(row):
    found = period.parse(coded(row[0])[0])
    assert str(found) == coded(row[1])[0]


@pytest.mark.parametrize("name", ["docs/data.md", "docs/metrics.md"])
def test_the_examples_of_files_are_taken_from_the_shipped_ones(name):
    shown = [block for block in blocks(page(name)) if block.info.startswith("yaml ")]
    assert shown
    for info, text in shown:
        # A line of dots leaves something out.
        for part in re.split(r"^ *(?:# )?…$\n", text, flags=re.MULTILINE):
            assert part in page(info.removeprefix("yaml ")), part


def test_the_rates_in_the_example_are_read_and_used_as_it_says(tmp_path):
    (shown,) = blocks(sections("docs/data.md")["A rate"])
    book = book_of(tmp_path, [
        Block("yaml data/sources/acme-2025-annual-report.yaml", SOURCE),
        Block("yaml data/rates.yaml", shown.text),
    ])  # fmt: skip
    assert check.problems(book) == []
    assert [each.pair for each in book.rates] == ["CNY/USD", "USD/TWD"]
    stated, reference = (fx.Rates(book.rates, choice=each) for each in ("stated", "reference"))
    months, day = (period.parse(text) for text in ("9M2025", "2025-09-30"))
    assert months
    assert day
    chosen, usual = (each.receipt("USD", "CNY", months) for each in (stated, reference))
    assert chosen
    assert usual
    assert (chosen.kind, usual.kind, chosen.reference) == ("stated", "mean", usual.rate)
    filled = reference.receipt("TWD", "USD", day)
    assert filled
    assert (filled.kind, filled.source) == ("stated", "Acme [acme-2025-annual-report]")


def test_the_shipped_data_states_no_rates_as_the_page_says():
    assert shipped().rates == ()
    assert "The shipped data has no such file" in sections("docs/data.md")["A rate"]


# -- figures ----------------------------------------------------------------------------------


def fig(text: str) -> Figure:
    found = figure.read(text)
    assert isinstance(found, Figure), f"{text}: {found}"
    return found


def end(text: str) -> object:
    return None if "∞" in text else fig(text).value


def bounds(text: str) -> Interval:
    """Read `[52m, 54m]`, `(70%, ∞)`, `53m`."""
    if text[0] not in "([":
        found = fig(text).value
        return Interval(found, found)
    low, high = text[1:-1].split(", ")
    return Interval(end(low), end(high), text[0] == "(", text[-1] == ")")  # type: ignore[arg-type]


def rows_under(heading: str) -> list[list[str]]:
    return table(sections("docs/data.md")[heading])


@pytest.mark.parametrize("row", rows_under("What a figure may be"), ids=lambda row: row[0])
def test_a_figure_is_read_as_the_table_says(row):
    printed, compact = coded(row[0]), coded(row[1])
    assert printed
    for text in printed:
        found = fig(text)
        assert figure.write(found) == compact[0], text
        assert fig(compact[0]) == found, text


@pytest.mark.parametrize("row", rows_under("Bounds"), ids=lambda row: row[0])
def test_the_bounds_of_a_figure_are_those_of_the_table(row):
    shown = coded(row[2])
    assert len(shown) % 2 == 0
    for text, told in zip(shown[::2], shown[1::2], strict=True):
        assert fig(text).bounds == bounds(told), text


@pytest.mark.parametrize("row", rows_under("Rounding"), ids=lambda row: row[0])
def test_the_rounding_bands_of_a_figure_are_those_of_the_table(row):
    found = fig(coded(row[0])[0])
    assert found.band == bounds(coded(row[1])[0])
    assert found.loose_band == bounds(coded(row[2])[0])


@pytest.mark.parametrize(
    ("qualifier", "word"),
    [
        (coded(row[0])[0], word)
        for row in rows_under("Qualifiers")
        for cell in row[1:3]
        for word in coded(cell)
    ],
)
def test_a_qualifier_means_what_the_table_says(qualifier, word):
    before = [f"{word}{amount}" for amount in ("50亿美元", " $50m")]
    behind = [f"{amount}{word}" for amount in ("50亿美元", "$50m ")]
    read = [figure.read(text) for text in (*before, *behind)]
    assert qualifier in {each.qualifier for each in read if isinstance(each, Figure)}


@pytest.mark.parametrize(
    ("compact", "printed"),
    [(coded(row[0])[0], text) for row in rows_under("Scale words") for text in coded(row[1])],
)
def test_a_scale_word_means_what_the_table_says(compact, printed):
    assert fig(printed).value == fig(compact).value


@pytest.mark.parametrize(
    ("code", "word"),
    [(coded(row[0])[0], word) for row in rows_under("Currencies") for word in coded(row[1])],
)
def test_a_currency_is_known_by_what_the_table_says(code, word):
    found = [figure.read(text) for text in (f"5 {word}", f"{word}5", f"5亿{word}", f"5m {word}")]
    assert code in {each.unit for each in found if isinstance(each, Figure)}


@pytest.mark.parametrize("row", rows_under("Vague amounts"), ids=lambda row: row[0])
def test_a_vague_amount_spans_what_the_table_says(row):
    for text in coded(row[0]):
        assert fig(text).bounds == bounds(coded(row[1])[0]), text


@pytest.mark.parametrize("text", coded(" ".join(
    line for line in page("docs/data.md").splitlines() if line.startswith("- not a figure:")
)))  # fmt: skip
def test_what_is_not_a_figure_is_not_read_as_one(text):
    assert not isinstance(figure.read(text), Figure)


# -- metrics ----------------------------------------------------------------------------------


def test_every_function_of_formulas_is_explained():
    rows = table(sections("docs/metrics.md")["Functions"])
    assert [coded(row[0])[0].partition("(")[0] for row in rows] == sorted(formula.FUNCTIONS)


def test_every_status_is_explained_by_its_id_and_its_word():
    rows = table(sections("docs/metrics.md")["Statuses"])
    told = {coded(row[0])[0]: row[1] for row in rows}
    known = get_args(derive.Status)
    assert told == {each: words.say("en", f"status.{each}") for each in known}


def test_every_verdict_on_a_claim_is_explained_by_its_id_and_its_word():
    rows = table(sections("docs/metrics.md")["Claims"])
    told = {coded(row[0])[0]: row[1] for row in rows}
    assert told == {each: words.say("en", f"verdict.{each}") for each in get_args(claim.Word)}


def test_the_rows_of_a_comparison_are_listed():
    told = sections("docs/metrics.md")["Comparing"]
    assert coded(told.partition("default rows")[2])[: len(compare.DEFAULT)] == [*compare.DEFAULT]


def catalogue() -> str:
    """The part of docs/metrics.md between the markers, as it should be."""
    book = shipped()
    told: list[str] = []
    groups = dict.fromkeys(entry.group for entry in book.catalog.values())
    for group in groups:
        told += [
            f"### {words.say('en', f'group.{group}')}",
            "",
            "| metric | label | unit | period | possible | stale after | better |",
            "|---|---|---|---|---|---|---|",
        ]
        mine = {name: entry for name, entry in book.catalog.items() if entry.group == group}
        told += [described(name, entry) for name, entry in mine.items()]
        lines = [line for name, entry in mine.items() for line in defined(name, entry)]
        if lines:
            told += ["", "| metric | definition | formula | |", "|---|---|---|---|", *lines]
        held = [line for name, entry in mine.items() for line in held_against(name, entry)]
        if held:
            told += ["", "| metric | adds up over | never above |", "|---|---|---|", *held]
        told.append("")
    return "\n".join(told)


def described(name: str, entry: Metric) -> str:
    life = f"{entry.shelf_life} days" if entry.shelf_life else ""
    low, high = entry.bounds.low, entry.bounds.high
    ends = " … ".join("" if each is None else str(each) for each in (low, high)).strip()
    ends = "" if ends == "…" else ends
    better = "" if entry.better == "neither" else entry.better
    cells = (
        f"`{name}`", words.label("en", name), f"`{entry.unit}`", entry.period, ends, life, better
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def defined(name: str, entry: Metric) -> Iterator[str]:
    for key, text in entry.formulas.items():
        marks = [
            mark
            for mark, there in (
                ("proxy", key in entry.proxies),
                ("beside", key in entry.beside),
                ("reference", key in entry.reference),
            )
            if there
        ]
        yield f"| `{name}` | `{key}` | `{text}` | {', '.join(marks)} |"


def held_against(name: str, entry: Metric) -> Iterator[str]:
    above = [f"`{each}`" for each in entry.at_most]
    above += [f"{low}: {high}" for low, high in entry.basis_at_most.items()]
    if above or entry.adds_up:
        yield f"| `{name}` | {', '.join(entry.adds_up)} | {', '.join(above)} |"


def test_the_catalogue_in_the_documents_is_the_one_in_use():
    begins, ends = "<!-- catalogue -->\n\n", "\n<!-- end of catalogue -->"
    told = page("docs/metrics.md").partition(begins)[2].partition(ends)[0]
    right = catalogue()
    if told != right:
        message = f"between its two markers, docs/metrics.md should say:\n\n{right}"
        pytest.fail(message, pytrace=False)


# -- words and links --------------------------------------------------------------------------


def test_the_glossary_has_the_ideas_of_the_house():
    told = [row[0].strip("*") for row in table(sections("docs/glossary.md")["The ideas"])]
    house = re.search(r"One word per idea.*?: (.*?) \(", page("CONTRIBUTING.md"), re.DOTALL)
    assert house
    assert set(re.split(r",\s+", house[1])) <= set(told)


def test_the_labels_in_the_glossary_are_those_on_screen():
    for row in table(sections("docs/glossary.md")["The metrics asked for first"]):
        (metric,) = coded(row[0])
        assert row[1:] == [words.label(each, metric) for each in ("en", "zh-Hans", "zh-Hant")]


def anchors(name: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page(name)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page(name))):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = unquote(target).partition("#")
        there = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(str(there.relative_to(ROOT))), target


@pytest.mark.parametrize("name", [name for name in PAGES if name not in PERFORMED])
def test_every_file_and_folder_that_is_named_is_there(name):
    for text in coded(prose(page(name))):
        if re.fullmatch(r"(data|docs|schemas|metrics|views|door|tests|benchmarks)/[\w./-]*", text):
            assert (ROOT / text).exists(), text


@pytest.mark.parametrize("name", PAGES)
def test_no_page_names_a_place_on_somebodys_disk(name):
    assert not re.search(r"(?<![\w.])/(home|root|tmp|work|Users|opt)/", page(name))
