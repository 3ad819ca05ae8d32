"""Setting rates: how a symbol is priced, the operator's own rates, and what feeds tell."""

from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.domain.rates import Figure, RateRule, is_jump
from sevenpanel.deposits.queries.rates import newest_figure, rule_of
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('deposits.rates/' || %s, 0))"


class UnableToSetRate(Refusal):
    """A rate that cannot be set."""

    status = 422


@db.command
def set_rate_rule(*, rule: RateRule) -> None:
    """Say how a symbol is priced from now on. What was credited keeps its rate."""
    models.RateRule.objects.update_or_create(
        symbol=rule.symbol,
        defaults={
            "kind": rule.kind.value,
            "spread_basis_points": rule.spread_basis_points,
            "max_age_seconds": int(rule.max_age.total_seconds()),
            "jump_basis_points": rule.jump_basis_points,
        },
    )


@db.command
def set_rate(
    *, symbol: str, currency: str, rate_e12: int, valid_until: datetime, actor_id: int | None, now: datetime
) -> None:
    """Set the operator's own rate of a symbol, until an instant.

    :raises UnableToSetRate: when it would have ended already.
    """
    if valid_until <= now:
        raise UnableToSetRate("A rate counts until an instant that is still to come.")
    models.Figure.objects.create(
        symbol=symbol,
        currency=currency,
        rate_e12=rate_e12,
        source="operator",
        is_by_operator=True,
        is_accepted=True,
        as_of=now,
        valid_until=valid_until,
        actor_id=actor_id,
        noted_at=now,
    )


@db.command
def note_feeds(*, symbol: str, currency: str, figure: Figure, now: datetime) -> bool:
    """Keep what the feeds tell. A leap is kept, too, and counts only when the operator consents.

    :returns: whether it counts.
    """
    db.rows(_LOCK, [symbol])
    last = newest_figure(symbol, currency, is_by_operator=False)
    if last is not None and figure.as_of < last.as_of:
        return False
    is_accepted = not is_jump(rule_of(symbol), figure, last)
    models.Figure.objects.create(
        symbol=symbol,
        currency=currency,
        rate_e12=figure.rate_e12,
        source=figure.source,
        is_by_operator=False,
        is_accepted=is_accepted,
        as_of=figure.as_of,
        noted_at=now,
    )
    return is_accepted


@db.command
def consent_to_rate(*, figure_id: int, actor_id: int) -> None:
    """Let a leap of the feeds count from now on.

    :raises UnableToSetRate: when there is no such figure that waits.
    """
    changed = models.Figure.objects.filter(id=figure_id, is_accepted=False, is_by_operator=False).update(
        is_accepted=True, actor_id=actor_id
    )
    if not changed:
        raise UnableToSetRate("No such rate waits for your consent any more.")
