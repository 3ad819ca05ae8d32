"""Sessions: where each was seen last, and ending them."""

from datetime import datetime

from sevenpanel.accounts.domain import AGENT_LENGTH_MAX
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say

_NOTE = """
INSERT INTO accounts_sessionseen (user_id, session_key, address, agent, began_at, seen_at)
SELECT %(user)s, s.session_key, %(address)s, %(agent)s, %(now)s, %(now)s
  FROM django_session s WHERE s.session_key = %(key)s
    ON CONFLICT (session_key) DO UPDATE
   SET user_id = EXCLUDED.user_id, address = EXCLUDED.address, agent = EXCLUDED.agent, seen_at = EXCLUDED.seen_at
RETURNING id
"""
# Signing out and in again leaves rows behind of sessions that are no more.
_FORGET = """
DELETE FROM accounts_sessionseen n WHERE n.user_id = %(user)s
   AND NOT EXISTS (SELECT FROM django_session s WHERE s.session_key = n.session_key)
"""
_END = """
WITH ended AS (
    DELETE FROM accounts_sessionseen n
     WHERE n.user_id = %(user)s AND n.session_key <> %(but)s AND (%(id)s::bigint IS NULL OR n.id = %(id)s)
 RETURNING n.session_key)
DELETE FROM django_session s USING ended WHERE s.session_key = ended.session_key RETURNING s.session_key
"""


class UnableToEndSession(Refusal):
    """A session that could not be ended."""

    status = 404


@db.command
def note_session(*, user_id: int, session_key: str, address: str, agent: str, now: datetime) -> bool:
    """Keep where a session was seen, and say whether it is one: a session that ended meanwhile stays ended.

    It comes at the end of a page that may have asked for nothing else, so it waits for no disk; a crash forgets it.
    """
    db.let_go_in_a_crash()
    agent = agent.replace("\0", "")[:AGENT_LENGTH_MAX]
    noted = db.rows(_NOTE, {"user": user_id, "key": session_key, "address": address, "agent": agent, "now": now})
    db.rows(_FORGET, {"user": user_id})
    return bool(noted)


@db.command
def end_session(*, user_id: int, session_id: int, present_key: str) -> None:
    """End one session of a person, from its next request on; the one that asks ends by signing out instead.

    :param session_id: of `queries.SessionRow`.
    :raises UnableToEndSession: when this person has no such other session.
    """
    if not db.rows(_END, {"user": user_id, "but": present_key, "id": session_id}):
        raise UnableToEndSession(say("There is no such session any more."))


@db.command
def end_other_sessions(*, user_id: int, present_key: str) -> int:
    """End all sessions of a person but the one that asks, and return how many these were."""
    return len(db.rows(_END, {"user": user_id, "but": present_key, "id": None}))
