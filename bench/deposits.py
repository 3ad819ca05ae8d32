"""How fast the watcher goes through a chain: `.venv/bin/python bench/deposits.py`.

One: 1,000 watched addresses and 10,000 blocks with 1,000 deposits, through one node over HTTP, from an empty cursor to
the head. Exit status 1 when that takes more than 60 seconds.
Two: 100 deposits a minute through two nodes over HTTP, a look for every block of three seconds, and how much of those
three seconds a look takes. Exit status 1 when the longest takes more than they last.

The simulated chain's server runs as a process of its own; booking is not part of the figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")

from sevenpanel.deposits.domain import ReceiptState, Verdict
from sevenpanel.deposits.simchain.chain import Chain, Event
from sevenpanel.deposits.simchain.faucet import control_key
from sevenpanel.deposits.simchain.store import Store
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.deposits.sources.evm.nodes import Node
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble, Rpc, over_http
from sevenpanel.deposits.sources.evm.watcher import Watcher
from sevenpanel.deposits.sources.interface import Known, Observation
from sevenpanel.kernel import calling
from sevenpanel.launch import ports

ADDRESSES, BLOCKS = 1_000, 10_000
LIMIT_SECONDS = 60.0
PER_MINUTE, MINUTES = 100, 2
SETTINGS = chains()["simchain"]
USDT = next(contract for contract, token in SETTINGS.tokens.items() if token.asset.symbol == "USDT")
SENDER = "0x" + "5e" * 20
SECRET = "only-for-this-bench-" + "0" * 40
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def address(number: int) -> str:
    """One of many watched addresses."""
    return f"0x{0xA0000 + number:040x}"


def long_chain() -> Chain:
    """A chain with a deposit in every tenth block."""
    chain = Chain(SETTINGS.chain_id, finality=SETTINGS.final_blocks)
    for number in range(BLOCKS):
        if number % (BLOCKS // ADDRESSES) == 0:
            chain.send(Event(contract=USDT, sender=SENDER, to=address(number % ADDRESSES), raw=25_000_000))
        chain.mine()
    return chain


def busy_chain() -> tuple[Chain, list[int]]:
    """A chain of some minutes with so many deposits a minute."""
    chain = Chain(SETTINGS.chain_id, finality=SETTINGS.final_blocks)
    chain.mine(SETTINGS.final_blocks)
    blocks = MINUTES * 60 // SETTINGS.block_seconds
    heads = []
    for number in range(blocks):
        for each in range(PER_MINUTE * SETTINGS.block_seconds // 60):
            chain.send(Event(contract=USDT, sender=SENDER, to=address((7 * number + each) % ADDRESSES), raw=25_000_000))
        chain.mine()
        heads.append(chain.head)
    return chain, heads


@contextmanager
def served(chain: Chain) -> Iterator[str]:
    """The chain behind the simulated chain's own server."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "simchain.db")
        store.save(chain)
        store.close()
        port = ports.any_free("127.0.0.1")
        command = [sys.executable, "-m", "sevenpanel.cli", "simchain", "--home", folder, "--port", str(port)]
        environment = {**os.environ, "SEVENPANEL_HOME": folder, "SEVENPANEL_SECRET_KEY": SECRET}
        # No further blocks: the bench says how far the chain is.
        command += ["--block-seconds", "86400"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as run:  # noqa: S603 - ours
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            try:
                yield url
            finally:
                run.terminate()


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            node(url, 1).height()
        except NodeTrouble:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The simulated chain does not answer.")


def node(url: str, number: int) -> Node:
    """One of its nodes."""
    return Node(name=f"node-{number}", rpc=Rpc(over_http(f"{url}/{number}", allow_private=True)), chain=SETTINGS)


def watcher(*nodes: Node) -> Watcher:
    """The watcher, with all addresses."""
    owners = {address(number): number for number in range(ADDRESSES)}
    return Watcher(chain=SETTINGS, nodes=nodes, owners=lambda: owners, begin=lambda _head: 0)


def catch_up(url: str) -> tuple[float, int, int]:
    """Seconds, looks and deposits from an empty cursor to the head."""
    watching, mark, looks, found = watcher(node(url, 1)), "", 0, set()
    begun = time.perf_counter()
    while True:
        look = watching.observe(known=[], mark=mark, now=NOW)
        mark, looks = look.mark, looks + 1
        found |= {each.key for each in look.observations}
        if not look.has_more:
            return time.perf_counter() - begun, looks, len(found)


def show_up_to(url: str, blocks_less: int) -> None:
    """Let both nodes show so many blocks less than there are: the chain grows as the bench wants it to."""
    for number in (1, 2):
        body = json.dumps({"manner": {"node": number, "lag": blocks_less}}).encode()
        headers = {"Content-Type": "application/json", "X-Control-Key": control_key(SECRET)}
        heard = calling.exchange(
            calling.Call(method="POST", url=f"{url}/control", headers=headers, content=body, allow_private=True)
        )
        if not calling.is_success(heard.status):
            raise SystemExit(f"The simulated chain refused: {heard.body.decode()}")


def keep_up(url: str, heads: list[int]) -> list[float]:
    """Seconds of each look while the chain grows block by block."""
    watching, mark, took = watcher(node(url, 1), node(url, 2)), "", []
    known: dict[str, Known] = {}
    for head in heads:
        show_up_to(url, heads[-1] - head)
        begun = time.perf_counter()
        look = watching.observe(known=list(known.values()), mark=mark, now=NOW)
        took.append(time.perf_counter() - begun)
        mark = look.mark
        for said in look.observations:
            _take(known, said)
    return took


def _take(known: dict[str, Known], said: Observation) -> None:
    if said.verdict is Verdict.FINAL:
        known.pop(said.key, None)
        return
    state = ReceiptState.CREDITED if said.verdict is Verdict.CONFIRMED else ReceiptState.SEEN
    known[said.key] = Known(
        key=said.key,
        owner=said.owner,
        asset=said.asset,
        raw=said.raw,
        address=said.address,
        state=state,
        evidence=said.evidence,
    )


def main() -> int:
    """Print the figures.

    :returns: 1 when a limit is passed.
    """
    with served(long_chain()) as url:
        seconds, looks, found = catch_up(url)
    print(f"{BLOCKS:,} blocks, {ADDRESSES:,} addresses, {found:,} deposits, one node: {seconds:.1f} s, looks: {looks}")
    chain, heads = busy_chain()
    with served(chain) as url:
        took = sorted(keep_up(url, heads))
    median, longest = took[len(took) // 2], took[-1]
    share = 100 * sum(took) / (len(took) * SETTINGS.block_seconds)
    print(f"{PER_MINUTE} deposits a minute, two nodes: a look takes {median * 1000:.0f} ms, at most {longest:.2f} s:")
    print(f"{share:.0f} % of the time that there is")
    return int(found != ADDRESSES or seconds > LIMIT_SECONDS or longest > SETTINGS.block_seconds)


if __name__ == "__main__":
    sys.exit(main())
