"""Arrow tables as CSV, Parquet and JSON, piece by piece; and CSV read back.

CSV follows RFC 4180 (CRLF, text quoted), in UTF-8 with a byte order mark for spreadsheet programs.
Text that a spreadsheet would run stands behind an apostrophe, which `read` takes off again.
"""

from __future__ import annotations

import csv as rfc4180
import io
import json as notation
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from metrics.save import Piece

Record = dict[str, Any]

# Columns that are numbers, flags or days in every table; all others are text.
NUMBERS = frozenset({
    "value", "low", "high", "band_low", "band_high", "stated", "stated_low", "stated_high",
    "derived", "derived_low", "derived_high",
})  # fmt: skip
COUNTS = frozenset({"line", "gap_days", "tried"})
FLAGS = frozenset({"low_open", "high_open"})
DAYS = frozenset({"period_start", "period_end", "oldest_input", "newest_input", "at", "known"})

# Rows written at a time: few enough to hold, many enough that the time goes into the columns.
_ROWS = 8_192
# So many batches are written side by side.
_HANDS = min(4, os.cpu_count() or 1)
# Whole numbers up to here are written out; Arrow would write an exponent much earlier.
_WHOLE = 1e18
# So many pairs of two columns' texts are joined beforehand.
_PAIRS = 1 << 16
# How flags are told: no, yes, not known.
_TOLD = pa.array(["false", "true", ""])
_BOM = "\ufeff"

