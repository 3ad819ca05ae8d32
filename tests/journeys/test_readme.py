"""The README's walk-through with curl, typed as it stands against a desk of its own."""

import json
import os
import shutil
import subprocess
import time
from typing import Any

import pytest
from tests.house.pages import page
from tests.house.sources import ROOT
from tests.journeys.test_launch import Desk, desk, home, running  # noqa: F401 - the last three are fixtures
from tests.waiting import until

from sevenpanel.orders.domain import TERMINAL

# What depends on the moment, or on what was ordered before.
MOVING = {"order", "status", "start_count", "remains"}
# A shell and two calls each time: often enough to see the end, seldom enough to leave the desk its time.
PAUSE_SECONDS = 0.5

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the walk-through needs curl")


def steps() -> list[tuple[str, dict[str, Any]]]:
    """What is to be typed, and the answer that the README shows below it."""
    blocks = page("README.md").section("The same with curl").blocks()
    assert [block.kind for block in blocks] == ["sh", "text"] * (len(blocks) // 2)
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    return [(typed.text, json.loads(shown.text)) for typed, shown in pairs]


def answer_to(desk: Desk, script: str) -> dict[str, Any]:  # noqa: F811
    """Type a script into one shell, in the repository, and return the last line that it printed."""
    ended = subprocess.run(
        # Answers end without a new line.
        ["bash", "-euo", "pipefail", "-c", f'curl() {{ command curl "$@"; echo; }}\n{script}'],
        cwd=ROOT,
        env={**os.environ, "SEVENPANEL_HOME": str(desk.home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
    return answer


def settled(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the values that no page can know."""
    return {name: None if name in MOVING else value for name, value in answer.items()}


def test_the_walk_through_answers_as_the_page_shows_and_its_order_ends(desk: Desk) -> None:  # noqa: F811
    so_far = ""
    for typed, shown in steps():
        so_far += typed
        assert settled(answer_to(desk, so_far)) == settled(shown)
    (where, _), (placing, _), (asking, _), *_ = steps()

    def has_ended() -> bool:
        time.sleep(PAUSE_SECONDS)
        return answer_to(desk, where + placing + asking)["status"] in set(TERMINAL)

    until(has_ended)

    status, said = desk.says("verify")
    assert (status, "Every invariant holds." in said) == (0, True), said
