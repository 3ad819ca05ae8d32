"""The public key of rehearsals: an account that nobody can spend from, since nobody ever had its private key.

Point and chain code are hashes of a sentence, so that anybody can make them again and see that nothing is hidden.
"""

from functools import cache
from hashlib import sha256

from sevenpanel.deposits.keys import curve
from sevenpanel.deposits.keys.base58 import encode_checked
from sevenpanel.deposits.keys.xpub import ACCOUNT_DEPTH, HARDENED, VERSION

SENTENCE = b"7Panel: the simulated chain, of no value"


@cache
def rehearsal_account() -> str:
    """This function writes the account's extended public key."""
    head = bytes([ACCOUNT_DEPTH]) + bytes(4) + HARDENED.to_bytes(4, "big")
    return encode_checked(VERSION + head + sha256(b"chain code: " + SENTENCE).digest() + _point())


def _point() -> bytes:
    number = 0
    while True:
        compressed = b"\x02" + sha256(SENTENCE + number.to_bytes(4, "big")).digest()
        try:
            return curve.read_point(compressed).compressed()
        except curve.NotAPoint:
            number += 1  # every other number is the first coordinate of a point
