"""Following: answers applied in rounds, each row by itself; the end settled once; silence and nonsense survived."""

from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.panel import Desk, MemoryPanel, open_desk, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.domain import Action, AlertKind
from sevenpanel.fulfilment.providers.interface import (
    CancelAnswer,
    Provider,
    ProviderAccess,
    ProviderStatus,
)
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.commands import post
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, house
from sevenpanel.ledger.domain import provider as provider_account
from sevenpanel.orders import commands as order_commands
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Report, Status

pytestmark = pytest.mark.django_db(transaction=True)


def sent(desk: Desk, person: Person, *, link: str = "t.me/northwind_news", quantity: int = 1000) -> tuple[int, str]:
    order_id = desk.place(person, link=link, quantity=quantity)
    desk.dispatch_all()
    (number,) = desk.panel.taken_for(order_id)
    return order_id, number


def interrupted(kind: str, access: ProviderAccess) -> Provider:
    raise KeyboardInterrupt


def kinds() -> list[AlertKind]:
    return [alert.kind for alert in queries.alerts()]


def cost() -> int:
    return sum(line.debit_micros for line in ledger.trial_balance() if line.kind is AccountKind.COST)


@pytest.mark.parametrize(
    ("status", "remains", "ends_as", "earned"),
    [
        (ProviderStatus.COMPLETED, 0, Status.COMPLETED, 900_000),
        (ProviderStatus.COMPLETED, -50, Status.COMPLETED, 900_000),
        (ProviderStatus.PARTIAL, 157, Status.PARTIAL, 758_700),
        (ProviderStatus.PARTIAL, 5000, Status.CANCELED, 0),
        (ProviderStatus.CANCELED, 1000, Status.CANCELED, 0),
        (ProviderStatus.CANCELED, 0, Status.CANCELED, 0),
    ],
)
def test_an_order_ends_as_the_provider_says_with_its_money_divided(
    desk: Desk, alice: Person, status: ProviderStatus, remains: int, ends_as: Status, earned: int
) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.end(number, status, remains=remains)

    desk.follow()

    order = order_of(alice, order_id)
    assert (order.status, order.earned_micros, order.returned_micros) == (ends_as, earned, 900_000 - earned)
    task = queries.task(order_id)
    assert task is not None
    assert task.action is Action.WATCH
    books_are_right()


def test_the_providers_charge_is_booked_once_at_the_end(alice: Person) -> None:
    desk = open_desk(exchange_rate=Decimal("1.5"))
    _, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)

    for _ in range(4):
        desk.follow()
        desk.wait(days=1)

    assert cost() == 750_000
    books_are_right()


def test_one_bad_row_and_one_missing_row_touch_only_themselves(desk: Desk, alice: Person) -> None:
    """P-12."""
    made = [sent(desk, alice, link=f"t.me/northwind_{n}") for n in range(4)]
    for _, number in made:
        desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.panel.orders[made[0][1]].is_error = True
    desk.panel.orders[made[1][1]].is_missing = True

    desk.follow()

    statuses = [order_of(alice, order_id).status for order_id, _ in made]
    assert statuses == [Status.PENDING, Status.PENDING, Status.COMPLETED, Status.COMPLETED]
    assert kinds() == []
    for _ in range(3):
        desk.follow()
    assert kinds() == [AlertKind.ROW_ERROR]
    books_are_right()


def test_a_word_that_nobody_knows_changes_nothing_and_is_told_without_naming_the_provider(
    desk: Desk, alice: Person
) -> None:
    """P-6."""
    order_id, number = sent(desk, alice)
    desk.panel.orders[number].word = "Northwind is working"

    desk.follow()
    desk.follow()

    assert order_of(alice, order_id).status is Status.PENDING
    assert kinds() == [AlertKind.UNKNOWN_WORD]
    told = " ".join(line.sentence for line in orders.timeline(order_of(alice, order_id)))
    assert "does not understand" in told
    assert "Northwind" not in told

    words = {"Northwind is working": ProviderStatus.IN_PROGRESS}
    commands.update_provider(provider_id=desk.provider_id, status_words=words, now=desk.now)
    assert kinds() == []


