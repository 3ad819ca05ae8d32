"""Services and prices, from the command line."""

from argparse import ArgumentParser, Namespace
from datetime import datetime

from django.db import transaction

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog import queries as services
from sevenpanel.catalog.domain import Declaration, Metric, ServiceState, ServiceType
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as supply
from sevenpanel.fulfilment.queries import OfferRow, ProviderRow
from sevenpanel.kernel.money import divide_up, format_amount, from_decimal_up, parse_amount
from sevenpanel.launch.operate.people import UnableToOperate, customer_of
from sevenpanel.notices import commands as notices

OPERATOR = "operator"


def provider_named(name: str) -> ProviderRow:
    """The provider with this name.

    :raises UnableToOperate: when there is none.
    """
    for provider in supply.providers():
        if provider.name == name:
            return provider
    raise UnableToOperate(f"There is no provider named {name}.")


def import_arguments(parser: ArgumentParser) -> None:
    """Which offer, and as what."""
    parser.add_argument("provider")
    parser.add_argument("offer", help="the provider's own id of the service")
    parser.add_argument("--accepts", nargs="+", required=True, metavar="LINK", help="such as telegram/channel")
    parser.add_argument("--percent", type=int, default=130, help="the price, in percent of the provider's")


def import_service(asked: Namespace, now: datetime) -> str:
    """Take a provider's offer over as a draft: it is declared as unknown, and nobody can order it yet (G-1)."""
    provider = provider_named(asked.provider)
    offer = _offer(provider, asked.offer)
    with transaction.atomic():
        service_id = catalog.write_service(service=_draft(offer, provider, asked), written_by=OPERATOR, now=now)
        fulfilment.set_route(service_id=service_id, provider_id=provider.id, provider_service=offer.service)
    return f"Service {service_id} is a draft. Declare how it is fulfilled, then list it."


def _offer(provider: ProviderRow, service: str) -> OfferRow:
    for offer in supply.offers(provider_id=provider.id):
        if offer.service == service and offer.gone_at is None:
            return offer
    raise UnableToOperate(f"{provider.name} offers no service {service}; `operate catalogue` reads its list again.")


def _draft(offer: OfferRow, provider: ProviderRow, asked: Namespace) -> catalog.NewService:
    if offer.type not in {kind.value for kind in ServiceType}:
        raise UnableToOperate(f"Services of the type {offer.type} cannot be sold yet.")
    cost = from_decimal_up(offer.rate * provider.exchange_rate)
    return catalog.NewService(
        category=offer.category,
        name=offer.name,
        network=asked.accepts[0].split("/")[0],
        type=ServiceType(offer.type),
        rate_micros=divide_up(cost * asked.percent, 100),
        quantity_min=offer.quantity_min,
        quantity_max=offer.quantity_max,
        accepts=asked.accepts,
        description=offer.description or offer.name,
        can_cancel=offer.cancel,
    )


def declare_arguments(parser: ArgumentParser) -> None:
    """Which service, how it is done, and who says so."""
    parser.add_argument("service", type=int)
    parser.add_argument("declaration", choices=[declaration.value for declaration in Declaration])
    parser.add_argument("--by", required=True, metavar="EMAIL", help="who declares it")
    parser.add_argument("--note", default="", help="the description that “other” needs")


def declare(asked: Namespace, now: datetime) -> str:
    """Declare how a service is fulfilled; an unlawful declaration takes it off the list."""
    known_service(asked.service)
    if asked.declaration == Declaration.OTHER and not asked.note:
        raise UnableToOperate("Say with --note how it is fulfilled.")
    with transaction.atomic():
        notices.declare_fulfilment(
            service_id=asked.service,
            declaration=Declaration(asked.declaration),
            declared_by=asked.by,
            note=asked.note,
            now=now,
        )
    return f"Service {asked.service} is declared as {asked.declaration}."


def state_arguments(parser: ArgumentParser) -> None:
    """Which service, and where it shall stand."""
    parser.add_argument("service", type=int)
    parser.add_argument("state", choices=[state.value for state in ServiceState])


def change_state(asked: Namespace, now: datetime) -> str:
    """List, pause or retire a service."""
    known_service(asked.service)
    with transaction.atomic():
        notices.change_state(service_id=asked.service, state=ServiceState(asked.state), changed_by=OPERATOR, now=now)
    return f"Service {asked.service} is {asked.state}."


def price_arguments(parser: ArgumentParser) -> None:
    """Which service, at what rate, for whom."""
    parser.add_argument("service", type=int)
    parser.add_argument("rate", help="for 1000, or for the package; “none” takes a customer's own rate back")
    parser.add_argument("--for", dest="email", help="one customer only")


def set_price(asked: Namespace, now: datetime) -> str:
    """Set a rate for everybody, or for one customer."""
    known_service(asked.service)
    rate = None if asked.rate == "none" and asked.email else parse_amount(asked.rate)
    with transaction.atomic():
        if asked.email:
            catalog.set_custom_rate(
                customer_id=customer_of(asked.email), service_id=asked.service, rate_micros=rate, now=now
            )
        else:
            assert rate is not None
            notices.change_price(service_id=asked.service, rate_micros=rate, changed_by=OPERATOR, now=now)
    return f"Service {asked.service} costs {'the usual rate' if rate is None else format_amount(rate)} from now on."


def limits_arguments(parser: ArgumentParser) -> None:
    """Which service, how few and how many."""
    parser.add_argument("service", type=int)
    parser.add_argument("smallest", type=int)
    parser.add_argument("largest", type=int)


def set_limits(asked: Namespace, now: datetime) -> str:
    """Set the smallest and the largest quantity of one order."""
    known_service(asked.service)
    with transaction.atomic():
        notices.change_limits(
            service_id=asked.service,
            quantity_min=asked.smallest,
            quantity_max=asked.largest,
            changed_by=OPERATOR,
            now=now,
        )
    return f"One order of service {asked.service} is {asked.smallest} to {asked.largest} from now on."


def metric_arguments(parser: ArgumentParser) -> None:
    """Which service, and what it counts."""
    parser.add_argument("service", type=int)
    parser.add_argument("metric", choices=[*(metric.value for metric in Metric), "nothing"])
    parser.add_argument("--long-running", action="store_true", help="an order serves what is published later, too")


def set_metric(asked: Namespace, now: datetime) -> str:
    """Say what a service counts on the target: services of a network that count the same are similar (clause 1)."""
    known_service(asked.service)
    metric = None if asked.metric == "nothing" else Metric(asked.metric)
    with transaction.atomic():
        catalog.set_metric(service_id=asked.service, metric=metric, is_long_running=asked.long_running)
    long = ", and its orders run for long" if asked.long_running else ""
    return f"Service {asked.service} counts {asked.metric} on the target{long}."


def known_service(service_id: int) -> None:
    """Refuse what names no service.

    :raises UnableToOperate: when there is no such service.
    """
    if services.service(service_id=service_id, customer_id=None) is None:
        raise UnableToOperate(f"There is no service {service_id}.")


def list_services(asked: Namespace, now: datetime) -> str:
    """Every service with its state, rate and declaration."""
    return "\n".join(
        f"{s.id:>6}  {s.state:<8} {format_amount(s.rate_micros):>12}  {s.declaration:<28} {s.name}"
        for s in services.all_services()
    )
