"""Three PostgreSQL servers that Patroni keeps, on addresses of loopback, and the etcd that decides who leads.

Everything is ended by the pids that were started here. As root all of it runs as the user that runs the desk's own
PostgreSQL.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import make_conninfo
from tests.soak.cluster import patroni

from sevenpanel.launch.bench.usage import tree
from sevenpanel.launch.engine import Engine, choose_engine
from sevenpanel.launch.privilege import Account, postgres_account, reachable_engine
from sevenpanel.launch.processes import bound_to_this_process, words_since

HOSTS = {"one": "127.0.0.11", "two": "127.0.0.12", "three": "127.0.0.13"}
ETCD_HOST = "127.0.0.10"
START_SECONDS, STOP_SECONDS = 120.0, 30.0
ROLE = DATABASE = "desk"
# What the other two do, by whether the leader waits for one of them.
_FOLLOWING = {
    True: [("replica", "streaming"), ("sync_standby", "streaming")],
    False: [("replica", "streaming"), ("replica", "streaming")],
}


def until(happened: Callable[[], bool], *, what: str, seconds: float = START_SECONDS, pause: float = 0.1) -> float:
    """Wait for something, and return how many seconds that took.

    :raises TimeoutError: when it does not happen.
    """
    begun = time.monotonic()
    while not happened():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} seconds")
        time.sleep(pause)
    return time.monotonic() - begun


@dataclass(slots=True)
class Node:
    """One machine: Patroni, and the PostgreSQL that it keeps."""

    name: str
    host: str
    port: int
    api: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Where Patroni and PostgreSQL write."""
        return self.folder / "log"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def postgres(self) -> int | None:
        """The pid of PostgreSQL's first process, while it runs."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if str(self.data).encode() in _command_line(pid) else None

    def pids(self) -> list[int]:
        """Everything that runs on this machine."""
        patroni = tree(self.process.pid) if self.process and self.process.poll() is None else []
        first = self.postgres()
        return list(dict.fromkeys([*patroni, *(tree(first) if first else [])]))

    def kill(self) -> None:
        """Let the machine go out like a light: nothing on it says good-bye."""
        for pid in self.pids():
            _signal(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """Stop in order, or in the end without it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self.kill()

    def said(self, words: str, since: int) -> bool:
        """Whether these words were written after that position of the log."""
        return words in self.log.read_bytes()[since:].decode(errors="replace")


