"""An order as a row of a list and as a page: its figures, its words and its money as text."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.orders.domain import Dispatch, Status, status_words
from sevenpanel.orders.queries import OrderRow
from sevenpanel.orders.timeline import MOVEMENT_WORDS, Line
from sevenpanel.terms import NOT_SENT, Outcome, Right, named_word
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import capital, told

SLUGS = {status: status.value.lower().replace(" ", "-") for status in Status}
STATUS_OF_SLUG = {slug: status for status, slug in SLUGS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRow:
    """What lists and the page of an order share."""

    id: int
    service_id: int
    service: str
    link: str
    target: str
    quantity: str
    charge: str
    status: str
    slug: str
    status_words: str
    placed: Instant
    delivered: str
    delivered_share: str
    delivered_count: int
    quantity_count: int
    is_open: bool


def row_of(order: OrderRow, decided_by: str = "") -> OrderLineRow:
    """An order for a list, or for its page: there with when its unknown fate is decided at the latest."""
    latest = _("Decided at the latest by %(when)s.") % {"when": told(decided_by)} if decided_by else ""
    share = order.delivered * 100 // order.quantity
    return OrderLineRow(
        id=order.id,
        service_id=order.service_id,
        service=order.service,
        link=order.link,
        target=order.target,
        quantity=present.count(order.quantity),
        charge=present.money(order.charge_micros, order.currency),
        status=told(named_word(order.status)),
        slug=SLUGS[order.status],
        status_words=f"{told(status_words(order.status, order.dispatch, order.outcome))} {latest}".strip(),
        placed=present.instant(order.placed_at),
        delivered=_("%(n)s of %(all)s delivered")
        % {"n": present.count(order.delivered), "all": present.count(order.quantity)},
        delivered_share=present.share(str(share)),
        delivered_count=order.delivered,
        quantity_count=order.quantity,
        is_open=order.is_open,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An order's charge and where it is: held while open, then divided into spent and come back."""

    charge: str
    held: str
    earned: str
    returned: str


def money_of(order: OrderRow) -> Money:
    """Where the money of an order is; its sums add up to the charge."""
    charge = present.money(order.charge_micros, order.currency)
    if order.earned_micros is None or order.returned_micros is None:
        return Money(charge=charge, held=charge, earned="", returned="")
    earned = present.money(order.earned_micros, order.currency)
    returned = present.money(order.returned_micros, order.currency)
    return Money(charge=charge, held="", earned=earned, returned=returned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the timeline.

    :param amount: what moved, with the sign with which the balance felt it, if it did; empty when nothing moved.
    :param moved: what became of that money: held, spent or came back (U-8).
    """

    at: Instant
    actor: str
    sentence: str
    amount: str
    moved: str
    ledger_key: str


def line_of(line: Line, currency: str) -> Told:
    """A line of the timeline as text."""
    return Told(
        at=present.instant(line.happened_at),
        actor=capital(told(line.actor)),
        sentence=told(line.sentence),
        amount=_amount(line, currency),
        moved=told(MOVEMENT_WORDS[line.movement]) if line.movement else "",
        ledger_key=line.ledger_key or "",
    )


def _amount(line: Line, currency: str) -> str:
    if line.movement is None:
        return ""
    if not line.amount_micros:
        return present.money(line.moved_micros, currency)
    return present.signed_money(line.amount_micros, currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOffer:
    """Whether an order can be cancelled, and what will happen then, said beforehand; or that it was asked."""

    is_offered: bool
    is_requested: bool
    sentence: str


def cancel_offer(order: OrderRow, right: Right | None) -> CancelOffer:
    """What the customer may do to stop this order, in its state: the button is where clause 4.1 gives it.

    :param right: what the Terms say about cancelling it now; None when it has ended.
    """
    if right is None or not order.is_open:
        return CancelOffer(is_offered=False, is_requested=False, sentence="")
    if right.is_open:
        charge = present.money(order.charge_micros, order.currency)
        sentence = _beforehand(order.dispatch) % {"charge": charge}
        return CancelOffer(is_offered=True, is_requested=False, sentence=sentence)
    is_waiting = right.outcome is Outcome.PROVIDER
    sentence = _asked(order.dispatch) if is_waiting else " ".join(map(told, right.reasons))
    return CancelOffer(is_offered=False, is_requested=is_waiting, sentence=sentence)


def _asked(dispatch: Dispatch) -> str:
    if dispatch is Dispatch.SENT:
        return _("You asked to cancel. Money moves when the provider confirms.")
    return _("You asked to cancel. Money moves when it is known whether the provider has the order.")


def _beforehand(dispatch: Dispatch) -> str:
    """What cancelling does now. Where it is not known whether the provider has the order, both cases are said."""
    if dispatch in NOT_SENT:
        return _("It has not been sent yet: it ends at once and %(charge)s comes back to your balance.")
    if dispatch is Dispatch.SENT:
        return _("It is with the provider, who decides. What arrived stays paid; the rest of %(charge)s comes back.")
    return _(
        "It may be with the provider already. If it is not, %(charge)s comes back; if it is, the provider decides: "
        "what arrived stays paid, the rest comes back."
    )


def is_package(order: OrderRow) -> bool:
    """Whether the order has one price and no quantity of its own."""
    return order.service_type == ServiceType.PACKAGE
