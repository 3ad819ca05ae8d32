"""Which room takes over which topic of the outbox."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.kernel.outbox import Message
from sevenpanel.support import commands as support

Handler = Callable[[Sequence[Message]], None]

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "order.placed": fulfilment.take_in,
        "order.cancel_requested": fulfilment.take_cancels,
        "ticket.written": support.take_written,
    }
)
