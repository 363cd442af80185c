"""Reading a data folder into a book: each file alone, every problem kept, nothing raised."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

import pandas as pd
from pydantic import ValidationError

from schemas import entry, period
from schemas.book import Book, spans, table
from schemas.company import Company, Observation
from schemas.metric import Catalog, Metric, above
from schemas.model import Shape, is_id
from schemas.node import Node, place, plain, read
from schemas.problem import Problem, problem
from schemas.rate import Rate, StatedRate
from schemas.sets import Set, Sets
from schemas.source import GRADE, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping

    from schemas.interval import Interval

Model = TypeVar("Model", bound=Shape)
Row = tuple[object, ...]
Loc = tuple[str | int, ...]

_NAN = float("nan")
_SHOWN = 80
# Slips told of one file; what has more is another kind of file, and takes seconds to go through.
MOST = 1_000
# So many names are compared in search of a near one; a hostile file could ask for billions.
_COMPARED = 20_000
# pydantic's names for what our own checks do not name themselves.
_NAMES = {"missing": "missing-field", "extra_forbidden": "unknown-field"}
_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys",
    "model_type": "a mapping of keys",
}
# A slip in one of these changes what the observations below mean.
_DECISIVE = {"fiscal_year_end", "members"}
_STRETCH = "a stretch of time such as FY2024, of which the rate is a mean"
_DAY = "a day such as 2025-09-30, of which the rate is the closing one"
_ORDER = ("sources", "companies")
# How many files are done, and how many there are.
Progress = Callable[[int, int], None]
# What is read besides companies and sources, and their folders.
_READ = ("companies", "sources", "rates.yaml", "sets.yaml")
# Hidden files, what editors leave behind, and a note to people are nobody's mistake.
_ASIDE = re.compile(r"\..*|.*~|.*\.sw[op]|#.*#|README\.md", re.DOTALL)
_PERIODS = "2025-09-30, 2025-01-01/2025-09-30, FY2024, 9M2025, H1-2025, 2025-Q3, 2025-09, 2025"


def load(
    folder: Path, catalog: Catalog, found: Iterable[Problem] = (), told: Progress | None = None
) -> Book:
    """Read every file of a data folder; `found` are problems already known of the catalogue.

    `told` is called before each file with how many are done, and how many there are.
    """
    reading = _Reading(folder, list(found), told=told)
    if not any((folder / kind).is_dir() for kind in ("companies", "sources")):
        reading.problems.append(problem("missing-folder", str(folder), folder=folder))
    else:
        reading.strays()
    sources: dict[str, Source] = {}
    for name, where in reading.files("sources"):
        if source := where.shaped(Source, plain(where.node)):
            sources[name] = source
            reading.links.extend(where.origins(name, source))
    origins = tuple(reading.links)
    companies: dict[str, Company] = {}
    rows: list[Row] = []
    for name, where in reading.files("companies"):
        if company := where.company(name):
            companies[name] = company
            rows += where.rows(name, company.fiscal_year_end, catalog)
            reading.links.extend(where.relations(name, company))
    sets = reading.sets()
    rates = tuple(reading.rates(sources))
    observations = _joined(table(rows), sources)
    reading.problems.extend(
        [
            *_lost(reading.links, {"company": companies, "source": sources}),
            *_circles(origins),
            *_strangers(observations, companies, sources),
            *_twins(observations),
            *_early(observations),
        ]
    )
    usable = _usable(observations)
    return Book(
        folder=folder,
        catalog=catalog,
        companies=companies,
        sources=sources,
        sets=sets,
        observations=usable,
        problems=tuple(sorted(reading.problems)),
        version=hashlib.sha256("\n".join(reading.digests).encode()).hexdigest()[:12],
        spans=spans(usable),
        rates=rates,
    )


def catalog(path: Path) -> tuple[Catalog, list[Problem]]:
    """Read the catalogue of metrics; entries that are wrong are left out, as problems."""
    reading = _Reading(path.parent, [])
    where = reading.opened(path.name)
    if where is None:
        return {}, reading.problems
    metrics = dict(where.entries(Metric))
    for name in metrics:
        where.order(name, metrics)
    return metrics, reading.problems


# -- files ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder being read: what was wrong so far, its files' digests and what they name."""

    folder: Path
    problems: list[Problem]
    digests: list[str] = field(default_factory=list)
    links: list[_Link] = field(default_factory=list)
    told: Progress | None = None

    def files(self, kind: str) -> Iterator[tuple[str, _File]]:
        """Open the files of a kind by id; those that are no mappings are left out, as problems."""
        paths = sorted((self.folder / kind).glob("*.yaml"))
        # Sources are read first, so that companies follow on them.
        others = {name: len(list((self.folder / name).glob("*.yaml"))) for name in _ORDER}
        before, total = (0 if kind == _ORDER[0] else others[_ORDER[0]]), sum(others.values())
        for number, path in enumerate(paths):
            if self.told:
                self.told(before + number, total)
            if is_id(path.stem):
                if where := self.opened(f"{kind}/{path.name}"):
                    yield path.stem, where
            else:
                # A file's name may be any bytes; a problem must stay text that can be printed.
                stem = path.stem if path.stem.isprintable() else ascii(path.stem)[1:-1]
                shown = f"{self.folder.name}/{kind}/{stem}.yaml"
                self.problems.append(problem("bad-id", shown, 1, 1, value=stem))

    def strays(self) -> None:
        """Name what lies in the folder and is read by nobody; no other folder is gone through."""
        for room in ("", "companies", "sources"):
            for path in sorted((self.folder / room).glob("*")):
                name = f"{room}/{path.name}" if room else path.name
                known = name.endswith(".yaml") if room else name in _READ
                if not (known or _ASIDE.fullmatch(path.name)):
                    shown = name if name.isprintable() else ascii(name)[1:-1]
                    self.problems.append(problem("stray-file", f"{self.folder.name}/{shown}"))

    def opened(self, name: str, *, listed: bool = False) -> _File | None:
        """Read one file; None where it holds no mapping, or no list where one is wanted."""
        shown = f"{self.folder.name}/{name}"
        found = read(self.folder / name, self.folder)
        self.problems.extend(each.at(shown, each.line, each.column) for each in found.problems)
        self.digests.append(f"{name} {found.digest}")
        if found.node is None:
            return None
        where = _File(shown, found.node, self.problems, len(self.problems))
        if isinstance(found.node.value, tuple if listed else dict):
            return where
        expected = _EXPECTED["tuple_type" if listed else "dict_type"]
        where.report("wrong-value", (), field="file", value="…", expected=expected)
        return None

    def beside(self, name: str, *, listed: bool = False) -> _File | None:
        """Read a file that need not be there."""
        path = self.folder / name
        there = path.exists() or path.is_symlink()
        return self.opened(name, listed=listed) if there else None

    def rates(self, sources: Mapping[str, Source]) -> list[StatedRate]:
        """Read the rates that documents state; what leads for a pair and period stands first."""
        where = self.beside("rates.yaml", listed=True)
        found: dict[tuple[object, ...], StatedRate] = {}
        for rate in where.rates(self.links, sources) if where else ():
            pair = frozenset((rate.base, rate.quote))
            first = found.setdefault((pair, rate.period, rate.source), rate)
            if first is not rate:
                self.problems.append(
                    problem(
                        "repeated-rate", rate.file, rate.line, rate.column, pair=rate.pair,
                        first=first.line,
                    )
                )  # fmt: skip
        return sorted(
            found.values(), key=lambda rate: (-rate.grade, -rate.published.toordinal(), rate.source)
        )

    def sets(self) -> Sets:
        """Read the peer sets, where there are any."""
        where = self.beside("sets.yaml")
        if where is None:
            return {}
        sets = dict(where.entries(Set))
        for name, each in sets.items():
            self.links.extend(
                where.link(name, "company", company, (name, "companies", index))
                for index, company in enumerate(each.companies)
            )
        return sets


