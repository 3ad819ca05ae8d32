"""One `sevenpanel run` of its own processes, for journeys that need the whole desk."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.journeys.running_sandbox import Counter
from tests.served import Client
from tests.waiting import until

from sevenpanel.launch import ports
from sevenpanel.launch.privilege import OPEN_GROUND
from sevenpanel.settings.environment import socket_folder

# What the tests' own settings put into the environment must not reach the desk under test.
NOT_INHERITED = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SEVENPANEL_SECRET_KEY")
LAST_LINE = "Ctrl-C stops it."
PARTS = {
    "web": "serve",
    "worker": "worker",
    "sandbox": "sandbox",
}


@dataclass(slots=True)
class Desk:
    """One `sevenpanel run` under test: what it was told, its process, its screen."""

    home: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def screen(self) -> str:
        """What it has printed so far."""
        return (self.home / "screen").read_text()

    @property
    def pid(self) -> int:
        """Its supervisor's process."""
        assert self.process is not None
        return self.process.pid

    @property
    def demo(self) -> dict[str, Any]:
        """What it wrote down for whoever tries it."""
        written: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return written

    @property
    def api(self) -> Client:
        """A stock client with the demo customer's key."""
        return Client(url=f"{self.url}/api/v2", key=self.demo["customer"]["api_key"])

    @property
    def sandbox(self) -> Counter:
        """The provider's side of the sandbox it runs."""
        found = re.search(r"Sandbox provider  http://127\.0\.0\.1:(\d+)", self.screen)
        assert found, self.screen
        return Counter(int(found[1]))

    def spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command on this home; its words go to the screen."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        here = {"SEVENPANEL_HOME": str(self.home), "PORT": str(self.port)}
        with (self.home / "screen").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "sevenpanel.cli", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=inherited | here | self.more,
            )

    def start(self) -> None:
        """Run the desk, and wait until it says that it does."""
        self.process = self.spawn("run")
        until(lambda: LAST_LINE in self.screen or self.ended())
        assert LAST_LINE in self.screen, self.screen

    def ended(self) -> bool:
        """Whether its supervisor is gone."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> int:
        """Stop it as Ctrl-C does."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def says(self, *arguments: str) -> tuple[int, str]:
        """Run another command on the same home, on a screen of its own."""
        beside = Desk(self.home / "beside", self.port, {"SEVENPANEL_HOME": str(self.home), **self.more})
        beside.home.mkdir(exist_ok=True)
        status = beside.spawn(*arguments).wait(60)
        return status, beside.screen

    def answers(self, path: str = "/livez") -> bool:
        """Whether it says now that it is well."""
        with suppress(httpx.TransportError):
            return httpx.get(self.url + path, timeout=5).status_code == httpx.codes.OK
        return False

    def part(self, name: str) -> int | None:
        """The process of a part of the desk, None while there is none."""
        for pid in children(self.pid):
            words = command_line(pid)
            if name == "postgres" and words[0].endswith("/postgres"):
                return pid
            if words[-1:] == [PARTS.get(name, "")]:
                return pid
        return None


def children(parent: int) -> list[int]:
    """The living processes that this one has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                state, ppid = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(ppid) == parent and state != "Z":
                    found.append(int(entry.name))
    return sorted(found)


def family(parent: int) -> list[int]:
    """Its children, and theirs."""
    return [one for child in children(parent) for one in (child, *family(child))]


def command_line(pid: int) -> list[str]:
    """The words a process was started with."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().rstrip("\0").split("\0")
    except OSError:
        return [""]


@contextmanager
def empty_home() -> Iterator[Path]:
    """A folder for a desk; nothing of it is left afterwards."""
    # Root's PostgreSQL runs as somebody else, who has to reach it.
    path = Path(tempfile.mkdtemp(prefix="sevenpanel-run-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
        assert not (path / "postgres").is_symlink(), OPEN_GROUND
    finally:
        shutil.rmtree(socket_folder(path), ignore_errors=True)
        shutil.rmtree(path)


@contextmanager
def running_desk(**more: str) -> Iterator[Desk]:
    """The whole desk, from an empty home.

    :param more: what else the environment says.
    """
    with empty_home() as home:
        desk = Desk(home, ports.any_free("127.0.0.1"), more)
        try:
            desk.start()
            yield desk
        finally:
            desk.stop()
