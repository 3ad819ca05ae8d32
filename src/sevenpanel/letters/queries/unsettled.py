"""Letters that staff look at: given up, or of unknown fate."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.letters.domain import LetterState

_UNSETTLED = """
SELECT l.id, l.user_id, u.email, u.customer_id, l.kind, l.state, l.tries, l.written_at, l.fault
  FROM letters_letter l JOIN accounts_user u ON u.id = l.user_id
 WHERE l.state IN ('given up', 'unknown') ORDER BY l.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsettledRow:
    """A letter that a person has to decide about.

    :param kind: of what it tells, or "daily".
    :param fault: what the mail server showed last, without its words.
    """

    id: int
    user_id: int
    email: str
    customer_id: int | None
    kind: str
    state: LetterState
    tries: int
    written_at: datetime
    fault: str


def unsettled_letters(*, limit: int) -> list[UnsettledRow]:
    """Letters that were given up and letters of unknown fate, newest first."""
    found = db.named_rows(_UNSETTLED, [limit])
    return [UnsettledRow(**{**row, "state": LetterState(row["state"])}) for row in found]
