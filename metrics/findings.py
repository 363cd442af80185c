"""What a book says against itself, as one document for investors: made by a command, never edited.

Markdown (CommonMark). Whatever comes out of a data file is escaped, so that text stays text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from metrics import check, claim, compare, trace
from schemas import words
from schemas.company import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metrics.claim import Verdict, Word
    from metrics.compare import Line
    from metrics.derive import Answer
    from metrics.lens import Lens
    from schemas.book import Book, Row
    from schemas.problem import Problem

# Where `make run` opens the pages that the links of the document lead to.
BASE = "http://localhost:8501/"
# What an investor should see first.
ORDER: tuple[Word, ...] = (
    "contradicted", "unit_check", "not_reproduced", "reproduced", "not_checkable",
)  # fmt: skip
# Findings that are about the data's keeping and not about what its sources say.
_HOUSEKEEPING = {"word-missing", "stale-figures", "stray-file"}
_MARKUP = re.compile(r"([\\`*_\[\]<>|~$])")


def document(book: Book, lens: Lens, base: str = BASE) -> str:
    """Write the findings of a book as a reader knows it."""
    writer = _Writer(book, lens, base)
    verdicts = list(claim.claims(book, book.singles, lens))
    conflicts = list(writer.conflicts())
    lines = [
        *writer.head(verdicts, conflicts),
        *writer.claims(verdicts, ORDER[:3]),
        *writer.disagreements(conflicts),
        *writer.comparisons(),
        *writer.claims(verdicts, ORDER[3:]),
    ]
    return "\n".join(lines).rstrip() + "\n"


class _Writer:
    """Writes the parts of the document, as lines."""

    def __init__(self, book: Book, lens: Lens, base: str) -> None:
        self.book = book
        self.lens = lens
        self.base = base
        self.rows = {(row.file, row.line, row.column): row for row in book.rows(book.companies)}

    def say(self, key: str, **args: object) -> str:
        return words.say(self.lens.language, f"findings.{key}", **args)

    def name(self, company: str) -> str:
        return _text(self.book.companies[company].name.in_language(self.lens.language))

    def label(self, metric: str) -> str:
        return _text(words.label(self.lens.language, metric))

    def link(self, **query: str | Sequence[str]) -> str:
        """Write an address of the pages, at this reader's dates and in this language."""
        whole = {
            "at": str(self.lens.at),
            "known": str(self.lens.known),
            "lang": self.lens.language,
            **query,
        }
        return f"{self.base}?{urlencode(whole, doseq=True, safe='~')}"

    def trace(self, row: Row) -> str:
        """Link to the trace of the number an observation is about; a group has none."""
        if row.company not in self.book.singles:
            return ""
        address = self.link(c=row.company, trace=f"{row.company}~{row.metric}")
        return f" [{self.say('trace')}]({address})"

    def cited(self, row: Row) -> str:
        source = self.book.sources[row.source]
        return _text(f"{source.publisher}, {source.published}, {row.place}")

    def about(self, row: Row) -> str:
        """Name what a figure is about: company, part, metric, and the kind if not actual."""
        kind, _, part = row.scope.partition(": ")
        parts = [self.name(row.company)]
        if row.scope != WHOLE:
            parts.append(_text(words.say(self.lens.language, f"ui.scope.{kind}", name=part)))
        parts.append(self.label(row.metric))
        if row.kind != "actual":
            parts.append(_text(words.say(self.lens.language, f"kind.{row.kind}")))
        return words.say(self.lens.language, "list").join(parts)

    # -- the parts -----------------------------------------------------------------------------

    def head(self, verdicts: Sequence[Verdict], conflicts: Sequence[Problem]) -> Iterator[str]:
        counts = Counter(each.word for each in verdicts)
        yield from (f"# {self.say('title')}", "", self.say("lead"), "")
        yield self.say(
            "counts", companies=len(self.book.singles), observations=len(self.book.observations),
            sources=len(self.book.sources), claims=len(verdicts), conflicts=len(conflicts),
            at=self.lens.at, known=self.lens.known,
        )  # fmt: skip
        yield ""
        for word in ORDER:
            if counts[word]:
                yield f"- {words.say(self.lens.language, f'verdict.{word}')}: {counts[word]}"
        yield ""

    def claims(self, verdicts: Sequence[Verdict], some: Sequence[Word]) -> Iterator[str]:
        """List the claims with some verdicts: what needs a look before all else, the rest last."""
        first = some[0] == ORDER[0]
        title, lead = ("claims", "claims_lead") if first else ("rest", "rest_lead")
        yield from (f"## {self.say(title)}", "", self.say(lead), "")
        for word in some:
            mine = [each for each in verdicts if each.word == word]
            if mine:
                title, meaning = (
                    words.say(self.lens.language, key)
                    for key in (f"verdict.{word}", f"findings.of.{word}")
                )
                yield from (f"### {title} ({len(mine)})", "", meaning, "")
                told = [list(self.claim(each)) for each in sorted(mine, key=_by_company)]
                yield from (line for lines in told for line in lines)
                left = sum(not lines for lines in told)
                yield from ("", self.say("left", count=left), "") if left else ("",)

    def claim(self, found: Verdict) -> Iterator[str]:
        """Tell a claim; one that nothing is known about nor follows from is only counted."""
        row = found.row
        told = trace.of_claim(self.book, found, self.lens)
        entry = self.book.catalog[row.metric]
        if found.word == "not_checkable" and not told["implied"] and entry.stated == "answer":
            return
        says = told["verdict_says"]
        stated = _text(f"{row.as_stated} ({told['period_text']})")
        yield (
            f"- **{self.about(row)}: {stated}.** "
            f"{_text(says[:1].upper() + says[1:])}.{self.trace(row)}"
        )
        for each in told["implied"]:
            inputs = [f"{one['as_stated']} ({one['period_text']})" for one in each["inputs"]]
            resting = words.say(self.lens.language, "list").join(inputs)
            side = words.label(self.lens.language, each["side"])
            implied = self.say(
                "implied", side=side, text=each["text"], inputs=resting,
                definition=each["definition_text"],
            )  # fmt: skip
            yield f"  {_text(implied)}"
        yield f"  *{self.cited(row)}*"

    def conflicts(self) -> Iterator[Problem]:
        """Walk the findings about what sources say, the reader's dates kept."""
        for each in check.findings(self.book, self.lens.known):
            if each.name not in _HOUSEKEEPING and (each.path, each.line, each.column) in self.rows:
                yield each

    def disagreements(self, conflicts: Sequence[Problem]) -> Iterator[str]:
        yield from (f"## {self.say('conflicts')}", "", self.say("conflicts_lead"), "")
        companies = {self.rows[each.path, each.line, each.column].company for each in conflicts}
        for company in sorted(companies):
            yield from (f"### {self.name(company)}", "")
            for each in conflicts:
                row = self.rows[each.path, each.line, each.column]
                if row.company == company:
                    says, _ = words.sentences(self.lens.language, each)
                    told = f"{_text(says)}. `{each.name}`{self.trace(row)}"
                    yield f"- **{self.about(row)}**: {told}"
            yield ""

    def comparisons(self) -> Iterator[str]:
        yield from (f"## {self.say('pairs')}", "", self.say("pairs_lead"), "")
        # A watch list is a reader's own; its companies stand among their peers already.
        for each in (one for one in self.book.sets.values() if not one.watch):
            there = [one for one in each.companies if one in self.book.singles][: compare.LIMIT]
            lines = compare.compare(self.book, there, self.lens)
            refused = [line for line in lines if line.verdict == "not_comparable"]
            if refused:
                title = _text(each.name.in_language(self.lens.language))
                yield from (f"### [{title}]({self.link(c=there)})", "")
                yield from self.refused(refused)
                yield ""

    def refused(self, lines: Iterable[Line]) -> Iterator[str]:
        language = self.lens.language
        columns = (self.say("metric"), self.say("numbers"), self.say("why"), self.say("healed"))
        yield f"| {' | '.join(columns)} |"
        yield "|---|---|---|---|"
        remedies = compare.remedies(self.book, lines, self.lens)
        for line in lines:
            numbers = [
                _text(
                    f"{self.book.companies[cell.answer.company].name.in_language(language)} "
                    f"{trace.text(cell.answer, language)} ({_when(cell.answer, language)})"
                )
                for cell in line.cells
                if cell.answer.bounds is not None
            ]
            healed = trace.remedy(remedies[line.metric], line.metric, language)
            why = trace.reason(line.reason, language)
            told = (self.label(line.metric), "; ".join(numbers), _text(why), _text(healed) or "–")
            yield f"| {' | '.join(told)} |"


def _when(answer: Answer, language: str) -> str:
    """Say which period an amount is for, and what it is marked with."""
    period = words.period(language, answer.period) if answer.period else ""
    marks = trace.statuses(answer, language) if answer.status != "ok" else ""
    return words.say(language, "list").join(part for part in (period, marks) if part)


def _by_company(found: Verdict) -> tuple[str, str, str]:
    return found.row.company, found.row.metric, found.row.id


def _text(of: str) -> str:
    """Escape what Markdown would take for markup; line breaks would end a row."""
    return _MARKUP.sub(r"\\\1", " ".join(of.split()))
