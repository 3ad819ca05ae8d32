"""Addresses of webhooks: made, their secrets replaced, tried out, switched on again, removed."""

import secrets
from datetime import datetime
from ipaddress import ip_address

from sevenpanel.accounts.domain import BASE62, KeyKind
from sevenpanel.kernel import db
from sevenpanel.kernel.addresses import AddressRefused, checked_url, is_public
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say
from sevenpanel.kernel.sealing import seal
from sevenpanel.orders.queries import endings
from sevenpanel.webhooks import models
from sevenpanel.webhooks.domain import (
    ADDRESS_LENGTH_MAX,
    ADDRESSES_MAX,
    BY_HAND_MAX,
    OLD_SECRET_LIVES,
    SECRET_PREFIX,
    DeliveryState,
    trial_event,
)

PURPOSE = b"webhook secret"
SECRET_LENGTH = 40

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('webhooks/' || %s::bigint, 0))"
_NO_SUCH = say("There is no such webhook on this account.")


class UnableToMakeWebhook(Refusal):
    """An address that cannot be told of orders."""

    status = 422


class UnableToUseWebhook(Refusal):
    """There is no such webhook or delivery."""

    status = 404


@db.command
def make_webhook(
    *, customer_id: int, url: str, kind: KeyKind, now: datetime, is_private: bool = False
) -> tuple[int, str]:
    """Let an address be told of orders from now on.

    :param is_private: whether it may be plain and lead to this machine; no page lets a customer say so.
    :returns: its id, and its secret: the only time that anybody sees it.
    :raises UnableToMakeWebhook: when the address is not one that the desk calls, or is one too many.
    """
    url = _checked(url.strip(), is_private=is_private)
    db.rows(_LOCK, [customer_id])
    if models.Endpoint.objects.filter(customer_id=customer_id).count() >= ADDRESSES_MAX:
        raise UnableToMakeWebhook(
            say("An account has at most %(n)s webhooks. Remove one first.", n=Count(ADDRESSES_MAX, False))
        )
    _catch_up(now)
    secret = _new_secret()
    made = models.Endpoint.objects.create(
        customer_id=customer_id,
        kind=kind.value,
        url=url,
        is_private=is_private,
        secret=seal(secret, purpose=PURPOSE),
        is_on=True,
        created_at=now,
        due_at=now,
        failures=0,
    )
    return made.id, secret


def _checked(url: str, *, is_private: bool) -> str:
    """The address, if it has the form of one that may be called; where it leads is checked at each call (S-12)."""
    try:
        read = checked_url(url, allow_private=is_private)
    except AddressRefused:
        read = None
    is_good = read is not None and len(url) <= ADDRESS_LENGTH_MAX and (is_private or read.scheme == "https")
    if not is_good or (read is not None and not is_private and _is_private(read.host)):
        raise UnableToMakeWebhook(
            say(
                "Write a public address that begins with https://, such as https://shop.example.com/orders, without a "
                "user name and on an ordinary port."
            )
        )
    return url


def _is_private(host: str) -> bool:
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _catch_up(now: datetime) -> None:
    """Begin at the present: while nobody is told anything, nobody reads what happens."""
    mark = locked_tide()
    if not models.Endpoint.objects.filter(is_on=True).exists():
        last = endings.tide().last
        mark.read_upto, mark.seen, mark.writing, mark.played_upto = last, last, [], now
        mark.save(update_fields=["read_upto", "seen", "writing", "played_upto"])


@db.step
def locked_tide() -> models.Tide:
    """The mark up to which orders were read, locked until the caller's transaction ends."""
    models.Tide.objects.bulk_create([models.Tide(id=1)], ignore_conflicts=True)
    return models.Tide.objects.select_for_update().get(id=1)


def _new_secret() -> str:
    return SECRET_PREFIX + "".join(secrets.choice(BASE62) for _ in range(SECRET_LENGTH))


def _mine(customer_id: int, webhook_id: int) -> models.Endpoint:
    found = models.Endpoint.objects.select_for_update().filter(id=webhook_id, customer_id=customer_id).first()
    if found is None:
        raise UnableToUseWebhook(_NO_SUCH)
    return found


@db.command
def replace_secret(*, customer_id: int, webhook_id: int, now: datetime) -> str:
    """Make a new secret; calls are signed with both for a while (S-35).

    :returns: the new one: the only time that anybody sees it.
    :raises UnableToUseWebhook: when this customer has no such webhook.
    """
    endpoint, secret = _mine(customer_id, webhook_id), _new_secret()
    endpoint.old_secret, endpoint.old_secret_ends_at = endpoint.secret, now + OLD_SECRET_LIVES
    endpoint.secret = seal(secret, purpose=PURPOSE)
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_ends_at"])
    return secret


@db.command
def switch_on(*, customer_id: int, webhook_id: int, now: datetime) -> None:
    """Tell an address again that was switched off; what happened meanwhile it is not told.

    :raises UnableToUseWebhook: when this customer has no such webhook.
    """
    _catch_up(now)
    endpoint = _mine(customer_id, webhook_id)
    endpoint.is_on, endpoint.off_at, endpoint.failing_since, endpoint.failures = True, None, None, 0
    endpoint.due_at = now
    endpoint.save(update_fields=["is_on", "off_at", "failing_since", "failures", "due_at"])


@db.command
def remove_webhook(*, customer_id: int, webhook_id: int) -> None:
    """Tell an address nothing more, and forget what it was told.

    :raises UnableToUseWebhook: when this customer has no such webhook.
    """
    _mine(customer_id, webhook_id).delete()


@db.command
def send_trial(*, customer_id: int, webhook_id: int, now: datetime) -> None:
    """Send an event that tells of no order, as soon as a worker looks.

    :raises UnableToUseWebhook: when this customer has no such webhook.
    """
    endpoint = _mine(customer_id, webhook_id)
    event = trial_event(f"test_{secrets.token_hex(8)}", KeyKind(endpoint.kind), now)
    _by_hand(endpoint, [event], now)


@db.command
def send_again(*, customer_id: int, webhook_id: int, delivery_id: int, now: datetime) -> None:
    """Send the events of a delivery once more, under the same ids.

    :raises UnableToUseWebhook: when this customer has no such delivery.
    """
    endpoint = _mine(customer_id, webhook_id)
    earlier = models.Delivery.objects.filter(endpoint=endpoint, id=delivery_id).first()
    if earlier is None:
        raise UnableToUseWebhook(_NO_SUCH)
    _by_hand(endpoint, earlier.events, now)


def _by_hand(endpoint: models.Endpoint, events: list[dict[str, object]], now: datetime) -> None:
    waiting = models.Delivery.objects.filter(endpoint=endpoint, is_by_hand=True, state=DeliveryState.WAITING)
    if waiting.count() >= BY_HAND_MAX:
        raise UnableToMakeWebhook(say("Some are on their way already. Look again in a moment."))
    models.Delivery.objects.create(
        endpoint=endpoint, events=events, is_by_hand=True, state=DeliveryState.WAITING, made_at=now, due_at=now,
        tries=0, answer="", words="",
    )  # fmt: skip