def test_a_supplier_that_changes_its_mind_moves_no_money_and_is_reported(desk: Desk, alice: Person) -> None:
    """P-5."""
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.follow()
    before = order_of(alice, order_id)

    for status, remains in ((ProviderStatus.IN_PROGRESS, 400), (ProviderStatus.PARTIAL, 900)):
        desk.panel.end(number, status, remains=remains)
        desk.follow()

    assert order_of(alice, order_id) == before
    assert kinds() == [AlertKind.CHANGED_MIND]
    desk.wait(days=2)
    desk.follow()
    assert desk.follow() == 0  # and at last the order is left alone
    books_are_right()


def test_another_currency_stops_sending_to_that_provider(desk: Desk, alice: Person) -> None:
    """P-14."""
    order_id, number = sent(desk, alice)
    desk.panel.orders[number].currency = "VND"
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)

    desk.follow()

    assert cost() == 0
    assert order_of(alice, order_id).status is Status.COMPLETED
    assert kinds() == [AlertKind.CURRENCY]
    (provider,) = queries.providers()
    assert provider.is_paused
    books_are_right()


def test_a_silent_provider_is_left_alone_longer_and_longer_and_others_are_not(
    desk: Desk, alice: Person, mallory: Person
) -> None:
    other = open_desk(MemoryPanel(), name="Southwind")
    sent(desk, alice)
    order_id, number = sent(other, mallory)
    other.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.panel.is_down = True
    panels = {desk.provider_id: desk.panel, other.provider_id: other.panel}

    def follow() -> None:
        commands.sync_next(
            clock=desk.clock, adapter_for=lambda kind, access: panels[access.provider_id].adapter_for(kind, access)
        )

    for _ in range(60):
        desk.wait(seconds=10)
        follow()

    assert order_of(mallory, order_id).status is Status.COMPLETED
    assert len(desk.panel.asked) < 10
    assert AlertKind.PROVIDER_SILENT in kinds()
    desk.panel.is_down = False
    desk.wait(hours=1)
    follow()
    follow()
    assert kinds() == []
    books_are_right()


def test_a_round_asks_in_hundreds(desk: Desk, alice: Person) -> None:
    for number in range(130):
        desk.place(alice, link=f"t.me/northwind_{number}")
    desk.dispatch_all()

    assert desk.follow() == 130

    assert sorted(len(ids) for ids in desk.panel.asked) == [30, 100]
    books_are_right()


def test_answers_under_a_lapsed_claim_change_nothing(desk: Desk, alice: Person) -> None:
    """Trap 12: two rounds overlap, and the order ends once."""
    order_id, _ = sent(desk, alice)
    desk.wait(minutes=1)

    def slowly(kind: str, access: ProviderAccess) -> Provider:
        """While this worker listens its claim lapses, and another one hears a later word."""
        hear = desk.adapter_for(kind, access)
        desk.panel.orders["23501"].status = ProviderStatus.CANCELED
        heard = hear.statuses(["23501"])
        desk.panel.orders["23501"].status = ProviderStatus.COMPLETED
        desk.wait(seconds=91)
        assert commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for) == 1
        assert order_of(alice, order_id).status is Status.COMPLETED
        return cast(Provider, SimpleNamespace(statuses=lambda ids: heard))

    assert commands.sync_next(clock=desk.clock, adapter_for=slowly) == 1

    assert order_of(alice, order_id).status is Status.COMPLETED
    assert kinds() == []
    books_are_right()


def test_an_order_that_the_desk_ended_is_watched_although_its_provider_says_the_same(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    said = desk.panel.orders[number]
    said.status, said.remains = ProviderStatus.IN_PROGRESS, 400
    desk.follow()
    desk.panel.cancels[number] = CancelAnswer(accepted=False, words="no")
    desk.cancel(alice, order_id)
    ended = Report(order_id=order_id, status=Status.CANCELED, remains=1000, start_count=None, words="by the desk")
    with transaction.atomic():
        order_commands.apply_reports(reports=[ended], now=desk.now)

    desk.follow()

    task = queries.task(order_id)
    assert task is not None
    assert task.action is Action.WATCH
    books_are_right()


def test_the_first_look_comes_within_five_seconds(desk: Desk, alice: Person) -> None:
    _, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)

    desk.wait(seconds=5)

    assert commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for) == 1


