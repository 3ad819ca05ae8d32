"""Which room takes over which topic of the outbox."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.insight import commands as insight
from sevenpanel.kernel.outbox import Message
from sevenpanel.support import commands as support

Handler = Callable[[Sequence[Message]], None]


def _take_in(messages: Sequence[Message]) -> None:
    """An order is to be sent; and of some the count before the work is to be read."""
    fulfilment.take_in(messages)
    insight.note_placed(messages)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "order.placed": _take_in,
        "order.cancel_requested": fulfilment.take_cancels,
        "ticket.written": support.take_written,
    }
)
