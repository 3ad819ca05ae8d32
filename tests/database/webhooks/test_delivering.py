"""What happens to orders is told: signed, in few calls, again until it arrives, and to nobody else (ADR 31)."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.database.orders.running import placed, reported
from tests.database.webhooks.playing import MINUTE, REST, deliver, gather, hook, play, rows
from tests.lettering import SOON, sent_by
from tests.receiver import Came, Receiver
from tests.shop import NOON, Person, open_customer, team_mate

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel import chaos
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders.domain import Status
from sevenpanel.webhooks import commands, queries
from sevenpanel.webhooks.commands import sending
from sevenpanel.webhooks.domain import BY_HAND_MAX, GIVEN_UP_AFTER, LEASE, OFF_AFTER, OLD_SECRET_LIVES, DeliveryState

LATER = NOON + 2 * MINUTE


def is_signed(call: Came, secret: str) -> bool:
    """Whether one of the signatures of a call was made with a secret."""
    parts = [part.partition("=") for part in call.headers["x-7panel-signature"].split(",")]
    at = next(value for name, _, value in parts if name == "t")
    expected = hmac.new(secret.encode(), f"{at}.".encode() + call.body, hashlib.sha256).hexdigest()
    return expected in [value for name, _, value in parts if name == "v1"]


@pytest.mark.django_db(transaction=True)
def test_a_real_order_is_told_of_as_status_tells_it(receiver: Receiver) -> None:
    alice, mallory = open_customer("Alice", balance="10"), open_customer("Mallory", balance="10")
    placed(alice, link="t.me/before_anybody_listened")
    webhook, secret = hook(alice, receiver, KeyKind.LIVE)
    order = placed(alice)
    reported(placed(mallory), Status.IN_PROGRESS, 500)
    reported(order, Status.IN_PROGRESS, 900)
    gather()
    assert deliver() == 1
    reported(order, Status.PARTIAL, 157)
    gather()
    gather()
    deliver(LATER + REST)

    first, second = receiver.calls
    (event,) = first.events
    told = {name: event[name] for name in ("type", "test", "order", "status", "remains", "charge", "currency")}
    assert told == {
        "type": "order.changed", "test": False, "order": order, "status": "In progress", "remains": "900",
        "charge": "0.90", "currency": "USD",
    }  # fmt: skip
    assert [each["status"] for each in second.events] == ["Partial"]
    assert second.events[0]["charge"] == "0.7587"
    assert first.ids != second.ids
    assert is_signed(first, secret)
    assert [row.state for row in rows(webhook)] == [DeliveryState.DELIVERED] * 2


@pytest.mark.django_db(transaction=True)
def test_of_whoever_listens_only_those_who_have_news_cost_a_question(receiver: Receiver) -> None:
    alice = open_customer("Alice", balance="10")
    for person in (alice, *(open_customer(name) for name in ("Bob", "Carol", "Dave"))):
        hook(person, receiver, KeyKind.LIVE)
    reported(placed(alice), Status.IN_PROGRESS, 500)

    with CaptureQueriesContext(connection) as asked:
        gather()

    assert len([each for each in asked if "FROM orders_order" in each["sql"]]) == 1
    assert deliver() == 1


@pytest.mark.django_db
def test_many_events_share_few_calls(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    play(alice, 240)
    gather(NOON + MINUTE)
    play(alice, 30, now=NOON + MINUTE)
    gather()

    deliver(step=REST)

    assert [len(call.ids) for call in receiver.calls] == [100, 100, 70]
    assert len(set(receiver.ids)) == 270
    assert all(event["test"] for call in receiver.calls for event in call.events)
    assert [row.events for row in rows(webhook)] == [100, 100, 70]


@pytest.mark.django_db
def test_a_life_is_told_in_its_order(alice: Person, receiver: Receiver) -> None:
    hook(alice, receiver)
    play(alice, course="partial")

    gather()
    deliver()

    assert [event["status"] for call in receiver.calls for event in call.events] == ["In progress", "Partial"]
    assert receiver.calls[0].events[1]["remains"] == "50"


@pytest.mark.django_db
def test_what_fails_is_tried_again_under_the_same_ids_and_the_rest_waits(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    receiver.statuses.extend([500, 302])
    receiver.headers["Location"] = receiver.url
    play(alice)
    gather(NOON + MINUTE)

    assert deliver(LATER) == 1
    play(alice, now=NOON + MINUTE)
    gather(LATER)
    assert deliver(LATER + timedelta(seconds=9)) == 0
    assert deliver(LATER + timedelta(seconds=10)) == 1  # a redirect is not followed, and is no success
    assert deliver(LATER + timedelta(seconds=50), step=REST) == 2

    first, *more = [call.ids for call in receiver.calls]
    assert more[:2] == [first, first]
    assert len(receiver.calls) == 4
    assert [(row.tries, row.status) for row in rows(webhook)] == [(3, 200), (1, 200)]
    row = queries.webhook(customer_id=alice.customer_id, webhook_id=webhook)
    assert row is not None
    assert (row.failures, row.failing_since) == (0, None)


@pytest.mark.django_db
def test_after_three_days_a_call_is_given_up_and_after_five_the_address(alice: Person, receiver: Receiver) -> None:
    bob = team_mate("Bob", alice)
    webhook, _ = hook(alice, receiver)
    receiver.statuses.extend([500] * 200)
    play(alice, 2)
    gather()

    now = LATER
    while (row := queries.webhook(customer_id=alice.customer_id, webhook_id=webhook)) and row.is_on:
        now = max(row.due_at, now + MINUTE)
        if deliver(now) == 0:
            play(alice, now=now - MINUTE)
            gather(now)
        assert now < NOON + OFF_AFTER + timedelta(days=1)

    assert row is not None
    assert row.off_at is not None
    assert row.off_at - LATER >= OFF_AFTER
    assert {each.state for each in rows(webhook)} == {DeliveryState.GIVEN_UP}
    given_up = rows(webhook)[0]
    assert given_up.tried_at is not None
    assert GIVEN_UP_AFTER <= given_up.tried_at - LATER < GIVEN_UP_AFTER + timedelta(hours=4)
    letters = sent_by(now + SOON)
    assert sorted(letter.to[0] for letter in letters) == sorted([alice.email, bob.email])
    assert all(receiver.url in str(letter.body) for letter in letters)
    assert all(f"/keys/webhooks/{webhook}/" in str(letter.body) for letter in letters)

    receiver.statuses.clear()
    commands.switch_on(customer_id=alice.customer_id, webhook_id=webhook, now=now)
    play(alice, now=now)
    gather(now + MINUTE)
    assert deliver(now + MINUTE) == 1


@pytest.mark.django_db
def test_whoever_tries_an_address_waits_for_nothing(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    receiver.statuses.append(500)
    play(alice)
    gather()
    deliver()

    commands.send_trial(customer_id=alice.customer_id, webhook_id=webhook, now=LATER)
    assert deliver() == 2  # the trial arrives, and the address is taken for well again
    assert receiver.calls[1].events[0]["type"] == "test"

    told = rows(webhook)[0]
    commands.send_again(customer_id=alice.customer_id, webhook_id=webhook, delivery_id=told.id, now=LATER)
    deliver(LATER + REST)
    assert receiver.calls[-1].ids == receiver.calls[0].ids


@pytest.mark.django_db
def test_c6_a_trial_that_arrives_hands_out_no_call_that_is_being_made(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    play(alice)
    gather()
    tried: list[str] = []

    def try_it(point: str) -> None:
        if point == "webhook.before_call" and not tried:
            tried.append(point)
            commands.send_trial(customer_id=alice.customer_id, webhook_id=webhook, now=LATER)
            deliver()

    with chaos.heard_by(try_it):
        deliver()

    assert sorted(event["type"] for call in receiver.calls for event in call.events) == ["order.changed", "test"]
    assert [row.tries for row in rows(webhook)] == [1, 1]


@pytest.mark.django_db
def test_trials_wait_their_turn_so_that_one_account_keeps_nobody_waiting(alice: Person, receiver: Receiver) -> None:
    hook(alice, receiver)
    play(alice)
    gather()
    mallory = open_customer("Mallory")
    theirs, _ = hook(mallory, receiver)
    for _ in range(BY_HAND_MAX):
        commands.send_trial(customer_id=mallory.customer_id, webhook_id=theirs, now=LATER)
    with pytest.raises(commands.UnableToMakeWebhook, match="on their way already"):
        commands.send_trial(customer_id=mallory.customer_id, webhook_id=theirs, now=LATER)

    deliver()

    assert [event["type"] for call in receiver.calls for event in call.events] == ["order.changed"] + ["test"] * 3


@pytest.mark.django_db
def test_a_trial_that_fails_is_told_and_not_repeated(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    receiver.statuses.append(418)
    receiver.answer = "no ☕\0".encode() + b"x" * 1_000_000

    commands.send_trial(customer_id=alice.customer_id, webhook_id=webhook, now=LATER)
    assert deliver() == 1

    (row,) = rows(webhook)
    assert (row.state, row.status, row.tries) == (DeliveryState.GIVEN_UP, 418, 1)
    assert row.answer.startswith("no ☕\N{REPLACEMENT CHARACTER}xxx")
    assert len(row.answer) <= 500


@pytest.mark.django_db
def test_a_new_secret_signs_at_once_and_the_old_one_for_a_day(alice: Person, receiver: Receiver) -> None:
    webhook, old = hook(alice, receiver)
    new = commands.replace_secret(customer_id=alice.customer_id, webhook_id=webhook, now=NOON)

    def signed(at: datetime) -> tuple[bool, bool]:
        commands.send_trial(customer_id=alice.customer_id, webhook_id=webhook, now=at)
        deliver(at)
        return is_signed(receiver.calls[-1], old), is_signed(receiver.calls[-1], new)

    assert signed(NOON) == (True, True)
    assert signed(NOON + OLD_SECRET_LIVES) == (False, True)


@pytest.mark.django_db
def test_s1_webhooks_of_others_do_not_exist(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    mallory = open_customer("Mallory").customer_id
    acts: list[Callable[[], object]] = [
        lambda: commands.send_trial(customer_id=mallory, webhook_id=webhook, now=NOON),
        lambda: commands.send_again(customer_id=mallory, webhook_id=webhook, delivery_id=1, now=NOON),
        lambda: commands.replace_secret(customer_id=mallory, webhook_id=webhook, now=NOON),
        lambda: commands.switch_on(customer_id=mallory, webhook_id=webhook, now=NOON),
        lambda: commands.remove_webhook(customer_id=mallory, webhook_id=webhook),
    ]

    for act in acts:
        with pytest.raises(commands.UnableToUseWebhook):
            act()
    assert queries.webhook(customer_id=mallory, webhook_id=webhook) is None


@pytest.mark.django_db
def test_an_account_has_few_addresses_and_what_was_told_is_forgotten(alice: Person, receiver: Receiver) -> None:
    webhook, _ = hook(alice, receiver)
    for _ in range(2):
        hook(alice, receiver)
    with pytest.raises(commands.UnableToMakeWebhook):
        hook(alice, receiver)

    play(alice)
    gather()
    deliver()
    assert commands.forget_deliveries(now=NOON + timedelta(days=15)) == 3
    commands.remove_webhook(customer_id=alice.customer_id, webhook_id=webhook)
    assert len(queries.webhooks(customer_id=alice.customer_id)) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://192.168.1.1:8443/",
        "https://localhost/", "https://printer.local/", "https://metadata.google.internal/", "file:///etc/passwd",
        "gopher://shop.example.com/", "https://user:pass@shop.example.com/", "https://shop.example.com:22/", "https://",
        "shop.example.com", "", "https://shop.example.com/" + "x" * 500,
    ],
)  # fmt: skip
def test_s12_an_address_that_is_not_public_is_refused(alice: Person, url: str) -> None:
    with pytest.raises(Refusal, match="Write a public address"):
        commands.make_webhook(customer_id=alice.customer_id, url=url, kind=KeyKind.LIVE, now=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("leads_to", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
def test_s12_a_name_that_leads_inside_is_never_connected_to(
    alice: Person, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, leads_to: str
) -> None:
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    webhook, _ = commands.make_webhook(
        customer_id=alice.customer_id, url=f"https://shop.example.com:{port}/", kind=KeyKind.TEST, now=NOON
    )
    connected: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: [(2, 1, 6, "", (leads_to, port))])
    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", lambda *a, **k: connected.append(a))

    commands.send_trial(customer_id=alice.customer_id, webhook_id=webhook, now=NOON)
    deliver(NOON)

    (row,) = rows(webhook)
    assert (row.state, row.status) == (DeliveryState.GIVEN_UP, None)
    assert "not a public address" in row.words
    assert leads_to not in row.words  # which names there are inside is told to nobody
    assert connected == []
    assert receiver.calls == []


def dies_at(point: str) -> Callable[[str], None]:
    def listen(name: str) -> None:
        if name == point:
            raise chaos.Killed

    return listen


@pytest.mark.django_db
def test_k1_whoever_dies_while_gathering_loses_nothing_and_tells_nothing_twice(
    alice: Person, receiver: Receiver
) -> None:
    webhook, _ = hook(alice, receiver)
    play(alice)

    with chaos.heard_by(dies_at("webhook.before_gathered")), pytest.raises(chaos.Killed):
        commands.gather(now=LATER)
    assert rows(webhook) == []
    gather()
    gather()
    deliver()

    assert len(receiver.ids) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("point", "calls"), [("webhook.before_call", 1), ("webhook.after_call", 2)])
def test_k1_whoever_dies_while_calling_leaves_it_to_be_told_under_the_same_id(
    alice: Person, receiver: Receiver, point: str, calls: int
) -> None:
    webhook, _ = hook(alice, receiver)
    play(alice)
    gather()

    with chaos.heard_by(dies_at(point)), pytest.raises(chaos.Killed):
        commands.deliver_next(clock=lambda: LATER)
    assert deliver(LATER + LEASE - timedelta(seconds=1)) == 0
    assert deliver(LATER + LEASE) == 1

    assert len(receiver.calls) == calls
    assert len(set(receiver.ids)) == 1
    assert [row.state for row in rows(webhook)] == [DeliveryState.DELIVERED]


@pytest.mark.django_db
def test_k1_shown_red_what_is_noted_before_it_is_sent_is_lost(
    alice: Person, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _ = hook(alice, receiver)
    play(alice)
    gather()
    claim = sending._claim

    def hasty(now: datetime) -> sending.Claim | None:
        made = claim(now)
        if made is not None:
            sending._record(claim=made, answer=sending.Answer(status=200, body=b"", words="", took_ms=0), now=now)
        return made

    monkeypatch.setattr(sending, "_claim", hasty)
    with chaos.heard_by(dies_at("webhook.before_call")), pytest.raises(chaos.Killed):
        commands.deliver_next(clock=lambda: LATER)

    assert deliver(LATER + LEASE) == 0
    assert (receiver.calls, [row.state for row in rows(webhook)]) == ([], [DeliveryState.DELIVERED])
