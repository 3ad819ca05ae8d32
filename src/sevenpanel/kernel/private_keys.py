"""Telling private keys from any other text, so that none is ever stored or logged (design: deposits, section 5).

The desk watches addresses and can spend nothing. Whoever pastes a key that can spend has made a mistake, and the
mistake must not reach the database, a page or a log.
"""

import re
from enum import StrEnum
from hashlib import sha256

from sevenpanel.kernel.refusals import Refusal


class KeyKind(StrEnum):
    """What kind of private material a text holds."""

    EXTENDED = "an extended private key"
    SEED_WORDS = "seed words"
    RAW = "a raw private key"
    WALLET_IMPORT = "a private key in wallet import format"
    KEY_FILE = "a private key file"


class UnableToKeepPrivateKey(Refusal):
    """A text that holds a private key, or looks like one."""

    status = 400


# Spaces, line breaks and invisible characters inside a key change nothing about what it opens.
_GAPS = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# The heads of SLIP-132 (Bitcoin, test networks, script kinds) and of Litecoin and Dogecoin.
_EXTENDED = re.compile(r"(?:[xyztuvYZUV]prv|Ltpv|Mtpv|ttpv|dgpv|drkv)[1-9A-HJ-NP-Za-km-z]{20,}")
_RAW = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{64}(?![0-9A-Za-z])", re.IGNORECASE)
_BARE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
_WALLET_IMPORT = re.compile(r"(?<![0-9A-Za-z])[5KLQT69c][1-9A-HJ-NP-Za-km-z]{50,51}(?![0-9A-Za-z])")
_KEY_FILE = re.compile(r"PRIVATE KEY-----|\"ciphertext\"\s*:", re.IGNORECASE)
# Every word of a seed has 3 to 8 letters; a sentence of a person has a shorter one, a capital or a stop before long.
_SEED = re.compile(r"(?<![^\W_])(?:[a-z]{3,8}(?:[\s,;]+|\s*[0-9]{1,2}[.)]?\s*)){11,}[a-z]{3,8}(?![^\W_])")

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def private_key_in(text: str) -> KeyKind | None:
    """This function tells what private material a text holds, if any.

    Raw keys are told by their shape alone: 32 bytes in hexadecimal. A transaction's hash has that shape too, so a
    field that takes hashes reads them strictly instead of asking here.

    :returns: the kind, or None.
    """
    joined = _GAPS.sub("", text)
    if _EXTENDED.search(joined):
        return KeyKind.EXTENDED
    if _KEY_FILE.search(text):
        return KeyKind.KEY_FILE
    if any(_is_wallet_import(match[0]) for where in (text, joined) for match in _WALLET_IMPORT.finditer(where)):
        return KeyKind.WALLET_IMPORT
    if _RAW.search(text) or _RAW.fullmatch(joined):
        return KeyKind.RAW
    return KeyKind.SEED_WORDS if _SEED.search(text.lower() if text.isupper() else text) else None


def refuse_private_key(text: str, *, field: str) -> None:
    """This function refuses a text that holds a private key. Every setting of deposits goes through it.

    :param field: what is being filled in, as the sentence shall name it.
    :raises UnableToKeepPrivateKey: without the text itself in its words.
    """
    kind = private_key_in(text)
    if kind is not None:
        raise UnableToKeepPrivateKey(
            f"{field} looks like {kind.value}, and nothing was stored. The desk needs no key that can spend: take "
            "this text out of your clipboard, and if anybody may have seen it, move the funds to a new wallet."
        )


def private_keys_masked(text: str) -> str:
    """This function cuts private keys out of a log line.

    Hashes of transactions stand in log lines with 0x before them and stay; 64 bare digits go.
    """
    text = _EXTENDED.sub("private-key...", text)
    text = _SEED.sub("seed-words...", _BARE.sub("raw-key...", text))
    return _WALLET_IMPORT.sub(lambda match: "private-key..." if _is_wallet_import(match[0]) else match[0], text)


def _is_wallet_import(text: str) -> bool:
    number = 0
    for character in text:
        number = number * 58 + _ALPHABET.index(character)
    whole = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return sha256(sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]
