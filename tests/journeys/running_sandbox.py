"""A running sandbox provider for journeys, and how a test talks to it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Provider,
    ProviderAccess,
    ProviderStatus,
    Sent,
    Shipment,
    StatusReport,
)
from sevenpanel.fulfilment.providers.registry import provider
from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY

LINK = "https://example.com/page"
FINAL = {ProviderStatus.COMPLETED, ProviderStatus.PARTIAL, ProviderStatus.CANCELED}
ORDINARY = 112  # Default, from 10 pieces, 0.42 each, can be canceled


@dataclass
class Counter:
    """The provider's side of a sandbox that listens somewhere: its switches, and what it really took."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v2"

    def control(self, **fields: object) -> dict[str, Any]:
        return self._told("/control", {"key": DEMO_KEY, **{name: str(value) for name, value in fields.items()}})

    def accepted(self) -> list[dict[str, Any]]:
        return self._told("/control/orders", {"key": DEMO_KEY})

    def _told(self, path: str, fields: dict[str, str]) -> Any:
        return httpx.post(f"http://127.0.0.1:{self.port}{path}", data=fields, timeout=60, trust_env=False).json()


@dataclass
class Sandbox(Counter):
    """A running sandbox: one process on a port of loopback."""

    process: subprocess.Popen[str]

    def desk(self, **changes: Any) -> Provider:
        stock = ProviderAccess(provider_id=1, url=self.url, key=DEMO_KEY, currency="USD")
        return provider("sandbox", replace(stock, **changes))

    def kill(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def running(home: Path, *arguments: str, port: int = 0) -> Iterator[Sandbox]:
    """A sandbox of its own process, killed when the test is over."""
    port = port or _free_port()
    command = [sys.executable, "-m", "sevenpanel.fulfilment.providers.sandbox.server"]
    command += ["--port", str(port), "--home", str(home), *arguments]
    environment = {**os.environ, "SEVENPANEL_HOME": str(home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            _wait_for(port, process)
            yield Sandbox(port, process)
        finally:
            process.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the sandbox ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the sandbox does not listen")


def afresh(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox with its account as it was at first, and again behaving afterwards."""
    sandbox.control(idempotency=1, refuse_duplicates=0, balance_micros=10_000_000_000)
    yield sandbox
    sandbox.control(service=0, personality="normal")


def shipment(service: int = ORDINARY, **changes: Any) -> Shipment:
    stock = Shipment(
        order_id=1,
        provider_service=str(service),
        type="Default",
        link=LINK,
        quantity=100,
        request_id=f"{time.monotonic_ns()}",
    )
    return replace(stock, **changes)


def sent(answer: Answer) -> str:
    assert isinstance(answer, Sent), answer
    return answer.provider_order_id


def report(desk: Provider, order: str) -> StatusReport:
    row = desk.statuses([order])[order]
    assert isinstance(row, StatusReport)
    return row


def until(desk: Provider, order: str, wanted: Callable[[StatusReport], bool]) -> list[StatusReport]:
    """All reports up to the first that is wanted."""
    seen = [report(desk, order)]
    while not wanted(seen[-1]):
        assert len(seen) < 2_000, seen[-1]
        time.sleep(0.01)
        seen.append(report(desk, order))
    return seen


def ended(row: StatusReport) -> bool:
    return row.status in FINAL
