"""What `schemas.node` accepts, refuses and points at, from tables, by chance and from corpora."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
import socket
import string
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from schemas import node
from schemas.node import Node, hidden, parse, place, plain, read
from schemas.problem import SEVERITY

ROOT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("FOOTNOTE_CORPORA") or ROOT / "nowhere")

# Bytes, the first problem's name, its line and column.
BAD = [
    # not text
    (b"name: \xc4\xe3\xba\xc3", "not-utf-8", 1, 7),  # GBK
    (b"a: b\r\nname: \xa7A", "not-utf-8", 2, 7),  # Big5
    (b"\xff\xfea\x00:\x00 \x00b\x00", "not-utf-8", 1, 1),  # UTF-16, little end first
    (b"\xfe\xff\x00a\x00:\x00 \x00b", "not-utf-8", 1, 1),  # UTF-16, big end first
    (b"\xff\xfe\x00\x00a\x00\x00\x00", "not-utf-8", 1, 1),  # UTF-32, little end first
    (b"\x00\x00\xfe\xff\x00\x00\x00a", "not-utf-8", 1, 3),  # UTF-32, big end first
    (b"a\x00:\x00 \x00b\x00", "control-character", 1, 2),  # UTF-16 without a mark
    (b"\xef\xbb\xbfa: \xff", "not-utf-8", 1, 4),
    (b"a: \xc0\x80", "not-utf-8", 1, 4),  # NUL written too long
    (b"a: \xed\xa0\x80", "not-utf-8", 1, 4),  # half of a pair
    (b"a: \xf4\x90\x80\x80", "not-utf-8", 1, 4),  # beyond U+10FFFF
    ("中: 文\nb: ".encode() + b"\xe4\xb8", "not-utf-8", 2, 4),  # cut in the middle
    (b"\x89PNG\r\n\x1a\n", "not-utf-8", 1, 1),
    # characters
    (b"a: b\x00c", "control-character", 1, 5),
    (b"a: b\n\nc: \x1b[31m", "control-character", 3, 4),
    (b"a: \x7f", "control-character", 1, 4),
    (b"# \x07", "control-character", 1, 3),
    ("a: 中\x85b".encode(), "control-character", 1, 5),
    ("a: b\u2028c".encode(), "control-character", 1, 5),
    ("a: b\u2029c".encode(), "control-character", 1, 5),
    ("a: b\ufeffc".encode(), "control-character", 1, 5),
    ("\ufeff\ufeffa: b".encode(), "control-character", 1, 1),
    ("a: \uffff".encode(), "control-character", 1, 4),
    (b'a: b\nc: "x\\0y"', "control-character", 2, 4),
    (b'a: ["\\e[31m"]', "control-character", 1, 5),
    (b'a: "\\N"', "control-character", 1, 4),
    (b'a: "\\L"', "control-character", 1, 4),
    (b'"a\\x07": b', "control-character", 1, 1),
    ("a: b\nme\u200btric: c".encode(), "hidden-in-key", 2, 1),
    ("\u202eemag: c".encode(), "hidden-in-key", 1, 1),
    ("a:\n  c\u00a0d: e".encode(), "hidden-in-key", 2, 3),
    ("metric\u3000: e".encode(), "hidden-in-key", 1, 1),
    ("a\ufe0f: e".encode(), "hidden-in-key", 1, 1),
    ("{\u3164: e}".encode(), "hidden-in-key", 1, 2),
    ("- a\U000e0061: e".encode(), "hidden-in-key", 1, 3),
    (b'"a\\u200d": b', "hidden-in-key", 1, 1),
    (b'"a\\tb": b', "hidden-in-key", 1, 1),
    (b'"a\\nb": b', "hidden-in-key", 1, 1),
    # YAML that is not YAML
    (b"a: b: c", "yaml-syntax", 1, 5),
    (b"a: [b, c", "yaml-syntax", 1, 4),
    (b"a: {b: c\n\n", "yaml-syntax", 1, 4),
    (b"a: {b: c\nd: e", "yaml-syntax", 2, 2),
    (b"a: 'b\n", "yaml-syntax", 1, 4),
    (b'a: "b\n', "yaml-syntax", 1, 4),
    (b"a: b\n  c: d", "yaml-syntax", 2, 4),
    (b"a:\n\tb: c", "yaml-syntax", 2, 1),
    (b"a: @b", "yaml-syntax", 1, 4),
    (b"a: `b", "yaml-syntax", 1, 4),
    (b"a: %b", "yaml-syntax", 1, 4),
    (b"a: * b", "yaml-syntax", 1, 5),
    (b"a: *", "yaml-syntax", 1, 4),
    (b"a: ]", "yaml-syntax", 1, 4),
    (b"a: b\n- c", "yaml-syntax", 2, 1),
    (b"a: 1\nb 2\nc: 3", "yaml-syntax", 2, 1),
    ("a: 1\nname：稀宇\nc: 3".encode(), "yaml-syntax", 2, 1),
    (b'a: "b" c', "yaml-syntax", 1, 8),
    (b'a: "\\q"', "yaml-syntax", 1, 5),
    (b'a: "\\ud83d"', "yaml-syntax", 1, 7),
    (b'- "\\ud83d\\ude00"', "yaml-syntax", 1, 6),  # only JSON writes characters in halves
    (b'{"a": "\\ud83d\\ude00"} b', "yaml-syntax", 1, 10),
    (b": a", "yaml-syntax", 1, 1),
    (b"a: 1\n...\nb: 2", "yaml-syntax", 3, 1),
    # YAML that we refuse
    (b"a: &b c", "yaml-anchor", 1, 4),
    (b"title: &P results", "yaml-anchor", 1, 8),
    (b"&a b: c", "yaml-anchor", 1, 1),
    (b"a:\n  &b\n  c: d", "yaml-anchor", 2, 3),
    (b"- &a [b]", "yaml-anchor", 1, 3),
    (b"&a", "yaml-anchor", 1, 1),
    (b"a: *b", "yaml-alias", 1, 4),
    (b"*a : b", "yaml-alias", 1, 1),
    (b"- b\n- *b", "yaml-alias", 2, 3),
    (b"a: !!str b", "yaml-tag", 1, 4),
    (b"a: !b c", "yaml-tag", 1, 4),
    (b"! a", "yaml-tag", 1, 1),
    (b"a: !<tag:yaml.org,2002:int> 1", "yaml-tag", 1, 4),
    (b"!!python/object/apply:os.system [ls]", "yaml-tag", 1, 1),
    (b"a: !!map {b: c}", "yaml-tag", 1, 4),
    (b"!a b: c", "yaml-tag", 1, 1),
    (b"a: 1\n<<: {b: c}", "yaml-merge", 2, 1),
    (b'"<<": 1\nb:\n  <<: c', "yaml-merge", 3, 3),
    (b"[a]: b", "yaml-complex-key", 1, 1),
    (b"{a: b}: c", "yaml-complex-key", 1, 1),
    (b"a: b\n? [c]\n: d", "yaml-complex-key", 2, 3),
    (b"? a\n: b", "yaml-complex-key", 1, 1),
    (b"?", "yaml-complex-key", 1, 1),
    (b"\r ? # c\r  a", "yaml-complex-key", 2, 2),
    (b"a:\n- ? >-\n    a\n  : b", "yaml-complex-key", 2, 3),
    (b"a: [b, ?c]", "yaml-complex-key", 1, 8),
    (b"{?a: b}", "yaml-complex-key", 1, 2),
    (b"%YAML 1.2\n---\na: b", "yaml-directive", 1, 1),
    (b"# c\n%TAG ! tag:x,2002:\n---\na: b", "yaml-directive", 2, 1),
    (b"%YAML 1.3\n---\na: b", "yaml-directive", 1, 1),
    (b"%FOO\n---\na: b", "yaml-directive", 1, 1),
    (b"a: b\n---\nc: d", "yaml-documents", 2, 1),
    (b"---\n---\n", "yaml-documents", 2, 1),
    (b"a: b\n...\n---\n", "yaml-documents", 3, 1),
    (b"a: b\nc: d\na: e", "duplicate-key", 3, 1),
    (b"{a: b, 'a': c}", "duplicate-key", 1, 8),
    (b'- a: b\n  "\\x61": c', "duplicate-key", 2, 3),
    ("名: b\n值:\n  - {名: c, 名: d}".encode(), "duplicate-key", 3, 12),
    (b"", "empty-document", 1, 1),
    (b"\xef\xbb\xbf", "empty-document", 1, 1),
    (b"\n\n", "empty-document", 1, 1),
    (b"# only\n# words", "empty-document", 1, 1),
    (b"---\n", "empty-document", 1, 1),
    (b"--- ''\n", "empty-document", 1, 1),
    # too much
    (b"[" * 200_000, "too-deep", 1, 13),
    (b"{a: " * 200_000, "too-deep", 1, 49),
    (b"- " * 200_000, "too-deep", 1, 25),
    (b"[" * 13 + b"]" * 13, "too-deep", 1, 13),
    (b"".join(b" " * depth + b"a:\n" for depth in range(300)), "too-deep", 13, 13),
    (b"- a\n" * 50_000, "too-many-values", 50_000, 3),
    (b"[" + b"a," * 50_000 + b"]", "too-many-values", 1, 100_000),
    (b" " * node.MAX_BYTES + b"a", "file-too-large", 0, 0),
]

# Bytes and the values they hold.
GOOD = [
    (b"a: b", {"a": "b"}),
    (b"a: b\n", {"a": "b"}),
    (b"\xef\xbb\xbfa: b", {"a": "b"}),
    (b"---\na: b\n...\n", {"a": "b"}),
    (b"a: b\r\nc:\r\n  - d\r\n  - e\r\n", {"a": "b", "c": ["d", "e"]}),
    (b"a: b\rc: d\r", {"a": "b", "c": "d"}),
    (b"a:\nb: ''\nc: \"\"\n", {"a": "", "b": "", "c": ""}),
    (b"a: ~\nb: null\n~: c\n", {"a": "~", "b": "null", "~": "c"}),
    (b"[no, yes, on, true, True, 1_000, 0x1F, 0o17, 017, 1e3]", None),
    (b"[2025-09-30, 190:20:30, .inf, .nan, -0, +1, 1.10, 22:22, =, '1']", None),
    (b"a: 1.1bn USD # a comment\n# another\nb: '>70%'", {"a": "1.1bn USD", "b": ">70%"}),
    (b"a#b: c#d", {"a#b": "c#d"}),
    (b"a: R&D!\nb: a*b\nc: what?\nd: x-y", {"a": "R&D!", "b": "a*b", "c": "what?", "d": "x-y"}),
    (b"url: https://example.com/?a=1&b=2#c", {"url": "https://example.com/?a=1&b=2#c"}),
    (b"'a b': c\n\"d:e\": f\n'': g", {"a b": "c", "d:e": "f", "": "g"}),
    (b"'<<': a\n\"*b\": '&c'\n'!d': '?e'", {"<<": "a", "*b": "&c", "!d": "?e"}),
    (b"a: 'it''s'\nb: \"x\\ty\\nz\\\\ \\x41\\u4e2d\"", {"a": "it's", "b": "x\ty\nz\\ A中"}),
    (b"a: |\n  x\n   y\n\n  z\nb: c", {"a": "x\n y\n\nz\n", "b": "c"}),
    (b"a: |-\n  x\n  y\n", {"a": "x\ny"}),
    (b"a: |+\n  x\n\nb: |2\n   y\n", {"a": "x\n\n", "b": " y\n"}),
    (b"a: >\n  x\n  y\n\n  z\n", {"a": "x y\nz\n"}),
    (b"a: >-\n  x\n  y\n", {"a": "x y"}),
    (b"a: x\n  y\n  z", {"a": "x y z"}),
    (b"a: 'x\n\n  y'\nb: \"x\n  y\\\n  z\"", {"a": "x\ny", "b": "x yz"}),
    (b"- - a\n  - b\n- c: d\n  e: f\n-\n  g", [["a", "b"], {"c": "d", "e": "f"}, "g"]),
    (b"a:\n- b\n- c", {"a": ["b", "c"]}),
    (b"a: []\nb: {}\nc: [{}]", {"a": [], "b": {}, "c": [{}]}),
    (b"[a, b: c, ]", ["a", {"b": "c"}]),
    (b"{a, b: }", {"a": "", "b": ""}),
    (b"just text", "just text"),
    ("name: {en: MiniMax, zh: 稀宇科技}".encode(), {"name": {"en": "MiniMax", "zh": "稀宇科技"}}),
    ("稀宇：科技".encode(), "稀宇：科技"),
    ("金额: 11億，約５３萬".encode(), {"金额": "11億，約５３萬"}),
    ("注: ¥１\u3000元".encode(), {"注": "¥１\u3000元"}),
    ("a: 😀👨\u200d👩\n𠮷: 野家".encode(), {"a": "😀👨\u200d👩", "𠮷": "野家"}),
    ("a: x\u00a0y\u202az\ue000".encode(), {"a": "x\u00a0y\u202az\ue000"}),
    (b'{"a": [1, 2.50, true, null], "b": {}}', {"a": ["1", "2.50", "true", "null"], "b": {}}),
    (b'{"a":"b","c":[1,{"d":"e"}]}', {"a": "b", "c": ["1", {"d": "e"}]}),
    (b'{\n\t"a":\t"b\\/c",\n\t"d": [\n\t\t1\n\t]\n}', {"a": "b/c", "d": ["1"]}),
    (b'{"\\u4e2d": "\\ud83d\\ude00x\\uD834\\uDD1E"}', {"中": "😀x𝄞"}),
    (b'{"\\ud83d\\ude00": "\\\\ud83d\\\\ude00"}', {"😀": "\\ud83d\\ude00"}),
    (b"- '\\ud83d\\ude00'\n- \\ud83d\\ude00", ["\\ud83d\\ude00", "\\ud83d\\ude00"]),
    (b'"a"', "a"),
    (b"[" * 12 + b"]" * 12, [[[[[[[[[[[[]]]]]]]]]]]]),
    (b"- a\n" * 49_999, ["a"] * 49_999),
    (b"a: b " + b" " * (node.MAX_BYTES - 5), {"a": "b"}),
]  # fmt: skip


def good(data):
    """Read what has no problems."""
    tree, problems = parse(data, "x.yaml")
    assert problems == ()
    return tree


def told(data):
    """Read what has problems, and say where they are."""
    tree, problems = parse(data, "x.yaml")
    assert tree is None
    assert {each.path for each in problems} == {"x.yaml"}
    return [(each.name, each.line, each.column) for each in problems]


def written_in(test):
    """Give the file that is a test's docstring."""
    return (inspect.cleandoc(test.__doc__) + "\n").encode()


