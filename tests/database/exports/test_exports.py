"""Large tables made in the background: written step by step, had once, by whoever asked, and forgotten (U-16)."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from tests.shop import NOON, Person, add_service, open_customer, team_mate

from sevenpanel.exports import commands, queries
from sevenpanel.exports.commands import UnableToExport
from sevenpanel.exports.domain import KEPT, TAKING, WAITING_MAX
from sevenpanel.kernel.db import rows
from sevenpanel.kernel.spreadsheets import BOM
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.domain import OrderLine, Status
from sevenpanel.orders.queries import Wanted

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 25
AT_NOON: Callable[[], datetime] = lambda: NOON  # noqa: E731


@pytest.fixture
def alice(transactional_db: None) -> Person:
    person, service_id = open_customer("Alice", balance="10"), add_service()
    lines = [
        OrderLine(customer_id=person.customer_id, service_id=service_id, link=f"t.me/chan_{n:03}", quantity=10)
        for n in range(MANY)
    ]
    orders.place(lines=lines, now=NOON)
    return person


def ask(person: Person, *, status: Status | None = None, text: str = "", has_mark: bool = True) -> int:
    wanted = Wanted(customer_id=person.customer_id, status=status, text=text)
    return commands.ask(user_id=person.user_id, wanted=wanted, has_mark=has_mark, now=NOON)


def write_all(rows_at_once: int = 10) -> int:
    steps = 0
    while commands.write_next(clock=AT_NOON, rows=rows_at_once):
        steps += 1
    return steps


def read(export_id: int) -> str:
    return b"".join(queries.content(export_id=export_id)).decode()


@pytest.mark.parametrize("rows_at_once", [1, 5, 24, 25, 26, 1000])
def test_u16_a_file_made_in_steps_holds_every_row_once_in_order(alice: Person, rows_at_once: int) -> None:
    export_id = ask(alice)

    write_all(rows_at_once)

    told = read(export_id)
    found = list(csv.DictReader(io.StringIO(told.removeprefix(BOM))))
    assert told.startswith(BOM)
    expected = [str(order.id) for order in order_rows.orders(customer_id=alice.customer_id, limit=MANY + 1)]
    assert [row["order"] for row in found] == expected
    row = queries.export(export_id=export_id, user_id=alice.user_id, now=NOON)
    assert row is not None
    assert (row.rows, row.is_ready, row.ends_at) == (MANY, True, NOON + KEPT)


def test_u16_a_file_keeps_to_its_filter(alice: Person) -> None:
    nothing, one = ask(alice, status=Status.PARTIAL, has_mark=False), ask(alice, text="chan_007", has_mark=False)

    write_all()

    assert len(read(nothing).splitlines()) == 1
    assert [line.split(",")[5] for line in read(one).splitlines()[1:]] == ["t.me/chan_007"]


def test_a_worker_that_dies_in_a_step_leaves_the_file_as_the_last_step_left_it(alice: Person) -> None:
    export_id = ask(alice)
    commands.write_next(clock=AT_NOON, rows=10)

    with pytest.raises(ZeroDivisionError):
        commands.write_next(clock=lambda: 1 // 0, rows=1000)  # type: ignore[arg-type, return-value]

    row = queries.export(export_id=export_id, user_id=alice.user_id, now=NOON)
    assert row is not None
    assert (row.rows, row.is_ready) == (10, False)
    write_all()
    assert len(read(export_id).splitlines()) == MANY + 1


def test_a_file_can_be_had_once(alice: Person) -> None:
    export_id = ask(alice)
    with pytest.raises(UnableToExport, match="not whole yet"):
        commands.take(export_id=export_id, user_id=alice.user_id, now=NOON)
    write_all()

    commands.take(export_id=export_id, user_id=alice.user_id, now=NOON)

    with pytest.raises(UnableToExport, match="works once"):
        commands.take(export_id=export_id, user_id=alice.user_id, now=NOON)
    commands.finish(export_id=export_id)
    assert rows("SELECT count(*) FROM exports_piece") == rows("SELECT count(*) FROM exports_export") == [(0,)]


def test_nobody_but_who_asked_for_a_file_can_have_it(alice: Person) -> None:
    bob, mallory = team_mate("Bob", alice), open_customer("Mallory")
    export_id = ask(alice)
    write_all()

    for other in (bob, mallory):
        assert queries.export(export_id=export_id, user_id=other.user_id, now=NOON) is None
        assert queries.exports_of(user_id=other.user_id, now=NOON) == []
        with pytest.raises(UnableToExport, match="not there"):
            commands.take(export_id=export_id, user_id=other.user_id, now=NOON)
    assert len(queries.exports_of(user_id=alice.user_id, now=NOON)) == 1


@pytest.mark.parametrize(("is_taken", "kept"), [(False, KEPT), (True, TAKING)])
def test_a_file_is_forgotten_in_time(alice: Person, is_taken: bool, kept: timedelta) -> None:
    export_id = ask(alice)
    write_all()
    if is_taken:
        commands.take(export_id=export_id, user_id=alice.user_id, now=NOON)

    assert commands.forget_old(now=NOON + kept - timedelta(seconds=1)) == 0
    assert commands.forget_old(now=NOON + kept) == 1

    assert rows("SELECT count(*) FROM exports_piece") == rows("SELECT count(*) FROM exports_export") == [(0,)]


def test_a_file_cannot_be_had_after_its_time_although_nobody_has_forgotten_it_yet(alice: Person) -> None:
    export_id = ask(alice)
    write_all()

    with pytest.raises(UnableToExport, match="not there any more"):
        commands.take(export_id=export_id, user_id=alice.user_id, now=NOON + KEPT)

    assert queries.exports_of(user_id=alice.user_id, now=NOON + KEPT) == []


def test_the_same_wish_is_one_file_and_a_person_has_few_at_a_time(alice: Person) -> None:
    first = ask(alice)
    assert ask(alice) == first
    for number in range(WAITING_MAX - 1):
        ask(alice, text=f"chan_{number:03}")

    with pytest.raises(UnableToExport, match="files already"):
        ask(alice, text="one more")

    write_all()
    commands.take(export_id=first, user_id=alice.user_id, now=NOON)
    ask(alice, text="one more")


def test_two_workers_never_write_the_same_file(alice: Person) -> None:
    ask(alice)
    seen = []

    def clock() -> datetime:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM exports_export WHERE ready_at IS NULL FOR UPDATE SKIP LOCKED")
            seen.append(cursor.fetchall())
        other.close()
        return NOON

    assert commands.write_next(clock=clock, rows=1000)

    assert seen == [[]]


@pytest.mark.parametrize(("most", "is_more"), [(MANY - 1, True), (MANY, False), (MANY + 1, False)])
def test_whether_orders_are_more_than_so_many(alice: Person, most: int, is_more: bool) -> None:
    wanted = Wanted(customer_id=alice.customer_id)

    assert order_rows.are_more_than(wanted, most) is is_more
    assert order_rows.are_more_than(Wanted(customer_id=alice.customer_id, text="chan_00"), most) is False
    assert order_rows.are_more_than(Wanted(customer_id=alice.customer_id, status=Status.PENDING), most) is is_more