class _Link(NamedTuple):
    """A company or source that a file names, and where; `of` is who names it."""

    of: str
    what: str
    to: str
    path: str
    line: int
    column: int


class _File(NamedTuple):
    """One file: its path as shown, the tree its places come from, where problems go."""

    path: str
    node: Node
    problems: list[Problem]
    before: int  # problems of other files

    @property
    def is_hopeless(self) -> bool:
        """Say whether so much is wrong that the rest is not read."""
        return len(self.problems) - self.before > MOST

    def report(self, name: str, loc: Loc, **args: object) -> None:
        """Note a problem at a place of the tree."""
        if self.is_hopeless:
            return
        where = place(self.node, loc, key=name == "unknown-field")
        if len(self.problems) - self.before == MOST:
            name, args = "too-many-problems", {"limit": MOST}
        self.problems.append(problem(name, self.path, *where, **args))

    @property
    def keys(self) -> Mapping[str, Node]:
        """Give the values by key; whoever opened the file saw that it is a mapping."""
        return self.node.value if isinstance(self.node.value, dict) else {}

    def link(self, of: str, what: str, to: str, loc: Loc) -> _Link:
        """Note that a company or source is named at a place of the tree."""
        return _Link(of, what, to, self.path, *place(self.node, loc))

    def origins(self, name: str, source: Source) -> Iterator[_Link]:
        """Note which sources this one rests on."""
        for key, to in (
            ("derived_from", source.derived_from),
            ("primary_source", source.primary_source),
        ):
            if to:
                yield self.link(name, "source", to, (key,))

    def relations(self, name: str, company: Company) -> Iterator[_Link]:
        """Note a group's members, and the source of a company's founding."""
        for index, member in enumerate(company.members):
            yield self.link(name, "company", member, ("members", index))
        if company.founded:
            yield self.link(name, "source", company.founded.source, ("founded", "source"))

    def entries(self, model: type[Model]) -> Iterator[tuple[str, Model]]:
        """Validate each entry of a mapping alone."""
        for name, each in self.keys.items():
            if self.is_hopeless:
                return
            if shaped := self.shaped(model, plain(each), (name,)):
                yield name, shaped

    def shaped(self, model: type[Model], data: object, loc: Loc = ()) -> Model | None:
        """Validate one value; what is wrong becomes problems at its places."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.misshaped(error, model, loc)
            return None

    def misshaped(self, error: ValidationError, model: type[Shape], loc: Loc) -> None:
        """Turn pydantic's findings into problems of ours."""
        for each in error.errors(include_url=False):
            kind, value = each["type"], _shown(each["input"])
            args = {key: text for key, text in each.get("ctx", {}).items() if key != "error"}
            name = str(each["loc"][-1]) if each["loc"] else model.__name__.lower()
            if kind in _NAMES:
                args = _near(name, _keys(model, each["loc"][:-1]))
            elif "-" not in kind:
                expected = args.get("expected") or _EXPECTED.get(kind, each["msg"])
                args = {"value": value, "expected": expected}
            known = _NAMES.get(kind, kind if "-" in kind else "wrong-value")
            # What a mapping as a whole got wrong stands at the key that it is about.
            steps = each["loc"] or tuple(filter(None, [args.get("field")]))
            self.report(known, (*loc, *steps), **{"field": name, **args})

    def order(self, name: str, metrics: Catalog) -> None:
        """Hold a metric's `at_most` against the catalogue: known names, one unit, no circle."""
        entry = metrics[name]
        for index, upper in enumerate(entry.at_most):
            loc = (name, "at_most", index)
            if upper not in self.keys:
                self.report("unknown-metric", loc, **_near(upper, self.keys, len(self.problems)))
            elif upper in metrics and (
                metrics[upper].unit != entry.unit or name in above(metrics, upper)
            ):
                expected = f"another metric in {entry.unit} that is not held below this one"
                self.report("wrong-value", loc, field="at_most", value=upper, expected=expected)

    def rates(self, links: list[_Link], sources: Mapping[str, Source]) -> Iterator[StatedRate]:
        """Read stated rates, each alone; one whose source is not there counts for nothing."""
        listed = self.node.value
        for index, each in enumerate(listed if isinstance(listed, tuple) else ()):
            if self.is_hopeless:
                return
            told = self.shaped(Rate, plain(each), (index,))
            if told is None:
                continue
            links.append(self.link("rates", "source", told.source, (index, "source")))
            when = period.parse(told.period)
            got = _rate_misfit(told, when)
            if got:
                self.report(got.name, (index, got.field), **got.args)
            elif when and (source := sources.get(told.source)):
                published = period.last_day(source.published) or date.max
                yield StatedRate(
                    told.base, told.quote, Fraction(told.rate), told.kind, when, told.as_stated,
                    told.source, source.publisher, published,
                    GRADE[source.kind], told.place, told.note, self.path,
                    *place(self.node, (index,)),
                )  # fmt: skip

    def company(self, name: str) -> Company | None:
        """Read a company's head; a slip in it hides no observations unless it bears on them."""
        data = {key: plain(each) for key, each in self.keys.items() if key != "observations"}
        try:
            return Company.model_validate(data)
        except ValidationError as error:
            self.misshaped(error, Company, ())
            slips = {str(each["loc"][0]) for each in error.errors()}
        if slips & _DECISIVE:
            return None
        kept = {key: each for key, each in data.items() if key not in slips}
        return Company.model_validate({"name": {"en": name}, **kept})

    def rows(self, company: str, year_end: str, catalog: Catalog) -> Iterator[Row]:
        """Read a company's observations, each alone."""
        listed = self.keys.get("observations")
        if listed is None:
            return
        if not isinstance(listed.value, tuple):
            self.report(
                "wrong-value", ("observations",), field="observations",
                value=_shown(listed.value), expected="a list",
            )  # fmt: skip
            return
        for index, each in enumerate(listed.value):
            if self.is_hopeless:
                return
            told = self.shaped(Observation, plain(each), ("observations", index))
            if told is None:
                continue
            loc = ("observations", index)
            if told.metric not in catalog:
                near = _near(told.metric, catalog, len(self.problems))
                self.report("unknown-metric", (*loc, "metric"), **near)
                continue
            got = _row(company, told, period.parse(told.period, year_end), catalog[told.metric])
            if isinstance(got, entry.Misfit):
                steps = tuple(got.field.split(".")) if got.field else ()
                self.report(got.name, (*loc, *steps), metric=told.metric, **got.args)
            else:
                line, column = place(self.node, loc)
                yield (*got, self.path, line, column, None, 0, False)


