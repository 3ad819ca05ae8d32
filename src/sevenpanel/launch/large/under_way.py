"""The newest orders of the large demo, which are open: sent to the sandbox, and then followed as any others are.

The sandbox is asked within this process, at a pace at which an order takes an hour and not half a minute, and as if
each had come to it some time ago; it writes to the same file as the one that runs. So the desk has orders in every
state, and its worker finds them where they were sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel.catalog.domain import ServiceRow, ServiceType, charge_micros
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.providers import http
from sevenpanel.fulfilment.providers.apiv2.adapter import ApiV2
from sevenpanel.fulfilment.providers.interface import Provider, ProviderAccess
from sevenpanel.fulfilment.providers.sandbox.panel import Panel, as_json
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import outbox

PACE = 10_000
"""In percent of the sandbox's usual durations: from eight minutes to more than an hour and a half."""

CAME_WITHIN_MINUTES = 90
AT_ONCE = 1000
CHARGE_MICROS_MAX = 5_000_000
"""What the smallest order may cost: the sandbox lends a desk 10,000.00 and no more."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """The sandbox within this process: the same answers, without the way there."""

    panel: Panel
    clock: Clock

    def adapter_for(self, kind: str, access: ProviderAccess) -> Provider:
        """The usual adapter, with this panel at the other end."""
        return ApiV2(access, self._exchange)

    def _exchange(self, outgoing: http.Outgoing) -> http.Heard:
        now = self.clock()
        if outgoing.fields.get("action") == "add":
            now -= timedelta(minutes=sum(outgoing.fields["request_id"].encode()) % CAME_WITHIN_MINUTES)
        said = self.panel.answer(outgoing.fields, now)
        return http.Heard(status=200, headers={}, body=as_json(said), elapsed_ms=1)


def is_cheap(row: ServiceRow) -> bool:
    """Whether the sandbox's credit reaches for some hundreds of orders of this service."""
    smallest = 1 if row.type is ServiceType.CUSTOM_COMMENTS else row.quantity_min
    return charge_micros(type=row.type, rate_micros=row.rate_micros, quantity=smallest) <= CHARGE_MICROS_MAX


def hand_over() -> None:
    """Hand on what waits of orders; what has ended meanwhile is handed on to nobody."""
    while any(outbox.hand_over(topic=topic, handler=handle, limit=AT_ONCE) for topic, handle in HANDLERS.items()):
        pass


def send(slow: Slow) -> int:
    """Send what is to be sent, beside the desk's own worker if one runs; see `follow` for what comes then.

    :returns: how many were sent from here.
    """
    hand_over()
    sent = 0
    while fulfilment.dispatch_next(clock=slow.clock, adapter_for=slow.adapter_for):
        sent += 1
    return sent


def follow(slow: Slow) -> None:
    """Ask once how everything that is due stands."""
    while fulfilment.sync_next(clock=slow.clock, adapter_for=slow.adapter_for):
        pass
