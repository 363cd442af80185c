"""A unit is a product of money, people, users and months, or one plain name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from babel.core import get_global

PLAIN = ("share", "multiple", "count", "percentage_points")
TIME = {"months": Fraction(1), "years": Fraction(12)}
COUNTED = ("people", "users")
# ISO 4217 codes, present and past, as the CLDR lists them.
CURRENCIES = frozenset(get_global("all_currencies"))

_PARTS = f"money, people, users, months, years, {', '.join(PLAIN)} and ISO 4217 codes"

_KEPT = 4096

Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """What an amount counts, as written: `over` divided by `under`, each a product of names.

    >>> str(unit("CNY/people")), unit("CNY/people").currency
    ('CNY/people', 'CNY')
    >>> unit("USD/years").dimension == unit("money/months").dimension
    True
    >>> unit("USD/years").factor
    Fraction(1, 12)
    """

    over: tuple[str, ...]
    under: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write as `unit` reads: `USD/months`."""
        return "/".join(("*".join(self.over), *self.under))

    @property
    def currency(self) -> str | None:
        """Name the ISO 4217 code inside, if any."""
        return next((name for name in self.over + self.under if name in CURRENCIES), None)

    @property
    def dimension(self) -> Dimension:
        """Reduce to sorted powers of money, people, users and months; plain names vanish."""
        return _dimension(self)

    @property
    def factor(self) -> Fraction:
        """Say how many of the base units (months for years) one of this unit is."""
        return _factor(self)

    def fits(self, wanted: Unit) -> bool:
        """Say whether a figure in this unit can state a metric in the `wanted` one."""
        if not self.dimension and not wanted.dimension:
            return str(self) == str(wanted)
        return self.dimension == wanted.dimension

    def priced(self, currency: str) -> Unit:
        """Put `currency` in the place of money."""
        return Unit(
            tuple(currency if _base(name) == "money" else name for name in self.over),
            tuple(currency if _base(name) == "money" else name for name in self.under),
        )


@cache
def unit(text: str) -> Unit:
    """Read `money/people`, `USD`, `share`; raise ValueError naming the part that is no unit."""
    over, *under = text.split("/")
    names = (tuple(over.split("*")), tuple(under))
    for name in names[0] + names[1]:
        if not _base(name) and name not in PLAIN:
            message = f"a unit is made of {_PARTS}, got {name!r}"
            raise ValueError(message)
    return Unit(*names)


# Every figure asks this of its unit, and there are few units.
@lru_cache(maxsize=_KEPT)
def _dimension(of: Unit) -> Dimension:
    powers: dict[str, int] = {}
    for names, sign in ((of.over, 1), (of.under, -1)):
        for name in names:
            base = _base(name)
            if base:
                powers[base] = powers.get(base, 0) + sign
    return tuple(sorted((base, power) for base, power in powers.items() if power))


@lru_cache(maxsize=_KEPT)
def _factor(of: Unit) -> Fraction:
    factor = Fraction(1)
    for name in of.over:
        factor *= TIME.get(name, 1)
    for name in of.under:
        factor /= TIME.get(name, 1)
    return factor


def _base(name: str) -> str | None:
    if name == "money" or name in CURRENCIES:
        return "money"
    return "months" if name in TIME else (name if name in COUNTED else None)