def _keys(model: type[Shape], above: Loc) -> list[str]:
    """Name the keys of a model, or of the one that stands inside it under the keys `above`."""
    for key in above:
        annotation = model.model_fields[str(key)].annotation
        model = next(
            each for each in (annotation, *get_args(annotation))
            if isinstance(each, type) and issubclass(each, Shape)
        )  # fmt: skip
    return [info.alias or name for name, info in model.model_fields.items()]


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else "…"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _near(value: str, known: Collection[str], told: int = 0) -> dict[str, str]:
    """Name the nearest known name, unless `told` searches before this one were enough."""
    near = get_close_matches(value, known, 1) if told * len(known) < _COMPARED else []
    return {"value": value, "near": near[0] if near else ""}


# -- observations -----------------------------------------------------------------------------


def _row(
    company: str, told: Observation, when: period.Period | None, metric: Metric
) -> Row | entry.Misfit:
    if when is None:
        args = {"field": "period", "value": told.period, "expected": _PERIODS}
        return entry.Misfit("wrong-value", "period", args)
    got = _misfit(told, metric, when) or entry.measure(
        told.value,
        told.as_stated,
        metric,
        inferred=told.unit_basis == "inferred",
        related=told.against is not None,
    )
    if isinstance(got, entry.Misfit):
        return got
    if told.also:
        other = entry.pair(told.also.value, told.also.as_stated, inferred=False)
        if isinstance(other, entry.Misfit):
            return other._replace(field=f"also.{other.field}")
    return _flat(company, told, when, got)


