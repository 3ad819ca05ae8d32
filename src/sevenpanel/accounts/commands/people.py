"""Customers opened and suspended, people added, passwords set."""

from datetime import datetime

from sevenpanel.accounts import models
from sevenpanel.accounts.commands.security import tell_person
from sevenpanel.accounts.domain import Role, SecurityNews
from sevenpanel.kernel import db
from sevenpanel.ledger import commands as ledger

NAME_LENGTH_MAX = 100


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
def set_password(*, user_id: int, password: str, now: datetime) -> None:
    """Give a person a new password; the person hears of it."""
    user = models.User.objects.select_for_update().get(id=user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    tell_person(user_id=user_id, news=SecurityNews.PASSWORD, now=now)


@db.command
def rename_person(*, user_id: int, name: str) -> None:
    """Keep how a person wants to be called, at most `NAME_LENGTH_MAX` letters of it."""
    models.User.objects.filter(id=user_id).update(name=name.strip()[:NAME_LENGTH_MAX])


@db.command
def suspend_customer(*, customer_id: int, is_suspended: bool) -> None:
    """Stop a customer from ordering, or allow it again, from the next request on."""
    models.Customer.objects.filter(id=customer_id).update(is_suspended=is_suspended)
