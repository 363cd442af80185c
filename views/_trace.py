"""How one number came about, in a dialog: what was printed, where, and everything under it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from metrics import permalink, trace
from metrics.permalink import Found
from schemas import period, words
from schemas.company import WHOLE
from schemas.interval import point
from views import _links, _shelf, _table
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from views._view import View

Told = dict[str, Any]

_LINK = re.compile(r"https?://")
_DAY, _MONTH = len("2025-09-30"), len("2025-09")
# Ends of a range are shown as exactly as they are, up to this many digits.
_DIGITS = 6


def dialog(view: View) -> Tree | None:
    """Open the trace that the address asks for."""
    if view.choice.trace is None:
        return None
    told, found = _told(view, *view.choice.trace)
    if told is None:
        return _lost(view, found, view.choice.trace[-1])
    return element(
        "dialog",
        _header(
            view,
            element("p", _links.company(view, told["company_id"]), class_="of"),
            element("h2", _links.metric(view, told["metric"]), id="trace-title"),
            element(
                "p",
                _amount(told),
                class_="amount hypothetical" if told["hypothetical"] else "amount",
            ),
            element("p", _standing(told), class_="standing"),
        ),
        _beside(view, found),
        _supposed(view, told),
        answer(view, told, "trace"),
        _until(view, told["funded_until"]),
        _sensitivity(view, told["sensitivity"]),
        _claims(view, told["claims"]),
        _parts(view, told["parts"]),
        _others(view, told["others"]),
        _footnote(view, told),
        _meaning(view, told),
        id="-".join(("trace", *view.choice.trace)),
        class_="trace",
        aria_labelledby="trace-title",
        data_closed="trace=",
    )


def _told(
    view: View, company: str, metric: str, figure: str = ""
) -> tuple[Told | None, Found | None]:
    """Explain what is asked for; with an id also what became of it."""
    if figure:
        found = permalink.find(view.book, figure, view.choice.lens, company, metric)
        return (found.told if found.state in permalink.HOLDS else None), found
    # What a number is may hang on who stands beside it: the period that all of them share.
    there = view.choice.companies if company in view.choice.companies else (company,)
    line = _shelf.line(view.book, there, view.choice.lens, metric, view.choice.by)
    return trace.of_cell(view.book, line.cells[there.index(company)], view.choice.lens), None


def _beside(view: View, found: Found | None) -> Tree | None:
    """Say which number counts, where the one with this id does not."""
    if found is None or found.now is None or found.state != "beside" or not found.told:
        return None
    [says] = permalink.says(found, found.told["id"], view.language)
    return element("p", says, " ", _now(view, found.now), class_="hint")


def _now(view: View, told: Told) -> Tree:
    """Lead to the number that counts."""
    address = view.choice.link(trace=f"{told['company_id']}~{told['metric']}")
    return _links.to(" ".join(filter(None, (_amount(told), told["period_text"]))), address)


def _lost(view: View, found: Found | None, figure: str) -> Tree:
    """Say what changed since a number had this id, and what is known now."""
    found = found or Found("gone")
    first, *rest = permalink.says(found, figure, view.language)
    *changes, last = rest or [""]
    rows = [element("li", each) for each in changes]
    title = element("h3", last) if last else None
    now = found.now
    what = [
        element("p", _links.company(view, now["company_id"]), class_="of"),
        element("p", _links.metric(view, now["metric"])),
    ] if now else []  # fmt: skip
    return element(
        "dialog",
        _header(view, *what, element("h2", first, id="trace-title")),
        element("section", element("ul", rows, class_="plain")) if rows else None,
        element("section", title, element("p", _now(view, now), class_="amount")) if now else None,
        id=f"trace-{figure}",
        class_="trace",
        aria_labelledby="trace-title",
        data_closed="trace=",
    )


def _header(view: View, *children: Tree) -> Tree:
    close = element("button", "×", type="button", data_close="", aria_label=view.say("close"))
    return element("header", close, children)


def _supposed(view: View, told: Told) -> Tree | None:
    """Say that a number is not what sources state, on what it rests, and what it is without that.

    The figure that is really stated stands below.
    """
    without = told["without"]
    if without is None:
        return None
    kind = "supposed_says" if told["observation"] else "supposed_under"
    known = without["text"] if without["value"] is not None else without["status_text"]
    shown = without["text"] if without["text"] != "—" else known
    about = " · ".join(filter(None, (without["period_text"], without["definition_text"])))
    by = words.say(view.language, "list").join(filter(None, (without["difference"],
                                                             without["share"])))  # fmt: skip
    pairs: list[tuple[str, Tree | Sequence[Tree] | None]] = [
        (view.say("trace.without_value"), [element("b", shown), " ", element("small", about)]),
        (view.say("trace.difference"), by),
    ]
    real = without["observation"]
    return element(
        "section",
        element("p", element("b", view.mark, class_="supposed"), " ", view.say(f"trace.{kind}")),
        element("p", element("strong", told["supposed"])),
        element("h3", view.say("trace.without")),
        facts(pairs),
        _stated(view, real, view.say("trace.printed"), f"real-{real['id']}") if real else None,
        class_="hypothetically",
    )


def _is_known(told: Told) -> bool:
    return told["low"] is not None or told["high"] is not None


def _amount(told: Told) -> str:
    return str(told["text"] if _is_known(told) else told["status_text"])


def _standing(told: Told) -> str:
    status = told["status_text"] if told["status"] != "ok" and _is_known(told) else ""
    parts = [told["period_text"], status, told["reason"]]
    return " · ".join(part for part in parts if part)


def section(title: str, *children: Tree | Iterable[Tree] | None) -> Tree:
    """Draw a titled part of a trace."""
    return element("section", element("h3", title), *children)


def facts(pairs: Iterable[tuple[str, Tree | Sequence[Tree] | None]]) -> Tree:
    """Draw pairs of a name and a value as a list; a pair without a value is left out."""
    return element(
        "dl",
        [
            element("div", element("dt", name), element("dd", value))
            for name, value in pairs
            if value
        ],
    )


# -- a value and what is under it -------------------------------------------------------------


def answer(view: View, told: Told, path: str) -> list[Tree]:
    """Tell how a value came about: printed, or worked out from others."""
    parts: list[Tree] = []
    if told["hypothetical"] and told["observation"]:
        # At the head of a trace this is said already.
        if not told.get("without"):
            parts.append(section(view.say("trace.supposed"), element("p", told["supposed"])))
    elif told["observation"]:
        parts.append(section(view.say("trace.printed"), observation(view, told["observation"])))
    elif told["formula"]:
        parts.append(section(view.say("trace.derived"), _formula(view, told)))
    if _is_known(told):
        gap = view.say("days", days=told["gap_days"]) if told["gap_days"] else None
        known = (
            (view.say("trace.bounds"), _bounds(view, told)),
            (view.say("trace.gap"), gap),
            (view.say("trace.id"), None if told["observation"] else element("code", told["id"])),
        )
        parts.append(section(view.say("trace.range"), facts(known)))
    return parts + under(view, told, path)


def under(view: View, told: Told, path: str) -> list[Tree]:
    """Show what a value was made of: rates, inputs, and the rivals of its observation."""
    parts: list[Tree] = []
    if told["receipts"]:
        parts.append(section(view.say("trace.rates"), _receipts(view, told["receipts"])))
    if told["inputs"]:
        inputs = [
            _input(view, each, f"{path}-{place}") for place, each in enumerate(told["inputs"])
        ]
        parts.append(section(view.say("trace.inputs"), inputs))
    if told["later"]:
        later = [
            _stated(view, each, each["period_text"], f"{path}-later-{each['id']}")
            for each in told["later"]
        ]
        parts.append(section(view.say("trace.later"), later))
    if told["rivals"]:
        parts.append(section(view.say("trace.rivals"), _rivals(view, told["rivals"], path)))
    return parts


def _formula(view: View, told: Told) -> Tree:
    return facts(
        (
            (view.say("trace.definition"), told["definition_text"]),
            (view.say("trace.formula"), named(view, told["formula"])),
            (view.say("trace.as_code"), element("code", told["formula"])),
            (view.say("trace.basis"), _bases(view, told["basis"])),
        )
    )


def named(view: View, formula: str) -> str:
    """Put labels in the place of metrics' ids."""
    return trace.spelled(view.book, formula, view.language)