def _rate_misfit(told: Rate, when: period.Period | None) -> entry.Misfit | None:
    """Hold a rate's two writings together, and its kind against its period."""
    args = {"field": "period", "value": told.period}
    if when is None:
        return entry.Misfit("wrong-value", "period", {**args, "expected": _PERIODS})
    if when.is_instant and told.kind == "mean":
        return entry.Misfit("wrong-value", "period", {**args, "expected": _STRETCH})
    if not when.is_instant and told.kind == "closing":
        return entry.Misfit("wrong-value", "period", {**args, "expected": _DAY})
    got = entry.pair(f"{told.rate} {told.quote}", told.as_stated, inferred=True)
    if not isinstance(got, entry.Misfit):
        return None
    return got._replace(field="rate" if got.field == "value" else got.field)


def _misfit(told: Observation, metric: Metric, when: period.Period) -> entry.Misfit | None:
    """Hold an observation against its metric: period type, basis, the definition it names."""
    wanted = "instant" if when.is_instant else "duration"
    related = told.against is not None
    if metric.period not in {"either", wanted} and not related:
        args = {"value": told.period, "expected": metric.period}
        return entry.Misfit("period-type", "period", args)
    if metric.basis and told.basis is None and not related:
        return entry.Misfit("basis-missing", "", {"expected": ", ".join(metric.basis)})
    if told.basis is not None and told.basis not in metric.basis:
        expected = ", ".join(metric.basis) or "no basis"
        return entry.Misfit("basis-unknown", "basis", {"value": told.basis, "expected": expected})
    formulas = {**metric.definitions, **metric.reference}
    if told.by is not None and told.by not in formulas:
        args = {"value": told.by, "expected": ", ".join(formulas) or "none"}
        return entry.Misfit("unknown-definition", "by", args)
    return None


