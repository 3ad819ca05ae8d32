"""What is done by the clock. Any number of workers may run: each beat is done once, by whichever takes it."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sevenpanel.accounts import commands as accounts
from sevenpanel.deposits import commands as deposits
from sevenpanel.erasure import commands as erasure
from sevenpanel.exports import commands as exports
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as fulfilment_rows
from sevenpanel.insight import commands as insight
from sevenpanel.insight.commands import estimating
from sevenpanel.jobs import books
from sevenpanel.kernel import sweeping
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import commands as ledger
from sevenpanel.letters import commands as letters
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands.forgetting import BATCH
from sevenpanel.rehearsal import commands as rehearsal
from sevenpanel.webhooks import commands as webhooks
from sevenpanel.webhooks.commands.forgetting import BATCH as WEBHOOK_BATCH

QUEUE = "timetable"
# A beat that fails is tried twice more, soon; the next one comes anyway.
RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)

_log = structlog.get_logger("sevenpanel.timetable")


def _now() -> datetime:
    return datetime.now(UTC)


def _in_batches(forget: Callable[..., int], batch: int) -> int:
    """Forget a batch at a time until less than one is left; how many in all."""
    count = 0
    while (some := forget(now=_now())) == batch:
        count += some
    return count + some


@app.periodic(cron="*/10 * * * *")
@app.task(queue=QUEUE, queueing_lock="fold", retry=RETRY)
def fold_house_balances(timestamp: int) -> None:
    """Fold the house's balances, and sum customers' days, so that reading them never sums all history."""
    upto = ledger.fold_house_balances(now=_now())
    _log.info("house balances folded", upto=upto, days=ledger.sum_days(), spending=insight.sum_spending())


@app.periodic(cron="*/5 * * * *")
@app.task(queue=QUEUE, queueing_lock="balances")
def refresh_balances(timestamp: int) -> None:
    """Ask every provider what is left with it."""
    for provider in fulfilment_rows.providers():
        if not provider.is_paused:
            _each(provider.id, "balance", lambda id_: fulfilment.refresh_balance(provider_id=id_, now=_now()))


@app.periodic(cron="17 * * * *")
@app.task(queue=QUEUE, queueing_lock="catalogues")
def refresh_catalogues(timestamp: int) -> None:
    """Read every provider's catalogue."""
    for provider in fulfilment_rows.providers():
        if not provider.is_paused:
            _each(provider.id, "catalogue", lambda id_: fulfilment.refresh_catalogue(provider_id=id_, now=_now()))


@app.periodic(cron="41 3 * * *")
@app.task(queue=QUEUE, queueing_lock="forget", retry=RETRY)
def forget_requests(timestamp: int) -> None:
    """Forget request ids that nobody will repeat any more."""
    _log.info("request ids forgotten", count=_in_batches(orders.forget_requests, BATCH))


@app.periodic(cron="44 3 * * *")
@app.task(queue=QUEUE, queueing_lock="rehearsal", retry=RETRY)
def forget_test_orders(timestamp: int) -> None:
    """Forget test orders that are old."""
    _log.info("test orders forgotten", count=_in_batches(rehearsal.forget_orders, rehearsal.BATCH))


@app.periodic(cron="50 3 * * *")
@app.task(queue=QUEUE, queueing_lock="webhooks", retry=RETRY)
def forget_webhook_deliveries(timestamp: int) -> None:
    """Forget what was told to customers' addresses long ago."""
    _log.info("webhook deliveries forgotten", count=_in_batches(webhooks.forget_deliveries, WEBHOOK_BATCH))


@app.periodic(cron="3-59/10 * * * *")
@app.task(queue=QUEUE, queueing_lock="erasures", retry=RETRY)
def erase_accounts(timestamp: int) -> None:
    """Delete accounts whose people asked for it and had their time to change their minds, and those that came back."""
    count, again = erasure.erase_due(now=_now()), erasure.erase_again(now=_now())
    kept = erasure.keep_apart()
    if count or again.erased or again.waiting:
        _log.info("accounts deleted", count=count, again=again.erased, waiting=sorted(again.waiting), kept=kept)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=QUEUE, queueing_lock="daily letters", retry=RETRY)
