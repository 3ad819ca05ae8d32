"""What providers say of links: clear words end the order and stop the provider; unclear ones end nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.database.fulfilment.test_following import kinds, sent
from tests.editions import write
from tests.panel import HEARD, Desk, say
from tests.shop import Person, accept

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands.access import access_of
from sevenpanel.fulfilment.domain import Action, AlertKind
from sevenpanel.fulfilment.models import Provider
from sevenpanel.fulfilment.providers.interface import LINK_MEANINGS, ProviderStatus, RefusalReason, Refused
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.domain import Dispatch, Outcome, Status
from sevenpanel.terms import LinkFinding

pytestmark = pytest.mark.django_db(transaction=True)


def action(order_id: int) -> Action:
    task = queries.task(order_id)
    assert task is not None
    return task.action


def told(person: Person, order_id: int) -> str:
    return " ".join(line.sentence for line in order_rows.timeline(order_of(person, order_id)))


@pytest.mark.parametrize("status", [ProviderStatus.IN_PROGRESS, ProviderStatus.CANCELED])
def test_4_5_a_link_that_the_provider_finds_private_closes_the_order(
    desk: Desk, alice: Person, status: ProviderStatus
) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.end(number, status, remains=1000)
    desk.panel.orders[number].link = LinkFinding.PRIVATE

    desk.follow()

    row = order_of(alice, order_id)
    assert (row.status, row.outcome, row.returned_micros) == (Status.CANCELED, Outcome.CLOSED, 0)
    assert "The link was found to be private" in told(alice, order_id)
    assert "Northwind" not in told(alice, order_id)
    assert kinds() == []
    books_are_right()


def test_a_provider_that_goes_on_is_asked_to_stop_and_then_watched(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.IN_PROGRESS, remains=600)
    desk.panel.orders[number].link = LinkFinding.GONE
    desk.follow()

    desk.take_in()
    commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)

    assert desk.panel.cancel_calls == [[number]]
    desk.follow()
    assert action(order_id) is Action.WATCH
    assert order_of(alice, order_id).delivered == 400
    books_are_right()


def test_a_provider_is_asked_to_stop_although_following_came_first(desk: Desk, alice: Person) -> None:
    """A finding of staff closes the order; before the wish to stop is taken in, a round of following sees it closed."""
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.IN_PROGRESS, remains=600)
    desk.follow()
    with transaction.atomic():
        orders.find_link_trouble(
            order_id=order_id, found=LinkFinding.CHANGED, evidence="It leads elsewhere.", staff_id=9, now=desk.now
        )
    desk.follow()
    assert action(order_id) is Action.WATCH

    desk.take_in()
    commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)

    assert desk.panel.cancel_calls == [[number]]
    books_are_right()


def test_a_provider_that_has_stopped_is_asked_nothing(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.CANCELED, remains=1000)
    desk.panel.orders[number].link = LinkFinding.GONE
    desk.follow()

    desk.take_in()
    commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)

    assert desk.panel.cancel_calls == []
    assert action(order_id) is Action.WATCH


def test_settled_4_what_it_says_afterwards_is_told_to_the_operator_and_moves_nothing(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.CANCELED, remains=1000)
    desk.panel.orders[number].link = LinkFinding.GONE
    desk.follow()

    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.panel.orders[number].link = None
    desk.follow()

    assert order_of(alice, order_id).earned_micros == 900_000
    assert kinds() == [AlertKind.CHANGED_MIND]
    books_are_right()


def test_unclear_words_close_nothing_until_the_operator_has_said_what_they_mean(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.orders[number].word = "Gesperrt"
    desk.follow()
    assert order_of(alice, order_id).is_open
    assert kinds() == [AlertKind.UNKNOWN_WORD]

    commands.update_provider(
        provider_id=desk.provider_id, status_words={"Gesperrt": "link private", "Erledigt": "Completed"}, now=desk.now
    )

    access = access_of(Provider.objects.get(id=desk.provider_id))
    assert access.link_words == (("Gesperrt", LinkFinding.PRIVATE),)
    assert access.status_words == (("Erledigt", ProviderStatus.COMPLETED),)
    assert kinds() == []


def test_every_finding_has_a_word_that_the_operator_can_say() -> None:
    assert sorted(LINK_MEANINGS.values()) == sorted(LinkFinding)


REFUSED = Refused(reason=RefusalReason.BAD_LINK, words="Incorrect link", evidence=HEARD)


def test_a_link_that_the_provider_refuses_gives_everything_back(desk: Desk, alice: Person) -> None:
    """Nothing was bought: as at the door, the order is refused (clause 2, settled 11)."""
    desk.panel.deeds.append(say(REFUSED))

    order_id = desk.place(alice)
    desk.dispatch_all()

    row = order_of(alice, order_id)
    assert (row.outcome, row.returned_micros) == (Outcome.REFUSED, 900_000)
    books_are_right()


def test_2_by_its_letter_a_link_that_the_provider_refuses_completes_the_order(
    desk: Desk, alice: Person, settings: Any, tmp_path: Path
) -> None:
    settings.TERMS_FOLDER = tmp_path
    letter = {'wrong_link_at_door = "refuse"': 'wrong_link_at_door = "complete"'}
    write(tmp_path, "2", desk.now - timedelta(days=1), changed=letter)
    accept(alice.user_id, now=desk.now - timedelta(minutes=1))
    desk.panel.deeds.append(say(REFUSED))

    order_id = desk.place(alice)
    desk.dispatch_all()

    row = order_of(alice, order_id)
    assert (row.status, row.outcome, row.dispatch) == (Status.COMPLETED, Outcome.CLOSED, Dispatch.REFUSED)
    assert (row.earned_micros, row.returned_micros) == (900_000, 0)
    assert action(order_id) is Action.NONE
    assert "under clause 2, the rules: closed without completion." in told(alice, order_id)
    books_are_right()
