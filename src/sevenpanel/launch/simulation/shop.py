"""Opening the shop of a run: people, money, services, providers with their promises, routes between them."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Declaration, DropBand, ServiceState, ServiceType
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.kernel.money import MICROS_PER_UNIT
from sevenpanel.launch.simulation.chance import chance_of
from sevenpanel.launch.simulation.panel import Panel, Promises
from sevenpanel.launch.simulation.world import Customer, World
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house

CURRENCY = "USD"
PACKAGE = "3"
# What providers ask for 1000 pieces (for one of service 3), in micro-units; the desk asks a little more.
RATES = {"1": 500_000, "2": 1_230_007, PACKAGE: 2_500_000}
MARGIN_PERCENT = 140
# Percent of the sandbox's durations. At this pace no order ends within three minutes, as whoever promises to refuse a
# second active order has to say of his orders.
LASTING = 4_000
ENDS_OF_ORDERS = (
    Personality.NORMAL, Personality.NORMAL, Personality.SLOW, Personality.PARTIAL, Personality.CANCELS,
    Personality.LIES, Personality.BACKWARDS,
)  # fmt: skip
PROMISES = (
    Promises(request_ids=True),
    Promises(refuses_duplicates=True),
    Promises(balance=True),
    Promises(),
)


def open_shop(world: World, *, customers: int = 3, rich: bool = False) -> None:
    """Set everything up that a run needs, by the desk's own commands.

    :param rich: whether customers never run out of money.
    """
    with transaction.atomic():
        world.staff = [_person(world, Role.ADMIN, None, n) for n in range(2)]
        world.customers = [_customer(world, n) for n in range(customers)]
        world.services = [_service(world, name) for name in (*RATES, "4")]
    for one in world.customers:
        units = 10**7 if rich else world.chance.randint(1, 30)
        deposit(world, one, units * MICROS_PER_UNIT, "opening")
    for number in range(2):
        _provider(world, number)


def deposit(world: World, to: Customer, amount: int, reference: str) -> None:
    """Book money that came in."""
    transfer = Transfer(
        key=f"operator/credit/simulated/{to.id}/{reference}",
        debit=house(AccountKind.CUSTODY, CURRENCY),
        credit=customer(to.id, CURRENCY),
        amount_micros=amount,
        reason=Reason.DEPOSIT,
        customer_id=to.id,
    )
    with transaction.atomic():
        ledger.post(transfers=[transfer], now=world.now)
    to.deposited_micros += amount


def _customer(world: World, number: int) -> Customer:
    id_ = accounts.open_customer(name=f"Customer {number}", currency=CURRENCY, now=world.now)
    return Customer(id=id_, person_id=_person(world, Role.CUSTOMER, id_, number))


def _person(world: World, role: Role, customer_id: int | None, number: int) -> int:
    email = f"{role.value}-{number}@example.org"
    return accounts.add_person(
        email=email, password=None, name=email, role=role, customer_id=customer_id, now=world.now
    )


def _service(world: World, name: str) -> int:
    """Services 1 and 2 count pieces, 3 is a package, 4 takes lines of comments and goes by the rate of 2."""
    kind = {PACKAGE: ServiceType.PACKAGE, "4": ServiceType.CUSTOM_COMMENTS}.get(name, ServiceType.DEFAULT)
    written = catalog.NewService(
        category="Promotion",
        name=f"Service {name}",
        network="website",
        type=kind,
        rate_micros=RATES["2" if name == "4" else name] * MARGIN_PERCENT // 100,
        quantity_min=1,
        quantity_max=100_000,
        accepts=("website/*",),
        description="Shown as advertising to people who follow the subject.",
        can_cancel=name != "2",
        start_within=timedelta(hours=2),
        complete_within=timedelta(days=1),
        drop_band=DropBand.LOW,
    )
    id_ = catalog.write_service(service=written, written_by="simulation", now=world.now)
    catalog.declare_fulfilment(
        service_id=id_, declaration=Declaration.PAID_ADS, declared_by="simulation", now=world.now
    )
    catalog.change_state(service_id=id_, state=ServiceState.LISTED)
    return id_


def _provider(world: World, number: int) -> None:
    promises = world.chance.one_of(PROMISES)
    panel = Panel(
        seed=world.seed * 10 + number,
        promises=promises,
        chance=chance_of(world.seed, f"panel {number}"),
        clock=world.clock,
        wait=world.wait,
        rates=dict(RATES),
        packages=frozenset({PACKAGE}),
        pace=world.chance.one_of((LASTING,) if promises.refuses_duplicates else (100, 2_000, 60_000)),
        personalities=ENDS_OF_ORDERS[: world.chance.randint(1, len(ENDS_OF_ORDERS))],
    )
    id_ = fulfilment.register_provider(
        name=f"Provider {number}",
        kind="apiv2",
        url="https://panel.example.org/api/v2",
        key=f"key-of-provider-{number}",
        currency=CURRENCY,
        exchange_rate=Decimal(1),
        idempotency_field="request_id" if promises.request_ids else None,
        refuses_duplicate_links=promises.refuses_duplicates,
        balance_is_ours=promises.balance,
        now=world.now,
    )
    world.panels[id_] = panel
    _routes(world, id_, number)


def _routes(world: World, provider_id: int, number: int) -> None:
    """Every service leads to both providers, in turns to the one or the other first."""
    for at, service_id in enumerate(world.services):
        theirs = "2" if at == 3 else str(at + 1)
        fulfilment.set_route(
            service_id=service_id, provider_id=provider_id, provider_service=theirs, priority=(at + number) % 2
        )
    panel = world.panels[provider_id]
    panel.is_honest = True
    fulfilment.refresh_catalogue(provider_id=provider_id, now=world.now, adapter_for=world.adapter_for)
    panel.is_honest = False
