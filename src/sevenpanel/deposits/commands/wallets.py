"""The operator's public keys: the ceremony with which one begins, and two people and a day for another one.

Whoever changes the key changes where everybody's money goes. So a first key is held against the wallet that it is said
to come from, and every later one waits a day after a second person agreed, while anybody on the staff may stop it.
"""

from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.key_letters import put_down
from sevenpanel.deposits.domain.ways import KeyNews
from sevenpanel.deposits.keys.addresses import Family, address_bytes, read_address
from sevenpanel.deposits.keys.xpub import CHANGE_DELAY, read_account
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal

FIRST = 0
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('deposits.wallet/' || %s, 0))"


class UnableToSetWallet(Refusal):
    """A key that cannot be taken as it is, or not by this person."""


@db.command
def propose_wallet(*, family: Family, account: str, first_address: str, by: int, now: datetime) -> int:
    """Take the extended public key of an account, once its owner has shown that it is his wallet's.

    A family's first key counts at once; every other one needs `agree_to_wallet`.

    :param first_address: the first address as the operator's own wallet shows it. The desk never shows its own idea of
        it before, so that it cannot simply be copied back.
    :param by: whoever does this, among the staff.
    :returns: the wallet's id.
    :raises UnableToSetWallet: when key and address do not belong together, or the key is there already.
    """
    account = account.strip()
    read_account(account)
    shown = read_address(first_address, family=family)
    if shown != address_bytes(account=account, index=FIRST):
        raise UnableToSetWallet(
            "The first address of this key is another one. Open the account in your wallet, copy its first receiving "
            "address and its extended public key again; both have to come from the same account."
        )
    db.rows(_LOCK, [family.value])
    if models.Wallet.objects.filter(account=account).exists():
        raise UnableToSetWallet("This key is set up already. Make another account in your wallet and give its key.")
    is_first = not models.Wallet.objects.filter(family=family.value).exists()
    wallet = models.Wallet.objects.create(
        family=family.value,
        account=account,
        is_first=is_first,
        proposed_by=by,
        proposed_at=now,
        starts_at=now if is_first else None,
    )
    put_down(wallet, KeyNews.SET if is_first else KeyNews.PROPOSED, now=now)
    return wallet.id


@db.command
def agree_to_wallet(*, wallet_id: int, by: int, now: datetime) -> datetime:
    """Agree, as a second person, that another key takes over.

    :returns: when it will: a day after it was proposed, and not before now.
    :raises UnableToSetWallet: when it is the same person, or nothing waits for agreement.
    """
    wallet = _waiting(wallet_id)
    if wallet.agreed_at is not None or wallet.is_first:
        raise UnableToSetWallet("Nothing waits for agreement here.")
    if wallet.proposed_by == by:
        raise UnableToSetWallet("Somebody else has to agree: where deposits go is never changed by one person.")
    wallet.agreed_by, wallet.agreed_at = by, now
    wallet.starts_at = max(now, wallet.proposed_at + CHANGE_DELAY)
    wallet.save(update_fields=["agreed_by", "agreed_at", "starts_at"])
    put_down(wallet, KeyNews.AGREED, now=now)
    return wallet.starts_at


@db.command
def withdraw_wallet(*, wallet_id: int, by: int, now: datetime) -> None:
    """Stop a key that does not count yet. Anybody on the staff may.

    :raises UnableToSetWallet: when it counts already.
    """
    wallet = _waiting(wallet_id)
    if wallet.starts_at is not None and wallet.starts_at <= now:
        raise UnableToSetWallet("This key counts already. Propose another one; it takes over after a day.")
    wallet.withdrawn_by, wallet.withdrawn_at = by, now
    wallet.save(update_fields=["withdrawn_by", "withdrawn_at"])
    put_down(wallet, KeyNews.WITHDRAWN, now=now)


def _waiting(wallet_id: int) -> models.Wallet:
    wallet = models.Wallet.objects.select_for_update().filter(id=wallet_id, withdrawn_at__isnull=True).first()
    if wallet is None:
        raise UnableToSetWallet("There is no such key, or it was withdrawn.")
    return wallet
