"""What files say, as Arrow: one table of files, one of observations; in memory, sent or kept."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.book import COLUMNS
from schemas.file import Link
from schemas.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from schemas.file import Said

_NAME = pa.dictionary(pa.int32(), pa.large_string())
_TEXT = pa.large_string()
_TYPES = {
    "category": _NAME,
    "string[pyarrow]": _TEXT,
    "float64": pa.float64(),
    "datetime64[s]": pa.timestamp("s"),
    # A byte each, so that the table's columns need no copy.
    "bool": pa.uint8(),
    "int32": pa.int32(),
}
# What Python's own values become before they are laid out so.
_WRITTEN = {pa.timestamp("s"): pa.date32(), pa.uint8(): pa.bool_()}
# What is joined from the sources is not a file's own.
OWN = tuple(COLUMNS)[: tuple(COLUMNS).index("published")]
_ROWS = pa.schema([*((name, _TYPES[COLUMNS[name]]) for name in OWN), ("twin", pa.uint8())])
_LINK = pa.struct(
    [("what", pa.string()), ("to", pa.string()), ("line", pa.int32()), ("column", pa.int32())]
)
# A file as it lay on the disk when it was read (0 where that is not to be relied on), and what it
# says besides observations. Text that may be anything is JSON in ASCII.
_FILES = pa.schema(
    [
        ("name", pa.large_string()),
        ("inode", pa.int64()),
        ("changed", pa.int64()),
        ("size", pa.int64()),
        ("digest", pa.large_string()),
        ("head", pa.large_string()),
        ("members", pa.large_string()),
        ("links", pa.large_list(_LINK)),
        ("problems", pa.large_string()),
        # of a source
        ("published", pa.timestamp("s")),
        ("grade", pa.int8()),
        ("repeats", pa.uint8()),
    ]
)
LOOKS = ("inode", "changed", "size")
_MAGIC = b"footnote"
_HEAD = 64
# A table of more pieces is made whole; so many changed files are put in one by one.
_CHUNKS = 24
# From which row to which one another table stands instead.
_Cut = tuple[int, int, pa.Table]
_FEW = 8


class BrokenError(ValueError):
    """Bytes that are no segment: cut short, changed, or of another make."""


class Segment(NamedTuple):
    """What some files say: `files` by name, `rows` by company; each company's rows together."""

    files: pa.Table
    rows: pa.Table

    def names(self) -> list[str]:
        """Name the files, sorted."""
        return cast("list[str]", self.files["name"].to_pylist())


NOTHING = Segment(_FILES.empty_table(), _ROWS.empty_table())


# -- made and joined --------------------------------------------------------------------------


def packed(said: Iterable[Said]) -> Segment:
    """Lay out what files say, in the order of their names."""
    files: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for each in sorted(said, key=lambda each: each.name):
        files.append(_file(each))
        rows += each.rows
    return joined([Segment(_table(_FILES, files), _table(_ROWS, rows))])


def _file(said: Said) -> tuple[object, ...]:
    links = [
        {"what": each.what, "to": each.to, "line": each.line, "column": each.column}
        for each in said.links
    ]
    problems = [(each.line, each.column, each.name, each.args) for each in said.problems]
    return (
        said.name, 0, 0, 0, said.digest, said.head,
        json.dumps(said.members) if said.members else "", links,
        json.dumps(problems) if problems else "", said.published, said.grade, said.repeats,
    )  # fmt: skip


