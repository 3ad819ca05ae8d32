"""API keys: whose they are, how fast they may be used, and that ending one works at once (S-31 to S-35)."""

import pytest
from django.db import IntegrityError, transaction
from tests.shop import NOON, accept, make_key, open_customer, team_mate

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Role, key_hash
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db


def admit(*keys: str) -> list[tuple[int | None, bool, bool]]:
    found = db.rows(queries.ADMIT.format("%s"), ([key_hash(key) for key in keys],))
    return [(customer_id, suspended, allowed) for _, customer_id, suspended, allowed, *_ in found]


def accepted(*keys: str) -> list[list[str] | None]:
    return [row[5] for row in db.rows(queries.ADMIT.format("%s"), ([key_hash(key) for key in keys],))]


def test_a_key_is_stored_as_its_hash_only() -> None:
    alice = open_customer("Alice")
    key = make_key(alice)

    stored = db.rows("SELECT row_to_json(k)::text FROM accounts_apikey k")

    assert key not in stored[0][0]
    assert key[8:-4] not in stored[0][0]
    assert queries.keys(customer_id=alice.customer_id)[0].hint.endswith(key[-4:])


def test_each_request_of_a_batch_is_admitted_by_itself() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    hers, his = make_key(alice), make_key(mallory)
    commands.suspend_customer(customer_id=mallory.customer_id, is_suspended=True)

    assert admit(hers, "od_live_unknown", his, hers) == [
        (alice.customer_id, False, True),
        (None, False, False),
        (mallory.customer_id, True, True),
        (alice.customer_id, False, True),
    ]


def test_0_1_what_the_people_of_an_account_accepted_comes_with_its_keys_and_nothing_of_others() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory", has_accepted=False)
    accept(team_mate("Bob", alice, has_accepted=False).user_id)
    hers, his = make_key(alice), make_key(mallory)

    assert accepted(hers, "od_live_unknown", his, hers) == [
        ["privacy 1", "terms 1"],
        None,
        None,
        ["privacy 1", "terms 1"],
    ]


def test_a_key_may_burst_and_is_then_held_to_its_rate() -> None:
    key = make_key(open_customer("Alice"), rate_per_second=1, burst=3)

    allowed = [row[2] for row in admit(*[key] * 5)]

    assert allowed == [True, True, True, False, False]
    assert db.rows(queries.ADMIT.format("%s"), ([key_hash(key)],))[0][4] > 0


def test_a_bucket_fills_again_with_time_and_never_above_the_burst() -> None:
    key = make_key(open_customer("Alice"), rate_per_second=10, burst=3)
    admit(*[key] * 3)

    db.rows("UPDATE accounts_keyallowance SET filled_at = filled_at - interval '1 day'")

    assert [row[2] for row in admit(*[key] * 4)] == [True, True, True, False]


def test_one_keys_haste_is_not_anothers() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    slow, other = make_key(alice, rate_per_second=1, burst=1), make_key(mallory)
    admit(slow, slow)

    assert admit(other)[0][2]


def test_a_revoked_key_is_unknown_on_the_next_request() -> None:
    alice = open_customer("Alice")
    key = make_key(alice)
    admit(key)

    commands.revoke_key(
        customer_id=alice.customer_id, key_id=queries.keys(customer_id=alice.customer_id)[0].id, now=NOON
    )

    assert admit(key) == [(None, False, False)]


def test_nobody_revokes_anothers_key() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    key = make_key(alice)

    with pytest.raises(commands.UnableToRevokeKey):
        commands.revoke_key(
            customer_id=mallory.customer_id, key_id=queries.keys(customer_id=alice.customer_id)[0].id, now=NOON
        )

    assert admit(key)[0][2]


def test_an_account_has_a_bounded_number_of_live_keys() -> None:
    alice = open_customer("Alice")
    for _ in range(commands.KEYS_PER_CUSTOMER_MAX):
        make_key(alice)

    with pytest.raises(commands.UnableToMakeKey, match="Revoke one first"):
        make_key(alice)


def test_an_address_belongs_to_one_person_in_any_case() -> None:
    alice = open_customer("Alice")
    db.rows("UPDATE accounts_user SET email = upper(email)")

    with pytest.raises(IntegrityError), transaction.atomic():
        commands.add_person(
            email=alice.email, password=None, name="", role=Role.CUSTOMER, customer_id=alice.customer_id, now=NOON
        )


@pytest.mark.parametrize(("role", "has_customer"), [(Role.CUSTOMER, False), (Role.ADMIN, True)])
def test_a_person_is_a_customers_or_the_desks(role: Role, has_customer: bool) -> None:
    customer_id = open_customer("Alice").customer_id if has_customer else None

    with pytest.raises(IntegrityError, match="accounts_user_customer_or_staff"), transaction.atomic():
        commands.add_person(email="x@example.org", password=None, name="", role=role, customer_id=customer_id, now=NOON)
