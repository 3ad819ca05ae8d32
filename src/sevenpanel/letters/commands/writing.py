"""Writing letters: what waits to be told to one person about one kind goes into one letter.

However many workers write, a happening is in one letter: whoever takes a row first has it. Of one kind there is one
letter in a stretch of time, which the database holds by a unique key; what comes meanwhile waits for the next.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sevenpanel.kernel import db
from sevenpanel.letters.domain import DAILY, LETTERS_AN_HOUR_MAX, PACES, LetterKind, digest_slot, slot

LETTERS_A_ROUND = 500
NIGHT = timedelta(hours=12)

# Safety first, and of each kind the longest waiting. Whoever had one lately waits, and so does whoever had too many of
# all the other kinds.
_DUE = """
SELECT w.user_id, w.kind FROM (
    SELECT user_id, kind, min(noted_at) AS since FROM letters_told
     WHERE letter_id IS NULL AND manner = 'at once' GROUP BY user_id, kind) AS w
  JOIN unnest(%(kinds)s::text[], %(settled)s::timestamptz[], %(paced)s::timestamptz[]) AS p(kind, settled, paced)
    ON p.kind = w.kind AND w.since <= p.settled
 WHERE NOT EXISTS (SELECT FROM letters_letter l
                    WHERE l.user_id = w.user_id AND l.kind = w.kind AND l.written_at > p.paced)
   AND (w.kind = 'security of the account' OR %(most)s > (
        SELECT count(*) FROM letters_letter l
         WHERE l.user_id = w.user_id AND l.written_at > %(hour)s AND l.kind <> 'security of the account'))
 ORDER BY w.kind <> 'security of the account', w.since LIMIT %(limit)s
"""
# Nobody gets two of them in one night by moving to another zone.
_DAILY_DUE = """
SELECT DISTINCT t.user_id, u.time_zone FROM letters_told t JOIN accounts_user u ON u.id = t.user_id
 WHERE t.letter_id IS NULL AND t.manner = 'once a day'
   AND NOT EXISTS (SELECT FROM letters_letter l
                    WHERE l.user_id = t.user_id AND l.kind = 'daily' AND l.written_at > %(lately)s)
"""
_LETTER = """
INSERT INTO letters_letter (user_id, kind, slot, state, tries, due_at, written_at, fault)
VALUES (%(user)s, %(kind)s, %(slot)s, 'waiting', 0, %(now)s, %(now)s, '')
    ON CONFLICT (user_id, kind, slot) DO NOTHING RETURNING id
"""
_TAKE = """
UPDATE letters_told SET letter_id = %(letter)s WHERE user_id = %(user)s AND letter_id IS NULL
   AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND manner = %(manner)s RETURNING id
"""
_NONE = "DELETE FROM letters_letter WHERE id = %s"


def write_letters(*, now: datetime) -> int:
    """Write the letters about what people want to hear of at once.

    :returns: how many.
    """
    written = 0
    for user_id, kind in _due(now):
        written += _write(user_id, kind, slot(LetterKind(kind), now), now)
    return written


def _due(now: datetime) -> Sequence[tuple[int, str]]:
    kinds = list(PACES)
    asked = {
        "kinds": [kind.value for kind in kinds],
        "settled": [now - PACES[kind].settle for kind in kinds],
        "paced": [now - PACES[kind].gap for kind in kinds],
        "most": LETTERS_AN_HOUR_MAX,
        "hour": now - timedelta(hours=1),
        "limit": LETTERS_A_ROUND,
    }
    return [(user_id, kind) for user_id, kind in db.rows(_DUE, asked)]


def write_daily_letters(*, now: datetime) -> int:
    """Write the letters of the day, each from its hour on where its reader lives.

    :returns: how many.
    """
    waiting = db.rows(_DAILY_DUE, {"lately": now - NIGHT})
    due = [(user_id, day) for user_id, zone in waiting if (day := digest_slot(now, zone)) is not None]
    return sum(_write(user_id, DAILY, day, now) for user_id, day in due)


@db.command
def _write(user_id: int, kind: str, place: str, now: datetime) -> int:
    made = db.rows(_LETTER, {"user": user_id, "kind": kind, "slot": place, "now": now})
    if not made:
        return 0
    only, manner = (None, "once a day") if kind == DAILY else (kind, "at once")
    taken = db.rows(_TAKE, {"letter": made[0][0], "user": user_id, "kind": only, "manner": manner})
    if not taken:  # somebody else has put it all into another letter
        db.rows(_NONE, [made[0][0]])
    return int(bool(taken))
