"""A short look for inputs that break a reader; `make fuzz` looks for longer."""

import pytest

from tests import fuzz

pytest.importorskip("resource", reason="the system has no limits to set")

# What is looked at, and how many examples: a few seconds each.
LOOKS = [("figure", 800), ("formula", 800), ("bytes", 20), ("values", 20), ("bombs", 1)]


@pytest.mark.parametrize(("target", "examples"), LOOKS, ids=[each[0] for each in LOOKS])
def test_in_a_small_process_nothing_breaks_a_reader(target, examples):
    done = fuzz.child(target, examples)
    assert done.returncode == 0, done.stderr[-4000:]
