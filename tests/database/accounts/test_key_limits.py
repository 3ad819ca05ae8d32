"""Keys that are limited, and keys that take another's place (S-33 to S-35)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.database.accounts.test_admission import admit
from tests.shop import NOON, Person, make_key, open_customer

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import ANYTHING, KeyLimits, KeyRow, Permission, key_hash
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db

READING = KeyLimits(permissions=frozenset({Permission.READ}), networks=("203.0.113.0/24",))


def rows(person: Person) -> list[KeyRow]:
    return queries.keys(customer_id=person.customer_id)


def replace(person: Person, key_id: int, hours: int, *, now: datetime) -> str:
    return commands.replace_key(customer_id=person.customer_id, key_id=key_id, hours=hours, now=now)


def test_s33_limits_come_along_with_the_admission() -> None:
    alice = open_customer("Alice")
    key = make_key(alice)
    (row,) = rows(alice)
    assert row.limits == ANYTHING

    commands.limit_key(customer_id=alice.customer_id, key_id=row.id, limits=READING, now=NOON)

    told = db.named_rows(queries.ADMIT.format("%s"), ([key_hash(key), b"nobody's"],))
    assert queries.limits_of(told[0]["permissions"], told[0]["networks"]) == READING == rows(alice)[0].limits
    assert (told[1]["customer_id"], told[1]["permissions"]) == (None, None)


def test_s33_a_permission_of_a_later_release_permits_nothing_here() -> None:
    assert queries.limits_of(["read", "repair"], None) == KeyLimits(permissions=frozenset({Permission.READ}))


def test_s33_the_database_knows_no_other_permissions() -> None:
    make_key(open_customer("Alice"))

    with pytest.raises(IntegrityError, match="accounts_key_permissions_known"), transaction.atomic():
        db.rows("UPDATE accounts_apikey SET permissions = '{everything}'")


def test_s35_an_old_key_lives_on_as_long_as_was_said_and_then_ends() -> None:
    alice, now = open_customer("Alice"), datetime.now(UTC)
    old = make_key(alice)
    (row,) = rows(alice)
    commands.limit_key(customer_id=alice.customer_id, key_id=row.id, limits=READING, now=now)

    new = replace(alice, row.id, 24, now=now)

    assert [allowed for *_, allowed in admit(old, new)] == [True, True]
    assert [each.limits for each in rows(alice)] == [READING, READING]
    assert {each.id: each.ends_at for each in rows(alice)}[row.id] == now + timedelta(hours=24)
    db.rows("UPDATE accounts_apikey SET ends_at = clock_timestamp() WHERE id = %s", (row.id,))
    assert [customer for customer, *_ in admit(old, new)] == [None, alice.customer_id]


def test_s35_a_key_that_is_replaced_at_once_ends_at_once() -> None:
    alice, now = open_customer("Alice"), datetime.now(UTC)
    old = make_key(alice)

    new = replace(alice, rows(alice)[0].id, 0, now=now)

    assert [customer for customer, *_ in admit(old, new)] == [None, alice.customer_id]


def test_s35_a_key_is_replaced_once_and_nobody_elses_is() -> None:
    alice, mallory, now = open_customer("Alice"), open_customer("Mallory"), datetime.now(UTC)
    make_key(alice)
    (row,) = rows(alice)

    with pytest.raises(commands.UnableToChangeKey):
        replace(mallory, row.id, 24, now=now)
    replace(alice, row.id, 24, now=now)
    with pytest.raises(commands.UnableToChangeKey):
        replace(alice, row.id, 24, now=now)
    with pytest.raises(commands.UnableToChangeKey):
        commands.limit_key(customer_id=mallory.customer_id, key_id=row.id, limits=READING, now=now)
    assert len(rows(alice)) == 2


def test_s35_an_old_key_that_lives_on_can_be_revoked() -> None:
    alice, now = open_customer("Alice"), datetime.now(UTC)
    old = make_key(alice)
    (row,) = rows(alice)
    replace(alice, row.id, 72, now=now)

    commands.revoke_key(customer_id=alice.customer_id, key_id=row.id, now=now)

    assert [customer for customer, *_ in admit(old)] == [None]
