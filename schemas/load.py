"""Reading a data folder into a book: each file alone, every problem kept, nothing raised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pandas as pd
from pydantic import ValidationError

from schemas import entry, period
from schemas.book import Book, spans, table
from schemas.company import Company, Names, Observation
from schemas.metric import Catalog, Metric
from schemas.model import Shape, is_id
from schemas.node import Node, place, plain, read
from schemas.problem import Problem, problem
from schemas.sets import Set, Sets
from schemas.source import GRADE, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schemas.interval import Interval

Model = TypeVar("Model", bound=Shape)
Row = tuple[object, ...]
Loc = tuple[str | int, ...]

_NAN = float("nan")
_SHOWN = 80
# pydantic's names for what our own checks do not name themselves.
_NAMES = {"missing": "missing-field", "extra_forbidden": "unknown-field"}
_PERIODS = "2025-09-30, 2025-01-01/2025-09-30, FY2024, 9M2025, H1-2025, 2025-Q3, 2025-09, 2025"


def load(folder: Path, catalog: Catalog, found: Iterable[Problem] = ()) -> Book:
    """Read every file of a data folder; `found` are problems already known of the catalogue."""
    reading = _Reading(folder, catalog, list(found))
    if not folder.is_dir():
        reading.problems.append(problem("missing-folder", str(folder), folder=folder))
    sources = {
        name: source
        for name, where in reading.files("sources")
        if (source := where.shaped(Source, plain(where.node)))
    }
    companies: dict[str, Company] = {}
    rows: list[Row] = []
    for name, where in reading.files("companies"):
        companies[name] = where.company(name)
        rows += where.rows(name, companies[name].fiscal_year_end, catalog)
    sets = reading.sets(companies)
    observations = _joined(table(rows), sources)
    reading.problems.extend(
        [
            *_circles(sources, folder.name),
            *_members(companies, folder.name),
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
    )


def catalog(path: Path) -> tuple[Catalog, list[Problem]]:
    """Read the catalogue of metrics; entries that are wrong are left out, as problems."""
    found = read(path, path.parent)
    problems = list(found.problems)
    if found.node is None:
        return {}, problems
    where = _File(f"{path.parent.name}/{path.name}", found.node, problems)
    return dict(where.entries(Metric)), problems


# -- files ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder being read: what was wrong so far, and the digests of its files."""

    folder: Path
    catalog: Catalog
    problems: list[Problem]
    digests: list[str] = field(default_factory=list)

    def files(self, kind: str) -> Iterator[tuple[str, _File]]:
        """Open the files of a kind by id; those that are no mappings are left out, as problems."""
        for path in sorted((self.folder / kind).glob("*.yaml")):
            shown = f"{self.folder.name}/{kind}/{path.name}"
            if not is_id(path.stem):
                self.problems.append(problem("bad-id", shown, 1, 1, value=path.stem))
            elif where := self.opened(path, shown):
                yield path.stem, where

    def opened(self, path: Path, shown: str) -> _File | None:
        """Read one file; None where it holds no mapping."""
        found = read(path, self.folder)
        self.problems.extend(each.at(shown, each.line, each.column) for each in found.problems)
        self.digests.append(f"{shown} {found.digest}")
        if found.node is None:
            return None
        where = _File(shown, found.node, self.problems)
        if isinstance(found.node.value, dict):
            return where
        where.report("wrong-value", (), field="file", value="…", expected="a mapping of keys")
        return None

    def sets(self, companies: Mapping[str, Company]) -> Sets:
        """Read the peer sets; companies that are not there are problems."""
        path = self.folder / "sets.yaml"
        where = self.opened(path, f"{self.folder.name}/sets.yaml") if path.exists() else None
        if where is None:
            return {}
        sets = dict(where.entries(Set))
        for name, each in sets.items():
            for index, company in enumerate(each.companies):
                if company not in companies:
                    loc = (name, "companies", index)
                    where.report("unknown-company", loc, **_near(company, companies))
        return sets


