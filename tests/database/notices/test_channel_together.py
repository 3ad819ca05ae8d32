"""Changes of the catalogue share messages: few posts for many prices, each told once, corrections and ends followed."""

import re
import threading
from datetime import datetime

import pytest
from django.db import connection, transaction
from tests.botapi import BotApi
from tests.database.notices.conftest import MINUTE, SECOND, Clock
from tests.shop import NOON, add_service

from sevenpanel.kernel import db
from sevenpanel.notices import commands, queries
from sevenpanel.notices.channel import delivery
from sevenpanel.notices.channel.delivery import PostVerdict
from sevenpanel.notices.channel.wording import UNITS_MAX, units
from sevenpanel.notices.domain import Draft, PostState
from sevenpanel.notices.queries import draft_of
from sevenpanel.terms import NoticeKind, Scope

pytestmark = pytest.mark.django_db(transaction=True)


def services(count: int) -> list[int]:
    """So many services, numbered by their names."""
    return [add_service(f"Promotion number {number}, disclosed") for number in range(count)]


def new_prices(service_ids: list[int], now: datetime = NOON) -> list[int]:
    """Change the price of each, all at once; the notices that this wrote."""
    with transaction.atomic():
        for service_id in service_ids:
            commands.change_price(service_id=service_id, rate_micros=1_000_000, changed_by="olga", now=now)
    return [row.root_id for row in queries.updates(limit=1_000)][len(service_ids) - 1 :: -1]


def told(api: BotApi) -> list[int]:
    """The numbers of the services whose new price stands in the channel, in the order of its messages."""
    return [int(n) for text in api.messages.values() for n in re.findall(r"<b>Price: Promotion number (\d+)", text)]


def states() -> set[tuple[str, int | None]]:
    return {(state, number) for state, number in db.rows("SELECT state, message_id FROM notices_channelpost")}


def withdraw(root_id: int, now: datetime) -> None:
    last = queries.history(root_id=root_id)[-1]
    commands.withdraw(notice_id=last.id, withdrawn_by="olga", why="Not so", now=now)


def reword(root_id: int, text: str, now: datetime) -> None:
    """Correct the words of a notice of the catalogue."""
    last = queries.history(root_id=root_id)[-1]
    draft = Draft(kind=last.notice.kind, scope=Scope.SERVICE, subject=last.notice.subject, text=text)
    assert draft.subject == draft_of(last.notice).subject
    commands.correct(notice_id=last.id, draft=draft, written_by="olga", why="Wrong", now=now)


def test_three_hundred_new_prices_are_a_few_posts_that_telegram_takes(api: BotApi, clock: Clock) -> None:
    new_prices(services(300))
    clock.deliver(30, SECOND)

    assert told(api) == list(range(300))
    assert len(api.messages) <= 12
    assert all(units(re.sub("</?b>", "", text)) <= UNITS_MAX for text in api.messages.values())
    assert api.messages[101].startswith(
        "<b>Price: Promotion number 0, disclosed</b>\nthe price is higher, 1.00 USD instead of 0.90 USD.\n\n"
        "<b>Price: Promotion number 1, disclosed</b>\n"
    )


def test_a_single_change_has_a_post_of_its_own(api: BotApi, clock: Clock) -> None:
    new_prices(services(1))
    clock.deliver(2)

    (text,) = api.messages.values()
    assert text == (
        "<b>Price: Promotion number 0, disclosed</b>\n\n"
        "Promotion number 0, disclosed: the price is higher, 1.00 USD instead of 0.90 USD."
    )


def test_what_people_write_stays_apart_and_in_its_place(api: BotApi, clock: Clock) -> None:
    first, second = services(2), [add_service(f"Promotion number {n}") for n in (2, 3)]
    new_prices(first)
    draft = Draft(kind=NoticeKind.GENERAL, scope=Scope.ALL, text="Read this.")
    commands.publish(draft=draft, written_by="olga", now=NOON)
    commands.publish(draft=draft, written_by="olga", now=NOON)
    new_prices(second)
    clock.deliver(6)

    texts = list(api.messages.values())
    assert [text.count("<b>Price") for text in texts] == [2, 0, 0, 2]
    assert texts[1] == texts[2] == "<b>General: All services</b>\n\nRead this."


def test_a_correction_and_a_withdrawal_change_the_shared_message_and_the_last_one_deletes_it(
    api: BotApi, clock: Clock
) -> None:
    roots = new_prices(services(3))
    clock.deliver(2)

    reword(roots[1], "Promotion number 1, disclosed: it costs more since today.", clock.now)
    clock.deliver(2)
    assert "number 1, disclosed</b>\nit costs more since today.\n\n<b>Price: Promotion number 2" in api.messages[101]
    withdraw(roots[0], clock.now)
    clock.deliver(2)
    assert told(api) == [1, 2]
    withdraw(roots[2], clock.now)
    clock.deliver(2)
    assert api.messages[101].endswith("</b>\n\nPromotion number 1, disclosed: it costs more since today.")
    withdraw(roots[1], clock.now)
    clock.deliver(4)

    assert api.messages == {}
    assert states() == {(PostState.DELETED, 101)}
    assert [name for name, _ in api.calls] == ["sendMessage", *["editMessageText"] * 3, "deleteMessage"]


