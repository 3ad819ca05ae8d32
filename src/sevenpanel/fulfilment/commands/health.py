"""How a provider fares: the circuit that opens after failures, and the probe that closes it again."""

from datetime import datetime

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts, resolve_alerts
from sevenpanel.fulfilment.domain import AlertKind, Wait, hold_of, sync_backoff, wish_of
from sevenpanel.kernel import db

# Matches nothing, and so writes nothing, for a provider that is well: the usual case.
_WELL = """
UPDATE fulfilment_provider SET failures = 0, held_until = NULL, held_for = NULL
 WHERE id = %s AND (failures > 0 OR held_for IS NOT NULL) AND (trouble_at IS NULL OR trouble_at <= %s) RETURNING id
"""
_ANSWERS = """
UPDATE fulfilment_provider SET sync_failures = 0, sync_after = NULL WHERE id = %s AND sync_failures > 0 RETURNING id
"""
_SILENT_FAILURES = 3
_COUNTED = (Wait.NOT_CONNECTED, Wait.ANSWERS_LOST)

_SENTENCES = {
    Wait.NOT_CONNECTED: "No connection can be made.",
    Wait.ANSWERS_LOST: "Its answers to orders are lost on the way or cannot be read.",
    Wait.NO_FUNDS: "The account there has too little funds. Top it up; waiting orders go by themselves.",
    Wait.RATE_LIMITED: "It asks to be called less often.",
    Wait.ACCOUNT_REFUSED: "It refuses our account. Check the key.",
    Wait.ADDRESS_REFUSED: "Its address may not be called. Check the URL.",
}


@db.step
def note_well(provider_id: int, *, begun_at: datetime, now: datetime) -> None:
    """A provider took or refused an order in proper form: its circuit closes.

    :param begun_at: when the attempt began; one from before the trouble says nothing about now.
    """
    if db.rows(_WELL, [provider_id, begun_at]):
        resolve_alerts(kinds=[AlertKind.PROVIDER_WAITS], subjects=[f"provider/{provider_id}"], now=now)


@db.step
def note_trouble(
    *,
    provider_id: int,
    wait: Wait,
    words: str,
    begun_at: datetime,
    now: datetime,
    retry_after_seconds: int | None = None,
) -> None:
    """A provider could not be used; send nothing for as long as that kind of trouble asks for.

    :param begun_at: when the attempt began. Calls that were under way together fail together: they are one failure.
    """
    row = models.Provider.objects.select_for_update(no_key=True).get(id=provider_id)
    if wait in _COUNTED and not _is_news(row, begun_at):
        return
    row.failures += wait in _COUNTED
    hold = hold_of(wait, failures=row.failures, retry_after_seconds=retry_after_seconds)
    row.trouble_at = now
    if hold is not None:
        row.held_until, row.held_for = now + hold, wait
    row.save(update_fields=["failures", "trouble_at", "held_until", "held_for"])
    if hold is not None and wait is not Wait.RATE_LIMITED:
        sentence = f"{row.name}: {_SENTENCES[wait]} It said: “{words}”." if words else f"{row.name}: {_SENTENCES[wait]}"
        raise_alerts([News(kind=AlertKind.PROVIDER_WAITS, subject=f"provider/{row.id}", sentence=sentence)], now)


def _is_news(row: models.Provider, begun_at: datetime) -> bool:
    """Whether an attempt tells more than the last failure did; while a provider is held, only a probe does."""
    return all(mark is None or begun_at >= mark for mark in (row.trouble_at, row.held_until))


@db.command
def note_answers(*, provider_id: int, now: datetime) -> None:
    """A provider answered a status call."""
    if db.rows(_ANSWERS, [provider_id]):
        resolve_alerts(kinds=[AlertKind.PROVIDER_SILENT], subjects=[f"provider/{provider_id}"], now=now)


@db.step
def note_silence(*, provider_id: int, words: str, retry_after_seconds: int | None, now: datetime) -> datetime:
    """A provider did not answer a status call; leave it alone for a while.

    :returns: when it may be asked again.
    """
    row = models.Provider.objects.select_for_update(no_key=True).get(id=provider_id)
    row.sync_failures += 1
    row.sync_after = now + (wish_of(retry_after_seconds) or sync_backoff(row.sync_failures))
    row.save(update_fields=["sync_failures", "sync_after"])
    if row.sync_failures >= _SILENT_FAILURES:
        sentence = f"{row.name} does not answer status calls: “{words}”."
        raise_alerts([News(kind=AlertKind.PROVIDER_SILENT, subject=f"provider/{row.id}", sentence=sentence)], now)
    return row.sync_after
