"""What is wrong in the data files, told on every page, so that nothing fails in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import words
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.problem import Problem
    from views._keeper import Kept
    from views._view import View

_SHOWN = 20


def kept(view: View, found: Kept) -> Tree | None:
    """Say that an edit broke a file, so that what is shown is from before it."""
    if not found.broken:
        return None
    since = words.time(view.language, found.since)
    return _listed(view, view.say("problems.kept", time=since), found.broken, is_open=True)


def told(view: View) -> Tree | None:
    """Count the errors and list the first of them, each with its place and what to do."""
    errors = [each for each in view.book.problems if each.severity == "error"]
    if not errors:
        return None
    return _listed(view, view.say("problems.told", errors=len(errors)), errors)


def _listed(view: View, title: str, errors: Sequence[Problem], *, is_open: bool = False) -> Tree:
    listed = [_one(view, each) for each in errors[:_SHOWN]]
    rest = len(errors) - len(listed)
    more = element("p", view.say("problems.more", count=rest)) if rest else None
    summary = element("summary", title)
    return element("details", summary, element("ul", listed), more, class_="problems", open=is_open)


def _one(view: View, problem: Problem) -> Tree:
    says, hint = words.sentences(view.language, problem)
    where = view.say("problems.where", path=problem.path, line=str(problem.line))
    place = where if problem.line else problem.path
    return element(
        "li",
        element("code", place),
        element("span", says),
        element("small", hint),
        element("code", problem.name),
    )
