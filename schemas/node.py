"""One YAML file read as plain text values, each with the line and column where it stands.

PyYAML's C event stream is read in a loop, so nothing nests deeper than the checks allow, and its
typing is never asked: `no`, `1_000` and `2025-09-30` are text. Models decide what text means.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple, TypeAlias, cast

from yaml import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    KeyToken,
    MappingEndEvent,
    MappingStartEvent,
    Mark,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
    emit,
)
from yaml._yaml import CParser

from schemas.problem import Problem, problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 12
MAX_VALUES = 50_000
MAX_PROBLEMS = 20

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

# PyYAML's own types leave open what its C parser always gives.
_Event: TypeAlias = Any

# What may stand in a file: the printable characters of YAML 1.2 (section 5.1), less U+0085, U+2028
# and U+2029, which libyaml takes for line ends (as YAML 1.1 did) and YAML 1.2 does not.
_ALLOWED = re.compile(
    "[\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
# The same, for what an escape in double quotes can bring in; spreadsheets (XML) cannot hold it.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
# Controls, line separators, surrogates, U+FFFE, U+FFFF, annotation marks; what Unicode lists as
# Bidi_Control or Default_Ignorable_Code_Point (DerivedCoreProperties.txt); the blank braille cell.
_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"[{_UNSEEN}]")
# In a key, also the blanks that pass for an ordinary one; a Chinese keyboard types U+3000.
_HIDDEN_IN_KEY = re.compile(f"[{_UNSEEN}\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = re.compile(r"\r\n?|\n")
_JSON_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_JSON_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
# A question mark that may ask for a key.
_ASKED = re.compile(r"(?:^|[\r\[{,:?-])[ \t]*\?", re.MULTILINE)
# After one of these the rest of a file is not worth reading.
_LAST = frozenset({"too-deep", "too-many-values", "yaml-documents"})
_NOWHERE: Mapping[str, tuple[int, int]] = MappingProxyType({})


class Node(NamedTuple):
    """A value of a file (text, a list or a mapping) and where it begins, counted from 1."""

    value: str | tuple[Node, ...] | dict[str, Node]
    line: int
    column: int
    keys: Mapping[str, tuple[int, int]] = _NOWHERE  # where each key of a mapping stands


class Read(NamedTuple):
    """What a file holds: no node when there is any problem, no digest when it was not read."""

    node: Node | None
    problems: tuple[Problem, ...]
    digest: str  # SHA-256 of the bytes, in hexadecimal


def read(path: Path, root: Path) -> Read:
    """Read a file that must lie in the folder `root`, links resolved; it never waits."""
    shown = _shown(path, root)
    try:
        data = _bytes(path, root, shown)
    except FileNotFoundError:
        data = problem("missing-file", shown)
    except OSError as error:
        data = problem("unreadable-file", shown, reason=error.strerror or error)
    if isinstance(data, Problem):
        return Read(None, (data,), "")
    return Read(*parse(data, shown), hashlib.sha256(data).hexdigest())


def digest(path: Path, root: Path) -> str:
    """Give the SHA-256 of a file's bytes as `read` does; "" where they cannot be read."""
    try:
        data = _bytes(path, root, "")
    except OSError:
        return ""
    return "" if isinstance(data, Problem) else hashlib.sha256(data).hexdigest()


