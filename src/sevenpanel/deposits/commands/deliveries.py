"""Webhooks of processors: told from forged ones by their very bytes, stored, and answered at once.

A webhook moves no money and asks nobody anything. A genuine one only lets the next look come early, and look first at
what it names (design: deposits, section 5).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sevenpanel.deposits import models
from sevenpanel.deposits.queries.adapters import PURPOSE
from sevenpanel.deposits.sources.hooks import HOOKS
from sevenpanel.kernel import db, sealing
from sevenpanel.kernel.refusals import Refusal

BODY_BYTES_MAX = 64 * 1024
FORGED_BYTES_KEPT = 2_000
SIGNATURE_LENGTH_MAX = 200
SUBJECT_LENGTH_MAX = 120
FORGED_AN_HOUR = 200
GENUINE_AN_HOUR = 20_000
"""More than so many in an hour are answered the same and not stored, so that nobody fills the disk."""
KEPT_FOR = {True: timedelta(days=90), False: timedelta(days=30)}
# However many come, looks are no closer together than this.
LOOK_GAP = timedelta(seconds=5)

_STORE = """
INSERT INTO deposits_delivery (source, body, signature, is_genuine, subject, words, received_at)
SELECT %(source)s, %(body)s, %(signature)s, %(genuine)s, %(subject)s, %(words)s, %(now)s
 WHERE (SELECT count(*) FROM deposits_delivery
         WHERE source = %(source)s AND is_genuine = %(genuine)s AND received_at > %(since)s) < %(most)s
"""
# Not while the processor does not answer: the pause after a failure stays.
_WAKE = """
UPDATE deposits_source SET due_at = greatest(%(now)s, coalesce(looked_at, %(now)s) + %(gap)s)
 WHERE name = %(source)s AND failed_since IS NULL AND due_at > greatest(%(now)s, coalesce(looked_at, %(now)s) + %(gap)s)
"""


class UnableToTakeDelivery(Refusal):
    """A webhook that is not taken: forged, or for nobody here."""

    status = 401


class UnableToFindHook(UnableToTakeDelivery):
    """There is no such processor."""

    status = 404


class UnableToCheckDelivery(UnableToTakeDelivery):
    """The trouble is ours, so that the same webhook may be good later."""

    status = 503


def take_delivery(*, source: str, body: bytes, headers: Mapping[str, str], now: datetime) -> None:
    """Take one webhook (a command): store it with what was found about it, and bring the next look forward.

    :param body: the bytes as they came; nothing was read of them before.
    :raises UnableToFindHook: when there is no such processor.
    :raises UnableToTakeDelivery: when it is forged, or signed with another secret.
    :raises UnableToCheckDelivery: when the secret cannot be read here; the processor shall try again.
    """
    row = models.Source.objects.filter(name=source).first()
    hook = HOOKS.get(row.kind) if row is not None else None
    if row is None or hook is None:
        raise UnableToFindHook("There is no such address here.")
    shown = headers.get(hook.header, "")[:SIGNATURE_LENGTH_MAX]
    if not hook.is_genuine(body, shown, _secret(row.sealed)):
        words = "The signature is wrong." if shown else "There is no signature."
        _store(source, body[:FORGED_BYTES_KEPT], shown, is_genuine=False, subject="", words=words, now=now)
        raise UnableToTakeDelivery(words)
    subject = hook.subject(body)[:SUBJECT_LENGTH_MAX]
    _store(source, body, shown, is_genuine=True, subject=subject, words="", now=now)


def _secret(sealed: str) -> str:
    try:
        return str(json.loads(sealing.unseal(sealed, purpose=PURPOSE))["webhook"])
    except (sealing.NotOpened, ValueError, KeyError, TypeError) as fault:
        raise UnableToCheckDelivery("The secret of this address cannot be read. Enter it again.") from fault


@db.command
def _store(source: str, body: bytes, shown: str, *, is_genuine: bool, subject: str, words: str, now: datetime) -> None:
    most = GENUINE_AN_HOUR if is_genuine else FORGED_AN_HOUR
    asked = {"source": source, "body": body, "signature": _plain(shown), "genuine": is_genuine, "now": now}
    asked |= {"subject": subject, "words": words, "most": most, "since": now - timedelta(hours=1), "gap": LOOK_GAP}
    db.rows(_STORE, asked)
    if is_genuine:
        db.rows(_WAKE, asked)


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\0", "?")


@db.command
def forget_deliveries(*, now: datetime) -> int:
    """Forget webhooks that are old: they are no evidence of anything, what counts is what the processor answers.

    :returns: how many.
    """
    count = 0
    for is_genuine, kept in KEPT_FOR.items():
        old = models.Delivery.objects.filter(is_genuine=is_genuine, received_at__lt=now - kept)
        count += old.delete()[0]
    return count
