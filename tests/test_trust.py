"""docs/trust.md: each promise names what holds it, and each open finding has a name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "trust.md").read_text("utf-8")
PROMISED, _, REST = TEXT.partition("## A full house")
FINDINGS = REST.partition("## Open findings")[2]
TESTS = {
    name
    for path in (ROOT / "tests").glob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


def rows() -> list[str]:
    """The promises, a line each, without the heads of their tables."""
    lines = [line for line in PROMISED.splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith(("|---", "| promise |"))]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.split("|")[1].strip()[:50])
def test_a_promise_names_tests_that_are_there(row):
    names = re.findall(r"`(test_\w+)`", row)
    assert set(names) <= TESTS
    assert names or re.search(r"`(tests/test_\w+\.py|visit|make sbom)`", row)


def test_no_open_finding_is_without_a_name():
    findings = re.findall(r"^- (.*)$", FINDINGS, re.MULTILINE)
    named = re.findall(r"^- \*\*([a-z]+(?:-[a-z]+)*)\*\*: ", FINDINGS, re.MULTILINE)
    assert len(findings) == len(named) == len(set(named)) > 0
