"""Base58check: how extended keys and Tron's addresses are written, with four bytes that catch a slip of the pen."""

from hashlib import sha256

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CHECK_BYTES = 4
CHARACTERS_MAX = 200

_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class NotBase58(ValueError):  # noqa: N818 - says what it is, as refusals do
    """The text is no base58, or its check bytes do not fit."""


def encode_checked(payload: bytes) -> str:
    """This function writes bytes as base58, their check bytes behind them."""
    whole = payload + _check_bytes(payload)
    number, digits = int.from_bytes(whole, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return "1" * _leading(whole, 0) + digits


def decode_checked(text: str) -> bytes:
    """This function returns the payload of a checked base58 text.

    :raises NotBase58: when a character does not belong there, or the check bytes differ.
    """
    if len(text) > CHARACTERS_MAX or any(character not in _VALUES for character in text):
        raise NotBase58("A character stands there that base58 does not know.")
    number = 0
    for character in text:
        number = number * 58 + _VALUES[character]
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    whole = bytes(_leading(text, "1")) + body
    payload, check = whole[:-CHECK_BYTES], whole[-CHECK_BYTES:]
    if len(whole) <= CHECK_BYTES or _check_bytes(payload) != check:
        raise NotBase58("Its check digits do not fit; a character is wrong or missing.")
    return payload


def _check_bytes(payload: bytes) -> bytes:
    return sha256(sha256(payload).digest()).digest()[:CHECK_BYTES]


def _leading(items: bytes | str, what: int | str) -> int:
    return next((at for at, item in enumerate(items) if item != what), len(items))
