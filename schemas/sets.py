"""A set is a named choice of companies: a peer group or a watch list."""

from __future__ import annotations

from schemas.company import Names
from schemas.model import Kebab, Shape, Text


class Set(Shape):
    """One entry of `data/sets.yaml`."""

    name: Names
    companies: tuple[Kebab, ...]
    note: Text | None = None


Sets = dict[str, Set]
