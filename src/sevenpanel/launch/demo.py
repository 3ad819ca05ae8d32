"""`sevenpanel seed-demo`: a shop to try the desk with, made once.

A customer with 1,000.00, an operator, the services of the sandbox provider at a price of our own, and the past of three
of them, from which their drop and times are told, with one order whose link changed. Whatever was made before is left
as it is; only what `demo.json` says is made true again, the provider's address included. The people of the demo accept
the Terms in force at each start, and their acceptances say that the demo's seed did so.
"""

import argparse
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries as people
from sevenpanel.accounts.domain import Consent, Role, Way, shown
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Declaration, DropBand, Metric, ServiceState, ServiceType
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as supply
from sevenpanel.fulfilment.providers.sandbox.catalogue import CURRENCY, DEMO_KEY, Listing, catalogue
from sevenpanel.kernel.money import divide_up, parse_amount
from sevenpanel.launch import demo_deposits
from sevenpanel.launch.demo_past import make_past
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.notices import commands as notices
from sevenpanel.settings.environment import environment
from sevenpanel.terms.documents import DocumentName, asked_for

CUSTOMER_EMAIL = "customer@demo.example"
OPERATOR_EMAIL = "operator@demo.example"
PROVIDER_NAME = "Sandbox"
SEED = "sevenpanel seed-demo"
BALANCE = "1000.00"
# What the demo asks for a service, in percent of what the sandbox asks of the desk.
PRICE_PERCENT = 130


def main(argv: Sequence[str]) -> int:
    """Make the demo, or make what `demo.json` says of it true again."""
    parser = argparse.ArgumentParser(prog="sevenpanel seed-demo", description=__doc__)
    parser.add_argument("--sandbox-url", required=True, help="where the sandbox provider listens")
    parser.add_argument("--simchain-url", default="", help="where the simulated chain listens, if one runs")
    asked = parser.parse_args(argv)
    here = environment()
    now = timezone.now()
    seed(home=here.home, url=here.url, sandbox_url=asked.sandbox_url, now=now)
    demo_deposits.seed(simchain_url=asked.simchain_url, operator_id=_operator_id(), now=now)
    return 0


def seed(*, home: Path, url: str, sandbox_url: str, now: datetime) -> None:
    """Make the demo once, all or nothing, and write its keys to `demo.json` (mode 0600).

    :param url: where customers reach the desk.
    :param sandbox_url: where the sandbox provider listens at this start.
    """
    path = home / "demo.json"
    with transaction.atomic():
        is_new = people.person_of_email(email=CUSTOMER_EMAIL) is None
        if is_new:
            _make_people(now)
            _make_services(_provider(sandbox_url, now), now)
        _accept(now)
    sandbox = _provider_id()
    fulfilment.update_provider(provider_id=sandbox, url=_api(sandbox_url), now=now)
    fulfilment.refresh_catalogue(provider_id=sandbox, now=now)
    if is_new:
        services = _services(sandbox)
        make_past(services=services, made_by=OPERATOR_EMAIL, operator_id=_operator_id(), now=now)
    if is_new or not path.exists():
        _write(path, {"url": url, **_fresh_keys(now)})
    else:
        _write(path, {**json.loads(path.read_text()), "url": url})


def _make_people(now: datetime) -> None:
    currency = settings.CURRENCY
    customer_id = accounts.open_customer(name="Northwind (demo)", currency=currency, now=now)
    for email, name, role, owner in (
        (CUSTOMER_EMAIL, "Demo customer", Role.CUSTOMER, customer_id),
        (OPERATOR_EMAIL, "Demo operator", Role.ADMIN, None),
    ):
        accounts.add_person(email=email, password=None, name=name, role=role, customer_id=owner, now=now)
    deposit = Transfer(
        key="demo/balance",
        debit=house(AccountKind.CUSTODY, currency),
        credit=customer(customer_id, currency),
        amount_micros=parse_amount(BALANCE),
        reason=Reason.DEPOSIT,
        customer_id=customer_id,
        note="Play money of the demo",
    )
    ledger.post(transfers=[deposit], now=now)


def _accept(now: datetime) -> None:
    for email in (CUSTOMER_EMAIL, OPERATOR_EMAIL):
        accept_for(email, now)


