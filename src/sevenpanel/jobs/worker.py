"""`sevenpanel worker`: sends, follows and resolves orders, and keeps the timetable.

Any number of workers may run, on any machine that reaches the database; they share the work by row locks. A
worker that is killed loses nothing: what it held comes back when its lease ends.
"""

import argparse
import asyncio
import logging
import signal
import threading
import time
from collections.abc import Sequence
from functools import partial

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.jobs import timetable
from sevenpanel.jobs.clock import DatabaseClock
from sevenpanel.jobs.loops import Loop
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import chaos, outbox
from sevenpanel.notices.channel import delivery as channel_delivery
from sevenpanel.notices.channel import intake as channel_intake
from sevenpanel.support import commands as support

INTAKE_BATCH = 1_000
SENDERS = 8
FOLLOWERS = 2
HOUSEKEEPING_SECONDS = 2.0
CHANNEL_SECONDS = 0.5
POSTS_SECONDS = 3.0
MAIL_IDLE_SECONDS = 2.0
# A supervisor waits a little longer than this before it kills.
PATIENCE_SECONDS = 12.0
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
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
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
    threads = [loop.start(stopping) for loop in loops(stopping, senders)]
    threads.append(_start_timetable(stopping))
    _log.info("working", senders=senders)
    stopping.wait()
    _log.info("stopping")
    until = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in threads if thread.is_alive()]
    # A call that is still out becomes unknown when its lease ends, and is resolved like every unknown one.
    _log.info("stopped", unfinished=left)


def loops(stopping: threading.Event, senders: int) -> list[Loop]:
    """Every loop of a worker."""
    clock = DatabaseClock()
    intake = [Loop(name=f"intake {topic}", work=partial(_take_in, topic)) for topic in HANDLERS]
    send = partial(fulfilment.dispatch_next, clock=clock, is_stopping=stopping.is_set)
    return [
        *intake,
        *(Loop(name=f"send {n}", work=send) for n in range(1, senders + 1)),
        *(Loop(name=f"follow {n}", work=partial(fulfilment.sync_next, clock=clock)) for n in range(1, FOLLOWERS + 1)),
        Loop(name="resolve", work=partial(fulfilment.resolve_next, clock=clock)),
        Loop(name="cancel", work=partial(fulfilment.ask_cancels, clock=clock)),
        Loop(name="mail", work=partial(support.send_next_mail, clock=clock), idle_seconds=MAIL_IDLE_SECONDS),
        *_channel_loops(clock),
        Loop(name="housekeeping", work=partial(_keep_house, clock), idle_seconds=HOUSEKEEPING_SECONDS),
    ]


def _channel_loops(clock: DatabaseClock) -> list[Loop]:
    """Both directions of the operator's channel; each rests while the channel is off."""
    deliver, poll = partial(channel_delivery.deliver_next, clock=clock), partial(channel_intake.poll, clock=clock)
    return [
        Loop(name="channel out", work=deliver, idle_seconds=CHANNEL_SECONDS),
        Loop(name="channel in", work=poll, idle_seconds=POSTS_SECONDS),
    ]


def _take_in(topic: str) -> int:
    taken = outbox.hand_over(topic=topic, handler=HANDLERS[topic], limit=INTAKE_BATCH)
    if taken:
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
