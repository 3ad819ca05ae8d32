"""What workers do: take in, send, follow, find out, ask to stop, keep house; and how they die at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as supply
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import db, outbox
from sevenpanel.kernel.chaos import Killed
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.launch.simulation.world import World
from sevenpanel.ledger import commands as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.support import commands as support

INTAKE = 1000
# What one worker does at most before somebody else comes to act.
SENDINGS = 12
# Between two sendings of one worker, so that what is due a moment later is done a moment later.
BREATH = timedelta(milliseconds=20)


# Three commands that mostly find nothing; together they cost as much as everything else of a round.
_IN_HAND = "SELECT 1 FROM fulfilment_task WHERE lease_until > %(now)s LIMIT 1"
_HOUSEWORK = """
SELECT 1 FROM fulfilment_task WHERE lease_until < %(now)s OR decide_by <= %(now)s OR (action = 'send' AND NOT is_told)
 LIMIT 1
"""


@dataclass(slots=True)
class Workers:
    """Everything that goes on by itself.

    :param sendings: how many orders are sent in one go.
    """

    world: World
    sendings: int = SENDINGS

    def take_in(self) -> None:
        """Take over what orders handed on."""
        for topic in sorted(outbox.waiting(topics=HANDLERS)):
            self._alive(topic, partial(_all_of, topic, HANDLERS[topic]))

    def send(self) -> None:
        """Send what can be sent."""
        self._alive("send", lambda: self._repeat(fulfilment.dispatch_next, self.sendings))

    def follow(self) -> None:
        """Ask how orders stand."""
        self._alive("follow", lambda: self._repeat(fulfilment.sync_next, 4))

    def resolve(self) -> None:
        """Find out about orders of unknown fate."""
        self._alive("resolve", lambda: self._repeat(fulfilment.resolve_next, self.sendings))

    def ask_cancels(self) -> None:
        """Ask providers to stop orders."""
        self._alive("ask to cancel", lambda: self._repeat(fulfilment.ask_cancels, 2))

    def keep_house(self) -> None:
        """End leases, write off what is overdue, explain waiting; what `jobs.worker` does every two seconds."""
        now = self.world.now
        # What somebody has in hand just now is seen to when the house is kept next.
        if not db.rows(_IN_HAND, {"now": now}):
            self.world.house_kept_at = now
        if not db.rows(_HOUSEWORK, {"now": now}):
            return
        done = (
            fulfilment.expire_leases(now=now),
            fulfilment.write_off_overdue(now=now),
            fulfilment.explain_waiting(now=now),
        )
        if any(done):
            self.world.note(f"house kept: interrupted, written off, explained {done}")

    def timetable(self) -> None:
        """What is done by the clock now and then."""
        upto = ledger.fold_house_balances(now=self.world.now)
        ledger.sum_days()
        forgotten = orders.forget_requests(now=self.world.now)
        self.world.note(f"timetable: folded up to {upto}, forgot {forgotten}")
        for id_ in self.world.panels:
            self._read(id_)

    def send_mail(self) -> None:
        """Send letters that are due."""
        while support.send_next_mail(clock=self.world.clock):
            pass

    def round(self) -> None:
        """One round of everything that is due, found by the look that production has."""
        self.keep_house()
        self.take_in()
        due = supply.due(now=self.world.now, at_most=1)
        works = {
            self.send: due.send,
            self.follow: due.follow,
            self.resolve: due.resolve,
            self.ask_cancels: due.cancel,
        }
        for work, is_due in works.items():
            if is_due:
                work()

    def _read(self, provider_id: int) -> None:
        """Read a provider's catalogue and balance; its trouble is its own."""
        for read in (fulfilment.refresh_catalogue, fulfilment.refresh_balance):
            try:
                read(provider_id=provider_id, now=self.world.now, adapter_for=self.world.adapter_for)
            except Refusal as refusal:
                self.world.note(f"provider {provider_id} not read: {refusal.sentence}")

    def _repeat(self, work: Callable[..., object], times: int) -> int:
        count = 0
        while count < times and work(clock=self.world.clock, adapter_for=self.world.adapter_for):
            self.world.pass_time(BREATH)
            count += 1
        return count

    def _alive(self, name: str, work: Callable[[], int]) -> None:
        """Do one kind of work; a worker that dies at it is replaced by the next."""
        try:
            done = work()
        except Killed as point:
            self.world.heard.clear()
            self.world.note(f"worker dies at {point}")
        else:
            if done:
                self.world.note(f"worker: {name} {done}")


def _all_of(topic: str, handler: Callable[..., None]) -> int:
    count = 0
    while taken := outbox.hand_over(topic=topic, handler=handler, limit=INTAKE):
        count += taken
    return count


def unknown_orders() -> list[int]:
    """The orders of unknown fate that only a person can decide."""
    return [row.order_id for row in supply.unknown_dispatches()]
