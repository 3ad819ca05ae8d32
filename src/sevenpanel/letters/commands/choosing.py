"""Choosing what to hear of, and forgetting about somebody."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sevenpanel.kernel import db
from sevenpanel.letters import models
from sevenpanel.letters.domain import ALWAYS, LetterKind, LetterState, Manner

# Long enough to answer what a customer asks about a letter.
KEPT = timedelta(days=30)

_KEEP = """
INSERT INTO letters_choice (user_id, kind, manner)
SELECT %(user)s, kind, manner FROM unnest(%(kinds)s::text[], %(manners)s::text[]) AS t(kind, manner) ORDER BY kind
    ON CONFLICT (user_id, kind) DO UPDATE SET manner = EXCLUDED.manner
"""
# What waits follows the choice: what nobody wants to hear any more is taken out, even of a letter that is written.
_SILENCE = """
DELETE FROM letters_told t WHERE t.user_id = %(user)s AND t.kind = ANY(%(kinds)s::text[])
   AND (t.letter_id IS NULL OR EXISTS (SELECT FROM letters_letter l WHERE l.id = t.letter_id AND l.state = 'waiting'))
"""
_OTHERWISE = """
UPDATE letters_told t SET manner = n.manner FROM unnest(%(kinds)s::text[], %(manners)s::text[]) AS n(kind, manner)
 WHERE t.user_id = %(user)s AND t.kind = n.kind AND t.letter_id IS NULL AND n.manner <> 'not at all'
"""
# New Terms are told of once, however long ago.
_OLD = """
DELETE FROM letters_told WHERE kind <> 'new terms' AND (
       (letter_id IS NULL AND noted_at < %(before)s)
    OR letter_id IN (SELECT id FROM letters_letter WHERE written_at < %(before)s AND state IN ('sent', 'left')))
"""
_OLD_LETTERS = """
DELETE FROM letters_letter l WHERE written_at < %s AND state IN ('sent', 'left')
   AND NOT EXISTS (SELECT FROM letters_told t WHERE t.letter_id = l.id)
"""


@db.command
def choose(*, user_id: int, chosen: Mapping[LetterKind, Manner]) -> None:
    """Keep when a person wants to hear of these kinds. What is always told is told whatever is chosen."""
    kept = {kind: manner for kind, manner in chosen.items() if kind not in ALWAYS}
    asked = {"user": user_id, "kinds": [kind.value for kind in kept], "manners": [each.value for each in kept.values()]}
    db.rows(_KEEP, asked)
    db.rows(_SILENCE, {**asked, "kinds": [kind.value for kind, manner in kept.items() if manner is Manner.NEVER]})
    db.rows(_OTHERWISE, asked)


@db.step
def forget_people(*, user_ids: Collection[int]) -> None:
    """Forget what people chose and were told; nothing more is sent to them."""
    for table in (models.Told, models.Letter, models.Choice):
        table.objects.filter(user_id__in=user_ids).delete()


@db.command
def tidy_letters(*, now: datetime) -> int:
    """Forget what was told long ago.

    :returns: how many letters.
    """
    db.rows(_OLD, {"before": now - KEPT})
    return len(db.rows(f"{_OLD_LETTERS} RETURNING id", [now - KEPT]))


@db.command
def settle_letter(*, letter_id: int, again: bool, now: datetime) -> None:
    """Decide about a letter that was given up, or of which nobody knows whether it arrived.

    :param again: send it anew, even if it may come twice; otherwise leave it as it is.
    """
    state = LetterState.WAITING if again else LetterState.LEFT
    open_ones = (LetterState.GIVEN_UP.value, LetterState.UNKNOWN.value)
    models.Letter.objects.filter(id=letter_id, state__in=open_ones).update(state=state.value, tries=0, due_at=now)
