"""A source of deposits for tests: it says what it is told to say, and everything else is the desk's own code."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from tests.shop import NOON, Person

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.domain import Asset, HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.amounts import parse_raw
from sevenpanel.deposits.domain.keys import evm
from sevenpanel.deposits.domain.pricing import Charges
from sevenpanel.deposits.domain.rates import RateKind, RateRule
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.sources.interface import (
    Destination,
    Evidence,
    Known,
    Look,
    Observation,
    Reserve,
    SourceUnavailable,
    Sweep,
)
from sevenpanel.ledger import commands as ledger_commands
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house

USDT = Asset(symbol="USDT", place="testchain", decimals=18)
SOURCE = "evm:7"
NEEDED = 12


@dataclass(slots=True)
class Script:
    """A source whose looks are written down beforehand."""

    name: str = SOURCE
    is_single_voice: bool = False
    assets: tuple[Asset, ...] = (USDT,)
    looks: list[Look] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    kept: tuple[Reserve, ...] = ()
    is_away: bool = False

    def observe(self, *, known: Sequence[Known], mark: str, now: datetime) -> Look:
        """The next look, or one that sees nothing new."""
        self._refuse_when_away()
        self.known = list(known)
        return self.looks.pop(0) if self.looks else Look(mark=mark)

    def destination(
        self, *, customer_id: int, intent_id: int, asset: Asset, raw: int | None, now: datetime
    ) -> Destination:
        """One address per customer, for ever."""
        self._refuse_when_away()
        return Destination(address=address_of(customer_id), reference=str(customer_id))

    def _refuse_when_away(self) -> None:
        if self.is_away:
            raise SourceUnavailable("No connection.")

    def reserves(self, *, now: datetime) -> tuple[Reserve, ...]:
        """What was written down."""
        return self.kept


def address_of(customer_id: int) -> str:
    """A customer's address on the test chain."""
    return f"0x{customer_id:040x}"


def transfer(person: Person, amount: str, *, number: int = 1, at: datetime = NOON) -> Observation:
    """A transfer to a customer, as it is seen first."""
    tx = f"0x{number:064x}"
    return Observation(
        key=evm(chain_id=7, tx=tx, ordinal=0),
        owner=person.customer_id,
        asset=USDT,
        raw=parse_raw(amount, USDT),
        address=address_of(person.customer_id),
        evidence=Evidence(tx=tx, block_height=100 + number, block_hash=f"0x{number:064x}", block_at=at),
        confirmations=1,
        needed=NEEDED,
        verdict=Verdict.SEEN,
    )


def now_is(said: Observation, verdict: Verdict, doubt: HeldReason | None = None) -> Observation:
    """The same transfer later."""
    deep = 0 if verdict in (Verdict.LEFT, Verdict.REPLACED) else NEEDED
    return replace(
        said, verdict=verdict, doubt=doubt, confirmations=said.confirmations if verdict is Verdict.SEEN else deep
    )


def say(*said: Observation, source: str = SOURCE, is_single_voice: bool = False, now: datetime = NOON) -> None:
    """Let a source say this, and book it."""
    for each in said:
        commands.book_observation(source=source, said=each, is_single_voice=is_single_voice, now=now)


def take_usdt(
    *,
    minimum: str = "5",
    charges: Charges | None = None,
    auto_max_micros: int | None = None,
    asset: Asset = USDT,
    source: str = SOURCE,
    name: str = "USDT",
) -> int:
    """Open the way to add funds with the test chain's coin, one to one."""
    commands.set_rate_rule(rule=RateRule(symbol=asset.symbol, kind=RateKind.PEG))
    return commands.save_method(
        method=commands.NewMethod(
            name=name,
            kind=MethodKind.ASSET,
            asset=asset,
            source=source,
            minimum_raw=parse_raw(minimum, asset),
            charges=charges or Charges(),
            auto_max_micros=auto_max_micros,
        ),
        now=NOON,
    )


def swept(said: Observation, *, number: int = 900) -> Sweep:
    """The operator moves away what a transfer brought."""
    tx = f"0x{number:064x}"
    return Sweep(
        key=evm(chain_id=7, tx=tx, ordinal=0),
        asset=said.asset,
        raw=said.raw,
        from_address=said.address,
        to_address="0x" + "c0" * 20,
        evidence=Evidence(tx=tx, block_height=200, block_at=NOON + timedelta(hours=1)),
    )


def receipt_of(said: Observation) -> models.Receipt:
    """The receipt of a transfer."""
    return models.Receipt.objects.get(key=said.key)


def state_of(said: Observation) -> ReceiptState:
    """Where the receipt of a transfer stands."""
    return ReceiptState(receipt_of(said).state)


def balance(person: Person) -> tuple[int, int]:
    """What the customer has, and what of it is on hold, in whole units."""
    row = ledger.balance(customer_id=person.customer_id)
    return row.balance_micros // 10**6, row.hold_micros // 10**6


def assets() -> dict[AccountKind, int]:
    """What stands where, in whole coins, without what is empty."""
    return {line.kind: line.raw // 10**18 for line in ledger.asset_balances() if line.raw}


def events_of(said: Observation) -> list[str]:
    """What happened to a receipt."""
    return list(models.Event.objects.filter(receipt=receipt_of(said)).order_by("id").values_list("event", flat=True))


def spend(person: Person, micros: int) -> None:
    """Move money from a balance to what was earned, as orders do in the end."""
    spent = Transfer(
        key=f"spent/{person.customer_id}",
        debit=customer(person.customer_id, "USD"),
        credit=house(AccountKind.EARNED, "USD"),
        amount_micros=micros,
        reason=Reason.CORRECTION,
        customer_id=person.customer_id,
    )
    with transaction.atomic():
        ledger_commands.post(transfers=[spent], now=NOON)


def set_rate(rate: int) -> None:
    """The operator sets the coin's rate for a day."""
    until = NOON + timedelta(days=1)
    commands.set_rate(symbol="USDT", currency="USD", rate_e12=rate, valid_until=until, actor_id=None, now=NOON)
