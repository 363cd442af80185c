"""The rooms of the house: who may import what, and what nobody may write."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("schemas", "metrics", "views", "door")
ABOVE = {
    "schemas": {"metrics", "views", "door", "app"},
    "metrics": {"views", "door", "app"},
    "views": {"door", "app"},
    "door": {"views", "app"},
    "app": set(),
}

TABLES = {"pandas", "numpy", "pyarrow"}
SCREEN = {"streamlit", "altair", "starlette"}
# What a room may import that is neither ours nor Python's own; an entry for a module replaces that
# of its room.
SHELVES = {
    "schemas": {"pydantic", "pydantic_core", "babel"},
    "schemas.node": {"yaml"},
    "schemas.book": {"pydantic", "babel", *TABLES},
    "schemas.load": {"pydantic", "babel", *TABLES},
    "schemas.listing": {"numpy"},
    "schemas.segment": TABLES,
    "schemas.heads": {"pyarrow"},
    "schemas.crew": {"pydantic", "pyarrow"},
    "schemas.cache": {"pydantic", "babel", *TABLES},  # whose versions are part of its key
    "metrics": {"pandas", "numpy"},
    "metrics.fx": {"pandas", "numpy", "currency_converter"},
    "metrics.export": TABLES,  # writes by the column; the writer of pandas leaves formulas alive
    "metrics.writer": TABLES,
    "metrics.workbook": {"xlsxwriter"},
    "metrics.lake": TABLES,  # is Parquet
    "metrics.part": TABLES,
    "metrics.batch": TABLES,
    "metrics.spark": {"pandas", "pyspark"},  # an extra, imported where it is asked for
    "metrics.__main__": {"click", "pyarrow"},
    "views": SCREEN | TABLES,
    "door": SCREEN | TABLES,
    "door.talk": SCREEN | {"google"},  # the messages of Streamlit's protocol
    "app": SCREEN,
}

# What is banned, as names, attributes, imports or keywords of a call, and what instead.
BANNED = {
    "safe_load": "schemas.node reads YAML",
    "unsafe_load": "schemas.node reads YAML",
    "full_load": "schemas.node reads YAML",
    "SafeLoader": "schemas.node reads YAML",
    "CSafeLoader": "a deep file ends the process with a segmentation fault",
    "pickle": "data must never run",
    "read_pickle": "data must never run",
    "to_pickle": "data must never run",
    "marshal": "data must never run",
    "shelve": "data must never run",
    "eval": "data must never run",
    "exec": "data must never run",
    "unsafe_allow_html": "data must never become markup",
    "to_csv": "metrics.writer writes CSV; this leaves formulas alive",
}
# The one page boundary, which logs what a page raised and shows a problem.
BOUNDARY = {"views/_shell.py"}


def sources(*rooms: str) -> list[Path]:
    """The Python files of these rooms."""
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def module(path: Path) -> str:
    """The dotted name of a file: `schemas.node`, `views`, `app`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a file imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def trespasses(name: str, tree: ast.AST) -> list[str]:
    """Imports that this module may not make."""
    room = name.split(".", maxsplit=1)[0]
    shelf = SHELVES.get(name, SHELVES[room])
    found = []
    for line, target in imports(tree):
        top = target.split(".")[0]
        ours = top in ABOVE
        if (ours and top in ABOVE[room]) or not (
            ours or top in sys.stdlib_module_names or top in shelf
        ):
            found.append(f"{name}:{line}: imports {target}")
    return found


def is_broad(handler: ast.expr | None) -> bool:
    """Whether an except clause, or an argument of suppress, catches everything."""
    if isinstance(handler, ast.Tuple):
        return any(is_broad(part) for part in handler.elts)
    return handler is None or (
        isinstance(handler, ast.Name) and handler.id in {"Exception", "BaseException"}
    )


