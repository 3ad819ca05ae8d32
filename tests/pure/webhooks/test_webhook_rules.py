"""How a call is signed, when it is made again, and how events are shared out among calls."""

import hashlib
import hmac
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.webhooks.domain import (
    EVENTS_MAX,
    GIVEN_UP_AFTER,
    SHOWN_LENGTH,
    is_delivered,
    pause_after,
    shared_out,
    shown,
    signature,
    signature_header,
)


def test_a_signature_is_over_the_instant_and_the_body() -> None:
    by_hand = hmac.new(b"secret", b'1760000000.{"events":[]}', hashlib.sha256).hexdigest()

    assert signature("secret", b'{"events":[]}', at=1760000000) == by_hand
    assert signature("secret", b'{"events":[]}', at=1760000001) != by_hand
    assert signature("secret", b'{"events":[ ]}', at=1760000000) != by_hand
    assert signature_header(["secret", "old"], b'{"events":[]}', at=1760000000).startswith(
        f"t=1760000000,v1={by_hand},v1="
    )


def test_pauses_grow_and_stay_bounded() -> None:
    pauses = [int(pause_after(failures).total_seconds()) for failures in range(1, 12)]

    assert pauses == [10, 30, 90, 270, 810, 2430, 7290, 10800, 10800, 10800, 10800]
    # Within the days of trying, an address is called some thirty times and no more.
    tries, gone = 0, timedelta()
    while gone < GIVEN_UP_AFTER:
        tries += 1
        gone += pause_after(tries)
    assert tries < 40


def test_any_2xx_is_enough_and_nothing_else() -> None:
    assert [status for status in (None, 100, 199, 200, 204, 299, 300, 301, 404, 410, 500) if is_delivered(status)] == [
        200, 204, 299,
    ]  # fmt: skip


@given(st.integers(0, 350), st.integers(0, EVENTS_MAX))
def test_every_event_goes_once_and_no_call_holds_too_many(count: int, room: int) -> None:
    events = [{"id": number} for number in range(count)]

    first, rest = shared_out(events, room=room)

    assert [*first, *(event for call in rest for event in call)] == events
    assert len(first) <= room
    assert all(0 < len(call) <= EVENTS_MAX for call in rest)


@given(st.binary(max_size=2_000))
def test_whatever_is_answered_can_be_kept_and_shown(body: bytes) -> None:
    text = shown(body)

    assert len(text) <= SHOWN_LENGTH
    assert "\0" not in text