def _table(schema: pa.Schema, records: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*records, strict=True)) or [()] * len(schema)
    return pa.table(
        [_array(values, field.type) for values, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array(values, _TEXT).dictionary_encode().cast(kind)
    if kind in _WRITTEN:
        return pa.array(values, _WRITTEN[kind]).cast(kind)
    # Missing numbers are NaN, and stay so; Arrow's own nulls would cost a copy.
    return pa.array(values, kind, from_pandas=False)


def joined(segments: Sequence[Segment]) -> Segment:
    """Put segments of different files together: files by name, rows by company."""
    files = pa.concat_tables([each.files for each in segments])
    rows = pa.concat_tables([each.rows for each in segments])
    return Segment(_by(files, files["name"]), _settled(_by(rows, rows["company"])))


def _by(table: pa.Table, key: pa.ChunkedArray) -> pa.Table:
    """Sort by a key, rows of one key as they stand."""
    if pa.types.is_dictionary(key.type):
        order = np.argsort(coded(key)[0], kind="stable")
    else:
        order = pc.sort_indices(key).to_numpy()
    ascending = len(order) == 0 or bool((order[1:] > order[:-1]).all())
    return (table if ascending else table.take(pa.array(order))).combine_chunks()


def _settled(rows: pa.Table) -> pa.Table:
    """Give every column of names one dictionary, sorted, of what it holds."""
    columns = []
    for field in _ROWS:
        column = rows[field.name]
        if pa.types.is_dictionary(field.type):
            codes, names = coded(column)
            column = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), names)
        columns.append(column)
    return pa.table(columns, schema=_ROWS)


def coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], pa.Array]:
    """Number the names of a column in their order: codes by row, and the names that it holds."""
    codes, names = _unified(column.chunks)
    order = pc.sort_indices(names).to_numpy()
    there = np.bincount(codes, minlength=len(names))[order] > 0
    if there.all() and (order[1:] > order[:-1]).all():
        return codes, names
    kept = order[there]
    turned = np.zeros(len(names), np.int32)
    turned[kept] = np.arange(len(kept), dtype=np.int32)
    return turned[codes], names.take(pa.array(kept))


def _unified(chunks: Sequence[pa.DictionaryArray]) -> tuple[NDArray[np.int32], pa.Array]:
    """Number names by the first dictionary, and those that it lacks behind its end."""
    names, parts, known = pa.array([], _TEXT), [], dict[tuple[int, ...], Any]()
    for each in chunks:
        # Pieces of one table share a dictionary, which then is looked through once.
        key = (each.dictionary.buffers()[2].address, len(each.dictionary), each.dictionary.offset)
        if key not in known:
            at = pc.index_in(each.dictionary, names)
            new = each.dictionary.filter(at.is_null())
            fresh = np.arange(len(names), len(names) + len(new), dtype=np.int32)
            places = pc.fill_null(at, 0).to_numpy(zero_copy_only=False).astype(np.int32)
            places[at.is_null().to_numpy(zero_copy_only=False)] = fresh
            straight = len(names) == 0
            names = each.dictionary if straight else pa.concat_arrays([names, new])
            known[key] = None if straight else places
        codes, places = each.indices.to_numpy(), known[key]
        parts.append(codes if places is None else places[codes])
    if len(parts) == 1:
        return parts[0], names
    return np.concatenate([np.zeros(0, np.int32), *parts]), names


def changed(before: Segment, after: Segment, gone: Sequence[str] = ()) -> Segment:
    """Put what some files say now in the place of what they said, and leave out what is gone."""
    names = pa.array([*after.names(), *gone], _TEXT)
    places = pc.index_in(names, before.files["name"])
    if gone or places.null_count or len(names) > _FEW:
        kept = before.files.filter(pc.invert(pc.is_in(before.files["name"], names)))
        companies = pa.array([company(each) for each in names.to_pylist()], _TEXT)
        codes, known = coded(before.rows["company"])
        out = pc.is_in(known, companies).to_numpy(zero_copy_only=False)
        rows = before.rows.filter(pa.array(~out[codes])) if len(codes) else before.rows
        return joined([Segment(kept, rows), after])
    return _spliced(before, after, places.to_pylist())


def _spliced(before: Segment, after: Segment, places: Sequence[int]) -> Segment:
    """Replace a few files without copying the rest."""
    codes, known = coded(before.rows["company"])
    fresh, theirs = coded(after.rows["company"])
    cuts: list[_Cut] = []
    spans: dict[tuple[int, int, str], pa.Table] = {}
    for index, place in enumerate(places):
        cuts.append((place, place + 1, after.files.slice(index, 1)))
        name = company(after.files["name"][index].as_py())
        if name:
            old, new = _span(codes, known, name), _span(fresh, theirs, name)
            spans[*old, name] = after.rows.slice(new[0], new[1] - new[0])
    # Companies that had no rows may belong in one place; there they stand by id, as all do.
    pieces = [(start, stop, spans[start, stop, name]) for start, stop, name in sorted(spans)]
    return Segment(_cut(before.files, cuts), _cut(before.rows, pieces))


