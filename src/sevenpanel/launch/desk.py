"""`sevenpanel run`: the whole desk on one machine, from nothing to a screen with its address.

In order: PostgreSQL, the sandbox provider and the simulated chain, tables, web server beside the demo, worker. On
Ctrl-C the web server goes first and PostgreSQL last. What is done already is skipped and what can go side by side does,
so that a second start takes a few seconds.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from sevenpanel.launch import patience, ports, schema, screen
from sevenpanel.launch.capacity import web_processes
from sevenpanel.launch.cluster import cluster_of
from sevenpanel.launch.database import prepare, reach
from sevenpanel.launch.ownership import exclusive, owner, patience_for, sign
from sevenpanel.launch.processes import (
    Child,
    Family,
    deaf_to_signals,
    interrupt_on_signals,
    polled,
    spawn_logged,
    words_since,
)
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import Environment, environment

POLL_SECONDS = 0.05
PORT_SECONDS = 1.0
# A web server that has been up for so long without one good answer will not give one any more.
ANSWER_SECONDS = 60.0
FAILED_STARTS_MAX = 3
LOOPBACK = "127.0.0.1"
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - asked by the operator, compared only


def main(arguments: Sequence[str]) -> int:
    """Start the whole desk, print one screen, stay until Ctrl-C.

    :raises UnableToLaunch: when it runs already, its port is taken, or a part of it does not come up.
    """
    argparse.ArgumentParser(prog="sevenpanel run", description=main.__doc__).parse_args(arguments)
    here = environment()
    interrupt_on_signals()
    with _only_one(prepare(here.home)), ExitStack() as stack:
        try:
            _run(here, stack)
        except KeyboardInterrupt:
            deaf_to_signals()
            say("\nStopping ...")
    say("Stopped.")
    return 0


def say(sentence: str) -> None:
    """Show something at once, also where the output goes to a file."""
    print(sentence, flush=True)


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with exclusive(home / "run.lock") as file:
        if file is None:
            there = owner(home / "run.lock")
            process = f" (process {there.pid})" if there else ""
            raise UnableToLaunch(f"A desk runs on {home} already{process}. Another needs its own SEVENPANEL_HOME.")
        sign(file, command="run", lasting=True)
        yield


def _run(here: Environment, stack: ExitStack) -> None:
    _wait_for_port(here)
    say("Starting 7Panel ...")
    sandbox_port = _sandbox_port(here)
    simchain_port = _simchain_port(here, sandbox_port)
    parts = Parts(here.home, _ports(sandbox_port, simchain_port))
    if here.embedded:
        _own_database(here.home, stack)
    family = Family(tell=say)
    stack.callback(family.stop)
    if here.embedded:
        family.add(cluster_of(here.home, web=web_processes(here)).start())
    else:
        reach(here.dsn)
    family.add(parts.child("sandbox"))
    if simchain_port is not None:
        family.add(parts.child("simchain"))
    if not schema.is_current(here.dsn):
        say("Preparing the database ...")
        _until(parts.task("migrate").done, family)
    web = parts.child("web", "serve")
    family.add(web)
    sandbox_url = f"http://{LOOPBACK}:{sandbox_port}"
    _until(lambda: not any(ports.is_free(LOOPBACK, port) for port in (sandbox_port, simchain_port) if port), family)
    simchain_url = f"http://{LOOPBACK}:{simchain_port}" if simchain_port is not None else ""
    seeding = parts.task("seed-demo", "--sandbox-url", sandbox_url, "--simchain-url", simchain_url)
    _until(seeding.done, family)
    # Not before the seed, which tells where the sandbox listens today; and stopped when no order comes in any more.
    family.add(parts.child("worker"), outliving=web)
    _until(lambda: _lives(here, web), family)
    say(screen.welcome(here, sandbox_url, simchain_url))
    family.stay()


def _wait_for_port(here: Environment) -> None:
    # After a supervisor was killed its children are gone within milliseconds, and with them their port.
    until = time.monotonic() + PORT_SECONDS
    while time.monotonic() < until and not ports.is_free(here.bind, here.port):
        time.sleep(POLL_SECONDS)
    ports.refuse_taken(here)


def _sandbox_port(here: Environment) -> int:
    if here.sandbox_port is not None:
        if not ports.is_free(LOOPBACK, here.sandbox_port):
            raise UnableToLaunch(f"Port {here.sandbox_port} (SEVENPANEL_SANDBOX_PORT) is taken by another program.")
        return here.sandbox_port
    after = here.port + 1
    return after if after <= ports.MAX and ports.is_free(LOOPBACK, after) else ports.any_free(LOOPBACK)


def _simchain_port(here: Environment, sandbox_port: int) -> int | None:
    """Where the simulated chain is to listen. On a desk with a public address play money would be money: none there."""
    if here.public_url is not None:
        return None
    if here.simchain_port is not None:
        if not ports.is_free(LOOPBACK, here.simchain_port):
            raise UnableToLaunch(f"Port {here.simchain_port} (SEVENPANEL_SIMCHAIN_PORT) is taken by another program.")
        return here.simchain_port
    after = sandbox_port + 1
    return after if after <= ports.MAX and ports.is_free(LOOPBACK, after) else ports.any_free(LOOPBACK)


def _ports(sandbox_port: int, simchain_port: int | None) -> Mapping[str, str]:
    """What the parts are told. Without a simulated chain nobody may think that there is one."""
    told = "" if simchain_port is None else str(simchain_port)
    return {"SEVENPANEL_SANDBOX_PORT": str(sandbox_port), "SEVENPANEL_SIMCHAIN_PORT": told}


def _own_database(home: Path, stack: ExitStack) -> None:
    told = False
    while True:
        file = stack.enter_context(exclusive(home / "postgres.lock"))
        if file is not None:
            sign(file, command="run", lasting=True)
            return
        holder = owner(home / "postgres.lock")
        if holder and holder.lasting:
            raise UnableToLaunch(f"`sevenpanel {holder.command}` (process {holder.pid}) uses {home}; stop it first.")
        if holder and not told:
            say(patience_for(holder))
            told = True
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True, slots=True)
class Parts:
    """The desk's own commands as children and tasks of this process, each with its log."""

    home: Path
    environment: Mapping[str, str]

    def child(self, name: str, command: str | None = None) -> Child:
        """A command to be kept alive."""
        log = self.home / "log" / f"{name}.log"
        return Child(name, lambda: self._spawn(log, command or name), log=log, patience=patience.PARTS[name])

    def task(self, *arguments: str) -> "Task":
        """A command that is started now and ends by itself."""
        log = self.home / "log" / f"{arguments[0]}.log"
        position = log.stat().st_size if log.exists() else 0
        return Task(arguments[0], self._spawn(log, *arguments), log, position)

    def _spawn(self, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
        return spawn_logged([sys.executable, "-m", "sevenpanel.cli", *arguments], log=log, environment=self.environment)


@dataclass(frozen=True, slots=True)
class Task:
    """One command on its way to its end."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    position: int

    def done(self) -> bool:
        """True once it has ended well.

        :raises UnableToLaunch: when it has failed.
        """
        status = polled(self.process)
        if status:
            words = words_since(self.log, self.position)
            raise UnableToLaunch(f"`sevenpanel {self.name}` failed. It said ({self.log}):\n{words}")
        return status == 0


def _until(happened: Callable[[], bool], family: Family) -> None:
    """Tend the family until something has happened; give up when one of them cannot stay alive."""
    while not happened():
        family.tend()
        for child in family.children:
            if child.deaths_in_a_row >= FAILED_STARTS_MAX:
                raise UnableToLaunch(f"{child.name} does not stay up. It said ({child.log}):\n{child.last_words()}")
        time.sleep(POLL_SECONDS)


def _lives(here: Environment, web: Child) -> bool:
    if web.age > ANSWER_SECONDS:
        raise UnableToLaunch(f"web runs but does not answer. It said ({web.log}):\n{web.last_words()}")
    connection = HTTPConnection(LOOPBACK if here.bind in EVERYWHERE else here.bind, here.port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
