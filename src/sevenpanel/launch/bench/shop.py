"""The shop that is measured: many customers with money and a key each, services, one provider.

The house is built by the desk's own commands; the customers, who are many and alike, by a few statements.
"""

import argparse
import json
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection, transaction

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import BASE62, KEY_BODY_LENGTH, KEY_PREFIX, Role, key_check, key_hash
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Declaration, DropBand, ServiceState, ServiceType
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.kernel import db
from sevenpanel.kernel.money import parse_amount
from sevenpanel.launch.bench.load import QUANTITY
from sevenpanel.launch.bench.provider import SERVICE
from sevenpanel.launch.demo import accept_for
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, house
from sevenpanel.orders.commands import PLACE, Judged, place_arguments, refuse_at_the_door
from sevenpanel.orders.domain import OrderLine

CURRENCY = "USD"
SERVICES = 100
RATE = "0.90"
MONEY = "100000000"
EMAIL, PASSWORD = "bench@example.org", "a phrase of the bench"
# No sample may be slowed by the allowance of a key.
RATE_PER_SECOND = 1_000_000

_CUSTOMERS = """
INSERT INTO accounts_customer (name, currency, is_suspended, created_at)
SELECT 'Customer ' || n, %s, false, %s FROM generate_series(1, %s) AS n ORDER BY n RETURNING id
"""
_ACCOUNTS = """
INSERT INTO ledger_account (kind, owner_id, currency, created_at)
SELECT 'customer', id, %s, %s FROM unnest(%s::bigint[]) AS c(id)
"""
_BALANCES = """
INSERT INTO ledger_balance (customer_id, account_id, held_account_id, currency, balance_micros, credit_limit_micros)
SELECT a.owner_id, a.id, %s, a.currency, 0, 0
  FROM ledger_account a WHERE a.kind = 'customer' AND a.owner_id = ANY(%s::bigint[])
"""
_DEPOSITS = """
SELECT ledger_post(array_agg('operator/credit/bench-' || customer_id), array_agg(%s::bigint), array_agg(account_id),
                   array_agg(%s::bigint), array_agg('deposit'::text), array_agg(customer_id), array_agg(NULL::bigint),
                   array_agg(''::text), %s) FROM ledger_balance
"""
# Every customer has somebody who accepted what is in force; the first one's evidence is everybody's.
_PEOPLE = """
INSERT INTO accounts_user (password, email, name, role, customer_id, is_active, date_joined)
SELECT '!', 'bench-' || id || '@example.org', 'Bench', %s, id, true, %s FROM unnest(%s::bigint[]) AS c(id)
"""
_ACCEPTANCES = """
INSERT INTO accounts_acceptance (user_id, customer_id, text_id, way, statements, button_words, address, agent,
                                 request_id, accepted_at)
SELECT u.id, u.customer_id, a.text_id, a.way, a.statements, a.button_words, a.address, a.agent, a.request_id,
       a.accepted_at
  FROM accounts_acceptance a CROSS JOIN accounts_user u
 WHERE a.customer_id = %s AND u.customer_id = ANY(%s::bigint[])
"""
_KEYS = """
INSERT INTO accounts_apikey (customer_id, name, hint, hash, rate_per_second, burst, created_at)
SELECT k.customer_id, 'bench', 'bench', k.hash, %s, %s, %s
  FROM unnest(%s::bigint[], %s::bytea[]) AS k(customer_id, hash)
"""


def main(arguments: Sequence[str]) -> int:
    """Build the shop in the environment's database, and say as JSON what is needed to use it."""
    parser = argparse.ArgumentParser(prog="shop")
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--provider", required=True, help="the address of its API")
    asked = parser.parse_args(arguments)
    now = datetime.now(UTC)
    with transaction.atomic():
        services = [_service(n, now) for n in range(1, SERVICES + 1)]
        customers = _customers(asked.customers, now)
        keys = _keys(customers, now)
        _people(customers, now)
        provider = _provider(asked.provider, services, now)
    fulfilment.refresh_catalogue(provider_id=provider, now=now)
    _analyze()
    said = {"services": services, "customers": customers, "keys": keys, "provider": provider, "limit": _limit()}
    said |= {"email": EMAIL, "password": PASSWORD}
    print(json.dumps(said))
    return 0


