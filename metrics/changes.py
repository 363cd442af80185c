"""Changes: which figures came, were revised or went between two states, and what that turned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import pandas as pd

from metrics import claim, compare, derive, formula, fx, trace
from metrics.choose import is_seen
from schemas import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from metrics.claim import Verdict
    from metrics.derive import Answer
    from metrics.lens import Lens
    from metrics.trace import Trace
    from schemas.book import Book, Row
    from schemas.metric import Catalog

Shaped = TypeVar("Shaped")
Word = Literal["added", "revised", "withdrawn"]

# What of a row can change a number; its place in a file, its reasons and its notes cannot.
_TOLD = [
    "company", "metric", "scope", "basis", "kind", "value_text", "as_stated", "unit_basis", "also",
    "start", "end", "source", "place", "quotes", "against_company", "against_metric", "by", "rank",
    "published", "grade", "repeats",
]  # fmt: skip
# A round of financing stops formulas that do not mention it.
_FINANCING = "net_proceeds"
# So many observations are set aside one by one in search of the one that made the difference.
_TRIED = 24
_NOTHING = ("missing", "refused")


@dataclass(frozen=True, slots=True)
class State:
    """One version of the data, as a reader looks at it and as known on his day."""

    book: Book
    lens: Lens


@dataclass(frozen=True, slots=True)
class Figure:
    """An observation before and after; one of the two is missing where it came or went."""

    before: Row | None
    after: Row | None

    @property
    def word(self) -> Word:
        """Say what became of it."""
        if self.before is None:
            return "added"
        return "withdrawn" if self.after is None else "revised"

    @property
    def row(self) -> Row:
        """Give the observation as it is now, or was last."""
        row = self.after or self.before
        if row is None:  # pragma: no cover - one of them is there
            raise TypeError("a change without an observation")
        return row


@dataclass(frozen=True, slots=True)
class Turned:
    """A claim whose verdict is another one, because of these observations."""

    before: Verdict
    after: Verdict
    because: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A derived value that is another one, because of these observations."""

    before: Answer
    after: Answer
    because: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """All that changed of a company; `company` is its id now, or was its last."""

    company: str
    figures: tuple[Figure, ...]
    turned: tuple[Turned, ...] = ()
    moved: tuple[Moved, ...] = ()


def changes(before: State, after: State, among: Iterable[str] | None = None) -> Iterator[Change]:
    """Tell what changed, company by company in the order of their ids; all of them, or some.

    Formulas are today's on both sides, so that only observations make a difference.
    """
    renamed = _renamed(before.book, after.book)
    for company in _differing(before, after, renamed, among):
        found = _change(before, after, company, renamed)
        if found.figures or found.turned or found.moved:
            yield found


def differing(before: State, after: State, among: Iterable[str] | None = None) -> list[str]:
    """Name the companies of which anything is different, by a look at the tables alone."""
    return _differing(before, after, _renamed(before.book, after.book), among)


def change(before: State, after: State, company: str) -> Change:
    """Tell what changed of one company."""
    return _change(before, after, company, _renamed(before.book, after.book))


def came(book: Book, lens: Lens, since: date, among: Iterable[str] | None = None) -> pd.DataFrame:
    """List what was published after a day, of all that a reader may see, by the column."""
    rows = book.known(lens.known)
    rows = rows[(rows["published"] > pd.Timestamp(since)) & (rows["rank"] != "deprecated")]
    rows = rows[(rows["kind"] != "actual") | (rows["end"] <= pd.Timestamp(lens.at))]
    return rows if among is None else rows[rows["company"].isin(list(among))]


def members(book: Book, name: str) -> list[str]:
    """Name the companies of a peer set, and the groups that any of them is a member of."""
    there = [each for each in book.sets[name].companies if each in book.companies]
    groups = (group for each in there for group in book.groups_of(each))
    return list(dict.fromkeys([*there, *groups]))


# -- names that are others now ----------------------------------------------------------------


class _Names(NamedTuple):
    """What companies and sources were called before, by what they are called now."""

    companies: Mapping[str, str]
    sources: Mapping[str, str]

    def carried(self, row: Row) -> Row:
        """Write an observation of before with the names of now."""
        companies, sources = _turned(self.companies), _turned(self.sources)
        return replace(
            row,
            company=companies.get(row.company, row.company),
            source=sources.get(row.source, row.source),
            quotes=sources.get(row.quotes, row.quotes),
            against_company=companies.get(row.against_company, row.against_company),
        )


