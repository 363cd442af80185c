"""The command line, one function a command: what it is given, what it prints, how it ends."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO
from unicodedata import east_asian_width

import click

import metrics
from metrics import (
    batch,
    changes,
    check,
    claim,
    compare,
    draft,
    export,
    findings,
    fx,
    lake,
    memo,
    package,
    passage,
    permalink,
    review,
    save,
    strict,
    suppose,
    tell,
    trace,
    version,
    workbook,
    writer,
)
from metrics.changes import State
from metrics.draft import SHAPES
from metrics.lake import LakeError
from metrics.lens import CHOICES, CLASSES, Choice, Lens, PeriodClass
from schemas import figure, load, period, words
from schemas.problem import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import pyarrow as pa
    from click._termui_impl import ProgressBar

    from metrics.batch import Engine
    from metrics.derive import Answer
    from metrics.save import Piece
    from schemas.book import Book
    from schemas.problem import Problem

# Seconds after which reading is worth a bar.
_LONG = 1.0
# What can be written besides tables.
DOCUMENTS = ("package", "workbook", "memo")
LAKE = "lake"


class Day(click.ParamType[date]):
    """A day such as 2025-09-30."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day, or fail with what one looks like."""
        found = value if isinstance(value, date) else period.day(str(value))
        if found is None:
            self.fail(f"{value!r} is not a day such as 2025-09-30", param, ctx)
        return found


class Place(click.Path):
    """A folder, or the address of one on a filesystem that Arrow knows, such as s3://books/ai."""

    name = "folder"

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path | str:
        """Leave an address as it is."""
        if "://" in str(value):
            return str(value)
        return Path(str(super().convert(value, param, ctx)))


_periods = click.option(
    "--periods",
    type=click.Choice(CLASSES),
    default=CLASSES[0],
    show_default=True,
    help="Which figures to take: the latest, those of full years, twelve months' sums, or those"
    " of the latest period that all companies share.",
)
_rates = click.option(
    "--rates",
    type=click.Choice(CHOICES),
    default="reference",
    show_default=True,
    help="Exchange rates that go first: reference rates, or those that documents state.",
)


_by = click.option(
    "--by",
    multiple=True,
    metavar="METRIC=DEFINITION",
    help="Work a metric out by one definition in every column; may be repeated.",
)


_if = click.option(
    "--if",
    "supposed",
    multiple=True,
    metavar="COMPANY~METRIC~VALUE",
    help="Suppose a figure (2bn USD), an amount more or less (+300m USD), or a factor (x1.5);"
    " a period may follow (~9M2025). May be repeated.",
)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command over a book its data folder, its lens and `--json`."""

    @wraps(command)
    def run(  # noqa: PLR0913 - a command takes some of these
        *,
        lang: str,
        at: date | None,
        known: date | None,
        currency: str = "",
        periods: PeriodClass = CLASSES[0],
        rates: Choice = "reference",
        **rest: object,
    ) -> None:
        when = at or date.today()  # noqa: DTZ011 - the reader's own calendar day is meant
        currency = currency.upper()
        if currency and currency not in fx.currencies():
            raise _unknown("currency with reference rates", currency, fx.currencies())
        command(lens=Lens(when, known or when, lang, currency, periods, rates), **rest)

    found: Callable[..., None] = run
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--known", type=Day(), help="As published by this day (default: --at)."),
        click.option("--at", type=Day(), help="As of this day (default: today)."),
        click.option("--lang", type=click.Choice(words.LANGUAGES), default="en", show_default=True),
        click.option(
            "--data",
            type=Place(file_okay=False),
            default=metrics.DATA,
            help="The data folder, or a lake (default: the shipped folder).",
        ),
    ):
        found = option(found)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Footnote: company metrics in which every number can be checked."""


