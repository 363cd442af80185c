"""Drafts: a file or an entry with every key and what it is for, to be filled in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from metrics import save
from schemas import words
from schemas.company import Company
from schemas.metric import Metric
from schemas.model import Shape, is_id, is_name
from schemas.rate import Rate
from schemas.sets import Set
from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from schemas.metric import Catalog

SHAPES: dict[str, type[Shape]] = {
    "company": Company,
    "source": Source,
    "metric": Metric,
    "set": Set,
    "rate": Rate,
}
# JSON Schema draft-07 is what editors' YAML support understands best.
DRAFT = "http://json-schema.org/draft-07/schema#"
# Where the schemas of a data folder stand: hidden, so that nothing takes them for data.
HIDDEN = ".schema"
FOLDERS = {"company": "companies", "source": "sources"}

# Keys in the order to be filled in, with what one looks like. What stands empty has to be filled
# in; what has an example may be left out and begins as a comment, for no figure is invented.
_COMPANY = {
    "name": "",
    "aliases": "[Acme Robotics, 艾克美]",
    "country": "CN",
    "founded": "{value: 2021-12, source: acme-2025-prospectus, place: p. 9}",
    "lei": "5493001KJTIIGC8Y1R12",
    "hkex": "0100",
    "cik": "0001318605",
    "wikidata": "Q95",
    "fiscal_year_end": "03-31",
    "members": "[acme, acme-labs]",
}
_OBSERVATION = {
    "metric": "revenue",
    "value": "~53m USD",
    "as_stated": "约5300万美元",
    "unit_basis": "inferred",
    "also": "{value: 380m CNY, as_stated: 3.8亿元}",
    "period": "FY2025",
    "period_basis": "inferred",
    "because": "counted from the cash stated beside it",
    "source": "acme-2025-annual-report",
    "place": "p. 12",
    "quotes": "acme-2025-prospectus",
    "scope": "{segment: robots}",
    "kind": "forecast",
    "basis": "gross",
    "against": "{company: acme-labs, metric: revenue}",
    "by": "adjusted_loss",
    "rank": "preferred",
    "note": "",
}
_SOURCE = {
    "kind": "",
    "publisher": "",
    "language": "",
    "published": "",
    "published_basis": "inferred",
    "because": "the article speaks of yesterday's listing",
    "title": "Acme goes public",
    "author": "Li Wei",
    "url": "https://example.com/acme",
    "accessed": "2026-01-31",
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "primary_source": "acme-2025-prospectus",
    "derived_from": "gazette-2026-01-acme",
    "note": "",
}
_METRIC = {
    "unit": "money",
    "period": "duration",
    "bounds": "{low: 0}",
    "shelf_life": "275",
    "better": "higher",
    "taxonomy": '["ifrs-full:Revenue"]',
    "basis": "[gross, net]",
    "group": "other",
    "aliases": "{en: [gross bookings], zh: [总预订额]}",
    "caveats": "[daily_tokens]",
    "stated": "claim",
    "definitions": "{bookings: revenue + deferred_revenue}",
    "proxies": "[bookings]",
    "beside": "[bookings]",
    "reference": "{billed: deferred_revenue}",
    "adds_up": "[periods]",
    "at_most": "[revenue]",
    "basis_at_most": "{net: gross}",
}
# What an entry of the catalogue needs; the rest begins as comments.
_NEEDED = ("unit", "period", "better", "group")
_WIDTH = 34


class DraftError(Exception):
    """An id that nothing new can be called; says why."""


def schema(shape: str) -> dict[str, object]:
    """Give the JSON Schema of a data file."""
    told = SHAPES[shape].model_json_schema(ref_template="#/definitions/{model}")
    told["definitions"] = told.pop("$defs", {})
    return {"$schema": DRAFT, **told}


def write(folder: Path, shape: str, name: str, language: str) -> Path:
    """Write a new company or source into a data folder, and its schema for editors beside.

    Raise `DraftError` where the id is none, or is taken: nothing is ever written over.
    """
    if not is_id(name):
        raise DraftError(words.say(language, "draft.bad_id", value=name))
    path = folder / FOLDERS[shape] / f"{name}.yaml"
    text = "\n".join([*(company if shape == "company" else source)(name, language), ""])
    hidden = folder / HIDDEN / f"{shape}.json"
    for each in (path, hidden):
        each.parent.mkdir(parents=True, exist_ok=True)
    save.over([f"{json.dumps(schema(shape), indent=1)}\n".encode()], hidden)
    try:
        save.new([text.encode()], path)
    except FileExistsError as error:
        raise DraftError(words.say(language, "draft.taken", path=path)) from error
    return path


def company(name: str, language: str) -> Iterator[str]:
    """Write a company without observations, with one to take the comment signs off."""
    yield from _head("company", name, language)
    yield _line("name:", words.say(language, "draft.company.name"))
    for key in ("en", "zh-Hans", "zh-Hant"):
        said = words.say(language, f"draft.company.{key}")
        yield _line(f"  {key}:" if key == "en" else f"#  {key}:", said)
    rest = {key: value for key, value in _COMPANY.items() if key != "name"}
    yield from _optional("company", rest, language)
    yield _line("observations: []", words.say(language, "draft.company.observations"))
    for place, (key, value) in enumerate(_OBSERVATION.items()):
        start = "#  - " if place == 0 else "#    "
        yield _line(f"{start}{key}: {value}", words.say(language, f"draft.observation.{key}"))


def source(name: str, language: str) -> Iterator[str]:
    """Write a source whose kind, publisher, language and date are still open."""
    yield from _head("source", name, language)
    needed = [key for key, each in Source.model_fields.items() if each.is_required()]
    for key in needed:
        yield _line(f"{key}:", words.say(language, f"draft.source.{key}"))
    rest = {key: value for key, value in _SOURCE.items() if key not in needed}
    yield from _optional("source", rest, language)


def metric(name: str, catalog: Catalog, language: str) -> Iterator[str]:
    """Write an entry of the catalogue, and the words that each language needs for it.

    Raise `DraftError` where the id is none, or is taken.
    """
    if not is_name(name):
        raise DraftError(words.say(language, "draft.bad_name", value=name))
    if name in catalog:
        raise DraftError(words.say(language, "draft.taken", path=name))
    yield f"# metrics/catalog.yaml: {words.say(language, 'draft.metric.head')}"
    yield f"{name}:"
    for key in _NEEDED:
        said = words.say(language, f"draft.metric.{key}")
        yield _line(f"  {key}: {_METRIC[key]}", said)
    rest = {key: value for key, value in _METRIC.items() if key not in _NEEDED}
    yield from _optional("metric", rest, language, indent="  ")
    for each in words.LANGUAGES:
        yield ""
        yield f"# schemas/text/{each}.yaml: {words.say(language, 'draft.metric.words')}"
        yield "metric:"
        yield f"  {name}:"
        yield _line('    label: ""', words.say(language, "draft.metric.label"))
        yield _line('    means: ""', words.say(language, "draft.metric.means"))


def _head(shape: str, name: str, language: str) -> Iterable[str]:
    yield f"# yaml-language-server: $schema=../{HIDDEN}/{shape}.json"
    yield f"# {name}: {words.say(language, f'draft.{shape}.head')}"
    yield f"# {words.say(language, 'draft.open')} [wrong-value]"


def _optional(
    shape: str, keys: Mapping[str, str], language: str, indent: str = ""
) -> Iterator[str]:
    for key, value in keys.items():
        said = words.say(language, f"draft.{shape}.{key}")
        yield _line(f"#{indent}{key}: {value}".rstrip(), said)


def _line(text: str, said: str) -> str:
    """Put a comment behind a line, in a column of comments where there is room."""
    return f"{text.ljust(_WIDTH)}  # {said}"
