"""Reads of keys and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.keys.addresses import Family, address_bytes, address_of, plain, written
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach

_OWNERS = """
SELECT a.plain, a.customer_id FROM deposits_address a JOIN deposits_wallet w ON w.id = a.wallet_id
 WHERE w.family = %s AND a.customer_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletRow:
    """One extended public key, as staff sees it.

    :param first_address: so that it can be found in the operator's own wallet.
    :param highest: the highest number that an address was made of.
    """

    id: int
    family: Family
    account: str
    is_first: bool
    proposed_by: int
    proposed_at: datetime
    agreed_by: int | None
    starts_at: datetime | None
    withdrawn_at: datetime | None
    first_address: str
    highest: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """An address of a customer, as people write it."""

    address: str
    index: int
    given_at: datetime
    retired_at: datetime | None


def wallets() -> Sequence[WalletRow]:
    """Every key that was ever proposed, newest first."""
    return [_row(each) for each in models.Wallet.objects.order_by("-id")]


def wallet_in_force(*, family: Family, now: datetime) -> WalletRow | None:
    """The key whose addresses are given now."""
    found = models.Wallet.objects.filter(family=family.value, starts_at__lte=now, withdrawn_at__isnull=True)
    newest = found.order_by("-starts_at", "-id").first()
    return _row(newest) if newest else None


def owners(*, family: Family) -> dict[str, int]:
    """Every address that was ever given to a customer, as JSON-RPC writes it, and whose it is."""
    return dict(db.rows(_OWNERS, [family.value]))


def addresses_of(*, customer_id: int, family: Family) -> Sequence[AddressRow]:
    """A customer's addresses of this family, the one in use first."""
    found = models.Address.objects.filter(customer_id=customer_id, wallet__family=family.value)
    return [
        AddressRow(
            address=written(family, bytes.fromhex(each.plain.removeprefix("0x"))),
            index=each.index,
            given_at=each.given_at,
            retired_at=each.retired_at,
        )
        for each in found.order_by("-given_at", "-id")
        if each.given_at is not None
    ]


def strayed_addresses() -> list[Breach]:
    """Make every address anew and compare: an address is a pure function of key and number (invariant 13)."""
    strayed = [
        str(each.id)
        for each in models.Address.objects.select_related("wallet").order_by("id")
        if each.plain != plain(address_bytes(account=each.wallet.account, index=each.index))
    ]
    sentence = "A deposit address is another one than its key and number give."
    return [Breach(invariant="deposits 13", sentence=sentence, ids=tuple(strayed))] if strayed else []


def _row(wallet: models.Wallet) -> WalletRow:
    family = Family(wallet.family)
    mine = models.Address.objects.filter(wallet=wallet)
    highest = mine.order_by("-index").values_list("index", flat=True).first()
    return WalletRow(
        id=wallet.id,
        family=family,
        account=wallet.account,
        is_first=wallet.is_first,
        proposed_by=wallet.proposed_by,
        proposed_at=wallet.proposed_at,
        agreed_by=wallet.agreed_by,
        starts_at=wallet.starts_at,
        withdrawn_at=wallet.withdrawn_at,
        first_address=address_of(family=family, account=wallet.account, index=0),
        highest=highest or 0,
        free=mine.filter(customer_id__isnull=True).count(),
    )
