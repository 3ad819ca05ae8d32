"""A simulated chain of its own process, on a port of loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.chainlab import address
from tests.waiting import until

from sevenpanel.deposits.keys.addresses import Family, written
from sevenpanel.deposits.simchain.faucet import control_key, send_play_money
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.deposits.sources.evm.nodes import Node
from sevenpanel.deposits.sources.evm.rpc import Rpc, over_http
from sevenpanel.deposits.sources.evm.watcher import Watcher
from sevenpanel.launch import ports

SECRET = "a-secret-of-the-desk-that-is-long-enough-" + "0" * 20
SETTINGS = chains()["simchain"]
TO = written(Family.SIM, bytes.fromhex(address(1)[2:]))


@dataclass
class Simchain:
    """A running simulated chain: one process on a port of loopback."""

    port: int
    process: subprocess.Popen[str]
    secret: str = SECRET

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def send(self, units: int = 25, *, symbol: str = "USDT", to: str = TO) -> str:
        """A transfer of test coins, as the desk asks for it."""
        return send_play_money(url=self.url, secret=self.secret, symbol=symbol, to=to, raw=units * 10**6)

    def control(self, key: str = "", **asked: Any) -> httpx.Response:
        """Turn a switch."""
        headers = {"X-Control-Key": key or control_key(self.secret)}
        return httpx.post(f"{self.url}/control", json=asked, headers=headers, timeout=60, trust_env=False)

    def node(self, number: int) -> Node:
        """One of its nodes, as the watcher asks it."""
        return Node(
            name=f"node-{number}", rpc=Rpc(over_http(f"{self.url}/{number}", allow_private=True)), chain=SETTINGS
        )

    def watcher(self) -> Watcher:
        """A watcher of both nodes, with three customers."""
        return Watcher(
            chain=SETTINGS,
            nodes=[self.node(1), self.node(2)],
            owners=lambda: {address(number): number for number in range(3)},
            begin=lambda _head: 0,
        )


@contextmanager
def running(home: Path, *, block_seconds: float = 0.05, secret: str = SECRET) -> Iterator[Simchain]:
    """A simulated chain of its own process, killed when the test is over.

    :param secret: the desk's, from which the key of its switches follows.
    """
    port = ports.any_free("127.0.0.1")
    command = [sys.executable, "-m", "sevenpanel.cli", "simchain", "--port", str(port), "--home", str(home)]
    environment = {**os.environ, "SEVENPANEL_HOME": str(home), "SEVENPANEL_SECRET_KEY": secret}
    command += ["--block-seconds", str(block_seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            until(lambda: process.poll() is not None or not ports.is_free("127.0.0.1", port))
            yield Simchain(port, process, secret)
        finally:
            process.kill()