def accept_for(email: str, now: datetime) -> None:
    """Let a person of ours accept what is in force; what was accepted before stays as it is."""
    consent = Consent(
        way=Way.DEMO,
        shown={name: shown(asked_for(people.shelf(), name, now)) for name in DocumentName},
        button_words=SEED,
        address="this machine",
        agent="",
        request_id=SEED,
    )
    found = people.person_of_email(email=email)
    assert found is not None
    accounts.record_acceptance(user_id=found[0], consent=consent, now=now)


def provider_id() -> int | None:
    """The sandbox as this desk knows it; None when the demo was never made."""
    return next((provider.id for provider in supply.providers() if provider.name == PROVIDER_NAME), None)


def _operator_id() -> int:
    found = people.person_of_email(email=OPERATOR_EMAIL)
    assert found is not None
    return found[0]


def _provider(sandbox_url: str, now: datetime) -> int:
    return fulfilment.register_provider(
        name=PROVIDER_NAME,
        kind="sandbox",
        url=_api(sandbox_url),
        key=DEMO_KEY,
        currency=CURRENCY,
        idempotency_field="request_id",
        now=now,
    )


def _api(sandbox_url: str) -> str:
    return f"{sandbox_url}/api/v2"


def _provider_id() -> int:
    found = provider_id()
    assert found is not None
    return found


def _make_services(provider_id: int, now: datetime) -> None:
    for position, listing in enumerate(catalogue().values()):
        service_id = catalog.write_service(service=service_of(listing, position), written_by=OPERATOR_EMAIL, now=now)
        notices.declare_fulfilment(
            service_id=service_id,
            declaration=Declaration(listing.fulfilment.value),
            declared_by=OPERATOR_EMAIL,
            now=now,
        )
        notices.change_state(service_id=service_id, state=ServiceState.LISTED, changed_by=OPERATOR_EMAIL, now=now)
        fulfilment.set_route(service_id=service_id, provider_id=provider_id, provider_service=str(listing.id))


def _services(provider_id: int) -> dict[int, int]:
    """The desk's services by the sandbox's."""
    return {
        int(route.provider_service): route.service_id for route in supply.routes() if route.provider_id == provider_id
    }


def service_of(listing: Listing, position: int) -> catalog.NewService:
    """A service of the sandbox's as the desk sells it: the same words and limits, at a price of our own."""
    return catalog.NewService(
        category=listing.category,
        name=listing.name,
        network=listing.network,
        type=ServiceType(listing.type.value),
        rate_micros=divide_up(listing.rate_micros * PRICE_PERCENT, 100),
        quantity_min=listing.min,
        quantity_max=listing.max,
        accepts=listing.links,
        description=listing.description,
        can_cancel=listing.cancel,
        can_refill=listing.refill,
        start_within=timedelta(seconds=listing.start_seconds),
        complete_within=timedelta(seconds=listing.completion_seconds),
        drop_band=_drop_band(listing.drop_percent[1]),
        position=position,
        metric=Metric(listing.metric) if listing.metric else None,
        is_long_running=listing.is_long_running,
    )


def _drop_band(worst_percent: int) -> DropBand:
    """The band of clause 5 in which the worst expected drop lies."""
    bands = ((5, DropBand.MINIMAL), (20, DropBand.LOW), (50, DropBand.MEDIUM))
    return next((band for limit, band in bands if worst_percent <= limit), DropBand.EXCESSIVE)


def _fresh_keys(now: datetime) -> dict[str, dict[str, str]]:
    """New passwords and a new key: only their hashes are stored, so lost ones can be replaced but not found."""
    people_of_demo = {}
    for name, email in (("customer", CUSTOMER_EMAIL), ("operator", OPERATOR_EMAIL)):
        found = people.person_of_email(email=email)
        assert found is not None
        password = f"demo-{secrets.token_urlsafe(9)}"
        accounts.set_password(user_id=found[0], password=password, now=now)
        people_of_demo[name] = {"email": email, "password": password}
    customer_id = people.customer_of_email(email=CUSTOMER_EMAIL)
    assert customer_id is not None
    key = accounts.make_key(customer_id=customer_id, name="Demo", now=now)
    people_of_demo["customer"]["api_key"] = key
    return people_of_demo


def _write(path: Path, demo: dict[str, object]) -> None:
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(demo, indent=2) + "\n")
    draft.replace(path)
