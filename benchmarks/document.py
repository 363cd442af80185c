"""A source in the making: one invented document, and the period sugar and YAML text it needs."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from benchmarks.brand import PRESS, RANKERS
from benchmarks.phrase import Language

TODAY = date(2026, 11, 20)
BLOCK = 8

_PLAIN = re.compile(r"(?!\s)[\w~<$€¥≥≤][\w .,/%$€¥~<>=()≥≤–～％－-]*(?<!\s)")
_FLOW_BREAKERS = re.compile(r"[,\[\]{}]")
_AUTHORS: dict[Language, tuple[str, ...]] = {
    "en": ("R. Hollis", "Ida Venn", "Tom Arkwright"),
    "zh-Hans": ("林澈", "闻知远", "许一鸣"),
    "zh-Hant": ("林澈", "聞知遠", "許一鳴"),
}
_TITLES: dict[Language, dict[str, str]] = {
    "en": {
        "interim": "{}: report for the period to {}",
        "annual": "{}: annual report to {}",
        "history": "{}: financial record to {}",
        "round": "{} closes a new round, {}",
        "article": "What {} has in the bank ({})",
        "rewrite": "{} is running out of time! {}",
        "roundup": "Eight labs and their money, no. {} ({})",
        "ranking": "Most used apps, list {}: {}",
    },
    "zh-Hans": {
        "interim": "{}:截至{}止期间报告",
        "annual": "{}:截至{}止年度报告",
        "history": "{}:截至{}财务摘要",
        "round": "{}完成新一轮融资,{}",
        "article": "{}账上还有多少钱?{}",
        "rewrite": "{}还能撑多久!{}",
        "roundup": "八家公司的账本·第{}辑({})",
        "ranking": "原生应用活跃榜{}:{}",
    },
    "zh-Hant": {
        "interim": "{}:截至{}止期間報告",
        "annual": "{}:截至{}止年度報告",
        "history": "{}:截至{}財務摘要",
        "round": "{}完成新一輪融資,{}",
        "article": "{}賬上還有多少錢?{}",
        "rewrite": "{}還能撐多久!{}",
        "roundup": "八家公司的賬本·第{}輯({})",
        "ranking": "原生應用活躍榜{}:{}",
    },
}


def quoted(text: str, *, flow: bool = False) -> str:
    """Quote a YAML scalar where a plain one would mean something else."""
    if _PLAIN.fullmatch(text) and not (flow and _FLOW_BREAKERS.search(text)):
        return text
    return json.dumps(text, ensure_ascii=False)


def title(language: Language, name: str, about: object, when: object) -> str:
    """Head a document of a kind in its language."""
    return _TITLES[language][name].format(about, when)


@dataclass(slots=True)
class Document:
    """A source; `told` counts what it has stated so far, `rank` orders a company's documents."""

    id: str
    kind: str
    publisher: str
    language: Language
    published: date
    title: str
    rank: int
    primary: str = ""
    derived: str = ""
    told: int = 0

    def place(self, rng: Random) -> str:
        """Find the next place in the document, further down than the last."""
        self.told += 1
        if self.kind == "filing":
            return f"p. {40 + 7 * self.told}"
        return f"¶{3 * self.told + rng.randrange(3)}"

    def text(self, rng: Random) -> str:
        """Write the source's file."""
        return "".join(f"{key}: {value}\n" for key, value in self._fields(rng).items() if value)

    def _fields(self, rng: Random) -> dict[str, object]:
        named = self.kind == "press" and rng.random() < 0.6
        dated = self.kind != "post" or rng.random() < 0.5
        online = rng.random() < 0.8
        kept = self.kind == "filing" and rng.random() < 0.5
        return {
            "kind": self.kind,
            "publisher": quoted(self.publisher),
            "author": rng.choice(_AUTHORS[self.language]) if named else "",
            "title": quoted(self.title),
            "language": self.language,
            "published": self.published if dated else f"{self.published:%Y-%m}",
            "published_basis": "" if dated else "inferred",
            "because": "" if dated else "undated; quotes an article of that month",
            "url": f"https://{self.kind}.example/{self.id}.html" if online else "",
            "accessed": min(self.published + timedelta(days=20), TODAY) if online else "",
            "sha256": hashlib.sha256(self.id.encode()).hexdigest() if kept else "",
            "primary_source": self.primary,
            "derived_from": self.derived,
        }


class Shared(NamedTuple):
    """The round-up and the ranking that all companies of a block are in."""

    roundup: Document
    ranking: Document


def shared(seed: int, block: int) -> Shared:
    """Make the two documents that a block of companies shares."""
    rng = Random(f"block/{seed}/{block}")
    return Shared(
        _joint(rng, block, "roundup", "press", 6), _joint(rng, block, "ranking", "aggregator", 7)
    )


def _joint(rng: Random, block: int, name: str, kind: str, rank: int) -> Document:
    language: Language = rng.choice(("zh-Hans", "zh-Hans", "zh-Hant", "en"))
    published = date(2026, 10, 12) + timedelta(days=rng.randrange(38))
    month = f"{published:%Y-%m}"
    return Document(
        id=f"{name}-{month}-{block + 1}",
        kind=kind,
        publisher=rng.choice(RANKERS if kind == "aggregator" else PRESS[language]),
        language=language,
        published=published,
        title=title(language, name, block + 1, month),
        rank=rank,
    )