def parse(data: bytes, path: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read bytes as one document of YAML 1.2; at most `MAX_PROBLEMS` problems are told at once."""
    text = _text(data, path)
    if isinstance(text, Problem):
        return None, (text,)
    found: list[Problem] = []
    try:
        node = _tree(_joined(text), path, found)
    except MarkedYAMLError as error:
        node = None
        found.append(_syntax(error, text, path))
    return (None if found else node), tuple(found[:MAX_PROBLEMS])


def plain(node: Node) -> Plain:
    """Give the values alone: text, lists and dictionaries."""
    value = node.value
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value]


def written(value: Plain) -> str:
    """Write values as YAML that `parse` reads back: text, lists and dictionaries.

    >>> print(written({"as_stated": "約5300萬美元", "place": "¶4"}), end="")
    as_stated: 約5300萬美元
    place: ¶4
    """
    events = [
        StreamStartEvent(),
        DocumentStartEvent(explicit=False),
        *_events(value),
        DocumentEndEvent(explicit=False),
        StreamEndEvent(),
    ]
    # One line a scalar: a fold in the middle of a figure is hard to review.
    return str(emit(events, allow_unicode=True, width=1 << 20))


def _events(value: Plain) -> Iterator[_Event]:
    if isinstance(value, str):
        # Typing is never asked, so plain text may be plain; the emitter quotes what needs it.
        yield ScalarEvent(None, None, (True, True), value)
    elif isinstance(value, dict):
        yield MappingStartEvent(None, None, implicit=True, flow_style=False)
        for key, each in value.items():
            yield from _events(key)
            yield from _events(each)
        yield MappingEndEvent()
    else:
        yield SequenceStartEvent(None, None, implicit=True, flow_style=False)
        for each in value:
            yield from _events(each)
        yield SequenceEndEvent()


def place(node: Node, loc: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
    """Find the line and column of a pydantic error's `loc`, or of its nearest ancestor.

    A missing key stands where its mapping does. With `key`, or where `loc` ends in pydantic's
    "[key]", the place is that of the last key and not of its value.
    """
    named = (node.line, node.column)
    for part in loc:
        value = node.value
        if isinstance(value, dict) and part in value:
            named, node = node.keys[str(part)], value[str(part)]
        elif isinstance(value, tuple) and isinstance(part, int) and 0 <= part < len(value):
            node = value[part]
            named = (node.line, node.column)
        elif part == "[key]":
            return named
        else:
            return node.line, node.column
    return named if key else (node.line, node.column)


def hidden(text: str) -> str | None:
    r"""Name the first control, bidirectional or invisible character, if there is one.

    >>> hidden("稀宇科技"), hidden("mini\u200bmax")
    (None, 'U+200B ZERO WIDTH SPACE')
    """
    found = _HIDDEN.search(text)
    return _named(found[0]) if found else None


# -- bytes ------------------------------------------------------------------------------------


def _shown(path: Path, root: Path) -> str:
    inside = path.is_relative_to(root.parent)
    shown = (path.relative_to(root.parent) if inside else path).as_posix()
    # A file's name may be any bytes; a problem must stay text that can be printed.
    return os.fsencode(shown).decode("utf-8", "replace")


def _bytes(path: Path, root: Path, shown: str) -> bytes | Problem:
    # As text: a path made into an object costs as much as reading a small file.
    real, base = os.path.realpath(path), os.path.realpath(root)
    if os.path.commonpath((real, base)) != base:
        return problem("outside-folder", shown, folder=root.name or root)
    refused = _refused(Path(real).stat(), shown)
    if refused:
        return refused
    with open(real, "rb", opener=_unwaiting) as file:
        # The name may have been given to something else since `stat`.
        status = os.fstat(file.fileno())
        return _refused(status, shown) or _content(file, status.st_size)


def _content(file: BinaryIO, size: int) -> bytes:
    # Room for the largest file is not made for each; one that grew meanwhile is read on.
    data = file.read(min(size, MAX_BYTES) + 1)
    return data if len(data) <= size else data + file.read(MAX_BYTES + 1 - len(data))


def _unwaiting(path: str, flags: int) -> int:
    # A FIFO without a writer would hold an ordinary `open` for ever. Windows has no such flags.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def _refused(status: os.stat_result, shown: str) -> Problem | None:
    if not stat.S_ISREG(status.st_mode):
        return problem("not-a-file", shown, mode=stat.filemode(status.st_mode))
    if status.st_size > MAX_BYTES:
        return _too_large(status.st_size, shown)
    return None


def _too_large(size: int, path: str) -> Problem:
    return problem("file-too-large", path, size=size, limit=MAX_BYTES)


# -- text -------------------------------------------------------------------------------------


def _text(data: bytes, path: str) -> str | Problem:
    if len(data) > MAX_BYTES:
        return _too_large(len(data), path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        seen = error.object[error.start : error.start + 4].hex(" ").upper()
        return problem("not-utf-8", path, *_end(before), bytes=seen)
    allowed = cast("re.Match[str]", _ALLOWED.match(text)).end()
    if allowed < len(text):
        at = _end(text[:allowed])
        return problem("control-character", path, *at, character=_named(text[allowed]))
    return text


def _end(text: str) -> tuple[int, int]:
    *lines, last = _LINE_END.split(text)
    return len(lines) + 1, len(last) + 1


def _named(character: str) -> str:
    # Controls and their like have no name in Unicode but a label (section 4.8 of the standard).
    label = {"Cc": "control", "Cs": "surrogate"}.get(unicodedata.category(character), "unassigned")
    return f"U+{ord(character):04X} {unicodedata.name(character, label)}"


def _seen(text: str) -> str:
    limit = 60
    cut = text if len(text) <= limit else f"{text[:limit]}…"
    return _HIDDEN_IN_KEY.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", cut)


def _joined(text: str) -> str:
    # JSON writes a character above U+FFFF as two escapes, which libyaml refuses one by one. Only
    # in JSON is it plain where strings begin and end; blanks after them keep the columns right.
    if "\\u" not in text or not _JSON_PAIR.search(text) or not _is_json(text):
        return text
    return _JSON_STRING.sub(_padded, text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _padded(found: re.Match[str]) -> str:
    string = found[0]
    return _JSON_PAIR.sub(_one, string).ljust(len(string))


def _one(pair: re.Match[str]) -> str:
    return pair[1] + str(json.loads(f'"{pair[2]}"'))


def _syntax(error: MarkedYAMLError, text: str, path: str) -> Problem:
    at = cast("Mark", error.problem_mark)
    began = error.context_mark or at
    # A slip that libyaml notices only later, or at the very end, is told where it began.
    if error.context == "while scanning a simple key" or at.index >= len(text.rstrip()):
        at = began
    # libyaml counts one more line after the last; an editor has none.
    lines = _LINE_END.split(text.rstrip("\r\n"))
    line = min(at.line, len(lines) - 1)
    column = at.column if line == at.line else len(lines[line])
    if re.search("directive|incompatible", error.problem or ""):
        return problem("yaml-directive", path, line + 1, 1)
    reason = ": ".join(filter(None, (error.context, error.problem)))
    return problem(
        "yaml-syntax",
        path,
        line + 1,
        column + 1,
        reason=reason,
        began=began.line + 1,
        seen=_seen(lines[line].strip()),
    )


# -- events -----------------------------------------------------------------------------------


def _tree(text: str, path: str, found: list[Problem]) -> Node | None:  # noqa: C901, PLR0912, PLR0915
    """Build the tree; where YAML does what we refuse, `found` grows and the tree is void.

    One loop over local variables, because most of a cold start is spent here: it calls out only
    for what is rare. The values of the open collection are in `values`, and where it is a mapping,
    its keys are in `keys` in the same order and `naming` says that a key comes next.
    """
    # Without one of these signs no scalar has a tag, an anchor or an escape.
    wary = any(sign in text for sign in "!&\\")
    usual: set[str] = set()  # keys that were looked at before
    above: list[tuple[Any, ...]] = []
    values: list[Node] = []
    keys: dict[str, tuple[int, int]] = {}
    mapping, naming, left, documents = False, False, MAX_VALUES, 0
    new = tuple.__new__
    begun: Any = None
    event: _Event
    for event in iter(CParser(text).get_event, None):
        kind = type(event)
        if kind is ScalarEvent:
            value, mark = event.value, event.start_mark
            if wary and (
                event.tag is not None or event.anchor is not None or not value.isprintable()
            ):
                found += _faults(event, path)
            if not naming:
                values.append(new(Node, (value, mark.line + 1, mark.column + 1, _NOWHERE)))
                naming = mapping
                left -= 1
            elif value in usual and value not in keys:
                keys[value] = (mark.line + 1, mark.column + 1)
                naming = False
                continue
            else:
                if value in keys or value == "<<" or not (value.isascii() and value.isprintable()):
                    found += _key_faults(event, keys, path)
                keys[value] = (mark.line + 1, mark.column + 1)
                naming = False
                if value != "<<":  # text when quoted, a merge when not
                    usual.add(value)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            whole = dict(zip(keys, values, strict=False)) if mapping else tuple(values)
            node = new(Node, (whole, begun.line + 1, begun.column + 1, keys))
            values, keys, begun, mapping, naming = above.pop()
            if not naming:
                values.append(node)
            naming = mapping and not naming
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            found += _opening_faults(event, len(above), naming, path)
            above.append((values, keys, begun, mapping, naming))
            values, keys, begun = [], {}, event.start_mark
            mapping = naming = kind is MappingStartEvent
            left -= 1
        elif kind is AliasEvent:
            found.append(_problem("yaml-alias", event, path, alias=_seen(event.anchor)))
            naming = mapping and not naming
            left -= 1
        elif kind is DocumentStartEvent:
            found += _document_faults(event, documents, path)
            documents += 1
        if left < 0:
            found.append(_problem("too-many-values", event, path, limit=MAX_VALUES))
        if found and (len(found) >= MAX_PROBLEMS or found[-1].name in _LAST):
            return None
    if not found and (not values or values[0].value == ""):
        found.append(problem("empty-document", path, 1, 1))
    if not found and "?" in text and _ASKED.search(text):
        found += islice(_asked(text, path), MAX_PROBLEMS)
    return None if found else values[0]


def _problem(name: str, event: _Event, path: str, **args: object) -> Problem:
    mark = event.start_mark
    return problem(name, path, mark.line + 1, mark.column + 1, **args)


def _faults(event: _Event, path: str) -> Iterator[Problem]:
    if event.anchor is not None:
        yield _problem("yaml-anchor", event, path, anchor=_seen(event.anchor))
    if event.tag is not None:
        yield _problem("yaml-tag", event, path, tag=_seen(event.tag))
    control = _CONTROL.search(getattr(event, "value", ""))
    if control:
        yield _problem("control-character", event, path, character=_named(control[0]))


def _opening_faults(event: _Event, depth: int, naming: bool, path: str) -> Iterator[Problem]:  # noqa: FBT001
    yield from _faults(event, path)
    if naming:
        yield _problem("yaml-complex-key", event, path)
    if depth >= MAX_DEPTH:
        yield _problem("too-deep", event, path, limit=MAX_DEPTH)


def _document_faults(event: _Event, before: int, path: str) -> Iterator[Problem]:
    if event.version or event.tags:
        yield _problem("yaml-directive", event, path)
    if before:
        yield _problem("yaml-documents", event, path)


def _asked(text: str, path: str) -> Iterator[Problem]:
    # Events do not tell `? a` from `a`, tokens do: only a key that was asked for has a length.
    # In brackets libyaml takes `[?a]` for one, which silently would be a mapping.
    token: _Event
    for token in iter(CParser(text).get_token, None):
        if type(token) is KeyToken and token.end_mark.index > token.start_mark.index:
            yield _problem("yaml-complex-key", token, path)


def _key_faults(event: _Event, keys: Mapping[str, tuple[int, int]], path: str) -> Iterator[Problem]:
    key = event.value
    shown = _seen(key)
    if key == "<<" and not event.style:
        yield _problem("yaml-merge", event, path)
    unseen = _HIDDEN_IN_KEY.search(key)
    if unseen and not _CONTROL.search(key):
        yield _problem("hidden-in-key", event, path, key=shown, character=_named(unseen[0]))
    if key in keys:
        line, column = keys[key]
        yield _problem("duplicate-key", event, path, key=shown, first=f"{line}:{column}")
