"""Giving addresses to customers: one permanent address for each customer and key family.

Addresses are made beforehand, by the worker, since only it may ask a chain whether one was ever used. Giving one is
taking the first that is free.
"""

from collections.abc import Sequence
from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.keys.addresses import Family, address_bytes, plain, written
from sevenpanel.deposits.queries.wallets import AddressRow, wallet_in_force
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('deposits.address/' || %s::bigint, 0))"


class UnableToGiveAddress(Refusal):
    """No address can be given now."""

    status = 503


@db.command
def give_address(*, customer_id: int, family: Family, now: datetime) -> AddressRow:
    """The customer's address of this family: the one that he has, else a new one.

    :raises UnableToGiveAddress: when no key is set up, or no address is ready.
    """
    return _given(customer_id, family, now, anew=False)


@db.command
def give_new_address(*, customer_id: int, family: Family, now: datetime) -> AddressRow:
    """Another address for a customer who asks for one. What arrives at the old one is his for ever.

    :raises UnableToGiveAddress: when no key is set up, or no address is ready.
    """
    return _given(customer_id, family, now, anew=True)


@db.command
def keep_addresses(*, wallet_id: int, indexes: Sequence[int], now: datetime) -> None:
    """Make addresses of a key that nobody has yet. An index that is there already stays as it is."""
    wallet = models.Wallet.objects.get(id=wallet_id)
    models.Address.objects.bulk_create(
        [
            models.Address(
                wallet=wallet,
                index=index,
                plain=plain(address_bytes(account=wallet.account, index=index)),
                made_at=now,
            )
            for index in indexes
        ],
        ignore_conflicts=True,
    )


def _given(customer_id: int, family: Family, now: datetime, *, anew: bool) -> AddressRow:
    wallet = wallet_in_force(family=family, now=now)
    if wallet is None:
        raise UnableToGiveAddress(say("Deposits on this network are not set up yet. Choose another way to add funds."))
    db.rows(_LOCK, [customer_id])
    mine = models.Address.objects.filter(wallet_id=wallet.id, customer_id=customer_id, retired_at__isnull=True)
    present = mine.first()
    if present is not None and not anew:
        return _row(present, family)
    free = models.Address.objects.filter(wallet_id=wallet.id, customer_id__isnull=True).order_by("index")
    address = free.select_for_update(skip_locked=True).first()
    if address is None:
        raise UnableToGiveAddress(say("Your address is being prepared. Please try again in a minute."))
    mine.update(retired_at=now)
    address.customer_id, address.given_at = customer_id, now
    address.save(update_fields=["customer_id", "given_at"])
    return _row(address, family)


def _row(address: models.Address, family: Family) -> AddressRow:
    shown = written(family, bytes.fromhex(address.plain.removeprefix("0x")))
    assert address.given_at is not None
    return AddressRow(address=shown, index=address.index, given_at=address.given_at, retired_at=address.retired_at)
