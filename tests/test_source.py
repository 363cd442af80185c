"""What a source must say, and what follows from it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.source import GRADE, Source

ARTICLE = {"kind": "press", "publisher": "LatePost", "language": "zh-Hans", "published": "2026-01"}
PROSPECTUS = "minimax-2025-12-prospectus"


def faults(**changes: object) -> list[tuple[str, str]]:
    """What is wrong with the article once changed: fault and key."""
    told = {key: each for key, each in {**ARTICLE, **changes}.items() if each is not None}
    try:
        Source.model_validate(told)
    except ValidationError as error:
        return [(each["type"], ".".join(map(str, each["loc"]))) for each in error.errors()]
    return []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"author": "X", "title": "稀宇", "note": "a reprint"},
        {"url": "https://a.example/b", "accessed": "2026-02-01", "sha256": "0a" * 32},
        {"published": "2026-01-08"},
        {"published_basis": "inferred", "because": "undated; written at the end of the year"},
        {"primary_source": PROSPECTUS, "derived_from": "sohu-2025-06-four-tigers"},
        {"because": "a reason may always be given"},
    ],
)
def test_a_document_says_as_much_as_is_known(changes):
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault", "key"),
    [
        ({"kind": None}, "missing", "kind"),
        ({"publisher": None}, "missing", "publisher"),
        ({"language": None}, "missing", "language"),
        ({"published": None}, "missing", "published"),
        ({"kind": "blog"}, "literal_error", "kind"),
        ({"published": "January 2026"}, "wrong-value", "published"),
        ({"published_basis": "guessed"}, "literal_error", "published_basis"),
        ({"published_basis": "inferred"}, "because-missing", ""),
        ({"url": "www.a.example"}, "wrong-value", "url"),
        ({"accessed": "2026-02"}, "wrong-value", "accessed"),
        ({"sha256": "0A" * 32}, "wrong-value", "sha256"),
        ({"sha256": "0a" * 31}, "wrong-value", "sha256"),
        ({"sha256": "xy" * 32}, "wrong-value", "sha256"),
        ({"derived_from": "Sohu 2025"}, "wrong-value", "derived_from"),
        ({"date": "2026-01-08"}, "extra_forbidden", "date"),
    ],
)
def test_a_slip_in_a_document_is_named_with_its_key(changes, fault, key):
    assert faults(**changes) == [(fault, key)]


@pytest.mark.parametrize(
    ("changes", "repeats"),
    [
        ({}, False),
        ({"primary_source": PROSPECTUS}, True),
        ({"derived_from": "sohu-2025-06-four-tigers"}, True),
    ],
)
def test_a_document_that_passes_on_another_repeats_it(changes, repeats):
    assert Source.model_validate({**ARTICLE, **changes}).repeats is repeats


def test_filings_and_the_company_stand_nearest_to_the_books():
    assert sorted(GRADE, key=GRADE.__getitem__, reverse=True) == [
        "filing", "company", "press", "aggregator", "post",
    ]  # fmt: skip
    assert len(set(GRADE.values())) == len(GRADE)
