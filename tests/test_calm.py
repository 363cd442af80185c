"""What is here to stay is not looked through after every run; what is gone is found in the end."""

import gc
import weakref
from collections.abc import Iterator
from itertools import pairwise

import pytest

from views import _calm


class Knot:
    """Something that only the collector can find, once nobody wants it any more."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def clock(monkeypatch) -> Iterator[list[float]]:
    """The seconds that `_calm` reads; afterwards nothing stays set aside."""
    now = [100.0]
    monkeypatch.setattr("views._calm.time.monotonic", lambda: now[0])
    yield now
    gc.unfreeze()


def looked_through() -> int:
    return len(gc.get_objects())


def test_what_is_here_to_stay_is_set_aside(clock):
    assert clock
    kept = [Knot() for _ in range(1_000)]
    before = looked_through()
    _calm.Calm().keep()
    assert len(kept) == 1_000
    assert looked_through() < before / 10


def test_it_is_done_now_and_then_at_first_more_often(clock):
    calm, done = _calm.Calm(), []
    for _ in range(4 * int(_calm.EVERY)):
        before = gc.get_freeze_count()
        kept = [Knot() for _ in range(50)]
        calm.keep()
        if gc.get_freeze_count() > before:
            done.append(clock[0])
        assert kept
        clock[0] += 1
    pauses = [late - early for early, late in pairwise(done)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert set(pauses[5:]) <= {_calm.EVERY}


def test_what_was_set_aside_and_is_gone_is_found_in_the_end(clock, monkeypatch):
    monkeypatch.setattr(_calm, "WHOLE", 3)
    calm, knot = _calm.Calm(), Knot()
    gone = weakref.ref(knot)
    calm.keep()
    del knot
    gc.collect()
    assert gone() is not None
    for _ in range(2):
        clock[0] += _calm.EVERY
        calm.keep()
    assert gone() is None


def test_one_at_a_time_does_it(clock, monkeypatch):
    calm = _calm.Calm()
    done = []

    def collect() -> None:
        done.append(1)
        calm.keep()  # another run, meanwhile

    monkeypatch.setattr("views._calm.gc.collect", collect)
    calm.keep()
    assert clock
    assert done == [1]