def _bases(view: View, told: str) -> str:
    """Say bases in words: one of a figure's own, or `metric: basis` for each of several."""
    said = []
    for each in told.split(", ") if told else ():
        metric, colon, basis = each.rpartition(": ")
        word = words.say(view.language, f"basis.{basis}")
        name = words.label(view.language, metric) if colon else ""
        said.append(view.say("trace.of", name=name, word=word) if colon else word)
    return words.say(view.language, "list").join(said)


def _input(view: View, told: Told, path: str) -> Tree:
    title = element(
        "summary",
        element("span", told["label"]),
        _number(view, told, told["text"]),
        element("small", told["period_text"]),
    )
    return element("details", title, answer(view, told, path), id=f"{path}-{told['id']}")


def _number(view: View, told: Told, text: Tree) -> list[Tree]:
    """Draw an amount under or beside a number, marked where it is hypothetical."""
    if not told["hypothetical"]:
        return [element("b", text)]
    return [element("small", view.mark, class_="supposed"),
            element("b", text, class_="hypothetical")]  # fmt: skip


def _bounds(view: View, told: Told) -> str:
    """Say both ends in words, and whether they belong to the range."""
    low, high = told["low"], told["high"]
    if low is not None and low == high:
        return view.say("bounds.single", x=_end(view, told, low))
    ends = []
    if low is not None:
        key = "above" if told["low_open"] else "from"
        ends.append(view.say(f"bounds.{key}", x=_end(view, told, low)))
    else:
        ends.append(view.say("bounds.no_low"))
    if high is not None:
        key = "below" if told["high_open"] else "to"
        ends.append(view.say(f"bounds.{key}", x=_end(view, told, high)))
    else:
        ends.append(view.say("bounds.open"))
    return words.say(view.language, "list").join(ends)


