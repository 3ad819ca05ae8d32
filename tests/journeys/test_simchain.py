"""The simulated chain as a server: play money through its door, the watcher on its nodes, and what survives a kill."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.chainlab import NOON, Receipt
from tests.chainlab import PlainDesk as Desk
from tests.journeys.running_simchain import SETTINGS, TO, Simchain, running
from tests.waiting import until

from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.simchain.faucet import UnableToSendPlayMoney, send_play_money, symbols
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble
from sevenpanel.deposits.sources.evm.watcher import Watcher
from sevenpanel.deposits.sources.interface import SourceUnavailable


@pytest.fixture(scope="module")
def simchain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simchain]:
    with running(tmp_path_factory.mktemp("simchain")) as chain:
        yield chain


def _look(watcher: Watcher, desk: Desk) -> None:
    try:
        desk.book(watcher.observe(known=desk.known(), mark=desk.mark, now=NOON))
    except SourceUnavailable:
        return


def _receipt(desk: Desk, tx: str) -> Receipt | None:
    return desk.receipts.get(f"evm:{SETTINGS.chain_id}:{tx}:0")


def _becomes(watcher: Watcher, desk: Desk, tx: str, state: ReceiptState) -> None:
    def is_there() -> bool:
        _look(watcher, desk)
        receipt = _receipt(desk, tx)
        return receipt is not None and receipt.state is state

    until(is_there)


def test_play_money_arrives_is_confirmed_and_becomes_final(simchain: Simchain) -> None:
    watcher, desk = simchain.watcher(), Desk()
    tx = simchain.send(25)

    _becomes(watcher, desk, tx, ReceiptState.CREDITED)
    assert desk.balances == {1: 25 * 10**6}
    _becomes(watcher, desk, tx, ReceiptState.FINAL)


def test_a_second_token_has_its_own_decimals(simchain: Simchain) -> None:
    watcher, desk = simchain.watcher(), Desk()
    tx = simchain.send(7, symbol="USDC")
    _becomes(watcher, desk, tx, ReceiptState.CREDITED)
    receipt = _receipt(desk, tx)

    assert receipt is not None
    assert receipt.said.asset.code == "USDC@simchain"
    assert receipt.said.asset.decimals == 18
    assert symbols() == ("USDT", "USDC")


def test_a_reorganisation_takes_a_deposit_away(simchain: Simchain) -> None:
    watcher, desk = simchain.watcher(), Desk()
    tx = simchain.send(25)
    _becomes(watcher, desk, tx, ReceiptState.CREDITED)
    head = simchain.node(1).height().head.number
    receipt = _receipt(desk, tx)
    assert receipt is not None
    assert receipt.said.evidence.block_height is not None
    depth = min(SETTINGS.final_blocks, head - receipt.said.evidence.block_height + 6)
    answer = simchain.control(reorganise={"depth": depth, "drop": True})

    assert answer.status_code == 200
    _becomes(watcher, desk, tx, ReceiptState.REVERSED)


def test_a_node_can_be_silenced_and_comes_back(simchain: Simchain) -> None:
    simchain.control(manner={"node": 2, "silent": True})
    with pytest.raises(NodeTrouble):
        simchain.node(2).height()
    simchain.control(manner={"node": 2, "lag": 1})

    assert simchain.node(2).height().head.number >= 0


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"send": None},
        {"send": {"symbol": "USDT", "to": "0x12", "raw": "1"}},
        {"send": {"symbol": "XYZ", "to": TO, "raw": "1"}},
        {"send": {"symbol": "USDT", "to": TO, "raw": "-1"}},
        {"send": {"symbol": "USDT", "to": TO, "raw": str(10**40)}},
        {"reorganise": {"depth": 10**6}},
        {"manner": {"node": 9}},
        {"manner": {"node": 1, "garble": 1}},
        {"explode": 1},
        {"send": {}, "reorganise": {}},
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(simchain: Simchain, asked: dict[str, Any]) -> None:
    assert simchain.control(**asked).status_code == 400


def test_nobody_without_the_desks_secret_makes_money(simchain: Simchain) -> None:
    asked = {"send": {"symbol": "USDT", "to": TO, "raw": "25000000"}}

    assert simchain.control(key="wrong", **asked).status_code == 403
    assert httpx.post(f"{simchain.url}/control", json=asked, trust_env=False).status_code == 403
    with pytest.raises(UnableToSendPlayMoney):
        send_play_money(url=simchain.url, secret="another", symbol="USDT", to=TO, raw=1)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"[[[", b"\xff", b'{"method":"eth_call","params":[7]}', b"null"])
def test_whatever_is_posted_to_a_node_gets_an_answer(simchain: Simchain, body: bytes) -> None:
    answer = httpx.post(f"{simchain.url}/1", content=body, trust_env=False)

    assert answer.status_code == 200
    json.loads(answer.content)


def test_a_chain_that_was_killed_is_the_same_chain_afterwards(tmp_path: Path) -> None:
    with running(tmp_path) as chain:
        tx = chain.send(25)
        until(lambda: chain.node(1).receipts([tx])[tx] is not None)
        before = chain.node(1).receipts([tx])[tx]
        chain.process.send_signal(signal.SIGKILL)
    with running(tmp_path) as chain:
        assert chain.node(1).receipts([tx])[tx] == before
        assert chain.send(25) != tx


def _rests(chain: Simchain) -> bool:
    """Whether no block was added for as long as twenty take."""
    before = chain.node(1).height().head.number
    time.sleep(0.2)
    return bool(chain.node(1).height().head.number == before)


def test_a_chain_on_which_nothing_happens_rests(tmp_path: Path) -> None:
    with running(tmp_path, block_seconds=0.01) as chain:
        chain.send(1)
        until(lambda: chain.node(1).height().head.number >= SETTINGS.final_blocks + 2)
        until(lambda: _rests(chain))
        heads = {chain.node(1).height().head.number for _ in range(20)}

    assert len(heads) == 1


def test_a_second_chain_on_the_same_port_is_refused_with_a_sentence(simchain: Simchain, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sevenpanel.cli",
        "simchain",
        "--port",
        str(simchain.port),
        "--home",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "cannot listen" in done.stderr