def _analyze() -> None:
    """Tell the planner what the database would have told it within a minute: of tables that hold something."""
    for table in connection.introspection.table_names():
        if db.rows(f'SELECT FROM "{table}" LIMIT 1'):
            db.rows(f'ANALYZE "{table}"')


def _service(number: int, now: datetime) -> int:
    service_id = catalog.write_service(
        service=catalog.NewService(
            category=f"Category {number % 10}",
            name=f"Channel promotion {number}",
            network="telegram",
            type=ServiceType.DEFAULT,
            rate_micros=parse_amount(RATE),
            quantity_min=10,
            quantity_max=10_000,
            accepts=("telegram/channel",),
            description="Shown as advertising to people who follow the subject.",
            can_cancel=True,
            drop_band=DropBand.MINIMAL,
            position=number,
        ),
        written_by="bench",
        now=now,
    )
    catalog.declare_fulfilment(service_id=service_id, declaration=Declaration.PAID_ADS, declared_by="bench", now=now)
    catalog.change_state(service_id=service_id, state=ServiceState.LISTED)
    return service_id


def _customers(count: int, now: datetime) -> list[int]:
    held = ledger.account_id(account=house(AccountKind.HELD, CURRENCY), now=now)
    custody = ledger.account_id(account=house(AccountKind.CUSTODY, CURRENCY), now=now)
    customers = [int(id_) for (id_,) in db.rows(_CUSTOMERS, (CURRENCY, now, count))]
    db.rows(_ACCOUNTS, (CURRENCY, now, customers))
    db.rows(_BALANCES, (held, customers))
    db.rows(_DEPOSITS, (custody, parse_amount(MONEY), now))
    return customers


def _people(customers: Sequence[int], now: datetime) -> None:
    first, *others = customers
    accounts.add_person(email=EMAIL, password=PASSWORD, name="Bench", role=Role.CUSTOMER, customer_id=first, now=now)
    accept_for(EMAIL, now)
    db.rows(_PEOPLE, (Role.CUSTOMER.value, now, others))
    db.rows(_ACCEPTANCES, (first, others))


def _keys(customers: Sequence[int], now: datetime) -> list[str]:
    bodies = ["".join(secrets.choice(BASE62) for _ in range(KEY_BODY_LENGTH)) for _ in customers]
    keys = [f"{KEY_PREFIX}{body}{key_check(body)}" for body in bodies]
    hashes = [key_hash(key) for key in keys]
    db.rows(_KEYS, (RATE_PER_SECOND, RATE_PER_SECOND, now, list(customers), hashes))
    return keys


def _provider(url: str, services: Sequence[int], now: datetime) -> int:
    provider = fulfilment.register_provider(
        name="Bench", kind="sandbox", url=url, key="bench", currency=CURRENCY, now=now
    )
    for service_id in services:
        fulfilment.set_route(
            service_id=service_id, provider_id=provider, provider_service=SERVICE["service"], is_active=True
        )
    return provider


_MARK = "benchmarked"
_CUSTOMER, _SERVICE = 7_070_707, 7_070_708
_HOLES = {_CUSTOMER: ":account", _SERVICE: ":service"}


def _limit() -> str:
    """The placing statement for one order, exactly as the API's door makes it, with holes for `limit` to fill."""
    line = OrderLine(customer_id=_CUSTOMER, service_id=_SERVICE, link=f"https://t.me/{_MARK}", quantity=QUANTITY)
    judged = refuse_at_the_door(line)
    assert isinstance(judged, Judged)
    arguments = iter(place_arguments([judged], datetime.now(UTC)))
    return re.sub(r"\$[0-9]+(?=::)", lambda _: _written(next(arguments)), PLACE)


def _written(argument: object) -> str:
    if isinstance(argument, datetime):
        return "clock_timestamp()"
    if isinstance(argument, list):
        return f"ARRAY[{', '.join(map(_literal, argument))}]"
    return _literal(argument)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if not isinstance(value, str):
        return _HOLES.get(value, str(value).lower()) if isinstance(value, int) else str(value)
    assert "'" not in value
    return "'" + value.replace(_MARK, "b' || :n || '") + "'"
