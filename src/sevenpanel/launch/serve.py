"""`sevenpanel serve`: the web server, in a few processes.

Together by default: the lean API door in front, which hands everything else to Django in the same process.
`--only api` and `--only site` run the halves apart, for a reverse proxy that splits the paths.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from sevenpanel.launch import ports
from sevenpanel.launch.capacity import web_processes
from sevenpanel.launch.patience import WEB_PROCESS_SECONDS
from sevenpanel.launch.processes import (
    Child,
    Family,
    bound_to_this_process,
    deaf_to_signals,
    interrupt_on_signals,
)
from sevenpanel.settings.environment import environment

# What glibc is told, unless the operator has told it already: give memory back beyond this many bytes. By itself it
# learns from a mass order of 10,000 lines to keep some 35 MB for the next one, in each process.
THRIFTY = {"MALLOC_TRIM_THRESHOLD_": str(128 * 1024)}


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; requests in progress are answered first.

    :raises UnableToLaunch: when the port is taken.
    """
    parser = argparse.ArgumentParser(prog="sevenpanel serve", description=main.__doc__)
    parser.add_argument("--only", choices=("api", "site"), help="serve one half, for a proxy that splits the paths")
    name = parser.parse_args(arguments).only or "whole"
    here = environment()
    ports.refuse_taken(here)
    interrupt_on_signals()
    family = Family(tell=_tell)
    try:
        for number in range(1, web_processes(here) + 1):
            family.add(Child(f"Web process {number}", lambda: _spawn(name), patience=WEB_PROCESS_SECONDS))
        family.stay()
    except KeyboardInterrupt:
        _stop(family)
    return 0


def _spawn(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own code, no shell
        [sys.executable, "-m", "sevenpanel.launch.web_process", name, str(os.getpid())],
        stdin=subprocess.DEVNULL,
        env=THRIFTY | os.environ,
        start_new_session=True,  # the terminal's Ctrl-C is ours to hand on
        preexec_fn=bound_to_this_process(signal.SIGKILL),
    )


def _stop(family: Family) -> None:
    deaf_to_signals()
    for child in family.children:
        if child.process is not None:
            child.process.terminate()  # all at once: each finishes what it has in hand
    family.stop()


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
