"""Hostile files, prints and formulas, made up in a child process of little memory and time.

`make fuzz` looks for as long as it is told (ARGS="--minutes 30"); tests/test_fuzz.py looks shortly.
What a child must do with anything is to take it or to name a problem; whatever else is a find.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metrics
from metrics import (
    check,
    claim,
    compare,
    disclosure,
    export,
    feed,
    findings,
    formula,
    memo,
    package,
    rank,
    workbook,
    writer,
)
from metrics.lens import Lens
from schemas import figure, load, node, words
from schemas.book import Book
from schemas.node import hidden
from schemas.problem import Problem
from tests.folder import catalog

ROOT = Path(__file__).parent.parent
CORPORA = Path(os.environ.get("FOOTNOTE_CORPORA") or ROOT / "nowhere")
# What a child may take: bytes of address space, seconds of the processor.
MEMORY, SECONDS = 3 << 30, 300
TODAY = date(2026, 2, 1)
LENS = Lens(TODAY, TODAY)

# -- what is put in ---------------------------------------------------------------------------

COMPANY: dict[str, Any] = {
    "name": {"en": "MiniMax", "zh-Hans": "稀宇科技"},
    "aliases": ["Hailuo"],
    "country": "CN",
    "founded": {"value": "2021-12", "source": "filing"},
    "fiscal_year_end": "12-31",
    "observations": [
        {"metric": "cash_reserves", "value": "1.1bn USD", "as_stated": "11億美元",
         "period": "2025-09-30", "source": "filing", "place": "¶4",
         "also": {"value": "7.8bn CNY", "as_stated": "78億元"}},
        {"metric": "revenue", "value": "~53m USD", "as_stated": "约5300万美元", "basis": "gross",
         "period": "9M2025", "source": "press", "place": "p. 2", "quotes": "filing"},
        {"metric": "net_loss", "value": "512m USD", "as_stated": "5.12亿美元",
         "period": "9M2025", "source": "filing", "place": "p. 3"},
        {"metric": "overseas_share", "value": ">70%", "as_stated": "超過七成", "period": "9M2025",
         "period_basis": "inferred", "because": "printed so", "source": "press", "place": "¶30"},
        {"metric": "employee_count", "value": "385 people", "as_stated": "385人",
         "basis": "closing", "period": "2025-09-30", "source": "filing", "place": "p. 9"},
        {"metric": "runway", "value": "50 months", "as_stated": "50個月", "period": "2025-09-30",
         "source": "press", "place": "¶4", "by": "net_loss"},
        {"metric": "wau", "value": "34x", "as_stated": "34倍", "period": "2025-09-30",
         "source": "press", "place": "¶5", "against": {"company": "lab", "metric": "mau"}},
        {"metric": "revenue", "value": "20bn..100bn CNY", "as_stated": "数百亿元", "basis": "net",
         "period": "FY2027", "kind": "target", "source": "press", "place": "¶6",
         "scope": {"segment": "AI"}, "rank": "preferred", "because": "said twice", "note": "x"},
    ],
}  # fmt: skip
FILES: dict[str, Any] = {
    "companies/fuzzed.yaml": COMPANY,
    "sources/press.yaml": {
        "kind": "press", "publisher": "Daily", "language": "zh-Hant", "published": "2025-12",
        "published_basis": "inferred", "because": "undated", "url": "https://example.com/a?b=c",
        "accessed": "2026-01-02", "title": "A story", "author": "Li", "primary_source": "filing",
    },
    "rates.yaml": [
        {"base": "USD", "quote": "CNY", "rate": "7.12", "as_stated": "7.12",
         "period": "2025-09-30", "kind": "closing", "source": "filing", "place": "p. 9"},
        {"base": "USD", "quote": "CNY", "rate": "7.2", "as_stated": "7.2元",
         "period": "9M2025", "kind": "mean", "source": "filing", "place": "p. 9"},
    ],
    "sets.yaml": {"labs": {"name": {"en": "Labs"}, "companies": ["lab", "fuzzed"],
                           "notes": {"lab": "good"}, "watch": "true"}},
    "catalog.yaml": {
        "cash_reserves": {"unit": "money", "period": "instant", "group": "cash",
                          "bounds": {"low": "0"}, "shelf_life": "200", "better": "higher"},
        "revenue": {"unit": "money", "period": "duration", "group": "sales",
                    "basis": ["gross", "net", "unknown"], "basis_at_most": {"net": "gross"},
                    "adds_up": ["periods", "parts"], "aliases": {"en": ["sales"]}},
        "net_loss": {"unit": "money", "period": "duration", "group": "cash"},
        "runway": {"unit": "months", "period": "instant", "group": "cash", "stated": "claim",
                   "definitions": {"loss": "cash_reserves / monthly(net_loss)"},
                   "reference": {"sales": "cash_reserves / monthly(revenue)"}},
        "loss_ratio": {"unit": "share", "period": "duration", "group": "cash",
                       "definitions": {"plain": "net_loss / revenue",
                                       "other": "1 - net_loss / revenue"},
                       "proxies": ["other"], "beside": ["plain"]},
    },
}  # fmt: skip
STEADY: dict[str, Any] = {
    "sources/filing.yaml": {
        "kind": "filing", "publisher": "HKEX", "language": "en", "published": "2025-12-31",
    },
    "companies/lab.yaml": {
        "name": {"en": "Lab"},
        "observations": [
            {"metric": "cash_reserves", "value": "2bn USD", "as_stated": "$2bn",
             "period": "2025-09-30", "source": "filing", "place": "p. 1"},
            {"metric": "mau", "value": "3m users", "as_stated": "300万用户",
             "period": "2025-09-30", "source": "filing", "place": "p. 1"},
        ],
    },
}  # fmt: skip

# Values at the edges of what each reader takes, and a little beyond.
EDGES = [
    *("", " ", "0", "-0", "+1", "１", "٣", "1e3", "1_000", "0x1f", "1.1.1", ".5", "5.", "NaN"),
    *("inf", "1e999", "9" * 30, "9" * 31, "9" * 5000, "0." + "0" * 27 + "1", "null", "~", "no"),
    *("0 USD", "1bn USD", "-1bn USD", "~0 USD", "<0%", ">0%", "0%", "100%", "1000%", "-100%"),
    *("999999999999999999999999tn USD", "0.000000000000000000000001 USD", "1 USD/people"),
    *("<1 person", "~1 month", "0 months", "1bn..1bn USD", "2bn..1bn USD", ">1bn..2bn USD"),
    *("超過億元", "數百億元", "一半", "三分之二", "零元", "〇", "負一億美元", "約0元", "千萬級"),
    *("0001-01-01", "1800-01-01", "2199-12-31", "2200-01-01", "9999-12-31", "2024-02-29"),
    *("2025-02-29", "FY1800", "FY2199", "12M2199", "H2-2199", "2199-Q4", "1800", "2025/2024"),
    *("2025-01-01/2025-01-01", "1800-01-01/2199-12-31", "02-29", "02-30", "00-00", "2025-13"),
    *("filing", "press", "lab", "fuzzed", "fuzzed+lab", "nobody", "cash_reserves", "runway"),
    *("=1+1", "@SUM(A1)", "<script>", "[a](javascript:x)", "$x$", "{0}", "%s", "{value}"),
    *("a\u200bb", "\u202eab", "e\u0301", "аcme", "ＡＣＭＥ", "a\u0000", "\ud83d", "a\nb", "\t"),
    *("http://", "https://a", "javascript:alert(1)", "https://a b", "https://user@host/"),
    *("true", "false", "preferred", "deprecated", "inferred", "stated", "target", "mean"),
    *("money", "money/money", "share", "CNY/people", "money*money", "/", "months/months"),
    *("1 / 0", "cash_reserves / 0", "revenue * 9999999999999", "prior(prior(revenue))"),
    *("runway", "1 / runway", "forecast(revenue) / since(net_loss)", "average(cash_reserves)"),
    *("x" * 2000, "x" * 2001, "万" * 300, "((((((", "a" * 60 + "!", "..", "1..", "..1", "1-2-3"),
]  # fmt: skip
PIECES = [
    *(b"- ", b": ", b"? ", b"<<: ", b"---\n", b"...\n", b"&a ", b"*a", b"!!str ", b"\n  ", b"\n"),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xc2\x85", b"\\u", b"%YAML 1.1\n"),
    *(b"[" * 13, b"{a: " * 13, b"'", b'"', b"#", b"|\n", b">\n", b"{", b"}", b"]", b",", b"\t"),
]  # fmt: skip


@cache
def naughty() -> list[str]:
    """Texts others have collected, where they are at hand."""
    path = CORPORA / "blns" / "blns.json"
    lines = [CORPORA / "xss-payload-list", CORPORA / "csv-injection-payloads"]
    found = json.loads(path.read_text("utf-8")) if path.is_file() else []
    for folder in lines:
        for each in sorted(folder.rglob("*.txt")) if folder.is_dir() else ():
            found += each.read_text("utf-8", "replace").splitlines()[:500]
    return found or [""]


@cache
def documents() -> list[bytes]:
    """Files others have collected, or ours where there are none."""
    paths = sorted([*CORPORA.rglob("in.yaml"), *CORPORA.rglob("cjkencodings/*.txt")])
    found = [path.read_bytes() for path in paths]
    sample = CORPORA / "bad-inputs-sample.json"
    if sample.is_file():
        found += [
            each["yaml_or_bytes_b64"].encode() for each in json.loads(sample.read_text("utf-8"))
        ]
    return found or [json.dumps(each).encode() for each in FILES.values()]


TEXTS = st.one_of(
    st.sampled_from(EDGES), st.deferred(lambda: st.sampled_from(naughty())), st.text(max_size=12)
)
TREES = st.recursive(
    TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=6,
)
EDITS = st.lists(
    st.tuples(st.integers(0, 9999), st.sampled_from(["put", "drop", "twice", "key"]), TREES),
    min_size=1,
    max_size=4,
)
CUTS = st.lists(
    st.tuples(st.integers(0, 9999), st.integers(0, 9), st.sampled_from(PIECES)), max_size=5
)


def spots(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree where something can be changed."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, each in pairs:
        yield (*above, key)
        if isinstance(each, dict | list):
            yield from spots(each, (*above, key))


def edited(tree: Any, edits: list[tuple[int, str, Any]]) -> Any:
    """Change a copy of a tree at some places."""
    tree = json.loads(json.dumps(tree))
    for far, how, put in edits:
        known = list(spots(tree))
        if not known:
            break
        *above, last = known[far % len(known)]
        holder = tree
        for key in above:
            holder = holder[key]
        if how == "drop":
            del holder[last]
        elif how == "twice" and isinstance(holder, list):
            holder.append(holder[last])
        elif how == "key" and isinstance(holder, dict):
            holder[put if isinstance(put, str) else "as_statd"] = holder.pop(last)
        else:
            holder[last] = put
    return tree


def cut(data: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    """Change bytes at some places."""
    for far, gone, put in cuts:
        at = far % (len(data) + 1)
        data = data[:at] + put + data[at + gone :]
    return data


NAMES = st.sampled_from(sorted(FILES))
VALUES = st.builds(lambda name, edits: (name, _dumped(edited(FILES[name], edits))), NAMES, EDITS)
BYTES = st.tuples(
    NAMES,
    st.builds(
        cut,
        st.one_of(
            st.deferred(lambda: st.sampled_from(documents())),
            st.sampled_from([node.written(each).encode() for each in FILES.values()]),
            st.binary(max_size=40),
        ),
        CUTS,
    ),
)


def _dumped(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


# -- too much ---------------------------------------------------------------------------------

_LEFT = "period: 2025-09-30, source: filing, place: p%d}"
_RATE = "- {base: USD, quote: CNY, rate: '7.%d', as_stated: '7.%d', period: 2025-09-30, "
_ENTRY = "m%d: {unit: money, period: instant, group: g, "
OBSERVED = "name: {en: A}\nobservations:"


def _cash(value: str, as_stated: str) -> str:
    return f"  - {{metric: cash_reserves, value: {value}, as_stated: {as_stated}, {_LEFT}"


# A file, how it begins, a line that repeats, and how many values that is.
BOMBS = [
    ("companies/fuzzed.yaml", "", "[", 0),
    ("companies/fuzzed.yaml", "", "- ", 0),
    ("companies/fuzzed.yaml", "", "? - ", 0),
    ("companies/fuzzed.yaml", "name: {en: A}", "k%d: x", 1),
    ("companies/fuzzed.yaml", OBSERVED, "  - {}", 1),
    ("companies/fuzzed.yaml", OBSERVED, "  - {k%d: x}", 2),
    ("companies/fuzzed.yaml", OBSERVED, "  - {metric: nosuch, value: 1, as_stated: 1, " + _LEFT, 7),
    ("companies/fuzzed.yaml", OBSERVED, _cash("1 USD", "1 USD"), 7),
    ("companies/fuzzed.yaml", OBSERVED, _cash("%d USD", "$%d"), 7),
    ("companies/fuzzed.yaml", OBSERVED, _cash("1bn", "约1亿" * 250), 7),
    ("companies/fuzzed.yaml", OBSERVED, _cash("1-" * 990, "(1" * 990), 7),
    ("companies/fuzzed.yaml", OBSERVED, _cash("over " * 390, "9" * 1990), 7),
    ("companies/a+b.yaml", "name: {en: A}\nmembers:", "- a%d", 1),
    ("sets.yaml", "", "s%d: {name: {en: A}, companies: [lab, labb]}", 6),
    ("sets.yaml", "s:\n  name: {en: A}\n  companies: [lab]\n  notes:", "    k%d: x", 1),
    ("rates.yaml", "", _RATE + "kind: closing, source: filing, place: p}", 9),
    ("catalog.yaml", "", _ENTRY + "at_most: [m%d1]}", 6),
    ("catalog.yaml", "", _ENTRY + "definitions: {d: n%d}}", 6),
    ("catalog.yaml", "a: {unit: money, period: instant, group: g, definitions:", "  d%d: aa%d", 1),
]


def bomb(number: int) -> tuple[str, bytes]:
    """Fill a file with one line, up to a file's size or its number of values."""
    name, head, line, values = BOMBS[number]
    if not values:
        return name, (line * node.MAX_BYTES)[: node.MAX_BYTES].encode()
    lines, size = [head], len(head.encode())
    for count in range((node.MAX_VALUES - 9) // values):
        text = line.replace("%d", str(count))
        size += len(text.encode()) + 1
        if size > node.MAX_BYTES:
            break
        lines.append(text)
    if name == "catalog.yaml" and "d%d" in line:
        lines[1:] = ["{" + ",".join(lines[1:]) + "}}"]
    return name, "\n".join(lines).encode()


def chain(length: int) -> tuple[str, bytes]:
    """Make a catalogue whose metrics rest on each other, one on the next."""
    lines = [
        f"m{each}: {{unit: money, period: instant, group: g, at_most: [m{each + 1}],"
        f" definitions: {{d: m{each + 1}}}}}"
        for each in range(length)
    ]
    lines.append(f"m{length}: {{unit: money, period: instant, group: g}}")
    return "catalog.yaml", "\n".join(lines).encode()


def bombs() -> None:
    """Read them all, and what is still to be done with them."""
    for file in [*map(bomb, range(len(BOMBS))), chain(5_000)]:
        start = time.process_time()
        with TemporaryDirectory() as parent:
            book = read(Path(parent) / "data", file)
        told(book.problems[:50])
        told(check.problems(book, TODAY, TODAY)[:50])
        assert "lab" in book.companies
        took = time.process_time() - start
        assert took < 20, (took, file[0], file[1][:200])
        print(f"{took:5.1f} s, {len(book.problems):6} problems: {file[0]} {file[1][:60]!r}")  # noqa: T201


# -- what must hold ---------------------------------------------------------------------------


def read(folder: Path, file: tuple[str, bytes]) -> Book:
    """Lay out a folder with one file of ours spoiled, and read it."""
    name, content = file
    for path, each in {**FILES, **STEADY}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path != "catalog.yaml":
            (folder / path).write_bytes(_dumped(each))
    (folder / name).write_bytes(content)
    if name == "catalog.yaml":
        return metrics.book(folder, (folder / name).rename(folder.parent / name))
    return load.load(folder, catalog())


def reader(file: tuple[str, bytes]) -> None:
    """Read a spoiled folder: the good company is there, every problem can be told."""
    with TemporaryDirectory() as parent:
        book = read(Path(parent) / "data", file)
    told(book.problems)
    assert "lab" in book.companies
    if file[0] != "catalog.yaml":
        assert (book.observations["company"] == "lab").sum() == len(
            STEADY["companies/lab.yaml"]["observations"]
        ) or file[0] == "sources/filing.yaml"
    # What is made of a book takes longest; one in eight is enough.
    used(book, whole=sum(file[1]) % 8 == 0)


def told(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Every problem has its sentences, and none brings an unseen character along."""
    for each in problems:
        assert not hidden(each.path)
        for language in words.LANGUAGES:
            says, hint = words.sentences(language, each)
            assert says.strip()
            assert hint.strip()


def used(book: Book, *, whole: bool) -> None:
    """Whatever was accepted can be worked with, and nothing that is no number comes of it."""
    told(check.problems(book, TODAY, TODAY))
    names = book.singles
    lines = compare.compare(book, names[:2], LENS, compare.shown(book, names[:2]))
    found = list(claim.claims(book, names, LENS))
    assert all(each.word for each in found)
    for table in export.TABLES:
        for each in export.tables(table, book, LENS, names, lines):
            for row in writer.records(each):
                numbers = [value for value in row.values() if isinstance(value, float)]
                assert all(map(math.isfinite, numbers)), (table, row)
                assert not any(value == 0 and math.copysign(1, value) < 0 for value in numbers)
    if whole:
        made(book, lines)


def made(book: Book, lines: list[compare.Line]) -> None:
    """Everything else that is made of a book can be made of this one."""
    for _, parts in package.files(book, LENS, book.singles, {}):
        assert b"".join(parts)
    assert memo.memo(book, lines, LENS)
    assert workbook.workbook(book, lines, LENS)
    grid = disclosure.grid(book, LENS)
    assert disclosure.counts(grid)
    assert len(disclosure.aged(book, LENS)) <= len(book.observations)
    assert feed.feed(book, LENS, "http://localhost/")
    assert findings.document(book, LENS)
    for metric in ("cash_reserves", "runway", "revenue"):
        if metric in book.catalog:
            assert rank.ranking(book, LENS, metric).metric == metric


def printed(text: str) -> None:
    """Read a print: a figure or a problem, soon; what is read is written and read back equal."""
    start = time.process_time()
    found = figure.read(text)
    several = figure.find(text)
    took = time.process_time() - start
    assert took < 1, (took, text)
    assert json.dumps(figure.as_json(text), allow_nan=False)
    assert all(0 <= low < high <= len(text) for low, high, _ in several)
    if isinstance(found, Problem):
        told([found])
        return
    for language in words.LANGUAGES:
        again = figure.read(figure.write(found, language))
        assert again == found, (text, figure.write(found, language), again)


def formulated(text: str) -> None:
    """Read a formula: a tree or an error of ours, which names what is wrong."""
    try:
        tree = formula.parse(text)
    except formula.FormulaError:
        return
    assert formula.parse(formula.written(tree)) == tree
    if set(formula.names(tree)) <= set(catalog()):
        for periods in ("latest", "year", "trailing"):
            try:
                formula.dimension(formula.spread(tree, catalog(), periods), catalog())
            except formula.FormulaError:
                continue


PRINTS = st.lists(
    st.one_of(
        st.sampled_from([
            *("约", "近", "超過", "不到", "至少", "over ", "about ", "~", ">", "<", "≥", "+", "-"),
            *("1", "0", "12", "1,234", "1.5", "３", "三", "十", "百", "千", "两", "半", "零", "点"),
            *("亿", "億", "万", "萬", "兆", "bn", " billion", "m", "K", "%", "成", "倍", "x", "pp"),
            *("美元", "元", "USD", "$", "HK$", "人", "个月", "years", "users", "/month", "每月"),
            *("..", "至", "-", "~", "多", "余", "左右", "以上", "级", "数", "几", "上"),
            *("逾", "(", ")"),
            *(" ", "，", "。", "and", "a", "OpenAI", "第", "的", "分之", "百分之", "一半"),
            *("年", "月"),
        ]),
        st.text(max_size=3),
    ),
    max_size=14,
).map("".join)  # fmt: skip
TOKENS = st.lists(
    st.sampled_from([
        *("revenue", "cash_reserves", "net_loss", "employee_count", "mau", "zzz", "monthly("),
        *("ttm(", "average(", "prior(", "since(", "forecast(", "annualised(", "full_year(", "max("),
        *("(", ")", "+", "-", "*", "/", "**", "//", " ", ".", "0", "1", "12", "3.5", "1e999"),
        *("1e", "0x1f", "1_0", "1j", "007", "0.1", "1.", ".5", "_", "lambda ", "if ", "else "),
        *("not ", "in ", "is ", "and ", "await ", "yield ", "for ", "9" * 40),
        *("print(", "__import__("),
    ]),
    max_size=16,
).map("".join)  # fmt: skip

TARGETS: dict[str, tuple[Callable[[Any], None], st.SearchStrategy[Any]]] = {
    "values": (reader, VALUES),
    "bytes": (reader, BYTES),
    "figure": (printed, st.one_of(PRINTS, TEXTS, st.text(max_size=60))),
    "formula": (formulated, st.one_of(TOKENS, TEXTS, st.text("revnu_1.+-*/() e", max_size=40))),
}


# -- running ----------------------------------------------------------------------------------


def look(target: str, examples: int) -> None:
    """Look for a find, in this process, which from now on has little memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if target == "bombs":
        bombs()
        return
    holds, whatever = TARGETS[target]
    settings(
        max_examples=examples,
        deadline=None,
        derandomize="CI" in os.environ,
        suppress_health_check=list(HealthCheck),
    )(given(whatever)(holds))()


def child(target: str, examples: int, **environment: str) -> subprocess.CompletedProcess[str]:
    """Look for a find in a child process."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.fuzz", target, "--examples", str(examples)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> None:
    """Look for so many minutes, a child after another; end with 1 where there was a find."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("targets", nargs="*", default=[*TARGETS, "bombs"])
    asked.add_argument("--examples", type=int, help="look once, in this process")
    asked.add_argument("--minutes", type=float, default=10, help="look for so long")
    given_ = asked.parse_args()
    if given_.examples:
        for target in given_.targets:
            look(target, given_.examples)
        return
    end, failed = time.monotonic() + given_.minutes * 60, False
    looks = [partial(child, target, 300) for target in given_.targets]
    while time.monotonic() < end and not failed:
        for run in looks:
            done = run()
            failed |= done.returncode != 0
            print(run.args[0], "ok" if done.returncode == 0 else done.stderr[-4000:], flush=True)  # noqa: T201
    sys.exit(failed)


if __name__ == "__main__":
    main()
