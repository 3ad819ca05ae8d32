"""Watch-only keys: published vectors, and what must hold for every key (design: deposits, section 5)."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import wallet

from sevenpanel.deposits.keys import curve
from sevenpanel.deposits.keys.addresses import (
    Family,
    UnableToReadAddress,
    address_bytes,
    address_of,
    plain,
    read_address,
    written,
)
from sevenpanel.deposits.keys.base58 import NotBase58, decode_checked, encode_checked
from sevenpanel.deposits.keys.keccak import KECCAK_PADDING, SHA3_PADDING, keccak256, sponge
from sevenpanel.deposits.keys.xpub import HARDENED, UnableToUseKey, read_account, read_extended
from sevenpanel.kernel.private_keys import UnableToKeepPrivateKey

# BIP-32, test vectors 1 and 2: parent, number of a child that is not hardened, child.
PUBLIC_STEPS = [
    (
        "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw",
        1,
        "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ",
    ),
    (
        "xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7n7epu4trkrX7x7DogT5Uv6fcLW5",
        2,
        "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62cfN7fe5JnJ7dh8zL4fiyLHV",
    ),
    (
        "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62cfN7fe5JnJ7dh8zL4fiyLHV",
        1_000_000_000,
        "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEYBVPamhGW6cFJodrTHy",
    ),
    (
        "xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB",
        0,
        "xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH",
    ),
    (
        "xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8RuJiHjaDMBU4Zn9h8LZNnBC5y4a",
        1,
        "xpub6DF8uhdarytz3FWdA8TvFSvvAh8dP3283MY7p2V4SeE2wyWmG5mg5EwVvmdMVCQcoNJxGoWaU9DCWh89LojfZ537wTfunKau47EL2dhHKon",
    ),
]
# The same vectors: what the tests' own wallet is held to.
PRIVATE_MASTER = (
    "000102030405060708090a0b0c0d0e0f",
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
)
# EIP-55's own examples, and contracts that everybody knows.
EVM_ADDRESSES = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0xdAC17F958D2ee523a2206206994597C13D831ec7",
]

indexes = st.integers(0, HARDENED - 1)
seeds = st.binary(min_size=16, max_size=64)


@pytest.mark.parametrize(("parent", "number", "child"), PUBLIC_STEPS)
def test_public_children_are_those_of_bip_32(parent: str, number: int, child: str) -> None:
    assert read_extended(parent).child(number) == read_extended(child)


def test_the_wallet_of_the_tests_keeps_to_bip_32() -> None:
    seed, xprv, xpub = PRIVATE_MASTER
    key = wallet.master(bytes.fromhex(seed))

    assert (key.xprv(), key.xpub()) == (xprv, xpub)


@pytest.mark.parametrize(
    ("family", "address"),
    [
        (Family.EVM, "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        (Family.TRON, "TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH"),
    ],
)
def test_the_first_address_is_the_one_that_wallets_show(family: Family, address: str) -> None:
    assert address_of(family=family, account=wallet.account(family=family).xpub(), index=0) == address


@given(seed=seeds, index=indexes)
def test_an_address_can_be_spent_from_by_the_operators_wallet_and_nobody_else(seed: bytes, index: int) -> None:
    account = wallet.account(seed)
    secret = account.child(0).child(index).secret

    assert (
        address_bytes(account=account.xpub(), index=index) == keccak256(curve.times_base(secret).uncompressed())[-20:]
    )


@given(one=st.integers(1, curve.ORDER - 1), other=st.integers(1, curve.ORDER - 1))
def test_points_add_as_their_factors_do(one: int, other: int) -> None:
    total = (one + other) % curve.ORDER
    found = curve.added(curve.times_base(one), curve.times_base(other))

    assert found == (curve.times_base(total) if total else None)


@given(factor=st.integers(1, curve.ORDER - 1))
def test_a_point_doubles_vanishes_against_its_mirror_and_reads_back(factor: int) -> None:
    point = curve.times_base(factor)
    mirror = curve.Point(point.x, curve.PRIME - point.y)

    assert curve.added(point, point) == curve.times_base(2 * factor % curve.ORDER)
    assert curve.added(point, mirror) is None
    assert curve.read_point(point.compressed()) == point


@given(data=st.binary(max_size=500))
def test_the_permutation_is_the_one_of_the_standard(data: bytes) -> None:
    assert sponge(data, padding=SHA3_PADDING) == hashlib.sha3_256(data).digest()


def test_keccak_has_its_own_padding() -> None:
    assert KECCAK_PADDING != SHA3_PADDING
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert (
        keccak256(b"Transfer(address,address,uint256)").hex()
        == "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    )


@given(payload=st.binary(min_size=1, max_size=90))
def test_base58_reads_what_it_wrote_and_no_slip_of_the_pen(payload: bytes) -> None:
    text = encode_checked(payload)
    slipped = text[:-1] + ("2" if text[-1] != "2" else "3")

    assert decode_checked(text) == payload
    with pytest.raises(NotBase58):
        decode_checked(slipped)


@pytest.mark.parametrize("text", EVM_ADDRESSES)
def test_an_address_is_read_with_and_without_its_capitals(text: str) -> None:
    raw = read_address(text, family=Family.EVM)

    assert written(Family.EVM, raw) == text
    assert read_address(text.lower(), family=Family.EVM) == raw == read_address(plain(raw), family=Family.EVM)


@given(raw=st.binary(min_size=20, max_size=20), at=st.integers(2, 41))
def test_a_wrong_capital_is_refused(raw: bytes, at: int) -> None:
    text = written(Family.EVM, raw)
    wrong = text[:at] + text[at].swapcase() + text[at + 1 :]
    letters = [character for character in wrong[2:] if character.isalpha()]

    if wrong == text or not (any(map(str.isupper, letters)) and any(map(str.islower, letters))):
        assert read_address(wrong, family=Family.EVM) == raw
    else:
        with pytest.raises(UnableToReadAddress):
            read_address(wrong, family=Family.EVM)


@given(raw=st.binary(min_size=20, max_size=20))
def test_a_tron_address_is_the_same_bytes_in_another_writing(raw: bytes) -> None:
    text = written(Family.TRON, raw)

    assert text.startswith("T")
    assert len(text) == 34
    assert read_address(text, family=Family.TRON) == raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T",
        "TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdh",
        "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
        "1" * 34,
        "T" + "0" * 33,
    ],
)
def test_what_is_no_tron_address_is_refused(text: str) -> None:
    with pytest.raises(UnableToReadAddress):
        read_address(text, family=Family.TRON)


@pytest.mark.parametrize("private", [wallet.account().xprv(), wallet.master(b"0" * 32).xprv(), wallet.WELL_KNOWN_WORDS])
def test_a_private_key_is_refused_where_a_public_one_is_asked_for(private: str) -> None:
    with pytest.raises(UnableToKeepPrivateKey) as refused:
        read_account(private)

    assert private not in refused.value.sentence


def test_private_bytes_under_a_public_head_are_refused() -> None:
    private = decode_checked(wallet.account().xprv())
    disguised = encode_checked(bytes.fromhex("0488B21E") + private[4:])

    with pytest.raises(UnableToUseKey):
        read_account(disguised)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (wallet.master(b"0" * 32), "depth 0"),
        (wallet.account().child(0), "depth 4"),
        (wallet.master(b"0" * 32).child(44 + HARDENED).child(60 + HARDENED).child(7), "hardened"),
    ],
)
def test_only_the_key_of_an_account_is_taken(key: wallet.PrivateKey, words: str) -> None:
    with pytest.raises(UnableToUseKey, match=words):
        read_account(key.xpub())


@given(at=st.integers(4, 110), character=st.sampled_from("123ABCabc0Ol"))
def test_a_mistyped_key_is_refused(at: int, character: str) -> None:
    xpub = wallet.account().xpub()
    wrong = xpub[:at] + character + xpub[at + 1 :]

    if wrong != xpub:
        with pytest.raises(UnableToUseKey):
            read_account(wrong)


@pytest.mark.parametrize("number", [-1, HARDENED])
def test_a_public_key_has_no_hardened_children(number: int) -> None:
    with pytest.raises(UnableToUseKey):
        read_account(wallet.account().xpub()).child(number)
