"""What is wrong in the data files, told on every page, so that nothing fails in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import words
from views._element import Tree, element

if TYPE_CHECKING:
    from schemas.problem import Problem
    from views._view import View

_SHOWN = 20


def told(view: View) -> Tree | None:
    """Count the errors and list the first of them, each with its place and what to do."""
    errors = [each for each in view.book.problems if each.severity == "error"]
    if not errors:
        return None
    listed = [_one(view, each) for each in errors[:_SHOWN]]
    rest = len(errors) - len(listed)
    more = element("p", view.say("problems.more", count=rest)) if rest else None
    title = element("summary", view.say("problems.told", errors=len(errors)))
    return element("details", title, element("ul", listed), more, class_="problems")


def _one(view: View, problem: Problem) -> Tree:
    says, hint = words.sentences(view.language, problem)
    where = view.say("problems.where", path=problem.path, line=problem.line)
    place = where if problem.line else problem.path
    return element(
        "li",
        element("code", place),
        element("span", says),
        element("small", hint),
        element("code", problem.name),
    )
