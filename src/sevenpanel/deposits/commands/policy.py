"""Setting the figures from which on a person, or a second one, is needed. Every setting is kept."""

from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.queries.policy import PolicyRow
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal


class UnableToSetPolicy(Refusal):
    """Figures that make no sense."""

    status = 422


@db.command
def set_policy(*, policy: PolicyRow, set_by: str, now: datetime) -> None:
    """Set the figures in force from now on.

    :raises UnableToSetPolicy: when one is negative, or one person alone could approve nothing.
    """
    sums = (policy.two_person_micros, policy.single_daily_micros, policy.single_voice_daily_micros)
    if min(sums) < 0:
        raise UnableToSetPolicy("No figure is negative.")
    if policy.is_single and policy.single_daily_micros == 0:
        raise UnableToSetPolicy("Say up to which sum a day one person may approve alone.")
    models.Policy.objects.create(
        two_person_micros=policy.two_person_micros,
        is_single=policy.is_single,
        single_daily_micros=policy.single_daily_micros,
        single_voice_daily_micros=policy.single_voice_daily_micros,
        set_by=set_by,
        set_at=now,
    )
