"""Starting, stopping and killing the sandbox: no order that it acknowledged is ever lost."""

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from tests.journeys.running_sandbox import LINK, running, sent, shipment

from sevenpanel.fulfilment.providers.interface import (
    NotNow,
    NotNowReason,
    Provider,
    Sent,
)
from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY


def test_a_killed_sandbox_remembers_every_order_and_its_fate(tmp_path: Path) -> None:
    with running(tmp_path, "--personality", "905=normal", "--seed", "11", "--pace", "10000") as sandbox:
        desk = sandbox.desk()
        orders = [sent(desk.add(shipment(905, link=f"{LINK}/{number}"))) for number in range(40)]
        before, balance = sandbox.accepted(), desk.balance()
        assert sandbox.kill(signal.SIGKILL) == -signal.SIGKILL
        port = sandbox.port
    answer = desk.add(shipment())
    assert isinstance(answer, NotNow)
    assert answer.reason is NotNowReason.NOT_CONNECTED
    with running(tmp_path, "--seed", "12", port=port) as again:
        desk = again.desk()
        assert [str(order["id"]) for order in again.accepted()] == orders
        assert again.accepted() == before
        assert desk.balance() == balance
        assert int(sent(desk.add(shipment()))) == int(orders[-1]) + 1
        assert again.control()["personalities"]["905"] == "normal"


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "sandbox.db").touch(mode=0o644)
    with running(tmp_path) as sandbox:
        sent(sandbox.desk().add(shipment()))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("sandbox.db*")}

    assert modes == dict.fromkeys(modes, 0o600)
    assert len(modes) > 1


def test_no_acknowledged_order_is_lost_when_the_blow_falls_between_two_answers(tmp_path: Path) -> None:
    acknowledged: list[str] = []

    def place(desk: Provider, lane: int) -> None:
        for number in range(10_000):
            answer = desk.add(shipment(link=f"{LINK}/{lane}/{number}"))
            if not isinstance(answer, Sent):
                return
            acknowledged.append(answer.provider_order_id)

    with running(tmp_path) as sandbox:
        sandbox.control(balance_micros=10**17)
        lanes = [threading.Thread(target=place, args=(sandbox.desk(), lane)) for lane in range(3)]
        for lane in lanes:
            lane.start()
        while len(acknowledged) < 60:
            time.sleep(0.001)
        sandbox.kill(signal.SIGKILL)
        for lane in lanes:
            lane.join(60)
    with running(tmp_path) as again:
        taken = [str(order["id"]) for order in again.accepted()]
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= set(taken)
    assert len(taken) - len(acknowledged) <= len(lanes)


def test_a_sandbox_stops_when_it_is_asked_to_even_while_a_call_hangs(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        fields = {"key": DEMO_KEY, "action": "add", "service": "912", "link": LINK, "quantity": "5"}
        body = httpx.QueryParams(fields)
        with socket.create_connection(("127.0.0.1", sandbox.port)) as hanging:
            head = f"POST /api/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(str(body))}\r\n\r\n{body}"
            hanging.sendall(head.encode())
            time.sleep(0.2)
            assert sandbox.kill(signal.SIGTERM) == 0


def test_a_second_sandbox_on_the_same_port_says_so_and_ends(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        second = _ended("--home", str(tmp_path), "--port", str(sandbox.port))
    assert second.returncode == 1
    assert "cannot listen" in second.stderr


@pytest.mark.parametrize("switch", ["12=slow", "112=charming", "x=slow", "112"])
def test_a_switch_that_does_not_exist_is_refused_at_the_start(tmp_path: Path, switch: str) -> None:
    refused = _ended("--home", str(tmp_path), "--personality", switch)
    assert refused.returncode == 2
    assert "--personality" in refused.stderr


def _ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sevenpanel.fulfilment.providers.sandbox.server", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
