"""Which webhooks are genuine: the very bytes of one processor, the meaning of the other's body in one spelling."""

import hmac
import json
from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakebtcpay import sign as sign_btcpay
from tests.fakenowpayments import SECRET, sign

from sevenpanel.deposits.sources.btcpay import hooks as btcpay
from sevenpanel.deposits.sources.nowpayments import hooks as nowpayments

NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=8)
VALUES = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(exclude_categories=["Cs"]))
BODIES = st.dictionaries(
    NAMES,
    st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)),
    max_size=8,
)


@settings(max_examples=40)
@given(said=BODIES)
def test_what_was_signed_is_genuine_however_its_names_are_ordered(said: dict[str, object]) -> None:
    shown = sign(said)
    for body in (json.dumps(said), json.dumps(dict(reversed(said.items())), ensure_ascii=False, indent=1)):
        assert nowpayments.is_genuine(body.encode(), shown, SECRET)


@settings(max_examples=40)
@given(said=BODIES)
def test_lists_may_be_signed_as_lists_too(said: dict[str, object]) -> None:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    shown = hmac.new(SECRET.encode(), text.encode(), sha512).hexdigest()
    assert nowpayments.is_genuine(text.encode(), shown, SECRET)


@settings(max_examples=40)
@given(said=BODIES, other=BODIES)
def test_no_other_body_is_genuine_under_its_signature(said: dict[str, object], other: dict[str, object]) -> None:
    is_same = sign(said) == sign(other)
    assert nowpayments.is_genuine(json.dumps(other).encode(), sign(said), SECRET) == is_same


@pytest.mark.parametrize("number", ["1e-7", "0.0000001", "25.50", "1E5", "12345678901234567890", "0.30000000000000004"])
def test_a_number_keeps_its_spelling(number: str) -> None:
    body = f'{{"outcome_amount":{number},"a":"x"}}'
    shown = hmac.new(SECRET.encode(), f'{{"a":"x","outcome_amount":{number}}}'.encode(), sha512).hexdigest()
    assert nowpayments.is_genuine(body.encode(), shown, SECRET)


UNREADABLE = [
    b"",
    b"[]",
    b"7",
    b'{"a":NaN}',
    b"\xff",
    b'{"a":"\\ud800"}',
    b"[" * 5_000,
    b'{"a":' * 30 + b"1" + b"}" * 30,
]


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_is_not_genuine(body: bytes) -> None:
    assert not nowpayments.is_genuine(body, "0" * 128, SECRET)
    assert nowpayments.subject(body) == ""
    assert btcpay.subject(body) == ""


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not nowpayments.is_genuine(b"{}", sign({}, ""), "")
    assert not btcpay.is_genuine(b"{}", sign_btcpay(b"{}", ""), "")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"payment_id": 5000000001, "invoiceId": "Inv7"}', ("5000000001", "Inv7")),
        (b'{"payment_id": "5000000001"}', ("5000000001", "")),
        (b'{"payment_id": null, "invoiceId": 7.5}', ("", "")),
        (b'{"payment_id": "../auth", "invoiceId": "a/../../keys?"}', ("", "")),
        (b'{"payment_id": [1], "invoiceId": {"a": 1}}', ("", "")),
        (b'{"payment_id": "%s", "invoiceId": "%s"}' % (b"9" * 31, b"a" * 31), ("", "")),
    ],
)
def test_a_webhook_names_a_payment_or_none(body: bytes, named: tuple[str, str]) -> None:
    assert (nowpayments.subject(body), btcpay.subject(body)) == named
