"""What the transitions of a receipt book in the ledger (design: deposits, section 4).

A key that was booked before is not an error here: the receipt takes over what stands in the ledger. So a table of
receipts that was lost, or a step that is done again after a crash, posts nothing new.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.deposits import models
from sevenpanel.deposits.domain.keys import entry_key
from sevenpanel.deposits.domain.pricing import Worth
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger import queries as books
from sevenpanel.ledger.domain import (
    AccountKind,
    AccountRef,
    AssetMove,
    Entry,
    EntryKind,
    MoneyMove,
    Reason,
    bank,
    customer,
    house,
    trading,
)
from sevenpanel.ledger.queries import EntryRow


class UnableToBook(Refusal):
    """Something that the ledger does not bear out, so that it must not be booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a credit is booked at.

    :param processor_fee: the part of `worth.gross` that a processor kept and the desk pays.
    """

    worth: Worth
    currency: str
    rate_e12: int
    rate_source: str
    rate_as_of: datetime
    processor_fee: int = 0

    def facts(self) -> dict[str, Any]:
        """The figures as an entry remembers them: whoever reads it later reckons with these and no others."""
        return {
            "gross": self.worth.gross,
            "fee": self.worth.fee,
            "bonus": self.worth.bonus,
            "locked_raw": str(self.worth.locked_raw),
            "processor_fee": self.processor_fee,
            "currency": self.currency,
            "rate_e12": str(self.rate_e12),
            "rate_source": self.rate_source,
            "rate_as_of": self.rate_as_of.isoformat(),
        }


def price_of(facts: Mapping[str, Any]) -> Price:
    """The price that an entry was booked at."""
    worth = Worth(gross=facts["gross"], fee=facts["fee"], bonus=facts["bonus"], locked_raw=int(facts["locked_raw"]))
    return Price(
        worth=worth,
        currency=facts["currency"],
        rate_e12=int(facts["rate_e12"]),
        rate_source=facts["rate_source"],
        rate_as_of=datetime.fromisoformat(facts["rate_as_of"]),
        processor_fee=facts["processor_fee"],
    )


def live(story: Sequence[EntryRow], kind: EntryKind) -> EntryRow | None:
    """The entry of this kind that stands."""
    return next((entry for entry in story if entry.is_live and entry.kind is kind), None)


def credit(receipt: models.Receipt, price: Price, *, actor_id: int | None, now: datetime) -> tuple[int, Price]:
    """Book a receipt onto its customer's balance: out of suspense when it stands there, else out of custody.

    :returns: the entry's id and its price: that of the entry which stood there before, if there was one.
    :raises UnableToBook: when it was sent back.
    """
    story = books.entries(subject=receipt.key)
    if live(story, EntryKind.REFUND) is not None:
        raise UnableToBook("This receipt was sent back. It cannot be credited any more.")
    assets, money = _credited(receipt, price, is_suspended=live(story, EntryKind.SUSPENSE) is not None)
    key = entry_key(receipt.key, books.generation(story))
    entry_id = _post(
        receipt, EntryKind.CREDIT, key, facts=price.facts(), assets=assets, money=money, actor=actor_id, now=now
    )
    booked = books.entry(key=key)
    assert booked is not None
    return entry_id, price_of(booked.facts)


def _credited(
    receipt: models.Receipt, price: Price, *, is_suspended: bool
) -> tuple[tuple[AssetMove, ...], tuple[MoneyMove, ...]]:
    if receipt.asset is None:
        is_gift = receipt.method is None
        source = house(AccountKind.GOODWILL, price.currency) if is_gift else _bank(receipt, price)
        return (), _money(receipt, price, source, Reason.GOODWILL if is_gift else Reason.DEPOSIT)
    out_of = AccountKind.SUSPENSE if is_suspended else AccountKind.CUSTODY
    moves = (_move(receipt, debit=out_of, credit=AccountKind.TRADING),)
    return moves, _money(receipt, price, trading(receipt.asset.id, price.currency), Reason.DEPOSIT)


def _bank(receipt: models.Receipt, price: Price) -> AccountRef:
    assert receipt.method is not None
    return bank(receipt.method.id, price.currency)


def suspend(receipt: models.Receipt, *, reason: str, now: datetime) -> int:
    """Book a receipt into suspense: it is there, and not anybody's yet."""
    story = books.entries(subject=receipt.key)
    standing = live(story, EntryKind.SUSPENSE)
    if standing is not None:
        return standing.id
    key = f"held:{entry_key(receipt.key, books.generation(story))}"
    moves = (_move(receipt, debit=AccountKind.CUSTODY, credit=AccountKind.SUSPENSE),)
    return _post(receipt, EntryKind.SUSPENSE, key, facts={"held_reason": reason}, assets=moves, now=now)


