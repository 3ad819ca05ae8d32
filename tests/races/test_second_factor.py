"""The same code from many tabs at the same instant opens one of them (S-24, C-5)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.apps import code_at, give_app
from tests.sabotage import Switch, planted
from tests.shop import NOON, Person, open_customer

from sevenpanel.accounts import commands

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 6


def opened_by(person: Person, code: str) -> int:
    """How many tabs are let in by one code."""
    start = Barrier(TABS)

    def tab(_: int) -> bool:
        start.wait()
        try:
            if "-" in code:
                return commands.spend_recovery_code(user_id=person.user_id, code=code) is not None
            return commands.spend_app_code(user_id=person.user_id, code=code, now=NOON) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as pool:
        return sum(pool.map(tab, range(TABS)))


def test_s24_a_code_opens_one_of_many_tabs() -> None:
    alice = open_customer("Alice")
    give_app(alice.user_id)
    codes = commands.make_recovery_codes(user_id=alice.user_id, now=NOON)

    assert opened_by(alice, code_at(NOON)) == 1
    assert [opened_by(alice, code) for code in codes[:3]] == [1, 1, 1]


def test_without_its_lock_a_code_opens_several() -> None:
    alice = open_customer("Alice")
    codes = [code for _ in range(5) for code in commands.make_recovery_codes(user_id=alice.user_id, now=NOON)][-10:]

    with planted(Switch.SPEND_CODES_AGAIN):
        assert any(opened_by(alice, code) > 1 for code in codes)
