"""`sevenpanel worker`: sends, follows and resolves orders, and keeps the timetable.

Any number of workers may run, on any machine that reaches the database; they share the work by row locks. A
worker that is killed loses nothing: what it held comes back when its lease ends.
"""

import argparse
import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from sevenpanel.deposits import commands as deposits
from sevenpanel.erasure import commands as erasure
from sevenpanel.exports import commands as exports
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as fulfilment_rows
from sevenpanel.insight import commands as insight
from sevenpanel.jobs import books, timetable
from sevenpanel.jobs.bells import Bell
from sevenpanel.jobs.clock import DatabaseClock
from sevenpanel.jobs.loops import Loop
from sevenpanel.jobs.recounts import ProviderMeter
from sevenpanel.jobs.stopping import PATIENCE_SECONDS, stop_on_signals
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import chaos, outbox
from sevenpanel.letters import commands as letters
from sevenpanel.notices.channel import delivery as channel_delivery
from sevenpanel.notices.channel import intake as channel_intake
from sevenpanel.orders import commands as orders
from sevenpanel.support import commands as support
from sevenpanel.webhooks import commands as webhooks

INTAKE_BATCH = 1_000
SENDERS = 8
FOLLOWERS = 2
# How long a thread rests when nothing wakes it: should the look ever overlook something, it is done all the same.
UNWOKEN_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 2.0
# Two, so that a chain whose nodes take their time keeps the other sources waiting less.
DEPOSIT_LOOKERS = 2
DEPOSIT_SECONDS = 1.0
ADDRESS_SECONDS = 5.0
CHANNEL_SECONDS = 0.5
POSTS_SECONDS = 3.0
MAIL_IDLE_SECONDS = 2.0
LETTERS_SECONDS = 10.0
METER_SECONDS = 2.0
SCAN_IDLE_SECONDS = 2.0
EXPORT_IDLE_SECONDS = 2.0
BOOKS_SECONDS = 5.0
# Two, so that an address which takes its time keeps the others waiting less.
WEBHOOK_CALLERS = 2
GATHER_SECONDS = 2.0
WEBHOOK_SECONDS = 1.0
TIMETABLE_POLL_SECONDS = 1.0
POLL_SECONDS = 0.2

_log = structlog.get_logger("sevenpanel.worker")


def main(arguments: Sequence[str]) -> int:
    """Work until SIGTERM or SIGINT, then finish what is in hand, and return 0."""
    parser = argparse.ArgumentParser(prog="sevenpanel worker", description=main.__doc__)
    parser.add_argument("--senders", type=int, default=SENDERS, help="orders sent side by side (%(default)s)")
    options = parser.parse_args(arguments)
    _log_in_lines()
    stopping = threading.Event()
    stop_on_signals(stopping)
    work(stopping, senders=max(1, options.senders))
    return 0


def _log_in_lines() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLogger().getEffectiveLevel()),
        logger_factory=structlog.WriteLoggerFactory(),
    )


def work(stopping: threading.Event, *, senders: int = SENDERS) -> None:
    """Run every loop until `stopping` is set, then wait for what is in hand."""
    running = loops(stopping, senders)
    threads = [loop.start(stopping) for loop in running]
    threads.append(_start_timetable(stopping))
    _log.info("working", senders=senders)
    stopping.wait()
    _log.info("stopping")
    for loop in running:
        if loop.bell is not None:
            loop.bell.end()
    until = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in threads if thread.is_alive()]
    # What is left is no call to a provider, those have ended; or it hangs in a way that nobody has foreseen.
    _log.info("stopped", unfinished=left)


def loops(stopping: threading.Event, senders: int) -> list[Loop]:
    """Every loop of a worker."""
    clock, bells = DatabaseClock(), Bells()
    send = partial(fulfilment.dispatch_next, clock=clock, is_stopping=stopping.is_set)
    follow = partial(fulfilment.sync_next, clock=clock)
    meters = [ProviderMeter(clock=clock), *insight.configured_meters()]
    resolve, cancel = partial(fulfilment.resolve_next, clock=clock), partial(fulfilment.ask_cancels, clock=clock)
    return [
        Loop(name="look", work=partial(_look, bells, clock, senders), bell=bells.look, keeps_connection=True),
        *(_woken(f"intake {topic}", partial(_take_in, topic, bells.look), bells.intake[topic]) for topic in HANDLERS),
        *(_woken(f"send {n}", send, bells.send) for n in range(1, senders + 1)),
        *(_woken(f"follow {n}", follow, bells.follow) for n in range(1, FOLLOWERS + 1)),
        _woken("resolve", resolve, bells.resolve),
        _woken("cancel", cancel, bells.cancel),
        Loop(name="mail", work=partial(_send_mail, clock), idle_seconds=MAIL_IDLE_SECONDS),
        Loop(name="letters", work=partial(letters.write_round, clock=clock), idle_seconds=LETTERS_SECONDS),
        Loop(name="exports", work=partial(exports.write_next, clock=clock), idle_seconds=EXPORT_IDLE_SECONDS),
        Loop(name="scan", work=partial(support.scan_next, clock=clock), idle_seconds=SCAN_IDLE_SECONDS),
        *_channel_loops(clock),
        *_deposit_loops(clock),
        *_webhook_loops(clock),
        Loop(name="meters", work=partial(insight.read_next, clock=clock, meters=meters), idle_seconds=METER_SECONDS),
        Loop(name="housekeeping", work=partial(_keep_house, clock), idle_seconds=HOUSEKEEPING_SECONDS),
        Loop(name="books", work=partial(books.watch, clock), idle_seconds=BOOKS_SECONDS),
    ]


