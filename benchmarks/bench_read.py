"""Reading one figure: `schemas.figure.read` against `float()` of a plain number.

Strings are all the different ones of a made folder; each is read once, so nothing is remembered.
Each function is run in a process of its own and gives its time per string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.clock import Times, now, since
from benchmarks.measure import Case
from schemas import figure

MOST = 20_000
_FIELD = r"^    {}: (.*)$"


def _strings(folder: Path, field: str) -> list[str]:
    found: set[str] = set()
    for path in sorted((folder / "companies").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for value in re.findall(_FIELD.format(field), text, re.MULTILINE):
            found.add(json.loads(value) if value.startswith('"') else value)
        if len(found) > MOST:
            break
    return sorted(found)


def _each(read: Callable[[str], object], strings: Iterable[str]) -> Times:
    texts = list(strings)
    start = now()
    for text in texts:
        read(text)
    return since(start).per(len(texts))


def plain_float(folder: Path) -> Times:
    """Read as many plain numbers with `float()`."""
    found = (re.search(r"\d+(\.\d+)?", text) for text in _strings(folder, "value"))
    return _each(float, [match[0] for match in found if match])


def read_value(folder: Path) -> Times:
    """Read what is meant: compact English."""
    return _each(figure.read, _strings(folder, "value"))


def read_as_stated(folder: Path) -> Times:
    """Read what is printed: English, Simplified and Traditional Chinese."""
    return _each(figure.read, _strings(folder, "as_stated"))


CASES: tuple[Case, ...] = (plain_float, read_value, read_as_stated)
