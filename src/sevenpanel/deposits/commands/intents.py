"""Intents: a customer says what is to come, and gets a quote and a place to send it to. No money moves here."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sevenpanel.deposits import models
from sevenpanel.deposits.commands import evidence
from sevenpanel.deposits.commands.evidence import Upload
from sevenpanel.deposits.commands.locking import lock_customers
from sevenpanel.deposits.domain.ways import IntentState, MethodKind
from sevenpanel.deposits.queries.adapters import adapter_named
from sevenpanel.deposits.queries.ways import Quote, method_row, quote
from sevenpanel.deposits.sources.interface import Destination, SourceUnavailable, UnableToOpen
from sevenpanel.kernel import db
from sevenpanel.kernel.cleaning import CleanFile
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say

# Letters and digits that nobody takes for one another, also on a bank's paper.
_ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
CODE_LENGTH = 8
OPEN_FOR = timedelta(days=30)
OPEN_MAX = 20
NOTE_LENGTH_MAX = 500


class UnableToOpenIntent(Refusal):
    """An intent that could not be opened, or changed. Nothing was charged."""


def open_intent(
    *,
    customer_id: int,
    user_id: int,
    method_id: int,
    wanted_micros: int | None,
    currency: str,
    request_id: str,
    now: datetime,
) -> int:
    """Open an intent: quote a rate, and get the place to send to (a command; a processor may be called in between).

    The same request again gives the same intent, for ever.

    :param wanted_micros: by how much the balance is to grow; None to send any amount.
    :returns: the intent's id.
    :raises UnableToOpenIntent: when the request id stood for something else, or too many are open.
    :raises UnableToQuote: when the sum cannot be quoted.
    :raises UnableToOpen: when there is no place to send to at the moment; asked again, it goes on from there.
    """
    intent_id = _begin(customer_id, user_id, method_id, wanted_micros, currency, request_id, now)
    intent = models.Intent.objects.select_related("method__asset").get(id=intent_id)
    if intent.method.kind == MethodKind.ASSET and not intent.address:
        _place(intent.id, _destination(intent, now))
    return intent_id


@db.command
def _begin(
    customer_id: int,
    user_id: int,
    method_id: int,
    wanted: int | None,
    currency: str,
    request_id: str,
    now: datetime,
) -> int:
    lock_customers([customer_id])
    print_ = sha256(f"{method_id}/{wanted}".encode()).digest()
    before = models.Intent.objects.filter(customer_id=customer_id, request_id=request_id).first()
    if before is not None:
        if bytes(before.fingerprint) != print_:
            raise UnableToOpenIntent(say("This form was sent before with other values. Load the page again."))
        return before.id
    method = models.Method.objects.select_related("asset").filter(id=method_id, is_open=True).first()
    if method is None:
        raise UnableToOpenIntent(say("This way to add funds is closed. Choose another one."))
    _refuse_too_many(customer_id)
    found = quote(method=method_row(method), wanted_micros=wanted, currency=currency, now=now) if wanted else None
    intent = models.Intent(
        customer_id=customer_id,
        opened_by=user_id,
        method=method,
        request_id=request_id,
        fingerprint=print_,
        code="".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH)),
        wanted_micros=wanted,
        expires_at=now + OPEN_FOR,
        opened_at=now,
    )
    if found is not None and found.raw is not None:
        _lock_rate(intent, found, now + timedelta(minutes=method.lock_minutes))
    intent.save(force_insert=True)
    return intent.id


def _refuse_too_many(customer_id: int) -> None:
    count = models.Intent.objects.filter(customer_id=customer_id, state=IntentState.OPEN.value).count()
    if count >= OPEN_MAX:
        raise UnableToOpenIntent(
            say("You have %(n)s open payments. Close those that you do not need first.", n=Count(OPEN_MAX))
        )


def _lock_rate(intent: models.Intent, found: Quote, until: datetime) -> None:
    assert found.rate is not None
    intent.quoted_raw, intent.rate_e12 = found.raw, found.rate.rate_e12
    intent.rate_source, intent.rate_as_of = found.rate.source, found.rate.as_of
    intent.locked_until = until


def _destination(intent: models.Intent, now: datetime) -> Destination:
    assert intent.method.asset is not None
    source = adapter_named(intent.method.source)
    if source is None:
        raise UnableToOpen(say("This way to add funds is not ready. Choose another one, or try again later."))
    try:
        return source.destination(
            customer_id=intent.customer_id,
            intent_id=intent.id,
            asset=intent.method.asset.value,
            raw=intent.quoted_raw,
            now=now,
        )
    except SourceUnavailable as away:
        raise UnableToOpen(
            say("The payment service does not answer at the moment. Try again in a minute, or choose another way.")
        ) from away


@db.command
def _place(intent_id: int, destination: Destination) -> None:
    intent = models.Intent.objects.select_for_update().get(id=intent_id)
    if intent.address:
        return
    intent.address, intent.uri = destination.address, destination.uri
    intent.page, intent.reference = destination.page, destination.reference
    intent.expires_at = destination.expires_at or intent.expires_at
    intent.save(update_fields=["address", "uri", "page", "reference", "expires_at"])


@db.command
def close_intent(*, customer_id: int, intent_id: int) -> None:
    """Close one's own intent. What is sent to its address all the same is credited.

    :raises UnableToOpenIntent: when this customer has no such open intent.
    """
    changed = models.Intent.objects.filter(id=intent_id, customer_id=customer_id, state=IntentState.OPEN.value).update(
        state=IntentState.CLOSED.value
    )
    if not changed:
        raise UnableToOpenIntent(say("There is no such open payment on this account."))


def announce(
    *, customer_id: int, user_id: int, intent_id: int, note: str, uploads: Sequence[Upload], now: datetime
) -> None:
    """Say that one has paid by hand, with the slip, so that staff look for it (a command).

    :raises UnableToOpenIntent: when this customer has no such open intent by hand.
    :raises UnableToTakeEvidence: when a slip stands for another payment.
    """
    with evidence.stored(uploads) as files:
        _announce(customer_id, user_id, intent_id, note, files, now)


@db.command
def _announce(
    customer_id: int, user_id: int, intent_id: int, note: str, files: list[tuple[str, CleanFile]], now: datetime
) -> None:
    lock_customers([customer_id])
    intent = models.Intent.objects.filter(id=intent_id, customer_id=customer_id, state=IntentState.OPEN.value).first()
    if intent is None or intent.method.kind == MethodKind.ASSET:
        raise UnableToOpenIntent(say("There is no such open payment on this account."))
    if not files and not note.strip():
        raise UnableToOpenIntent(say("Add the slip, or write when and from where you paid, so that it can be found."))
    evidence.keep(files, intent=intent, person_id=user_id, now=now)
    intent.announced_at = intent.announced_at or now
    intent.announced_note = "\n".join(filter(None, [intent.announced_note, note.strip()]))[:NOTE_LENGTH_MAX]
    intent.save(update_fields=["announced_at", "announced_note"])


@db.command
def expire_intents(*, now: datetime) -> int:
    """Mark intents whose time is over. Addresses stay watched; only quotes end.

    :returns: how many.
    """
    return models.Intent.objects.filter(
        state=IntentState.OPEN.value, expires_at__lte=now, announced_at__isnull=True
    ).update(state=IntentState.EXPIRED.value)
