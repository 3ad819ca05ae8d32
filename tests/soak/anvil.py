"""A real EVM on this machine, and what a test does on it: pay, mine, reorganise (npm brings it: scripts/anvil.sh)."""

import itertools
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.chainlab import SETTINGS
from tests.waiting import until

from sevenpanel.deposits.sources.evm import chains
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble, Rpc, Send, over_http
from sevenpanel.launch import ports

ROOT = Path(__file__).parents[2]
CHAIN_ID = 31337
ACCOUNTS = 3_500
GAS = 200_000
GAS_PRICE = 10**10
# Anvil calls final what is two epochs below the head.
EPOCH = SETTINGS.final_blocks // 2

MOVE, MOVE_TWICE, LIE = "bb35783b", "38844b6d", "8f3bbf2b"


def program() -> Path | None:
    """Where anvil is, if it is anywhere."""
    named = os.environ.get("SEVENPANEL_ANVIL")
    if named:
        return Path(named)
    return next(iter(sorted((ROOT / "var" / "anvil").glob("node_modules/@foundry-rs/anvil-*/bin/anvil"))), None)


@dataclass(slots=True)
class Evm:
    """A running EVM with one token. Every payer is an account of its own, so that one can be dropped alone."""

    url: str
    rpc: Rpc
    token: str = ""
    accounts: list[str] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)
    _payers: Iterator[str] = field(default_factory=lambda: iter(()))

    def begin(self) -> None:
        """Deploy the token, and give its whole stock to the first account."""
        self.accounts = self.rpc.one("eth_accounts")
        self._payers = itertools.chain(self.accounts[1:])
        code = (Path(__file__).with_name("TestToken.hex")).read_text().replace("\n", "")
        symbol = "tUSDT"
        words = f"{64:064x}{6:064x}{len(symbol):064x}{symbol.encode().hex().ljust(64, '0')}"
        tx = self.rpc.one(
            "eth_sendTransaction", {"from": self.accounts[0], "data": f"0x{code}{words}", "gas": hex(3_000_000)}
        )
        self.mine(1)
        self.token = self.rpc.one("eth_getTransactionReceipt", tx)["contractAddress"].lower()

    def settings(self) -> chains.Chain:
        """The chain as the watcher knows it."""
        token = next(token for token in SETTINGS.tokens.values() if token.asset.symbol == "USDT")
        return replace(SETTINGS, chain_id=CHAIN_ID, tokens={self.token: replace(token, contract=self.token)})

    def move(self, sender: str, to: str, raw: int) -> str:
        """Move tokens; for tests, anybody may."""
        return self._send(MOVE, _word(sender), _word(to), _number(raw))

    def pay(self, to: str, raw: int) -> str:
        """A payment out of the stock."""
        return self.move(self.accounts[0], to, raw)

    def lie(self, to: str, said: int) -> str:
        """A log that says more than is moved."""
        return self._send(LIE, _word(to), _number(said), _number(0))

    def mine(self, blocks: int) -> None:
        """More blocks; the first takes what is pending."""
        for _ in range(blocks):
            self.rpc.one("evm_mine")

    def reorganise(self, depth: int, *, keep: Callable[[str], bool]) -> None:
        """Other blocks in place of the last ones, one more than before; what is kept comes back behind the first."""
        head = int(self.rpc.one("eth_blockNumber"), 16)
        gone = [
            tx
            for number in range(head - depth + 1, head + 1)
            for tx in self.rpc.one("eth_getBlockByNumber", hex(number), False)["transactions"]
        ]
        self.rpc.one("anvil_reorg", depth, [])
        for tx in gone:
            if keep(tx):
                assert self.rpc.one("eth_sendRawTransaction", self.raw[tx]) == tx
        self.mine(1)

    def balance(self, holder: str) -> int:
        """What somebody has."""
        return int(self.rpc.one("eth_call", {"to": self.token, "data": "0x70a08231" + _word(holder)}, "latest"), 16)

    def status(self, tx: str) -> int | None:
        """1 for a transaction that stands and worked, 0 for one that failed, None for one that is nowhere."""
        receipt = self.rpc.one("eth_getTransactionReceipt", tx)
        return None if receipt is None else int(receipt["status"], 16)

    def _send(self, method: str, *words: str) -> str:
        asked: dict[str, Any] = {
            "from": next(self._payers),
            "to": self.token,
            "data": f"0x{method}{''.join(words)}",
            "gas": hex(GAS),
            "gasPrice": hex(GAS_PRICE),
        }
        tx = self.rpc.one("eth_sendTransaction", asked)
        self.raw[tx] = self.rpc.one("eth_getRawTransactionByHash", tx)
        return str(tx)


def _word(address: str) -> str:
    return address.removeprefix("0x").rjust(64, "0")


def _number(number: int) -> str:
    return f"{number:064x}"


def flickering(send: Send, is_away: Callable[[], bool]) -> Send:
    """The same node, which now and then does not answer."""

    def carry(body: bytes) -> bytes:
        if is_away():
            raise NodeTrouble("The node gave no whole answer (timed out).")
        return send(body)

    return carry


@contextmanager
def running() -> Iterator[Evm]:
    """An EVM of its own process, killed when the test is over."""
    found, port = program(), ports.any_free("127.0.0.1")
    assert found is not None
    command = [str(found), "--port", str(port), "--no-mining", "--silent", "--accounts", str(ACCOUNTS)]
    command += [
        "--slots-in-an-epoch",
        str(EPOCH),
        "--hardfork",
        "paris",
        "--chain-id",
        str(CHAIN_ID),
        "--balance",
        "1000",
    ]
    url = f"http://127.0.0.1:{port}"
    evm = Evm(url, Rpc(over_http(url, allow_private=True)))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: process.poll() is not None or not ports.is_free("127.0.0.1", port))
            evm.begin()
            yield evm
        finally:
            process.kill()
