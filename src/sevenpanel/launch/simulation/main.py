"""`sevenpanel simulate`: play seeds of the whole shop, and say what was wrong and how to see it again."""

import argparse
from collections.abc import Sequence

from sevenpanel.launch.simulation.scratch import scratch
from sevenpanel.launch.targets import resolve


def main(argv: Sequence[str]) -> int:
    """Play one seed or several on a database that is made for it and thrown away; 1 when something was wrong.

    A single seed tells its history line by line; of several only those that failed.
    """
    parser = argparse.ArgumentParser(prog="sevenpanel simulate", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds from there on (%(default)s)")
    parser.add_argument("--days", type=int, default=3, help="simulated days, about (%(default)s)")
    parser.add_argument("--acts", type=int, default=60, help="acts in these days (%(default)s)")
    parser.add_argument("--mass", type=int, default=6, help="lines of the largest mass order (%(default)s)")
    parser.add_argument("--rush", type=int, default=0, help="orders of the largest rush by scripts (%(default)s)")
    asked = parser.parse_args(argv)
    with scratch():
        # Only now, because there was no database before.
        return int(resolve("sevenpanel.launch.simulation.telling:tell")(asked))
