"""One file of a data folder, read alone: rows, head, what it names, and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple, TypeVar, get_args

from pydantic import ValidationError

from schemas import entry, period
from schemas.company import Company, Observation
from schemas.model import Shape
from schemas.node import Node, place, plain, read
from schemas.problem import Problem, problem
from schemas.source import GRADE, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from schemas.interval import Interval
    from schemas.metric import Catalog, Metric

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
PERIODS = "2025-09-30, 2025-01-01/2025-09-30, FY2024, 9M2025, H1-2025, 2025-Q3, 2025-09, 2025"


class Link(NamedTuple):
    """A company or source that a file names, and where; `of` is who names it."""

    of: str
    what: str
    to: str
    path: str
    line: int
    column: int


class Said(NamedTuple):
    """What one file says, whatever the others say: all that is kept of it.

    `head` is the validated mapping as JSON, without observations; "" where there is none. `rows`
    are laid out in the order of `book.COLUMNS` up to `column`, then whether it is a twin.
    """

    name: str
    digest: str
    head: str = ""
    members: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[Problem, ...] = ()
    rows: tuple[Row, ...] = ()
    # of a source: its day, how near the books it stands, whether it passes on what another states
    published: date | None = None
    grade: int = 0
    repeats: bool = False


def said(folder: Path, name: str, catalog: Catalog) -> Said:
    """Read `companies/ID.yaml` or `sources/ID.yaml` of a folder; nothing is raised."""
    where, digest, problems = opened(folder, name)
    if where is None:
        return Said(name, digest, problems=tuple(problems))
    kind, _, rest = name.partition("/")
    stem = rest.removesuffix(".yaml")
    told = where.company(stem, catalog) if kind == "companies" else where.source(stem)
    return told._replace(name=name, digest=digest, problems=tuple(where.problems))


def opened(
    folder: Path, name: str, *, listed: bool = False
) -> tuple[File | None, str, list[Problem]]:
    """Open one file; none where it holds no mapping, or no list where one is wanted."""
    shown = f"{folder.name}/{name}"
    found = read(folder / name, folder)
    problems = [each.at(shown, each.line, each.column) for each in found.problems]
    if found.node is None:
        return None, found.digest, problems
    where = File(shown, found.node, problems, len(problems))
    if isinstance(found.node.value, tuple if listed else dict):
        return where, found.digest, problems
    expected = _EXPECTED["tuple_type" if listed else "dict_type"]
    where.report("wrong-value", (), field="file", value="…", expected=expected)
    return None, found.digest, problems


class File(NamedTuple):
    """One file: its path as shown, the tree its places come from, where problems go."""

    path: str
    node: Node
    problems: list[Problem]
    before: int  # problems that were told already when its own began

    @property
    def is_hopeless(self) -> bool:
        """Say whether so much is wrong that the rest is not read."""
        return len(self.problems) - self.before > MOST

    def report(self, name: str, loc: Loc, **args: object) -> None:
        """Note a problem at a place of the tree."""
        if self.is_hopeless:
            return
        if len(self.problems) - self.before == MOST:
            name, args = "too-many-problems", {"limit": MOST}
        where = place(self.node, loc, key=name == "unknown-field")
        self.problems.append(problem(name, self.path, *where, **args))

    @property
    def keys(self) -> Mapping[str, Node]:
        """Give the values by key; whoever opened the file saw that it is a mapping."""
        return self.node.value if isinstance(self.node.value, dict) else {}

    def link(self, of: str, what: str, to: str, loc: Loc) -> Link:
        """Note that a company or source is named at a place of the tree."""
        return Link(of, what, to, self.path, *place(self.node, loc))

    def near(self, value: str, known: Collection[str]) -> dict[str, str]:
        """Name the nearest known name, unless enough of them were looked for in this file."""
        return near(value, known, len(self.problems))

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
                args = near(name, _keys(model, each["loc"][:-1]))
            elif "-" not in kind:
                expected = args.get("expected") or _EXPECTED.get(kind, each["msg"])
                args = {"value": value, "expected": expected}
            known = _NAMES.get(kind, kind if "-" in kind else "wrong-value")
            # What a mapping as a whole got wrong stands at the key that it is about.
            steps = each["loc"] or tuple(filter(None, [args.get("field")]))
            self.report(known, (*loc, *steps), **{"field": name, **args})

    # -- a source ------------------------------------------------------------------------------

    def source(self, name: str) -> Said:
        """Read a source, and which sources it rests on."""
        data = plain(self.node)
        source = self.shaped(Source, data)
        if source is None:
            return Said(name, "")
        rests = (
            ("derived_from", source.derived_from),
            ("primary_source", source.primary_source),
        )
        links = tuple(self.link(name, "source", to, (key,)) for key, to in rests if to)
        return Said(
            name,
            "",
            json.dumps(data),
            links=links,
            published=period.last_day(source.published),
            grade=GRADE[source.kind],
            repeats=source.repeats,
        )

    # -- a company -----------------------------------------------------------------------------

    def company(self, name: str, catalog: Catalog) -> Said:
        """Read a company: its head, what that names, and its observations, each alone."""
        data = self._head(name)
        if data is None:
            return Said(name, "")
        company = Company.model_validate(data)
        rows = _marked(list(self.rows(name, company.fiscal_year_end, catalog)))
        self._twins(rows)
        return Said(
            name,
            "",
            json.dumps(data),
            company.members,
            tuple(self._relations(name, company)),
            rows=tuple(sorted(rows, key=_order)),
        )

    def _head(self, name: str) -> dict[str, object] | None:
        """Give a company's head; a slip in it hides no observations unless it bears on them."""
        data: dict[str, object] = {
            key: plain(each) for key, each in self.keys.items() if key != "observations"
        }
        try:
            Company.model_validate(data)
        except ValidationError as error:
            self.misshaped(error, Company, ())
            slips = {str(each["loc"][0]) for each in error.errors()}
        else:
            return data
        if slips & _DECISIVE:
            return None
        kept = {key: each for key, each in data.items() if key not in slips}
        return {"name": {"en": name}, **kept}

    def _relations(self, name: str, company: Company) -> Iterator[Link]:
        """Note a group's members, and the source of a company's founding."""
        for index, member in enumerate(company.members):
            yield self.link(name, "company", member, ("members", index))
        if company.founded:
            yield self.link(name, "source", company.founded.source, ("founded", "source"))

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
            loc = ("observations", index)
            told = self.shaped(Observation, plain(each), loc)
            if told is None:
                continue
            if told.metric not in catalog:
                self.report("unknown-metric", (*loc, "metric"), **self.near(told.metric, catalog))
                continue
            got = _row(company, told, period.parse(told.period, year_end), catalog[told.metric])
            if isinstance(got, entry.Misfit):
                steps = tuple(got.field.split(".")) if got.field else ()
                self.report(got.name, (*loc, *steps), metric=told.metric, **got.args)
            else:
                yield (*got, self.path, each.line, each.column)

    def _twins(self, rows: list[Row]) -> None:
        """Report what is written twice; ids say what an observation says and of whom."""
        first: dict[object, object] = {}
        for row in rows:
            if row[-1]:
                self.problems.append(
                    problem(
                        "repeated-observation", self.path, *_place(row),
                        as_stated=row[_AS_STATED], metric=row[_METRIC], first=first[row[0]],
                    )
                )  # fmt: skip
            else:
                first[row[0]] = row[-3]