# Blanks, control characters and what else cannot be seen: fillers, joiners, marks of direction,
# variation selectors, tags; first and last code points.
_UNSEEN = (
    (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160),
    (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F),
    (0x205F, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
# A spreadsheet takes text that begins like this for a formula; the last four are the full-width
# forms of = + - @. Apostrophes in front count in, so that taking one off again is safe.
_SIGNS = tuple((ord(sign), ord(sign)) for sign in "=+-@\t\r＝＋－＠")


def _pattern(point: Callable[[int], str]) -> str:
    unseen, signs = (
        "".join(f"{point(first)}-{point(last)}" for first, last in ranges)
        for ranges in (_UNSEEN, _SIGNS)
    )
    return f"'*[{unseen}]*[{signs}]"


_FORMULA = re.compile(_pattern(lambda code: f"\\U{code:08x}"))
_FORMULA_RE2 = r"\A(" + _pattern(lambda code: f"\\x{{{code:x}}}") + ")"


# The bytes that such text can begin with in UTF-8, so that most columns need no closer look.
_SUSPECT = pa.array(
    sorted({
        chr(code).encode()[:1]
        for first, last in (*_UNSEEN, *_SIGNS, (ord("'"), ord("'")))
        for code in range(first, last + 1)
    })
)  # fmt: skip


def guarded(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    >>> guarded("=1+1"), guarded("11億美元")
    ("'=1+1", '11億美元')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Take off the apostrophe that `guarded` put before a text.

    >>> unguarded("'=1+1"), unguarded("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def defused(texts: pa.Array) -> pa.Array:
    """Do to a whole column what `guarded` does to one text."""
    return pc.replace_substring_regex(
        texts, pattern=_FORMULA_RE2, replacement=r"'\1", max_replacements=1
    )


# -- tables -------------------------------------------------------------------------------------


def table(columns: Iterable[str], records: Iterable[Record]) -> pa.Table:
    """Lay records out by the column; a column's name says what it holds."""
    rows = list(records)
    return pa.table({name: _column(name, [row[name] for row in rows]) for name in columns})


def _column(name: str, values: list[Any]) -> pa.Array:
    if name in NUMBERS:
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, kind(name))


def kind(name: str) -> pa.DataType:
    """Give the Arrow type of a column; a day is text until it is stored as Parquet."""
    if name in NUMBERS:
        return pa.float64()
    if name in COUNTS:
        return pa.int64()
    return pa.bool_() if name in FLAGS else pa.string()


def records(of: pa.Table) -> list[Record]:
    """Take a table's rows out one by one; whole numbers come without a decimal point."""
    numbers = NUMBERS.intersection(of.column_names)
    rows: list[Record] = of.to_pylist()
    for row in rows:
        row.update({name: _whole(row[name]) for name in numbers})
    return rows


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


# -- CSV ----------------------------------------------------------------------------------------


def csv(tables: Iterable[pa.Table]) -> Iterator[Piece]:
    """Write tables of the same columns as one CSV file, some thousand rows at a time."""
    for number, each in enumerate(tables):
        if number == 0:
            head = ",".join(_quoted_one(name) for name in each.column_names)
            yield f"{_BOM}{head}\r\n".encode()
        if each.num_rows:
            whole = each.unify_dictionaries().combine_chunks()
            told = _merged([_told(column) for column in whole.columns])
            yield from _in_turn(told.to_batches(max_chunksize=_ROWS))


def _in_turn(batches: Sequence[pa.RecordBatch]) -> Iterator[Piece]:
    """Write batches side by side, a few ahead of the one that is wanted; Arrow holds no lock."""
    if len(batches) == 1:
        yield _lines(batches[0])
        return
    with ThreadPoolExecutor(_HANDS) as hands:
        ahead: deque[Future[memoryview]] = deque()
        for batch in batches:
            ahead.append(hands.submit(_lines, batch))
            if len(ahead) > _HANDS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _quoted_one(text: str) -> str:
    return '"{}"'.format(guarded(text).replace('"', '""'))


def _told(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make cells of what repeats itself, once for the whole table; the rest waits for its batch.

    Texts that do not are made harmless, and are quoted when a line is put together.
    """
    if pa.types.is_boolean(column.type):
        chunks = [_coded(pc.fill_null(chunk.cast(pa.int32()), 2), _TOLD) for chunk in column.chunks]
    elif pa.types.is_string(column.type):
        return pa.chunked_array([_harmless(chunk) for chunk in column.chunks], pa.string())
    elif not pa.types.is_dictionary(column.type):
        return column
    else:
        chunks = [_coded(chunk.indices, _quoted(chunk.dictionary)) for chunk in column.chunks]
    return pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string()))


def _coded(indices: pa.Array, texts: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(indices.cast(pa.int32()), texts)


def _merged(columns: Sequence[pa.ChunkedArray]) -> pa.Table:
    """Make one of neighbours that change together, such as a source and all that is told of it."""
    found: list[pa.ChunkedArray] = []
    for column in columns:
        both = _together(found[-1], column) if found else None
        if both is None:
            found.append(column)
        else:
            found[-1] = both
    return pa.table(found, names=[str(number) for number in range(len(found))])


def _together(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.ChunkedArray | None:
    if not pa.types.is_dictionary(left.type) or left.type != right.type:
        return None
    parts = [_both(*each) for each in zip(left.chunks, right.chunks, strict=True)]
    return None if None in parts else pa.chunked_array(parts, left.type)


def _both(first: pa.DictionaryArray, second: pa.DictionaryArray) -> pa.DictionaryArray | None:
    """Code two columns as one: where one code tells the other, or few pairs are possible."""
    if first.null_count or second.null_count:
        return None  # an empty cell each, and no text to stand for both
    texts, others, codes = first.dictionary, second.dictionary, first.indices
    size = len(others)
    if size > 1 and not (len(texts) == size and codes.equals(second.indices)):
        if len(texts) * size > _PAIRS:
            return None
        pairs = np.arange(len(texts) * size, dtype=np.int32)
        texts, others = texts.take(pa.array(pairs // size)), others.take(pa.array(pairs % size))
        codes = pc.add(pc.multiply(codes, pa.scalar(size, pa.int32())), second.indices)
    joined = pc.binary_join_element_wise(texts, others[0] if size == 1 else others, ",")
    return _coded(codes, joined)


def _quoted(texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise('"', _harmless(texts), '"', "")


def _harmless(texts: pa.Array) -> pa.Array:
    """Defuse texts and double the quotes in them; most have neither."""
    plain = pc.fill_null(texts.cast(pa.string()), "")
    suspect = pc.is_in(pc.binary_slice(plain.view(pa.binary()), 0, 1), _SUSPECT)
    if pc.any(suspect).as_py():
        plain = pc.replace_with_mask(plain, suspect, defused(plain.filter(suspect)))
    if pc.any(pc.match_substring(plain, '"')).as_py():
        plain = pc.replace_substring(plain, '"', '""')
    return plain


def _lines(batch: pa.RecordBatch) -> memoryview:
    """Write lines: cells with what stands between them, all joined at once."""
    parts: list[Any] = []
    between, before = "", None
    for column in batch.columns:
        quote = '"' if pa.types.is_string(column.type) else ""
        cells = _cells(column, before)
        parts += [between + quote, cells]
        between = f"{quote},"
        before = (column, cells)
    end = between.replace(",", "\r\n")
    lines = pc.binary_join_element_wise(*parts, end, "", null_handling="replace")
    # The lines stand one behind the other in memory, as they are to stand in the file.
    length = pc.sum(pc.binary_length(lines)).as_py()
    return memoryview(lines.buffers()[2])[:length]


def _cells(column: pa.Array, before: tuple[pa.Array, pa.Array] | None) -> pa.Array:
    """Write a column's cells; no value is an empty cell. `before` is the column to the left."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    if pa.types.is_floating(column.type):
        is_beside = before is not None and pa.types.is_floating(before[0].type)
        return _same(column, *before) if before and is_beside else _digits(column)
    return column.cast(pa.string())


def _same(column: pa.Array, left: pa.Array, cells: pa.Array) -> pa.Array:
    """Write only the numbers that are not those to the left: most values are both of their ends."""
    others = pc.invert(pc.fill_null(pc.equal(column, left), False))  # noqa: FBT003 - a value
    return pc.replace_with_mask(cells, others, _digits(column.filter(others)))


def _digits(column: pa.Array) -> pa.Array:
    """Write numbers so that they read back equal, whole ones without point and exponent."""
    numbers = column.to_numpy(zero_copy_only=False)
    is_known = column.is_valid().to_numpy(zero_copy_only=False)
    is_whole = is_known & (np.abs(numbers) < _WHOLE) & (np.floor(numbers) == numbers)
    whole = np.where(is_whole, numbers, 0).astype(np.int64)
    texts = pa.array(whole, mask=~is_whole).cast(pa.string())
    rest = pa.array(is_known & ~is_whole)
    return pc.replace_with_mask(texts, rest, column.filter(rest).cast(pa.string()))


def read(data: bytes) -> list[Record]:
    """Read CSV of ours back: numbers, flags and texts as they were before they were written."""
    head, *lines = rfc4180.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [
        {name: _value(name, cell) for name, cell in zip(head, line, strict=True)} for line in lines
    ]


def _value(name: str, cell: str) -> float | int | bool | str | None:
    if name in FLAGS:
        return cell == "true" if cell else None
    if name in NUMBERS:
        return _whole(float(cell)) if cell else None
    if name in COUNTS:
        return int(cell) if cell else None
    return unguarded(cell)


# -- JSON and Parquet ---------------------------------------------------------------------------


def json(tables: Iterable[pa.Table]) -> Iterator[Piece]:
    """Write tables of the same columns as one JSON array, an object a row."""
    between = b"[\n"
    for each in tables:
        for batch in each.to_batches(max_chunksize=_ROWS):
            for row in records(pa.Table.from_batches([batch])):
                told = notation.dumps(row, ensure_ascii=False, allow_nan=False)
                yield between + told.encode()
                between = b",\n"
    yield b"\n]\n" if between == b",\n" else b"[]\n"


class _Drain(io.RawIOBase):
    """A file that only grows, and whose new bytes are taken away as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.length = 0
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.length

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer, as io.RawIOBase has it
        part = bytes(data)
        self.parts.append(part)
        self.length += len(part)
        return len(part)

    def taken(self) -> bytes:
        """Take away what was written since the last time."""
        found = b"".join(self.parts)
        self.parts.clear()
        return found


def parquet(tables: Iterable[pa.Table]) -> Iterator[Piece]:
    """Write tables of the same columns as one Parquet file, a row group each; days are dates."""
    waiting = iter(tables)
    first = _stored(next(waiting))
    drain = _Drain()
    with pa.PythonFile(drain, mode="w") as sink:
        with pq.ParquetWriter(sink, first.schema, compression="zstd") as into:
            for each in chain([first], map(_stored, waiting)):
                into.write_table(each)
                yield drain.taken()
        yield drain.taken()


def _stored(of: pa.Table) -> pa.Table:
    columns = [
        _dated(column) if name in DAYS else _plain(column)
        for name, column in zip(of.column_names, of.columns, strict=True)
    ]
    return pa.table(columns, names=of.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _dated(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = _plain(column)
    return pc.if_else(pc.equal(texts, ""), None, texts).cast(pa.date32())


FORMATS: dict[str, Callable[[Iterable[pa.Table]], Iterator[Piece]]] = {
    "csv": csv,
    "parquet": parquet,
    "json": json,
}
TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
