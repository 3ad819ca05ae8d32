"""An erasure puts a fixed blank in named columns of what is never changed, and does nothing else (clause 7.5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import Error, IntegrityError, connection, transaction
from tests.leavers import THEN, leaver
from tests.shop import Person, accept, make_key, open_customer, team_mate

from sevenpanel import erasure
from sevenpanel.erasure import commands, queries
from sevenpanel.erasure.domain import AskedBy
from sevenpanel.kernel import db
from sevenpanel.launch import verify
from sevenpanel.support import commands as support
from sevenpanel.support.domain import Topic

pytestmark = pytest.mark.django_db

_MIGRATIONS = Path(erasure.__file__).parent / "migrations"
_ACT = """
INSERT INTO erasure_act (customer_id, erased_at, asked_by, reason, last_event_id, digest)
VALUES (%s, %s, 'the customer, at the site', '', 0, erasure_digest(%s, 0))
"""
BLANKED = (
    "UPDATE accounts_acceptance SET address = 'erased', agent = '', request_id = 'erased'",
    "UPDATE orders_event SET facts = erasure_without_words(facts)",
    "UPDATE orders_decision SET record = erasure_without_words(record), decision = erasure_without_words(decision)",
    "UPDATE orders_trouble SET evidence = '(erased)'",
    "UPDATE orders_correction SET reason = '(erased)'",
    "DELETE FROM support_message",
    "UPDATE shortlinks_shortlink SET address = 'https://erased.invalid/', target = '', is_on = false",
    "UPDATE insight_reading SET target = '', words = '(erased)' WHERE state = 'taken'",
)
CHANGED = (
    "UPDATE accounts_acceptance SET address = '192.0.2.9'",
    "UPDATE accounts_acceptance SET accepted_at = now()",
    "UPDATE orders_event SET facts = '{}' WHERE facts::text LIKE '%%words%%'",
    "UPDATE orders_decision SET refund_micros = 0, outcome = 'refused'",
    "UPDATE orders_decision SET record = '{}'",
    "UPDATE orders_trouble SET evidence = 'nothing'",
    "UPDATE orders_correction SET reason = '(erased)', delivered = 0",
    "UPDATE ledger_transfer SET note = '(erased)'",
    "UPDATE ledger_entry SET facts = '{}'",
    "DELETE FROM orders_decision",
    "UPDATE shortlinks_shortlink SET address = 'https://elsewhere.example/'",
    "UPDATE insight_reading SET count = 7 WHERE state = 'taken'",
    "DELETE FROM ledger_transfer",
    "UPDATE erasure_act SET digest = ''",
    "DELETE FROM erasure_act",
)


DAMAGE = (
    ("orders_order", "UPDATE orders_order SET granted_micros = 1 WHERE earned_micros > 1"),
    ("orders_order", "UPDATE orders_order SET quantity = quantity + 1"),
    ("orders_order", "UPDATE orders_order SET link = 't.me/again'"),
    ("orders_decision", "UPDATE orders_decision SET clause = '4.2'"),
    ("orders_decision", "UPDATE orders_decision SET record = jsonb_set(record, '{facts,order,quantity}', '7')"),
    ("orders_event", "DELETE FROM orders_event WHERE id = (SELECT min(id) FROM orders_event)"),
    ("accounts_acceptance", "UPDATE accounts_acceptance SET accepted_at = accepted_at + interval '1 second'"),
    ("accounts_acceptance", "UPDATE accounts_acceptance SET address = '192.0.2.9'"),
    ("accounts_customer", "UPDATE accounts_customer SET name = 'Alice'"),
    ("accounts_customer", "UPDATE accounts_customer SET is_suspended = false"),
    ("accounts_user", "UPDATE accounts_user SET email = 'x' || id || '@example.org' WHERE customer_id IS NOT NULL"),
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_refused(statement: str) -> bool:
    """Whether the database says no."""
    try:
        with undone():
            db.rows(statement)
    except Error:
        return True
    return False


def erased() -> Person:
    person = leaver()
    commands.erase(customer_id=person.customer_id, asked_by=AskedBy.CUSTOMER, now=THEN)
    return person


@pytest.mark.django_db(transaction=True)
def test_7_5_words_are_taken_out_in_the_transaction_of_their_own_accounts_erasure_only() -> None:
    person, mallory = leaver(), open_customer("Mallory")

    assert [each for each in BLANKED if not is_refused(each)] == []
    with undone():
        db.rows(_ACT, [mallory.customer_id, THEN, mallory.customer_id])
        db.rows("UPDATE accounts_acceptance SET address = 'erased', agent = '', request_id = 'erased'"
                " WHERE customer_id = %s", [mallory.customer_id])  # fmt: skip
        assert [each for each in BLANKED if not is_refused(each)] == []
    with transaction.atomic():
        db.rows(_ACT, [person.customer_id, THEN, person.customer_id])
    assert [each for each in BLANKED if not is_refused(each)] == []


def test_7_5_not_even_an_erasure_changes_anything_else() -> None:
    person = leaver()
    db.rows("INSERT INTO ledger_entry (key, subject, kind, customer_id, facts, posted_at)"
            " VALUES ('k', 's', 'credit', %s, '{}', now())", [person.customer_id])  # fmt: skip

    db.rows(_ACT, [person.customer_id, THEN, person.customer_id])

    assert [each for each in CHANGED if not is_refused(each)] == []


def test_7_5_verify_is_content_with_a_deleted_account() -> None:
    erased()

    assert verify.report() == 0


def test_7_5_verify_sees_whatever_else_is_changed() -> None:
    erased()
    db.rows("SET CONSTRAINTS ALL IMMEDIATE")

    for table, damage in DAMAGE:
        with undone(), connection.cursor() as cursor:  # the owner of a table can take its walls down
            cursor.execute(f"GRANT UPDATE, DELETE ON {table} TO CURRENT_USER")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(damage)
            assert cursor.rowcount > 0, damage
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            assert {breach.invariant for breach in queries.broken_invariants()} == {"7.5"}, damage
            assert verify.report() == 1
    assert queries.broken_invariants() == []


def test_7_5_verify_sees_that_a_wall_is_switched_off() -> None:
    with undone(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_decision DISABLE TRIGGER orders_decision_append_only")
        found = queries.broken_invariants()

    assert [each.ids for each in found] == [("orders_decision_append_only",)]
    assert queries.broken_invariants() == []


def test_7_5_an_act_about_an_account_that_lives_is_a_breach() -> None:
    mallory = open_customer("Mallory")
    db.rows(_ACT, [mallory.customer_id, THEN, mallory.customer_id])

    assert {each.ids for each in queries.broken_invariants()} == {(str(mallory.customer_id),)}


def _walls() -> list[object]:
    return [
        *db.rows("SELECT proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2"),
        *db.rows("SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger ORDER BY 1, 2"),
        *db.rows(
            "SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges"
            " WHERE grantee = CURRENT_USER AND table_schema = 'public' ORDER BY 1, 2, 3"
        ),
    ]


def _open_a_ticket(person: Person) -> None:
    support.open_ticket(
        customer_id=person.customer_id, person_id=person.user_id, topic=Topic.OTHER, kind=None, order_ids=(),
        body="I am back.", now=THEN,
    )  # fmt: skip


def test_7_5_nothing_new_is_written_for_a_deleted_account() -> None:
    person = erased()
    writes: tuple[Callable[[], object], ...] = (
        lambda: _open_a_ticket(person),
        lambda: make_key(person),
        lambda: team_mate("Bob", person),
        lambda: accept(person.user_id),
    )

    for write in writes:
        with pytest.raises(IntegrityError, match="this account was deleted"):
            write()


def test_7_5_the_exception_can_be_taken_back_and_made_again() -> None:
    before = _walls()

    with connection.cursor() as cursor:
        for name in ("walls_back.sql", "walls.sql"):
            cursor.execute((_MIGRATIONS / name).read_text())

    assert _walls() == before
    assert queries.broken_invariants() == []
