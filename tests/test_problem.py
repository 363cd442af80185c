"""What problems promise: each has a severity and its two sentences in every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from schemas.problem import SEVERITY, Problem, problem
from schemas.words import LANGUAGES, sentences, texts

ROOT = Path(__file__).parents[1]
# What takes a problem's name first: problem(), a module's own _problem(), a file's report(), the
# misfits of double entry and the names our own checks give pydantic.
MAKERS = {"problem", "_problem", "report", "Misfit", "PydanticCustomError"}
FILES = sorted([*ROOT.glob("schemas/*.py"), *ROOT.glob("metrics/*.py")])
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# Two values of a sentence become sentences of their own before they are filled in.
CLAUSES = ("near", "factor")


def calls() -> Iterator[tuple[str, str]]:
    """Where a problem is made, and its name as written; `*` stands for what is worked out."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
                if name in MAKERS:
                    where = f"{path.parent.name}/{path.name}:{node.lineno}"
                    yield from ((where, each) for each in spelled(node.args[0]))


def spelled(node: ast.expr) -> list[str]:
    """The names an expression can give: a text, either side of a choice, a text with gaps."""
    match node:
        case ast.Constant(value=str(name)):
            return [name]
        case ast.IfExp(body=body, orelse=orelse):
            return [*spelled(body), *spelled(orelse)]
        case ast.JoinedStr(values=parts):
            return ["".join("".join(spelled(part)) or "*" for part in parts)]
    return []


def pattern(name: str) -> str:
    return re.escape(name).replace(r"\*", "[a-z-]+")


CALLS = list(calls())


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize(("where", "name"), CALLS, ids=[" ".join(call) for call in CALLS])
def test_every_problem_that_code_makes_is_listed(where, name):
    assert any(re.fullmatch(pattern(name), known) for known in SEVERITY)


def test_every_listed_problem_is_made_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in FILES if path.stem != "problem")
    quoted = {name for name in SEVERITY if f'"{name}"' in code}
    worked_out = {pattern(name) for _, name in CALLS if "*" in name}
    made = {name for name in SEVERITY for each in worked_out if re.fullmatch(each, name)}
    assert set(SEVERITY) - quoted - made == set()


@pytest.mark.parametrize("name", SEVERITY)
def test_a_problem_has_a_sentence_and_a_hint_in_every_language(name):
    for part in ("says", "hint"):
        key = f"problem.{name}.{part}"
        told = {language: texts(language).get(key, "").strip() for language in LANGUAGES}
        assert all(told.values())
        assert len({frozenset(placeholders(each)) for each in told.values()}) == 1, told


@pytest.mark.parametrize("name", SEVERITY)
def test_a_problem_is_told_in_two_lines(name):
    gaps = placeholders(texts("en")[f"problem.{name}.says"])
    found = problem(name, **{gap: f"<{gap}>" for gap in sorted(gaps)})
    for language in LANGUAGES:
        says, hint = sentences(language, found)
        assert all(f"<{gap}>" in says for gap in gaps)
        assert not {"\n", "{", "}"} & {*says, *hint}
        assert hint


def test_no_sentence_is_kept_for_a_problem_that_is_not_listed():
    for language in LANGUAGES:
        kept = {key.split(".")[1] for key in texts(language) if key.startswith("problem.")}
        assert kept == {*SEVERITY, *CLAUSES}


def test_names_are_lower_kebab_and_severities_are_three():
    assert all(KEBAB.fullmatch(name) for name in SEVERITY)
    assert set(SEVERITY.values()) == {"error", "warning", "note"}


def test_a_problem_carries_its_place_and_its_values_as_text():
    found = problem(
        "unknown-metric", "data/companies/x.yaml", 3, 13, value="revenu", near="revenue"
    )
    assert (found.path, found.line, found.column) == ("data/companies/x.yaml", 3, 13)
    assert found.args == (("value", "revenu"), ("near", "revenue"))
    assert problem("too-deep", limit=12).args == (("limit", "12"),)
    assert found.severity == "error"
    assert problem("published-before-period").severity == "warning"


def test_a_problem_can_be_given_another_place():
    found = problem("yaml-syntax", "x.yaml", 1, 2, reason="…")
    assert found.at("data/x.yaml", 3, 4) == problem("yaml-syntax", "data/x.yaml", 3, 4, reason="…")


def test_problems_are_read_in_the_order_of_their_places():
    places = [("b.yaml", 1, 1), ("a.yaml", 10, 1), ("a.yaml", 2, 5), ("a.yaml", 2, 3)]
    found = sorted(problem("wrong-value", *place) for place in places)
    assert [(each.path, each.line, each.column) for each in found] == sorted(places)


def test_a_name_nobody_listed_is_a_slip_of_ours():
    with pytest.raises(KeyError, match="listed in SEVERITY, got 'no-such'"):
        problem("no-such")


def test_a_problem_is_a_value():
    assert problem("bad-id", value="A") == problem("bad-id", value="A")
    assert len({problem("bad-id", value="A"), problem("bad-id", value="A")}) == 1
    assert isinstance(problem("bad-id"), Problem)
