"""What BTCPay Server says of an invoice, read as facts. Whatever has another form than expected is no fact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sevenpanel.deposits.sources.asking import Unusable, words

TEXT_LENGTH_MAX = 120
PAYMENT_LENGTH_MAX = 80
_YEAR_9000 = 221_845_392_000

S = TypeVar("S", bound=StrEnum)


class InvoiceStatus(StrEnum):
    """How far an invoice has come."""

    NEW = "New"
    PROCESSING = "Processing"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    SETTLED = "Settled"


class PaymentStatus(StrEnum):
    """How far one payment of an invoice has come."""

    INVALID = "Invalid"
    PROCESSING = "Processing"
    SETTLED = "Settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice.

    :param is_untouched: nothing has been paid to it.
    """

    id: str
    store: str
    order: str
    status: InvoiceStatus
    is_untouched: bool
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payment of an invoice.

    :param symbol: its coin; method: how it came, such as BTC-CHAIN.
    :param value: its amount, as the processor wrote it.
    """

    id: str
    symbol: str
    method: str
    value: object
    status: PaymentStatus
    received_at: datetime | None
    proof: Mapping[str, Any]


def invoice_of(said: object) -> Invoice:
    """This function reads an invoice.

    :raises Unusable: when it has another form.
    """
    if not isinstance(said, dict):
        raise Unusable("The server's invoice cannot be read.")
    metadata = said.get("metadata")
    order = metadata.get("orderId") if isinstance(metadata, dict) else None
    status = _status(InvoiceStatus, said.get("status"))
    page = words(said.get("checkoutLink"), longest=400)
    return Invoice(
        id=_text(said.get("id")),
        store=_text(said.get("storeId")),
        order=words(order, longest=TEXT_LENGTH_MAX),
        status=status,
        is_untouched=status in (InvoiceStatus.NEW, InvoiceStatus.EXPIRED) and said.get("additionalStatus") == "None",
        page=page if page.startswith(("https://", "http://")) else "",
    )


def invoices_of(said: object) -> list[Invoice]:
    """This function reads a list of invoices.

    :raises Unusable: when it is none.
    """
    if not isinstance(said, list):
        raise Unusable("The server's list of invoices cannot be read.")
    return [invoice_of(each) for each in said]


def payments_of(said: object) -> list[Paid]:
    """This function reads every payment of an invoice, over all of its methods.

    :raises Unusable: when it has another form, or tells two things of one payment.
    """
    found: dict[str, Paid] = {}
    for method in _methods(said):
        for payment in _payments(method):
            paid = _paid(method, payment)
            if found.setdefault(paid.id, paid) != paid:
                raise Unusable("The server tells two things of one payment.")
    return list(found.values())


def place_of(said: object, symbol: str) -> tuple[str, str]:
    """This function reads where a coin can be sent on its chain, and its link for wallets; empty without one."""
    for method in _methods(said):
        name = words(method.get("paymentMethodId") or method.get("paymentMethod"), longest=TEXT_LENGTH_MAX)
        address = words(method.get("destination"), longest=TEXT_LENGTH_MAX)
        if name in (f"{symbol}-CHAIN", symbol) and address.isalnum():
            return address, words(method.get("paymentLink"), longest=300)
    return "", ""


def _methods(said: object) -> Iterator[dict[str, Any]]:
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise Unusable("The server's payment methods cannot be read.")
    yield from said


def _payments(method: dict[str, Any]) -> Iterator[dict[str, Any]]:
    payments = method.get("payments") or []
    if not isinstance(payments, list) or not all(isinstance(each, dict) for each in payments):
        raise Unusable("The server's payments cannot be read.")
    yield from payments


def _paid(method: dict[str, Any], payment: dict[str, Any]) -> Paid:
    # Before its version 2, the server called the coin of a method by another name.
    symbol = words(method.get("currency") or method.get("cryptoCode"), longest=16)
    return Paid(
        id=_text(payment.get("id"), longest=PAYMENT_LENGTH_MAX),
        symbol=symbol.upper(),
        method=words(method.get("paymentMethodId") or method.get("paymentMethod"), longest=TEXT_LENGTH_MAX),
        value=payment.get("value"),
        status=_status(PaymentStatus, payment.get("status")),
        received_at=_instant(payment.get("receivedDate")),
        proof=payment,
    )


def _status(kind: type[S], said: object) -> S:
    try:
        return kind(str(said))
    except ValueError:
        raise Unusable("The server names a state that is not known.") from None


def _text(said: object, *, longest: int = TEXT_LENGTH_MAX) -> str:
    text = words(said, longest=longest)
    if not text:
        raise Unusable("The server's answer lacks a name.")
    return text


def _instant(said: object) -> datetime | None:
    """An instant as the server writes it: seconds since 1970."""
    if isinstance(said, bool) or not isinstance(said, int | Decimal) or not 0 < said < _YEAR_9000:
        return None
    return datetime.fromtimestamp(int(said), UTC)
