"""A data folder of any size, made from a seed: `python -m benchmarks.make_data DIR --companies N`.

A company's files depend on the seed and its number alone, so a smaller folder is the beginning of
a larger one. Companies come in blocks of eight that share two documents and one group.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import click

from benchmarks.brand import PRESS, RANKERS
from benchmarks.economy import Course, course
from benchmarks.phrase import Amount, Language, Pair, Way, amount, kept, pair

BLOCK = 8
PARTNERS = (1, 5)
SET = 64
# The checks read no larger file than a megabyte; a set is about 200 bytes.
MOST_SETS = 2000
OBSERVATIONS = 40
SEED = 7

TODAY = date(2026, 11, 20)
_PLAIN = re.compile(r"(?!\s)[\w~<$€¥≥≤][\w .,/%$€¥~<>=()≥≤–～％－-]*(?<!\s)")
_FLOW_BREAKERS = re.compile(r"[,\[\]{}]")
_MONTHS = 3


def quoted(text: str, *, flow: bool = False) -> str:
    """Quote a YAML scalar where a plain one would mean something else."""
    if _PLAIN.fullmatch(text) and not (flow and _FLOW_BREAKERS.search(text)):
        return text
    return json.dumps(text, ensure_ascii=False)


def start_of(quarter: int) -> date:
    """Give the first day of a quarter (counted from year 0)."""
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)


def end_of(quarter: int) -> date:
    """Give the last day of a quarter."""
    return start_of(quarter + 1) - timedelta(days=1)


class Span(NamedTuple):
    """Quarters from `start` to `end`, both inclusive."""

    start: int
    end: int

    @property
    def months(self) -> int:
        """Count months."""
        return (self.end - self.start + 1) * _MONTHS


@dataclass(slots=True)
class Document:
    """A source in the making; `told` counts what it has stated so far."""

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
        lines = [f"kind: {self.kind}", f"publisher: {quoted(self.publisher)}"]
        if self.kind == "press" and rng.random() < 0.6:
            lines.append(f"author: {rng.choice(_AUTHORS[self.language])}")
        lines += [f"title: {quoted(self.title)}", f"language: {self.language}"]
        if self.kind == "post" and rng.random() < 0.5:
            lines.append(f"published: {self.published:%Y-%m}")
            lines += ["published_basis: inferred", "because: undated; quotes an article of the month"]
        else:
            lines.append(f"published: {self.published}")
        if rng.random() < 0.8:
            lines.append(f"url: https://{self.kind}.example/{self.id}.html")
            lines.append(f"accessed: {min(self.published + timedelta(days=20), TODAY)}")
        if self.kind == "filing" and rng.random() < 0.5:
            lines.append(f"sha256: {hashlib.sha256(self.id.encode()).hexdigest()}")
        if self.primary:
            lines.append(f"primary_source: {self.primary}")
        if self.derived:
            lines.append(f"derived_from: {self.derived}")
        return "\n".join(lines) + "\n"


_AUTHORS: dict[Language, tuple[str, ...]] = {
    "en": ("R. Hollis", "Ida Venn", "Tom Arkwright"),
    "zh-Hans": ("林澈", "闻知远", "许一鸣"),
    "zh-Hant": ("林澈", "聞知遠", "許一鳴"),
}
_TITLES: dict[Language, dict[str, str]] = {
    "en": {
        "interim": "{}: report for the period to {}", "annual": "{}: annual report to {}",
        "history": "{}: financial record to {}", "round": "{} closes a new round, {}",
        "article": "What {} has in the bank ({})", "rewrite": "{} is running out of time! {}",
        "roundup": "Eight labs and their money, no. {} ({})", "ranking": "Most used apps, list {}: {}",
    },
    "zh-Hans": {
        "interim": "{}:截至{}止期间报告", "annual": "{}:截至{}止年度报告",
        "history": "{}:截至{}财务摘要", "round": "{}完成新一轮融资,{}",
        "article": "{}账上还有多少钱?{}", "rewrite": "{}还能撑多久!{}",
        "roundup": "八家公司的账本·第{}辑({})", "ranking": "原生应用活跃榜{}:{}",
    },
    "zh-Hant": {
        "interim": "{}:截至{}止期間報告", "annual": "{}:截至{}止年度報告",
        "history": "{}:截至{}財務摘要", "round": "{}完成新一輪融資,{}",
        "article": "{}賬上還有多少錢?{}", "rewrite": "{}還能撐多久!{}",
        "roundup": "八家公司的賬本·第{}輯({})", "ranking": "原生應用活躍榜{}:{}",
    },
}  # fmt: skip


class Entry(NamedTuple):
    """An observation's text and where it stands among the others."""

    rank: int
    place: int
    text: str


