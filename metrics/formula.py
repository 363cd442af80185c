"""A formula is read safely into a tree, and its dimensions are worked out before any number."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from schemas.problem import Problem, problem
from schemas.unit import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.metric import Catalog, Metric

FUNCTIONS = (
    "annualised",
    "average",
    "forecast",
    "full_year",
    "monthly",
    "prior",
    "since",
    "ttm",
)
# These spread a flow over time, so an instant (a balance) has no place in them.
_FLOW_ONLY = ("annualised", "full_year", "monthly", "ttm", "prior")
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_MAX_LENGTH = 300
_TOKENS = re.compile(r"[a-z0-9_ ().+*/-]*")


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """A metric."""

    metric: str


@dataclass(frozen=True, slots=True)
class Call:
    """One of `FUNCTIONS` of an expression."""

    function: str
    of: Tree


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions joined by `+ - * /`."""

    sign: str
    left: Tree
    right: Tree


Tree = Number | Name | Call | Operation


class FormulaError(ValueError):
    """A text that is no formula; `args` are the part that is wrong and what would be right."""


def _wrong_part(value: str, expected: str) -> FormulaError:
    return FormulaError(value, expected)


@cache
def parse(text: str) -> Tree:
    """Read a formula; raise `FormulaError` naming the part that is none.

    >>> parse("cash_reserves / monthly(net_loss)").sign
    '/'
    """
    if len(text) > _MAX_LENGTH or not _TOKENS.fullmatch(text):
        raise _wrong_part(text[:40], "names, numbers, + - * / and brackets")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _wrong_part(text, "a complete expression") from error
    return _tree(tree)


