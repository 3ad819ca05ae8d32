"""An account is deleted at the instant at which its people still do something: one waits for the other (clause 7.5)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import IntegrityError, connection
from tests.books import books_are_right
from tests.leavers import MARK, THEN, leaver, marked
from tests.sabotage import Switch, planted
from tests.shop import Person, add_service
from tests.waiting import until

from sevenpanel.erasure import commands, queries
from sevenpanel.erasure.domain import AskedBy
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Refused
from sevenpanel.support import commands as support
from sevenpanel.support.domain import Topic

pytestmark = pytest.mark.django_db(transaction=True)

_LATCH = 75
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@contextmanager
def held_back(table: str) -> Iterator[Callable[[], object]]:
    """Whoever writes into this table waits there, in the middle of their transaction, until the latch is lifted."""
    db.rows(
        "CREATE OR REPLACE FUNCTION race_wait() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_advisory_xact_lock_shared({_LATCH}); RETURN NULL; END $$"
    )
    db.rows(f"CREATE TRIGGER race_wait BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION race_wait()")
    db.rows(f"SELECT pg_advisory_lock({_LATCH})")
    try:
        yield partial(db.rows, f"SELECT pg_advisory_unlock({_LATCH})")
    finally:
        db.rows("SELECT pg_advisory_unlock_all()")
        db.rows("DROP FUNCTION race_wait() CASCADE")


def waiting() -> int:
    """How many wait for a lock of the database."""
    return int(db.rows(_WAITING)[0][0])


def crossed(first: Callable[[], str], table: str, second: Callable[[], str]) -> tuple[str, str]:
    """The first has begun and not ended when the second begins; then both go on to their ends."""
    with held_back(table) as lift, ThreadPoolExecutor(2) as pool:
        one = pool.submit(_alone, first)
        until(lambda: waiting() == 1)
        two = pool.submit(_alone, second)
        until(lambda: two.done() or waiting() == 2)
        lift()
        return one.result(), two.result()


def _alone(act: Callable[[], str]) -> str:
    try:
        return act()
    except (Refusal, IntegrityError) as no:
        return str(no)
    finally:
        connection.close()


def erase(person: Person) -> str:
    commands.erase(customer_id=person.customer_id, asked_by=AskedBy.CUSTOMER, now=THEN)
    return "erased"


def place(person: Person, service_id: int) -> str:
    line = OrderLine(
        customer_id=person.customer_id, service_id=service_id, link=f"t.me/{MARK}_again", quantity=1000
    )  # fmt: skip
    (outcome,) = orders.place(lines=[line], now=THEN)
    return outcome.sentence if isinstance(outcome, Refused) else "placed"


def reply(person: Person, ticket_id: int) -> str:
    support.reply(
        customer_id=person.customer_id, person_id=person.user_id, ticket_id=ticket_id, body=f"{MARK}!", now=THEN
    )  # fmt: skip
    return "replied"


def open_ticket(person: Person) -> str:
    support.open_ticket(
        customer_id=person.customer_id, person_id=person.user_id, topic=Topic.OTHER, kind=None, order_ids=(),
        body=f"{MARK} is back.", now=THEN,
    )  # fmt: skip
    return "opened"


def on_credit() -> Person:
    """A leaver who may order without a balance."""
    person = leaver()
    db.rows("UPDATE ledger_balance SET credit_limit_micros = 5000000 WHERE customer_id = %s", [person.customer_id])
    return person


def ticket_of(person: Person) -> int:
    return int(db.rows("SELECT min(id) FROM support_ticket WHERE customer_id = %s", [person.customer_id])[0][0])


def is_right(person: Person, *, is_erased: bool) -> None:
    assert queries.is_erased(customer_id=person.customer_id) is is_erased
    assert (marked() - {"erasure_letter.address", "media"} == set()) is is_erased
    assert queries.broken_invariants() == []
    books_are_right()


def test_7_5_an_order_that_is_just_being_placed_is_waited_for() -> None:
    person, service_id = on_credit(), add_service()

    placed, erased = crossed(partial(place, person, service_id), "orders_order", partial(erase, person))

    assert placed == "placed"
    assert "An order is still open." in erased
    is_right(person, is_erased=False)


def test_7_5_who_orders_while_the_account_is_being_deleted_is_refused() -> None:
    person, service_id = on_credit(), add_service()

    erased, placed = crossed(partial(erase, person), "erasure_act", partial(place, person, service_id))

    assert (erased, "suspended" in placed) == ("erased", True)
    is_right(person, is_erased=True)


def test_7_5_a_reply_that_is_just_being_written_is_waited_for() -> None:
    person = leaver()

    replied, erased = crossed(partial(reply, person, ticket_of(person)), "support_message", partial(erase, person))

    assert (replied, "A ticket is still open." in erased) == ("replied", True)
    is_right(person, is_erased=False)


def test_7_5_who_replies_while_the_account_is_being_deleted_finds_no_ticket() -> None:
    person = leaver()

    erased, replied = crossed(partial(erase, person), "erasure_act", partial(reply, person, ticket_of(person)))

    assert (erased, replied) == ("erased", "There is no such ticket.")
    is_right(person, is_erased=True)


def test_7_5_a_ticket_that_is_just_being_opened_is_waited_for() -> None:
    person = leaver()

    opened, erased = crossed(partial(open_ticket, person), "support_message", partial(erase, person))

    assert (opened, "A ticket is still open." in erased) == ("opened", True)
    is_right(person, is_erased=False)


def test_7_5_who_opens_a_ticket_while_the_account_is_being_deleted_is_refused() -> None:
    person = leaver()

    erased, opened = crossed(partial(erase, person), "erasure_act", partial(open_ticket, person))

    assert (erased, "this account was deleted" in opened) == ("erased", True)
    is_right(person, is_erased=True)


def test_without_the_lock_an_order_of_a_deleted_account_stays_open() -> None:
    with planted(Switch.ERASE_UNLOCKED):
        person, service_id = on_credit(), add_service()
        crossed(partial(place, person, service_id), "orders_order", partial(erase, person))
        found = {breach.sentence for breach in queries.broken_invariants()}

    assert "A deleted account holds something about a person." in found


def test_without_the_wait_a_ticket_of_a_deleted_account_stays() -> None:
    with planted(Switch.WRITE_FOR_THE_ERASED):
        person = leaver()
        crossed(partial(open_ticket, person), "support_message", partial(erase, person))
        found = {breach.sentence for breach in queries.broken_invariants()}

    assert "A deleted account holds something about a person." in found
