"""The course of one invented company, quarter by quarter: what its books would say.

Only sums, products and quotients of floats, which IEEE 754 rounds the same way everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum
from random import Random
from typing import NamedTuple

from benchmarks.brand import Brand, brand
from benchmarks.phrase import Language

# Third quarter of 2026, the latest that anyone has reported; quarters are counted from year 0.
NOW = 2026 * 4 + 2
EARLIEST = 2014 * 4

# A dollar in each currency by year, near the mean reference rate; only `also` needs them close.
YEARLY = {
    "CNY": (6.14, 6.28, 6.64, 6.76, 6.62, 6.91, 6.90, 6.45, 6.73, 7.08, 7.20, 7.19, 6.81),
    "HKD": (7.75, 7.75, 7.76, 7.79, 7.84, 7.84, 7.76, 7.77, 7.83, 7.83, 7.80, 7.80, 7.83),
    "EUR": (0.75, 0.90, 0.90, 0.89, 0.85, 0.89, 0.88, 0.85, 0.95, 0.93, 0.92, 0.89, 0.86),
    "JPY": (106, 121, 109, 112, 110, 109, 107, 110, 132, 141, 151, 150, 158),
    "SGD": (1.27, 1.37, 1.38, 1.38, 1.35, 1.36, 1.38, 1.34, 1.38, 1.34, 1.34, 1.31, 1.28),
    "USD": (1,) * 13,
}
_HOMES: tuple[tuple[str, tuple[str, ...], tuple[Language, ...], tuple[int, ...]], ...] = (
    # country, currencies, languages of its own documents, fiscal year ends (month)
    ("CN", ("CNY", "CNY", "CNY", "USD"), ("zh-Hans",), (12,)),
    ("CN", ("CNY", "CNY", "USD"), ("zh-Hant",), (12, 12, 3)),
    ("HK", ("HKD",), ("zh-Hant", "en"), (12, 3, 6)),
    ("US", ("USD",), ("en",), (12, 12, 12, 6, 9)),
    ("SG", ("SGD", "USD"), ("en", "zh-Hans"), (12, 3)),
    ("JP", ("JPY",), ("en", "zh-Hant"), (3,)),
    ("DE", ("EUR",), ("en",), (12,)),
    ("FR", ("EUR",), ("en",), (12,)),
)
_WEIGHTS = (10, 5, 3, 6, 2, 2, 1, 1)
FLOWS = (
    "revenue", "overseas_revenue", "cost_of_sales", "gross_profit", "rnd_expense",
    "training_cloud_spending", "marketing_spending", "adjusted_net_loss", "net_loss",
    "operating_cash_outflow", "capex", "lease_payments",
)  # fmt: skip


class Round(NamedTuple):
    """Money that came in: in which quarter, how many days after its start, and at what value."""

    quarter: int
    day: int
    amount: float
    pre_money: float


@dataclass(slots=True)
class Course:
    """A company's books: from quarter `first` on, each flow's amounts and each closing balance."""

    brand: Brand
    country: str
    currency: str
    language: Language
    year_end: int
    first: int
    last: int
    consumer: bool
    flows: dict[str, list[float]] = field(default_factory=dict)
    cash: list[float] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    users: list[float] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)

    def sum(self, flow: str, start: int, end: int) -> float:
        """Add up a flow over quarters, both ends inclusive."""
        # `sum` adds floats in another way since Python 3.12.
        return fsum(self.flows[flow][start - self.first : end - self.first + 1])

    @property
    def raised(self) -> float:
        """Add up all rounds."""
        return fsum(each.amount for each in self.rounds)

    def rate(self, quarter: int, currency: str) -> float:
        """Say how much of a currency one unit of the company's own was in that year."""
        year = quarter // 4 - 2014
        return YEARLY[currency][year] / YEARLY[self.currency][year]

    def year_start(self, quarter: int) -> int:
        """Find the first quarter of the fiscal year that a quarter is in."""
        return quarter - (quarter - self.year_end // 3) % 4


class _Ways(NamedTuple):
    """How a company does business; money is in units of its own currency."""

    scale: float
    growth: float
    margin: float
    overseas: float
    salary: float
    hand: float
    cloud: float
    marketing: float
    revalued: float
    season: tuple[float, float, float, float]


def course(seed: int, index: int) -> Course:
    """Live through a company's quarters from its founding to the last it reports."""
    rng = Random(f"course/{seed}/{index}")
    country, currencies, languages, ends = rng.choices(_HOMES, _WEIGHTS)[0]
    behind = rng.choices((0, 1, 2, 3, 5, 8), (45, 30, 10, 7, 5, 3))[0]
    first = EARLIEST + rng.randrange(0, 40)
    of = Course(
        brand(seed, index), country, rng.choice(currencies), rng.choice(languages),
        rng.choice(ends), first, max(NOW - behind, first + 9), rng.random() < 0.6,
    )  # fmt: skip
    _run(rng, of, _ways(rng, YEARLY[of.currency][-1]))
    return of


def _ways(rng: Random, local: float) -> _Ways:
    spread = rng.uniform
    small = spread(0.2, 1.0) * rng.choice((1, 1, 3, 10))
    return _Ways(
        scale=small * 400_000 * local,
        growth=spread(0.03, 0.35),
        margin=spread(0.1, 0.75),
        overseas=spread(0.05, 0.9),
        salary=spread(15_000, 45_000) * local,
        hand=spread(40_000, 200_000) * local,
        cloud=spread(0.3, 2.5),
        marketing=spread(0.05, 0.6),
        revalued=spread(0.0, 1.5) if rng.random() < 0.6 else spread(0.01, 0.05),
        season=(0.96, 0.99, 1.0, 1.05) if rng.random() < 0.7 else (0.8, 0.95, 0.95, 1.3),
    )


def _run(rng: Random, of: Course, ways: _Ways) -> None:
    flows: dict[str, list[float]] = {name: [] for name in FLOWS}
    level, staff, users = ways.scale, rng.uniform(15, 60), rng.uniform(20_000, 900_000)
    cash = 0.0
    for quarter in range(of.first, of.last + 1):
        level *= 1 + ways.growth * rng.uniform(0.4, 1.6) / (1 + level / (ways.scale * 80))
        # Hires follow money: who sells more than half a million dollars a head and year needs more.
        short = 0.2 if level > staff * ways.hand else 0.0
        staff *= 1 + (rng.uniform(0.0, 0.12) + short) / (1 + staff / 20_000)
        users *= 1 + rng.uniform(-0.05, 0.4) / (1 + users / 80_000_000)
        spent = _quarter(rng, ways, level * ways.season[quarter % 4], staff, flows)
        if cash < 6 * spent:
            raised, worth = _raised(rng, spent, level)
            of.rounds.append(Round(quarter, rng.randrange(5, 85), raised, worth))
            cash += raised
        cash = max(cash - spent, 0.05 * ways.scale)
        of.cash.append(cash)
        of.staff.append(int(staff))
        of.users.append(users)
    of.flows = flows


def _raised(rng: Random, spent: float, level: float) -> tuple[float, float]:
    """Raise one to two years' spending, and give the value before it."""
    raised = float(f"{max(spent, level * 0.3) * rng.uniform(3, 8):.1e}")
    return raised, float(f"{raised * rng.uniform(4, 11):.1e}")


def _quarter(
    rng: Random, ways: _Ways, revenue: float, staff: float, flows: dict[str, list[float]]
) -> float:
    """Book one quarter; give the cash that went out."""
    people = staff * ways.salary
    cloud = revenue * ways.cloud * rng.uniform(0.8, 1.2) / (1 + revenue / (ways.scale * 60))
    gross = revenue * min(ways.margin * rng.uniform(0.92, 1.08), 0.95)
    marketing = revenue * ways.marketing * rng.uniform(0.8, 1.2)
    loss = people + cloud + marketing - gross
    outflow = loss * rng.uniform(0.8, 1.05)
    capex, leases = revenue * rng.uniform(0.02, 0.12), people * 0.03
    for name, amount in zip(
        FLOWS,
        (
            revenue, revenue * min(ways.overseas * rng.uniform(0.95, 1.08), 0.98), revenue - gross,
            gross, people * 0.7 + cloud, cloud, marketing, loss,
            loss + ways.revalued * (people + cloud), outflow, capex, leases,
        ),
        strict=True,
    ):  # fmt: skip
        flows[name].append(amount)
    return outflow + capex + leases