def _tree(node: ast.expr) -> Tree:
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return Number(Fraction(str(node.value)))
    if isinstance(node, ast.Name):
        return Name(node.id)
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        return Operation(_SIGNS[type(node.op)], _tree(node.left), _tree(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        if node.func.id in FUNCTIONS and not node.keywords:
            return Call(node.func.id, _tree(node.args[0]))
        raise _wrong_part(node.func.id, ", ".join(FUNCTIONS))
    raise _wrong_part(ast.unparse(node), "names, numbers, + - * / and the functions")


def names(tree: Tree) -> Iterator[str]:
    """Walk the metrics a formula mentions, in order, repeats included."""
    match tree:
        case Name(metric):
            yield metric
        case Call(_, of):
            yield from names(of)
        case Operation(_, left, right):
            yield from names(left)
            yield from names(right)


def under(catalog: Catalog, metric: str) -> list[str]:
    """Name a metric and all that its formulas rest on, however far down, each once."""
    found: dict[str, None] = {}
    waiting = [metric]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += (
                each for text in catalog[name].formulas.values() for each in names(parse(text))
            )
    return list(found)


def spread(tree: Tree, catalog: Catalog, periods: str) -> Tree:
    """Turn a formula for a class of periods: `year` and `trailing` spread its flows over a year."""
    return _spread(tree, catalog, periods) if periods in {"year", "trailing"} else tree


def _spread(tree: Tree, catalog: Catalog, periods: str) -> Tree:
    match tree:
        case Name(metric) if catalog[metric].period == "duration":
            summed = periods == "trailing" and catalog[metric].accumulates
            return Call("ttm" if summed else "full_year", tree)
        case Call("annualised", of):
            return _spread(of, catalog, periods)
        case Call("monthly", of) if periods == "trailing":
            return Operation("/", _spread(of, catalog, periods), Number(Fraction(12)))
        case Call("monthly" | "prior" as function, of):
            return Call(function, _spread(of, catalog, periods))
        case Operation(sign, left, right):
            parts = (_spread(each, catalog, periods) for each in (left, right))
            return Operation(sign, *parts)
        case _:
            return tree


def written(tree: Tree) -> str:
    """Write a formula out, with no more brackets than it needs.

    >>> written(parse("(a + b) * c / (d - (e - f))"))
    '(a + b) * c / (d - (e - f))'
    """
    match tree:
        case Number(value):
            return f"{float(value):g}"
        case Name(metric):
            return metric
        case Call(function, of):
            return f"{function}({written(of)})"
        case Operation(sign, left, right):
            return f"{_bracketed(left, sign)} {sign} {_bracketed(right, sign, last=True)}"


def _bracketed(tree: Tree, sign: str, *, last: bool = False) -> str:
    text = written(tree)
    if not isinstance(tree, Operation):
        return text
    looser = tree.sign in "+-" and sign in "*/"
    # To the right of - and / the order of working out matters.
    same = last and sign in "-/" and (tree.sign in "+-") == (sign == "-")
    return f"({text})" if looser or same else text


def dimension(tree: Tree, catalog: Catalog) -> Dimension:
    """Work out what a formula yields, as powers of money, people, users and months.

    Raise `FormulaError` where parts cannot be added or a function does not apply.
    """
    match tree:
        case Number():
            return ()
        case Name(metric):
            if metric not in catalog:
                near = get_close_matches(metric, list(catalog), 1)
                raise _wrong_part(metric, near[0] if near else "a metric of the catalogue")
            return catalog[metric].measure.dimension
        case Call(function, of):
            return _called(function, of, catalog)
        case Operation(sign, left, right):
            return _joined(sign, dimension(left, catalog), dimension(right, catalog))


def _called(function: str, of: Tree, catalog: Catalog) -> Dimension:
    inner = dimension(of, catalog)
    for name in names(of):
        if function in _FLOW_ONLY and catalog[name].period == "instant":
            part = f"{function}({name})"
            raise _wrong_part(part, "a metric with a duration")
    return _product(inner, (("months", -1),)) if function == "monthly" else inner


def _joined(sign: str, left: Dimension, right: Dimension) -> Dimension:
    if sign in "+-":
        if left != right:
            parts = f"{shown(left)} {sign} {shown(right)}"
            raise _wrong_part(parts, "two of the same kind")
        return left
    return _product(left, right if sign == "*" else tuple((n, -p) for n, p in right))


def _product(left: Dimension, right: Dimension) -> Dimension:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def shown(of: Dimension) -> str:
    """Write a dimension as a unit: `money/months`; nothing left is `a plain number`."""
    over = "*".join(name for name, power in of for _ in range(power) if power > 0)
    under = "".join(f"/{name}" for name, power in of for _ in range(-power) if power < 0)
    return f"{over or '1'}{under}" if of else "a plain number"


def check(catalog: Catalog, path: str) -> list[Problem]:
    """Find formulas that do not parse, name strangers, miss their unit or go in circles."""
    problems: list[Problem] = []
    for metric, entry in catalog.items():
        for definition, text in entry.formulas.items():
            found = _wrong(metric, definition, text, catalog)
            if found:
                name, args = found
                problems.append(problem(name, path, 0, 0, metric=metric, **args))
    return problems or [
        problem("formula-circle", path, 0, 0, circle=" -> ".join(circle))
        for circle in _circles(catalog)
    ]


def sound(catalog: Catalog) -> Catalog:
    """Leave out the definitions that `check` objects to, so that one never takes the rest down."""
    bad = {
        (metric, definition)
        for metric, entry in catalog.items()
        for definition, text in entry.formulas.items()
        if _wrong(metric, definition, text, catalog)
    }
    kept = {metric: _without(entry, {d for m, d in bad if m == metric}) for metric, entry in
            catalog.items()}  # fmt: skip
    circling = {metric for circle in _circles(kept) for metric in circle}
    return {
        metric: _without(entry, set(entry.definitions)) if metric in circling else entry
        for metric, entry in kept.items()
    }


def _without(entry: Metric, bad: set[str]) -> Metric:
    parts = {
        part: {name: text for name, text in getattr(entry, part).items() if name not in bad}
        for part in ("definitions", "reference")
    }
    return entry.model_copy(update=parts) if bad else entry


def _wrong(
    metric: str, definition: str, text: str, catalog: Catalog
) -> tuple[str, dict[str, str]] | None:
    where = {"definition": definition, "formula": text}
    try:
        tree = parse(text)
    except FormulaError as error:
        return "formula-syntax", {**where, "value": error.args[0], "expected": error.args[1]}
    strangers = [name for name in names(tree) if name not in catalog]
    if strangers:
        near = get_close_matches(strangers[0], list(catalog), 1)
        return "formula-name", {**where, "value": strangers[0], "near": near[0] if near else ""}
    try:
        got = dimension(tree, catalog)
    except FormulaError as error:
        return "formula-unit", {**where, "value": error.args[0], "expected": error.args[1]}
    wanted = catalog[metric].measure
    if got != wanted.dimension:
        return "formula-unit", {**where, "value": shown(got), "expected": str(wanted)}
    return None


def _circles(catalog: Catalog) -> Iterator[list[str]]:
    after = {
        metric: {name for text in entry.definitions.values() for name in names(parse(text))}
        for metric, entry in catalog.items()
    }
    done: set[str] = set()

    def walk(metric: str, path: list[str]) -> Iterator[list[str]]:
        if metric in path:
            yield [*path[path.index(metric) :], metric]
        elif metric not in done:
            for name in sorted(after[metric]):
                yield from walk(name, [*path, metric])
            done.add(metric)

    for metric in catalog:
        yield from walk(metric, [])
