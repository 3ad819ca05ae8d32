"""Posts of the channel become notices: by webhook and by asking, once, with staff having the last word."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from tests.botapi import CHANNEL, SECRET, TOKEN, BotApi, bot_api, post
from tests.journeys.notices.test_pages import publish
from tests.journeys.web.visitor import Visitor, fields, text

from sevenpanel.catalog.domain import ServiceState
from sevenpanel.notices import queries
from sevenpanel.notices.channel import delivery, intake
from sevenpanel.notices.domain import Origin
from sevenpanel.terms import NoticeKind, Scope

DOOR = "/channel/telegram/"


@pytest.fixture
def api(settings: Any, db: None) -> Iterator[BotApi]:
    with bot_api() as running:
        settings.TELEGRAM_TOKEN, settings.TELEGRAM_CHANNEL, settings.TELEGRAM_SECRET = TOKEN, CHANNEL, SECRET
        settings.TELEGRAM_API = running.url
        yield running


def bring(update: object, secret: str = SECRET) -> int:
    """What Telegram does: no session, no token of a form, its header only."""
    answer = Visitor().client.post(
        DOOR,
        update if isinstance(update, str) else json.dumps(update),
        content_type="application/json",
        headers={"X-Telegram-Bot-Api-Secret-Token": secret},
    )
    return int(answer.status_code)


def kinds() -> list[tuple[NoticeKind, Scope, int | str | None]]:
    return [(u.row.notice.kind, u.row.notice.scope, u.row.notice.subject) for u in queries.updates()]


def test_3_a_tagged_post_is_in_force_at_once_and_an_untagged_one_is_general(
    api: BotApi, alice: Visitor, service: int
) -> None:
    assert bring(post(1, 5, f"Delay on #{service} until Friday")) == 200
    assert bring(post(2, 6, "Happy holidays, we are late with answers")) == 200

    assert kinds() == [(NoticeKind.GENERAL, Scope.ALL, None), (NoticeKind.DELAY, Scope.SERVICE, service)]
    assert "until Friday" in text(alice.get(f"/orders/new/?service={service}"))
    assert {u.row.origin for u in queries.updates()} == {Origin.CHANNEL}


def test_a_post_can_pause_a_service_and_another_one_bring_it_back(api: BotApi, service: int) -> None:
    def state() -> ServiceState:
        found = queries.effective_service(service_id=service, customer_id=None, at=timezone.now())
        assert found is not None
        return found.service.state

    bring(post(1, 5, f"#{service} #paused for repairs"))
    assert state() is ServiceState.PAUSED
    bring(post(2, 6, f"#{service} #back"))
    assert state() is ServiceState.LISTED


def test_the_same_update_twice_is_one_notice_and_a_late_one_changes_nothing(api: BotApi, service: int) -> None:
    first = post(1, 5, f"#{service} one")
    edited = post(2, 5, f"#{service} two", edited=2000)
    for update in (first, first, edited, edited, first, post(3, 5, f"#{service} older", edited=1500)):
        assert bring(update) == 200

    (shown,) = queries.updates()
    assert shown.row.notice.text == f"#{service} two"
    assert len(queries.history(root_id=shown.root_id)) == 2


def test_an_edit_that_names_other_services_follows(api: BotApi, service: int) -> None:
    bring(post(1, 5, "Something is slow"))
    bring(post(2, 5, f"Something is slow: #{service}", edited=2000))

    tagged, general = queries.updates()
    assert (tagged.row.notice.kind, tagged.row.notice.subject) == (NoticeKind.DELAY, service)
    assert tagged.row.notice.withdrawn_at is None
    assert general.row.notice.withdrawn_at is not None


def test_a_tag_of_no_service_is_no_tag(api: BotApi, service: int) -> None:
    bring(post(1, 5, "Look at #999999999 and #2026x and a#1"))

    assert kinds() == [(NoticeKind.GENERAL, Scope.ALL, None)]


def test_staff_correct_a_mistake_and_later_edits_in_the_channel_do_not_undo_it(
    api: BotApi, olga: Visitor, service: int
) -> None:
    bring(post(1, 5, f"#{service} #paused"))
    (wrong,) = queries.updates()
    address = f"/desk/notices/{wrong.root_id}/correct/"
    form = fields(olga.get(f"/desk/notices/{wrong.root_id}/"), f"post {address}")
    form |= {"kind": "delay", "scope": "service", "why": "It was a delay"}
    assert olga.post(address, form).status_code == 302

    bring(post(2, 5, f"#{service} #paused again", edited=2000))

    (shown,) = queries.updates()
    assert (shown.row.notice.kind, shown.row.written_by) == (NoticeKind.DELAY, "support@example.org")


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "é"])
def test_without_the_secret_nothing_is_taken(api: BotApi, service: int, secret: str) -> None:
    assert bring(post(1, 5, f"#{service} #paused"), secret) == 403
    assert queries.updates() == []


def test_the_door_is_closed_while_the_channel_is_off(db: None) -> None:
    assert bring(post(1, 5, "Hello")) == 404


@pytest.mark.parametrize(
    "update",
    [
        "no json", [], 7, {}, {"channel_post": 7}, {"channel_post": {"chat": 7}}, {"update_id": "x"},
        {"channel_post": {"message_id": 1, "date": 1, "text": "x", "chat": {"id": 9, "username": "other"}}},
        {"channel_post": {"message_id": "1", "date": 1, "text": "x", "chat": {"username": CHANNEL[1:]}}},
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"username": CHANNEL[1:]}}},
        {"message": {"message_id": 1, "date": 1, "text": "private", "chat": {"id": 5}}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_or_is_not_about_the_channel_is_passed_over(api: BotApi, update: object) -> None:
    assert bring(update) == (400 if update == "no json" else 200)
    assert queries.updates() == []


def test_the_worker_asks_for_posts_when_there_is_no_webhook(api: BotApi, settings: Any, service: int) -> None:
    settings.TELEGRAM_SECRET = ""
    api.updates.append(post(41, 5, f"#{service} delayed"))

    assert intake.poll(clock=timezone.now) is True
    assert intake.poll(clock=timezone.now) is False

    assert kinds() == [(NoticeKind.DELAY, Scope.SERVICE, service)]
    assert [asked["offset"] for name, asked in api.calls if name == "getUpdates"] == [0, 42]


def test_our_own_post_does_not_come_back_as_a_notice(api: BotApi, olga: Visitor, service: int) -> None:
    publish(olga, service)
    delivery.deliver_next(clock=timezone.now)

    bring(post(1, 101, "Our own post, edited by an administrator", edited=3000))

    assert len(queries.updates()) == 1


def test_the_operator_decides_a_post_of_unknown_fate(api: BotApi, olga: Visitor, service: int) -> None:
    api.faults.append("lost")
    root = publish(olga, service)
    delivery.deliver_next(clock=timezone.now)
    assert "In the channel" in text(olga.get("/desk/notices/"))

    refused = olga.client.post(f"/desk/notices/{root}/post/", {"verdict": "found"}, follow=True)
    assert "Say of an unknown post" in text(refused)
    olga.post(f"/desk/notices/{root}/post/", {"verdict": "found", "message_id": "101"})

    assert delivery.posts_in_doubt() == []
