"""An order as a row of the table that customers take away: the same from the page and made in the background."""

from sevenpanel.kernel.money import format_amount
from sevenpanel.orders.queries.rows import OrderRow

TABLE_HEAD = (
    "order", "placed_at", "status", "service", "service_name", "link", "quantity", "start_count", "delivered",
    "remains", "charge", "spent", "came_back", "currency", "ended_at", "source",
)  # fmt: skip


def cells(order: OrderRow) -> tuple[object, ...]:
    """What stands under `TABLE_HEAD` for an order."""
    return (
        order.id,
        order.placed_at.isoformat(timespec="seconds"),
        order.status.value,
        order.service_id,
        order.service,
        order.link,
        order.quantity,
        order.start_count,
        order.delivered,
        order.remains,
        format_amount(order.charge_micros),
        _amount(order.earned_micros),
        _amount(order.returned_micros),
        order.currency,
        order.settled_at.isoformat(timespec="seconds") if order.settled_at else None,
        order.source.value,
    )


def _amount(micros: int | None) -> str | None:
    return None if micros is None else format_amount(micros)