def test_a_correction_that_does_not_fit_any_more_is_cut_with_the_others(api: BotApi, clock: Clock) -> None:
    roots = new_prices(services(30))
    clock.deliver(2)

    reword(roots[0], "Long. " * 600, clock.now)
    clock.deliver(2)

    assert told(api) == list(range(30))
    (text,) = api.messages.values()
    assert units(re.sub("</?b>", "", text)) <= UNITS_MAX


def test_what_is_withdrawn_before_the_message_goes_out_is_not_in_it(api: BotApi, clock: Clock) -> None:
    roots = new_prices(services(3))
    withdraw(roots[1], NOON)
    clock.deliver(3)

    assert told(api) == [0, 2]


@pytest.mark.parametrize(("fault", "verdict"), [("lost", PostVerdict.FOUND), ("dead", PostVerdict.ABSENT)])
def test_a_lost_answer_leaves_all_of_them_unknown_until_one_verdict_decides_them_together(
    api: BotApi, clock: Clock, fault: str, verdict: PostVerdict
) -> None:
    api.faults.append(fault)
    roots = new_prices(services(3))
    clock.deliver(20, MINUTE)
    assert (api.made("sendMessage"), states()) == (1, {(PostState.UNKNOWN, None)})
    (doubt,) = delivery.posts_in_doubt()
    assert doubt.root_ids == tuple(roots)

    delivery.decide_post(root_id=roots[1], verdict=verdict, message_id=101)
    clock.deliver(5, MINUTE)

    assert delivery.posts_in_doubt() == []
    assert (told(api), states()) == ([0, 1, 2], {(PostState.SENT, 101)})


def test_a_worker_that_dies_while_it_sends_leaves_all_of_them_unknown(api: BotApi, clock: Clock) -> None:
    new_prices(services(3))
    assert delivery._claim(now=clock.now) is not None  # it dies here
    clock.now += 2 * MINUTE
    clock.deliver(3)

    assert (api.calls, states()) == ([], {(PostState.UNKNOWN, None)})


@pytest.mark.parametrize("fault", ["lost", "500", "dead", "429"])
def test_a_change_of_a_shared_message_without_an_answer_is_asked_again(api: BotApi, clock: Clock, fault: str) -> None:
    roots = new_prices(services(3))
    clock.deliver()
    withdraw(roots[0], clock.now)
    api.faults.append(fault)
    clock.deliver(3, MINUTE)

    assert (told(api), states()) == ([1, 2], {(PostState.SENT, 101)})


def test_too_many_calls_let_them_wait_and_later_ones_join(api: BotApi, clock: Clock) -> None:
    first, second = services(2), [add_service(f"Promotion number {n}") for n in (2, 3)]
    api.faults.append("429")
    roots = new_prices(first)
    clock.deliver(1, SECOND)
    withdraw(roots[1], clock.now)
    later = new_prices(second, clock.now)
    clock.deliver(10)
    assert (told(api), len(api.messages)) == ([0, 2, 3], 1)

    withdraw(later[0], clock.now)
    clock.deliver(2)
    assert told(api) == [0, 3]


def test_a_refused_message_is_parked_with_all_that_it_shows(api: BotApi, clock: Clock) -> None:
    api.faults.append("400")
    roots = new_prices(services(3))
    clock.deliver(3)
    (doubt,) = delivery.posts_in_doubt()
    assert (doubt.state, doubt.root_ids) == (PostState.PARKED, tuple(roots))

    delivery.decide_post(root_id=roots[0], verdict=PostVerdict.AGAIN)
    clock.deliver(2)
    assert told(api) == [0, 1, 2]


def test_many_workers_tell_each_change_once(api: BotApi) -> None:
    """Each of them claims under the channel's lock, so that none sees what another is sending as waiting."""
    made = services(40)
    ticks = iter(range(100_000))
    lock = threading.Lock()

    def clock() -> datetime:
        with lock:
            return NOON + next(ticks) * 2 * SECOND

    def work(mine: list[int]) -> None:
        for service_id in mine:
            new_prices([service_id])
            delivery.deliver_next(clock=clock)
        for _ in range(5):
            delivery.deliver_next(clock=clock)
        connection.close()

    threads = [threading.Thread(target=work, args=(made[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told(api)) == list(range(40))