def names(node: ast.AST) -> list[str]:
    """The names that this one node uses."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
            return [name]
        case ast.Import(names=aliases):
            return [part for alias in aliases for part in alias.name.split(".")]
        case ast.ImportFrom(module=base, names=aliases):
            return [*(base or "").split("."), *(alias.name for alias in aliases)]
    return []


def offences(tree: ast.AST, *, boundary: bool = False) -> list[tuple[int, str]]:
    """Line and word of what nobody may write."""
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        found += [(line, name) for name in names(node) if name in BANNED]
        match node:
            case ast.Attribute(value=ast.Name(id="yaml"), attr="load" | "load_all" as name):
                found.append((line, f"yaml.{name}"))
            case ast.ImportFrom(module="yaml", names=aliases):
                found += [(line, "yaml.load") for alias in aliases if alias.name == "load"]
            case ast.ExceptHandler(type=caught) if is_broad(caught) and not boundary:
                found.append((line, "broad except"))
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress")):
                found += [(line, "broad except") for caught in node.args if is_broad(caught)]
    return found


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of one import cycle, or nothing."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph.get(name, ())):
            if found := walk(target, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def graph_of(paths: list[Path]) -> dict[str, set[str]]:
    """Which of our modules imports which."""
    known = {module(path) for path in paths}
    graph: dict[str, set[str]] = {}
    for path in paths:
        name = module(path)
        targets = {target for _, target in imports(parse(path))}
        # `from schemas import node` names a module, `from schemas.node import Node` what is in it.
        near = {target if target in known else target.rpartition(".")[0] for target in targets}
        graph[name] = (near & known) - {name}
    return graph


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


OURS = [*sources(*ROOMS), ROOT / "app.py"]


@pytest.mark.parametrize("path", OURS, ids=module)
def test_each_module_imports_only_what_its_room_may(path):
    assert trespasses(module(path), parse(path)) == []


def test_no_module_imports_itself_by_a_detour():
    assert cycle(graph_of(OURS)) == []


def test_only_the_way_in_imports_the_door():
    using = {
        module(path).split(".")[0]
        for path in OURS
        for _, target in imports(parse(path))
        if target.split(".")[0] == "door"
    }
    assert using - {"door"} == {"app"}


@pytest.mark.parametrize(
    "path", [*OURS, *sources("tests")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_nobody_writes_what_is_banned(path):
    boundary = str(path.relative_to(ROOT)) in BOUNDARY
    assert offences(parse(path), boundary=boundary) == []


def test_there_is_no_code_among_the_data():
    kinds = {path.suffix for path in (ROOT / "data").rglob("*") if path.is_file()}
    assert kinds <= {".yaml", ".csv", ".md"}


def test_modules_are_named_by_one_word_that_means_something():
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "misc"}
    stems = {path.stem for path in OURS}
    assert stems & empty == set()
    assert [stem for stem in stems if not re.fullmatch(r"__\w+__|_?[a-z]+", stem)] == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("schemas.unit", "import metrics.formula"),
        ("schemas.unit", "from metrics import formula"),
        ("schemas.unit", "import pandas as pd"),
        ("schemas.unit", "import yaml"),
        ("schemas.unit", "from . import interval"),  # written in full, so that it can be found
        ("schemas.unit", "def f():\n    import streamlit"),
        ("schemas.book", "import yaml"),
        ("schemas.load", "from yaml import parse"),
        ("schemas.node", "import pandas"),
        ("schemas.node", "import yaml.loader, requests"),
        ("metrics.formula", "import currency_converter"),
        ("metrics.formula", "import click"),
        ("metrics.formula", "import altair"),
        ("metrics.fx", "from views import compare"),
        ("metrics.__main__", "import currency_converter"),
        ("views.compare", "from door import headers"),
        ("views.compare", "import yaml"),
        ("views.compare", "import app"),
        ("views._charts", "import requests"),
        ("door.headers", "import click"),
        ("door.headers", "from views import compare"),
    ],
)
def test_the_detector_sees_a_forbidden_import(name, source):
    assert len(trespasses(name, ast.parse(source))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("schemas.unit", "import re\nfrom schemas.interval import Interval"),
        ("schemas.node", "import yaml"),
        ("metrics.fx", "import currency_converter\nimport pandas"),
        ("metrics.__main__", "import click\nfrom metrics import check"),
        ("views.compare", "import streamlit as st\nfrom metrics import compare"),
        ("door.routes", "from starlette.routing import Route\nfrom metrics import export"),
        ("app", "import streamlit as st\nfrom door import headers"),
    ],
)
def test_the_detector_lets_an_allowed_import_pass(name, source):
    assert trespasses(name, ast.parse(source)) == []


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("yaml.load(data)", "yaml.load"),
        ("yaml.load_all(data)", "yaml.load_all"),
        ("from yaml import load", "yaml.load"),
        ("yaml.safe_load(data)", "safe_load"),
        ("from yaml import CSafeLoader as Fast", "CSafeLoader"),
        ("loader = yaml.CSafeLoader", "CSafeLoader"),
        ("import pickle", "pickle"),
        ("from pickle import loads", "pickle"),
        ("table.to_pickle(path)", "to_pickle"),
        ("eval(text)", "eval"),
        ("table.eval('a + b')", "eval"),
        ("st.markdown(text, unsafe_allow_html=True)", "unsafe_allow_html"),
        ("st.markdown(text, **{'a': 1}, unsafe_allow_html=False)", "unsafe_allow_html"),
        ("table.to_csv(path)", "to_csv"),
        ("write = table.to_csv", "to_csv"),
        ("try:\n    f()\nexcept:\n    pass", "broad except"),
        ("try:\n    f()\nexcept Exception:\n    pass", "broad except"),
        ("try:\n    f()\nexcept (OSError, BaseException) as error:\n    raise", "broad except"),
        ("with suppress(Exception):\n    f()", "broad except"),
        ("with contextlib.suppress(KeyError, Exception):\n    f()", "broad except"),
    ],
)
def test_the_detector_sees_what_is_banned(source, word):
    assert [found for _, found in offences(ast.parse(source))] == [word]


def test_the_detector_lets_plain_code_pass():
    source = "try:\n    evaluate(load(x))\nexcept (OSError, ValueError):\n    evaluation = 'eval'"
    assert offences(ast.parse(source)) == []


def test_only_the_page_boundary_may_catch_everything():
    source = ast.parse("try:\n    page()\nexcept Exception:\n    log()")
    assert offences(source, boundary=True) == []
    assert all((ROOT / path).is_file() for path in BOUNDARY)


def test_the_detector_sees_a_cycle():
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