# Where in a row some columns stand.
_METRIC, _AS_STATED, _END = 2, 7, 24


def _place(row: Row) -> tuple[int, int]:
    line, column = row[-3], row[-2]
    return int(str(line)), int(str(column))


def _marked(rows: list[Row]) -> list[Row]:
    """Say of each row whether it says again what one before it says."""
    seen: set[object] = set()
    marked: list[Row] = []
    for row in rows:
        marked.append((*row, row[0] in seen))
        seen.add(row[0])
    return marked


def _order(row: Row) -> tuple[str, str, str]:
    # Days of our periods are written with four digits of a year, so that text sorts as they do.
    return str(row[_METRIC]), str(row[_END]), str(row[0])


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


def near(
    value: str, known: Collection[str], told: int = 0, most: int = _COMPARED
) -> dict[str, str]:
    """Name the nearest known name, unless `told` searches before this one were enough."""
    found = get_close_matches(value, known, 1) if told * len(known) < most else []
    return {"value": value, "near": found[0] if found else ""}


# -- observations -----------------------------------------------------------------------------


def _row(
    company: str, told: Observation, when: period.Period | None, metric: Metric
) -> Row | entry.Misfit:
    if when is None:
        args = {"field": "period", "value": told.period, "expected": PERIODS}
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
    formulas = metric.formulas
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