def _renamed(before: Book, after: Book) -> _Names:
    """Find companies and sources that are the same under another id."""
    if before is after:
        return _Names({}, {})
    return _Names(
        _matched(before.companies, after.companies, lambda each: each.name.model_dump_json()),
        # What a document rests on may have been renamed with it.
        _matched(
            before.sources, after.sources,
            lambda each: each.model_dump_json(exclude={"primary_source", "derived_from", "note"}),
        ),
    )  # fmt: skip


def _matched(
    before: Mapping[str, Shaped], after: Mapping[str, Shaped], meant: Callable[[Shaped], str]
) -> dict[str, str]:
    """Pair what only one side has and what means the same; what two may mean is left alone."""
    gone, come = (
        _by_meaning({name: each for name, each in here.items() if name not in there}, meant)
        for here, there in ((before, after), (after, before))
    )
    return {
        names[0]: gone[told][0]
        for told, names in come.items()
        if len(names) == len(gone.get(told, ())) == 1
    }


def _by_meaning(
    named: Mapping[str, Shaped], meant: Callable[[Shaped], str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, each in named.items():
        found[meant(each)].append(name)
    return found


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    return {old: new for new, old in names.items()}


# -- who differs ------------------------------------------------------------------------------


def _differing(
    before: State, after: State, renamed: _Names, among: Iterable[str] | None
) -> list[str]:
    """Compare the tables; of one book only what was published in between can differ."""
    wanted = None if among is None else set(among)
    if _rates(before) != _rates(after):
        names = {*before.book.companies, *after.book.companies} - {*renamed.companies.values()}
    elif before.book is after.book:
        first, last = sorted((before.lens.known, after.lens.known))
        rows = after.book.known(last)
        names = set(rows["company"][rows["published"] > str(first)].unique())
    else:
        then, now = _meanings(before, renamed), _meanings(after, _Names({}, {}))
        names = {company for company, _ in then ^ now}
    return sorted(names if wanted is None else names & wanted)


def _rates(state: State) -> frozenset[tuple[object, ...]]:
    """Give the exchange rates that documents had stated by then; any number may rest on one."""
    return frozenset(
        (each.base, each.quote, each.rate, each.kind, each.period, each.published, each.grade)
        for each in state.book.rates if each.published <= state.lens.known
    )  # fmt: skip


def _meanings(state: State, renamed: _Names) -> set[tuple[str, int]]:
    """Digest each observation with its company's name, under the names of now."""
    rows = state.book.known(state.lens.known)[_TOLD]
    for column, names in (
        ("company", renamed.companies), ("against_company", renamed.companies),
        ("source", renamed.sources), ("quotes", renamed.sources),
    ):  # fmt: skip
        if names:
            rows = rows.assign(**{column: rows[column].astype(object).replace(_turned(names))})
    digests = pd.util.hash_pandas_object(rows, index=False)
    return set(zip(map(str, rows["company"]), map(int, digests), strict=True))


# -- one company ------------------------------------------------------------------------------


def _change(before: State, after: State, company: str, renamed: _Names) -> Change:
    once = renamed.companies.get(company, company)
    pairs = _Pairs(_seen(before, once), _seen(after, company), renamed)
    order = {metric: place for place, metric in enumerate(after.book.catalog)}
    figures = sorted(
        pairs.figures,
        key=lambda each: (order[each.row.metric], each.row.period.end, each.row.published,
                          each.row.id),
    )  # fmt: skip
    work = _Work(before, after, company, once, pairs)
    return Change(company, tuple(figures), tuple(work.turned()), tuple(work.moved()))


def _seen(state: State, company: str) -> list[Row]:
    """List what a reader may see of a company; what was set aside counts as gone."""
    rows = state.book.rows([company])
    return [row for row in rows if is_seen(row, state.lens) and row.rank != "deprecated"]


class _Pairs:
    """Observations of before and after, paired: equal ones, revised ones, and those alone."""

    def __init__(self, before: Sequence[Row], after: Sequence[Row], renamed: _Names) -> None:
        original = {row.id: row for row in before}
        carried = [renamed.carried(row) for row in before]
        # Ids of before by those of after, of observations that state the same.
        self.same: dict[str, str] = {}
        self.figures: list[Figure] = []
        # What makes a difference although its figure is the same: rank, day, grade, definition.
        self.touched: list[Row] = []
        gone, come = self._equal(carried, after, _place)
        # The same figure from another line of its document is a place put right.
        gone, come = self._equal(gone, come, _about)
        for then, now in _grouped(gone, come, _place):
            told = (original[row.id] for row in then)
            self.figures += [Figure(*each) for each in zip_longest(told, now)]

    def _equal(
        self, before: Sequence[Row], after: Sequence[Row], key: Callable[[Row], object]
    ) -> tuple[list[Row], list[Row]]:
        """Take out what is equal, and give what is left on either side."""
        left: tuple[list[Row], list[Row]] = ([], [])
        for then, now in _grouped(before, after, key):
            rest = list(now)
            for row in then:
                found = next((each for each in rest if each.measure == row.measure), None)
                if found is None:
                    left[0].append(row)
                    continue
                rest.remove(found)
                self.same[found.id] = row.id
                if _standing(found) != _standing(row):
                    self.touched.append(found)
            left[1].extend(rest)
        return left

    @property
    def rows(self) -> list[Row]:
        """List what can have made a difference, as it is now or was last."""
        return [*(each.row for each in self.figures), *self.touched]


def _place(row: Row) -> tuple[object, ...]:
    return *_about(row), row.place


def _about(row: Row) -> tuple[object, ...]:
    return (
        row.metric, row.scope, row.basis, row.kind, row.period, row.source, row.quotes,
        row.against_company, row.against_metric,
    )  # fmt: skip


def _standing(row: Row) -> tuple[object, ...]:
    return row.rank, row.published, row.grade, row.repeats, row.by, row.also, row.period_basis


def _grouped(
    before: Iterable[Row], after: Iterable[Row], key: Callable[[Row], object]
) -> Iterator[tuple[list[Row], list[Row]]]:
    found: dict[object, tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((before, after)):
        for row in sorted(rows, key=lambda each: (each.value_text, each.as_stated, each.id)):
            found.setdefault(key(row), ([], []))[side].append(row)
    yield from found.values()


@dataclass(frozen=True, slots=True)
class _Work:
    """What is worked out for a company before and after, and what made the difference."""

    before: State
    after: State
    company: str
    # Its id of before.
    once: str
    pairs: _Pairs

    def moved(self) -> Iterator[Moved]:
        """Work out each derived metric that a changed observation can reach."""
        if not {self.company, self.once} <= {*self.before.book.singles, *self.after.book.singles}:
            return
        then, now = self._case(self.before, self.once), self._case(self.after, self.company)
        for metric in self._reached():
            first, last = derive.answer(then, metric), derive.answer(now, metric)
            if _shown(first) != _shown(last):
                # What lies under a value that is refused says nothing of why it is.
                under = () if last.bounds is None else last.rows
                because = self._because(metric, first.rows, under, _Answered(metric))
                yield Moved(first, last, because)

    def turned(self) -> Iterator[Turned]:
        """Work out each claim that was there before and is now."""
        reached = set(self._reached())
        then = {row.id: row for row in self.before.book.rows([self.once])}
        for row in self.after.book.rows([self.company]):
            old = then.get(self.pairs.same.get(row.id, ""))
            if old is None or row.metric not in reached or not claim.is_claim(self.after.book, row):
                continue
            first = claim.verdict(self.before.book, old, self.before.lens)
            last = claim.verdict(self.after.book, row, self.after.lens)
            if first.word != last.word:
                used = (_used(first), _used(last))
                because = self._because(row.metric, *used, _Judged(old.id, row.id))
                yield Turned(first, last, because)

    def _case(self, state: State, company: str) -> derive.Case:
        return derive.case(state.book, company, state.lens)

    def _reached(self) -> list[str]:
        catalog = self.after.book.catalog
        changed = {row.metric for row in self.pairs.rows}
        if _rates(self.before) != _rates(self.after):
            changed = {*catalog}
        return [
            metric for metric, entry in catalog.items()
            if entry.is_derived and changed & reach(catalog, metric)
        ]  # fmt: skip

    def _because(
        self, metric: str, before: Iterable[Row], after: Iterable[Row], how: _How
    ) -> tuple[Row, ...]:
        """Name the observations underneath that came or went; else those it hangs on."""
        come = {each.after.id for each in self.pairs.figures if each.after}
        come |= {each.id for each in self.pairs.touched}
        gone = {each.before.id for each in self.pairs.figures if each.before and each.after is None}
        found = [row for row in after if row.id in come]
        found += [row for row in before if row.id in gone]
        if not found:
            near = reach(self.after.book.catalog, metric)
            tried = [each for each in self.pairs.figures if each.row.metric in near][:_TRIED]
            found = [each.row for each in tried if self._decides(each, how)]
        return tuple({row.id: row for row in found}.values())

    def _decides(self, figure: Figure, how: _How) -> bool:
        """Say whether things would be otherwise without one observation."""
        state, company = (self.after, self.company) if figure.after else (self.before, self.once)
        without = replace(state, book=state.book.without({figure.row.id}))
        return how.told(state, company) != how.told(without, company)


@dataclass(frozen=True, slots=True)
class _Answered:
    """Tells a metric's value of a state."""

    metric: str

    def told(self, state: State, company: str) -> object:
        return _shown(derive.answer(derive.case(state.book, company, state.lens), self.metric))


@dataclass(frozen=True, slots=True)
class _Judged:
    """Tells the verdict on a claim of a state, by its id of before or of after."""

    before: str
    after: str

    def told(self, state: State, company: str) -> object:
        rows = state.book.rows([company])
        row = next(each for each in rows if each.id in {self.before, self.after})
        return claim.verdict(state.book, row, state.lens).word


_How = _Answered | _Judged


def _used(found: Verdict) -> tuple[Row, ...]:
    return found.attempt.answer.rows if found.attempt else ()


def _shown(answer: Answer) -> tuple[object, ...]:
    """Give what a reader sees of an answer; why there is nothing to see does not count."""
    if answer.bounds is None:
        return (answer.status in _NOTHING or answer.status,)
    return (answer.status, answer.bounds, answer.value, answer.unit, answer.period,
            answer.definition)  # fmt: skip


def reach(catalog: Catalog, metric: str) -> frozenset[str]:
    """Name every metric whose observations can change a derived one, itself included."""
    return frozenset({_FINANCING, *formula.under(catalog, metric)})


# -- telling ----------------------------------------------------------------------------------

# What is told of a value on either side; its inputs are told where it is traced.
_SIDE = (
    "id", "metric", "label", "text", "value", "low", "high", "low_open", "high_open", "unit",
    "period", "period_text", "status", "status_text", "reason", "definition", "definition_text",
)  # fmt: skip


def told(before: State, after: State, of: Change) -> Trace:
    """Describe what changed of a company as plain data, in the words of the later reader."""
    teller = _Teller(before, after, after.lens.language)
    home = teller.home(of.company)
    return {
        "company_id": of.company,
        "company": home.companies[of.company].name.in_language(teller.language),
        "moved": [teller.moved(each) for each in of.moved],
        "turned": [teller.turned(each) for each in of.turned],
        "figures": [teller.figure(each) for each in of.figures],
    }


def counts(every: Iterable[Change]) -> dict[str, int]:
    """Count figures by what became of them, verdicts turned, and values moved."""
    found = dict.fromkeys(("added", "revised", "withdrawn", "turned", "moved"), 0)
    for each in every:
        for figure in each.figures:
            found[figure.word] += 1
        found["turned"] += len(each.turned)
        found["moved"] += len(each.moved)
    return found


@dataclass(frozen=True, slots=True)
class _Teller:
    before: State
    after: State
    language: str

    def home(self, company: str, source: str = "") -> Book:
        """Choose the book that knows a company and a source; the later one where both do."""
        book = self.after.book
        known = company in book.companies and (not source or source in book.sources)
        return book if known else self.before.book

    def observation(self, row: Row) -> Trace:
        return trace.observation(self.home(row.company, row.source), row, self.language)

    def figure(self, of: Figure) -> Trace:
        row = of.row
        return {
            "change": of.word,
            "change_text": words.say(self.language, f"changes.{of.word}"),
            "before": self.observation(of.before) if of.before else None,
            "after": self.observation(of.after) if of.after else None,
            "is_claim": claim.is_claim(self.after.book, row),
        }

    def moved(self, of: Moved) -> Trace:
        return {
            "metric": of.after.metric,
            "label": words.label(self.language, of.after.metric),
            "before": self.side(of.before, self.before),
            "after": self.side(of.after, self.after),
            "because": [self.observation(row) for row in of.because],
        }

    def side(self, of: Answer, state: State) -> Trace:
        shown = compare.present(of, state.lens.currency, fx.rates(state.book, state.lens))
        whole = trace.of_answer(self.home(of.company), shown, self.language)
        told = {key: whole[key] for key in _SIDE}
        return told if shown.bounds else told | {"text": told["status_text"]}

    def turned(self, of: Turned) -> Trace:
        return {
            "claim": self.observation(of.after.row),
            **{
                side: {
                    "verdict": found.word,
                    "verdict_text": words.say(self.language, f"verdict.{found.word}"),
                }
                for side, found in (("before", of.before), ("after", of.after))
            },
            "because": [self.observation(row) for row in of.because],
        }
