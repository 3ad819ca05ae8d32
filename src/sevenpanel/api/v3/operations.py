"""The operations of version 3. Each is a few lines: read, ask the house, show; every refusal is a `Problem`."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Header, Path, Query, Router
from ninja import Status as Answer

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Permission
from sevenpanel.api.v3 import showing
from sevenpanel.api.v3.houses import HOUSES, House
from sevenpanel.api.v3.keys import Key
from sevenpanel.api.v3.problems import NO_CANCEL, NoCancel, Problem, Trouble, meets, refused
from sevenpanel.api.v3.request import Asked
from sevenpanel.api.v3.shapes import (
    ID_MAX,
    IDEMPOTENCY_KEY,
    Balance,
    Cancel,
    CancelOutcome,
    NewOrder,
    OrderInFull,
    Orders,
    Service,
    Services,
    Statement,
)
from sevenpanel.catalog.domain import ServiceRow, ServiceState, ServiceType
from sevenpanel.kernel.money import parse_amount
from sevenpanel.kernel.said import plain
from sevenpanel.notices import queries as notices
from sevenpanel.orders.commands import CancelVerdict
from sevenpanel.orders.domain import OrderLine, RefusalCode, Refused, Status

PAGE, PAGE_MAX = 50, 100
READ, ORDER, CANCEL = Key(Permission.READ), Key(Permission.ORDER), Key(Permission.CANCEL)

OrderId = Annotated[int, Path(ge=1, le=ID_MAX, description="The order's id.", examples=[23501])]
Cursor = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description="The next_cursor of the page before.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most on the page.")]

router = Router()


def house_of(request: Asked) -> House:
    """What is behind the caller's key."""
    return HOUSES[request.auth.kind]


@router.get("balance", auth=READ, response=Balance, url_name="balance", operation_id="getBalance", tags=["Account"])
def balance(request: Asked) -> Balance:
    """What the account can spend

    To a test key: what is left of today's play money.
    """
    return showing.balance(house_of(request).balance(request.auth, request.received_at))


@router.get(
    "statement", auth=READ, response=Statement, url_name="statement", operation_id="getStatement", tags=["Account"]
)
def statement(request: Asked, cursor: Cursor = None, limit: Limit = PAGE) -> Statement:
    """Every movement on the balance, newest first

    Each is one entry of the books, which are never changed. To a test key it is empty: play money is in no book.
    """
    house, before = house_of(request), int(cursor) if cursor else None
    currency = house.balance(request.auth, request.received_at).currency
    lines = house.statement(request.auth, before, limit)
    after = str(lines[-1].transfer_id) if len(lines) == limit else None
    return Statement(entries=[showing.entry(line, currency) for line in lines], next_cursor=after)


@router.get(
    "services", auth=READ, response=Services, url_name="services", operation_id="listServices", tags=["Services"]
)
def services(
    request: Asked,
    network: Annotated[str | None, Query(max_length=40, description="Only of this network.")] = None,
    type: Annotated[ServiceType | None, Query(description="Only of this type.")] = None,  # noqa: A002 - the field's word
    search: Annotated[str | None, Query(max_length=100, description="Only with these words in the name.")] = None,
) -> Services:
    """What is on sale, at the account's own rates

    As it is in force at this moment, with every notice counted in.
    """
    on_sale = notices.on_sale(customer_id=request.auth.customer_id, at=request.received_at)
    currency = _currency(request)
    found = [row for row in on_sale if _is_wanted(row, network, type, search)]
    return Services(services=[showing.service(row, currency) for row in found])


@router.get(
    "services/{id:service_id}",
    auth=READ, response=Service, url_name="service", operation_id="getService", tags=["Services"],
)  # fmt: skip
@meets(Trouble.NOT_FOUND)
def service(
    request: Asked, service_id: Annotated[int, Path(ge=1, le=ID_MAX, description="The service's id.", examples=[1])]
) -> Service:
    """One service on sale"""
    found = notices.effective_service(
        service_id=service_id, customer_id=request.auth.customer_id, at=request.received_at
    )
    if found is None or found.service.state is not ServiceState.LISTED:
        raise Problem(Trouble.NOT_FOUND, f"No service {service_id} is on sale.")
    return showing.service(found.service, _currency(request))


