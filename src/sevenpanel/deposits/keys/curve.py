"""Points of secp256k1, as far as public derivation needs them: read one, add two (source: SEC 1 and SEC 2).

Only public points are added here. The one multiplication, of the base point, is the library's.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

PRIME = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
COMPRESSED_BYTES = 33

_EVEN, _ODD = 0x02, 0x03


class NotAPoint(ValueError):  # noqa: N818 - says what it is, as refusals do
    """These bytes are no point of the curve."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve other than the one at infinity."""

    x: int
    y: int

    def uncompressed(self) -> bytes:
        """Both coordinates, 64 bytes."""
        return self.x.to_bytes(32, "big") + self.y.to_bytes(32, "big")

    def compressed(self) -> bytes:
        """33 bytes: which of the two, and the first coordinate."""
        return bytes([_ODD if self.y & 1 else _EVEN]) + self.x.to_bytes(32, "big")


def read_point(compressed: bytes) -> Point:
    """This function reads a compressed point.

    :raises NotAPoint: for another length or head, or a coordinate that no point has.
    """
    if len(compressed) != COMPRESSED_BYTES or compressed[0] not in (_EVEN, _ODD):
        raise NotAPoint("A public key has 33 bytes and begins with 02 or 03.")
    x = int.from_bytes(compressed[1:], "big")
    square = (pow(x, 3, PRIME) + 7) % PRIME
    y = pow(square, (PRIME + 1) // 4, PRIME)
    if x >= PRIME or y * y % PRIME != square:
        raise NotAPoint("These bytes are no point of the curve.")
    return Point(x, y if y & 1 == compressed[0] & 1 else PRIME - y)


def added(one: Point, other: Point) -> Point | None:
    """The sum of two points; None when it is the point at infinity."""
    if one.x == other.x:
        if (one.y + other.y) % PRIME == 0:
            return None
        slope = 3 * one.x * one.x * pow(2 * one.y, -1, PRIME)
    else:
        slope = (other.y - one.y) * pow(other.x - one.x, -1, PRIME)
    x = (slope * slope - one.x - other.x) % PRIME
    return Point(x, (slope * (one.x - x) - one.y) % PRIME)


def times_base(factor: int) -> Point:
    """The base point, so many times.

    :param factor: from 1 to below `ORDER`. Here it is the public offset between a key and its child, nobody's key;
        the library knows this multiplication only under the name of a private key.
    """
    numbers = ec.derive_private_key(factor, ec.SECP256K1()).public_key().public_numbers()
    return Point(numbers.x, numbers.y)