class _File(NamedTuple):
    """One file: its path as shown, the tree its places come from, where problems go."""

    path: str
    node: Node
    problems: list[Problem]

    def report(self, name: str, loc: Loc, **args: object) -> None:
        """Note a problem at a place of the tree."""
        where = place(self.node, loc, key=name == "unknown-field")
        self.problems.append(problem(name, self.path, *where, **args))

    def entries(self, model: type[Model]) -> Iterator[tuple[str, Model]]:
        """Validate each entry of a mapping alone."""
        value = self.node.value
        for name, each in value.items() if isinstance(value, dict) else ():
            shaped = self.shaped(model, plain(each), (name,))
            if shaped:
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
                args = {**_near(name, _keys(model)), "value": value}
            elif "-" not in kind:
                args = {"value": value, "expected": args.get("expected") or each["msg"]}
            known = _NAMES.get(kind, kind if "-" in kind else "wrong-value")
            self.report(known, (*loc, *each["loc"]), **{"field": name, **args})

    def company(self, name: str) -> Company:
        """Read a company's head; a slip in it must not hide the observations below."""
        data = _mapping(self.node)
        data.pop("observations", None)
        for _ in range(2):
            try:
                return Company.model_validate(data)
            except ValidationError as error:
                self.misshaped(error, Company, ())
                for each in error.errors():
                    data.pop(str(each["loc"][0]) if each["loc"] else "", None)
                data.setdefault("name", {"en": name})
        return Company(name=Names(en=name))

    def rows(self, company: str, year_end: str, catalog: Catalog) -> Iterator[Row]:
        """Read a company's observations, each alone."""
        data = _mapping(self.node).get("observations", [])
        if not isinstance(data, list):
            self.report(
                "wrong-value", ("observations",), field="observations", value=_shown(data),
                expected="a list",
            )  # fmt: skip
            return
        for index, each in enumerate(data):
            told = self.shaped(Observation, each, ("observations", index))
            if told is None:
                continue
            got = _row(company, told, period.parse(told.period, year_end), catalog)
            loc = ("observations", index)
            if isinstance(got, entry.Misfit):
                steps = tuple(got.field.split(".")) if got.field else ()
                self.report(got.name, (*loc, *steps), metric=told.metric, **got.args)
            else:
                line, column = place(self.node, loc)
                yield (*got, self.path, line, column, None, 0, False)


def _mapping(node: Node) -> dict[str, object]:
    data = plain(node)
    return dict(data) if isinstance(data, dict) else {}


def _keys(model: type[Shape]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else "…"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _near(value: str, known: Iterable[str]) -> dict[str, str]:
    near = get_close_matches(value, list(known), 1)
    return {"value": value, "near": near[0] if near else ""}


# -- observations -----------------------------------------------------------------------------


def _row(
    company: str, told: Observation, when: period.Period | None, catalog: Catalog
) -> Row | entry.Misfit:
    metric = catalog.get(told.metric)
    if metric is None:
        return entry.Misfit("unknown-metric", "metric", _near(told.metric, catalog))
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
        hashlib.sha256("|".join(str(part) for part in key).encode()).hexdigest()[:10],
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
    known: dict[str, tuple[str, Iterable[str]]] = {
        "source": ("source", sources),
        "quotes": ("source", sources),
        "against_company": ("company", companies),
    }
    for column, (what, names) in known.items():
        values = rows[column].astype(object)
        for row in rows[(values != "") & ~values.isin(list(names))].to_dict("records"):
            args = _near(row[column], names)
            yield problem(f"unknown-{what}", row["file"], row["line"], row["column"], **args)


def _twins(rows: pd.DataFrame) -> Iterator[Problem]:
    for row in rows[rows["id"].duplicated()].to_dict("records"):
        first = rows.loc[rows["id"] == row["id"], "line"].iloc[0]
        yield problem(
            "repeated-observation", row["file"], row["line"], row["column"],
            as_stated=row["as_stated"], metric=row["metric"], first=first,
        )  # fmt: skip


def _early(rows: pd.DataFrame) -> Iterator[Problem]:
    early = (rows["kind"] == "actual") & (rows["published"] < rows["end"])
    for row in rows[early].to_dict("records"):
        yield problem(
            "published-before-period", row["file"], row["line"], row["column"],
            period=row["period"], source=row["source"], published=row["published"].date(),
        )  # fmt: skip


def _members(companies: Mapping[str, Company], folder: str) -> Iterator[Problem]:
    for name, company in companies.items():
        for member in company.members:
            if member not in companies:
                path = f"{folder}/companies/{name}.yaml"
                yield problem("unknown-company", path, 1, 1, **_near(member, companies))


def _circles(sources: Mapping[str, Source], folder: str) -> Iterator[Problem]:
    """Follow each source to its original; report strangers on the way and circles."""
    for name, source in sources.items():
        path = f"{folder}/sources/{name}.yaml"
        for after in (source.primary_source, source.derived_from):
            if after and after not in sources:
                yield problem("unknown-source", path, 1, 1, **_near(after, sources))
        seen = [name]
        here = _original(source)
        while here in sources and here not in seen:
            seen.append(here)
            here = _original(sources[here])
        if here == name:
            yield problem("source-circle", path, 1, 1, circle=" -> ".join([*seen, here]))


def _original(source: Source) -> str:
    return source.derived_from or source.primary_source or ""