def _span(codes: NDArray[np.int32], known: pa.Array, name: str) -> tuple[int, int]:
    # Where rows of a name stand, or would.
    code = pc.sum(pc.less(known, pa.scalar(name, _TEXT))).as_py() or 0
    after = code + int(code < len(known) and known[code].as_py() == name)
    first, last = np.searchsorted(codes, [code, after])
    return int(first), int(last)


def _cut(table: pa.Table, cuts: Sequence[_Cut]) -> pa.Table:
    parts, at = [], 0
    for start, stop, piece in cuts:
        parts += [table.slice(at, start - at), piece]
        at = stop
    found = pa.concat_tables([*parts, table.slice(at)])
    return found.combine_chunks() if found.column(0).num_chunks > _CHUNKS else found


def only(segment: Segment, names: Sequence[str]) -> Segment:
    """Keep what some files say."""
    wanted = pa.array(names, _TEXT)
    codes, known = coded(segment.rows["company"])
    ours = pc.is_in(known, pa.array([company(name) for name in names], _TEXT))
    there = ours.to_numpy(zero_copy_only=False)[codes]
    files = segment.files.filter(pc.is_in(segment.files["name"], wanted))
    return joined([Segment(files, segment.rows.filter(pa.array(there)))])


def stamped(segment: Segment, looks: NDArray[np.int64]) -> Segment:
    """Note what each file looks like from outside: inode, change time, size."""
    files = segment.files
    for name, numbers in zip(LOOKS, looks.T, strict=True):
        place = files.schema.get_field_index(name)
        files = files.set_column(place, name, pa.array(np.ascontiguousarray(numbers)))
    return Segment(files, segment.rows)


def looks(files: pa.Table) -> NDArray[np.int64]:
    """Give what each file looked like, as rows of inode, change time and size."""
    return np.stack([files[name].to_numpy() for name in LOOKS], axis=1)


def company(name: str) -> str:
    """Name the company that a file is about; "" where it is about none."""
    kind, _, rest = name.partition("/")
    return rest.removesuffix(".yaml") if kind == "companies" else ""


# -- taken apart ------------------------------------------------------------------------------


def frame(rows: pa.Table) -> dict[str, Any]:
    """Give the columns as pandas keeps them, text and numbers without a copy where possible."""
    return {field.name: _column(rows[field.name]) for field in _ROWS}