def _short(data):
    return ascii(data[:40]) if isinstance(data, bytes) else ""


# -- tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "name", "line", "column"), BAD, ids=_short)
def test_what_is_refused_is_named_and_placed(data, name, line, column):
    assert told(data)[0] == (name, line, column)


@pytest.mark.parametrize(("data", "values"), GOOD, ids=_short)
def test_what_is_accepted_is_plain_text(data, values):
    tree = good(data)
    if values is None:  # a list in brackets, as it stands
        values = [each.strip(" '") for each in data.decode().strip("[]").split(",")]
    assert plain(tree) == values


@pytest.mark.parametrize(
    ("data", "args"),
    [
        (b"a: \xc4\xe3\xba\xc3\xa1", {"bytes": "C4 E3 BA C3"}),
        (b"a: \x00", {"character": "U+0000 control"}),
        (
            "\u202eab: c".encode(),
            {"key": "\\u{202e}ab", "character": "U+202E RIGHT-TO-LEFT OVERRIDE"},
        ),
        (b"a: &b c", {"anchor": "b"}),
        (b"a: *b", {"alias": "b"}),
        (b"a: !b c", {"tag": "!b"}),
        (b"a: !!str c", {"tag": "tag:yaml.org,2002:str"}),
        (b"a: !<x%E2%80%AEy> c", {"tag": "x\\u{202e}y"}),
        (b"b:\n  a: 1\n  a: 2", {"key": "a", "first": "2:3"}),
        (b"[" * 13, {"limit": "12"}),
        (b"[" + b"a," * 50_000 + b"]", {"limit": "50000"}),
        (b" " * (node.MAX_BYTES + 1), {"size": "1048577", "limit": "1048576"}),
        (
            b"a: 1\nb: [c,\n  d",
            {
                "reason": "while parsing a flow sequence: did not find expected ',' or ']'",
                "began": "2",
                "seen": "b: [c,",
            },
        ),
        (
            b"a: 1\n" + b"x" * 70,
            {
                "reason": "while scanning a simple key: could not find expected ':'",
                "began": "2",
                "seen": "x" * 60 + "…",
            },
        ),
    ],
    ids=_short,
)
def test_a_problem_tells_what_was_seen(data, args):
    _, (problem,) = parse(data, "x.yaml")
    assert dict(problem.args) == args


