"""A formula is read safely into a tree, and its dimensions are worked out before any number."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from graphlib import TopologicalSorter
from itertools import islice
from typing import TYPE_CHECKING

from schemas.problem import Problem, problem
from schemas.unit import Dimension

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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
# Signs and functions in one another, and metrics that one rests on through all its formulas: ten
# and three times what the catalogue needs, and few enough to be worked out and shown.
_MAX_DEPTH = 24
_MAX_STEPS = 50
_MAX_CIRCLES = 20
# So many names are compared in search of a near one.
_COMPARED = 20_000
_TOKENS = re.compile(r"[a-z0-9_ ().+*/-]*")
# What begins like a number; Python would take 0x1f, 1_0, 1e999 and, with a warning, 1or 2.
_NUMERAL = re.compile(r"(?<![a-z0-9_])[0-9][a-z0-9_.]*|(?<![a-z0-9_])\.[0-9]+")
# So many characters a float gives back as they were.
_NUMBER = re.compile(r"(?=.{1,16}$)[0-9]+(\.[0-9]+)?")


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
    for number in _NUMERAL.findall(text):
        if not _NUMBER.fullmatch(number):
            raise _wrong_part(number[:40], "a number such as 12 or 0.5")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _wrong_part(text, "a complete expression") from error
    return _tree(tree, _MAX_DEPTH)


def _tree(node: ast.expr, left: int) -> Tree:
    if not left:
        raise _wrong_part(ast.unparse(node)[:40], f"at most {_MAX_DEPTH} steps in one another")
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return Number(Fraction(str(node.value)))
    if isinstance(node, ast.Name):
        return Name(node.id)
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        return Operation(
            _SIGNS[type(node.op)], _tree(node.left, left - 1), _tree(node.right, left - 1)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        if node.func.id in FUNCTIONS and not node.keywords:
            return Call(node.func.id, _tree(node.args[0], left - 1))
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
            return f"{Decimal(value.numerator) / value.denominator:f}"
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
            near = len(problems) * len(catalog) < _COMPARED
            found = _wrong(metric, definition, text, catalog, near=near)
            if found:
                name, args = found
                problems.append(problem(name, path, 0, 0, metric=metric, **args))
    if problems:
        return problems
    for circle in islice(_circles(catalog), _MAX_CIRCLES):
        shown = circle if len(circle) <= _MAX_CIRCLES else [*circle[:_MAX_CIRCLES], "…"]
        problems.append(problem("formula-circle", path, 0, 0, circle=" -> ".join(shown)))
    return problems or [
        problem("formula-too-deep", path, 0, 0, metric=metric, limit=_MAX_STEPS)
        for metric in islice(_long(catalog), _MAX_CIRCLES)
    ]


def sound(catalog: Catalog) -> Catalog:
    """Leave out the definitions that `check` objects to, so that one never takes the rest down."""
    bad = {
        (metric, definition)
        for metric, entry in catalog.items()
        for definition, text in entry.formulas.items()
        if _wrong(metric, definition, text, catalog)
    }
    by_metric: dict[str, set[str]] = defaultdict(set)
    for metric, definition in bad:
        by_metric[metric].add(definition)
    kept = {metric: _without(entry, by_metric[metric]) for metric, entry in catalog.items()}
    kept = _emptied(kept, {metric for circle in _circles(kept) for metric in circle})
    return _emptied(kept, _long(kept))


def _emptied(catalog: Catalog, bad: Collection[str]) -> Catalog:
    return {
        metric: _without(entry, set(entry.definitions)) if metric in bad else entry
        for metric, entry in catalog.items()
    }


def _without(entry: Metric, bad: set[str]) -> Metric:
    parts = {
        part: {name: text for name, text in getattr(entry, part).items() if name not in bad}
        for part in ("definitions", "reference")
    }
    return entry.model_copy(update=parts) if bad else entry


def _wrong(
    metric: str, definition: str, text: str, catalog: Catalog, *, near: bool = False
) -> tuple[str, dict[str, str]] | None:
    """Say what is wrong with a definition; with `near`, look for a name like one that is not."""
    where = {"definition": definition, "formula": text}
    try:
        tree = parse(text)
    except FormulaError as error:
        return "formula-syntax", {**where, "value": error.args[0], "expected": error.args[1]}
    strangers = [name for name in names(tree) if name not in catalog]
    if strangers:
        like = get_close_matches(strangers[0], list(catalog), 1) if near else []
        return "formula-name", {**where, "value": strangers[0], "near": like[0] if like else ""}
    try:
        got = dimension(tree, catalog)
    except FormulaError as error:
        return "formula-unit", {**where, "value": error.args[0], "expected": error.args[1]}
    wanted = catalog[metric].measure
    if got != wanted.dimension:
        return "formula-unit", {**where, "value": shown(got), "expected": str(wanted)}
    return None


def _circles(catalog: Catalog) -> Iterator[list[str]]:
    """Walk along the definitions; without recursion, as a catalogue may chain thousands."""
    done: set[str] = set()
    for start in catalog:
        path = {} if start in done else {start: _named(catalog, start)}
        while path:
            name, waiting = next(reversed(path.items()))
            after = next(waiting, None)
            if after is None:
                done.add(name)
                path.popitem()
            elif after in path:
                known = list(path)
                yield [*known[known.index(after) :], after]
            elif after not in done:
                path[after] = _named(catalog, after)


def _named(catalog: Catalog, metric: str) -> Iterator[str]:
    """Give the metrics that definitions of one mention, each once, in order."""
    texts = catalog[metric].definitions.values()
    return iter(sorted({name for text in texts for name in names(parse(text))}))


def _long(catalog: Catalog) -> dict[str, int]:
    """Count for each metric what it rests on through all definitions; give the ones too many."""
    weights: dict[str, int] = {}
    uses = {metric: _uses(entry) for metric, entry in catalog.items()}
    after = {metric: set(counted) for metric, counted in uses.items()}
    for metric in TopologicalSorter(after).static_order():
        # A chain of doubled metrics would make numbers of thousands of digits.
        rests = sum(many * weights[name] for name, many in uses[metric].items())
        weights[metric] = min(1 + rests, _MAX_STEPS + 1)
    return {metric: weight for metric, weight in weights.items() if weight > _MAX_STEPS}


def _uses(entry: Metric) -> Counter[str]:
    return Counter(name for text in entry.definitions.values() for name in names(parse(text)))
