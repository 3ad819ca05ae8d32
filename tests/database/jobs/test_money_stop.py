"""O-7, the money stop: a breach of the books stops new orders, staff are told, and one of them lets orders go on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import Error
from tests.books import books_are_right
from tests.database.support import mail_down
from tests.panel import Desk, open_desk
from tests.sabotage import Switch, planted
from tests.shop import Person, open_customer, staff
from tests.spoiling import add_to_balance, add_to_transfers, let_statistics_tell, walls_off

from sevenpanel.accounts.domain import Role
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.jobs import books, timetable
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach
from sevenpanel.kernel.staff_mail import TRIES_MAX
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger import queries as balances
from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused

pytestmark = pytest.mark.django_db(transaction=True)

CHARGED = "reason = 'order charged'"


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def alice(desk: Desk) -> Person:
    """Alice, with one order that has ended, one that is with the provider, and one that waits."""
    person = open_customer("Alice", balance="10")
    desk.place(person, link="t.me/northwind_ended")
    desk.dispatch_all()
    desk.panel.end("23501", ProviderStatus.PARTIAL, remains=300)
    desk.follow()
    desk.place(person, link="t.me/northwind_runs")
    desk.dispatch_all()
    desk.place(person, link="t.me/northwind_waits")
    return person


def look() -> None:
    """One look of the watch, in its turn."""
    books.watch(lambda: datetime.now(UTC), every=timedelta(0))


def order(alice: Person, desk: Desk, request_id: str = "") -> Placed | Refused:
    (outcome,) = commands.place(
        lines=[
            OrderLine(
                customer_id=alice.customer_id,
                service_id=desk.service_id,
                link="t.me/northwind_next",
                quantity=1000,
                request_id=request_id or None,
            )
        ],
        now=desk.now,
    )
    return outcome


def let_it_be_history(desk: Desk) -> None:
    """Fold twice, with something booked in between: what was booked before is below what the watch reads one by one."""
    ledger.fold_house_balances(now=desk.now)
    open_customer("Carol", balance="1")
    ledger.fold_house_balances(now=desk.now)
    look()
    assert queries.stop_in_force() is None


def a_balance(alice: Person) -> None:
    add_to_balance(alice.customer_id, 1)


def a_charge(_: Person) -> None:
    add_to_transfers(CHARGED, -1)


def both_sides(alice: Person) -> None:
    """The transfer and the balance, so that all sums are right."""
    add_to_transfers("key LIKE 'operator/credit/%%'", 1_000_000)
    add_to_balance(alice.customer_id, 1_000_000)


def a_settlement(_: Person) -> None:
    add_to_transfers("reason = 'order earned'", 1)


def a_deleted_return(_: Person) -> None:
    with walls_off("ledger_transfer"):
        db.rows("DELETE FROM ledger_transfer WHERE reason = 'order returned'")


def an_ended_order(_: Person) -> None:
    with walls_off("orders_order"):
        db.rows("UPDATE orders_order SET earned_micros = earned_micros - 1, returned_micros = returned_micros + 1 "
                "WHERE NOT is_open")  # fmt: skip


def an_open_order(_: Person) -> None:
    with walls_off("orders_order"):
        db.rows("UPDATE orders_order SET charge_micros = charge_micros + 1 WHERE is_open")


def money_from_nowhere(alice: Person) -> None:
    db.rows(
        "INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, note, posted_at) "
        "SELECT 'present', c.id, b.account_id, 5, 'deposit', b.customer_id, '', now() "
        "  FROM ledger_balance b, ledger_account c WHERE b.customer_id = %s AND c.kind = 'custody'",
        [alice.customer_id],
    )
    add_to_balance(alice.customer_id, 5)


def a_second_sending(_: Person) -> None:
    db.rows("UPDATE fulfilment_attempt SET state = 'refused' WHERE state = 'sent'")


DAMAGES = {
    a_balance: "I1", a_charge: "I6", a_settlement: "I5", a_deleted_return: "I6", an_ended_order: "I6",
    an_open_order: "I5", money_from_nowhere: "I9", a_second_sending: "I10",
}  # fmt: skip


@pytest.mark.parametrize(("damage", "invariant"), DAMAGES.items(), ids=lambda each: getattr(each, "__name__", each))
def test_o7_a_breach_stops_new_orders_at_the_next_look(
    alice: Person, desk: Desk, damage: Callable[[Person], None], invariant: str
) -> None:
    look()
    assert queries.stop_in_force() is None

    damage(alice)
    look()

    stop = queries.stop_in_force()
    assert stop is not None
    assert invariant in stop.words
    assert isinstance(order(alice, desk), Refused)


@pytest.mark.parametrize("damage", [a_charge, both_sides, a_settlement])
def test_o7_an_old_transfer_that_was_changed_with_all_sums_right_is_found_too(
    alice: Person, desk: Desk, damage: Callable[[Person], None]
) -> None:
    """The watch reads no history; that somebody rewrote it shows in the database's own counts."""
    let_it_be_history(desk)

    damage(alice)
    let_statistics_tell()
    look()

    assert bool(queries.stop_in_force()) is bool([b for b in balances.broken_invariants() if b.is_of_money])