def _column(column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - whatever pandas keeps a column in
    kind = column.type
    if pa.types.is_dictionary(kind):
        codes, names = coded(column)
        index = pd.Index(pd.array(names, dtype="str"))
        return pd.Categorical.from_codes(codes, index, validate=False)
    if kind == _TEXT:
        return pd.arrays.ArrowStringArray(column)
    if pa.types.is_timestamp(kind):
        days = pc.fill_null(column.cast(pa.int64()), np.iinfo(np.int64).min).to_numpy()
        return days.view("datetime64[s]")
    found = column.to_numpy()
    return found.view(np.bool_) if kind == pa.uint8() else found


def problems(files: pa.Table, folder: str) -> Iterator[Problem]:
    """Tell what is wrong with files, each for itself."""
    for name, text in _where(files, "problems"):
        for line, at, what, args in json.loads(text):
            yield Problem(f"{folder}/{name}", line, at, what, tuple(map(tuple, args)))


def members(files: pa.Table) -> dict[str, tuple[str, ...]]:
    """Give the members of each group."""
    return {company(name): tuple(json.loads(text)) for name, text in _where(files, "members")}


def _where(files: pa.Table, column: str) -> Iterator[tuple[str, str]]:
    """Give the files whose column is not empty, and what stands there."""
    there = files.select(["name", column]).filter(pc.not_equal(files[column], ""))
    return zip(there["name"].to_pylist(), there[column].to_pylist(), strict=True)


def linked(files: pa.Table) -> pa.Table:
    """Give what files name of others, one row each: `name` of the file, `what`, `to`, place."""
    column = files["links"].combine_chunks()
    flat = pc.list_flatten(column)
    names = files["name"].combine_chunks().take(pc.list_parent_indices(column))
    return pa.table({"name": names, **{each.name: flat.field(each.name) for each in _LINK}})


def links(table: pa.Table, folder: str) -> list[Link]:
    """Take rows of `linked` out of it."""
    return [
        Link(stem(each["name"]), each["what"], each["to"], f"{folder}/{each['name']}",
             each["line"], each["column"])
        for each in table.to_pylist()
    ]  # fmt: skip


def stems(files: pa.Table, kind: str) -> pa.Array:
    """Name the companies, or the sources, that files of one kind describe."""
    names = files["name"].combine_chunks()
    return pc.utf8_slice_codeunits(names, len(kind) + 1, -len(".yaml"))


def digest(files: Iterable[pa.Table], more: Sequence[str]) -> str:
    """Digest files' names and contents, table by table, and some more lines (SHA-256)."""
    lines = [_lines(each) for each in files]
    return hashlib.sha256(b"\n".join([*filter(None, lines), *map(str.encode, more)])).hexdigest()


def _lines(files: pa.Table) -> bytes:
    parts = (files["name"], files["digest"], pa.scalar(" ", _TEXT))
    every = pc.binary_join_element_wise(*parts).combine_chunks()
    # One list of all lines, which Arrow joins without making each a text of Python's.
    listed = pa.LargeListArray.from_arrays(pa.array([0, len(every)], pa.int64()), every)
    joined_ = pc.binary_join(listed.cast(pa.list_(pa.string())), "\n")
    return bytes(joined_[0].as_buffer())


def stem(name: str) -> str:
    """Name the company or source that a file describes."""
    return name.rpartition("/")[2].removesuffix(".yaml")


# -- as bytes ---------------------------------------------------------------------------------


class _Summed:
    """A file that adds up a checksum of what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.sum = 0
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self.sum = zlib.crc32(data, self.sum)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


def write(segment: Segment, told: Mapping[str, object], file: BinaryIO) -> None:
    """Write a segment and what is told of it (JSON) into a file that is empty."""
    start = file.tell()
    file.write(bytes(_HEAD))
    into = _Summed(file)
    into.write(_padded(json.dumps(told).encode()))
    sizes = [into.size]
    for table in segment:
        with pa.ipc.new_stream(pa.PythonFile(into, "w"), table.schema) as stream:
            stream.write_table(table)
        into.write(bytes(-into.size % _HEAD))
        sizes.append(into.size)
    ends = struct.pack("<3Q", *sizes)
    file.seek(start)
    file.write(_MAGIC + ends + struct.pack("<I", zlib.crc32(ends, into.sum)))
    file.seek(0, 2)


def _padded(data: bytes) -> bytes:
    return data + b" " * (-len(data) % _HEAD)


def read(data: pa.Buffer) -> tuple[Segment, dict[str, Any]]:
    """Take a segment out of bytes, which it goes on using; raise `BrokenError` for others."""
    head = data.slice(0, min(_HEAD, data.size)).to_pybytes().ljust(_HEAD, b"\0")
    ends = struct.unpack_from("<3Q", head, len(_MAGIC))
    [wanted] = struct.unpack_from("<I", head, len(_MAGIC) + 24)
    if not head.startswith(_MAGIC) or data.size != _HEAD + ends[2]:
        raise BrokenError("no segment, or cut short")
    body = data.slice(_HEAD)
    if zlib.crc32(head[len(_MAGIC) : len(_MAGIC) + 24], zlib.crc32(body)) != wanted:
        raise BrokenError("changed since it was written")
    told = json.loads(body.slice(0, ends[0]).to_pybytes())
    tables = [
        pa.ipc.open_stream(body.slice(first, after - first)).read_all()
        for first, after in pairwise(ends)
    ]
    if [each.schema for each in tables] != [_FILES, _ROWS]:
        raise BrokenError("of another make")
    return Segment(*tables), told