def _end(view: View, told: Told, end: float) -> str:
    digits = len(f"{abs(end):.{_DIGITS - 1}e}".split("e")[0].replace(".", "").rstrip("0")) or 1
    exact = Fraction(end).limit_denominator(10**9)
    amount = words.Amount(point(exact), exact, told["unit"], "exact", digits)
    return words.amount(view.language, amount, told["metric"])


def _receipts(view: View, receipts: Iterable[Told]) -> Tree:
    return element(
        "ul",
        [
            element(
                "li",
                element("strong", f"1 {each['base']} = {each['rate']:.6g} {each['quote']}"),
                element("small", _taken(view, each)),
            )
            for each in receipts
        ],
        class_="plain",
    )


def _taken(view: View, receipt: Told) -> str:
    taken = view.say(
        f"rate.{_how(receipt)}",
        start=published(view, receipt["start"]),
        end=published(view, receipt["end"]),
        days=receipt["days"],
        source=receipt["source"],
    )
    if receipt["reference"] is None:
        return taken
    off = f"{receipt['difference'] * 100:+.2f}%"
    beside = view.say("rate.reference", rate=f"{receipt['reference']:.6g}", off=off)
    return view.say("trace.and").join([taken, beside])


def _how(receipt: Told) -> str:
    """Name how a rate was taken; one stated for a day is told without a stretch of days."""
    if receipt["ahead"]:
        return "ahead"
    of_day = receipt["kind"] == "stated" and receipt["start"] == receipt["end"]
    return "stated_day" if of_day else str(receipt["kind"])


# -- what a document says ---------------------------------------------------------------------


def observation(view: View, told: Told) -> list[Tree]:
    """Draw what a document prints, how it was read, and which document it is."""
    also = element("p", told["also"], lang=told["language"]) if told["also"] else None
    quote = element(
        "blockquote", element("p", told["as_stated"], lang=told["language"], class_="printed"), also
    )
    return [quote, facts(_places(view, told)), *_source(view, told)]