def refund(receipt: models.Receipt, *, tx: str, was_swept: bool, actor_id: int, now: datetime) -> int:
    """Book a receipt out of the desk's hands: it went back to whoever sent it.

    :param was_swept: the transaction was seen before and booked as leaving custody.
    :raises UnableToBook: when it does not stand in suspense.
    """
    story = books.entries(subject=receipt.key)
    if live(story, EntryKind.SUSPENSE) is None:
        raise UnableToBook("This receipt does not stand in suspense, so nothing of it can be sent back.")
    key = f"refund:{entry_key(receipt.key, books.generation(story))}"
    moves = (_move(receipt, debit=AccountKind.SUSPENSE, credit=AccountKind.COLD if was_swept else AccountKind.CUSTODY),)
    return _post(receipt, EntryKind.REFUND, key, facts={"tx": tx}, assets=moves, actor=actor_id, now=now)


def mirror(receipt: models.Receipt, kinds: Collection[EntryKind], *, actor_id: int | None, now: datetime) -> None:
    """Take back every live entry of these kinds, the newest first."""
    for entry in reversed(books.entries(subject=receipt.key)):
        if entry.is_live and entry.kind in kinds:
            ledger.reverse_entry(entry_id=entry.id, actor_id=actor_id, facts={}, now=now)


def _post(
    receipt: models.Receipt,
    kind: EntryKind,
    key: str,
    *,
    facts: Mapping[str, Any],
    assets: tuple[AssetMove, ...] = (),
    money: tuple[MoneyMove, ...] = (),
    actor: int | None = None,
    now: datetime,
) -> int:
    entry = Entry(
        key=key,
        subject=receipt.key,
        kind=kind,
        customer_id=receipt.customer_id,
        actor_id=actor,
        assets=assets,
        money=money,
        facts={**effect_of(receipt), **facts},
    )
    booked = ledger.post_entry(entry=entry, now=now)
    return booked if booked is not None else _standing(entry)


def _standing(entry: Entry) -> int:
    """What stands under this key already, when it is about the same effect.

    :raises UnableToBook: when it is another one, or was taken back.
    """
    found = books.entry(key=entry.key)
    assert found is not None
    is_same = all(found.facts.get(name) == entry.facts[name] for name in ("asset", "raw"))
    if not found.is_live or not is_same or found.customer_id != entry.customer_id:
        raise UnableToBook("The ledger holds another entry under this receipt's key. Nothing was booked.")
    return found.id


def effect_of(receipt: models.Receipt) -> dict[str, Any]:
    """What a receipt brought, as an entry remembers it."""
    code = receipt.asset.code if receipt.asset else ""
    method = receipt.method.id if receipt.method else None
    return {"asset": code, "raw": str(receipt.raw or 0), "source": receipt.source, "method": method}


def _move(receipt: models.Receipt, *, debit: AccountKind, credit: AccountKind) -> AssetMove:
    assert receipt.asset is not None
    assert receipt.raw is not None
    return AssetMove(asset=receipt.asset.code, debit=debit, credit=credit, raw=receipt.raw)


def _money(receipt: models.Receipt, price: Price, source: AccountRef, reason: Reason) -> tuple[MoneyMove, ...]:
    """The legs in money: what came, what the processor kept and the desk pays, the fee and the bonus."""
    balance, worth, currency = customer(receipt.customer_id, price.currency), price.worth, price.currency
    fees, gifts = house(AccountKind.DEPOSIT_FEES, currency), house(AccountKind.PROMOTIONS, currency)
    processor = house(AccountKind.PROCESSOR_FEES, currency)
    legs = (
        (source, balance, worth.gross - price.processor_fee, reason),
        (processor, balance, price.processor_fee, Reason.PROCESSOR_FEE),
        (balance, fees, worth.fee, Reason.DEPOSIT_FEE),
        (gifts, balance, worth.bonus, Reason.DEPOSIT_BONUS),
    )
    return tuple(MoneyMove(debit=d, credit=c, amount_micros=sum_, reason=r) for d, c, sum_, r in legs if sum_)
