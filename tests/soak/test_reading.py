"""Z-5 by the clock: how much longer four times the text takes, for everything that reads what strangers wrote.

Processor time, the best of several: what else a machine does makes reading slower, never faster. Every run of the tests
plays it with short texts and compares nothing.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator

import pytest
from tests.pure.readers.hostile import READERS, shapes

IS_LONG = "SEVENPANEL_SOAK_SEEDS" in os.environ
SIZES = (25_000, 100_000) if IS_LONG else (250, 1_000)
TRIES = 5 if IS_LONG else 1
# Four times the text takes four times as long, or sixteen times where all is compared with all.
TIMES_MAX = 9
# What is read sooner than this is not measured but drawn.
FLOOR_SECONDS = 0.002

pytestmark = pytest.mark.timeout(0)


@pytest.fixture(autouse=True)
def _nothing_is_collected() -> Iterator[None]:
    """Looking for cycles takes as long as the process has objects, whatever is read."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", READERS)
def test_z5_four_times_the_text_takes_no_more_than_its_share_of_time(name: str) -> None:
    slowest = 0.0
    for small, large in zip(*map(shapes, SIZES), strict=True):
        few, many = seconds(READERS[name], small), seconds(READERS[name], large)
        slowest = max(slowest, many)
        assert not IS_LONG or many <= TIMES_MAX * max(few, FLOOR_SECONDS), (large[:40], few, many)
    print(f"{name}: the slowest of {SIZES[1]} characters took {1000 * slowest:.1f} ms")


def seconds(read: Callable[[str], object], text: str) -> float:
    """The least processor time that reading a text takes."""
    best = float("inf")
    for _ in range(TRIES):
        begun = time.process_time()
        read(text)
        best = min(best, time.process_time() - begun)
    return best
