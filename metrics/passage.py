"""A passage: the figures of a pasted text, each with what the words around it suggest.

Nothing here decides: a suggestion rests on words of the text, says which, and a reader corrects it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from schemas import cue, figure, timing, words
from schemas import lexicon as lex
from schemas.figure import Figure
from schemas.node import hidden
from schemas.period import Period
from schemas.spotter import Spot, Spotter
from schemas.unit import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from schemas.book import Book
    from schemas.company import Kind
    from schemas.metric import Catalog, PeriodType

# The longest text that is read at once, in bytes.
LARGEST = 200_000


class Why(NamedTuple):
    """What a suggestion rests on: its field, how (a key of `passage.why`), words of the text."""

    field: str
    how: str
    words: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure of a text: where it stands, and what it may be about; "" and None are not known.

    `paragraph` counts the non-empty lines; `other` is whose amount a relational figure multiplies.
    """

    start: int
    end: int
    text: str
    figure: Figure
    paragraph: int
    companies: tuple[str, ...] = ()
    metric: str = ""
    period: Period | None = None
    is_stated: bool = False
    kind: Kind = "actual"
    other: str = ""
    why: tuple[Why, ...] = ()


def read(book: Book, text: str, published: date) -> list[Mention]:
    """Find the figures of a text, and suggest company, metric, period and kind of each."""
    return list(_Reader(_Words(book), text, published).mentions())


# -- the words that tell ----------------------------------------------------------------------


# What a base metric's growth is called, by the unit the growth is printed in.
_GROWN = {
    ("revenue", "share"): "revenue_growth",
    ("rnd_expense", "share"): "rnd_expense_growth",
    ("mau", "monthly"): "mau_growth_monthly",
    ("web_visits", "monthly"): "web_visits_growth_monthly",
    ("web_visits", "share"): "web_visits_growth_monthly",
    ("revenue", "multiple"): "revenue_growth_multiple",
    ("overseas_revenue", "multiple"): "revenue_growth_multiple",
    ("employee_count", "multiple"): "employee_growth_multiple",
    ("dau", "multiple"): "user_growth_multiple",
    ("wau", "multiple"): "user_growth_multiple",
    ("mau", "multiple"): "user_growth_multiple",
}
# No sentence is longer; a text without any full stop must not take for ever.
_REACH = 600
_FAR = 90  # how far from a figure, in characters, its metric may be named
_NEAR = 12  # how far a word says what is measured
_FULL_NAME = 3
_TWO = 2
_LINE = re.compile("\n")
_WIDE_COMMA = "\N{FULLWIDTH COMMA}"


class _Words:
    """What a book has words for: companies and metrics."""

    def __init__(self, book: Book) -> None:
        self.catalog: Catalog = book.catalog
        told = book.companies
        self.companies = Spotter(
            (name, company)
            for company, each in told.items()
            for name in {*(each.name.in_language(tag) for tag in words.LANGUAGES), *each.aliases}
        )
        self.members = {name: each.members for name, each in told.items() if each.members}
        self.groups = {frozenset(each): name for name, each in self.members.items()}
        self.metrics = Spotter(
            (word, metric) for metric in book.catalog for word in _called(book.catalog, metric)
        )
        self.fits: dict[tuple[str | None, str], bool] = {}

    def fit(self, printed: str | None, metric: str) -> bool:
        """Say whether a printed unit (None: a plain number) can state a metric."""
        key = printed, metric
        if key not in self.fits:
            self.fits[key] = fits(printed, self.catalog[metric].unit)
        return self.fits[key]


def _called(catalog: Catalog, metric: str) -> Iterator[str]:
    for aliases in catalog[metric].aliases.values():
        yield from aliases
    for language in words.LANGUAGES:
        label = re.split(r"[(,]", lex.fold(words.label(language, metric)))[0].strip()
        # In running text a label has no capital, unless it is an abbreviation.
        yield label if label[1:2].isupper() else label[:1].lower() + label[1:]


def fits(printed: str | None, wanted: str) -> bool:
    """Say whether a printed unit (None: a plain number) can state a metric of the `wanted` one."""
    if printed is None:
        return wanted in {"money", "users", "people", "count"}
    if printed == "people":
        return wanted in {"people", "users"}
    if printed == "count":
        return wanted == "count"
    return unit(printed).fits(unit(wanted))


