"""What may be ordered under a key on one day, to the millionth (S-33)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.sabotage import Switch, planted
from tests.shop import Person, add_service, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import KeyLimits
from sevenpanel.kernel import db
from sevenpanel.kernel.money import parse_amount
from sevenpanel.orders import commands
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


@pytest.fixture
def line(alice: Person) -> OrderLine:
    """An order of 0.45 under a key that may spend 1.00 a day."""
    return OrderLine(
        customer_id=alice.customer_id, service_id=add_service(), link="", quantity=500, key_id=capped(alice, "1")
    )


def capped(person: Person, cap: str) -> int:
    """A new key with a daily limit."""
    make_key(person)
    key = queries.keys(customer_id=person.customer_id)[0]
    limits = KeyLimits(daily_cap_micros=parse_amount(cap))
    accounts.limit_key(customer_id=person.customer_id, key_id=key.id, limits=limits, now=NOW)
    return key.id


def place(*lines: OrderLine, now: datetime = NOW) -> list[RefusalCode | str]:
    named = [
        replace(line, link=line.link or f"t.me/channel_{number}_{now:%d%H%M%S%f}") for number, line in enumerate(lines)
    ]
    outcomes = commands.place(lines=named, now=now)
    return [outcome.code if isinstance(outcome, Refused) else "placed" for outcome in outcomes]


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_s33_a_key_spends_its_daily_limit_and_no_more(line: OrderLine) -> None:
    assert place(line) == place(line, now=later(1)) == ["placed"]
    assert place(line, now=later(2)) == [RefusalCode.OVER_CAP]
    assert place(replace(line, quantity=111), now=later(3)) == ["placed"]  # 0.0999 of the 0.10 that are left
    assert place(replace(line, quantity=10), now=later(4)) == [RefusalCode.OVER_CAP]


def test_s33_the_refusal_says_how_much_is_left(line: OrderLine) -> None:
    place(line, line)

    (refused,) = commands.place(lines=[replace(line, link="t.me/one_more")], now=NOW)

    assert isinstance(refused, Refused)
    assert (refused.code, refused.fact) == (RefusalCode.OVER_CAP, 100_000)
    assert refused.sentence.startswith("This key may spend 0.10 more today")


def test_s33_orders_of_one_call_share_the_limit(line: OrderLine) -> None:
    assert place(line, line, line, replace(line, quantity=50)) == ["placed", "placed", RefusalCode.OVER_CAP, "placed"]


def test_s33_the_next_day_of_utc_begins_anew(line: OrderLine) -> None:
    midnight = datetime(2026, 5, 5, tzinfo=UTC)
    place(line, line, now=midnight - timedelta(seconds=1))

    assert place(line, now=midnight - timedelta(microseconds=1)) == [RefusalCode.OVER_CAP]
    assert place(line, now=midnight) == ["placed"]


def test_s33_a_limit_is_of_its_key_alone(alice: Person, line: OrderLine) -> None:
    place(line, line)

    assert place(replace(line, key_id=capped(alice, "0.45")), now=later(1)) == ["placed"]
    assert place(replace(line, key_id=None), now=later(2)) == ["placed"]


def test_s33_a_repeated_request_counts_once_and_a_refused_one_not_at_all(line: OrderLine) -> None:
    named = replace(line, link="t.me/one_channel", request_id="shop-1")
    first, again = (commands.place(lines=[named], now=NOW)[0] for _ in range(2))
    assert isinstance(first, Placed)
    assert isinstance(again, Placed)
    assert again.is_replay

    assert place(replace(line, quantity=9), now=later(1)) == [RefusalCode.BELOW_MIN]
    assert place(line, now=later(2)) == ["placed"]
    assert db.rows("SELECT spent_micros FROM accounts_keyspend") == [(900_000,)]


@pytest.mark.django_db(transaction=True)
def test_without_its_guard_a_key_spends_past_its_limit(line: OrderLine) -> None:
    with planted(Switch.IGNORE_CAPS):
        assert place(line, line, line) == ["placed"] * 3
