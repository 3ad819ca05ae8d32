"""Private keys are told from any other text: refused in settings, cut out of logs (design: deposits, section 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import wallet

from sevenpanel.deposits.keys.base58 import encode_checked
from sevenpanel.kernel.masking import masked
from sevenpanel.kernel.private_keys import KeyKind, UnableToKeepPrivateKey, private_key_in, refuse_private_key

XPRV = wallet.account().xprv()
RAW = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
WIF = encode_checked(b"\x80" + bytes.fromhex(RAW) + b"\x01")

PRIVATE = [
    (XPRV, KeyKind.EXTENDED),
    (f"my key: {XPRV[:40]}", KeyKind.EXTENDED),
    (f"{XPRV[:50]}\n  {XPRV[50:]}", KeyKind.EXTENDED),
    ("\u200b".join((XPRV[:2], XPRV[2:])), KeyKind.EXTENDED),
    (XPRV.replace("xprv", "zprv"), KeyKind.EXTENDED),
    (XPRV.replace("xprv", "yprv"), KeyKind.EXTENDED),
    (XPRV.replace("xprv", "tprv"), KeyKind.EXTENDED),
    (f"https://node.example/v3/{XPRV}", KeyKind.EXTENDED),
    (wallet.WELL_KNOWN_WORDS, KeyKind.SEED_WORDS),
    (wallet.WELL_KNOWN_WORDS.upper(), KeyKind.SEED_WORDS),
    (f"  words:\n{wallet.WELL_KNOWN_WORDS.replace(' ', chr(10))}", KeyKind.SEED_WORDS),
    (wallet.WELL_KNOWN_WORDS.replace(" ", ", "), KeyKind.SEED_WORDS),
    (" ".join(f"{n}. zebra" for n in range(1, 25)), KeyKind.SEED_WORDS),
    (RAW, KeyKind.RAW),
    ("0x" + RAW, KeyKind.RAW),
    (RAW.upper(), KeyKind.RAW),
    (f"key={RAW};", KeyKind.RAW),
    (f"{RAW[:32]} {RAW[32:]}", KeyKind.RAW),
    (WIF, KeyKind.WALLET_IMPORT),
    (encode_checked(b"\x80" + bytes.fromhex(RAW)), KeyKind.WALLET_IMPORT),
    ("-----BEGIN EC PRIVATE KEY-----\nMHQ", KeyKind.KEY_FILE),
    ('{"crypto": {"ciphertext": "00"}}', KeyKind.KEY_FILE),
]
HARMLESS = [
    wallet.account().xpub(),
    "https://mainnet.example.org/v3/0123456789abcdef0123456789abcdef",
    "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH",
    "Please wait until the transfer has twelve confirmations, then look at your balance again.",
    "one two three four five",
    "",
]


@pytest.mark.parametrize(("text", "kind"), PRIVATE)
def test_private_material_is_recognised_and_refused_without_being_repeated(text: str, kind: KeyKind) -> None:
    assert private_key_in(text) is kind
    with pytest.raises(UnableToKeepPrivateKey) as refused:
        refuse_private_key(text, field="The node's address")
    assert "The node's address" in refused.value.sentence
    assert text not in refused.value.sentence


@pytest.mark.parametrize("text", HARMLESS)
def test_what_cannot_spend_passes(text: str) -> None:
    assert private_key_in(text) is None
    refuse_private_key(text, field="The note")


@given(text=st.text(max_size=2_000))
def test_any_text_gets_an_answer(text: str) -> None:
    private_key_in(text)
    masked(text)


@pytest.mark.parametrize("text", [XPRV, wallet.WELL_KNOWN_WORDS, RAW, WIF])
def test_a_log_line_keeps_no_private_key(text: str) -> None:
    line = masked(f"somebody typed {text} into a form")

    assert [word for word in text.split() if word in line] == []


def test_a_log_line_keeps_the_hashes_that_staff_look_up() -> None:
    line = f"seen tx=0x{RAW} block=12"

    assert masked(line) == line
