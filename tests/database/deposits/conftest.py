"""A simulated chain inside the test's own process, set up as a source, with addresses and the way to add funds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests import wallet
from tests.chainlab import NOON, STRANGER, TOKENS, UNIT, USDT, in_process
from tests.shop import Person

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import preparing
from sevenpanel.deposits.commands.chains import NodeChoice
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.rates import RateKind, RateRule
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.keys.addresses import Family, address_of
from sevenpanel.deposits.simchain.chain import Chain, Event, Tx
from sevenpanel.deposits.simchain.node import Manner, Node
from sevenpanel.deposits.sources.evm import source as evm_source_module
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.ledger import queries as ledger

SETTINGS = chains()["simchain"]
ASSET = Asset(symbol="USDT", place="simchain", decimals=6)
NODES = ("http://127.0.0.1:7071/1", "http://127.0.0.1:7071/2")
XPUB = wallet.account(family="evm", number=5).xpub()


class Simulated:
    """A simulated chain whose two nodes the desk reaches as if over HTTP."""

    def __init__(self) -> None:
        self.chain = Chain(SETTINGS.chain_id, finality=SETTINGS.final_blocks)
        self.chain.mine(10)
        self.nodes = {url: Node(self.chain, TOKENS, Manner()) for url in NODES}
        self.now = NOON

    def look(self) -> None:
        """Let the worker look until nothing is left to do."""
        self.now += timedelta(minutes=1)
        while commands.look_next(clock=lambda: self.now):
            continue

    def mine(self, count: int) -> None:
        """More blocks, with a look after each."""
        for _ in range(count):
            self.chain.mine()
            self.look()

    def pay(self, to: str, units: int = 25) -> Tx:
        """A transfer of test-USDT, pending."""
        return self.chain.send(Event(contract=USDT, sender=STRANGER, to=to.lower(), raw=units * UNIT))


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulated]:
    """A chain that is watched, a key whose addresses are ready, and the way to add funds with it."""
    simulated = Simulated()
    monkeypatch.setattr(evm_source_module, "over_http", lambda url, *, allow_private: in_process(simulated.nodes[url]))
    evm_source_module._nodes.cache_clear()
    monkeypatch.setattr(preparing, "environment", lambda: type("Here", (), {"home": tmp_path}))
    commands.watch_chain(place="simchain", nodes=[NodeChoice(url=url, is_private=True) for url in NODES], now=NOON)
    commands.propose_wallet(
        family=Family.SIM,
        account=XPUB,
        first_address=address_of(family=Family.SIM, account=XPUB, index=0),
        by=1,
        now=NOON,
    )
    commands.set_rate_rule(rule=RateRule(symbol="USDT", kind=RateKind.PEG))
    commands.save_method(
        method=commands.NewMethod(
            name="USDT", kind=MethodKind.ASSET, asset=ASSET, source=SETTINGS.source, minimum_raw=5 * UNIT
        ),
        now=NOON,
    )
    assert commands.prepare_addresses(clock=lambda: NOON)
    yield simulated
    evm_source_module._nodes.cache_clear()


def given(person: Person) -> str:
    return commands.give_address(customer_id=person.customer_id, family=Family.SIM, now=NOON).address


def receipt(tx: Tx) -> models.Receipt:
    return models.Receipt.objects.get(key=f"evm:{SETTINGS.chain_id}:{tx.hash}:0")


def balance(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros
