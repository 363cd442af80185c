"""A problem is anything wrong with the data, as a value: its name, its place and what to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

SEVERITY: dict[str, Severity] = {
    # reading a file
    "missing-file": "error",
    "unreadable-file": "error",
    "not-a-file": "error",
    "outside-folder": "error",
    "file-too-large": "error",
    "not-utf-8": "error",
    "control-character": "error",
    "hidden-in-key": "error",
    "yaml-syntax": "error",
    "yaml-anchor": "error",
    "yaml-alias": "error",
    "yaml-tag": "error",
    "yaml-merge": "error",
    "yaml-complex-key": "error",
    "yaml-directive": "error",
    "yaml-documents": "error",
    "duplicate-key": "error",
    "empty-document": "error",
    "too-deep": "error",
    "too-many-values": "error",
    "too-many-problems": "error",
    # figures
    "not-a-figure": "error",
    "several-figures": "error",
    # files and fields
    "missing-field": "error",
    "unknown-field": "error",
    "wrong-value": "error",
    "bad-id": "error",
    "missing-folder": "error",
    # observations
    "double-entry": "error",
    "unit-mismatch": "error",
    "unit-not-printed": "error",
    "because-missing": "error",
    "basis-missing": "error",
    "basis-unknown": "error",
    "period-type": "error",
    "out-of-bounds": "error",
    "unknown-metric": "error",
    "unknown-source": "error",
    "unknown-company": "error",
    "unknown-definition": "error",
    "source-circle": "error",
    "repeated-observation": "error",
    "repeated-rate": "error",
    "published-before-period": "warning",
    # the folder
    "stray-file": "warning",
    # catalogue
    "formula-syntax": "error",
    "formula-name": "error",
    "formula-unit": "error",
    "formula-circle": "error",
    "formula-too-deep": "error",
    # findings
    "rivals-disagree": "warning",
    "rewrite-differs": "warning",
    "currencies-disagree": "warning",
    "rate-differs": "warning",
    "joint-disagrees": "warning",
    "parts-disagree": "warning",
    "implausible-order": "warning",
    "implausible-step": "warning",
    "stale-figures": "note",
    "word-missing": "warning",
    # told by a strict check alone
    "basis-open": "warning",
    "figure-inferred": "warning",
    "source-unaddressed": "warning",
    "source-undated": "warning",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is so and should not be; rendered in any language by `schemas.words`."""

    path: str
    line: int
    column: int
    name: str
    args: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """Say whether this stops a `check` (error), wants a look (warning) or is told (note)."""
        return SEVERITY[self.name]

    def at(self, path: str, line: int, column: int) -> Problem:
        """Give the same problem another place."""
        return Problem(path, line, column, self.name, self.args)


def problem(
    name: str, path: str = "", line: int = 0, column: int = 0, /, **args: object
) -> Problem:
    """Make a problem of a known name; `args` fill its sentence and hint as text."""
    if name not in SEVERITY:
        message = f"problem names are listed in SEVERITY, got {name!r}"
        raise KeyError(message)
    return Problem(
        path, line, column, name, tuple((key, str(value)) for key, value in args.items())
    )