# -- a block's shared documents ---------------------------------------------------------------


class Shared(NamedTuple):
    """The round-up and the ranking that all companies of a block are in."""

    roundup: Document
    ranking: Document


def shared(seed: int, block: int) -> Shared:
    """Make the two documents that a block shares."""
    rng = Random(f"block/{seed}/{block}")
    documents = []
    for name, kind, rank in (("roundup", "press", 6), ("ranking", "aggregator", 7)):
        language: Language = rng.choice(("zh-Hans", "zh-Hans", "zh-Hant", "en"))
        published = date(2026, 10, 12) + timedelta(days=rng.randrange(38))
        publisher = rng.choice(RANKERS if kind == "aggregator" else PRESS[language])
        title = _TITLES[language][name].format(block + 1, f"{published:%Y-%m}")
        documents.append(
            Document(
                f"{name}-{published:%Y-%m}-{block + 1}", kind, publisher, language, published,
                title, rank,
            )  # fmt: skip
        )
    return Shared(*documents)


_course = lru_cache(maxsize=2 * BLOCK)(course)


# -- one company ------------------------------------------------------------------------------

# What a company's books say of a period, and how often a company says it.
_BOOKED = (
    ("adjusted_net_loss", 0.9), ("operating_cash_outflow", 0.8), ("net_loss", 0.85),
    ("rnd_expense", 0.85), ("gross_profit", 0.6), ("capex", 0.7), ("lease_payments", 0.6),
    ("overseas_revenue", 0.45), ("training_cloud_spending", 0.5), ("cost_of_sales", 0.3),
    ("marketing_spending", 0.4),
)  # fmt: skip
# A round-up's or an article's ways of passing a figure on: how, and to how many digits.
_RETOLD: tuple[tuple[Way, int], ...] = (
    ("approx", 2), ("approx", 2), ("approx", 3), ("exact", 3), ("exact", 2), ("more_than", 2),
    ("almost", 2), ("at_least", 1), ("less_than", 2), ("at_most", 2), ("range", 1), ("vague", 1),
)  # fmt: skip
_SCOPES = (
    "{product: Companion}", "{product: Studio}", "{segment: open platform}", "{segment: cloud}",
    "{region: Southeast Asia}", "{region: Europe}",
)  # fmt: skip
_PARTNERS = {"CNY": "USD", "HKD": "USD", "SGD": "USD", "JPY": "USD", "EUR": "USD", "USD": "CNY"}


