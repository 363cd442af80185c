"""The heads of many files, kept as text and made into models when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

import pyarrow as pa
import pyarrow.json as pj

from schemas.model import Shape

Model = TypeVar("Model", bound=Shape)

# Heads that are kept as models: pages ask for the same few again and again.
_KEPT = 4096
# Bytes of text that are read at once.
_BLOCK = 1 << 20


class Heads(Mapping[str, Model], Generic[Model]):
    """Models of one kind by id, in the order of their files; the same to whoever reads them.

    Ten thousand companies and their documents are 300 MB as objects, and 20 MB as text.
    """

    def __init__(self, model: type[Model], ids: pa.Array, texts: pa.ChunkedArray) -> None:
        """Take the JSON text of each id's validated head, in the same order."""
        self.ids = ids
        self._places = dict(zip(ids.to_pylist(), range(len(ids)), strict=True))
        self._texts = texts

        def made(place: int) -> Model:
            return model.model_validate(json.loads(texts[place].as_py()))

        self._made = lru_cache(maxsize=_KEPT)(made)

    def fields(self, wanted: pa.Schema, names: Iterable[str]) -> pa.Table:
        """Give some fields of these heads by column; null where one is left open.

        No model is made, which is a hundredth of the work where many are wanted.
        """
        texts = self._texts.take(
            pa.array([self._places[each] for each in names], pa.int64())
        ).to_pylist()
        if not texts:
            return wanted.empty_table()
        # Blocks are read side by side; each has room for the longest head, whatever its letters.
        room = max(_BLOCK, 4 * max(map(len, texts)))
        return pj.read_json(
            pa.BufferReader("\n".join(texts).encode()),
            pj.ReadOptions(block_size=room),
            pj.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore"),
        )

    def __getitem__(self, name: str) -> Model:
        """Give one model."""
        return self._made(self._places[name])

    def __contains__(self, name: object) -> bool:
        """Say whether there is one, without making it."""
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        """Go through the ids."""
        return iter(self._places)

    def __len__(self) -> int:
        """Count them."""
        return len(self._places)
