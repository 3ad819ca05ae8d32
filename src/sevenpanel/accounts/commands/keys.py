"""API keys: made, limited, replaced while the old one lives on for a while, and revoked."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from sevenpanel.accounts import models
from sevenpanel.accounts.commands.security import tell_account
from sevenpanel.accounts.domain import (
    ANYTHING,
    BASE62,
    HOURS_OF_CHANGE_MAX,
    KEY_BODY_LENGTH,
    KEY_PREFIXES,
    RATE_BURST,
    RATE_PER_SECOND,
    KeyKind,
    KeyLimits,
    Permission,
    SecurityNews,
    key_check,
    key_hash,
    key_hint,
    kind_of,
)
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say

KEYS_PER_CUSTOMER_MAX = 20


class UnableToMakeKey(Refusal):
    """A key that could not be made."""


class UnableToChangeKey(Refusal):
    """A key that could not be limited or replaced."""

    status = 404


class UnableToRevokeKey(Refusal):
    """A key that could not be revoked."""

    status = 404


@db.command
def make_key(
    *,
    customer_id: int,
    name: str,
    now: datetime,
    rate_per_second: int = RATE_PER_SECOND,
    burst: int = RATE_BURST,
    limits: KeyLimits = ANYTHING,
    kind: KeyKind = KeyKind.LIVE,
) -> str:
    """Make an API key and return it: the only time that anybody sees it (S-32).

    :param kind: what is behind it, for as long as it lives; a key that replaces it is of the same kind.
    :raises UnableToMakeKey: when the customer has `KEYS_PER_CUSTOMER_MAX` live keys already.
    """
    # Two forms at once wait for each other here, so that neither misses the other's key.
    models.Customer.objects.select_for_update().get(id=customer_id)
    if _live(now).filter(customer_id=customer_id, ends_at__isnull=True).count() >= KEYS_PER_CUSTOMER_MAX:
        raise UnableToMakeKey(
            say("An account has at most %(n)s live keys. Revoke one first.", n=Count(KEYS_PER_CUSTOMER_MAX, False))
        )
    made = models.ApiKey(
        customer_id=customer_id,
        name=name.strip()[:100] or "API key",
        rate_per_second=rate_per_second,
        burst=burst,
        created_at=now,
        **_columns(limits),
    )
    return _shown_once(made, kind, SecurityNews.KEY_MADE, now)


@db.command
def limit_key(*, customer_id: int, key_id: int, limits: KeyLimits, now: datetime) -> None:
    """Change what a key may do and from where, from its next request on.

    :raises UnableToChangeKey: when this customer has no such live key.
    """
    if _live(now).filter(id=key_id, customer_id=customer_id).update(**_columns(limits)) != 1:
        raise UnableToChangeKey(say("There is no such live key on this account."))
    tell_account(customer_id=customer_id, news=SecurityNews.KEY_CHANGED, key_id=key_id, now=now)


@db.command
def replace_key(*, customer_id: int, key_id: int, hours: int, now: datetime) -> str:
    """Make a key with the same name, limits and rate, and let the old one live on for a while (S-35).

    Each of the two may spend a whole daily limit on the day of the change.

    :param hours: 0 to `HOURS_OF_CHANGE_MAX`; with 0 the old one ends now.
    :returns: the new key: the only time that anybody sees it.
    :raises UnableToChangeKey: when this customer has no such live key, or it was replaced before.
    """
    old = _live(now).select_for_update().filter(id=key_id, customer_id=customer_id, ends_at__isnull=True).first()
    if old is None:
        raise UnableToChangeKey(say("There is no such key on this account that is live and was not replaced yet."))
    old.ends_at = now + timedelta(hours=min(max(hours, 0), HOURS_OF_CHANGE_MAX))
    old.save(update_fields=["ends_at"])
    return _shown_once(
        models.ApiKey(
            customer_id=customer_id,
            name=old.name,
            rate_per_second=old.rate_per_second,
            burst=old.burst,
            permissions=old.permissions,
            networks=old.networks,
            daily_cap_micros=old.daily_cap_micros,
            created_at=now,
        ),
        kind_of(old.hint),
        SecurityNews.KEY_CHANGED,
        now,
    )


@db.command
def revoke_key(*, customer_id: int, key_id: int, now: datetime) -> None:
    """End a key: the very next request with it is refused (ASVS 8.3.2).

    :raises UnableToRevokeKey: when this customer has no such live key.
    """
    if _live(now).filter(id=key_id, customer_id=customer_id).update(revoked_at=now) != 1:
        raise UnableToRevokeKey(say("There is no such live key on this account."))
    tell_account(customer_id=customer_id, news=SecurityNews.KEY_REVOKED, key_id=key_id, now=now)


def _live(now: datetime) -> QuerySet[models.ApiKey]:
    return models.ApiKey.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), revoked_at__isnull=True)


def _columns(limits: KeyLimits) -> dict[str, list[str] | int | None]:
    everything = limits.permissions == frozenset(Permission)
    return {
        "permissions": None if everything else sorted(limits.permissions),
        "networks": list(limits.networks) or None,
        "daily_cap_micros": limits.daily_cap_micros,
    }


def _shown_once(made: models.ApiKey, kind: KeyKind, news: SecurityNews, now: datetime) -> str:
    body = "".join(secrets.choice(BASE62) for _ in range(KEY_BODY_LENGTH))
    key = f"{KEY_PREFIXES[kind]}{body}{key_check(body)}"
    made.hash, made.hint = key_hash(key), key_hint(key)
    made.save(force_insert=True)
    tell_account(customer_id=made.customer_id, news=news, key_id=made.pk, now=now)
    return key
