"""Everything that documents say about one invented company, observation by observation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from benchmarks.brand import PRESS
from benchmarks.document import BLOCK, TODAY, Document, quoted, shared, title
from benchmarks.economy import Course, course
from benchmarks.phrase import Amount, Language, Pair, Stated, Way, amount, kept, pair

_MONTHS = 3

# What a company's books say of a period, and how often a company says it.
_BOOKED = (
    ("adjusted_net_loss", 0.9),
    ("operating_cash_outflow", 0.8),
    ("net_loss", 0.85),
    ("rnd_expense", 0.85),
    ("gross_profit", 0.6),
    ("capex", 0.7),
    ("lease_payments", 0.6),
    ("overseas_revenue", 0.45),
    ("training_cloud_spending", 0.5),
    ("cost_of_sales", 0.3),
    ("marketing_spending", 0.4),
)
# The ways to pass a figure on: how, and to how many digits; shares have no words for a band.
_MANNERS: tuple[tuple[Way, int], ...] = (
    ("approx", 2),
    ("approx", 2),
    ("approx", 3),
    ("exact", 3),
    ("exact", 2),
    ("more_than", 2),
    ("almost", 2),
    ("at_least", 1),
    ("less_than", 2),
    ("at_most", 2),
    ("range", 1),
    ("vague", 1),
)
_OF_SHARES = _MANNERS[:-2]
_SCOPES = (
    "{product: Companion}",
    "{product: Studio}",
    "{segment: open platform}",
    "{segment: cloud}",
    "{region: Southeast Asia}",
    "{region: Europe}",
)
_SECOND = {"CNY": "USD", "HKD": "USD", "SGD": "USD", "JPY": "USD", "EUR": "USD", "USD": "CNY"}

lived = lru_cache(maxsize=2 * BLOCK)(course)


class Span(NamedTuple):
    """Quarters from `start` to `end`, both inclusive, counted from year 0."""

    start: int
    end: int

    @property
    def months(self) -> int:
        """Count months."""
        return (self.end - self.start + 1) * _MONTHS


class Entry(NamedTuple):
    """An observation's text and where it stands among the others."""

    rank: int
    place: int
    text: str


