"""Calling addresses: claim and commit, call, record. At least once: who dies in between leaves it to be sent again.

Of each address the calls go one after the other, oldest first, and one that fails keeps the next waiting: so an address
in trouble is asked rarely, and what happens meanwhile gathers in few calls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.calling import Call, Lost, NotSent, NotSentBecause, exchange
from sevenpanel.kernel.sealing import NotOpened, unseal
from sevenpanel.webhooks import models
from sevenpanel.webhooks.commands.addresses import PURPOSE
from sevenpanel.webhooks.domain import (
    ANSWER_BYTES_MAX,
    CALL_SECONDS,
    GIVEN_UP_AFTER,
    LEASE,
    OFF_AFTER,
    SIGNATURE_HEADER,
    DeliveryState,
    is_delivered,
    pause_after,
    shown,
    signature_header,
)

# Both rows are locked and looked at again, so that two workers never hold the same call. A call is due when nobody has
# it in hand, and its address when it is not left alone. What somebody asked for by hand waits its turn like the rest:
# otherwise one account could keep every other one's calls from being made for as long as it likes.
_NEXT = """
SELECT d.id FROM webhooks_delivery d JOIN webhooks_endpoint e ON e.id = d.endpoint_id
 WHERE d.state = 'waiting' AND d.due_at <= %(now)s
   AND (d.is_by_hand
        OR (e.is_on AND e.due_at <= %(now)s
            AND d.id = (SELECT min(f.id) FROM webhooks_delivery f
                         WHERE f.endpoint_id = e.id AND f.state = 'waiting' AND NOT f.is_by_hand)))
 ORDER BY CASE WHEN d.is_by_hand THEN d.due_at ELSE e.due_at END, d.id LIMIT 1 FOR UPDATE OF d, e SKIP LOCKED
"""
# What a name inside leads to is nobody's business outside.
_NOT_PUBLIC = "The name leads to what is not a public address."

_log = structlog.get_logger("sevenpanel.webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A call that is to be made, written down before it is made.

    :param tried_at: when; whoever records an outcome must be the one who claimed it last.
    """

    delivery_id: int
    endpoint_id: int
    tried_at: datetime
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a call.

    :param status: None when there was none.
    :param words: what went wrong, when no whole answer came.
    """

    status: int | None
    body: bytes
    words: str
    took_ms: int


def deliver_next(*, clock: Callable[[], datetime]) -> bool:
    """Make one call that is due.

    :returns: whether there was one, so that there may be more.
    """
    claim = _claim(clock())
    if claim is None:
        return False
    chaos.point("webhook.before_call")
    answer = _called(claim.call)
    chaos.point("webhook.after_call")
    _record(claim=claim, answer=answer, now=clock())
    return True


@db.command
def _claim(now: datetime) -> Claim | None:
    found = db.rows(_NEXT, {"now": now})
    if not found:
        return None
    delivery = models.Delivery.objects.select_related("endpoint").get(id=found[0][0])
    endpoint = delivery.endpoint
    delivery.tries, delivery.tried_at, delivery.due_at = delivery.tries + 1, now, now + LEASE
    delivery.save(update_fields=["tries", "tried_at", "due_at"])
    if not delivery.is_by_hand:
        endpoint.due_at = now + LEASE
        endpoint.save(update_fields=["due_at"])
    return Claim(
        delivery_id=delivery.id, endpoint_id=endpoint.id, tried_at=now, call=_call(endpoint, delivery.events, now)
    )


def _call(endpoint: models.Endpoint, events: list[Mapping[str, Any]], now: datetime) -> Call:
    body = msgspec.json.encode({"events": events})
    header = signature_header(_secrets(endpoint, now), body, at=int(now.timestamp()))
    return Call(
        method="POST",
        url=endpoint.url,
        headers={"Content-Type": "application/json", "User-Agent": "7Panel-Webhooks/1", SIGNATURE_HEADER: header},
        content=body,
        allow_private=endpoint.is_private,
        seconds=CALL_SECONDS,
        body_bytes_max=ANSWER_BYTES_MAX,
    )


def _secrets(endpoint: models.Endpoint, now: datetime) -> list[str]:
    """The secrets that are alive. One that was sealed under a lost secret of the desk signs nothing."""
    old = endpoint.old_secret if endpoint.old_secret_ends_at and endpoint.old_secret_ends_at > now else None
    opened = []
    for sealed in filter(None, (endpoint.secret, old)):
        try:
            opened.append(unseal(sealed, purpose=PURPOSE))
        except NotOpened:
            _log.warning("a secret cannot be opened", webhook=endpoint.id)
    return opened


def _called(call: Call) -> Answer:
    try:
        heard = exchange(call)
    except NotSent as fault:
        words = _NOT_PUBLIC if fault.because is NotSentBecause.ADDRESS_REFUSED else fault.words
        return Answer(status=None, body=b"", words=words, took_ms=fault.elapsed_ms)
    except Lost as fault:
        # What status came is known, though the rest is too long or broke off.
        return Answer(status=fault.status, body=fault.body, words=fault.words, took_ms=fault.elapsed_ms)
    return Answer(status=heard.status, body=heard.body, words="", took_ms=heard.elapsed_ms)


@db.command
def _record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    endpoint = models.Endpoint.objects.select_for_update().filter(id=claim.endpoint_id).first()
    delivery = models.Delivery.objects.select_for_update().filter(id=claim.delivery_id).first()
    is_ours = delivery is not None and delivery.tried_at == claim.tried_at and delivery.state == DeliveryState.WAITING
    if endpoint is None or delivery is None or not is_ours:
        return
    delivery.status, delivery.took_ms = answer.status, answer.took_ms
    delivery.answer, delivery.words = shown(answer.body), shown(answer.words.encode())
    if is_delivered(answer.status):
        _taken(endpoint, delivery, answer, now)
    elif delivery.is_by_hand:
        delivery.state = DeliveryState.GIVEN_UP
    else:
        _failed(endpoint, delivery, now)
    delivery.due_at = now  # in nobody's hands any more
    delivery.save(update_fields=["status", "took_ms", "answer", "words", "state", "due_at"])
    endpoint.save(update_fields=["failures", "failing_since", "due_at", "is_on", "off_at"])


def _taken(endpoint: models.Endpoint, delivery: models.Delivery, answer: Answer, now: datetime) -> None:
    delivery.state = DeliveryState.DELIVERED
    endpoint.failures, endpoint.failing_since = 0, None
    # Who takes long is asked half of the time, so that nobody keeps the others waiting.
    endpoint.due_at = now if delivery.is_by_hand else now + timedelta(milliseconds=answer.took_ms)


def _failed(endpoint: models.Endpoint, delivery: models.Delivery, now: datetime) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.due_at = now + pause_after(endpoint.failures)
    if now - delivery.made_at >= GIVEN_UP_AFTER:
        delivery.state = DeliveryState.GIVEN_UP
    if now - endpoint.failing_since >= OFF_AFTER:
        endpoint.is_on, endpoint.off_at = False, now
        delivery.state = DeliveryState.GIVEN_UP
        models.Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING, is_by_hand=False).update(
            state=DeliveryState.GIVEN_UP
        )
        models.SwitchedOff.objects.create(endpoint=endpoint, at=now)
