"""Several workers note, write and send at once: what happened is told to each person once (K-1, notify)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from tests.lettering import SOON, ends, running, signs_in
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.letters import commands

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4


@pytest.fixture
def people() -> list[Person]:
    people = [open_customer(name, balance="10") for name in ("Alice", "Bella", "Cora", "Dora")]
    service = add_service(quantity_min=1)
    for person in people:
        for order_id in running(person, service, 3):
            ends(order_id, delivered=0)
        signs_in(person)
    return people


def _work(start: Barrier) -> None:
    """What a worker does in a few rounds."""
    try:
        start.wait()
        for minute in (0, 1, 2):
            now = NOON + minute * SOON
            commands.note_happenings(now=now, rows_a_step=5)
            commands.write_letters(now=now)
            while commands.send_next_letter(clock=lambda at=now: at):  # type: ignore[misc]
                pass
    finally:
        connection.close()


def tell() -> Counter[tuple[str, str]]:
    """Let all of them work at once; how often each letter went, by its reader and what it is about."""
    mail.outbox.clear()
    start = Barrier(WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(_work, start) for _ in range(WORKERS)]:
            done.result()
    return Counter((letter.to[0], letter.subject) for letter in mail.outbox)


def expected(people: list[Person]) -> dict[tuple[str, str], int]:
    titles = ("[7Panel] Orders that ended short (3)", "[7Panel] Security of your account")
    return {(person.email, title): 1 for person in people for title in titles}


def test_k_1_four_workers_at_once_tell_each_thing_once(people: list[Person]) -> None:
    assert tell() == expected(people)
    ((most,),) = db.rows("SELECT max(n) FROM (SELECT count(*) AS n FROM letters_told GROUP BY user_id, kind, key) c")
    assert most == 1