def test_o7_nothing_is_found_where_nothing_is_wrong(alice: Person, desk: Desk) -> None:
    for fold in (False, True, True):
        if fold:
            ledger.fold_house_balances(now=desk.now)
        look()
        timetable.check_invariants(timestamp=0)
    assert queries.stop_in_force() is None
    assert isinstance(order(alice, desk), Placed)
    books_are_right()


def test_o7_while_stopped_nothing_is_charged_and_all_else_goes_on(alice: Person, desk: Desk) -> None:
    first = order(alice, desk, "once")
    assert isinstance(first, Placed)
    commands.stop_orders(breaches=[breach()], now=desk.now)
    before = balances.balance(customer_id=alice.customer_id)

    refused = order(alice, desk)
    again = order(alice, desk, "once")
    desk.take_in()
    desk.dispatch_all()
    desk.panel.end("23502", ProviderStatus.COMPLETED)
    desk.follow()

    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.STOPPED
    assert refused.sentence.startswith("New orders are stopped")
    assert refused.sentence.endswith("Nothing was charged.")
    assert again == Placed(order_id=first.order_id, charge_micros=first.charge_micros, is_replay=True)
    assert balances.balance(customer_id=alice.customer_id) == before
    assert [row.status.value for row in queries.orders(customer_id=alice.customer_id)] == [
        "Pending", "Pending", "Completed", "Partial",
    ]  # fmt: skip
    assert len(desk.panel.orders) == 4
    books_are_right()


def breach(invariant: str = "I4") -> Breach:
    return Breach(invariant=invariant, sentence="A stored balance is wrong.", ids=("7",))


@pytest.mark.parametrize(("invariant", "stops"), [("I1", True), ("D2", True), ("4.6", False), ("orphans", False)])
def test_o7_only_what_is_about_money_stops_orders(desk: Desk, invariant: str, stops: bool) -> None:
    assert commands.stop_orders(breaches=[breach(invariant)], now=desk.now) is stops
    assert bool(queries.stop_in_force()) is stops


def test_o7_the_hourly_check_of_everything_stops_orders_too(alice: Person) -> None:
    add_to_balance(alice.customer_id, 1)

    timetable.check_invariants(timestamp=0)

    stop = queries.stop_in_force()
    assert stop is not None
    assert "I4" in stop.words
    assert {alert.kind for alert in fulfilment.alerts()} == {AlertKind.BREACH}


def test_o7_staff_are_told_once_by_mail_however_often_it_is_found(alice: Person) -> None:
    staff("Olga", Role.ADMIN, email="olga@desk.example")
    staff("Sam", Role.SUPPORT, email="sam@desk.example")
    add_to_balance(alice.customer_id, 1)
    for _ in range(3):
        look()

    while commands.send_next_stop_letter(clock=lambda: datetime.now(UTC)):
        pass

    assert sorted(letter.to[0] for letter in mail.outbox) == ["olga@desk.example", "sam@desk.example"]
    stop = queries.stop_in_force()
    assert stop is not None
    assert all(stop.words in letter.body and "/desk/stop/" in letter.body for letter in mail.outbox)