@main.command("check")
@click.option(
    "--strict",
    "is_strict",
    is_flag=True,
    help="Also tell what sources leave open, and take every warning for an error.",
)
@click.option(
    "--only",
    "names",
    multiple=True,
    metavar="NAME",
    help="Look for problems of this name alone; may be repeated.",
)
@click.option("--verify", is_flag=True, help="Hold what is remembered of files to their content.")
@_shared
def check_(  # noqa: PLR0913 - each is an option of the command
    data: Path,
    lens: Lens,
    *,
    names: tuple[str, ...],
    is_strict: bool,
    verify: bool,
    as_json: bool,
) -> None:
    """Check the data folder; exit with 1 where something is wrong.

    Findings between sources count those published by --known alone; what is stale is told as of
    --at, in notes, which change nothing about the exit status.
    """
    lang = lens.language
    for name in names:
        if name not in SEVERITY:
            raise _unknown("problem", name, SEVERITY)
    book = _read(data, verify=verify)  # problems are what this command is about
    everything = is_strict or not set(strict.NAMES).isdisjoint(names)
    found = [
        (each, "error" if is_strict and each.severity == "warning" else each.severity)
        for each in check.problems(book, lens.known, lens.at, everything=everything)
        if not names or each.name in names
    ]
    many = Counter(severity for _, severity in found)
    if as_json:
        _print([{**_problem(each, lang), "severity": severity} for each, severity in found])
    else:
        for each, severity in found:
            says, hint = words.sentences(lang, each)
            place = ":".join(str(part) for part in (each.path, each.line, each.column) if part)
            click.echo(f"{place}: {words.say(lang, f'severity.{severity}')}: {says} [{each.name}]")
            click.echo(f"  {words.say(lang, 'cli.hint')}: {hint}")
        click.echo(
            words.say(
                lang, "cli.checked", companies=len(book.companies), sources=len(book.sources),
                observations=len(book.observations), errors=many["error"],
                warnings=many["warning"], notes=many["note"],
            )
        )  # fmt: skip
    sys.exit(1 if many["error"] else 0)