@dataclass(slots=True)
class Story:
    """Everything that documents say about one company, in the making."""

    seed: int
    index: int
    of: Course
    rng: Random
    documents: dict[str, Document]
    basis: str
    facts: dict[tuple[str, str], Amount] = field(default_factory=dict)

    # -- periods --

    @property
    def current(self) -> Span:
        """Give this fiscal year so far."""
        return Span(self.of.year_start(self.of.last), self.of.last)

    @property
    def prior(self) -> Span:
        """Give the same months of the year before."""
        return Span(self.current.start - 4, self.current.end - 4)

    def year(self, back: int = 1) -> Span:
        """Give a whole fiscal year before the current one."""
        start = self.current.start - 4 * back
        return Span(start, start + 3)

    def has(self, span: Span) -> bool:
        """Say whether the company was there all the time."""
        return span.start >= self.of.first

    def written(self, span: Span) -> str:
        """Write a period as people do: FY2024, 9M2025, H1-2025, 2025-Q3, or as an ISO interval."""
        year, quarter = divmod(span.start, 4)
        if self.rng.random() < 0.9:
            if span.months == 12 and span.start == self.of.year_start(span.start):
                return f"FY{end_of(span.end).year}"
            if span.months == 3:
                return f"{year}-Q{quarter + 1}"
            if quarter == 0 and span.months > 3:
                return {6: f"H1-{year}", 9: f"9M{year}", 12: f"{year}"}[span.months]
            if quarter == 2 and span.months == 6:
                return f"H2-{year}"
        return f"{start_of(span.start)}/{end_of(span.end)}"

    # -- figures --

    def booked(self, flow: str, span: Span) -> Amount:
        """Round a flow as the company's own documents do; always the same for one period."""
        return self._fact(flow, str(span), self.of.sum(flow, *span))

    def held(self, quarter: int) -> Amount:
        """Round the cash at a quarter's end."""
        return self._fact("cash", str(quarter), self.of.cash[quarter - self.of.first])

    def staff(self, quarter: int) -> Amount:
        """Count the people at a quarter's end."""
        return Amount(self.of.staff[quarter - self.of.first], 0)

    def _fact(self, name: str, when: str, number: float) -> Amount:
        known = self.facts.get((name, when))
        if known is None:
            digits = 5 if self.basis != "unknown" else 3
            known = self.facts[name, when] = kept(amount(number), digits)
        return known

    # -- observations --

    def told(
        self, metric: str, of: Amount, unit: str, period: str, source: str,
        way: Way = "exact", keep: int = 0, **more: str,
    ) -> Entry:  # fmt: skip
        """Write one observation; `more` are its other keys."""
        document = self.documents[source]
        both = pair(self.rng, of, unit, document.language, way, keep)
        return self.entry(metric, both, period, document, more)

    def entry(
        self, metric: str, both: Pair, period: str, document: Document, more: dict[str, str]
    ) -> Entry:
        """Lay one observation out as a person would."""
        because = [more.pop("because")] if "because" in more else []
        lines = [
            f"  - metric: {metric}\n    value: {quoted(both.value)}",
            f"    as_stated: {quoted(both.as_stated)}",
        ]
        if both.inferred:
            lines.append("    unit_basis: inferred")
            because.append("the unit is that of the sentence before")
        if "also" in more:
            lines.append(f"    also: {more.pop('also')}")
        lines.append(f"    period: {period}")
        if document.kind != "filing" and "because" not in more and self.rng.random() < 0.2:
            lines.append("    period_basis: inferred")
            because.append("no date printed; the period of the report it tells of")
        if because:
            lines.append(f"    because: {quoted('; '.join(because))}")
        if "basis" in more:
            lines.append(f"    basis: {more.pop('basis')}")
        lines.append(f"    source: {document.id}")
        lines.append(f'    place: "{document.place(self.rng)}"')
        lines += [f"    {key}: {value}" for key, value in more.items()]
        return Entry(document.rank, document.told, "\n".join(lines))

    def also(self, of: Amount, quarter: int, language: Language, way: Way) -> str:
        """Write the amount once more, in a second currency at that year's rate."""
        other = _PARTNERS[self.of.currency]
        there = amount(float(of) * self.of.rate(quarter, other))
        while (both := pair(self.rng, there, other, language, way, 2)).inferred:
            pass
        value, printed = quoted(both.value, flow=True), quoted(both.as_stated, flow=True)
        return f"{{value: {value}, as_stated: {printed}}}"

    def everything(self) -> Iterator[Entry]:
        """Tell all there is, the most telling first."""
        yield from self.essentials()
        yield from self.books()
        yield from self.retold()
        yield from self.money()
        yield from self.claims()
        yield from self.public()
        yield from self.plans()
        yield from self.parts()
        yield from self.past()

    def essentials(self) -> Iterator[Entry]:
        """Tell what every comparison begins with: revenue, cash, people."""
        money, end = self.of.currency, str(end_of(self.of.last))
        before = self.current.start - 1
        for span, source in (
            (self.current, "interim"), (self.prior, "interim"), (self.year(), "annual"),
        ):  # fmt: skip
            if self.has(span):
                yield self.told(
                    "revenue", self.booked("revenue", span), money, self.written(span), source,
                    basis=self.basis,
                )  # fmt: skip
        yield self.told("cash_reserves", self.held(self.of.last), money, end, "interim")
        yield self.told(
            "employee_count", self.staff(self.of.last), "people", end, "interim", basis="closing"
        )
        if self.has(Span(before, before)):
            told = str(end_of(before))
            yield self.told("cash_reserves", self.held(before), money, told, "annual")
            yield self.told(
                "employee_count", self.staff(before), "people", told, "annual", basis="closing"
            )

    def books(self) -> Iterator[Entry]:
        """Tell the rest of the accounts, for this year so far and sometimes the year before."""
        for flow, often in _BOOKED:
            if self.rng.random() > often:
                continue
            yield self._booked(flow, self.current, "interim")
            if self.rng.random() < 0.2 and self.has(self.year()):
                yield self._booked(flow, self.year(), "annual")

    def _booked(self, flow: str, span: Span, source: str) -> Entry:
        of = self.booked(flow, span)
        if flow == "net_loss" and of.digits < 0:
            flow, of = "net_profit", Amount(-of.digits, of.power)
        return self.told(flow, of, self.of.currency, self.written(span), source)

    def retold(self) -> Iterator[Entry]:
        """Tell what an article, its rewrite and a round-up make of it; some of it wrong."""
        money, end = self.of.currency, str(end_of(self.of.last))
        revenue, cash = self.booked("revenue", self.current), self.held(self.of.last)
        basis = self.basis if self.rng.random() < 0.8 else "unknown"
        yield self._retold(
            "revenue", revenue, money, self.written(self.current), "article", basis=basis
        )
        yield self._retold("cash_reserves", cash, money, end, "article")
        if self.rng.random() < 0.6:
            yield self._retold(
                "employee_count", self.staff(self.of.last), "people", end, "roundup",
                basis="closing",
            )  # fmt: skip
        if self.rng.random() < 0.5:
            yield self._retold("cash_reserves", cash, money, end, "roundup", second=True)
        if self.rng.random() < 0.6:
            yield from self._rewritten(cash, end)

    def _retold(
        self, metric: str, of: Amount, unit: str, period: str, source: str, *,
        second: bool = False, **more: str,
    ) -> Entry:  # fmt: skip
        way, keep = self.rng.choice(_RETOLD)
        if self.rng.random() < 0.1:
            # Another cut of the books, or a slip: it does not agree with the accounts.
            of = amount(float(of) * self.rng.choice((0.8, 0.9, 1.15, 1.4)))
            of, way, keep = (kept(of, 3), "exact", 3) if unit != "people" else (
                Amount(round(float(of)), 0), "exact", 9
            )  # fmt: skip
        if second and way not in {"range", "vague"}:
            language = self.documents[source].language
            more["also"] = self.also(of, self.of.last, language, way)
        return self.told(metric, of, unit, period, source, way, keep, **more)

    def _rewritten(self, cash: Amount, end: str) -> Iterator[Entry]:
        """Tell a figure that only the article has, and what its rewrite made of it."""
        spent = amount(float(cash) * self.rng.uniform(0.5, 4))
        money = self.of.currency
        yield self.told("cumulative_spending", spent, money, end, "article", "approx", 2)
        slip = self.rng.random() < 0.3
        of = amount(float(spent) * self.rng.choice((1.3, 1.5, 2))) if slip else spent
        yield self.told("cumulative_spending", of, money, end, "rewrite", "approx", 2)
        if self.rng.random() < 0.4:
            yield self.told(
                "cash_reserves", amount(float(cash) * 10), money, end, "rewrite", "more_than", 1,
                because="ten times what the article it rewrites says", rank="deprecated",
            )  # fmt: skip

    def money(self) -> Iterator[Entry]:
        """Tell the rounds, what they put the company at, and what it owes."""
        money, end = self.of.currency, str(end_of(self.of.last))
        if self.of.rounds:
            last = self.of.rounds[-1]
            day = start_of(last.quarter) + timedelta(days=last.day)
            yield self.told("net_proceeds", amount(last.amount, 2), money, str(day), "round")
            worth = amount(last.amount + last.pre_money, 2)
            yield self.told("valuation_post_money", worth, money, str(day), "round", "approx", 2)
            yield self._retold("valuation_post_money", worth, money, str(day), "roundup")
            if self.rng.random() < 0.5:
                raised = amount(sum(each.amount for each in self.of.rounds))
                yield self._retold("cumulative_funding", raised, money, end, "article")
            if self.rng.random() < 0.2:
                before = amount(last.pre_money, 2)
                yield self.told("valuation_pre_money", before, money, str(day), "round")
        if self.rng.random() < 0.25:
            yield self._fresh()
        for metric, often, share in (
            ("borrowings", 0.5, 0.3), ("redeemable_preferred_shares", 0.25, 2.5),
            ("cash_and_cash_equivalents", 0.35, 0.6), ("restricted_cash", 0.15, 0.02),
        ):  # fmt: skip
            if self.rng.random() < often:
                of = kept(amount(float(self.held(self.of.last)) * share), 5)
                yield self.told(metric, of, money, end, "interim")

    def _fresh(self) -> Entry:
        """Tell a round closed after the last balance sheet."""
        day = end_of(self.of.last) + timedelta(days=self.rng.randrange(4, 12))
        raised = amount(float(self.held(self.of.last)) * self.rng.uniform(0.3, 1.5), 1)
        document = self.documents["roundup"]
        also = self.also(raised, self.of.last, document.language, "approx")
        return self.told(
            "net_proceeds", raised, self.of.currency, str(day), "roundup", "approx", also=also
        )

    def claims(self) -> Iterator[Entry]:
        """Tell what is boasted: runway, revenue a head, growth, multiples; some of it wrong."""
        end, currency = str(end_of(self.of.last)), self.of.currency
        for each in self._runway(end):
            yield each
        revenue = float(self.booked("revenue", self.current))
        yearly = revenue * 12 / self.current.months
        if self.rng.random() < 0.45:
            head = amount(self._boast(yearly / self.of.staff[-1]))
            yield self.told(
                "revenue_per_employee", head, f"{currency}/people", self.written(self.current),
                "article", "approx", 2,
            )  # fmt: skip
        if self.rng.random() < 0.5 and self.has(self.prior):
            growth = amount(revenue / float(self.booked("revenue", self.prior)) - 1)
            if growth.digits > 0 and growth.order < 2:
                yield self.told(
                    "revenue_growth", kept(growth, 4), "share", self.written(self.current),
                    "interim", keep=4,
                )  # fmt: skip
        if self.of.rounds and self.rng.random() < 0.35:
            last = self.of.rounds[-1]
            times = amount(self._boast((last.amount + last.pre_money) / yearly))
            yield self.told("valuation_to_revenue", times, "multiple", end, "roundup", "approx", 2)

    def _runway(self, end: str) -> Iterator[Entry]:
        flow = self.rng.choice(("adjusted_net_loss", "operating_cash_outflow"))
        burn = self.of.sum(flow, *self.current) / self.current.months
        cash = float(self.held(self.of.last))
        if self.rng.random() > 0.6 or not cash / 120 < burn < cash / 2:
            return
        more = {}
        if self.rng.random() < 0.3:
            more["by"] = "adjusted_loss" if flow == "adjusted_net_loss" else "operating_outflow"
        way: Way = self.rng.choice(("exact", "exact", "approx", "more_than"))
        months = Amount(round(self._boast(cash / burn)), 0)
        yield self.told("runway", months, "months", end, "article", way, 2, **more)
        if self.rng.random() < 0.3:
            monthly = kept(amount(burn), 3)
            yield self.told(
                "cash_burn_rate", monthly, f"{self.of.currency}/months",
                self.written(self.current), "interim",
            )  # fmt: skip

    def _boast(self, number: float) -> float:
        chance = self.rng.random()
        return number * (10 if chance < 0.02 else 1.4 if chance < 0.12 else 1)

    def public(self) -> Iterator[Entry]:
        """Tell users, or orders where the company sells to other companies."""
        end, last = str(end_of(self.of.last)), self.of.users[-1]
        if not self.of.consumer:
            run_rate = amount(4 * self.of.flows["revenue"][-1] * 0.8)
            yield self.told("arr", run_rate, self.of.currency, end, "round", "more_than", 2)
            return
        for metric, often, share, source in (
            ("mau", 1.0, 1.0, "ranking"), ("dau", 0.4, 0.21, "ranking"),
            ("wau", 0.3, 0.55, "ranking"), ("paying_users", 0.5, 0.03, "interim"),
            ("registered_users", 0.3, 4.2, "round"), ("cumulative_users", 0.3, 5.5, "article"),
        ):  # fmt: skip
            if self.rng.random() < often:
                of = Amount(int(last * share), 0)
                period = end if source != "ranking" else f"{end_of(self.of.last):%Y-%m}"
                way, keep = self.rng.choice(_RETOLD) if source != "interim" else ("exact", 9)
                yield self.told(metric, of, "users", period, source, way, keep)
        yield from self._against(last)

    def _against(self, users: float) -> Iterator[Entry]:
        """Tell how many times the users of the block's first company these are."""
        first = _course(self.seed, self.index - self.index % BLOCK)
        times = amount(users / first.users[-1], 2)
        if self.index % BLOCK == 0 or times.order < 0 or self.rng.random() > 0.5:
            return
        yield self.told(
            "mau", times, "multiple", f"{end_of(self.of.last):%Y-%m}", "ranking",
            against=f"{{company: {first.brand.id}, metric: mau}}",
        )  # fmt: skip

    def plans(self) -> Iterator[Entry]:
        """Tell targets, plans, forecasts, offers, rumours and opinions."""
        money, ahead = self.of.currency, f"FY{end_of(self.current.start + 7).year}"
        yearly = float(self.booked("revenue", self.current)) * 12 / self.current.months
        cash = float(self.held(self.of.last))
        today = str(self.documents["roundup"].published)
        for metric, kind, often, number, period in (
            ("revenue", "target", 0.5, yearly * 2.2, ahead),
            ("capex", "plan", 0.3, yearly * 0.4, ahead),
            ("valuation", "rumour", 0.4, cash * 6, today),
            ("net_proceeds", "offer", 0.15, cash * 0.8, today),
            ("valuation", "opinion", 0.15, cash * 20, today),
            ("market_cap", "forecast", 0.1, cash * 9, ahead[2:] + "-12-31"),
        ):
            if self.rng.random() < often:
                way, keep = self.rng.choice(_RETOLD)
                more = {"basis": "unknown"} if metric == "revenue" else {}
                yield self.told(
                    metric, amount(number), money, period, "roundup", way, min(keep, 2), kind=kind,
                    **more,
                )  # fmt: skip
        burn = self.of.sum("operating_cash_outflow", *self.current) / self.current.months
        if self.rng.random() < 0.25 and burn > 0:
            yield self.told(
                "cash_burn_rate", amount(burn * 1.3), f"{money}/months", ahead, "article",
                "approx", 2, kind="forecast",
            )  # fmt: skip

    def parts(self) -> Iterator[Entry]:
        """Tell shares, ages, and figures of products, segments and regions."""
        end, now = str(end_of(self.of.last)), self.written(self.current)
        rng, revenue = self.rng, float(self.booked("revenue", self.current))
        overseas = float(self.booked("overseas_revenue", self.current)) / revenue
        cloud = float(self.booked("training_cloud_spending", self.current)) / revenue
        for metric, often, number, period, more in (
            ("overseas_share", 0.6, overseas, now, {}),
            ("cloud_spend_ratio", 0.3, cloud, now, {"basis": "training"}),
            ("rnd_staff_share", 0.5, rng.uniform(0.4, 0.9), end, {}),
            ("returnee_share", 0.2, rng.uniform(0.05, 0.5), end, {}),
            ("ai_code_share", 0.2, rng.uniform(0.2, 0.95), end, {}),
        ):
            if rng.random() < often:
                way, keep = rng.choice(_RETOLD[:10])
                yield self.told(
                    metric, kept(amount(number), 3), "share", period, "article", way, keep, **more
                )
        if rng.random() < 0.5:
            scope = rng.choice(_SCOPES)
            part = amount(revenue * rng.uniform(0.1, 0.7))
            way, keep = rng.choice(_RETOLD)
            yield self.told(
                "revenue", part, self.of.currency, now, "article", way, keep, basis="unknown",
                scope=scope,
            )  # fmt: skip
        if rng.random() < 0.3:
            age = Amount(rng.randrange(26, 38), 0)
            yield self.told("average_age", age, "age", end, "article", "approx", 2)
        if rng.random() < 0.2:
            age = Amount((self.of.last - self.of.first) // 4 or 1, 0)
            yield self.told("company_age", age, "years", end, "article", "more_than", 2)
        if rng.random() < 0.15:
            tools = Amount(rng.randrange(12, 90), 0)
            yield self.told("supported_tools", tools, "count", end, "round", "more_than", 1)

    def past(self) -> Iterator[Entry]:
        """Tell the company's record: its quarters, its years, back to its founding."""
        for quarter in range(self.of.last, self.current.start - 1, -1):
            if self.current.months > 3:
                yield self._quarterly("revenue", quarter, "interim")
        if self.current.months >= 9:
            half = Span(self.current.start, self.current.start + 1)
            yield self._priced("revenue", half, "interim")
        back = 2
        while self.has(year := self.year(back)):
            source = "annual" if back == 2 else "history"
            yield self._priced("revenue", year, source)
            end = str(end_of(year.end))
            yield self.told(
                "employee_count", self.staff(year.end), "people", end, source, basis="closing"
            )
            yield self.told("cash_reserves", self.held(year.end), self.of.currency, end, source)
            yield self._booked("adjusted_net_loss", year, source)
            yield self._booked("net_loss", year, source)
            back += 1
        for flow, _ in (("revenue", 1), *_BOOKED):
            for quarter in range(self.current.start - 9, self.of.first - 1, -1):
                yield self._quarterly(flow, quarter, "history")

    def _quarterly(self, flow: str, quarter: int, source: str) -> Entry:
        return self._priced(flow, Span(quarter, quarter), source)

    def _priced(self, flow: str, span: Span, source: str) -> Entry:
        if flow != "revenue":
            return self._booked(flow, span, source)
        of = self.booked("revenue", span)
        if self.rng.random() < 0.03:
            # Restated since: the parts no longer add up to the whole.
            of = kept(amount(float(of) * 1.04), 5)
        return self.told(
            "revenue", of, self.of.currency, self.written(span), source, basis=self.basis
        )


def story(seed: int, index: int) -> Story:
    """Begin a company's story: its course and its documents."""
    of, rng = _course(seed, index), Random(f"story/{seed}/{index}")
    basis = rng.choice(("gross", "gross", "gross", "net", "unknown"))
    told = Story(seed, index, of, rng, {}, basis)
    told.documents = _documents(told)
    return told


def _documents(told: Story) -> dict[str, Document]:
    of, rng = told.of, told.rng
    own: Language = of.language  # type: ignore[assignment]
    press: Language = rng.choice((own, own, "zh-Hans", "zh-Hant", "en"))
    books = "company" if told.basis == "unknown" else "filing"
    both = shared(told.seed, told.index // BLOCK)
    end = end_of(of.last)
    made = {
        "history": (books, own, end_of(told.year(3).end), 90),
        "annual": (books, own, end_of(told.year().end), 85),
        "interim": (books, own, end, 40),
        "round": ("company", own, end, 14),
        "article": ("press", press, end, 44),
        "rewrite": ("post", press, end, 48),
    }
    documents = {}
    for rank, (name, (kind, language, day, after)) in enumerate(made.items()):
        published = min(day + timedelta(days=after + rng.randrange(4)), TODAY)
        if kind == "press":
            publisher = rng.choice(PRESS[language])
        else:
            publisher = _name(of, language) if kind != "post" else "Unnamed site"
        documents[name] = Document(
            f"{of.brand.id}-{published:%Y-%m}-{name}", kind, publisher, language, published,
            _TITLES[language][name].format(_name(of, language), day), rank,
        )  # fmt: skip
    documents["article"].primary = documents["interim"].id
    documents["rewrite"].derived = documents["article"].id
    return {**documents, **both._asdict()}


def _name(of: Course, language: Language) -> str:
    names = {"en": of.brand.en, "zh-Hans": of.brand.zh_hans, "zh-Hant": of.brand.zh_hant}
    return names[language]


# -- files ------------------------------------------------------------------------------------


def company(seed: int, index: int, observations: int) -> Iterator[tuple[str, str]]:
    """Write a company's file and those of its own documents, as (path, text)."""
    told = story(seed, index)
    wanted = max(1, round(observations * told.rng.uniform(0.75, 1.25)))
    entries = [entry for entry, _ in zip(told.everything(), range(wanted), strict=False)]
    # Written document by document, as a person reads them.
    listed = "\n".join(each.text for each in sorted(entries))
    yield f"companies/{told.of.brand.id}.yaml", f"{_head(told)}observations:\n{listed}\n"
    documents = told.documents
    if documents["rewrite"].told:
        documents["article"].told += 1
    if documents["article"].told:
        documents["interim"].told += 1
    for name, document in documents.items():
        if document.told and name not in {"roundup", "ranking"}:
            yield f"sources/{document.id}.yaml", document.text(told.rng)


def _head(told: Story) -> str:
    brand, rng = told.of.brand, told.rng
    lines = [f"name: {{en: {brand.en}, zh-Hans: {brand.zh_hans}, zh-Hant: {brand.zh_hant}}}"]
    if rng.random() < 0.6:
        lines.append(f"aliases: [{brand.short}, {brand.zh_hans[:3]}]")
    lines.append(f"country: {told.of.country}")
    if rng.random() < 0.3:
        source = told.documents["interim"]
        lines.append(
            f"founded: {{value: {told.of.first // 4}, source: {source.id}, place: p. 12}}"
        )
    if told.of.year_end != 12:
        lines.append(f"fiscal_year_end: {told.of.year_end:02}-{30 + (told.of.year_end == 3)}")
    return "\n".join(lines) + "\n"


def group(seed: int, block: int) -> tuple[str, str]:
    """Write the file of a block's group: figures that a document states of two companies at once."""
    both = sorted(
        (_course(seed, block * BLOCK + slot) for slot in PARTNERS), key=lambda each: each.brand.id
    )
    first, second = both
    rng = Random(f"group/{seed}/{block}")
    told = Story(seed, block * BLOCK + PARTNERS[0], first, rng, {}, "unknown")
    told.documents = shared(seed, block)._asdict()
    roundup = told.documents["roundup"]
    roundup.told, roundup.rank = 40, 0
    end, entries = str(roundup.published), []
    raised = [
        sum(each.amount for each in of.rounds) * of.rate(of.last, first.currency) / of.rate(of.last, of.currency)
        for of in both
    ]
    if all(raised):
        also = told.also(amount(sum(raised)), first.last, roundup.language, "more_than")
        entries.append(
            told.told(
                "cumulative_funding", amount(sum(raised)), first.currency, end, "roundup",
                "more_than", 2, also=also,
            )  # fmt: skip
        )
    heads = Amount(first.staff[-1] + second.staff[-1], 0)
    entries.append(told.told("employee_count", heads, "people", end, "roundup", "approx", 2, basis="closing"))
    names = ", ".join(
        f"{language}: {_name(first, language)}{joint}{_name(second, language)}"
        for language, joint in _JOINTS.items()
    )
    listed = "\n".join(each.text for each in entries)
    members = [each.brand.id for each in both]
    text = f"name: {{{names}}}\nmembers: [{', '.join(members)}]\nobservations:\n{listed}\n"
    return f"companies/{'+'.join(members)}.yaml", text


_JOINTS: dict[Language, str] = {"en": " and ", "zh-Hans": "和", "zh-Hant": "和"}


def files(companies: int, observations: int = OBSERVATIONS, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Write every file of a folder, as (path, text)."""
    for index in range(companies):
        yield from company(seed, index, observations)
        block, slot = divmod(index, BLOCK)
        if slot == 0:
            for document in shared(seed, block):
                yield f"sources/{document.id}.yaml", document.text(Random(document.id))
        if slot == max(PARTNERS):
            yield group(seed, block)
    yield "sets.yaml", "".join(_sets(companies, seed))


def _sets(companies: int, seed: int) -> Iterator[str]:
    for number in range(min(max(1, companies // SET), MOST_SETS)):
        chosen = range(number * SET, min((number + 1) * SET, companies), 8)
        ids = ", ".join(_course(seed, index).brand.id for index in chosen)
        name = f"{{en: Peers {number + 1}, zh-Hans: 同业{number + 1}, zh-Hant: 同業{number + 1}}}"
        yield f"peers-{number + 1}:\n  name: {name}\n  companies: [{ids}]\n"


def make(folder: Path, companies: int, observations: int = OBSERVATIONS, seed: int = SEED) -> None:
    """Write a data folder; it must not hold one already."""
    for room in ("companies", "sources"):
        (folder / room).mkdir(parents=True)
    for path, text in files(companies, observations, seed):
        (folder / path).write_bytes(text.encode())


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--companies", type=click.IntRange(1), required=True, help="How many companies.")
@click.option(
    "--observations", type=click.IntRange(1), default=OBSERVATIONS, show_default=True,
    help="About how many a company.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True)
def main(folder: Path, companies: int, observations: int, seed: int) -> None:
    """Write a data folder of invented companies into FOLDER."""
    try:
        make(folder, companies, observations, seed)
    except FileExistsError as error:
        raise click.UsageError(f"{folder} already holds data, and none is written over") from error


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.make_data")
