"""A passage held against the book: each figure taken as somebody takes it, in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metrics import passage, standing, trace
from schemas import lexicon as lex
from schemas import words
from schemas.problem import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from metrics.lens import Lens
    from metrics.passage import Mention
    from metrics.standing import Reading, Standing
    from schemas.book import Book, Row
    from schemas.period import Period

Told = dict[str, Any]

# The money meant where none is printed, by the language of the text.
_HOME = {"en": "USD", "zh-Hans": "CNY", "zh-Hant": "CNY"}
_HAN_LEAST = 5  # one Chinese character in so many makes a Chinese text
_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reader says instead of a suggestion; None leaves it."""

    company: str | None = None
    metric: str | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure about one company: what was suggested, what it is taken for, how that stands."""

    number: int
    mention: Mention
    reading: Reading
    standing: Standing


def review(
    book: Book, text: str, published: date, lens: Lens, told: Mapping[int, Correction] | None = None
) -> list[Finding]:
    """Read a text, and hold every figure against the book, as suggested or corrected.

    A figure about each of several companies is one finding per company.
    """
    mentions = passage.read(book, text, published)
    money = _HOME[script(text)]
    found = []
    for number, (mention, company) in enumerate(_each(mentions)):
        said = (told or {}).get(number, Correction())
        metric = mention.metric if said.metric is None else said.metric
        taken = standing.reading(
            book, mention, company if said.company is None else said.company, metric,
            said.period or mention.period, money,
        )  # fmt: skip
        found.append(Finding(number, mention, taken, standing.standing(book, taken, lens)))
    return found


def _each(mentions: Sequence[Mention]) -> Iterator[tuple[Mention, str]]:
    for mention in mentions:
        for company in mention.companies or ("",):
            yield mention, company


def script(text: str) -> str:
    """Say which of our languages a text is in (BCP 47), by its characters.

    >>> script("revenue of $5m"), script("营业收入为五亿元"), script("營業收入為五億元")
    ('en', 'zh-Hans', 'zh-Hant')
    """
    seen = text[:_LOOKED_AT]
    han = [each for each in seen if lex.is_han(each)]
    if not han or len(han) * _HAN_LEAST < len(seen.strip()):
        return "en"
    old, new = frozenset(lex.TRADITIONAL[::2]), frozenset(lex.TRADITIONAL[1::2])
    balance = sum((each in old) - (each in new) for each in han)
    return "zh-Hant" if balance > 0 else "zh-Hans"


# -- words ------------------------------------------------------------------------------------


def told(book: Book, found: Finding, lens: Lens) -> Told:
    """Describe a finding with ids, labels and sentences in the reader's language."""
    mention, taken, stands, language = found.mention, found.reading, found.standing, lens.language
    company = book.companies.get(taken.company)
    return {
        "number": found.number,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "value": taken.value,
        "place": f"¶{mention.paragraph}",
        "company_id": taken.company,
        "company": company.name.in_language(language) if company else "",
        "metric": taken.metric,
        "label": words.label(language, taken.metric) if taken.metric else "",
        "period": str(taken.period or ""),
        "period_text": words.period(language, taken.period) if taken.period else "",
        "kind": mention.kind,
        "kind_text": words.say(language, f"kind.{mention.kind}"),
        "against": mention.other,
        "why": [
            {
                "field": why.field,
                "words": why.words,
                "says": words.say(language, f"passage.why.{why.how}", words=why.words),
            }
            for why in mention.why
        ],
        "standing": stands.word,
        "standing_text": words.say(language, f"passage.standing.{stands.word}"),
        "says": says(book, found, lens),
        "gap": None if stands.gap is None else float(stands.gap),
        "factor": stands.factor,
        "observation": stands.row.id if stands.row else "",
        "verdict": stands.verdict.word if stands.verdict else "",
        "checked": checked(book, found, lens),
    }


def says(book: Book, found: Finding, lens: Lens) -> str:
    """Say in one sentence how a figure stands to the book."""
    stands, language = found.standing, lens.language
    if stands.word == "open":
        return _open(found, language)
    if stands.row is None:
        known = _cited(book, stands.near, language)
        key = "near" if stands.near else "new"
        return words.say(language, f"passage.says.{key}", **known)
    cited = _cited(book, stands.row, language)
    if stands.word == "agreeing":
        return words.say(language, f"passage.says.{stands.agreement}", **cited)
    gap = "" if stands.gap is None else words.share(language, stands.gap)
    key = "slip" if stands.factor else ("off" if gap else "differs")
    return words.say(language, f"passage.says.{key}", gap=gap, factor=stands.factor, **cited)


def _cited(book: Book, row: Row | None, language: str) -> dict[str, str]:
    if row is None:
        return {}
    about = trace.observation(book, row, language)
    scope = "" if row.scope == "company" else row.scope
    return {
        "theirs": row.as_stated,
        "period": words.say(language, "clauses").join(filter(None, (about["period_text"], scope))),
        "source": about["publisher"],
        "id": row.id,
    }


def _open(found: Finding, language: str) -> str:
    """Say what is not known yet, or why the figure does not fit its metric."""
    taken, misfit = found.reading, found.standing.misfit
    if misfit:
        return words.sentences(language, problem(misfit.name, **misfit.args))[0]
    fields = {"company": taken.company, "metric": taken.metric, "period": taken.period}
    lacking = [
        words.say(language, f"passage.field.{name}") for name, value in fields.items() if not value
    ]
    return words.say(
        language, "passage.says.lacking", fields=words.say(language, "list").join(lacking)
    )


def checked(book: Book, found: Finding, lens: Lens) -> str:
    """Say what became of a stated claim that was worked out again; nothing where it is none."""
    verdict = found.standing.verdict
    if verdict is None:
        return ""
    about = trace.of_verdict(book, verdict, lens)
    return words.say(
        lens.language,
        "passage.says.claim",
        verdict=about["verdict_text"],
        says=about["verdict_says"],
    )


def lines(book: Book, found: Sequence[Finding], lens: Lens) -> Iterator[str]:
    """Write findings for the terminal: what, how it stands, what it rests on; then the counts."""
    language = lens.language
    for each in found:
        about = told(book, each, lens)
        unknown = words.say(language, "passage.unknown")
        head = f"{about['company'] or unknown}: {about['label'] or unknown}"
        parts = [head, about["period_text"] or unknown]
        parts += [about["kind_text"]] if about["kind"] != "actual" else []
        what = words.say(language, "clauses").join(parts)
        place = f"{about['place']} {about['start']}–{about['end']}"
        yield f"{place}  {about['text']}  =  {about['value']}  [{about['standing_text']}]"
        yield f"  {what}"
        yield from (f"  {text}" for text in (about["says"], about["checked"]) if text)
        for why in about["why"]:
            field = words.say(language, f"passage.field.{why['field']}")
            yield f"    {field}: {why['says']}"
    counts = {
        word: sum(each.standing.word == word for each in found)
        for word in ("agreeing", "conflicting", "new", "open")
    }
    yield words.say(language, "passage.counts", count=len(found), **counts)