@main.command("compare")
@click.argument("companies", nargs=-1, required=True)
@click.option("--currency", default="", help="Present all money in one currency (ISO 4217).")
@_periods
@_rates
@click.option("--all", "everything", is_flag=True, help="Show every metric that has a figure.")
@_by
@_if
@_shared
def compare_(  # noqa: PLR0913 - a command's options are its arguments
    companies: tuple[str, ...],
    by: tuple[str, ...],
    supposed: tuple[str, ...],
    data: Path,
    lens: Lens,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Show companies side by side."""
    book = _opened(data)
    _must_know(book, companies)
    companies = tuple(dict.fromkeys(companies))
    book = _supposing(book, lens, companies, supposed)
    rows = compare.shown(book, companies) if everything else compare.DEFAULT
    lines = compare.compare(book, companies, lens, rows, _chosen(book, by))
    if as_json:
        _print(export.comparison(book, lines, lens))
        return
    lang = lens.language
    names = [book.companies[each].name.in_language(lang) for each in companies]
    table = [["", *names, ""]]
    remedies = compare.remedies(book, lines, lens)
    for line in lines:
        cells = [_cell(cell.answer, lang) for cell in line.cells]
        remedy = trace.remedy(remedies[line.metric], line.metric, lang)
        told = [each for each in (trace.reason(line.reason, lang), remedy) if each]
        table.append(
            [words.label(lang, line.metric), *cells, words.say(lang, "clauses").join(told)]
        )
    if book.supposed:
        click.echo(suppose.note(book, lang))
    _columns(table)


def _supposing(book: Book, lens: Lens, companies: Sequence[str], supposed: Iterable[str]) -> Book:
    """Suppose what is asked for of these companies, or say why that cannot be."""
    read = [suppose.read(book, each) for each in supposed]
    found, refused = suppose.suppose(
        book, lens, companies, [each for each in read if isinstance(each, suppose.Supposition)]
    )
    for each in (*(each for each in read if isinstance(each, suppose.Refusal)), *refused):
        raise click.UsageError(suppose.refusal(book, each, lens.language))
    return found


def _chosen(book: Book, by: Iterable[str]) -> dict[str, str]:
    """Take `metric=definition` apart, both of which the catalogue must know."""
    chosen = {}
    for text in by:
        metric, _, definition = text.partition("=")
        if metric not in book.catalog:
            raise _unknown("metric", metric, book.catalog)
        entry = book.catalog[metric]
        known = entry.formulas
        if definition not in known:
            what = f"definition of {metric}"
            raise _unknown(what, definition, known)
        chosen[metric] = definition
    return chosen


@main.command("explain")
@click.argument("names", nargs=-1, required=True, metavar="COMPANY METRIC [ID] | ID")
@click.option("--currency", default="", help="Present money in one currency (ISO 4217).")
@_periods
@_rates
@_if
@_shared
def explain_(
    names: tuple[str, ...], supposed: tuple[str, ...], data: Path, lens: Lens, *, as_json: bool
) -> None:
    """Show how a company's metric came about, or the number that has an id.

    An id that holds no longer ends with 1, after what is known now.
    """
    book = _opened(data)
    company, metric, wanted = _pointed(names)
    if wanted in book.companies:
        raise click.UsageError("Missing argument 'METRIC'.")
    if company:
        _must_know(book, [company])
    if metric and metric not in book.catalog:
        raise _unknown("metric", metric, book.catalog)
    book = _supposing(book, lens, [company] if company else book.singles, supposed)
    if wanted:
        _explained(permalink.find(book, wanted, lens, company, metric), wanted, lens, as_json)
        return
    told = trace.trace(book, company, metric, lens)
    if as_json:
        _print(told)
    else:
        click.echo(tell.tell(told, lens.language))


def _pointed(names: Sequence[str]) -> tuple[str, str, str]:
    """Take apart what is to be explained: company, metric and id, or `company~metric~id`."""
    parts = names[0].split("~") if len(names) == 1 else list(names)
    if len(parts) == 1:
        return "", "", parts[0]
    if len(parts) > 3:  # noqa: PLR2004 - company, metric, id
        raise click.UsageError("explain takes a company, a metric and an id, or an id alone")
    company, metric, *wanted = parts
    return company, metric, wanted[0] if wanted else ""


def _explained(found: permalink.Found, wanted: str, lens: Lens, as_json: bool) -> None:  # noqa: FBT001
    if as_json:
        _print(dataclasses.asdict(found))
    else:
        if found.told and found.state in permalink.HOLDS:
            click.echo(tell.tell(found.told, lens.language))
        for line in permalink.says(found, wanted, lens.language):
            click.echo(line)
        if found.now and found.state != "counts":
            click.echo(tell.tell(found.now, lens.language))
    sys.exit(0 if found.state in permalink.HOLDS else 1)


@main.command("claims")
@click.argument("companies", nargs=-1)
@_shared
def claims_(companies: tuple[str, ...], data: Path, lens: Lens, *, as_json: bool) -> None:
    """Work stated claims out again: all of them, or those about some companies."""
    book = _opened(data)
    _must_know(book, companies)
    verdicts = list(claim.claims(book, companies or book.singles, lens))
    if as_json:
        _print(export.claims(book, verdicts, lens))
    else:
        told = (trace.of_claim(book, each, lens) for each in verdicts)
        click.echo("\n".join(tell.claim(each, lens.language) for each in told))


@main.command("changes")
@click.argument("companies", nargs=-1)
@click.option(
    "--from",
    "since",
    required=True,
    metavar="VERSION",
    help="What to compare with: a day of publication, a git revision of the data, or a folder.",
)
@click.option(
    "--to",
    "until",
    metavar="VERSION",
    help="The same for the later side (default: the data folder as it stands, by --known).",
)
@click.option("--set", "named", metavar="NAME", help="Only the companies of a peer set.")
@_shared
def changes_(  # noqa: PLR0913 - a command's options are its arguments
    data: Path,
    lens: Lens,
    *,
    companies: tuple[str, ...],
    since: str,
    until: str | None,
    named: str | None,
    as_json: bool,
) -> None:
    """Tell what changed between two days of publication, or two versions of the data.

    Figures that came, were revised or went, claims whose verdict turned, derived values that moved.
    """
    book = _opened(data)
    before = _state(book, since, lens)
    after = State(book, lens) if until is None else _state(book, until, lens)
    wanted = _among(after.book, companies, named)
    found = list(changes.changes(before, after, wanted))
    told = {
        "from": {"known": str(before.lens.known), "book": before.book.version},
        "to": {"known": str(after.lens.known), "book": after.book.version},
        "at": str(lens.at),
        "counts": changes.counts(found),
        "changes": [changes.told(before, after, each) for each in found],
    }
    if as_json:
        _print(told)
    else:
        click.echo(tell.changes(told, lens.language))


def _state(book: Book, named: str, lens: Lens) -> State:
    """Read a version: a day of what the folder holds, a folder, or a git revision of this one."""
    known = period.day(named)
    if known is not None:
        return State(book, replace(lens, known=known))
    try:
        with version.folder(book.folder, named) as folder:
            return State(_opened(folder), lens)
    except version.VersionError as error:
        raise click.UsageError(str(error)) from error


def _among(book: Book, companies: Sequence[str], named: str | None) -> list[str] | None:
    """Name the companies asked for, or all of a peer set; None for no matter which."""
    _must_know(book, companies)
    if named is None:
        return list(companies) or None
    if named not in book.sets:
        raise _unknown("peer set", named, book.sets)
    return [*companies, *changes.members(book, named)]


@main.command("findings")
@click.option("--base", default=findings.BASE, show_default=True, help="Where the pages are.")
@_shared
def findings_(data: Path, lens: Lens, *, base: str, as_json: bool) -> None:
    """Write what the data says against itself as a document (Markdown), or as JSON."""
    book = _opened(data)
    text = findings.document(book, lens, base)
    if as_json:
        _print({"markdown": text})
    else:
        click.echo(text, nl=False)


@main.command("export")
@click.argument("what", type=click.Choice([*export.TABLES, *DOCUMENTS, LAKE]))
@click.argument("names", nargs=-1, metavar="[FILE] [COMPANIES]...")
@click.option("--currency", default="", help="Present all money in one currency (ISO 4217).")
@_periods
@_rates
@click.option("--wide", is_flag=True, help="Lay a comparison out as on screen.")
@_by
@_if
@click.option(
    "--format", "form", type=click.Choice(list(writer.FORMATS)), help="How to write (default: csv)."
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write (default: standard output).",
)
@click.option(
    "--buckets",
    type=click.IntRange(1, lake.MOST),
    help="Into how many parts a lake is cut (default: one for every 400 companies).",
)
@_shared
def export_(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    what: str,
    names: tuple[str, ...],
    by: tuple[str, ...],
    supposed: tuple[str, ...],
    form: str | None,
    output: Path | None,
    buckets: int | None,
    data: Path,
    lens: Lens,
    *,
    wide: bool,
    as_json: bool,
) -> None:
    """Write a table as CSV, Parquet or JSON; or a document, whose FILE comes first.

    A package is a folder or a zip file of all tables, a workbook is an xlsx file, a memo HTML. A
    lake is a folder of Parquet files, or the address of one, that holds the whole book.
    """
    if as_json and form not in {None, "json"}:
        raise click.UsageError("--json is --format json")
    if buckets and what != LAKE:
        raise click.UsageError("--buckets cuts a lake")
    book = _opened(data)
    if what == LAKE:
        if len(names) != 1 or output or form or wide or by:
            raise click.UsageError("export lake takes the folder to write, and nothing else")
        _laked(book, names[0], buckets or 0, lens.language)
        return
    if what in DOCUMENTS:
        if form or as_json or wide:
            raise click.UsageError("--format, --json and --wide are for tables")
        if not output:
            if not names:
                message = f"export {what} needs the name of a file to write"
                raise click.UsageError(message)
            output, names = Path(names[0]), names[1:]
        _must_know(book, names)
        book = _supposing(book, lens, _shown(what, book, names), supposed)
        _document(what, book, lens, output, names, _chosen(book, by))
        return
    _must_know(book, names)
    book = _supposing(book, lens, _shown(what, book, names), supposed)
    form = "json" if as_json else form or "csv"
    tables = _tables(what, book, lens, names, _chosen(book, by), wide=wide)
    _write(writer.FORMATS[form](tables), output)


def _shown(what: str, book: Book, names: Sequence[str]) -> Sequence[str]:
    """Name the companies that an export is of."""
    if not names and what in {"workbook", "memo"}:
        return compare.starters(book)
    return list(dict.fromkeys(names)) or book.singles


def _laked(book: Book, where: str, buckets: int, lang: str) -> None:
    try:
        about = lake.write(book, where, buckets).about
    except LakeError as error:
        raise click.UsageError(str(error)) from error
    click.echo(
        words.say(
            lang, "cli.laked", path=where, companies=about.companies,
            observations=about.observations, sources=about.sources, buckets=about.buckets,
        )
    )  # fmt: skip


@main.command("derive")
@click.argument("where", type=Place(file_okay=False), metavar="LAKE")
@click.option(
    "--engine", type=click.Choice(["plain", "spark"]), default="plain", show_default=True,
    help="Where to work: in processes of this machine, or on a Spark cluster.",
)  # fmt: skip
@click.option("--without-claims", is_flag=True, help="Leave out claims, which take longest.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--master", default="local[*]", show_default=True, help="The cluster's address.")
@click.option("--known", type=Day(), help="As published by this day (default: --at).")
@click.option("--at", type=Day(), help="As of this day (default: today).")
@click.option("--lang", type=click.Choice(words.LANGUAGES), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def derive_(  # noqa: PLR0913 - a command's options are its arguments
    *,
    where: Path | str,
    engine: str,
    without_claims: bool,
    jobs: int,
    master: str,
    at: date | None,
    known: date | None,
    lang: str,
    as_json: bool,
) -> None:
    """Derive a lake: every metric of every company, every claim, and the order of all by each.

    What comes of it is written into the lake, as Parquet.
    """
    when = at or date.today()  # noqa: DTZ011 - the reader's own calendar day is meant
    try:
        of = metrics.opened(where)
        with batch.plain(jobs) if engine == "plain" else _cluster(master) as work:
            found = batch.derive(of, Lens(when, known or when), work, checked=not without_claims)
    except LakeError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        _print(dataclasses.asdict(found))
        return
    click.echo(
        words.say(
            lang, "cli.derived", path=where, at=found.at, known=found.known, values=found.derived,
            claims=found.claims, rankings=found.rankings,
        )
    )  # fmt: skip


def _cluster(master: str) -> AbstractContextManager[Engine]:
    try:
        from metrics import spark  # noqa: PLC0415 - an extra, never needed otherwise
    except ImportError as error:
        message = "Spark is an extra: pip install --require-hashes -r requirements-spark.txt"
        raise click.UsageError(message) from error
    return spark.cluster(master)


def _document(  # noqa: PLR0913, PLR0917 - what a document can be asked for
    what: str,
    book: Book,
    lens: Lens,
    file: Path,
    names: Sequence[str],
    by: Mapping[str, str],
) -> None:
    if what == "package":
        _packed(package.files(book, lens, list(dict.fromkeys(names)) or book.singles, by), file)
        return
    companies = list(dict.fromkeys(names)) or compare.starters(book)
    lines = compare.compare(book, companies, lens, by=by)
    write = {"workbook": workbook.workbook, "memo": memo.memo}[what]
    _write([write(book, lines, lens)], file)


def _packed(files: Iterable[tuple[str, Iterable[Piece]]], into: Path) -> None:
    """Write a package's files into one zip file, or into a folder that holds nothing else."""
    if into.suffix == ".zip":
        _write([package.zipped(files)], into)
        return
    if into.is_dir() and not (into / package.NAME).is_file() and any(into.iterdir()):
        message = f"{into} holds other files; name an empty folder or a .zip file"
        raise click.UsageError(message)
    with _told(into):
        into.mkdir(parents=True, exist_ok=True)
        save.together(files, into)


def _tables(  # noqa: PLR0913 - what an export can be asked for
    what: str,
    book: Book,
    lens: Lens,
    names: Sequence[str],
    by: Mapping[str, str],
    *,
    wide: bool,
) -> Iterator[pa.Table]:
    if (wide or by) and what != "comparison":
        raise click.UsageError("--wide and --by lay out a comparison")
    if lens.currency and what in {"observations", "claims"}:
        raise click.UsageError(
            "--currency presents derived and comparison; the others stay as stated"
        )
    names = tuple(dict.fromkeys(names))
    if what == "observations":
        return export.tables(what, book, lens, names or list(book.companies))
    names = names or book.singles
    lines = compare.compare(book, names, lens, by=by) if what == "comparison" else ()
    if not wide:
        return export.tables(what, book, lens, names, lines)
    records = export.wide(lines, lens.language)
    return iter([writer.table(records[0], records)])


def _write(parts: Iterable[Piece], output: Path | None) -> None:
    """Write to a file, all or nothing, or to standard output."""
    if output is None:
        for part in parts:
            click.echo(bytes(part), nl=False)
        return
    with _told(output):
        save.over(parts, output)


@contextmanager
def _told(output: Path) -> Iterator[None]:
    """Say in one line why a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.FileError(str(output), error.strerror or "") from error


@main.command("parse", context_settings={"ignore_unknown_options": True})
@click.argument("texts", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per text.")
@click.option("--lang", type=click.Choice(words.LANGUAGES), default="en", show_default=True)
def parse_(texts: tuple[str, ...], lang: str, *, as_json: bool) -> None:
    """Read figures: from arguments, or line by line from standard input with `-`."""
    failed = False
    for text in _texts(texts):
        told = figure.as_json(text)
        failed |= "problem" in told
        if as_json:
            click.echo(json.dumps(told, ensure_ascii=False))
        elif "problem" in told:
            click.echo(f"{text}\t{told['problem']}")
        else:
            read = figure.read(text)
            if isinstance(read, figure.Figure):
                shown = words.Amount(read.bounds, read.value, read.unit or "count", read.qualifier)
                said = words.amount(lang, shown)
                click.echo(f"{text}\t{figure.write(read)}\t{tell.bounds(told)}\t{said}")
    sys.exit(1 if failed else 0)


@main.command("passage")
@click.argument("file", type=click.File("rb"))
@click.option("--published", type=Day(), help="The day the text was published (default: --known).")
@_shared
def passage_(
    file: BinaryIO, published: date | None, data: Path, lens: Lens, *, as_json: bool
) -> None:
    """Find the figures of a text file (- for standard input), and hold them against the book."""
    text = file.read(passage.LARGEST + 1)
    if len(text) > passage.LARGEST:
        message = f"a text of at most {passage.LARGEST:,} bytes is read; give a part of it"
        raise click.UsageError(message)
    book = _opened(data)
    decoded = text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    found = review.review(book, decoded, published or lens.known, lens)
    if as_json:
        _print([review.told(book, each, lens) for each in found])
    else:
        click.echo("\n".join(review.lines(book, found, lens)))


@main.command("schema")
@click.argument("shape", type=click.Choice(sorted(SHAPES)))
def schema_(shape: str) -> None:
    """Print the JSON Schema of a data file, for editors."""
    _print(draft.schema(shape))


@main.command("new")
@click.argument("shape", type=click.Choice(["company", "source", "metric"]))
@click.argument("name")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=metrics.DATA,
    help="The data folder (default: the shipped one).",
)
@click.option("--lang", type=click.Choice(words.LANGUAGES), default="en", show_default=True)
def new_(shape: str, name: str, data: Path, lang: str) -> None:
    """Begin a company or a source: write its file, with a comment on every key.

    For a metric print what to add to the catalogue and to the texts. Nothing is written over.
    """
    try:
        if shape == "metric":
            catalog, _ = load.catalog(metrics.CATALOG)
            click.echo("\n".join(draft.metric(name, catalog, lang)))
        else:
            with _told(data):
                path = draft.write(data, shape, name, lang)
            click.echo(words.say(lang, "draft.wrote", path=path))
    except draft.DraftError as error:
        raise click.UsageError(str(error)) from error


def _texts(texts: Sequence[str]) -> Iterable[str]:
    for text in texts:
        if text == "-":
            for line in sys.stdin.buffer:
                yield line.decode("utf-8", "replace").rstrip("\r\n")
        else:
            yield text


def _read(data: Path | str, *, verify: bool = False) -> Book:
    try:
        return _shown_reading(data, verify=verify)
    except LakeError as error:
        raise click.UsageError(str(error)) from error


def _shown_reading(data: Path | str, *, verify: bool) -> Book:
    """Read a folder; in a terminal a bar shows how far it is, once that takes a while."""
    if not sys.stderr.isatty():
        return metrics.book(data, verify=verify)
    since, bars = monotonic(), ExitStack()
    bar: list[ProgressBar[int]] = []

    def told(done: int, total: int) -> None:
        if not bar and monotonic() - since > _LONG:
            bar.append(bars.enter_context(click.progressbar(length=total, file=sys.stderr)))
        for each in bar:
            each.update(done - each.pos)

    with bars:
        return metrics.book(data, told=told, verify=verify)


def _opened(data: Path | str) -> Book:
    """Read a folder; say so where errors leave figures out of what follows."""
    book = _read(data)
    errors = sum(each.severity == "error" for each in book.problems)
    if errors:
        message = f"errors in the data: {errors}; the figures they touch are left out, see `check`"
        click.echo(message, err=True)
    return book


def _must_know(book: Book, companies: Iterable[str]) -> None:
    for company in companies:
        if company not in book.companies:
            raise _unknown("company", company, book.companies)


def _unknown(what: str, name: str, known: Iterable[str]) -> click.UsageError:
    near = get_close_matches(name, list(known), 3) or sorted(known) or ["none"]
    return click.UsageError(f"there is no {what} {name!r}; there is {', '.join(near)}")


def _print(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _problem(found: Problem, lang: str) -> dict[str, object]:
    says, hint = words.sentences(lang, found)
    return {
        "name": found.name, "severity": found.severity, "path": found.path, "line": found.line,
        "column": found.column, "says": says, "hint": hint, "args": dict(found.args),
    }  # fmt: skip


def _cell(answer: Answer, lang: str) -> str:
    text = trace.marked(answer, lang)
    if answer.status == "ok":
        return text
    return f"{text} [{trace.statuses(answer, lang)}]"


def _columns(table: Sequence[Sequence[str]]) -> None:
    widths = [max(_width(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        parts = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        click.echo("  ".join(parts).rstrip())


def _width(text: str) -> int:
    """Count terminal columns: Chinese characters take two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


if __name__ == "__main__":
    main(prog_name="python -m metrics")
