"""Claims, and what became of each when it was worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics import trace
from schemas.company import WHOLE
from views import _links, _table
from views._element import Tree, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.claim import Verdict
    from views._view import View


def listed(view: View, found: Sequence[Verdict], *, by_company: bool) -> Tree:
    """List claims with their verdicts, named by company or by metric, whichever the page lacks."""
    return element("ul", [_one(view, each, by_company=by_company) for each in found],
                   class_="plain verdicts")  # fmt: skip


def _one(view: View, found: Verdict, *, by_company: bool) -> Tree:
    row = found.row
    told = trace.of_claim(view.book, found, view.choice.lens)
    who = _links.company(view, row.company) if by_company else _links.metric(view, row.metric)
    opens = element(
        "button",
        told["text"],
        type="button",
        class_="number",
        data_go=f"trace={row.company}~{row.metric}~{row.id}",
        aria_label=f"{told['company']}, {told['label']}: {told['text']}",
    )
    part = _table.covers(view, row.scope) if row.scope != WHOLE else ""
    where = " · ".join(each for each in (part, told["period_text"], told["publisher"]) if each)
    return element(
        "li",
        element("span", _table.dot(view.book, row.company) if by_company else None, who),
        opens,
        element("span", told["verdict_text"], class_=f"verdict {found.word}"),
        element("small", where),
        element("small", told["verdict_says"], class_="says"),
    )
