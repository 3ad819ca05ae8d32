"""The `sevenpanel` command: a table of names, and sentences, not tracebacks, for what can be expected."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.launch.targets import resolve
from sevenpanel.settings.environment import environment

PRIVATE = 0o077
"""Whatever a command and its children write, orders and keys among it, is nobody else's to read."""


class Needs(StrEnum):
    """What has to be there before a command's own code is even imported."""

    NOTHING = "nothing"
    DATABASE = "database"
    DJANGO = "django"


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the table: `target` takes the command's arguments and returns the exit status."""

    target: str
    help: str
    needs: Needs = Needs.DJANGO
    lasting: bool = False


COMMANDS = {
    "run": Command("sevenpanel.launch.desk:main", "start the whole desk on this machine", Needs.NOTHING),
    "serve": Command(
        "sevenpanel.launch.serve:main",
        "the web server alone (--only api|site: half of it)",
        Needs.DATABASE,
        True,
    ),
    "worker": Command("sevenpanel.jobs.worker:main", "the worker alone", Needs.DJANGO, True),
    "sandbox": Command(
        "sevenpanel.fulfilment.providers.sandbox.server:main", "the provider to rehearse with", Needs.NOTHING
    ),
    "simchain": Command(
        "sevenpanel.deposits.simchain.server:main", "the simulated chain to rehearse deposits with", Needs.NOTHING
    ),
    "migrate": Command("sevenpanel.launch.migrate:main", "bring the database's tables up to this version"),
    "seed-demo": Command("sevenpanel.launch.demo:main", "make the demo customer, operator and services, once"),
    "demo": Command("sevenpanel.launch.large.main:main", "`demo --large`: fill the demo as if the desk had been busy"),
    "verify": Command("sevenpanel.launch.verify:main", "check every invariant of the books"),
    "simulate": Command(
        "sevenpanel.launch.simulation.main:main", "play the whole shop on a clock of its own, by seeds", Needs.NOTHING
    ),
    "decisions": Command("sevenpanel.launch.decisions:main", "`decisions replay`: decide all that was decided anew"),
    "bench": Command(
        "sevenpanel.launch.bench.main:main",
        "measure what this machine does (--quick: in a minute)",
        Needs.NOTHING,
    ),
    "operate": Command(
        "sevenpanel.launch.operate.main:main", "people, services, prices, providers: what an operator does"
    ),
    "status-page": Command("sevenpanel.launch.status_files:main", "write the public status page as files (--out DIR)"),
    "manage": Command("sevenpanel.launch.manage:main", "Django's own management commands"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    name, arguments = _parsed(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")
    os.umask(PRIVATE)
    try:
        return _run(name, COMMANDS[name], arguments)
    except Refusal as refusal:
        print(f"sevenpanel {name}: {refusal.sentence}", file=sys.stderr)
    except ValidationError as error:
        print(f"sevenpanel {name}: {_nonsense(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _parsed(argv: Sequence[str]) -> tuple[str, Sequence[str]]:
    # Only the name is read here, so that `--help` after it reaches the command's own parser.
    lines = "\n".join(f"  {name:<10} {command.help}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="sevenpanel",
        usage="sevenpanel <command> [arguments]",
        description="The order desk. Commands:\n\n" + lines,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command")
    name = parser.parse_args(argv[:1]).command
    return name, argv[1:]


def _run(name: str, command: Command, arguments: Sequence[str]) -> int:
    if command.lasting:
        resolve("sevenpanel.launch.texts:refuse_unpublishable")(environment())
    under = nullcontext()
    if command.needs is not Needs.NOTHING:
        database = resolve("sevenpanel.launch.database:database")
        under = database(environment(), command=name, lasting=command.lasting)
    with under:
        if command.lasting:
            resolve("sevenpanel.web.catalogues:lay_out")(environment().home)
        if command.needs is Needs.DJANGO:
            status = resolve("sevenpanel.launch.under_django:call")(command.target, arguments)
        else:
            status = resolve(command.target)(arguments)
    return int(status or 0)


def _nonsense(error: ValidationError) -> str:
    """The environment's mistakes, a line each. Values stay unsaid: some of these are secret."""
    lines = []
    for each in error.errors():
        # A mistake of one variable is told by its name; one of several together names them itself.
        name = "".join(f"{part}: " for part in each["loc"])
        lines.append(f"{name}{each['msg'].removeprefix('Value error, ').rstrip('.')}.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