def test_all_problems_of_a_file_are_told_at_once():
    """
    a: &b 1
    a: !c 2
    d: *b
    <<: {d: 1}
    d: "\\0"
    """
    assert told(written_in(test_all_problems_of_a_file_are_told_at_once)) == [
        ("yaml-anchor", 1, 4),
        ("duplicate-key", 2, 1),
        ("yaml-tag", 2, 4),
        ("yaml-alias", 3, 4),
        ("yaml-merge", 4, 1),
        ("duplicate-key", 5, 1),
        ("control-character", 5, 4),
    ]


def test_what_goes_before_a_slip_of_syntax_is_told_too():
    assert told(b"a: !b c\nd: e: f") == [("yaml-tag", 1, 4), ("yaml-syntax", 2, 5)]


@pytest.mark.parametrize("unit", [b"- *a\n", b"- !a b\n", b"- &a\n", b"a: 1\n", b"- {[]: 1}\n"])
def test_problems_are_told_up_to_a_limit(unit):
    assert len(told(unit * 40_000)) == node.MAX_PROBLEMS


def test_a_quoted_merge_sign_does_not_let_a_bare_one_pass():
    found = told(b"- '<<': a\n- <<: b\n- <<: c")
    assert found == [("yaml-merge", 2, 3), ("yaml-merge", 3, 3)]