@router.get("orders", auth=READ, response=Orders, url_name="orders", operation_id="listOrders", tags=["Orders"])
def orders(
    request: Asked,
    status: Annotated[Status | None, Query(description="Only in this status.")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Orders:
    """The account's orders, newest first

    A page that is not full may have a next one all the same: only so many orders are looked at for a page.
    """
    before = int(cursor) if cursor else None
    found, after = house_of(request).orders(request.auth, status, before, limit, request.received_at)
    return Orders(orders=found, next_cursor=str(after) if after else None)


@router.post(
    "orders",
    auth=ORDER, response={201: OrderInFull, 200: OrderInFull}, url_name="orders", operation_id="placeOrder",
    tags=["Orders"],
)  # fmt: skip
@meets(*(code for code in RefusalCode if code is not RefusalCode.BAD_NUMBER))
def place(
    request: Asked,
    response: HttpResponse,
    new: NewOrder,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=IDEMPOTENCY_KEY,
            description="Your own id of this request, such as the number in your shop; 1 to 128 visible ASCII "
            "characters. The same one with the same fields is answered with the same order and never charged again.",
            examples=["shop-4711"],
        ),
    ] = None,
) -> Answer[OrderInFull]:
    """Place one order

    Its charge is held from now on. 201: it was placed. 200: this Idempotency-Key was sent before, and this is the
    order that it placed then. By the service's type an order needs:
    Default: quantity. Custom Comments: comments, one each. Package: neither.
    """
    house = house_of(request)
    outcome = house.place(_line(request, new, idempotency_key), request.received_at)
    if isinstance(outcome, Refused):
        raise refused(outcome)
    response["Location"] = request.build_absolute_uri(f"{request.path}/{outcome.order_id}")
    return Answer(200 if outcome.is_replay else 201, _order(request, outcome.order_id))


@router.get(
    "orders/{id:order_id}", auth=READ, response=OrderInFull, url_name="order", operation_id="getOrder", tags=["Orders"]
)
@meets(Trouble.NOT_FOUND)
def order(request: Asked, order_id: OrderId) -> OrderInFull:
    """One order, with everything that happened to it"""
    return _order(request, order_id)


@router.post(
    "orders/{id:order_id}/cancel",
    auth=CANCEL, response=Cancel, url_name="order-cancel", operation_id="cancelOrder", tags=["Orders"],
)  # fmt: skip
@meets(Trouble.NOT_FOUND, *NoCancel)
def cancel(request: Asked, order_id: OrderId) -> Cancel:
    """Ask to cancel an order

    Before it was sent it ends at once and everything comes back; afterwards the provider decides, and the order tells
    the outcome. Asking again changes nothing.
    """
    answer = house_of(request).cancel(request.auth, order_id, request.received_at)
    if answer.verdict in NO_CANCEL:
        raise Problem(NO_CANCEL[answer.verdict], plain(answer.sentence))
    is_ended = answer.verdict is CancelVerdict.CANCELLED
    outcome = CancelOutcome.CANCELLED if is_ended else CancelOutcome.REQUESTED
    return Cancel(outcome=outcome, sentence=plain(answer.sentence), order=_order(request, order_id))


def _order(request: Asked, order_id: int) -> OrderInFull:
    found = house_of(request).order(request.auth, order_id, request.received_at)
    if found is None:
        raise Problem(Trouble.NOT_FOUND, f"You have no order {order_id}.")
    return found


def _line(request: Asked, new: NewOrder, request_id: str | None) -> OrderLine:
    return OrderLine(
        customer_id=request.auth.customer_id,
        service_id=new.service,
        link=new.link.strip(),
        quantity=new.quantity,
        comments=tuple(filter(None, (comment.strip() for comment in new.comments))),
        request_id=request_id,
        max_charge_micros=None if new.max_charge is None else parse_amount(new.max_charge),
        key_id=request.auth.capped_key_id,
    )


def _currency(request: Asked) -> str:
    return accounts.customer(customer_id=request.auth.customer_id).currency


def _is_wanted(row: ServiceRow, network: str | None, type_: ServiceType | None, search: str | None) -> bool:
    words = (search or "").casefold().split()
    return (
        network in (None, row.network)
        and type_ in (None, row.type)
        and all(word in row.name.casefold() for word in words)
    )
