"""Customers opened, people added, keys made and revoked."""

import secrets
from datetime import datetime

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import (
    BASE62,
    KEY_BODY_LENGTH,
    KEY_PREFIX,
    RATE_BURST,
    RATE_PER_SECOND,
    Role,
    key_check,
    key_hash,
    key_hint,
)
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import commands as ledger

KEYS_PER_CUSTOMER_MAX = 20


class UnableToMakeKey(Refusal):
    """A key that could not be made."""


class UnableToRevokeKey(Refusal):
    """A key that could not be revoked."""

    status = 404


@db.step
def open_customer(*, name: str, currency: str, now: datetime) -> int:
    """Open a customer with an empty balance, and return its id."""
    customer = models.Customer.objects.create(name=name, currency=currency, created_at=now)
    ledger.open_customer(customer_id=customer.id, currency=currency, now=now)
    return customer.id


@db.step
def add_person(
    *, email: str, password: str | None, name: str, role: Role, customer_id: int | None, now: datetime
) -> int:
    """Add a person who can sign in, and return the id. Without a password the person cannot sign in yet.

    :raises django.db.IntegrityError: when the address is taken in any case, or role and customer do not fit.
    """
    user = models.User(email=email.lower(), name=name, role=role, customer_id=customer_id, date_joined=now)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    return user.id


@db.command
def set_password(*, user_id: int, password: str) -> None:
    """Give a person a new password."""
    user = models.User.objects.select_for_update().get(id=user_id)
    user.set_password(password)
    user.save(update_fields=["password"])


@db.command
def make_key(
    *,
    customer_id: int,
    name: str,
    now: datetime,
    rate_per_second: int = RATE_PER_SECOND,
    burst: int = RATE_BURST,
) -> str:
    """Make an API key and return it: the only time that anybody sees it (S-32).

    :raises UnableToMakeKey: when the customer has `KEYS_PER_CUSTOMER_MAX` live keys already.
    """
    live = models.ApiKey.objects.filter(customer_id=customer_id, revoked_at__isnull=True).count()
    if live >= KEYS_PER_CUSTOMER_MAX:
        raise UnableToMakeKey(f"An account has at most {KEYS_PER_CUSTOMER_MAX} live keys. Revoke one first.")
    body = "".join(secrets.choice(BASE62) for _ in range(KEY_BODY_LENGTH))
    key = f"{KEY_PREFIX}{body}{key_check(body)}"
    models.ApiKey.objects.create(
        customer_id=customer_id,
        name=name.strip()[:100] or "API key",
        hint=key_hint(key),
        hash=key_hash(key),
        rate_per_second=rate_per_second,
        burst=burst,
        created_at=now,
    )
    return key


@db.command
def revoke_key(*, customer_id: int, key_id: int, now: datetime) -> None:
    """End a key: the very next request with it is refused (ASVS 8.3.2).

    :raises UnableToRevokeKey: when this customer has no such live key.
    """
    ended = models.ApiKey.objects.filter(id=key_id, customer_id=customer_id, revoked_at__isnull=True).update(
        revoked_at=now
    )
    if ended != 1:
        raise UnableToRevokeKey("There is no such live key on this account.")


@db.command
def suspend_customer(*, customer_id: int, is_suspended: bool) -> None:
    """Stop a customer from ordering, or allow it again, from the next request on."""
    models.Customer.objects.filter(id=customer_id).update(is_suspended=is_suspended)
