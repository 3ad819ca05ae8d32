"""What people chose to hear of."""

from sevenpanel.kernel import db
from sevenpanel.letters import models
from sevenpanel.letters.domain import DEFAULTS, LetterKind, Manner

# Of kinds that nobody hears of who did not ask for it.
_WHO_WANT = """
SELECT DISTINCT u.customer_id FROM letters_choice c JOIN accounts_user u ON u.id = c.user_id AND u.is_active
 WHERE c.kind = %s AND c.manner <> 'not at all' AND u.customer_id IS NOT NULL ORDER BY u.customer_id
"""


def choices(*, user_id: int) -> dict[LetterKind, Manner]:
    """What a person chose, and where they never chose, what counts then; every kind."""
    chosen = models.Choice.objects.filter(user_id=user_id).values_list("kind", "manner")
    return {**DEFAULTS, **{LetterKind(kind): Manner(manner) for kind, manner in chosen}}


def customers_who_want(*, kind: LetterKind) -> list[int]:
    """The customers of whom somebody asked to hear of a kind of which others are not told."""
    assert DEFAULTS[kind] is Manner.NEVER
    return [customer_id for (customer_id,) in db.rows(_WHO_WANT, [kind.value])]