def test_only_a_question_mark_that_asks_for_a_key_is_refused():
    """
    - ?a
    - a: ?b
    - 'c': what?
      ? d
      : {e: 'f?', g: h?}
    - '
      ? i'
    # ? j
    - |
      ? k
    - [l, ?m: n]
    """
    data = written_in(test_only_a_question_mark_that_asks_for_a_key_is_refused)
    assert told(data) == [("yaml-complex-key", 4, 3), ("yaml-complex-key", 11, 7)]
    assert good(data.replace(b"? d\n  :", b"d:").replace(b"?m", b"m"))


# -- places -----------------------------------------------------------------------------------

PLACED = """\
# 稀宇
name: {en: MiniMax, zh-Hans: 稀宇, x: y}
observations:
  - metric: cash
    value: >-
      1.1bn
      USD
    "as stated": '11億'
  -   - deep
      -
empty:
last: x
  y
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_value_and_key_knows_its_place(end, mark):
    tree = good((mark + PLACED.replace("\n", end)).encode())
    assert [(each, *place(tree, each)) for each in _locs(tree)] == [
        ((), 2, 1),
        (("name",), 2, 7),
        (("name", "en"), 2, 12),
        (("name", "zh-Hans"), 2, 30),
        (("name", "x"), 2, 37),
        (("observations",), 4, 3),
        (("observations", 0), 4, 5),
        (("observations", 0, "metric"), 4, 13),
        (("observations", 0, "value"), 5, 12),
        (("observations", 0, "as stated"), 8, 18),
        (("observations", 1), 9, 7),
        (("observations", 1, 0), 9, 9),
        (("observations", 1, 1), 10, 8),
        (("empty",), 11, 7),
        (("last",), 12, 7),
    ]
    assert tree.keys == {"name": (2, 1), "observations": (3, 1), "empty": (11, 1), "last": (12, 1)}
    assert tree.value["name"].keys == {"en": (2, 8), "zh-Hans": (2, 21), "x": (2, 34)}
    assert tree.value["last"].keys == {}


def _locs(tree, above=()):
    yield above
    if isinstance(tree.value, dict):
        for key, below in tree.value.items():
            yield from _locs(below, (*above, key))
    elif isinstance(tree.value, tuple):
        for index, below in enumerate(tree.value):
            yield from _locs(below, (*above, index))


def test_halves_of_a_character_in_json_do_not_move_what_follows():
    data = b'{"\\ud83d\\ude00": ["\\ud83d\\ude00\\ud83d\\ude00", 1], "b": {"c": "d"}}'
    tree = good(data)
    assert plain(tree) == {"😀": ["😀😀", "1"], "b": {"c": "d"}}
    assert tree.keys == {"😀": (1, 2), "b": (1, data.index(b'"b"') + 1)}
    assert place(tree, ("😀", 1)) == (1, data.index(b"1]") + 1)
    assert place(tree, ("b", "c")) == (1, data.index(b'"d"') + 1)


@pytest.mark.parametrize(
    ("loc", "key", "expected"),
    [
        ((), False, (2, 1)),
        ((), True, (2, 1)),
        (("observations", 0, "metric"), False, (4, 13)),
        (("observations", 0, "metric"), True, (4, 5)),
        (("observations", 0, "period"), False, (4, 5)),  # missing: the mapping's own place
        (("observations", 0, "period"), True, (4, 5)),
        (("observations", 0, "metric", "str"), False, (4, 13)),
        (("observations", 7), False, (4, 3)),
        (("observations", -1), False, (4, 3)),
        (("observations", "0"), False, (4, 3)),
        (("observations", 1), True, (9, 7)),
        (("nowhere", "metric"), False, (2, 1)),
        (("name", 0), False, (2, 7)),
        (("name", "zh-Hans", "[key]"), False, (2, 21)),
        (("observations", 1, 0, "[key]"), False, (9, 9)),
    ],
)
def test_a_place_is_that_of_the_nearest_ancestor(loc, key, expected):
    assert place(good(PLACED.encode()), loc, key=key) == expected


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int
    b: dict[int, str] = {}


class Outer(BaseModel):
    inner: list[Inner]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inner:\n  - a: x", [("int_parsing", 2, 8)]),
        ("inner:\n  - b: {}", [("missing", 2, 5)]),
        ("inner:\n  - a: 1\n  - a: 2\n    c: 3", [("extra_forbidden", 4, 5)]),
        ("inner:\n  - a: 1\n    b: {1: x, y: z}", [("int_parsing", 3, 15)]),
        ("x: y", [("missing", 1, 1)]),
        ("inner: x", [("list_type", 1, 8)]),
    ],
)
def test_errors_of_pydantic_find_their_place(text, expected):
    tree = good(text.encode())
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(plain(tree))
    errors = [
        (each["type"], *place(tree, each["loc"], key=each["type"] == "extra_forbidden"))
        for each in caught.value.errors()
    ]
    assert errors == expected


# -- characters -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MiniMax 稀宇科技 海螺AI", None),
        ("Zhipu · 智譜「Z.ai」—— ¥100，50%", None),
        ("Größe naïve Ωμέγα が゚ 한국 हिन्दी", None),
        ("full　width and no\u00a0break", None),
        ("😀 ☃ 𠮷", None),
        ("", None),
        ("a\x00", "U+0000 control"),
        ("a\tb", "U+0009 control"),
        ("a\n", "U+000A control"),
        ("\x7f", "U+007F control"),
        ("\x85", "U+0085 control"),
        ("mini\u00admax", "U+00AD SOFT HYPHEN"),
        ("mini\u200bmax\u202e", "U+200B ZERO WIDTH SPACE"),
        ("\u200d", "U+200D ZERO WIDTH JOINER"),
        ("\u202emax", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u061c", "U+061C ARABIC LETTER MARK"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\u2800", "U+2800 BRAILLE PATTERN BLANK"),
        ("❤\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufff9", "U+FFF9 INTERLINEAR ANNOTATION ANCHOR"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\U000e0100", "U+E0100 VARIATION SELECTOR-17"),
        ("\ud800", "U+D800 surrogate"),
        ("\U000e0fff", "U+E0FFF unassigned"),
    ],
)
def test_hidden_characters_are_named(text, name):
    assert hidden(text) == name


def test_no_letter_digit_or_sign_is_hidden_and_every_control_and_bidi_mark_is():
    fillers = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"}
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}
    for character in map(chr, range(0x110000)):
        kind = unicodedata.category(character)
        if character in fillers or kind in {"Cc", "Zl", "Zp", "Cs"}:
            assert hidden(character), hex(ord(character))
        elif kind[0] in "LNPS" or kind == "Zs":
            assert not hidden(character), hex(ord(character))
        elif unicodedata.bidirectional(character) in bidi and kind != "Cn":
            assert hidden(character), hex(ord(character))


def test_libyaml_reads_every_character_we_let_through():
    refused = set(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]))
    refused |= set("\u2028\u2029\ufeff\ufffe\uffff")
    for start in range(0x20, 0x110000, 0x8000):
        block = "".join(chr(at) for at in range(start, start + 0x8000) if at < 0x110000)
        kept = "".join(each for each in block if each not in refused)
        assert plain(good(f"a: |1-\n {kept}".encode())) == {"a": kept}
    for character in refused - set("\t\n\r"):
        if not "\ud800" <= character <= "\udfff":
            assert told(f"- a\n- b{character}".encode()) == [("control-character", 2, 4)]


# -- files ------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "data"
    (folder / "companies").mkdir(parents=True)
    return folder


def kept(path, root):
    """Read a file that has no problems."""
    tree, problems, _ = read(path, root)
    assert problems == ()
    return tree


def _refusal(path, root):
    tree, problems, digest = read(path, root)
    assert (tree, digest) == (None, "")
    (problem,) = problems
    assert (problem.line, problem.column) == (0, 0)
    assert problem.path == path.relative_to(root.parent).as_posix()
    return problem.name, dict(problem.args)


def test_a_file_is_read_with_the_digest_of_its_bytes(root):
    path = root / "companies" / "minimax.yaml"
    path.write_bytes(b"a: b\r\n")
    digest = hashlib.sha256(b"a: b\r\n").hexdigest()
    assert read(path, root) == (Node({"a": Node("b", 1, 4)}, 1, 1, {"a": (1, 1)}), (), digest)


def test_a_file_that_is_refused_keeps_its_digest_and_its_path(root):
    path = root / "companies" / "minimax.yaml"
    path.write_bytes(b"a: *b")
    tree, (problem,), digest = read(path, root)
    assert tree is None
    assert digest == hashlib.sha256(b"a: *b").hexdigest()
    assert (problem.path, problem.name) == ("data/companies/minimax.yaml", "yaml-alias")


def test_a_path_is_shown_from_the_folder_on(root, monkeypatch):
    (root / "a.yaml").write_bytes(b"")
    monkeypatch.chdir(root.parent)
    assert read(Path("data/a.yaml"), Path("data")).problems[0].path == "data/a.yaml"
    assert read(root / "a.yaml", Path("data")).problems[0].path == (root / "a.yaml").as_posix()
    monkeypatch.chdir(root)
    assert read(Path("a.yaml"), Path()).problems[0].path == "a.yaml"


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are text there")
def test_a_name_that_is_not_text_is_shown_as_text(root):
    path = root / os.fsdecode(b"\xc4\xe3.yaml")
    path.write_bytes(b"")
    shown = read(path, root).problems[0].path
    assert shown == "data/\ufffd\ufffd.yaml"


def test_a_missing_file_is_a_problem(root):
    assert _refusal(root / "a.yaml", root) == ("missing-file", {})


def test_a_folder_is_not_a_file(root):
    path = root / "a.yaml"
    path.mkdir()
    name, args = _refusal(path, root)
    assert name == "not-a-file"
    assert args["mode"].startswith("d")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_a_fifo_is_not_waited_for(root):
    path = root / "a.yaml"
    os.mkfifo(path, 0o600)
    assert _refusal(path, root) == ("not-a-file", {"mode": "prw-------"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_a_fifo_put_in_place_of_a_file_is_not_waited_for(root, monkeypatch):
    path = root / "a.yaml"
    path.write_bytes(b"a: b")
    look = Path.stat

    def swapped(self, **options):
        found = look(self, **options)
        if self.name == "a.yaml":
            self.unlink()
            os.mkfifo(self, 0o600)
        return found

    monkeypatch.setattr(Path, "stat", swapped)
    assert _refusal(path, root) == ("not-a-file", {"mode": "prw-------"})


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no sockets of this kind")
def test_a_socket_is_not_a_file(root, monkeypatch):
    monkeypatch.chdir(root)  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.yaml")
        name, args = _refusal(root / "a.yaml", root)
    assert name == "not-a-file"
    assert args["mode"].startswith("s")


def test_a_link_to_a_device_or_out_of_the_folder_is_outside(root):
    outside = root.parent / "secret.yaml"
    outside.write_bytes(b"a: b")
    for target in [Path(os.devnull), outside, Path("../secret.yaml")]:
        path = root / "a.yaml"
        path.symlink_to(target)
        assert _refusal(path, root) == ("outside-folder", {"folder": "data"})
        path.unlink()


def test_a_folder_linked_in_from_elsewhere_is_outside(root):
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.yaml").write_bytes(b"a: b")
    (root / "sources").symlink_to(elsewhere)
    assert _refusal(root / "sources" / "a.yaml", root)[0] == "outside-folder"


def test_a_neighbour_whose_name_begins_alike_is_outside(root):
    twin = root.parent / "data2"
    twin.mkdir()
    (twin / "a.yaml").write_bytes(b"a: b")
    assert _refusal(root / ".." / "data2" / "a.yaml", root)[0] == "outside-folder"


def test_links_within_the_folder_and_to_the_folder_are_followed(root):
    (root / "companies" / "a.yaml").write_bytes(b"a: b")
    (root / "b.yaml").symlink_to("companies/a.yaml")
    also = root.parent / "also"
    also.symlink_to(root)
    assert plain(kept(root / "b.yaml", root)) == {"a": "b"}
    assert plain(kept(also / "b.yaml", also)) == {"a": "b"}


def test_a_link_to_nothing_is_a_missing_file(root):
    (root / "a.yaml").symlink_to("b.yaml")
    assert _refusal(root / "a.yaml", root) == ("missing-file", {})


def test_a_link_to_itself_is_unreadable(root):
    (root / "a.yaml").symlink_to("a.yaml")
    name, args = _refusal(root / "a.yaml", root)
    assert name == "unreadable-file"
    assert args["reason"]


def test_a_file_under_a_file_is_unreadable(root):
    (root / "a").write_bytes(b"")
    assert _refusal(root / "a" / "b.yaml", root)[0] == "unreadable-file"


def test_a_file_is_read_up_to_the_limit(root):
    path = root / "a.yaml"
    path.write_bytes(b"a: " + b"b" * (node.MAX_BYTES - 3))
    assert kept(path, root)
    path.write_bytes(b"a: " + b"b" * (node.MAX_BYTES - 2))
    assert _refusal(path, root) == ("file-too-large", {"size": "1048577", "limit": "1048576"})


def test_a_huge_file_is_not_read(root):
    path = root / "a.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert _refusal(path, root)[0] == "file-too-large"


def test_a_file_that_grows_while_it_is_read_is_held_to_the_limit(root, monkeypatch):
    path = root / "a.yaml"
    path.write_bytes(b" " * (node.MAX_BYTES + 5))
    monkeypatch.setattr(node, "_refused", lambda *_: None)
    tree, (problem,), _ = read(path, root)
    assert tree is None
    assert (problem.name, dict(problem.args)["size"]) == ("file-too-large", "1048577")


# -- words ------------------------------------------------------------------------------------

READING = {
    "missing-file": set(),
    "unreadable-file": {"reason"},
    "not-a-file": {"mode"},
    "outside-folder": {"folder"},
    "file-too-large": {"size", "limit"},
    "not-utf-8": {"bytes"},
    "control-character": {"character"},
    "hidden-in-key": {"key", "character"},
    "yaml-syntax": {"reason", "began", "seen"},
    "yaml-anchor": {"anchor"},
    "yaml-alias": {"alias"},
    "yaml-tag": {"tag"},
    "yaml-merge": set(),
    "yaml-complex-key": set(),
    "yaml-directive": set(),
    "yaml-documents": set(),
    "duplicate-key": {"key", "first"},
    "empty-document": set(),
    "too-deep": {"limit"},
    "too-many-values": {"limit"},
}


def test_every_refusal_is_in_the_table_with_the_values_it_tells():
    problems = [problem for data, *_ in BAD for problem in parse(data, "x.yaml")[1]]
    of_files = {"missing-file", "unreadable-file", "not-a-file", "outside-folder"}
    assert {each.name for each in problems} == READING.keys() - of_files
    assert all(dict(each.args).keys() == READING[each.name] for each in problems)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("name", READING)
def test_each_problem_has_a_sentence_and_a_hint_with_its_values(language, name):
    folder = ROOT / "schemas" / "text"
    words = kept(folder / f"{language}.yaml", folder).value["problem"].value[name].value
    assert SEVERITY[name] == "error"
    assert set(words) == {"says", "hint"}
    gaps = {each[1] for text in words.values() for each in string.Formatter().parse(text.value)}
    assert gaps - {None} == READING[name]


# -- by chance --------------------------------------------------------------------------------

LETTERS = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
)
TEXTS = st.text(
    st.one_of(LETTERS, st.sampled_from("\t\n\r :#-?&*!'\"\\{}[],%@`|>~=<😀")), max_size=30
)
KEYS = st.text(LETTERS, max_size=20).filter(lambda key: not node._HIDDEN_IN_KEY.search(key))  # noqa: SLF001
LEAVES = st.one_of(TEXTS, st.integers(), st.booleans(), st.none())
TREES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.lists(below, max_size=4), st.dictionaries(KEYS, below, max_size=4)
    ),
    max_leaves=20,
).filter(lambda tree: tree != "" and _depth(tree) <= node.MAX_DEPTH)  # fmt: skip


def _depth(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    return 1 + max(map(_depth, tree), default=0) if isinstance(tree, list) else 0


def _texts(tree):
    """Turn each leaf into the text JSON gives it."""
    if isinstance(tree, dict):
        return {key: _texts(below) for key, below in tree.items()}
    if isinstance(tree, list):
        return [_texts(below) for below in tree]
    return tree if isinstance(tree, str) else json.dumps(tree)


@settings(deadline=None)
@given(TREES, st.booleans(), st.sampled_from([None, 0, 2, "\t"]), st.booleans())
@example({"😀": "\\😀\\\\😀"}, True, None, False)  # noqa: FBT003
@example(["\\\\ud83d\\ude00", "😀"], True, None, False)  # noqa: FBT003
def test_json_reads_back_equal(tree, ascii_only, indent, tight):
    separators = (",", ":") if tight else None
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=indent, separators=separators)
    assert plain(good(text.encode())) == _texts(tree)


@settings(deadline=None)
@given(st.dictionaries(KEYS, TEXTS, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_lines_of_keys_and_texts_read_back_with_their_places(pairs, end):
    lines = [
        f"{json.dumps(key, ensure_ascii=False)}:  {json.dumps(text, ensure_ascii=False)}{end}"
        for key, text in pairs.items()
    ]
    got = good("".join(lines).encode())
    assert plain(got) == pairs
    for line, key in enumerate(pairs, 1):
        assert got.keys[key] == (line, 1)
        assert place(got, (key,)) == (line, len(json.dumps(key, ensure_ascii=False)) + 4)


SIGNS = [sign.encode() for sign in "-?:,[]{}#&*!|>'\"%@`\\\t\r\n ~=<"]
PIECES = [
    *[b"- ", b": ", b"? ", b"<<: ", b"---\n", b"...\n", b"&a ", b"*a", b"!!str ", b"\n  "],
    *[b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xc2\x85", b"\\u", b"\\ud83d\\ude00"],
    *[b"%YAML 1.1\n", b">+\n", b"[" * 13, b"{a: " * 13, b"\r\n", b"[],", b"a:\n", b"'' ", b"x\n"],
    *["稀宇：".encode(), b'"\\ud83d\\ude00",', b"{a: [", b"? - ", b"%a\n", b"a, ", b"- &a\n"],
    b"|2-\n",
]  # fmt: skip
FRAGMENTS = st.sampled_from(SIGNS + PIECES)
EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 6), FRAGMENTS), max_size=6)
WHOLE = [data for data, _ in GOOD if len(data) < 1000] + [PLACED.encode()]
MADE = st.lists(FRAGMENTS | st.sampled_from([b"a", b"b", b"1"]), max_size=60).map(b"".join)


def _mutated(data, edits):
    for far, gone, put in edits:
        at = far % (len(data) + 1)
        data = data[:at] + put + data[at + gone :]
    return data


ANY = st.one_of(
    st.binary(max_size=300),
    st.text(st.characters(codec="utf-8"), max_size=200).map(str.encode),
    st.builds(_mutated, st.sampled_from(WHOLE), EDITS),
    MADE,
)


def _holds(data):
    """Check what holds of any bytes: a tree without problems, or problems with places."""
    tree, problems = parse(data, "x.yaml")
    assert (tree is None) == bool(problems)
    lines = re.split("\r\n|\r|\n", data.decode("utf-8-sig", "replace"))
    for problem in problems:
        assert SEVERITY[problem.name] == "error"
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert all(isinstance(value, str) for _, value in problem.args)
        assert not any(hidden(value) for _, value in problem.args)
    if tree:
        assert json.dumps(plain(tree))
        for loc in _locs(tree):
            line, column = place(tree, loc)
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1


@settings(deadline=None)
@given(ANY)
def test_any_bytes_are_a_tree_or_problems(data):
    _holds(data)


def test_in_a_small_process_any_bytes_are_a_tree_or_problems():
    pytest.importorskip("resource", reason="the system has no limits to set")
    done = subprocess.run(
        [sys.executable, __file__],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _small_process():
    import resource  # noqa: PLC0415  not on every system

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    fuzz = settings(max_examples=2000, deadline=None, database=None)(given(ANY)(_holds))
    fuzz()
    for before in [b"", b"[", b"{", b'"', b"- ", b"a: |\n ", b'["\\ud83d\\ude00",']:
        for unit in SIGNS + PIECES:
            data = (before + unit * node.MAX_BYTES)[: node.MAX_BYTES]
            tree, problems = parse(data, "x.yaml")
            assert (tree is None) == bool(problems)


# -- corpora ----------------------------------------------------------------------------------

corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason="FOOTNOTE_CORPORA names no folder")
# Inputs YAML 1.2 calls wrong and libyaml reads, each with the one meaning a reader would give it.
LENIENT = {
    "9C9N": "a bracketed list may go on at the margin",
    "QB6E": "a quoted text may go on at the margin",
    "9JBA": "a comment may follow a bracket without a blank",
    "CVW2": "a comment may follow a comma in brackets without a blank",
    "SU5Z": "a comment may follow a closing quote without a blank",
    "X4QW": "a comment may follow > without a blank",
    "DK95/01": "a tab may indent the next line of a quoted text",
    "Y79Y/003": "a tab may indent a line in brackets",
    "G5U8": "a dash in brackets is text",
    "YJV2": "a dash in brackets is text",
    "S98Z": "blank lines before a block text may be indented more than it",
}
# Texts libyaml reads otherwise than YAML 1.2: only in line ends after the last line.
LINE_ENDS = {"JEF9/02", "L24T/01"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "\\": "\\"}


def _cases():
    folder = CORPORA / "yaml-test-suite"
    return sorted(each.parent.relative_to(folder).as_posix() for each in folder.rglob("in.yaml"))


@corpora
@pytest.mark.parametrize("case", _cases())
def test_the_yaml_test_suite_is_read_as_it_says_or_refused(case):
    folder = CORPORA / "yaml-test-suite" / case
    data = (folder / "in.yaml").read_bytes()
    _holds(data)
    tree, _ = parse(data, "in.yaml")
    if (folder / "error").exists():
        assert (tree is not None) == (case in LENIENT)
    elif tree:
        values = [plain(tree)]
        meant = _meant((folder / "test.event").read_text("utf-8"))
        assert (values == meant) == (case not in LINE_ENDS)
        if case in LINE_ENDS:
            assert json.dumps(values).replace("\\n", "") == json.dumps(meant).replace("\\n", "")


def _meant(events):
    """Read the values of the suite's own notation; what we refuse never gets here."""
    above: list[list[object]] = []
    here: list[object] = []
    for line in events.split("\n"):
        event = line.lstrip(" ")
        if event.startswith(("+MAP", "+SEQ")):
            above.append(here)
            here = []
        elif event.startswith(("-MAP", "-SEQ")):
            whole = dict(zip(here[::2], here[1::2], strict=True)) if event[1] == "M" else here
            here = [*above.pop(), whole]
        elif event.startswith("=VAL"):
            here.append(re.sub(r"\\(.)", lambda sign: ESCAPES[sign[1]], event[6:]))
    return here


@corpora
def test_naughty_strings_are_kept_as_they_are_or_refused():
    strings = json.loads((CORPORA / "blns" / "blns.json").read_text("utf-8"))
    for text in strings:
        _holds(f"a: {text}\n".encode())
        _holds(f"{text}: a\n".encode())
        for ascii_only in [True, False]:
            tree, problems = parse(json.dumps({"a": text}, ensure_ascii=ascii_only).encode(), "x")
            assert [each.name for each in problems] in ([], ["control-character"])
            assert tree is None or plain(tree) == {"a": text}


@corpora
def test_texts_in_other_encodings_are_refused_and_their_utf_8_twins_kept():
    folder = CORPORA / "cjkencodings"
    for path in sorted(folder.glob("*.txt")):
        data = path.read_bytes()
        _holds(data)
        if path.stem.endswith("-utf8"):
            text = data.decode()
            block = "a: |2+\n" + re.sub("^(?=.)", "  ", text, flags=re.MULTILINE)
            assert plain(good(block.encode())) == {"a": text.replace("\r\n", "\n")}
        elif path.stem != "hz":  # which is ASCII
            assert told(data)[0][0] in {"not-utf-8", "control-character"}


if __name__ == "__main__":
    _small_process()
