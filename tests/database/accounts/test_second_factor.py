"""Codes of an app and recovery codes: each opens once, and nothing in the database opens anything (S-24)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from tests.apps import SECRET, code_at, give_app
from tests.shop import NOON, open_customer

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.commands.second_factor import RECOVERY_CODES
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db

STEP = timedelta(seconds=30)


def spend(user_id: int, code: str, *, steps: int = 0) -> bool:
    return commands.spend_app_code(user_id=user_id, code=code, now=NOON + steps * STEP) is not None


def stored() -> str:
    return " ".join(row for (row,) in db.rows("SELECT row_to_json(a)::text FROM mfa_authenticator a"))


def test_s24_a_code_opens_once_however_long_it_would_be_right() -> None:
    alice = open_customer("Alice")
    give_app(alice.user_id)
    code = code_at(NOON)

    assert spend(alice.user_id, code)
    assert not spend(alice.user_id, code)
    assert not spend(alice.user_id, code, steps=1)


def test_s24_after_a_code_no_older_one_opens() -> None:
    alice = open_customer("Alice")
    give_app(alice.user_id)

    assert spend(alice.user_id, code_at(NOON + STEP))
    assert not spend(alice.user_id, code_at(NOON))
    assert spend(alice.user_id, code_at(NOON + 2 * STEP), steps=1)


def test_s24_a_code_of_somebody_else_opens_nothing() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    give_app(mallory.user_id)

    assert not spend(alice.user_id, code_at(NOON))


def test_s24_ten_recovery_codes_open_once_each() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    codes = commands.make_recovery_codes(user_id=alice.user_id, now=NOON)
    commands.make_recovery_codes(user_id=mallory.user_id, now=NOON)

    assert len(set(codes)) == RECOVERY_CODES
    assert commands.spend_recovery_code(user_id=mallory.user_id, code=codes[0]) is None
    spent = [commands.spend_recovery_code(user_id=alice.user_id, code=code.lower().replace("-", " ")) for code in codes]
    assert None not in spent
    again = [commands.spend_recovery_code(user_id=alice.user_id, code=code) for code in codes]
    assert again == [None] * RECOVERY_CODES
    assert queries.second_factors(user_id=alice.user_id).recovery_codes_left == 0


def test_s24_new_recovery_codes_end_the_old_ones() -> None:
    alice = open_customer("Alice")
    old = commands.make_recovery_codes(user_id=alice.user_id, now=NOON)
    new = commands.make_recovery_codes(user_id=alice.user_id, now=NOON)

    assert commands.spend_recovery_code(user_id=alice.user_id, code=old[0]) is None
    assert commands.spend_recovery_code(user_id=alice.user_id, code=new[0]) is not None


def test_s24_the_database_holds_neither_the_key_of_an_app_nor_a_recovery_code() -> None:
    alice = open_customer("Alice")
    give_app(alice.user_id)
    codes = commands.make_recovery_codes(user_id=alice.user_id, now=NOON)

    kept = stored()

    assert Authenticator.objects.count() == 2
    assert SECRET not in kept
    assert [code for code in codes if code in kept or code.replace("-", "") in kept] == []
