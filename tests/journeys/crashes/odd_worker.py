"""A worker with a planted fault, or one that falls asleep in the middle of its work; everything else is the worker.

It exists for faults of a whole process (design: trust, rule 1).
`--switch stop-at-once` plants a fault of `tests/guards.py`. `--asleep-at dispatch.after_call` stops the process at a
point, as SIGSTOP does; SIGCONT wakes it, and a file `woken` in its home says that it was meant.
"""

import argparse
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[3]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")
django.setup()

# Models can be imported only now.
from tests.sabotage import Switch, planted  # noqa: E402

from sevenpanel.jobs import worker  # noqa: E402
from sevenpanel.kernel import chaos  # noqa: E402
from sevenpanel.settings.environment import environment  # noqa: E402


def main() -> int:
    """Work, oddly."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--switch", type=Switch)
    parser.add_argument("--asleep-at", choices=sorted(chaos.POINTS))
    options, others = parser.parse_known_args()
    with ExitStack() as oddities:
        if options.switch:
            oddities.enter_context(planted(options.switch))
        if options.asleep_at:
            oddities.enter_context(chaos.heard_by(lambda name: fall_asleep() if name == options.asleep_at else None))
        return worker.main(others)


def fall_asleep() -> None:
    """Stop the whole process, once. This thread goes no step further until it is woken on purpose."""
    home = environment().home
    if (home / "asleep").exists():
        return
    (home / "asleep").touch()
    os.kill(os.getpid(), signal.SIGSTOP)
    while not (home / "woken").exists():
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
