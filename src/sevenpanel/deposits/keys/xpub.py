"""Extended public keys: reading an account's xpub, and its children (source: BIP-32, BIP-44).

A child's public key follows from the parent's, so the desk can make addresses without any key that could spend.
What it takes is the key of one account (depth 3, such as m/44'/60'/0'): the first address of the operator's
wallet is child 0 of its outer chain, m/44'/60'/0'/0/0.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha512

from sevenpanel.deposits.keys import curve
from sevenpanel.deposits.keys.base58 import NotBase58, decode_checked
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.kernel.refusals import Refusal

VERSION = bytes.fromhex("0488B21E")
ACCOUNT_DEPTH = 3
OUTER_CHAIN = 0
HARDENED = 1 << 31
PAYLOAD_BYTES = 78
# How long another key waits after it was proposed, so that somebody can notice (design: deposits, section 2).
CHANGE_DELAY = timedelta(hours=24)


class UnableToUseKey(Refusal):
    """A text that is no extended public key of an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedKey:
    """An extended public key: a point, and the chain code from which its children follow."""

    depth: int
    number: int
    chain: bytes
    point: curve.Point

    def child(self, number: int) -> "ExtendedKey":
        """The public child of that number.

        :param number: below `HARDENED`; others need the private key.
        :raises UnableToUseKey: for a number that has no child, which is one in 2^127.
        """
        if not 0 <= number < HARDENED:
            raise UnableToUseKey("A public key has children numbered 0 to 2147483647 only.")
        key = self.point.compressed()
        digest = hmac.digest(self.chain, key + number.to_bytes(4, "big"), sha512)
        offset = int.from_bytes(digest[:32], "big")
        point = curve.added(curve.times_base(offset), self.point) if 0 < offset < curve.ORDER else None
        if point is None:
            raise UnableToUseKey(f"The key has no child {number}; go on with the next number.")
        return ExtendedKey(depth=self.depth + 1, number=number, chain=digest[32:], point=point)


def read_extended(text: str) -> ExtendedKey:
    """This function reads an extended public key of any depth.

    :raises UnableToUseKey: when it is private, or no extended key at all.
    """
    refuse_private_key(text, field="The extended public key")
    try:
        payload = decode_checked(text.strip())
    except NotBase58 as fault:
        raise UnableToUseKey(f"This is no extended public key. {fault} Copy it again, whole.") from fault
    if len(payload) != PAYLOAD_BYTES or payload[:4] != VERSION:
        raise UnableToUseKey("Give the account's extended public key; it begins with xpub and has 111 characters.")
    try:
        point = curve.read_point(payload[45:])
    except curve.NotAPoint as fault:
        raise UnableToUseKey(f"This is no extended public key. {fault}") from fault
    return ExtendedKey(
        depth=payload[4],
        number=int.from_bytes(payload[9:13], "big"),
        chain=payload[13:45],
        point=point,
    )


@cache
def read_account(text: str) -> ExtendedKey:
    """This function reads the extended public key of an account and nothing else.

    :raises UnableToUseKey: when it is private, malformed, or of another depth than an account.
    """
    key = read_extended(text)
    if key.depth != ACCOUNT_DEPTH:
        raise UnableToUseKey(
            f"This key is of depth {key.depth}. Give the key of one account, such as m/44'/60'/0', which is of depth 3."
        )
    if key.number < HARDENED:
        raise UnableToUseKey("An account's key is a hardened one, such as m/44'/60'/0'; this one is not.")
    return key


@cache
def _outer_chain(account: str) -> ExtendedKey:
    return read_account(account).child(OUTER_CHAIN)


def public_point(account: str, index: int) -> curve.Point:
    """The public key of address `index` of an account: a pure function of the two (invariant 13).

    :param account: an account's xpub.
    :raises UnableToUseKey: as `read_account` and `ExtendedKey.child` do.
    """
    return _outer_chain(account).child(index).point
