"""Telling the operator: one open alert per kind and subject, counted instead of repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach

_RAISE = """
INSERT INTO fulfilment_alert AS a (kind, subject, sentence, count, raised_at, last_at)
SELECT kind, subject, sentence, 1, %s, %s
  FROM unnest(%s::text[], %s::text[], %s::text[]) AS t(kind, subject, sentence) ORDER BY kind, subject
ON CONFLICT (kind, subject) WHERE resolved_at IS NULL
DO UPDATE SET count = a.count + 1, last_at = EXCLUDED.last_at, sentence = EXCLUDED.sentence
"""
_RESOLVE = """
UPDATE fulfilment_alert SET resolved_at = %s
 WHERE kind = ANY(%s::text[]) AND subject = ANY(%s::text[]) AND resolved_at IS NULL
"""
_CLOSE = "UPDATE fulfilment_alert SET resolved_at = %s WHERE id = %s AND resolved_at IS NULL"

_HEALED = """
UPDATE fulfilment_alert SET resolved_at = %s WHERE kind = %s AND subject <> ALL(%s::text[]) AND resolved_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something to tell.

    :param subject: what it is about, as "provider/3", "service/7" or "order/12".
    """

    kind: AlertKind
    subject: str
    sentence: str


def unknown_word(provider_id: int, word: str) -> str:
    """The subject of an alert about a status word of a provider."""
    return f"provider/{provider_id}/word/{word[:64].casefold()}"


@db.step
def raise_alerts(news: Sequence[News], now: datetime) -> None:
    """Raise alerts, or count one up where it is open already."""
    once = {(each.kind, each.subject): each for each in news}
    if once:
        rows = [(each.kind.value, each.subject, each.sentence) for each in once.values()]
        db.rows(_RAISE, (now, now, *db.columns(rows, 3)))


@db.step
def resolve_alerts(*, kinds: Sequence[AlertKind], subjects: Sequence[str], now: datetime) -> None:
    """Close what is no longer so."""
    if subjects:
        db.rows(_RESOLVE, (now, [kind.value for kind in kinds], list(subjects)))


@db.command
def close_alert(*, alert_id: int, now: datetime) -> None:
    """Close one alert that an operator has seen to. Doing it again changes nothing."""
    db.rows(_CLOSE, (now, alert_id))


@db.command
def report_breaches(*, breaches: Sequence[Breach], now: datetime) -> None:
    """Tell the operator which invariants do not hold, and close the alerts of those that hold again."""
    news = [_breach(breach) for breach in breaches]
    raise_alerts(news, now)
    db.rows(_HEALED, (now, AlertKind.BREACH.value, [each.subject for each in news]))


def _breach(breach: Breach) -> News:
    sentence = f"{breach.sentence} Ids: {', '.join(breach.ids)}."
    return News(kind=AlertKind.BREACH, subject=f"invariant/{breach.invariant}/{breach.sentence}", sentence=sentence)
