"""A trace as lines of text, for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import words
from schemas.company import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metrics.trace import Trace

# What is said of a value in one line each, where there is something to say.
_FACTS = (
    ("reason", "reason"),
    ("period", "period"),
    ("definition", "definition_text"),
    ("formula", "formula"),
    ("basis", "basis"),
    ("id", "id"),
)


def tell(told: Trace, language: str) -> str:
    """Write a trace out: the value first, then everything under it, indented."""
    return "\n".join(_Teller(language).answer(told))


def claim(told: Trace, language: str) -> str:
    """Write a checked claim out, with its source."""
    teller = _Teller(language)
    head = f"{told['company']}: {told['label']}"
    return "\n".join([head, *teller.verdict(told), *_indented(teller.observation(told))])


def changes(told: Trace, language: str) -> str:
    """Write what changed out, company by company, with a line that counts it all."""
    teller = _Teller(language)
    lines = [line for each in told["changes"] for line in teller.changed(each)]
    counted = words.say(language, "changes.counted", **told["counts"])
    return "\n".join([*lines, counted])


@dataclass(frozen=True, slots=True)
class _Teller:
    language: str

    def say(self, key: str, **args: object) -> str:
        return words.say(self.language, f"cli.{key}", **args)

    def known(self, basis: str) -> str:
        """Say whether a document states something or it was inferred."""
        return words.say(self.language, f"source_basis.{basis}")

    def answer(self, told: Trace) -> Iterator[str]:
        bounded = told["low"] is not None or told["high"] is not None
        amount = f"{told['text']}  {bounds(told)} {told['unit']}" if bounded else told["text"]
        mark = f" [{words.say(self.language, 'supposed.mark')}]" if told["hypothetical"] else ""
        yield f"{told['company']}: {told['label']}: {amount}  [{told['status_text']}]{mark}"
        yield from self.supposed(told)
        for key, field in _FACTS:
            if told[field]:
                yield f"  {self.say(key)}: {told[field]}"
        if told["observation"] and not told["observation"]["hypothetical"]:
            yield from self.observation(told["observation"])
        for each in told["later"]:
            yield f"  {self.say('later')}:"
            yield from _indented(self.observation(each))
        for rival in told["rivals"]:
            yield f"  {self.say('rival')} ({rival['agreement_text']}):"
            yield from _indented(self.observation(rival))
        for each in told["inputs"]:
            yield f"  {self.say('input')}:"
            yield from _indented(self.answer(each), 4)
        for each in told["receipts"]:
            yield f"  {self.say('rate')}: {self.rate(each)}"
        yield from self.beside(told)

    def supposed(self, told: Trace) -> Iterator[str]:
        """Tell what a hypothetical value rests on, and what it is without that."""
        if told["hypothetical"]:
            yield f"  {self.say('supposed')}: {told['supposed']}"
        without = told.get("without")
        if without:
            shown = without["status_text"] if without["text"] == "—" else without["text"]
            by = ", ".join(filter(None, (without["difference"], without["share"])))
            yield f"  {self.say('without')}: {shown}{f' ({by})' if by else ''}"
            if without["observation"]:
                yield from _indented(self.observation(without["observation"]))

    def rate(self, told: Trace) -> str:
        """Write a receipt: the rate, how, when and by whom, and the reference rate beside it."""
        days = told["end"] if told["start"] == told["end"] else f"{told['start']}/{told['end']}"
        how = [told["kind"], days, told["source"]]
        if told["ahead"]:
            how.append(self.say("ahead"))
        if told["reference"] is not None:
            off = f"{told['difference'] * 100:+.2f}%"
            how.append(self.say("reference", rate=f"{told['reference']:.6g}", off=off))
        rate = f"1 {told['base']} = {told['rate']:.6g} {told['quote']}"
        return f"{rate} ({', '.join(how)})"

    def beside(self, told: Trace) -> Iterator[str]:
        """Tell what stands beside a value: other definitions, claims, figures for parts."""
        for each in told.get("others", ()):
            missing = f"{each['status_text']}: {each['reason']}"
            amount = f"{each['text']} ({each['period_text']})"
            if each["hypothetical"]:
                amount = words.say(self.language, "supposed.marked", text=amount)
            shown = missing if each["text"] == "—" else amount
            yield f"  {self.say('other')} {each['definition_text'] or each['basis']}: {shown}"
        until = told.get("funded_until")
        if until:
            yield f"  {self.say('funded_until', **until)}"
        for each in told.get("sensitivity", ()):
            rival = each["rival"]
            source = f"{rival['label']} {rival['as_stated']} [{rival['source_id']}]"
            yield f"  {self.say('sensitivity', rival=source)}: {each['text']}"
        for each in told.get("claims", ()):
            yield from self.verdict(each)
            yield from _indented(self.observation(each))
        for each in told.get("parts", ()):
            yield f"  {self.say('part')} ({each['scope']}): {each['text']}"
            yield from _indented(self.observation(each))

    def verdict(self, told: Trace) -> Iterator[str]:
        """Tell a claim's verdict, what reproduces it and what it implies."""
        yield f"  {self.say('claim')}: {told['text']}  [{told['verdict_text']}]"
        yield f"    {told['verdict_says']}"
        for each in told["reproduced"]:
            yield f"    = {each['definition_text']}: {each['text']}"
        for solved in told["implied"]:
            yield f"    {self.implies(solved)}"

    def changed(self, told: Trace) -> Iterator[str]:
        """Tell what changed of a company: values, verdicts, then figures as printed."""
        yield told["company"]
        for each in told["moved"]:
            yield f"  {each['label']}: {_side(each['before'])} -> {_side(each['after'])}"
            yield from self.because(each)
        for each in told["turned"]:
            claimed, sides = each["claim"], (each["before"], each["after"])
            verdicts = " -> ".join(side["verdict_text"] for side in sides)
            said = f"{self.say('claim')} {claimed['text']} [{claimed['source_id']}]"
            yield f"  {claimed['label']}, {said}: {verdicts}"
            yield from self.because(each)
        for each in told["figures"]:
            now, then = each["after"], each["before"]
            yield f"  {each['change_text']}: {_stated(now or then)}"
            if now and then:
                yield f"    {words.say(self.language, 'changes.before')}: {_stated(then)}"

    def because(self, told: Trace) -> Iterator[str]:
        """Name the observations that made a difference."""
        because = words.say(self.language, "changes.because")
        for each in told["because"]:
            yield f"    {because}: {_stated(each)}"
        if not told["because"]:
            yield f"    {because}: {words.say(self.language, 'changes.together')}"

    def implies(self, solved: Trace) -> str:
        resting = ", ".join(f"{each['as_stated']} ({each['period']})" for each in solved["inputs"])
        return self.say(
            "implies",
            resting=resting,
            definition=solved["definition_text"],
            formula=solved["formula"],
            stated=solved["stated"],
            side=solved["side"],
            text=solved["text"],
        )

    def observation(self, told: Trace) -> Iterator[str]:
        title = f", {told['title']}" if told["title"] else ""
        inferred = told["period_basis"] == "inferred"
        because = f" ({self.known('inferred')}: {told['because']})" if inferred else ""
        yield f"  {self.say('printed')}: {told['as_stated']}  =  {told['value_text']}"
        yield (
            f"  {self.say('place')}: {told['place']}, {told['publisher']}{title}"
            f" [{told['source_id']}]"
        )
        known = self.known(told["published_basis"])
        yield f"  {self.say('published')}: {told['published']} ({known})"
        yield f"  {self.say('about')}: {told['period']}{because}"
        if told["because"] and not inferred:
            yield f"  {self.say('reason')}: {told['because']}"
        for key, field in (("quotes", "primary_source"), ("url", "url")):
            if told[field]:
                yield f"  {self.say(key)}: {told[field]}"
        yield f"  {self.say('file')}: {told['file']}:{told['line']}  [{told['id']}]"


