"""The operator's wallet, for tests alone: what stays outside of the desk, private keys among it (source: BIP-32)."""

import hmac
from dataclasses import dataclass
from hashlib import sha512

from sevenpanel.deposits.keys.base58 import decode_checked, encode_checked
from sevenpanel.deposits.keys.curve import ORDER, times_base
from sevenpanel.deposits.keys.xpub import HARDENED, VERSION

PRIVATE_VERSION = bytes.fromhex("0488ADE4")
COIN = {"evm": 60, "tron": 195}

# The best known seed of all, "abandon" eleven times and "about" (BIP-39's own test vector, without a pass phrase).
WELL_KNOWN_SEED = bytes.fromhex(
    "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
    "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
)
WELL_KNOWN_WORDS = "abandon " * 11 + "about"


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An extended private key."""

    depth: int
    parent: bytes
    number: int
    chain: bytes
    secret: int

    def child(self, number: int) -> "PrivateKey":
        """The child of that number, hardened from 2^31 up."""
        key = times_base(self.secret).compressed()
        head = b"\0" + self.secret.to_bytes(32, "big") if number >= HARDENED else key
        digest = hmac.digest(self.chain, head + number.to_bytes(4, "big"), sha512)
        secret = (int.from_bytes(digest[:32], "big") + self.secret) % ORDER
        # The fingerprint is for showing only, and its hash is not on every machine.
        return PrivateKey(self.depth + 1, bytes(4), number, digest[32:], secret)

    def xpub(self) -> str:
        """The public half, as wallets write it."""
        return self._written(VERSION, times_base(self.secret).compressed())

    def xprv(self) -> str:
        """The private half, as wallets write it."""
        return self._written(PRIVATE_VERSION, b"\0" + self.secret.to_bytes(32, "big"))

    def _written(self, version: bytes, key: bytes) -> str:
        head = bytes([self.depth]) + self.parent + self.number.to_bytes(4, "big")
        return encode_checked(version + head + self.chain + key)


def master(seed: bytes) -> PrivateKey:
    """The first key of a seed."""
    digest = hmac.digest(b"Bitcoin seed", seed, sha512)
    return PrivateKey(0, bytes(4), 0, digest[32:], int.from_bytes(digest[:32], "big"))


def read_private(xprv: str) -> PrivateKey:
    """An extended private key out of its text."""
    payload = decode_checked(xprv)
    assert payload[:4] == PRIVATE_VERSION
    number = int.from_bytes(payload[9:13], "big")
    return PrivateKey(payload[4], payload[5:9], number, payload[13:45], int.from_bytes(payload[46:], "big"))


def account(seed: bytes = WELL_KNOWN_SEED, *, family: str = "evm", number: int = 0) -> PrivateKey:
    """An account of a seed: m/44'/coin'/number'."""
    key = master(seed)
    for step in (44, COIN[family], number):
        key = key.child(step + HARDENED)
    return key
