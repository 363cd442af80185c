"""Data folders for tests, written from a test's docstring, and short words for expectations."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from inspect import cleandoc
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import metrics
from metrics import derive
from metrics.derive import Answer
from metrics.lens import Lens, PeriodClass
from schemas import figure, load, node, period
from schemas.book import Book, Row
from schemas.company import WHOLE
from schemas.entry import Measure
from schemas.figure import Figure
from schemas.interval import Interval
from schemas.metric import Catalog
from schemas.period import Period
from schemas.source import GRADE

# The day most tests look from: after the shipped data's last period.
TODAY = date(2026, 2, 1)
LENS = Lens(TODAY, TODAY)
_PUBLISHED = "2025-12-31"


def day(text: str) -> date:
    """Read a day: `2025-09-30`."""
    found = period.day(text)
    assert found, text
    return found


def during(text: str) -> Period:
    """Read a period: `9M2025`."""
    found = period.parse(text)
    assert found, text
    return found


def lens(
    at: str = "2026-02-01", known: str = "", periods: PeriodClass = "latest", **rest: Any
) -> Lens:
    """Look from a day, at what had been published by then unless `known` says otherwise."""
    return Lens(day(at), day(known or at), periods=periods, **rest)


def fig(text: str) -> Figure:
    """Read a figure that is one."""
    found = figure.read(text)
    assert isinstance(found, Figure), (text, found)
    return found


def iv(text: str) -> Interval:
    """Read an interval: `10..12`, `(10m, 1.2bn]`, `>70`, `<=4`, `5`; `∞` is unbounded."""
    if text[0] in "([":
        low, high = (_end(part) for part in text[1:-1].split(","))
        return Interval(low, high, text[0] == "(", text[-1] == ")")
    if text[0] in "<>":
        end = _end(text.lstrip("<>="))
        is_open = "=" not in text
        above = text[0] == ">"
        return Interval(end, None, is_open) if above else Interval(None, end, high_open=is_open)
    first, _, second = text.partition("..")
    return Interval(_end(first), _end(second or first))


def _end(text: str) -> Fraction | None:
    digits, scale = re.fullmatch(r"\s*(.*?)\s*(k|m|bn|tn)?\s*", text.replace(",", "")).groups()  # type: ignore[union-attr]
    return None if "∞" in text else Fraction(digits) * _SCALES[scale]


_SCALES = {None: 1, "k": 10**3, "m": 10**6, "bn": 10**9, "tn": 10**12}


@cache
def catalog() -> Catalog:
    """Read the shipped catalogue once."""
    found, problems = load.catalog(metrics.CATALOG)
    assert problems == []
    return found


def write(folder: Path, text: str) -> Path:
    """Write a data folder from YAML: `sources`, `sets`, `rates`, and companies' observations by id.

    What an observation leaves out is filled in: `as_stated` as the value, the source `filing`, a
    place of its own, the metric's first basis. There is a source for each kind, named after it. A
    rate is a closing one of the `filing`, printed as it is meant.
    """
    root, problems = node.parse(cleandoc(text).encode(), "test")
    assert root is not None, problems
    told: Any = node.plain(root)
    places = count(1)
    given = told.pop("sources", {})
    for name in {**GRADE, **given}:
        _dump(folder / "sources" / f"{name}.yaml", _source(name) | given.get(name, {}))
    if "sets" in told:
        _dump(folder / "sets.yaml", told.pop("sets"))
    if "rates" in told:
        filled = {"kind": "closing", "source": "filing", "place": "p. 1"}
        rates = [{**filled, "as_stated": each["rate"], **each} for each in told.pop("rates")]
        _dump(folder / "rates.yaml", rates)
    for name, each in told.items():
        company = each if isinstance(each, dict) else {"observations": each}
        full = [_observed(one, next(places)) for one in company.get("observations", ())]
        _dump(
            folder / "companies" / f"{name}.yaml",
            {"name": {"en": name.title()}, **company, "observations": full},
        )
    return folder


def _source(name: str) -> dict[str, str]:
    kind = name if name in GRADE else "press"
    return {"kind": kind, "publisher": name, "language": "en", "published": _PUBLISHED}


def _observed(told: Mapping[str, Any], place: int) -> dict[str, Any]:
    bases = catalog()[told["metric"]].basis if told["metric"] in catalog() else ()
    basis = {"basis": bases[0]} if bases and "against" not in told else {}
    return {
        "as_stated": told["value"], "source": "filing", "place": f"¶{place}", **basis, **told,
    }  # fmt: skip


def _dump(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def labs(texts: Iterable[str]) -> str:
    """Lay lists of observations out as companies of one folder: `lab0`, `lab1`, and so on."""
    return "\n".join(f"lab{number}:\n{cleandoc(text)}" for number, text in enumerate(texts))


def read(folder: Path) -> Book:
    """Read a folder with the shipped catalogue."""
    return load.load(folder, catalog())


def worked(book: Book, metric: str, at: Lens = LENS, company: str = "lab") -> dict[str, Answer]:
    """Work a metric out under every definition, by its name."""
    of = derive.case(book, company, at)
    return {each.definition: each for each in derive.defined(of, metric)}


def answered(book: Book, metric: str, at: Lens = LENS, company: str = "lab") -> Answer:
    """Answer a metric for a company."""
    return derive.answer(derive.case(book, company, at), metric)


def row(metric: str, when: Period, bounds: Interval, **more: Any) -> Row:
    """Make an observation of any bounds, in dollars where it is money, without a file."""
    entry = catalog()[metric]
    value = bounds.low if bounds.is_point else None
    unit = str(entry.measure.priced("USD"))
    currency = "USD" if "USD" in unit else ""
    told: dict[str, Any] = {
        "id": f"{metric} {when}", "company": "lab", "metric": metric, "scope": WHOLE,
        "basis": entry.basis[0] if entry.basis else "", "kind": "actual", "value_text": str(bounds),
        "as_stated": str(bounds), "period": when, "published": day(_PUBLISHED), "source": "filing",
        "measure": Measure(value, bounds, bounds, bounds, "exact", unit, currency),
        "place": "¶1", "quotes": "", "grade": GRADE["filing"], "repeats": False, "rank": "normal",
        "against_company": "", "against_metric": "", "by": "", "also": None, "because": None,
        "unit_basis": "stated", "period_basis": "stated", "note": None, "file": "", "line": 1,
        "column": 1,
    }  # fmt: skip
    return Row(**told | more)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The data folder that the test's docstring describes."""
    return write(tmp_path / "data", request.function.__doc__)


@pytest.fixture
def book(folder: Path) -> Book:
    """What the data folder of the test's docstring says; nothing in it is wrong."""
    found = read(folder)
    assert found.problems == ()
    return found


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[[str], Book]:
    """Read what a text describes, as often as a test wants: `make_book("lab: [...]")`."""
    numbers = count()
    return lambda text: read(write(tmp_path / f"data{next(numbers)}", text))


@pytest.fixture(scope="session")
def shipped() -> Book:
    """The shipped data."""
    return metrics.book()
