"""The figures in force from which on a person, or a second one, is needed."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.kernel import db

_IN_FORCE = """
SELECT two_person_micros, is_single, single_daily_micros, single_voice_daily_micros FROM deposits_policy_in_force()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """The figures in force.

    :ivar two_person_micros: above it a credit by hand takes two checkers, and a release a second person.
    :ivar is_single: one person may approve what was proposed by himself, up to `single_daily_micros` a day.
    :ivar single_voice_daily_micros: what a source that nobody contradicts may credit in a day without a person.
    """

    two_person_micros: int
    is_single: bool
    single_daily_micros: int
    single_voice_daily_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """One setting of the figures, with who set them and when."""

    policy: PolicyRow
    set_by: str
    set_at: datetime


def policy_in_force() -> PolicyRow:
    """The figures in force; the database's own function says what they are without any setting."""
    ((two, is_single, daily, voice),) = db.rows(_IN_FORCE)
    return PolicyRow(
        two_person_micros=two, is_single=is_single, single_daily_micros=daily, single_voice_daily_micros=voice
    )


def policy_changes() -> list[PolicyChange]:
    """Every setting there was, oldest first: the audit export shows them."""
    return [
        PolicyChange(
            policy=PolicyRow(
                two_person_micros=row.two_person_micros,
                is_single=row.is_single,
                single_daily_micros=row.single_daily_micros,
                single_voice_daily_micros=row.single_voice_daily_micros,
            ),
            set_by=row.set_by,
            set_at=row.set_at,
        )
        for row in models.Policy.objects.order_by("id")
    ]