@dataclass(frozen=True, slots=True)
class Bells:
    """On what each kind of work rests until the look finds some for it."""

    look: Bell = field(default_factory=Bell)
    intake: Mapping[str, Bell] = field(default_factory=lambda: {topic: Bell() for topic in HANDLERS})
    send: Bell = field(default_factory=Bell)
    follow: Bell = field(default_factory=Bell)
    resolve: Bell = field(default_factory=Bell)
    cancel: Bell = field(default_factory=Bell)


def _woken(name: str, work: Callable[[], object], bell: Bell) -> Loop:
    return Loop(name=name, work=work, idle_seconds=UNWOKEN_SECONDS, bell=bell)


def _look(bells: Bells, clock: DatabaseClock, senders: int) -> None:
    """Wake as many as there is work for. Two statements for all kinds, instead of a transaction for each thread."""
    for topic in outbox.waiting(topics=HANDLERS):
        bells.intake[topic].ring()
    due = fulfilment_rows.due(now=clock(), at_most=senders)
    bells.send.ring(due.send)
    bells.follow.ring(due.follow)
    bells.resolve.ring(due.resolve)
    bells.cancel.ring(due.cancel)


def _channel_loops(clock: DatabaseClock) -> list[Loop]:
    """Both directions of the operator's channel; each rests while the channel is off."""
    deliver, poll = partial(channel_delivery.deliver_next, clock=clock), partial(channel_intake.poll, clock=clock)
    return [
        Loop(name="channel out", work=deliver, idle_seconds=CHANNEL_SECONDS),
        Loop(name="channel in", work=poll, idle_seconds=POSTS_SECONDS),
    ]


def _deposit_loops(clock: DatabaseClock) -> list[Loop]:
    """Looking with every source that is due, addresses made before somebody asks for one, and what time settles."""
    look, prepare = partial(deposits.look_next, clock=clock), partial(deposits.prepare_addresses, clock=clock)
    return [
        *(Loop(name=f"deposits {n}", work=look, idle_seconds=DEPOSIT_SECONDS) for n in range(1, DEPOSIT_LOOKERS + 1)),
        Loop(name="addresses", work=prepare, idle_seconds=ADDRESS_SECONDS),
        Loop(name="deposits by time", work=partial(_tend_deposits, clock), idle_seconds=ADDRESS_SECONDS),
    ]


def _webhook_loops(clock: DatabaseClock) -> list[Loop]:
    """What happened to orders, put on its way to customers' addresses, and the calls themselves."""
    deliver = partial(webhooks.deliver_next, clock=clock)
    return [
        Loop(name="webhooks", work=lambda: webhooks.gather(now=clock()), idle_seconds=GATHER_SECONDS),
        *(Loop(name=f"webhook {n}", work=deliver, idle_seconds=WEBHOOK_SECONDS) for n in range(1, WEBHOOK_CALLERS + 1)),
    ]


def _tend_deposits(clock: DatabaseClock) -> None:
    done = {"released": deposits.settle_held(now=clock()), "expired": deposits.expire_intents(now=clock())}
    if any(done.values()):
        _log.info("tended deposits", **done)


def _send_mail(clock: DatabaseClock) -> bool:
    """What staff must know at once goes first."""
    at_once = orders.send_next_stop_letter(clock=clock) or deposits.send_next_key_letter(clock=clock)
    at_desk = at_once or erasure.send_next_erasure_letter(clock=clock) or support.send_next_mail(clock=clock)
    return at_desk or letters.send_next_letter(clock=clock)


def _take_in(topic: str, look: Bell) -> int:
    taken = outbox.hand_over(topic=topic, handler=HANDLERS[topic], limit=INTAKE_BATCH)
    if taken:
        look.ring()  # what was taken in can be sent at once
        chaos.point("intake.after_commit")
    return taken


def _keep_house(clock: DatabaseClock) -> bool:
    now = clock()
    done = {
        "interrupted": fulfilment.expire_leases(now=now),
        "written_off": fulfilment.write_off_overdue(now=now),
        "explained": fulfilment.explain_waiting(now=now),
    }
    if any(done.values()):
        _log.info("kept house", **done)
    return any(done.values())


def _start_timetable(stopping: threading.Event) -> threading.Thread:
    def keep() -> None:
        asyncio.run(_keep_timetable(stopping))

    return Loop(name="timetable", work=keep, idle_seconds=TIMETABLE_POLL_SECONDS).start(stopping)


async def _keep_timetable(stopping: threading.Event) -> None:
    """Run procrastinate's worker on connections of its own until `stopping` is set or it fails."""
    assert timetable.QUEUE
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    beats = app.with_connector(connector.get_worker_connector())
    async with beats.open_async():
        running = asyncio.create_task(
            beats.run_worker_async(
                queues=[timetable.QUEUE],
                fetch_job_polling_interval=TIMETABLE_POLL_SECONDS,
                listen_notify=False,
                install_signal_handlers=False,
                shutdown_graceful_timeout=PATIENCE_SECONDS / 2,
                delete_jobs="successful",
            )
        )
        while not stopping.is_set() and not running.done():
            await asyncio.sleep(POLL_SECONDS)
        if running.done():
            await running  # it failed; the loop tells why and begins again
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