def write_daily_letters(timestamp: int) -> None:
    """Write the letters of the day to whoever it has begun for."""
    count = letters.write_daily_letters(now=_now())
    if count:
        _log.info("letters of the day written", count=count)


@app.periodic(cron="11 * * * *")
@app.task(queue=QUEUE, queueing_lock="editions", retry=RETRY)
def note_editions(timestamp: int) -> None:
    """Tell whoever accepted another version that one counts which they have not accepted."""
    letters.note_editions(now=_now())


@app.periodic(cron="59 3 * * *")
@app.task(queue=QUEUE, queueing_lock="tidy letters", retry=RETRY)
def tidy_letters(timestamp: int) -> None:
    """Forget letters and news of safety that are old."""
    count = letters.tidy_letters(now=_now())
    _log.info("letters forgotten", count=count, news=accounts.forget_security_events(now=_now()))


@app.periodic(cron="9-59/10 * * * *")
@app.task(queue=QUEUE, queueing_lock="exports", retry=RETRY)
def forget_exports(timestamp: int) -> None:
    """Forget files that nobody fetched in time."""
    count = exports.forget_old(now=_now())
    if count:
        _log.info("exports forgotten", count=count)


@app.periodic(cron="53 3 * * *")
@app.task(queue=QUEUE, queueing_lock="sweep", retry=RETRY)
def sweep_files(timestamp: int) -> None:
    """Remove files that no row names."""
    _log.info("files swept", count=sweeping.sweep_files(now=_now()))


@app.periodic(cron="47 3 * * *")
@app.task(queue=QUEUE, queueing_lock="deliveries", retry=RETRY)
def forget_deliveries(timestamp: int) -> None:
    """Forget old webhooks of processors."""
    _log.info("webhooks forgotten", count=deposits.forget_deliveries(now=_now()))


@app.periodic(cron="29 * * * *")
@app.task(queue=QUEUE, queueing_lock="invariants", retry=RETRY)
def check_invariants(timestamp: int) -> None:
    """Check every invariant while the desk works, and tell the operator at once (trust, section 1, rule 3)."""
    books.check_everything(now=_now())


@app.periodic(cron="7-59/15 * * * *")
@app.task(queue=QUEUE, queueing_lock="custody", retry=RETRY)
def count_custody(timestamp: int) -> None:
    """Count what lies at deposit addresses, where that was not done for a day or was not even."""
    assets = deposits.count_custody(now=_now(), only_due=True)
    if assets:
        _log.info("custody counted", assets=assets)


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, queueing_lock="times", retry=RETRY)
def reckon_times(timestamp: int) -> None:
    """Take in orders that have ended, and reckon the times of their services anew."""
    taken, services = insight.take_in_endings(now=_now()), insight.reckon_times(now=_now())
    if taken or services:
        _log.info("times reckoned", orders=taken, services=services)


@app.periodic(cron="4-59/10 * * * *")
@app.task(queue=QUEUE, queueing_lock="drop", retry=RETRY)
def estimate_drop(timestamp: int) -> None:
    """Estimate the drop of services about which something new is known."""
    services = estimating.estimate_drop(now=_now())
    if services:
        _log.info("drop estimated", services=services)


@app.periodic(cron="23 * * * *")
@app.task(queue=QUEUE, queueing_lock="readings", retry=RETRY)
def tidy_readings(timestamp: int) -> None:
    """Give up counts that nobody read in time, and forget orders that cannot disturb any more."""
    missed, forgotten = insight.miss_overdue(now=_now()), insight.forget_targets(now=_now())
    if missed or forgotten:
        _log.info("readings tidied", missed=missed, forgotten=forgotten)


def _each(provider_id: int, what: str, ask: Callable[[int], object]) -> None:
    """Ask one provider; its trouble is its own and keeps nobody from asking the next."""
    try:
        ask(provider_id)
    except Refusal as refusal:
        _log.warning("provider not read", provider=provider_id, what=what, why=refusal.sentence)