def test_a_cancel_is_asked_for_and_money_moves_only_when_the_status_says_so(desk: Desk, alice: Person) -> None:
    """P-13."""
    order_id, number = sent(desk, alice)

    desk.cancel(alice, order_id)

    order = order_of(alice, order_id)
    assert (desk.panel.cancel_calls, order.status, order.returned_micros) == ([[number]], Status.PENDING, None)
    desk.panel.end(number, ProviderStatus.PARTIAL, remains=400)
    desk.follow()
    order = order_of(alice, order_id)
    assert (order.status, order.returned_micros) == (Status.PARTIAL, 360_000)
    books_are_right()


def test_a_cancel_that_was_refused_and_is_done_all_the_same_returns_everything(desk: Desk, alice: Person) -> None:
    """P-13: whatever was said of the cancel, the status that follows counts."""
    order_id, number = sent(desk, alice)
    desk.panel.cancels[number] = CancelAnswer(accepted=False, words="no")
    desk.cancel(alice, order_id)
    desk.panel.end(number, ProviderStatus.CANCELED, remains=1000)

    desk.follow()

    order = order_of(alice, order_id)
    assert (order.status, order.returned_micros) == (Status.CANCELED, 900_000)
    books_are_right()


def test_a_refused_cancel_is_told_in_our_words_and_asked_once(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.cancels[number] = CancelAnswer(accepted=False, words="Northwind says no")

    desk.cancel(alice, order_id)
    desk.wait(hours=1)
    commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)

    assert len(desk.panel.cancel_calls) == 1
    told = " ".join(line.sentence for line in orders.timeline(order_of(alice, order_id)))
    assert "did not accept" in told
    assert "under clause 4.1, the rules: refused." in told
    assert "Northwind" not in told


def test_an_unanswered_cancel_is_asked_again_within_bounds(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.cancels[number] = CancelAnswer(accepted=None)
    desk.cancel(alice, order_id)

    for _ in range(30):
        desk.wait(hours=1)
        commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)

    assert len(desk.panel.cancel_calls) == 8
    assert kinds() == [AlertKind.CANCEL_UNANSWERED]
    task = queries.task(order_id)
    assert task is not None
    assert task.cancel_due_at is None


def test_a_cancel_of_an_order_of_unknown_fate_waits_until_the_provider_is_known_to_have_it(alice: Person) -> None:
    desk = open_desk(MemoryPanel(honours_request_ids=True), idempotency_field="request_id")
    desk.panel.deeds.append(take_and_lose)
    order_id = desk.place(alice)
    desk.dispatch_all()
    desk.cancel(alice, order_id)
    assert desk.panel.cancel_calls == []

    desk.resolve_all()
    commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)

    assert desk.panel.cancel_calls == [["23501"]]


def test_claims_come_back_by_themselves_when_a_worker_dies(desk: Desk, alice: Person) -> None:
    sent(desk, alice)
    desk.wait(seconds=5)
    with pytest.raises(KeyboardInterrupt):
        commands.sync_next(clock=desk.clock, adapter_for=interrupted)

    assert commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for) == 0
    desk.wait(seconds=91)
    assert commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for) == 1


def test_an_answer_that_cannot_be_booked_keeps_no_other_from_being_applied(desk: Desk, alice: Person) -> None:
    made = [sent(desk, alice, link=f"t.me/northwind_{n}") for n in range(3)]
    for _, number in made:
        desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    booked = Transfer(
        key=f"order/{made[1][0]}/cost",
        debit=house(AccountKind.COST, "USD"),
        credit=provider_account(desk.provider_id, "USD"),
        amount_micros=1,
        reason=Reason.PROVIDER_COST,
    )
    with transaction.atomic():
        post(transfers=[booked], now=desk.now)

    desk.follow()

    statuses = [order_of(alice, order_id).status for order_id, _ in made]
    assert statuses == [Status.COMPLETED, Status.PENDING, Status.COMPLETED]
    assert kinds() == [AlertKind.NOT_BOOKED]
    books_are_right()