def _flat(company: str, told: Observation, when: period.Period, got: entry.Measure) -> Row:
    """Lay an observation out in the order of `book.COLUMNS`, up to its file."""
    against = told.against
    key = (company, told.metric, told.extent, told.basis or "", told.kind, when, told.source,
           told.place, told.as_stated, told.value, against)  # fmt: skip
    return (
        hashlib.sha256("|".join(str(part) for part in key).encode()).hexdigest()[:12],
        company, told.metric, told.extent, told.basis or "", told.kind,
        told.value, told.as_stated,
        _NAN if got.value is None else float(got.value),
        *_ends(got.bounds), got.bounds.low_open, got.bounds.high_open,
        *_ends(got.band), *_ends(got.loose),
        got.qualifier, got.unit, got.currency, told.unit_basis,
        f"{told.also.value} = {told.also.as_stated}" if told.also else None,
        str(when), when.start, when.end, told.period_basis, told.because,
        told.source, told.place, told.quotes or "",
        (against.company or company) if against else "",
        (against.metric or told.metric) if against else "",
        told.by or "", told.rank, told.note,
    )  # fmt: skip


def _ends(bounds: Interval) -> tuple[float, float]:
    return (
        _NAN if bounds.low is None else float(bounds.low),
        _NAN if bounds.high is None else float(bounds.high),
    )


# -- between files ----------------------------------------------------------------------------


def _joined(rows: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Bring each observation its source's effective publication day, grade and standing."""
    names = rows["source"].astype(object)
    published = {name: period.last_day(each.published) for name, each in sources.items()}
    grades = {name: GRADE[each.kind] for name, each in sources.items()}
    repeats = {name: each.repeats for name, each in sources.items()}
    quoted = rows["quotes"].astype(object) != ""
    return rows.assign(
        published=pd.to_datetime(names.map(published)).astype("datetime64[s]"),
        grade=names.map(grades).fillna(0).astype("int8"),
        repeats=names.map(repeats).eq(other=True) | quoted,
    )


def _usable(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop observations whose source is not there: no number without a source."""
    kept = rows[rows["published"].notna() & ~rows["id"].duplicated()]
    return kept.sort_values(["company", "metric", "end", "id"], ignore_index=True)


def _strangers(
    rows: pd.DataFrame, companies: Mapping[str, Company], sources: Mapping[str, Source]
) -> Iterator[Problem]:
    known: dict[str, tuple[str, Collection[str]]] = {
        "source": ("source", sources),
        "quotes": ("source", sources),
        "against_company": ("company", companies),
    }
    for column, (what, names) in known.items():
        values = rows[column].astype(object)
        strange = rows[(values != "") & ~values.isin(list(names))]
        for told, row in enumerate(_records(strange, column)):
            args = _near(row[column], names, told)
            yield problem(f"unknown-{what}", row["file"], row["line"], row["column"], **args)


def _records(rows: pd.DataFrame, *columns: str) -> list[dict[Hashable, Any]]:
    """Take rows out of the table, with these columns and their places."""
    return rows[[*columns, "file", "line", "column"]].to_dict("records")


def _twins(rows: pd.DataFrame) -> Iterator[Problem]:
    again = rows["id"].duplicated()
    if not again.any():
        return
    first = dict(zip(rows["id"][~again], rows["line"][~again], strict=True))
    for row in _records(rows[again], "id", "metric", "as_stated"):
        yield problem(
            "repeated-observation", row["file"], row["line"], row["column"],
            as_stated=row["as_stated"], metric=row["metric"], first=first[row["id"]],
        )  # fmt: skip


def _early(rows: pd.DataFrame) -> Iterator[Problem]:
    early = (rows["kind"] == "actual") & (rows["published"] < rows["end"])
    for row in _records(rows[early], "period", "source", "published"):
        yield problem(
            "published-before-period", row["file"], row["line"], row["column"],
            period=row["period"], source=row["source"], published=row["published"].date(),
        )  # fmt: skip


def _lost(links: Iterable[_Link], known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    lost = [link for link in links if link.to not in known[link.what]]
    for told, link in enumerate(lost):
        near = _near(link.to, known[link.what], told)
        yield problem(f"unknown-{link.what}", link.path, link.line, link.column, **near)


def _circles(links: Iterable[_Link]) -> Iterator[Problem]:
    """Find sources that rest on each other; each circle is told once, at its first source."""
    by_ends = {(link.of, link.to): link for link in links}
    rests_on: dict[str, list[str]] = {}
    for of, to in by_ends:
        rests_on.setdefault(of, []).append(to)
    while circle := _circle(rests_on):
        link = by_ends[circle[0], circle[1]]
        told = " -> ".join(circle)
        yield problem("source-circle", link.path, link.line, link.column, circle=told)
        del rests_on[circle[0]]


def _circle(rests_on: Mapping[str, Iterable[str]]) -> list[str]:
    """Give one circle from its first name back to that; an empty list where there is none."""
    try:
        TopologicalSorter(rests_on).prepare()
    except CycleError as error:
        around: list[str] = error.args[1][:0:-1]
        first = around.index(min(around))
        return [*around[first:], *around[:first], around[first]]
    return []
