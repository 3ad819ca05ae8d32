"""Receipts that are held since nodes disagree: credited by themselves when they agree, unless a person has begun."""

import pytest
from tests.books import books_are_right
from tests.database.deposits.conftest import NODES, SETTINGS, Simulated, given
from tests.database.deposits.conftest import receipt as receipt_of_tx
from tests.receipts import (
    assets,
    balance,
    events_of,
    now_is,
    receipt_of,
    say,
    state_of,
    take_usdt,
    transfer,
)
from tests.shop import NOON, Person, open_customer, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands, models
from sevenpanel.deposits.domain import HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.sources.interface import Observation
from sevenpanel.kernel import db
from sevenpanel.ledger.domain import AccountKind

pytestmark = pytest.mark.django_db(transaction=True)

S = ReceiptState


def held(amount: str = "25", person: Person | None = None) -> Observation:
    """A transfer of Alice's that one node shows and another does not."""
    said = transfer(person or open_customer("Alice"), amount)
    say(now_is(said, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    assert state_of(said) == S.HELD
    return said


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.CONFIRMED, S.CREDITED), (Verdict.FINAL, S.FINAL)])
def test_it_is_credited_once_when_the_nodes_agree_again(verdict: Verdict, state: ReceiptState) -> None:
    take_usdt()
    said = held()

    for _ in range(3):
        say(now_is(said, verdict))

    assert state_of(said) == state
    assert events_of(said)[:3] == ["observed", "doubted", "released"]
    assert assets() == {AccountKind.CUSTODY: 25, AccountKind.TRADING: -25}
    books_are_right()


@pytest.mark.parametrize("verdict", [Verdict.SEEN, Verdict.LEFT, Verdict.REPLACED])
def test_nothing_else_that_is_said_releases_it(verdict: Verdict) -> None:
    take_usdt()
    said = held()

    say(now_is(said, verdict))

    assert state_of(said) in (S.HELD, S.ORPHANED)
    assert receipt_of(said).entry_id is None
    books_are_right()


def test_the_desks_own_checks_come_first() -> None:
    take_usdt(auto_max_micros=10_000_000)
    said = held("25")

    say(now_is(said, Verdict.CONFIRMED))

    assert (state_of(said), receipt_of(said).held_reason) == (S.HELD, HeldReason.OVER_AUTO_LIMIT)


def test_another_doubt_takes_the_place_of_the_first() -> None:
    take_usdt()
    said = held()

    say(now_is(said, Verdict.DOUBTFUL, HeldReason.BALANCE_MISMATCH), now_is(said, Verdict.CONFIRMED))

    assert (state_of(said), receipt_of(said).held_reason) == (S.HELD, HeldReason.BALANCE_MISMATCH)


def test_it_takes_what_waited_below_the_minimum_with_it() -> None:
    take_usdt(minimum="5")
    alice = open_customer("Alice")
    said = held("4", alice)
    dust = transfer(alice, "3", number=2)
    say(now_is(dust, Verdict.CONFIRMED))
    assert state_of(dust) == S.HELD

    say(now_is(said, Verdict.CONFIRMED))

    assert {state_of(said), state_of(dust)} == {S.CREDITED}
    assert balance(alice) == (7, 0)
    books_are_right()


def test_once_a_person_has_acted_a_person_decides() -> None:
    take_usdt()
    said, ann = held(), staff("Ann", Role.FINANCE)
    for act, note in ((commands.reject, "Odd."), (commands.reopen, "Ask Ben.")):
        act(receipt_id=receipt_of(said).id, person_id=ann.user_id, note=note, now=NOON)

    say(now_is(said, Verdict.CONFIRMED))

    assert state_of(said) == S.HELD


def test_what_was_made_anew_of_the_ledger_waits_for_a_person() -> None:
    take_usdt()
    said = held()
    db.rows("ALTER TABLE deposits_event DISABLE TRIGGER deposits_event_append_only")
    models.Event.objects.all().delete()
    models.Receipt.objects.all().delete()
    db.rows("ALTER TABLE deposits_event ENABLE TRIGGER deposits_event_append_only")

    for _ in range(2):
        say(now_is(said, Verdict.CONFIRMED))

    assert state_of(said) == S.HELD
    books_are_right()


def test_a_node_that_had_forgotten_a_transfer_and_shows_it_again_lets_it_in(simulated: Simulated) -> None:
    tx = simulated.pay(given(open_customer("Alice")))
    simulated.nodes[NODES[1]].manner.pruned_below = 10**6
    simulated.mine(SETTINGS.final_blocks + 2)
    assert (receipt_of_tx(tx).state, receipt_of_tx(tx).held_reason) == ("held", HeldReason.NODES_DISAGREE)

    simulated.nodes[NODES[1]].manner.pruned_below = 0
    simulated.mine(1)

    assert receipt_of_tx(tx).state == "final"
    books_are_right()