@dataclass(slots=True)
class Cluster:
    """The three of them, and how to talk to them."""

    folder: Path
    engine: Engine
    account: Account
    tools: Path
    etcd_ports: tuple[int, int]
    passwords: Mapping[str, str]
    nodes: list[Node] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What an operator writes as DATABASE_URL."""
        hosts = ",".join(f"{node.host}:{node.port}" for node in self.nodes)
        password = self.passwords[ROLE]
        return f"postgresql://{ROLE}:{password}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    def settings(self, node: Node) -> dict[str, Any]:
        """What Patroni is told on one machine; JSON is YAML, too."""
        return patroni.settings(
            name=node.name,
            folder=node.folder,
            sql=f"{node.host}:{node.port}",
            api=f"{node.host}:{node.api}",
            etcd=f"{ETCD_HOST}:{self.etcd_ports[0]}",
            engine=self.engine,
            passwords=self.passwords,
        )

    def ask(self, node: Node, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Ask one server, as its superuser."""
        dsn = make_conninfo(
            host=node.host, port=node.port, user="postgres", password=self.passwords["postgres"], dbname=database
        )
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def members(self) -> dict[str, dict[str, Any]]:
        """What Patroni says of each member that it knows."""
        return {str(member["name"]): member for member in self._told("/cluster").get("members", [])}

    def leader(self) -> Node | None:
        """Who leads, where that is known."""
        leading = [name for name, member in self.members().items() if member["role"] == "leader"]
        return next((node for node in self.nodes if [node.name] == leading), None)

    def is_whole(self) -> bool:
        """Whether one leads and all the others stream from it, one of them synchronously where that is set."""
        roles = [(member["role"], member["state"]) for member in self.members().values()]
        leads = ("leader", "running") in roles
        return leads and sorted(roles)[1:] == _FOLLOWING[self.is_synchronous()]

    def is_synchronous(self) -> bool:
        """Whether Patroni was told that a commit waits for a standby."""
        return bool(self._told("/config").get("synchronous_mode"))

    def _told(self, path: str) -> dict[str, Any]:
        """What the first Patroni says that answers, which is nothing where none does."""
        for node in self.nodes:
            with suppress(httpx.TransportError, ValueError):
                return dict(httpx.get(f"http://{node.host}:{node.api}{path}", timeout=5, trust_env=False).json())
        return {}

    def configure(self, **settings: object) -> None:
        """Change what holds for all of them."""
        node = self.leader()
        assert node is not None
        address = f"http://{node.host}:{node.api}/config"
        httpx.patch(address, json=settings, timeout=10, trust_env=False).raise_for_status()

    def start(self, node: Node) -> None:
        """Switch a machine on."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(node.folder)}
        node.process = self._spawn(
            [self.tools / "venv" / "bin" / "patroni", node.folder / "patroni.yml"], node.log, environment
        )

    def deafen(self, node: Node) -> list[int]:
        """Stop what sends the leader's log to the standbys, so that nobody hears of what is committed from now on."""
        senders = [int(pid) for (pid,) in self.ask(node, "SELECT pid FROM pg_stat_replication")]
        for pid in senders:
            _signal(pid, signal.SIGSTOP)
        return senders

    def _spawn(self, command: list[Path | str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=environment,
                start_new_session=True,
                preexec_fn=bound_to_this_process(signal.SIGTERM),
                **self.account.identity,
            )

    def _start_etcd(self) -> subprocess.Popen[bytes]:
        client, peer = (f"http://{ETCD_HOST}:{port}" for port in self.etcd_ports)
        options = {
            "name": "etcd",
            "data-dir": self.folder / "etcd",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"etcd={peer}",
        }
        log = self.folder / "etcd.log"
        command = [self.tools / "etcd", *(f"--{name}={value}" for name, value in options.items())]
        # On ARM this version runs only when it is told that somebody knows.
        process = self._spawn(command, log, {"PATH": "/usr/bin:/bin", "ETCD_UNSUPPORTED_ARCH": "arm64"})

        def is_healthy() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"etcd ended. It said:\n{words_since(log, 0)}")
            try:
                return httpx.get(f"{client}/health", timeout=5, trust_env=False).json()["health"] == "true"
            except (httpx.TransportError, ValueError):
                return False

        until(is_healthy, what="etcd answers")
        return process


@contextmanager
def running(tools: Path) -> Iterator[Cluster]:
    """Three servers that lead and follow, for the duration of a block; afterwards nothing of them is left.

    :param tools: what `scripts/patroni.sh` made.
    """
    folder = Path(tempfile.mkdtemp(prefix="sevenpanel-cluster-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        account = postgres_account(folder / "none")
        folder.chmod(0o711)
        engine = reachable_engine(choose_engine(None), account)
        passwords = {role: secrets.token_hex(16) for role in ("postgres", "replicator", "rewinder", ROLE)}
        cluster = Cluster(folder, engine, account, tools, _two_free(ETCD_HOST), passwords)
        for name in ("etcd", *HOSTS):
            account.own(folder / name)
        cluster.nodes = [Node(name, host, *_two_free(host), folder / name) for name, host in HOSTS.items()]
        etcd = cluster._start_etcd()
        stack.callback(_end, etcd)
        for node in cluster.nodes:
            _write(node.folder / "patroni.yml", json.dumps(cluster.settings(node), indent=1), account)
            stack.callback(node.stop)
            cluster.start(node)
        until(cluster.is_whole, what="one leads and two follow")
        _make_database(cluster)
        yield cluster


def _two_free(host: str) -> tuple[int, int]:
    """Two ports that nobody uses now; held at once, so that they differ."""
    with socket.create_server((host, 0)) as one, socket.create_server((host, 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def _make_database(cluster: Cluster) -> None:
    leader = cluster.leader()
    assert leader is not None
    cluster.ask(leader, f"CREATE ROLE {ROLE} LOGIN PASSWORD '{cluster.passwords[ROLE]}'")
    cluster.ask(leader, f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _write(path: Path, text: str, account: Account) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
    if not account.ours:
        os.chown(path, account.uid, account.gid)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
