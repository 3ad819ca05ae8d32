"""Z-5: what strangers wrote is read, whatever it is, and the work grows with the text and no faster.

Work is counted in the interpreter's own steps, so that no clock decides. What C does in one step, as regular
expressions do, is measured by `make soak` (tests/soak/test_reading.py).
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pure.readers.hostile import READERS, shapes

LARGE = 100_000
SMALL, TIMES = 800, 4
# Beside what grows there is what is always the same, and lines that are cut at some length.
TOLERANCE = 1.5
SPARE = 400

pieces = st.text(st.characters(), min_size=1, max_size=6) | st.sampled_from(
    [" ", "|", "\n", "%", "#", "&", "=", "[", "]", "{", '"', "<", "/", "..", "1", "0.", "t.me/", "https://", "\ud800"]
)


@pytest.mark.parametrize("name", READERS)
def test_z5_a_hundred_kilobytes_of_anything_are_read(name: str) -> None:
    for text in shapes(LARGE):
        READERS[name](text)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=20)
@given(begin=st.text(max_size=20), some=st.lists(pieces, min_size=1, max_size=4), end=st.text(max_size=20))
def test_z5_whatever_is_repeated_to_a_hundred_kilobytes_is_read(
    name: str, begin: str, some: list[str], end: str
) -> None:
    piece = "".join(some)
    READERS[name](f"{begin}{piece * (LARGE // len(piece))}{end}")


@pytest.mark.parametrize("name", READERS)
def test_z5_the_work_of_reading_grows_no_faster_than_the_text(name: str) -> None:
    read = READERS[name]
    for small, large in zip(shapes(SMALL), shapes(SMALL * TIMES), strict=True):
        few, many = steps_run(read, small), steps_run(read, large)
        assert many <= few * TIMES * TOLERANCE + SPARE, (small[:40], few, many)


def test_z5_a_reader_that_compares_all_with_all_is_seen() -> None:
    def pairs(text: str) -> int:
        return sum(one == other for one in text for other in text)

    few, many = steps_run(pairs, "a" * 60), steps_run(pairs, "a" * 240)

    assert many > few * TIMES * TOLERANCE + SPARE


def steps_run(read: Callable[[str], object], text: str) -> int:
    """How many steps of Python are run to read a text."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count
