"""Notices in the operator's channel: each at most once, edits and deletions follow, the pace is kept."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.botapi import TOKEN, BotApi
from tests.database.notices.conftest import MINUTE, SECOND, Clock
from tests.shop import NOON, add_service

from sevenpanel.kernel import db
from sevenpanel.kernel.masking import masked
from sevenpanel.notices import commands
from sevenpanel.notices.channel import delivery
from sevenpanel.notices.channel.bot import configured
from sevenpanel.notices.channel.delivery import PostVerdict, UnableToDecidePost
from sevenpanel.notices.channel.wording import UNITS_MAX, Told, list_of, post_of, units
from sevenpanel.notices.domain import Draft, PostState
from sevenpanel.terms import NoticeKind, Scope

pytestmark = pytest.mark.django_db(transaction=True)


def draft(text: str = "Read this.") -> Draft:
    return Draft(kind=NoticeKind.GENERAL, scope=Scope.ALL, text=text)


def publish(text: str = "Read this.", now: datetime = NOON) -> int:
    return commands.publish(draft=draft(text), written_by="olga", now=now)


def correct(notice_id: int, text: str, now: datetime) -> int:
    return commands.correct(notice_id=notice_id, draft=draft(text), written_by="olga", why="Wrong", now=now)


def state() -> list[tuple[str, int | None]]:
    return [(row[0], row[1]) for row in db.rows("SELECT state, message_id FROM notices_channelpost ORDER BY id")]


def test_a_notice_is_posted_once_and_its_corrections_and_its_end_follow(api: BotApi, clock: Clock) -> None:
    first = publish()
    clock.deliver(3)
    assert api.messages == {101: "<b>General: All services</b>\n\nRead this."}

    second = correct(first, "Better words.", clock.now)
    clock.deliver(3)
    assert api.messages == {101: "<b>General: All services</b>\n\nBetter words."}

    commands.withdraw(notice_id=second, withdrawn_by="olga", why="Not so", now=clock.now)
    clock.deliver(3)
    assert api.messages == {}
    assert state() == [(PostState.DELETED, 101)]
    assert [name for name, _ in api.calls] == ["sendMessage", "editMessageText", "deleteMessage"]


def test_changes_of_the_catalogue_are_posted(api: BotApi, clock: Clock) -> None:
    service = add_service()
    db.rows("SELECT 1")
    commands_in_one(service)
    clock.deliver(3)

    (text,) = api.messages.values()
    assert text.startswith("<b>Price: Channel promotion by paid ads</b>")


def commands_in_one(service: int) -> None:
    db.command(commands.change_price)(service_id=service, rate_micros=1_000_000, changed_by="olga", now=NOON)


def test_while_the_channel_is_off_nothing_waits_for_it(clock: Clock) -> None:
    publish()

    assert delivery.deliver_next(clock=clock) is False
    assert state() == []


def test_what_is_withdrawn_before_it_was_sent_is_never_sent(api: BotApi, clock: Clock) -> None:
    commands.withdraw(notice_id=publish(), withdrawn_by="olga", why="Not so", now=NOON)
    clock.deliver(2)

    assert (api.calls, state()) == ([], [(PostState.DROPPED, None)])


def test_a_lost_answer_leaves_the_post_unknown_and_nothing_is_sent_again(api: BotApi, clock: Clock) -> None:
    api.faults.extend(["lost"])
    root = publish()
    clock.deliver(20, MINUTE)

    assert (api.made("sendMessage"), state()) == (1, [(PostState.UNKNOWN, None)])
    (doubt,) = delivery.posts_in_doubt()
    assert doubt.root_id == root

    delivery.decide_post(root_id=root, verdict=PostVerdict.FOUND, message_id=101)
    correct(root, "Better words.", clock.now)
    clock.deliver(2)
    assert api.messages == {101: "<b>General: All services</b>\n\nBetter words."}


def test_an_unknown_post_that_is_absent_is_sent_again(api: BotApi, clock: Clock) -> None:
    api.faults.extend(["dead"])
    root = publish()
    clock.deliver(3, MINUTE)
    delivery.decide_post(root_id=root, verdict=PostVerdict.ABSENT)
    clock.deliver(3, MINUTE)

    assert (len(api.messages), state()) == (1, [(PostState.SENT, 101)])


@pytest.mark.parametrize("fault", ["lost", "500", "dead"])
def test_an_edit_or_a_deletion_without_an_answer_is_asked_again(api: BotApi, clock: Clock, fault: str) -> None:
    first = publish()
    clock.deliver()
    second = correct(first, "Better words.", clock.now)
    api.faults.extend([fault])
    clock.deliver(3, MINUTE)
    assert api.messages == {101: "<b>General: All services</b>\n\nBetter words."}

    commands.withdraw(notice_id=second, withdrawn_by="olga", why="Not so", now=clock.now)
    api.faults.extend([fault])
    clock.deliver(3, MINUTE)
    assert (api.messages, state()) == ({}, [(PostState.DELETED, 101)])


def test_too_many_requests_waits_as_long_as_it_is_told(api: BotApi, clock: Clock) -> None:
    api.faults.extend(["429"])
    publish()
    clock.deliver(7, SECOND)
    assert api.made("sendMessage") == 1

    clock.deliver(2, SECOND)
    assert (api.made("sendMessage"), state()) == (2, [(PostState.SENT, 101)])


def test_a_refused_post_is_parked_and_shown_and_can_be_tried_again(api: BotApi, clock: Clock) -> None:
    api.faults.extend(["400"])
    root = publish()
    clock.deliver(5, MINUTE)

    (doubt,) = delivery.posts_in_doubt()
    assert (doubt.state, doubt.words) == (PostState.PARKED, "Bad Request: can't parse entities")
    assert api.made("sendMessage") == 1
    with pytest.raises(UnableToDecidePost):
        delivery.decide_post(root_id=root, verdict=PostVerdict.ABSENT)
    delivery.decide_post(root_id=root, verdict=PostVerdict.AGAIN)
    clock.deliver(2)
    assert state() == [(PostState.SENT, 101)]


def test_no_connection_means_later(api: BotApi, clock: Clock, settings: object) -> None:
    settings.TELEGRAM_API = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    publish()
    clock.deliver(2)
    assert state() == [(PostState.WAITING, None)]

    settings.TELEGRAM_API = api.url  # type: ignore[attr-defined]
    clock.deliver(20)
    assert state() == [(PostState.SENT, 101)]


def test_the_pace_is_one_a_second_and_twenty_a_minute(api: BotApi, clock: Clock) -> None:
    for number in range(30):
        publish(f"Number {number}.")

    clock.deliver(4, SECOND / 4)
    assert len(api.messages) == 1
    clock.deliver(58, SECOND)
    assert len(api.messages) == 20
    clock.deliver(60, SECOND)
    assert len(api.messages) == 30


def test_a_worker_that_dies_while_it_sends_leaves_an_unknown_post(api: BotApi, clock: Clock) -> None:
    publish()
    assert delivery._claim(now=clock.now) is not None  # it dies here
    clock.now += 2 * MINUTE
    clock.deliver(3)

    assert (api.calls, state()) == ([], [(PostState.UNKNOWN, None)])


def test_many_workers_send_each_post_once(api: BotApi) -> None:
    for number in range(12):
        publish(f"Number {number}.")
    ticks = iter(range(100_000))
    lock = threading.Lock()

    def clock() -> datetime:
        with lock:
            return NOON + next(ticks) * 2 * SECOND

    def work() -> None:
        for _ in range(30):
            delivery.deliver_next(clock=clock)
        connection.close()

    in_threads(work, 4)

    assert len(api.messages) == len(set(api.messages.values())) == api.made("sendMessage") == 12


def in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_token_is_shown_nowhere(api: BotApi) -> None:
    assert TOKEN not in repr(configured())
    assert TOKEN not in masked(f"POST {api.url}/bot{TOKEN}/sendMessage")


@given(about=st.text(max_size=3000), text=st.text(max_size=5000))
def test_a_post_is_short_enough_and_holds_no_markup_but_ours(about: str, text: str) -> None:
    assert_plain_and_short(post_of(Told(kind="Price", about=about, text=text)), notices=1)


@given(st.lists(st.tuples(st.text(max_size=200), st.text(max_size=4000)), min_size=2, max_size=60))
def test_a_post_for_many_is_short_enough_and_holds_no_markup_but_ours(many: list[tuple[str, str]]) -> None:
    told = [Told(kind="Price", about=about, text=text) for about, text in many]

    assert_plain_and_short(list_of(told), notices=len(told))


def assert_plain_and_short(said: str, *, notices: int) -> None:
    """Telegram takes it, and whoever wrote names and words has added neither a tag nor a link."""
    bare = said.replace("<b>", "", notices).replace("</b>", "", notices)
    assert "<" not in bare
    assert ">" not in bare
    plain = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert units(plain) <= UNITS_MAX


def test_a_mean_title_adds_no_link() -> None:
    said = post_of(Told(kind="New", about='</b><a href="https://evil.example">Free</a>', text="&lt;b&gt;"))

    assert said == '<b>New: &lt;/b&gt;&lt;a href="https://evil.example"&gt;Free&lt;/a&gt;</b>\n\n&amp;lt;b&amp;gt;'
