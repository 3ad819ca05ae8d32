"""Reads about people and keys, as frozen rows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import STAFF, KeyLimits, KeyRow, Permission, Reading, Role, key_hash
from sevenpanel.accounts.queries.reading import reading_of
from sevenpanel.kernel import db

_KEYS = """
SELECT k.id, k.name, k.hint, k.created_at, a.last_used_at, k.revoked_at, k.rate_per_second, k.burst,
       k.ends_at, k.permissions, k.networks, k.daily_cap_micros, coalesce(s.spent_micros, 0) AS spent_micros
  FROM accounts_apikey k LEFT JOIN accounts_keyallowance a ON a.key_id = k.id
  LEFT JOIN accounts_keyspend s ON s.key_id = k.id AND s.day = (now() AT TIME ZONE 'UTC')::date
 WHERE k.customer_id = %s ORDER BY k.revoked_at IS NOT NULL OR k.ends_at <= now(), k.id DESC
"""

# The lean door and Django both admit API requests with this one statement. What was accepted for a key's customer
# comes along, each text as "terms 1", so that the gate of clause 0.1 costs no question of its own; so do the limits
# of the key (S-33, S-34). It is a transaction of its own that waits for no disk: a crash gives a key some requests
# back, and whoever only asks for something is answered while the disk takes its time (K-4).
ADMIT = """
SELECT a.key_id, a.customer_id, a.is_suspended, a.is_allowed, a.retry_after, accepted.labels,
       k.permissions, k.networks, k.daily_cap_micros IS NOT NULL AS is_capped
  FROM accounts_admit({}::bytea[]) a
 CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) AS in_no_hurry
  LEFT JOIN accounts_apikey k ON k.id = a.key_id
  LEFT JOIN LATERAL (
       SELECT array_agg(DISTINCT t.document || ' ' || t.version) AS labels
         FROM accounts_acceptance c JOIN accounts_acceptedtext t ON t.id = c.text_id
        WHERE c.customer_id = a.customer_id) AS accepted ON true
 ORDER BY a.ord
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A customer as other rooms see it."""

    id: int
    name: str
    currency: str
    is_suspended: bool
    created_at: datetime


def customer(*, customer_id: int) -> CustomerRow:
    """The customer with this id.

    :raises LookupError: when there is none.
    """
    found = (
        models.Customer.objects.filter(id=customer_id)
        .values("id", "name", "currency", "is_suspended", "created_at")
        .first()
    )
    if found is None:
        raise LookupError(f"There is no customer {customer_id}.")
    return CustomerRow(**found)


def customer_of_email(*, email: str) -> int | None:
    """The customer for whom the person with this address acts, if any."""
    return models.User.objects.filter(email__iexact=email).values_list("customer_id", flat=True).first()


def has_customers_beside(*, emails: Collection[str]) -> bool:
    """Whether anybody but the people with these addresses acts for a customer."""
    return models.User.objects.filter(customer__isnull=False).exclude(email__in=emails).exists()


def person_of_email(*, email: str) -> tuple[int, Role] | None:
    """The id and role of the person with this address."""
    found = models.User.objects.filter(email__iexact=email).values_list("id", "role").first()
    return (found[0], Role(found[1])) if found else None


def addresses_of(*, user_ids: Collection[int]) -> dict[int, str]:
    """The addresses by which these people are known, by id; somebody who is no more is left out."""
    return dict(models.User.objects.filter(id__in=user_ids).values_list("id", "email"))


def staff_addresses() -> list[str]:
    """The addresses of everybody who works at the desk now."""
    return list(
        models.User.objects.filter(role__in=STAFF, is_active=True).order_by("id").values_list("email", flat=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Somebody to write to: where, and how they read."""

    id: int
    email: str
    customer_id: int | None
    reading: Reading


def addressees(*, user_ids: Collection[int]) -> dict[int, Addressee]:
    """Those of these people whose account is open, by id."""
    found = models.User.objects.filter(id__in=user_ids, is_active=True)
    return {each.id: _addressee(each) for each in found}


def addressees_of(*, customer_id: int) -> list[Addressee]:
    """Everybody who acts for a customer, first come first."""
    found = models.User.objects.filter(customer_id=customer_id, is_active=True).order_by("id")
    return [_addressee(each) for each in found]


def _addressee(person: models.User) -> Addressee:
    return Addressee(id=person.id, email=person.email, customer_id=person.customer_id, reading=reading_of(person))


def customers(*, customer_ids: Collection[int]) -> dict[int, str]:
    """The names of these customers, by id."""
    return dict(models.Customer.objects.filter(id__in=customer_ids).values_list("id", "name"))


def keys(*, customer_id: int) -> list[KeyRow]:
    """A customer's keys, live ones first; the keys themselves are known to nobody here."""
    return [_key(**row) for row in db.named_rows(_KEYS, (customer_id,))]


def live_key_among(*, customer_id: int, keys: Iterable[str]) -> int | None:
    """The id of a customer's live key that is among these texts; somebody else's is nobody's here."""
    hashes = [key_hash(key) for key in keys]
    live = models.ApiKey.objects.filter(customer_id=customer_id, hash__in=hashes, revoked_at__isnull=True)
    return live.order_by("id").values_list("id", flat=True).first()


def _key(
    *, permissions: list[str] | None, networks: list[str] | None, daily_cap_micros: int | None, **row: Any
) -> KeyRow:
    return KeyRow(**row, limits=replace(limits_of(permissions, networks), daily_cap_micros=daily_cap_micros))


def limits_of(permissions: Iterable[str] | None, networks: Iterable[str] | None) -> KeyLimits:
    """What a key may do and from where, as its row tells it, where nothing is no limit.

    What it may spend is left to the placing statement, which reads it where it counts.
    """
    return _limits(None if permissions is None else tuple(permissions), tuple(networks or ()))


@lru_cache(maxsize=1024)
def _limits(permissions: tuple[str, ...] | None, networks: tuple[str, ...]) -> KeyLimits:
    if permissions is None:
        return KeyLimits(networks=networks)
    # A word that only a later release knows permits nothing here, and does not fail whoever else asks with it.
    return KeyLimits(permissions=frozenset(each for each in Permission if each in permissions), networks=networks)
