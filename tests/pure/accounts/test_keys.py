"""API keys: shape, check digits, what is stored (S-31, S-32)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.accounts.domain import (
    BASE62,
    KEY_BODY_LENGTH,
    KEY_PREFIX,
    is_well_formed,
    key_check,
    key_hash,
    key_hint,
)

bodies = st.text(alphabet=BASE62, min_size=KEY_BODY_LENGTH, max_size=KEY_BODY_LENGTH)


def key_of(body: str) -> str:
    return f"{KEY_PREFIX}{body}{key_check(body)}"


@given(bodies)
def test_a_key_with_its_check_digits_is_well_formed(body: str) -> None:
    assert is_well_formed(key_of(body))


@given(bodies, st.integers(0, KEY_BODY_LENGTH - 1), st.sampled_from(BASE62))
def test_one_wrong_character_is_seen_before_the_database(body: str, place: int, wrong: str) -> None:
    typo = body[:place] + wrong + body[place + 1 :]

    assert is_well_formed(f"{KEY_PREFIX}{typo}{key_check(body)}") == (typo == body)


@pytest.mark.parametrize("text", ["", "od_live_", "x" * 44, "od_live_" + "é" * 36, "\0"])
def test_anything_else_is_not(text: str) -> None:
    assert not is_well_formed(text)


@given(st.text())
def test_hashing_never_raises_and_hides_the_key(text: str) -> None:
    assert len(key_hash(text)) == 32


def test_the_hint_shows_four_characters_only() -> None:
    key = key_of((string.ascii_letters + string.digits)[:KEY_BODY_LENGTH])

    assert key_hint(key) == f"od_live_...{key[-4:]}"
