"""Addresses as people and wallets write them: EIP-55 for EVM chains, checked base58 for Tron.

Both are the same 20 bytes of a hashed public key; only the writing differs. Inside the desk an address is those bytes
in lower-case hexadecimal after 0x, for Tron too: its nodes speak that form over JSON-RPC.
"""

import re
from enum import StrEnum
from functools import lru_cache

from sevenpanel.deposits.keys.base58 import NotBase58, decode_checked, encode_checked
from sevenpanel.deposits.keys.keccak import keccak256
from sevenpanel.deposits.keys.xpub import public_point
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.kernel.refusals import Refusal

ADDRESS_BYTES = 20
CACHED_MAX = 10_000
MADE_MAX = 200_000
TRON_HEAD = b"\x41"

_HEX = re.compile(r"0x[0-9a-fA-F]{40}")


class Family(StrEnum):
    """Which chains share an address: one key family has one address per customer."""

    EVM = "evm"
    TRON = "tron"
    # The simulated chain's own, so that no address of a rehearsal is ever shown for real money.
    SIM = "sim"


class UnableToReadAddress(Refusal):
    """A text that is no address of the family."""

    status = 400


def address_of(*, family: Family, account: str, index: int) -> str:
    """This function writes address `index` of an account as the customer reads it.

    :param account: the account's xpub.
    """
    return written(family, address_bytes(account=account, index=index))


# Every address is compared with its key once an hour; making one takes a thousand times longer than looking it up.
@lru_cache(maxsize=MADE_MAX)
def address_bytes(*, account: str, index: int) -> bytes:
    """The 20 bytes of address `index` of an account."""
    return keccak256(public_point(account, index).uncompressed())[-ADDRESS_BYTES:]


def written(family: Family, raw: bytes) -> str:
    """This function writes 20 bytes as an address of that family."""
    assert len(raw) == ADDRESS_BYTES
    return encode_checked(TRON_HEAD + raw) if family is Family.TRON else _checksummed(raw)


def plain(raw: bytes) -> str:
    """20 bytes in the form that JSON-RPC speaks: 0x and lower case."""
    return "0x" + raw.hex()


def read_address(text: str, *, family: Family) -> bytes:
    """This function reads an address that a person typed or pasted.

    Mixed case is a checksum and is held to it (EIP-55); all lower or all upper case carries none and is taken.

    :raises UnableToReadAddress: when it is none of that family, or a character is wrong.
    """
    refuse_private_key(text, field="The address")
    text = text.strip()
    return _read_tron(text) if family is Family.TRON else _read_evm(text)


def _read_evm(text: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise UnableToReadAddress("An address here begins with 0x and has 40 digits after it. Copy it again, whole.")
    raw = bytes.fromhex(text[2:])
    letters = [character for character in text[2:] if character.isalpha()]
    is_mixed = any(map(str.islower, letters)) and any(map(str.isupper, letters))
    if is_mixed and text != _checksummed(raw):
        raise UnableToReadAddress("A character of this address is wrong: its capitals do not fit. Copy it again.")
    return raw


def _read_tron(text: str) -> bytes:
    try:
        payload = decode_checked(text)
    except NotBase58 as fault:
        raise UnableToReadAddress(f"This is no Tron address. {fault} Copy it again, whole.") from fault
    if len(payload) != ADDRESS_BYTES + 1 or payload[:1] != TRON_HEAD:
        raise UnableToReadAddress("A Tron address begins with T and has 34 characters. Copy it again, whole.")
    return payload[1:]


# The watcher writes the same addresses again and again.
@lru_cache(maxsize=CACHED_MAX)
def _checksummed(raw: bytes) -> str:
    """EIP-55: a letter is a capital where the hash of the address has a digit of 8 or more."""
    digits = raw.hex()
    capitals = keccak256(digits.encode()).hex()
    pairs = zip(digits, capitals, strict=False)
    return "0x" + "".join(digit.upper() if int(mark, 16) >= 8 else digit for digit, mark in pairs)