def test_o7_a_letter_that_cannot_be_sent_is_tried_again_later(settings: object, desk: Desk) -> None:
    settings.EMAIL_BACKEND = "tests.database.support.mail_down.EmailBackend"  # type: ignore[attr-defined]
    mail_down.fails(2)
    staff("Olga", Role.ADMIN, email="olga@desk.example")
    commands.stop_orders(breaches=[breach()], now=desk.now)

    tried = [commands.send_next_stop_letter(clock=lambda at=n: desk.now + at * timedelta(minutes=1)) for n in range(20)]

    assert sum(tried) == 3 < TRIES_MAX
    assert mail_down.SENT == ["olga@desk.example"]


def test_o7_one_lifts_the_stop_with_a_reason_after_mending_and_it_stays_written(alice: Person, desk: Desk) -> None:
    olga = staff("Olga", Role.ADMIN)
    add_to_balance(alice.customer_id, 1)
    look()
    stop = queries.stop_in_force()
    assert stop is not None

    def lift(reason: str) -> None:
        wrong = balances.broken_invariants()
        commands.lift_stop(stop_id=stop.id, staff_id=olga.user_id, reason=reason, breaches=wrong, now=desk.now)

    with pytest.raises(commands.UnableToLiftStop, match="The books are still wrong"):
        lift("It looks fine.")
    add_to_balance(alice.customer_id, -1)
    with pytest.raises(commands.UnableToLiftStop, match="Say what was wrong"):
        lift(" \0 ")
    lift("A script had added a millionth; taken back.")
    lift("Somebody else was quicker.")

    look()
    assert queries.stop_in_force() is None
    assert isinstance(order(alice, desk), Placed)
    (written,) = queries.lifted_stops()
    assert (written.lifted_by, written.reason) == (olga.user_id, "A script had added a millionth; taken back.")
    for statement in ("UPDATE orders_stop SET reason = 'Nothing.'", "DELETE FROM orders_stop"):
        with pytest.raises(Error, match="stays written"):
            db.rows(statement)


def test_o7_a_new_breach_after_lifting_stops_orders_again(alice: Person, desk: Desk) -> None:
    commands.stop_orders(breaches=[breach()], now=desk.now)
    stop = queries.stop_in_force()
    assert stop is not None
    commands.lift_stop(stop_id=stop.id, staff_id=1, reason="Mended.", breaches=[], now=desk.now)

    add_to_balance(alice.customer_id, 1)
    look()

    again = queries.stop_in_force()
    assert again is not None
    assert again.id != stop.id


def test_o7_of_many_workers_one_looks_and_a_clock_set_back_keeps_nobody_from_it(desk: Desk) -> None:
    every = timedelta(seconds=25)
    instants = [0, 1, 24, 25, 30, -3600, -3590]

    turns = [commands.begin_look(every=every, now=desk.now + timedelta(seconds=n)) is not None for n in instants]

    assert turns == [True, False, False, True, False, True, False]


def test_o7_an_order_is_placed_when_placing_ignores_the_stop(desk: Desk, alice: Person) -> None:
    """The sabotage: the refusals above come from the placing statement and nowhere else."""
    with planted(Switch.IGNORE_THE_STOP):
        commands.stop_orders(breaches=[breach()], now=desk.now)
        assert isinstance(order(alice, desk), Placed)


def test_o7_a_watch_that_sees_no_breach_stops_nothing(desk: Desk, alice: Person) -> None:
    """The sabotage: that orders are stopped above is the watch's doing."""
    look()
    with planted(Switch.SEE_NO_BREACH):
        add_to_balance(alice.customer_id, 1)
        look()
    assert queries.stop_in_force() is None
