"""Codes of authenticator apps: as RFC 6238 says, a step aside at most (S-24)."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.accounts.commands.second_factor import STEP_SECONDS, step_of

# RFC 6238, appendix B: eight digits of SHA-1, of which an app shows the last six.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
}


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_s24_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)

    assert step_of(SECRET, code[-6:], now) == seconds // STEP_SECONDS


@pytest.mark.parametrize(("aside", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_s24_a_clock_may_be_a_step_aside_and_no_more(aside: int, is_taken: bool) -> None:
    now = datetime.fromtimestamp(1234567890, UTC) + timedelta(seconds=aside * STEP_SECONDS)

    assert (step_of(SECRET, "005924", now) is not None) == is_taken


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_none(text: str) -> None:
    found = step_of(SECRET, text, datetime.fromtimestamp(1234567890, UTC))

    assert found is None or (len(text) == 6 and text.isdigit())
