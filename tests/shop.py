"""A small shop for tests: Alice, her team-mate Bob, Mallory, and a few services; built by the real commands."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Consent, Role, Way, shown
from sevenpanel.accounts.queries import shelf
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Declaration, DropBand, Metric, ServiceState, ServiceType
from sevenpanel.kernel.money import parse_amount
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.terms.documents import DocumentName, asked_for

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PASSWORD = "a-long-enough-phrase"

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in: the customer is shared by team-mates."""

    user_id: int
    customer_id: int
    email: str
    password: str = PASSWORD


def open_customer(
    name: str, *, balance: str = "0", currency: str = "USD", has_accepted: bool = True, now: datetime = NOON
) -> Person:
    """A new customer with one person, who has accepted the Terms, and a balance."""
    with transaction.atomic():
        customer_id = accounts.open_customer(name=name, currency=currency, now=now)
    person = _add(name, customer_id, Role.CUSTOMER, has_accepted=has_accepted, now=now)
    if parse_amount(balance):
        deposit(customer_id, balance, currency=currency, now=now)
    return person


def team_mate(name: str, of: Person, *, has_accepted: bool = True, now: datetime = NOON) -> Person:
    """Another person of the same customer."""
    return _add(name, of.customer_id, Role.CUSTOMER, has_accepted=has_accepted, now=now)


def staff(name: str, role: Role, *, email: str = "", has_accepted: bool = True, now: datetime = NOON) -> Person:
    """Somebody who works at the desk."""
    return _add(name, None, role, email=email, has_accepted=has_accepted, now=now)


def _add(
    name: str, customer_id: int | None, role: Role, *, email: str = "", has_accepted: bool, now: datetime
) -> Person:
    email = email or f"{name.lower()}-{next(_numbers)}@example.org"
    with transaction.atomic():
        user_id = accounts.add_person(
            email=email, password=PASSWORD, name=name, role=role, customer_id=customer_id, now=now
        )
        if has_accepted:
            accept(user_id, now=now)
    return Person(user_id=user_id, customer_id=customer_id or 0, email=email)


def consent(at: datetime = NOON, **changed: Any) -> Consent:
    """What a form sends along that shows everything that has to be accepted at an instant."""
    whole = Consent(
        way=Way.SIGN_UP,
        shown={document: shown(asked_for(shelf(), document, at)) for document in DocumentName},
        button_words="Sign up",
        address="192.0.2.1",
        agent="a browser of the tests",
        request_id="0123456789abcdef",
    )
    return replace(whole, **changed)


def accept(user_id: int, *, now: datetime = NOON, **changed: Any) -> None:
    """Let a person accept what is to be accepted at an instant."""
    with transaction.atomic():
        accounts.record_acceptance(user_id=user_id, consent=consent(now, **changed), now=now)


def deposit(customer_id: int, amount: str, *, currency: str = "USD", now: datetime = NOON) -> None:
    """Put money on a customer's balance."""
    with transaction.atomic():
        ledger.post(
            transfers=[
                Transfer(
                    key=f"operator/credit/test/{customer_id}/{next(_numbers)}",
                    debit=house(AccountKind.CUSTODY, currency),
                    credit=customer(customer_id, currency),
                    amount_micros=parse_amount(amount),
                    reason=Reason.DEPOSIT,
                    customer_id=customer_id,
                )
            ],
            now=now,
        )


def add_service(
    name: str = "Channel promotion by paid ads",
    *,
    rate: str = "0.90",
    quantity_min: int = 10,
    quantity_max: int = 10_000,
    service_type: ServiceType = ServiceType.DEFAULT,
    accepts: Collection[str] = ("telegram/channel",),
    can_cancel: bool = True,
    state: ServiceState = ServiceState.LISTED,
    network: str = "telegram",
    metric: Metric | None = None,
    is_long_running: bool = False,
    now: datetime = NOON,
) -> int:
    """A declared service, on sale unless another state is asked for."""
    with transaction.atomic():
        service_id = catalog.write_service(
            service=catalog.NewService(
                category="Promotion",
                name=name,
                network=network,
                type=service_type,
                rate_micros=parse_amount(rate),
                quantity_min=quantity_min,
                quantity_max=quantity_max,
                accepts=accepts,
                description="Shown as advertising to people who follow the subject.",
                can_cancel=can_cancel,
                can_refill=False,
                start_within=timedelta(hours=1),
                complete_within=timedelta(days=1),
                drop_band=DropBand.MINIMAL,
                metric=metric,
                is_long_running=is_long_running,
            ),
            written_by="operator",
            now=now,
        )
        catalog.declare_fulfilment(
            service_id=service_id, declaration=Declaration.PAID_ADS, declared_by="operator", now=now
        )
        if state is not ServiceState.DRAFT:
            catalog.change_state(service_id=service_id, state=state)
    return service_id


def make_key(person: Person, *, rate_per_second: int = 100, burst: int = 200, now: datetime = NOON) -> str:
    """An API key of this person's customer."""
    return accounts.make_key(
        customer_id=person.customer_id, name="test", now=now, rate_per_second=rate_per_second, burst=burst
    )