def start_of(quarter: int) -> date:
    """Give the first day of a quarter."""
    return date(quarter // 4, quarter % 4 * _MONTHS + 1, 1)


def end_of(quarter: int) -> date:
    """Give the last day of a quarter."""
    return start_of(quarter + 1) - timedelta(days=1)


def name(of: Course, language: Language) -> str:
    """Name the company in a language."""
    brand = of.brand
    return {"en": brand.en, "zh-Hans": brand.zh_hans, "zh-Hant": brand.zh_hant}[language]


@dataclass(slots=True)
class Story:
    """One company's course, its documents and what they have said so far."""

    seed: int
    index: int
    of: Course
    rng: Random
    documents: dict[str, Document]
    basis: str
    facts: dict[tuple[str, int, int], Amount] = field(default_factory=dict)

    # -- periods --

    @property
    def current(self) -> Span:
        """Give this fiscal year so far."""
        return Span(self.of.year_start(self.of.last), self.of.last)

    @property
    def prior(self) -> Span:
        """Give the same months of the year before."""
        return Span(self.current.start - 4, self.current.end - 4)

    @property
    def end(self) -> str:
        """Give the last balance sheet's day."""
        return str(end_of(self.of.last))

    def year(self, back: int = 1) -> Span:
        """Give a whole fiscal year before the current one."""
        start = self.current.start - 4 * back
        return Span(start, start + 3)

    def has(self, span: Span) -> bool:
        """Say whether the company was there all the time."""
        return span.start >= self.of.first

    def written(self, span: Span) -> str:
        """Write a period as people do: FY2024, 9M2025, H1-2025, 2025-Q3, or as an ISO interval."""
        sugar = self._sweet(span) if self.rng.random() < 0.9 else ""
        return sugar or f"{start_of(span.start)}/{end_of(span.end)}"

    def _sweet(self, span: Span) -> str:
        year, quarter = divmod(span.start, 4)
        if span.months == 12 and span.start == self.of.year_start(span.start):
            return f"FY{end_of(span.end).year}"
        if span.months == 3:
            return f"{year}-Q{quarter + 1}"
        if quarter == 0:
            return {6: f"H1-{year}", 9: f"9M{year}"}[span.months]
        return f"H2-{year}" if (quarter, span.months) == (2, 6) else ""

    # -- figures --

    def booked(self, flow: str, span: Span) -> Amount:
        """Round a flow as the company's own documents do; always the same for one period."""
        known = self.facts.get((flow, *span))
        if known is None:
            known = self.facts[flow, *span] = self._own(self.of.sum(flow, *span))
        return known

    def held(self, quarter: int) -> Amount:
        """Round the cash at a quarter's end."""
        return self._own(self.of.cash[quarter - self.of.first])

    def staff(self, quarter: int) -> Stated:
        """Count the people at a quarter's end."""
        return Stated(Amount(self.of.staff[quarter - self.of.first], 0), "people")

    def money(self, of: Amount, way: Way = "exact", keep: int = 0) -> Stated:
        """State an amount in the company's currency."""
        return Stated(of, self.of.currency, way, keep)

    def _own(self, number: float) -> Amount:
        # A company that files accounts prints thousands; one that writes letters does not.
        return kept(amount(number), 3 if self.basis == "unknown" else 5)

    # -- observations --

    def told(self, metric: str, stated: Stated, period: str, source: str, **more: str) -> Entry:
        """Lay one observation out as a person would; `more` are its other keys."""
        document = self.documents[source]
        both = pair(self.rng, stated, document.language)
        guessed = document.kind != "filing" and "because" not in more and self.rng.random() < 0.2
        because = [more["because"]] if "because" in more else []
        if both.inferred:
            because.append("the unit is that of the sentence before")
        if guessed:
            because.append("no date printed; the period of the report it tells of")
        fields = {
            "value": quoted(both.value),
            "as_stated": quoted(both.as_stated),
            "unit_basis": "inferred" if both.inferred else "",
            "also": "",
            "period": period,
            "period_basis": "inferred" if guessed else "",
            "basis": "",
            "source": document.id,
            "place": f'"{document.place(self.rng)}"',
            **more,
            "because": quoted("; ".join(because)) if because else "",
        }
        lines = "".join(f"    {key}: {value}\n" for key, value in fields.items() if value)
        return Entry(document.rank, document.told, f"  - metric: {metric}\n{lines}")

    def also(self, stated: Stated, quarter: int, source: str) -> str:
        """Write an amount once more, in a second currency; mostly at that year's rate."""
        other = _SECOND[self.of.currency]
        slip = 1.2 if self.rng.random() < 0.08 else 1.0
        there = amount(float(stated.of) * self.of.rate(quarter, other) * slip)
        both = self._printed(Stated(there, other, stated.way, 2), source)
        value, printed = quoted(both.value, flow=True), quoted(both.as_stated, flow=True)
        return f"{{value: {value}, as_stated: {printed}}}"

    def _printed(self, stated: Stated, source: str) -> Pair:
        while (both := pair(self.rng, stated, self.documents[source].language)).inferred:
            pass
        return both

    def everything(self) -> Iterator[Entry]:
        """Tell all there is, the most telling first."""
        yield from self.essentials()
        yield from self.books()
        yield from self.retold()
        remembers = self.rng.random() < 0.35
        if remembers:
            yield from self.record()
        yield from self.rounds()
        yield from self.balances()
        yield from self.claims()
        yield from self.public()
        yield from self.plans()
        yield from self.shares()
        yield from self.people()
        yield from self.recent()
        if not remembers:
            yield from self.record()
        yield from self.past()

    def essentials(self) -> Iterator[Entry]:
        """Tell what every comparison begins with: revenue, cash, people."""
        for span, source in (
            (self.current, "interim"),
            (self.prior, "interim"),
            (self.year(), "annual"),
        ):
            if self.has(span):
                yield self._revenue(span, source)
        before = self.current.start - 1
        yield from self._balance(self.of.last, "interim")
        if before >= self.of.first:
            yield from self._balance(before, "annual")

    def _revenue(self, span: Span, source: str) -> Entry:
        of = self.booked("revenue", span)
        restated = span.end < self.current.start and source == "interim"
        if self.rng.random() < (0.15 if restated and span.months == 12 else 0.02):
            # Restated since: an older report shows another figure, or the parts another sum.
            of = kept(amount(float(of) * 0.97), 5)
        return self.told("revenue", self.money(of), self.written(span), source, basis=self.basis)

    def _balance(self, quarter: int, source: str) -> Iterator[Entry]:
        day = str(end_of(quarter))
        yield self.told("cash_reserves", self.money(self.held(quarter)), day, source)
        yield self.told("employee_count", self.staff(quarter), day, source, basis="closing")

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
        return self.told(flow, self.money(of), self.written(span), source)

    # -- what others make of it --

    def retold(self) -> Iterator[Entry]:
        """Tell what an article, its rewrite and a round-up make of it; some of it wrong."""
        revenue, cash = self.booked("revenue", self.current), self.money(self.held(self.of.last))
        basis = self.basis if self.rng.random() < 0.8 else "unknown"
        period = self.written(self.current)
        yield self._retold("revenue", self.money(revenue), period, "article", basis=basis)
        yield self._retold("cash_reserves", cash, self.end, "article")
        if self.rng.random() < 0.6:
            heads = self.staff(self.of.last)
            yield self._retold("employee_count", heads, self.end, "roundup", basis="closing")
        if self.rng.random() < 0.5:
            cash = self._passed_on(cash)
            if cash.way not in {"exact", "approx", "almost"}:
                cash = cash._replace(way="approx", keep=2)
            also = self.also(cash, self.of.last, "roundup")
            yield self.told("cash_reserves", cash, self.end, "roundup", also=also)
        if self.rng.random() < 0.6:
            yield from self._rewritten(self.held(self.of.last))

    def _retold(self, metric: str, stated: Stated, period: str, source: str, **more: str) -> Entry:
        return self.told(metric, self._passed_on(stated), period, source, **more)

    def _passed_on(self, stated: Stated) -> Stated:
        way, keep = self.rng.choice(_MANNERS)
        if self.rng.random() > 0.2:
            return stated._replace(way=way, keep=keep)
        # Another cut of the books, or a slip: it does not agree with the accounts.
        wrong = float(stated.of) * self.rng.choice((0.8, 0.9, 1.15, 1.4))
        of = Amount(round(wrong), 0) if stated.unit == "people" else kept(amount(wrong), 3)
        return Stated(of, stated.unit)

    def _rewritten(self, cash: Amount) -> Iterator[Entry]:
        """Tell a figure that only the article has, and what its rewrite made of it."""
        spent = self.money(amount(float(cash) * self.rng.uniform(0.5, 4)), "approx", 2)
        yield self.told("cumulative_spending", spent, self.end, "article")
        if self.rng.random() < 0.3:
            slip = self.rng.choice((1.3, 1.5, 2))
            spent = spent._replace(of=amount(float(spent.of) * slip))
        yield self.told("cumulative_spending", spent, self.end, "rewrite")
        if self.rng.random() < 0.4:
            told = self.money(amount(float(cash) * 10), "more_than", 1)
            yield self.told(
                "cash_reserves",
                told,
                self.end,
                "rewrite",
                because="ten times what the article it rewrites says",
                rank="deprecated",
            )

    # -- money that came in, money owed --

    def rounds(self) -> Iterator[Entry]:
        """Tell the last round and what it put the company at, all rounds, a round since."""
        if self.of.rounds:
            last = self.of.rounds[-1]
            day = str(start_of(last.quarter) + timedelta(days=last.day))
            yield self.told("net_proceeds", self.money(amount(last.amount, 2)), day, "round")
            worth = self.money(amount(last.amount + last.pre_money, 2), "approx", 2)
            yield self.told("valuation_post_money", worth, day, "round")
            yield self._retold("valuation_post_money", worth, day, "roundup")
            if self.rng.random() < 0.5:
                raised = self.money(amount(self.of.raised))
                yield self._retold("cumulative_funding", raised, self.end, "article")
            if self.rng.random() < 0.2:
                before = self.money(amount(last.pre_money, 2))
                yield self.told("valuation_pre_money", before, day, "round")
        if self.rng.random() < 0.25:
            yield self._since()
        if self.rng.random() < 0.3:
            yield from self._listed()

    def _since(self) -> Entry:
        """Tell a round closed after the last balance sheet."""
        day = end_of(self.of.last) + timedelta(days=self.rng.randrange(4, 12))
        raised = amount(float(self.held(self.of.last)) * self.rng.uniform(0.3, 1.5), 1)
        stated = self.money(raised, "approx")
        also = self.also(stated, self.of.last, "roundup")
        return self.told("net_proceeds", stated, str(day), "roundup", also=also)

    def _listed(self) -> Iterator[Entry]:
        """Tell what the market says of a listed company, on two days."""
        worth = float(self.held(self.of.last)) * self.rng.uniform(4, 15)
        for day in ("2026-09-30", "2026-10-09"):
            worth *= self.rng.uniform(0.9, 1.1)
            stated = self.money(amount(worth), keep=4)
            yield self.told("market_cap", stated, day, "roundup")

    def balances(self) -> Iterator[Entry]:
        """Tell what else stands in the balance sheet."""
        cash = float(self.held(self.of.last))
        for metric, often, share in (
            ("borrowings", 0.5, 0.3),
            ("redeemable_preferred_shares", 0.25, 2.5),
            ("cash_and_cash_equivalents", 0.35, 0.6),
            ("restricted_cash", 0.15, 0.02),
        ):
            if self.rng.random() < often:
                yield self.told(metric, self.money(self._own(cash * share)), self.end, "interim")

    # -- claims --

    def claims(self) -> Iterator[Entry]:
        """Tell what is boasted: runway, revenue a head, growth, multiples; some of it wrong."""
        yield from self._runway()
        revenue = float(self.booked("revenue", self.current))
        yearly = revenue * 12 / self.current.months
        if self.rng.random() < 0.45:
            head = amount(self._boast(yearly / self.of.staff[-1]))
            stated = Stated(head, f"{self.of.currency}/people", "approx", 2)
            yield self.told("revenue_per_employee", stated, self.written(self.current), "article")
        if self.rng.random() < 0.5 and self.has(self.prior):
            growth = amount(revenue / float(self.booked("revenue", self.prior)) - 1, 4)
            if growth.digits > 0 and growth.order < 2:
                stated = Stated(growth, "share")
                yield self.told("revenue_growth", stated, self.written(self.current), "interim")
        if self.of.rounds and self.rng.random() < 0.35:
            last = self.of.rounds[-1]
            times = amount(self._boast((last.amount + last.pre_money) / yearly))
            stated = Stated(times, "multiple", "approx", 2)
            yield self.told("valuation_to_revenue", stated, self.end, "roundup")

    def _runway(self) -> Iterator[Entry]:
        flow, by = self.rng.choice(
            (
                ("adjusted_net_loss", "adjusted_loss"),
                ("operating_cash_outflow", "operating_outflow"),
            )
        )
        burn = self.of.sum(flow, *self.current) / self.current.months
        cash = float(self.held(self.of.last))
        if self.rng.random() > 0.6 or not cash / 120 < burn < cash / 2:
            return
        way: Way = self.rng.choice(("exact", "exact", "approx", "more_than"))
        months = Stated(Amount(round(self._boast(cash / burn)), 0), "months", way, 2)
        more = {"by": by} if self.rng.random() < 0.3 else {}
        yield self.told("runway", months, self.end, "article", **more)
        if self.rng.random() < 0.3:
            monthly = Stated(amount(burn, 3), f"{self.of.currency}/months")
            yield self.told("cash_burn_rate", monthly, self.written(self.current), "interim")

    def _boast(self, number: float) -> float:
        chance = self.rng.random()
        return number * (10 if chance < 0.02 else 1.4 if chance < 0.12 else 1)

    # -- users, plans, parts --

    def public(self) -> Iterator[Entry]:
        """Tell users, or recurring revenue where the company sells to other companies."""
        if not self.of.consumer:
            yield from self._recurring()
            return
        last, month = self.of.users[-1], self._month()
        for metric, often, share, source in (
            ("mau", 1.0, 1.0, "ranking"),
            ("dau", 0.4, 0.21, "ranking"),
            ("wau", 0.3, 0.55, "ranking"),
            ("paying_users", 0.5, 0.03, "interim"),
            ("registered_users", 0.3, 4.2, "round"),
            ("cumulative_users", 0.3, 5.5, "article"),
        ):
            if self.rng.random() < often:
                way, keep = self.rng.choice(_MANNERS) if source != "interim" else ("exact", 0)
                stated = Stated(Amount(int(last * share), 0), "users", way, keep)
                yield self.told(metric, stated, month if source == "ranking" else self.end, source)
        yield from self._against(last)

    def _month(self) -> str:
        return self.end if self.rng.random() < 0.5 else self.end[:7]

    def _recurring(self) -> Iterator[Entry]:
        for quarter, often in ((self.of.last, 0.9), (self.of.last - 4, 0.5)):
            if self.rng.random() < often:
                yearly = amount(self.of.flows["revenue"][quarter - self.of.first] * 3.2)
                way: Way = self.rng.choice(("exact", "more_than"))
                yield self.told("arr", self.money(yearly, way, 2), str(end_of(quarter)), "round")

    def _against(self, users: float) -> Iterator[Entry]:
        """Tell how many times the users of the block's first company these are."""
        first = lived(self.seed, self.index - self.index % BLOCK)
        times = amount(users / first.users[-1], 2)
        if self.index % BLOCK and times.order >= 0 and self.rng.random() < 0.5:
            against = f"{{company: {first.brand.id}, metric: mau}}"
            stated = Stated(times, "multiple")
            yield self.told("mau", stated, self.end[:7], "ranking", against=against)

    def plans(self) -> Iterator[Entry]:
        """Tell targets, plans, forecasts, offers, rumours and opinions."""
        ahead = end_of(self.current.start + 7).year
        yearly = float(self.booked("revenue", self.current)) * 12 / self.current.months
        cash = float(self.held(self.of.last))
        today = str(self.documents["roundup"].published)
        for metric, kind, often, number, period in (
            ("revenue", "target", 0.5, yearly * 2.2, f"FY{ahead}"),
            ("capex", "plan", 0.3, yearly * 0.4, f"FY{ahead}"),
            ("valuation", "rumour", 0.4, cash * 6, today),
            ("net_proceeds", "offer", 0.15, cash * 0.8, today),
            ("valuation", "opinion", 0.15, cash * 20, today),
            ("market_cap", "forecast", 0.1, cash * 9, f"{ahead}-12-31"),
        ):
            if self.rng.random() < often:
                way, keep = self.rng.choice(_MANNERS)
                stated = self.money(amount(number), way, min(keep, 2))
                more = {"basis": "unknown"} if metric == "revenue" else {}
                yield self.told(metric, stated, period, "roundup", kind=kind, **more)
        burn = self.of.sum("operating_cash_outflow", *self.current) / self.current.months
        if self.rng.random() < 0.25 and burn > 0:
            stated = Stated(amount(burn * 1.3), f"{self.of.currency}/months", "approx", 2)
            yield self.told("cash_burn_rate", stated, f"FY{ahead}", "article", kind="forecast")

    def shares(self) -> Iterator[Entry]:
        """Tell shares of the whole, and a part's revenue."""
        rng, now = self.rng, self.written(self.current)
        revenue = float(self.booked("revenue", self.current))
        overseas = float(self.booked("overseas_revenue", self.current)) / revenue
        cloud = float(self.booked("training_cloud_spending", self.current)) / revenue
        for metric, often, number, period, more in (
            ("overseas_share", 0.6, overseas, now, {}),
            ("cloud_spend_ratio", 0.3, cloud, now, {"basis": "training"}),
            ("rnd_staff_share", 0.5, rng.uniform(0.4, 0.9), self.end, {}),
            ("returnee_share", 0.2, rng.uniform(0.05, 0.5), self.end, {}),
            ("ai_code_share", 0.2, rng.uniform(0.2, 0.95), self.end, {}),
        ):
            if rng.random() < often:
                stated = Stated(amount(number, 3), "share", *rng.choice(_OF_SHARES))
                yield self.told(metric, stated, period, "article", **more)
        if rng.random() < 0.5:
            part = amount(revenue * rng.uniform(0.1, 0.7))
            stated = self.money(part, *rng.choice(_MANNERS))
            more = {"basis": "unknown", "scope": rng.choice(_SCOPES)}
            yield self.told("revenue", stated, now, "article", **more)

    def people(self) -> Iterator[Entry]:
        """Tell ages and counts."""
        years = Amount((self.of.last - self.of.first) // 4 or 1, 0)
        age, tools = (Amount(self.rng.randrange(*ends), 0) for ends in ((26, 38), (12, 90)))
        for metric, often, stated, source in (
            ("average_age", 0.3, Stated(age, "age", "approx", 2), "article"),
            ("company_age", 0.2, Stated(years, "years", "more_than", 2), "article"),
            ("supported_tools", 0.15, Stated(tools, "count", "more_than", 1), "round"),
        ):
            if self.rng.random() < often:
                yield self.told(metric, stated, self.end, source)

    # -- the record --

    def recent(self) -> Iterator[Entry]:
        """Tell the quarters and the half of this year."""
        if self.current.months > 3:
            for quarter in range(self.of.last, self.current.start - 1, -1):
                yield self._revenue(Span(quarter, quarter), "interim")
        if self.current.months > 6:
            yield self._revenue(Span(self.current.start, self.current.start + 1), "interim")

    def record(self) -> Iterator[Entry]:
        """Tell the revenue of former years."""
        for year, source in self._years():
            yield self._revenue(year, source)

    def _years(self) -> Iterator[tuple[Span, str]]:
        back = 2
        while self.has(year := self.year(back)):
            yield year, "annual" if back == 2 else "history"
            back += 1

    def past(self) -> Iterator[Entry]:
        """Tell the rest of former years, then quarters, back to the company's founding."""
        for year, source in self._years():
            yield from self._balance(year.end, source)
            yield self._booked("adjusted_net_loss", year, source)
            yield self._booked("net_loss", year, source)
        quarters = range(self.year(3).end, self.of.first - 1, -1)
        for quarter in quarters:
            yield self._revenue(Span(quarter, quarter), "history")
        for flow, _ in _BOOKED:
            for quarter in quarters:
                yield self._booked(flow, Span(quarter, quarter), "history")


def story(seed: int, index: int) -> Story:
    """Begin a company's story: its course and its documents."""
    of, rng = lived(seed, index), Random(f"story/{seed}/{index}")
    basis = rng.choice(("gross", "gross", "gross", "net", "unknown"))
    told = Story(seed, index, of, rng, {}, basis)
    told.documents = {**_own(told), **shared(seed, index // BLOCK)._asdict()}
    return told


def _own(told: Story) -> dict[str, Document]:
    of, rng = told.of, told.rng
    press: Language = rng.choice((of.language, of.language, "zh-Hans", "zh-Hant", "en"))
    books, last = "company" if told.basis == "unknown" else "filing", end_of(of.last)
    made = {
        "history": (books, of.language, end_of(told.year(3).end), 90),
        "annual": (books, of.language, end_of(told.year().end), 85),
        "interim": (books, of.language, last, 40),
        "round": ("company", of.language, last, 14),
        "article": ("press", press, last, 44),
        "rewrite": ("post", press, last, 48),
    }
    documents = {}
    for rank, (key, (kind, language, day, after)) in enumerate(made.items()):
        published = min(day + timedelta(days=after + rng.randrange(4)), TODAY)
        publishers = {"press": rng.choice(PRESS[language]), "post": "Unnamed site"}
        documents[key] = Document(
            id=f"{of.brand.id}-{published:%Y-%m}-{key}",
            kind=kind,
            publisher=publishers.get(kind, name(of, language)),
            language=language,
            published=published,
            title=title(language, key, name(of, language), day),
            rank=rank,
        )
    documents["article"].primary = documents["interim"].id
    documents["rewrite"].derived = documents["article"].id
    return documents
