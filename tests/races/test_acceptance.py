"""The same person in two tabs, and many people at once, accept the Terms: once each, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.sabotage import Switch, planted, slowed
from tests.shop import NOON, Person, consent, open_customer

from sevenpanel.accounts import commands
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 6


def accept_in_tabs(people: list[Person]) -> None:
    """Every person accepts in several tabs, all from the same instant."""
    start = Barrier(TABS * len(people))

    def tab(person: Person) -> None:
        start.wait()
        try:
            commands.accept(user_id=person.user_id, consent=consent(), now=NOON)
        finally:
            connection.close()

    with slowed("accounts_acceptance"), ThreadPoolExecutor(TABS * len(people)) as pool:
        list(pool.map(tab, people * TABS))


def accepted_more_than_once() -> list[tuple[int, int]]:
    return [
        (user_id, text_id)
        for user_id, text_id in db.rows(
            "SELECT user_id, text_id FROM accounts_acceptance GROUP BY user_id, text_id HAVING count(*) > 1"
        )
    ]


def test_0_1_two_tabs_accept_once() -> None:
    people = [open_customer(name, has_accepted=False) for name in ("Alice", "Mallory")]

    accept_in_tabs(people)

    assert accepted_more_than_once() == []
    assert db.rows("SELECT count(*) FROM accounts_acceptance") == [(4,)]
    assert db.rows("SELECT count(*) FROM accounts_acceptedtext") == [(2,)]


def test_without_its_wall_the_race_does_happen() -> None:
    with planted(Switch.ACCEPT_AGAIN):
        accept_in_tabs([open_customer("Alice", has_accepted=False)])
        found = accepted_more_than_once()

    assert found != []
