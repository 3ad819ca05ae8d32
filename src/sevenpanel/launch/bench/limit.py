"""The limit: the same placing statement with one order in each transaction, driven straight at the database.

By pgbench, where it is on PATH or among the embedded PostgreSQL's programs; else by a process per client.
"""

import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from sevenpanel.api.line import SESSION
from sevenpanel.launch.bench.figures import LOAD, Sample, sample
from sevenpanel.launch.bench.stage import UnableToMeasure
from sevenpanel.launch.engine import choose_engine
from sevenpanel.launch.refusals import UnableToLaunch

NUMBER_MAX = 10**12
# The limit is driven in sessions that are set as the door sets its own.
OPTIONS = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How the limit is driven.

    :param statement: places one order: `:account`, `:service` and `:n` are to be filled.
    :param pgbench: the program, None to drive it by a process per client.
    """

    statement: str
    pgbench: Path | None

    @property
    def driver(self) -> str:
        """Who drives it, for the report."""
        return str(self.pgbench) if self.pgbench else "one Python process per client"

    def drive(
        self,
        *,
        dsn: str,
        folder: Path,
        clients: int,
        accounts: tuple[int, int],
        service: int,
        warm: float,
        seconds: float,
    ) -> Sample:
        """Place for so many seconds, one order in each transaction.

        :param folder: for what the driver writes.
        :param accounts: the first and the last id of those that order.
        :param warm: seconds before counting begins.
        """
        filled = self.statement.replace(":service", str(service))
        before = os.times()
        ended = (self._pgbench if self.pgbench else _processes)(filled, dsn, folder, clients, accounts, warm + seconds)
        spent = os.times()
        cpu = {LOAD: spent.children_user + spent.children_system - before.children_user - before.children_system}
        begins = min(at for at, _ in ended) + warm if ended else 0.0
        within = [ms for at, ms in ended if begins <= at < begins + seconds]
        return sample(within, seconds=seconds, total=len(ended), cpu=cpu)

    def _pgbench(
        self, statement: str, dsn: str, folder: Path, clients: int, accounts: tuple[int, int], seconds: float
    ) -> list[tuple[float, float]]:
        script = folder / "limit.sql"
        draws = f"\\set account random({accounts[0]}, {accounts[1]})\n\\set n random(1, {NUMBER_MAX})\n"
        script.write_text(f"{draws}{statement};\n")
        assert self.pgbench is not None
        how = ["-n", "-M", "prepared", "-c", clients, "-j", min(clients, THREADS), "-T", whole_seconds(seconds)]
        how += ["-f", script, "-l"]
        told = subprocess.run(  # noqa: S603 - a program found by us, no shell
            [self.pgbench, *map(str, how), f"--log-prefix={folder / 'limit'}", dsn],
            env={**os.environ, "PGOPTIONS": OPTIONS},
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode != 0 or "number of failed transactions: 0 " not in told.stdout:
            raise UnableToMeasure(f"pgbench failed. It said:\n{told.stderr[-2000:]}")
        logs = list(folder.glob("limit.*[0-9]"))
        ended = [_read(line) for log in logs for line in log.read_text().splitlines()]
        for log in logs:
            log.unlink()
        return ended


def whole_seconds(seconds: float) -> int:
    """How long pgbench runs, which knows whole seconds only: never shorter than what is counted of it."""
    return math.ceil(seconds)


def _read(line: str) -> tuple[float, float]:
    """When a transaction had ended, in seconds, and how many milliseconds it took."""
    _, _, taken_us, _, epoch, us = line.split()[:6]
    return int(epoch) + int(us) / 1e6, int(taken_us) / 1000


def find_pgbench() -> Path | None:
    """The pgbench of PATH, else the one that comes with the embedded PostgreSQL, else none."""
    on_path = shutil.which("pgbench")
    if on_path:
        return Path(on_path)
    with suppress(UnableToLaunch):
        program = choose_engine(None).programs / "pgbench"
        return program if os.access(program, os.X_OK) else None
    return None


def _processes(
    statement: str, dsn: str, folder: Path, clients: int, accounts: tuple[int, int], seconds: float
) -> list[tuple[float, float]]:
    asked = json.dumps({"statement": statement, "dsn": dsn, "accounts": accounts, "until": time.time() + seconds})
    command = [sys.executable, "-m", "sevenpanel.launch.bench.part", "client"]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        for _ in range(clients)
    ]
    for each in running:
        assert each.stdin is not None
        each.stdin.write(asked)
        each.stdin.close()
        each.stdin = None
    told = [each.communicate()[0] for each in running]
    if any(each.returncode for each in running):
        raise UnableToMeasure("A client of the limit failed; it has said why above.")
    return [(at, ms) for one in told for at, ms in json.loads(one)]


def client(arguments: Sequence[str]) -> int:
    """Be one client: read what to do from standard input, and write when each order was placed and how long it took."""
    asked = json.load(sys.stdin)
    statement = asked["statement"].replace(":account", "%(account)s").replace(":n ", "%(n)s ")
    ended = []
    with psycopg.connect(asked["dsn"], autocommit=True, prepare_threshold=0, options=OPTIONS) as connection:
        while (begun := time.time()) < asked["until"]:
            drawn = {"account": random.randint(*asked["accounts"]), "n": str(random.randint(1, NUMBER_MAX))}
            connection.execute(statement, drawn).fetchall()
            ended.append((time.time(), 1000 * (time.time() - begun)))
    print(json.dumps(ended))
    return 0
