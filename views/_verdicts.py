"""Claims, and what became of each when it was worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.company import WHOLE
from views import _links, _table
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.trace import Trace as Told
    from views._view import View


def listed(view: View, found: Sequence[Told], *, by_company: bool) -> Tree:
    """List claims with their verdicts, named by company or by metric, whichever the page lacks."""
    return element("ul", [_one(view, each, by_company=by_company) for each in found],
                   class_="plain verdicts")  # fmt: skip


def _one(view: View, told: Told, *, by_company: bool) -> Tree:
    company, metric = told["company_id"], told["metric"]
    who = _links.company(view, company) if by_company else _links.metric(view, metric)
    part = _table.covers(view, told["scope"]) if told["scope"] != WHOLE else ""
    where = " · ".join(each for each in (part, told["period_text"], told["publisher"]) if each)
    return element(
        "li",
        element("span", _table.dot(view.book, company) if by_company else None, who),
        _table.opener(told),
        element("span", told["verdict_text"], class_=f"verdict {told['verdict']}"),
        element("small", where),
        element("small", told["verdict_says"], class_="says"),
    )