def _places(view: View, told: Told) -> list[tuple[str, Tree | Sequence[Tree] | None]]:
    inferred = _inferred(view)
    period_mark = f" ({inferred})" if told["period_basis"] == "inferred" else ""
    unit_mark = f" ({inferred})" if told["unit_basis"] == "inferred" else ""
    part = told["scope"] != WHOLE
    return [
        (view.say("trace.meant"), f"{told['value_text']}{unit_mark}"),
        (view.say("trace.place"), told["place"]),
        (view.say("trace.period"), f"{told['period_text']}{period_mark}"),
        (view.say("trace.because"), told["because"]),
        (view.say("trace.kind"), told["kind_text"] if told["kind"] != "actual" else None),
        (view.say("trace.scope"), _table.covers(view, told["scope"]) if part else None),
        (view.say("trace.basis"), _bases(view, told["basis"])),
        (view.say("trace.note"), told["note"]),
    ]


def _inferred(view: View) -> str:
    return words.say(view.language, "source_basis.inferred")


def _source(view: View, told: Told) -> list[Tree]:
    language = told["language"]
    inferred = _inferred(view)
    mark = f" ({inferred})" if told["published_basis"] == "inferred" else ""
    title = element("cite", told["title"], lang=language) if told["title"] else None
    return [
        element("h4", view.say("trace.source")),
        facts(
            (
                (view.say("trace.publisher"), told["publisher"]),
                (view.say("trace.title"), title),
                (view.say("trace.published"), f"{published(view, told['published'])}{mark}"),
                (view.say("trace.source_kind"), told["source_kind_text"]),
                (view.say("trace.quotes"), _document(view, told["primary_source"])),
                (view.say("trace.rewrites"), _document(view, told["derived_from"])),
                (view.say("trace.link"), link(view, told["url"])),
                (view.say("trace.file"), element("code", f"{told['file']}:{told['line']}")),
                (view.say("trace.id"), element("code", told["id"])),
            )
        ),
    ]


def _document(view: View, source: str) -> str:
    """Name another document by publisher and title, or by its id."""
    found = view.book.sources.get(source)
    if found is None:
        return source
    return ", ".join(part for part in (found.publisher, found.title) if part)


def link(view: View, url: str, text: str = "") -> Tree:
    """Lead to a document, where its address is known and one of the web's."""
    if not _LINK.match(url):
        return element("span", text or view.say("trace.no_link"))
    return element("a", text or url, href=url, target="_blank", rel="noopener noreferrer nofollow")


def published(view: View, text: str) -> str:
    """Write a date that may be only a month or a year."""
    if len(text) == _DAY:
        found = period.day(text)
        return words.day(view.language, found) if found else text
    month = period.parse(text) if len(text) == _MONTH else None
    return words.period(view.language, month) if month else text


# -- what stands beside it --------------------------------------------------------------------


def _rivals(view: View, rivals: Iterable[Told], path: str) -> list[Tree]:
    return [
        _stated(view, each, each["agreement_text"], f"{path}-rival-{each['id']}") for each in rivals
    ]


def _stated(
    view: View, told: Told, mark: str, path: str, *more: Tree, is_open: bool = False
) -> Tree:
    title = element(
        "summary",
        element("span", mark),
        element("b", told["text"]),
        element("small", _whose(view, told)),
    )
    return element("details", title, *more, observation(view, told), id=path, open=is_open)


def _until(view: View, told: Told | None) -> Tree | None:
    if told is None:
        return None
    first, last = (
        published(view, told[end]) if told[end] else view.say("trace.no_day")
        for end in ("earliest", "latest")
    )
    days = first if first == last else view.say("trace.between", first=first, last=last)
    reach = ((view.say("trace.until"), days), (view.say("trace.left"), told["left"]))
    return section(view.say("trace.horizon"), facts(reach))


def _sensitivity(view: View, swayed: Sequence[Told]) -> Tree | None:
    if not swayed:
        return None
    told = [
        element(
            "li",
            element("span", each["rival"]["label"], " ", _print(each["rival"])),
            element("b", each["text"]),
            element("small", _whose(view, each["rival"])),
        )
        for each in swayed
    ]
    return section(view.say("trace.sensitivity"), element("ul", told, class_="plain"))


def _print(told: Told) -> Tree:
    return element("span", told["as_stated"], lang=told["language"])


def _whose(view: View, told: Told) -> str:
    return f"{told['publisher']}, {published(view, told['published'])}"


