"""Books beside chains: what is on its way explains itself, anything else is an alarm that stays until it is even."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.chainlab import COLD, NOON, UNIT, USDT
from tests.database.deposits.conftest import NODES, SETTINGS, Simulated, given
from tests.shop import Person, open_customer

from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.queries import AlarmKind, CountRow
from sevenpanel.deposits.simchain.chain import Event

pytestmark = pytest.mark.django_db(transaction=True)

QUARTER = timedelta(minutes=15)


@pytest.fixture
def alice(simulated: Simulated) -> Person:
    """She has 25 coins in the books and on the chain."""
    person = open_customer("Alice")
    simulated.pay(given(person))
    simulated.mine(SETTINGS.confirmations)
    return person


def counted(simulated: Simulated) -> CountRow:
    """Count now; the row of USDT."""
    commands.count_custody(now=simulated.now)
    return next(row for row in queries.counts() if row.asset.symbol == "USDT")


def alarmed(simulated: Simulated) -> Sequence[str]:
    """Of which assets an operator is told that books and chain differ."""
    found = queries.alarms(currency="USD", now=simulated.now)
    return [alarm.subject for alarm in found if alarm.kind is AlarmKind.CUSTODY_MISMATCH]


def test_what_the_books_have_lies_on_the_chain(simulated: Simulated, alice: Person) -> None:
    row = counted(simulated)

    assert (row.counted_raw, row.booked_raw, row.difference) == (25 * UNIT, 25 * UNIT, 0)
    assert row.block_height == simulated.chain.head - SETTINGS.confirmations + 1


def test_what_is_on_its_way_is_no_difference(simulated: Simulated, alice: Person) -> None:
    simulated.pay(given(alice), 7)
    for _ in range(SETTINGS.confirmations):
        simulated.mine(1)
        assert counted(simulated).difference == 0
    assert counted(simulated).booked_raw == 32 * UNIT


def test_what_the_desk_has_not_booked_yet_explains_itself(simulated: Simulated, alice: Person) -> None:
    simulated.pay(given(alice), 7)
    simulated.mine(1)
    for _ in range(SETTINGS.confirmations):
        simulated.chain.mine()  # and the worker sleeps

    row = counted(simulated)

    assert (row.counted_raw, row.booked_raw, row.unsettled_raw) == (32 * UNIT, 25 * UNIT, 7 * UNIT)
    assert row.difference == 0


def test_what_is_disputed_is_expected_to_be_missing(simulated: Simulated, alice: Person) -> None:
    simulated.chain.reorganise(SETTINGS.confirmations, fate=lambda _tx: None)
    simulated.nodes[NODES[1]].manner.lag = 3  # so that nobody can say yet that it is buried
    simulated.look()
    assert models.Receipt.objects.get().state == "disputed"

    assert counted(simulated).difference == 0


def test_what_somebody_else_moved_is_an_alarm_that_goes_when_the_books_are_even(
    simulated: Simulated, alice: Person
) -> None:
    simulated.chain.send(Event(contract=USDT, sender=given(alice).lower(), to=COLD, raw=10 * UNIT))
    for _ in range(SETTINGS.confirmations):
        simulated.chain.mine()  # the desk does not see it
    assert counted(simulated).difference == -10 * UNIT
    assert alarmed(simulated) == []

    simulated.now += 2 * QUARTER
    assert commands.count_custody(now=simulated.now, only_due=True) == 2
    assert alarmed(simulated) == ["USDT@simchain"]

    simulated.look()  # now it does, and books it as moved by the operator
    simulated.mine(1)
    assert counted(simulated).difference == 0
    assert alarmed(simulated) == []


def test_what_is_even_is_counted_once_a_day(simulated: Simulated, alice: Person) -> None:
    assert commands.count_custody(now=simulated.now, only_due=True) == 2
    assert commands.count_custody(now=simulated.now + QUARTER, only_due=True) == 0
    assert commands.count_custody(now=simulated.now + timedelta(days=1), only_due=True) == 2


def test_nodes_that_do_not_answer_leave_the_last_count(simulated: Simulated, alice: Person) -> None:
    counted(simulated)
    for node in simulated.nodes.values():
        node.manner.silent = True

    assert commands.count_custody(now=NOON + timedelta(days=2)) == 0
    late = queries.alarms(currency="USD", now=NOON + timedelta(days=2))
    assert AlarmKind.CUSTODY_UNCOUNTED in {alarm.kind for alarm in late}
