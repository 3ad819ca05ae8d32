"""The desk's processes as the bench runs them: web server, worker, provider, and parts of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from sevenpanel.launch import ports
from sevenpanel.launch.bench import usage
from sevenpanel.launch.bench.figures import LOAD, POSTGRESQL, PYTHON, Sample
from sevenpanel.launch.bench.stage import Stage, UnableToMeasure
from sevenpanel.launch.processes import polled, spawn_logged, words_since

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.01

CLI = (sys.executable, "-m", "sevenpanel.cli")
PART = (sys.executable, "-m", "sevenpanel.launch.bench.part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that was started: since when it does its work, in seconds from its start."""

    name: str
    process: subprocess.Popen[bytes]
    started_in: float
    port: int = 0

    def memory_mb(self) -> list[float]:
        """What each process that does the work holds now; a process that only watches them is left out."""
        found = usage.tree(self.process.pid)
        return sorted((mb for pid in found[1:] or found if (mb := usage.resident_mb(pid)) > _WATCHER_MB), reverse=True)


# What multiprocessing keeps beside the processes that serve is smaller than any of them.
_WATCHER_MB = 40


def run(stage: Stage, database: str, *arguments: str) -> None:
    """Run one of the desk's commands to its end.

    :raises UnableToMeasure: when it fails.
    """
    ended = subprocess.run(  # noqa: S603 - our own commands, no shell
        [*CLI, *arguments], env=stage.whole_environment(database), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise UnableToMeasure(f"`sevenpanel {arguments[0]}` failed. It said:\n{(ended.stderr or ended.stdout)[-2000:]}")


def check_books(stage: Stage, database: str) -> None:
    """See that every invariant holds after all that load: a figure reached with wrong books is none.

    :raises UnableToMeasure: when one is broken.
    """
    run(stage, database, "verify")


def part(stage: Stage, database: str, name: str, *arguments: str, asked: object = None) -> Any:
    """Run one of the bench's own parts and read what it says.

    :param asked: what it reads from its standard input, as JSON.
    :raises UnableToMeasure: when it fails.
    """
    ended = subprocess.run(  # noqa: S603 - our own code, no shell
        [*PART, name, *arguments],
        env=stage.whole_environment(database),
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise UnableToMeasure(f"The bench's part `{name}` failed. It said:\n{ended.stderr[-2000:]}")
    return json.loads(ended.stdout)


@contextmanager
def serving(stage: Stage, database: str) -> Iterator[Running]:
    """The web server on one of our databases."""
    port = ports.any_free(LOOPBACK)
    with _started(stage, database, "web", [*CLI, "serve"], lambda: _lives(port), PORT=str(port)) as running:
        yield Running(name="web", process=running.process, started_in=running.started_in, port=port)


@contextmanager
def working(stage: Stage, database: str) -> Iterator[Running]:
    """The worker on one of our databases."""
    log = stage.home / "log" / "worker.log"
    before = log.stat().st_size if log.exists() else 0
    is_up: Callable[[], bool] = lambda: "event=working" in words_since(log, before)  # noqa: E731
    with _started(stage, database, "worker", [*CLI, "worker"], is_up, SEVENPANEL_LOG_LEVEL="INFO") as running:
        yield running


@contextmanager
def providing(stage: Stage, port: int) -> Iterator[Running]:
    """The provider that orders are sent to."""
    command = [*PART, "provider", str(port)]
    with _started(stage, "", "provider", command, lambda: not ports.is_free(LOOPBACK, port)) as running:
        yield running


@contextmanager
def _started(
    stage: Stage, database: str, name: str, command: list[str], is_up: Callable[[], bool], **environment: str
) -> Iterator[Running]:
    log = stage.home / "log" / f"{name}.log"
    begun = time.monotonic()
    process = spawn_logged(command, log=log, environment=stage.environment(database, **environment))
    try:
        while not is_up():
            if polled(process) is not None or time.monotonic() - begun > START_SECONDS:
                raise UnableToMeasure(f"{name} does not come up. It said:\n{words_since(log, 0)}")
            time.sleep(POLL_SECONDS)
        yield Running(name=name, process=process, started_in=time.monotonic() - begun)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _lives(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def watched(stage: Stage, *running: Running) -> dict[str, int]:
    """Whose CPU time is looked at while something is measured."""
    pids = {f"{PYTHON}/{each.name}": each.process.pid for each in running}
    return {**pids, **({POSTGRESQL: stage.postgres} if stage.postgres else {})}


def loaded(stage: Stage, asked: Mapping[str, Any], *running: Running) -> Sample:
    """Put a load on the web server, which is the first of the processes that run, and say what came of it.

    :raises UnableToMeasure: when an answer was not what it had to be.
    """
    with usage.spent(watched(stage, *running)) as spent:
        told = part(stage, "", "load", asked={**asked, "port": running[0].port})
    if told["wrong_count"]:
        raise UnableToMeasure(f"{told['wrong_count']} wrong answers to `{asked['kind']}`; the first:\n{told['wrong']}")
    return Sample(**{**told["sample"], "cpu": {**summed(spent), LOAD: told["sample"]["cpu"][LOAD]}})


def summed(spent: Mapping[str, float]) -> dict[str, float]:
    """CPU seconds by who, those of the desk's own processes together."""
    sums: dict[str, float] = {}
    for name, seconds in spent.items():
        who = name.partition("/")[0]
        sums[who] = sums.get(who, 0.0) + seconds
    return sums


def log_of(stage: Stage, name: str) -> Path:
    """Where one of them writes."""
    return stage.home / "log" / f"{name}.log"