def _claims(view: View, claims: Sequence[Told]) -> Tree | None:
    if not claims:
        return None
    told = [
        _stated(
            view,
            each,
            each["verdict_text"],
            f"claim-{each['id']}",
            *_verdict(view, each),
            is_open=True,
        )
        for each in claims
    ]
    return section(view.say("trace.claims"), told)


def _verdict(view: View, claim: Told) -> list[Tree]:
    """Say what decides a claim's verdict, what reproduces it, and what it implies."""
    ways = [
        element("li", element("span", each["definition_text"]), element("b", each["text"]))
        for each in claim["reproduced"]
    ]
    reproduced = [element("ul", ways, class_="plain")] if ways else []
    told = [implied(view, each) for each in claim["implied"]]
    return [element("p", claim["verdict_says"], class_="says"), *reproduced, *told]


def solved(view: View, told: Told) -> dict[str, str]:
    """Name the side that a claim was solved for, and its amount."""
    return {"side": named(view, told["side"]), "text": told["text"]}


def implied(view: View, told: Told) -> Tree:
    """Draw what a claim implies, and what that rests on."""
    resting = words.say(view.language, "list").join(
        f"{each['as_stated']} ({each['period_text']})" for each in told["inputs"]
    )
    says = view.say("trace.implies", **solved(view, told))
    under = view.say("trace.resting", definition=told["definition_text"], inputs=resting)
    return element("p", says, element("small", under), class_="implied")


def _parts(view: View, parts: Sequence[Told]) -> Tree | None:
    if not parts:
        return None
    told = [
        _stated(view, each, _table.covers(view, each["scope"]), f"part-{each['id']}")
        for each in parts
    ]
    return section(view.say("trace.parts"), told)


def _others(view: View, others: Sequence[Told]) -> Tree | None:
    if not others:
        return None
    told = [
        element(
            "li",
            element("span", each["definition_text"] or _bases(view, each["basis"])),
            _number(view, each, _figure(view, each)),
            element("small", _standing(each)),
            element("code", each["formula"]),
        )
        for each in others
    ]
    return section(view.say("trace.others"), element("ul", told, class_="plain"))


def _figure(view: View, told: Told) -> Tree:
    """Write a value that stands beside another as the way into its own trace."""
    if not _is_known(told):
        return _amount(told)
    address = view.choice.link(trace=f"{told['company_id']}~{told['metric']}~{told['id']}")
    return _links.to(_amount(told), address)


def _meaning(view: View, told: Told) -> Tree:
    metric = view.book.catalog[told["metric"]]
    means = words.say(view.language, f"metric.{told['metric']}.means")
    caveats = [words.say(view.language, f"caveat.{name}") for name in metric.caveats]
    return section(
        view.say("trace.meaning"), [element("p", text) for text in (means, *caveats) if text]
    )


def _footnote(view: View, told: Told) -> Tree:
    copy = element(
        "button",
        view.say("trace.copy"),
        type="button",
        data_copy="footnote",
        data_done=view.say("trace.copied"),
    )
    return element(
        "section",
        element("h3", view.say("trace.footnote")),
        element("code", footnote(view, told), id="footnote", class_="footnote"),
        copy,
    )


def footnote(view: View, told: Told) -> str:
    """Write a number with its footnote, ready to be pasted into a report."""
    seen = _seen(told)
    printed = view.say("trace.and").join(_cited(view, each) for each in seen)
    what = [f"{told['company']} {told['label']}", told["period"], told["formula"], printed]
    reach = view.say("trace.and").join(part for part in what if part)
    text = _amount(told)
    if told["hypothetical"]:
        text = words.say(view.language, "supposed.marked", text=text)
    return view.say("trace.cite", text=text, what=reach, id=told["id"])


def _cited(view: View, told: Told) -> str:
    if told["hypothetical"]:
        return view.say("trace.cite_supposed", told=told["supposed"])
    return view.say(
        "trace.cited",
        printed=told["as_stated"],
        publisher=told["publisher"],
        published=published(view, told["published"]),
        place=told["place"],
    )


def _seen(told: Told) -> list[Told]:
    """List the observations under a value, each once."""
    if told["observation"]:
        return [told["observation"]]
    found = {each["id"]: each for below in told["inputs"] for each in _seen(below)}
    return list(found.values())