# -- places -----------------------------------------------------------------------------------


class _Cuts:
    """A text cut into pieces; finding the piece of a place takes a few steps."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        found = list(pattern.finditer(text))
        self.starts = [0, *(each.end() for each in found)]
        self.ends = [*(each.start() for each in found), len(text)]

    def around(self, at: int) -> tuple[int, int]:
        """Give where the piece at a place begins and ends; of a long one, what is near."""
        index = bisect_right(self.starts, at) - 1
        start, end = self.starts[index], max(self.ends[index], at)
        return max(start, at - _REACH), min(end, at + _REACH)


class _Named(NamedTuple):
    """Companies that a text names at a place, and whether the clause may be about them."""

    start: int
    end: int
    companies: tuple[str, ...]
    is_weak: bool = False
    is_framed: bool = False  # the subject of no more than its own clause: 在…同时, as … said


class _Guess(NamedTuple):
    """Whom a figure is about, how that is known and from which words."""

    companies: tuple[str, ...]
    how: str = ""
    words: str = ""
    is_here: bool = False  # named in the figure's own sentence


_NOBODY = _Guess(())
# A figure where it stands, and its paragraph.
_Found = tuple[int, int, Figure, int]


@dataclass(slots=True)
class _About:
    """Whom a text is about as it goes on: its subject, the companies named last."""

    subject: _Guess = _NOBODY
    settled: int = -1  # the sentence that said so
    at: int = 0  # the names passed
    recent: list[str] = field(default_factory=list)
    last: tuple[str, ...] = ()  # whom the last figure was about
    placed: int = -1  # a sentence that hands its figures out in order, and how many so far
    place: int = 0


def _remember(recent: list[str], companies: Iterable[str]) -> None:
    """Put companies behind those named before them."""
    for company in companies:
        if company in recent:
            recent.remove(company)
        recent.append(company)


class _Reader:
    """One pass over a text, sentence by sentence."""

    def __init__(self, told: _Words, text: str, published: date) -> None:
        self.told = told
        self.text = text
        self.low = lex.lower(text)
        self.published = published
        self.sentences = _Cuts(cue.SENTENCE, lex.fold(text))
        self.clauses = _Cuts(cue.CLAUSE, self.low)
        self.lines = _Cuts(_LINE, self.low)
        self.named = self._named()
        self.named_at = [each.start for each in self.named]
        self.metrics = [(spot, told.metrics.means(spot)) for spot in told.metrics.find(text)]
        self.metrics_at = [spot.start for spot, _ in self.metrics]
        self.kinds = list(cue.KINDS.find(text))
        self.kinds_at = [spot.start for spot in self.kinds]
        self.figures, self.times = _apart(self._figures(), timing.find(text, published))
        self.times_at = [each.start for each in self.times]

    # -- who ----------------------------------------------------------------------------------

    def _named(self) -> list[_Named]:
        """Find the companies named, with leaders and models that the text itself ties to them."""
        spots = [
            (spot.start, spot.end, self.told.companies.means(spot)[0])
            for spot in self.told.companies.find(self.text)
        ]
        taught = self._taught(spots)
        taken = {at for start, end, _ in spots for at in range(start, end)}
        spots += [
            (spot.start, spot.end, taught.means(spot)[0])
            for spot in taught.find(self.text)
            if spot.start not in taken
        ]
        return self._paired(self._listed(sorted(spots)))

    def _taught(self, spots: Sequence[tuple[int, int, str]]) -> Spotter[str]:
        found: dict[str, set[str]] = {}
        for _, end, company in spots:
            for name in self._ties(end):
                found.setdefault(name, set()).add(company)
        return Spotter((name, min(each)) for name, each in found.items() if len(each) == 1)

    def _ties(self, end: int) -> Iterator[str]:
        """Read whom a title behind a company's name introduces, and its model."""
        model = cue.MODEL.match(self.text, end)
        if model:
            yield model[1]
        title = cue.LEADER.match(self.low, end)
        if title:
            latin = cue.LATIN_NAME.match(self.text, title.end())
            han = cue.HAN_NAME.match(self.text, title.end())
            if latin:
                yield latin[0]
            elif han:
                yield self._person(han[0])

    def _person(self, name: str) -> str:
        """Cut a Chinese name where the text uses it so."""
        if len(name) < _FULL_NAME:
            return name
        whole, short = self.text.count(name, 0, 20_000), self.text.count(name[:2], 0, 20_000)
        return name if whole * 2 > short else name[:2]

    def _listed(self, spots: Sequence[tuple[int, int, str]]) -> list[_Named]:
        """Join names of one list; an alias of a group is the group."""
        found: list[_Named] = []
        for start, end, company in spots:
            last = found[-1] if found else None
            if last and self._goes_on(last, start):
                companies = tuple(dict.fromkeys((*last.companies, company)))
                found[-1] = last._replace(end=end, companies=companies)
            else:
                weak, framed = self._is_weak(start), self._is_framed(start, end)
                found.append(_Named(start, end, (company,), weak, framed))
        return found

    def _goes_on(self, last: _Named, start: int) -> bool:
        between = self.low[last.end : start][:_NEAR]
        # "Backed by Alibaba, Zhipu ..." is no list.
        aside = (last.is_weak or last.is_framed) and between.strip() in {",", _WIDE_COMMA}
        return bool(cue.LIST.fullmatch(between)) and not aside

    def _is_weak(self, start: int) -> bool:
        """Say whether a name is only spoken of: 超过OpenAI, led by Alibaba."""
        begin = max(self.clauses.around(start)[0], self.sentences.around(start)[0])
        head = self.low[max(begin, start - 16) : start]
        return bool(head.strip() and cue.SPOKEN_OF.search(head))

    def _is_framed(self, start: int, end: int) -> bool:
        begin, finish = self.clauses.around(start)
        begin = max(begin, self.sentences.around(start)[0])
        if not cue.FRAME.match(self.low, begin, start):
            return False
        tail = self.low[end : min(finish, end + 60)]
        return (
            self.low[begin : begin + 1].isascii()
            or not tail.strip()
            or bool(cue.FRAMED.search(tail))
        )

    def _paired(self, named: list[_Named]) -> list[_Named]:
        """Let "the two companies" stand for the pair named last, else for the last two named."""
        found, at = list(named), 0
        pair: tuple[str, ...] = ()
        recent: list[str] = []
        for match in cue.PAIR.finditer(self.low):
            while at < len(named) and named[at].start < match.start():
                companies = named[at].companies
                pair = companies if self._is_pair(companies) else pair
                _remember(recent, companies)
                at += 1
            meant = pair or tuple(recent[-2:])
            if meant:
                found.append(_Named(match.start(), match.end(), meant))
        return sorted(found)

    def _is_pair(self, companies: tuple[str, ...]) -> bool:
        members = self.told.members.get(companies[0], ()) if len(companies) == 1 else companies
        return len(members) == _TWO

    def _between(self, start: int, end: int) -> list[_Named]:
        return self.named[
            bisect_right(self.named_at, start - 1) : bisect_right(self.named_at, end - 1)
        ]

    def who(self, start: int, end: int, carried: _Guess, *, fresh: bool) -> _Guess:
        """Say whom a figure is about: its clause, its sentence, the sentences before."""
        first, last = self.sentences.around(start)
        opening = max(first, self.clauses.around(start)[0])
        behind = re.match(r"\s?的", self.low[end : end + 2])
        if behind:
            owner = self._between(end, end + 3)
            if owner:
                return self._guess(owner[0], "behind")
        before = [each for each in self._between(first, start) if each.end <= start]
        strong = [
            each for each in before
            if not each.is_weak and (each.start >= opening or not each.is_framed)
        ]  # fmt: skip
        if cue.OTHERS.search(self.low, strong[-1].end if strong else first, start):
            return _NOBODY
        clause = [each for each in strong if each.start >= opening]
        if clause or strong:
            return self._guess((clause or strong)[-1], "clause" if clause else "sentence")
        after = [each for each in self._between(end, last) if not (each.is_weak or each.is_framed)]
        if after and (fresh or not carried.companies):
            return self._guess(after[0], "after")
        if carried.companies:
            return self._carried(carried, first, last)
        named = before or self._between(end, last)
        return self._guess(named[-1], "weak") if named else _NOBODY

    def _guess(self, named: _Named, how: str) -> _Guess:
        return _Guess(named.companies, how, self.text[named.start : named.end], is_here=True)

    def _carried(self, carried: _Guess, first: int, last: int) -> _Guess:
        itself = cue.SELF.search(self.low, first, last)
        if itself is None:
            return carried._replace(how="carried")
        return carried._replace(how="self", words=self.text[itself.start() : itself.end()])

    def shared(self, guess: _Guess, start: int, recent: Sequence[str]) -> _Guess:
        """Settle what several names mean: each of them, or their group."""
        first, last = self.sentences.around(start)
        sentence = self.low[first:last]
        opening, closing = self.clauses.around(start)
        clause = self.low[max(first, opening) : min(last, closing)]
        if len(guess.companies) == 1 and cue.EACH.search(clause):
            members = self.told.members.get(guess.companies[0])
            return guess._replace(companies=members, how="each") if members else guess
        if len(guess.companies) < _TWO:
            together = bool(cue.TOGETHER.search(sentence) and cue.TWO.search(sentence))
            joint = self._joint(recent) if together and not guess.is_here else ""
            return guess._replace(companies=(joint,), how="together") if joint else guess
        group = self.told.groups.get(frozenset(guess.companies))
        if group is None and cue.TOGETHER.search(clause):
            return guess._replace(companies=(), how="joint")
        if group is None or cue.EACH.search(clause):
            return guess._replace(how="each")
        return guess._replace(companies=(group,), how="together")

    def _joint(self, recent: Sequence[str]) -> str:
        """Name the group of two whose members were named last."""
        there = set(recent[-4:])
        groups = self.told.groups.items()
        pairs = (name for each, name in groups if len(each) == _TWO and each <= there)
        return next(pairs, "")

    # -- what ---------------------------------------------------------------------------------

    def what(self, start: int, end: int, printed: str | None) -> tuple[str, Why | None, bool]:
        """Choose the metric named nearest that the unit can state; say if it only relates."""
        first, last = self.sentences.around(start)
        low, high = max(first, start - _FAR), min(last, end + _FAR)
        near = self.metrics[
            bisect_right(self.metrics_at, low - 1) : bisect_right(self.metrics_at, high)
        ]
        relates = cue.RELATED.search(self.low, max(first, start - 8), start)
        relates = relates or cue.RELATED_BEHIND.match(self.low, end)
        best: tuple[int, str, Spot] | None = None
        related: tuple[int, str, Spot] | None = None
        for spot, metrics in near:
            far = self._distance(spot, start, end)
            for metric in metrics:
                one = far, self._grown(metric, spot, start, end, printed), spot
                if self.told.fit(printed, one[1]) and not (relates and printed == "multiple"):
                    best = min(best or one, one, key=_first)
                elif printed in {"multiple", "share"}:
                    related = min(related or one, (far, metric, spot), key=_first)
        if best:
            return best[1], Why("metric", "named", self.text[best[2].start : best[2].end]), False
        if printed == "multiple" and related and relates:
            return (
                related[1],
                Why("metric", "related", self.text[related[2].start : related[2].end]),
                True,
            )
        if printed == "people" and self._employs(start, end):
            return "employee_count", Why("metric", "unit", self.text[start:end]), False
        return "", None, False

    def _distance(self, spot: Spot, start: int, end: int) -> int:
        """Measure how far a metric's name stands from a figure; across a clause it counts more."""
        short = len(spot.word)
        if spot.start < end and spot.end > start:
            return -short
        if spot.start >= end:
            gap = spot.start - end
            same = self.clauses.around(spot.start)[0] <= end
            attached = gap <= 6 and same  # noqa: PLR2004 - 的, in, of
            return 2 * gap + (1 if attached else 15 if same else 70) - short // 2
        gap = start - spot.end
        same = self.clauses.around(start)[0] <= spot.start
        return 2 * gap + (3 if same else 25) - short // 2

    def _grown(self, metric: str, spot: Spot, start: int, end: int, printed: str | None) -> str:
        """Turn a metric into its growth where the words between say so."""
        if printed not in {"share", "multiple"}:
            return metric
        closing = self.clauses.around(start)[1]
        begin = min(spot.start, start)
        between = self.low[max(begin, start - _FAR) : min(closing, end + _NEAR)]
        if not cue.GROWTH.search(between):
            return metric
        monthly = "monthly" if printed == "share" and cue.MONTHLY.search(between) else printed
        grown = _GROWN.get((metric, monthly), "")
        return grown if grown in self.told.catalog else metric

    def _employs(self, start: int, end: int) -> bool:
        opening, closing = self.clauses.around(start)
        many = any(each.isdigit() for each in self.low[start:end]) and self.low[end - 1] != "位"
        known = "employee_count" in self.told.catalog
        return known and many and bool(cue.SELF.search(self.low, opening, closing))

    # -- when and how -------------------------------------------------------------------------

    def when(
        self, start: int, end: int, metric: str, *, same: bool
    ) -> tuple[Period | None, Why | None]:
        """Take the expression of time nearest before, in the sentence; else nearest after it.

        Where the text goes on about the `same` company, one earlier in the paragraph will do.
        """
        first, last = self.sentences.around(start)
        opening = max(first, self.clauses.around(start)[0])
        closing = min(last, self.clauses.around(end - 1)[1])
        index = bisect_right(self.times_at, start)
        earlier = self.times[index - 1] if index else None
        before = earlier if earlier and earlier.start >= first else None
        later = self.times[index] if index < len(self.times) else None
        after = later if later and end <= later.start < last else None
        inside = after is not None and after.start < closing
        told = after if inside and (before is None or before.start < opening) else before or after
        if told is None and same and earlier and earlier.start >= self.lines.around(start)[0]:
            return earlier.during(self._kept(metric)), Why("period", "carried", earlier.text)
        kind = self._kept(metric)
        if told:
            return told.during(kind), Why("period", "named", told.text)
        if kind == "duration" or not metric:
            return None, None
        return Period(None, self.published), Why("period", "published", "")

    def _kept(self, metric: str) -> PeriodType:
        """Say whether a metric is of a day or of a stretch; people are counted on a day."""
        if not metric:
            return "either"
        entry = self.told.catalog[metric]
        return "instant" if entry.period == "either" and entry.unit == "people" else entry.period

    def how(self, start: int, end: int) -> tuple[Kind, Why | None]:
        """Take the kind that a word says in the figure's clause, or right before the clause."""
        first, last = self.sentences.around(start)
        opening, closing = self.clauses.around(start)
        opening, closing = max(first, opening), min(last, closing)
        colon = self.low.rfind(":", first, start)
        if colon > first:
            opening = min(opening, max(first, self.clauses.around(colon - 1)[0]))
        index = bisect_right(self.kinds_at, start)
        for spot in reversed(self.kinds[max(0, index - 3) : index]):
            if spot.start >= first and spot.end >= opening - 1:
                return self._kind(spot)
        for spot in self.kinds[index : index + 1]:
            if (
                spot.end <= closing
                and spot.start - end <= _NEAR
                and cue.KINDS.means(spot)[0] == "offer"
            ):
                return self._kind(spot)
        return "actual", None

    def _kind(self, spot: Spot) -> tuple[Kind, Why]:
        return cue.KINDS.means(spot)[0], Why("kind", "word", self.text[spot.start : spot.end])

    # -- all of it ----------------------------------------------------------------------------

    def _figures(self) -> list[_Found]:
        """Find the figures line by line, each with the number of its paragraph."""
        found, at, number = [], 0, 0
        for line in self.text.split("\n"):
            number += bool(line.strip())
            found += [(at + start, at + end, one, number) for start, end, one in figure.find(line)]
            at += len(line) + 1
        return found

    def mentions(self) -> Iterator[Mention]:
        """Go through the figures in order, carrying whom the text is about."""
        about = _About()
        for start, end, one, number in self.figures:
            first, last = self.sentences.around(start)
            self._onward(about, first)
            fresh = not self.low[self.lines.around(start)[0] : first].strip()
            guess = self.who(start, end, about.subject, fresh=fresh)
            guess = self.shared(guess, start, about.recent)
            guess = self._in_order(guess, first, last, about)
            mention = self._mention(start, end, one, number, guess, about)
            if mention:
                about.last = guess.companies
                if guess.is_here and guess.companies:
                    about.subject, about.settled = guess, first
                yield mention

    def _onward(self, about: _About, first: int) -> None:
        """Go on to a sentence; the subject of one passed is whom its figures or its start name."""
        while about.at < len(self.named) and self.named[about.at].start < first:
            named = self.named[about.at]
            about.at += 1
            _remember(about.recent, named.companies)
            sentence = self.sentences.around(named.start)[0]
            if not (named.is_weak or named.is_framed) and sentence > about.settled:
                about.subject, about.settled = self._guess(named, "carried"), sentence
        if about.subject.is_here and about.settled < first:
            about.subject = about.subject._replace(is_here=False)

    def _in_order(self, guess: _Guess, first: int, last: int, about: _About) -> _Guess:
        """Hand the figures of "A and B had x and y respectively" out in order."""
        if len(guess.companies) < _TWO or not cue.RESPECTIVELY.search(self.low, first, last):
            return guess
        place = about.place + 1 if about.placed == first else 0
        about.place, about.placed = place, first
        if place >= len(guess.companies):
            return guess
        return guess._replace(companies=(guess.companies[place],), how="respectively")

    def _mention(  # noqa: PLR0913, PLR0917 - where, what and about whom
        self, start: int, end: int, one: Figure, number: int, guess: _Guess, about: _About
    ) -> Mention | None:
        """Put a mention together; None where it says nothing about a company."""
        printed = self.text[start:end]
        metric, named, relates = self.what(start, end, one.unit)
        if hidden(printed) or not self._counts(start, end, one, metric, guess):
            return None
        kind, said = self.how(start, end)
        period, timed = self.when(start, end, metric, same=guess.companies == about.last)
        stated = timed is not None and timed.how == "named"
        if period and kind == "actual" and period.end > self.published:
            # What has happened of "this year" has happened by the day of the text.
            first = period.start if period.start and period.start <= self.published else None
            period, stated = Period(first, self.published), False
        why = [Why("company", guess.how, guess.words)] if guess.how else []
        why += [each for each in (named, timed, said) if each]
        other = self._other(start, guess) if relates else ""
        return Mention(
            start, end, printed, one, number, guess.companies, metric, period, stated, kind, other,
            tuple(why),
        )  # fmt: skip

    def _other(self, start: int, guess: _Guess) -> str:
        """Name the company mentioned before the one a relational figure is about."""
        index = bisect_right(self.named_at, start)
        others = (
            company for named in reversed(self.named[max(0, index - 6) : index])
            for company in named.companies if company not in guess.companies
        )  # fmt: skip
        return next(others, "")

    def _counts(self, start: int, end: int, one: Figure, metric: str, guess: _Guess) -> bool:
        """Say whether a figure is a company's: not a model's, a page's or a manner of speaking."""
        first, last = self.sentences.around(start)
        near = _NEAR if metric else _FAR // 2
        around = self.low[max(first, start - near) : min(last, end + near)]
        if metric:
            return bool(guess.how) and not (
                one.unit in {None, "share", "count"} and cue.FOREIGN.search(around)
            )
        if not guess.is_here or guess.how in {"weak", "behind"} or cue.FOREIGN.search(around):
            return False
        return one.unit is not None and (
            unit(one.unit).currency is not None or one.unit in {"share", "users"}
        )


def _apart(
    figures: Sequence[_Found], times: Sequence[timing.Stretch]
) -> tuple[list[_Found], list[timing.Stretch]]:
    """Tell figures from times where they overlap: 2000 萬 is no year, 止九個月 is no figure."""
    kept: list[_Found] = []
    told = list(times)
    at = 0
    for each in figures:
        while at < len(told) and told[at].end <= each[0]:
            at += 1
        over = at
        while over < len(told) and told[over].start < each[1]:
            over += 1
        if any(one.start < each[0] and one.end >= each[1] for one in told[at:over]):
            continue
        del told[at:over]
        kept.append(each)
    return kept, told


def _first(one: tuple[int, str, Spot]) -> int:
    return one[0]