def bounds(told: Trace) -> str:
    """Write the ends of anything with `low`, `high` and their openness: `[52,000,000, ∞)`."""
    low = "-∞" if told["low"] is None else f"{told['low']:,.12g}"
    high = "∞" if told["high"] is None else f"{told['high']:,.12g}"
    return f"{'(' if told['low_open'] else '['}{low}, {high}{')' if told['high_open'] else ']'}"


def _side(told: Trace) -> str:
    """Write a value with its period, what it is marked with, or why it is refused."""
    marks = told["status_text"] if told["status"] != "ok" else ""
    why = told["reason"] if told["status"] == "refused" else marks
    about = (told["period_text"], why if why != told["text"] else "")
    said = ", ".join(each for each in about if each)
    return f"{told['text']} ({said})" if said else told["text"]


def _stated(told: Trace) -> str:
    """Write an observation in one line: what it is about, what was printed, where, and when."""
    scope = f", {told['scope']}" if told["scope"] != WHOLE else ""
    kind = f", {told['kind_text']}" if told["kind"] != "actual" else ""
    about = f"{told['label']}{scope}{kind}, {told['period_text']}"
    return (
        f"{about}: {told['text']}  =  {told['as_stated']}"
        f"  [{told['source_id']}, {told['place']}, {told['published']}]"
    )


def _indented(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    return (" " * by + line for line in lines)
