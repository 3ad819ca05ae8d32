"""Applying a round of status answers in one transaction: each row by itself, all of them at once.

Most answers say what was said before: they move the next look, and nothing else of the order is touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts, unknown_word
from sevenpanel.fulfilment.commands.catalogue import stop_for_currency
from sevenpanel.fulfilment.commands.rounds import Followed
from sevenpanel.fulfilment.domain import (
    AFTER_END_CHECKS,
    Action,
    AlertKind,
    CheckFacts,
    cost_micros,
    next_check,
    safe_status_word,
)
from sevenpanel.fulfilment.providers.interface import ProviderStatus, RowError, StatusReport
from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.money import NotAnAmount
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, house, provider
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.domain import Report, Status

Answers = Mapping[int, StatusReport | RowError | None]
Heard = tuple[Followed, StatusReport | RowError | None]

# A provider may stumble over one order once; said several times in a row it is news.
ROW_ERRORS_MAX = 3
COUNT_MAX = 2**62
ODD = "The order keeps what was counted before."
STOPPED = frozenset({ProviderStatus.COMPLETED, ProviderStatus.PARTIAL, ProviderStatus.CANCELED})

# In id order, as everybody locks tasks who locks several. A wish to stop may have been noted since the round began.
_LOCK = """
SELECT t.order_id, t.action, t.cancel_due_at IS NOT NULL
  FROM fulfilment_task t JOIN unnest(%s::bigint[], %s::bigint[]) AS c(id, fence) ON c.id = t.order_id
 WHERE t.fence = c.fence AND t.action IN ('follow', 'watch') ORDER BY t.order_id FOR NO KEY UPDATE OF t
"""
_LOOK_AGAIN = """
UPDATE fulfilment_task t SET due_at = %s + c.wait_us * interval '1 microsecond'
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS c(order_id, fence, wait_us)
 WHERE t.order_id = c.order_id AND t.fence = c.fence AND t.action = 'follow'
"""
# The fence goes up: what another worker has read before this is old, should its round overlap.
_RESCHEDULE = """
UPDATE fulfilment_task t
   SET fence = t.fence + 1, action = c.action, due_at = %(now)s + c.wait_us * interval '1 microsecond',
       moved_at = CASE WHEN c.has_moved THEN %(now)s ELSE t.moved_at END, last_word = c.last_word,
       last_remains = c.last_remains, last_start_count = c.last_start_count, row_errors = c.row_errors,
       ended_at = CASE WHEN c.action = 'follow' THEN t.ended_at ELSE coalesce(t.ended_at, %(now)s) END,
       looks_after_end = c.looks, cost_micros = c.cost,
       cancel_due_at = CASE WHEN c.action = 'follow' THEN t.cancel_due_at END
  FROM unnest(%(ids)s::bigint[], %(actions)s::text[], %(waits)s::bigint[], %(moved)s::boolean[], %(words)s::text[],
              %(remains)s::bigint[], %(starts)s::bigint[], %(errors)s::int[], %(looks)s::int[], %(costs)s::bigint[])
       AS c(order_id, action, wait_us, has_moved, last_word, last_remains, last_start_count, row_errors, looks, cost)
 WHERE t.order_id = c.order_id
"""
_COLUMNS = ("ids", "actions", "waits", "moved", "words", "remains", "starts", "errors", "looks", "costs")
_MICROSECOND = timedelta(microseconds=1)


def split(
    *, row: models.Provider, followed: Sequence[Followed], answers: Answers
) -> tuple[list[Followed], list[Heard]]:
    """Tell those of whom nothing new was said from those of whom something was.

    :param answers: by order id; None for a row that was missing, which means nothing.
    """
    heard = [(each, answers[each.order_id]) for each in followed if each.order_id in answers]
    same = {task.order_id for task, said in heard if _says_the_same(task, said, currency=row.currency)}
    # A decision can end an order without its provider; then the same words are about a closed order.
    quiet = same - order_rows.closed(order_ids=sorted(same))
    return [task for task, _ in heard if task.order_id in quiet], [
        each for each in heard if each[0].order_id not in quiet
    ]


@db.step
def look_again(*, quiet: Sequence[Followed], begun_at: datetime, now: datetime) -> None:
    """Set when those are looked at next of whom nothing new was said; nothing else of them is touched."""
    if quiet:
        gone = (now - begun_at) // _MICROSECOND
        waits = [(task.order_id, task.fence, _wait_us(task, gone, has_moved=False)) for task in sorted(quiet, key=_id)]
        db.rows(_LOOK_AGAIN, (now, *db.columns(waits, 3)))


def _id(task: Followed) -> int:
    return task.order_id


@db.step
def apply_news(*, row: models.Provider, heard: Sequence[Heard], begun_at: datetime, now: datetime) -> None:
    """Apply what is new about a provider's orders, settle those that ended, and set when each is looked at next.

    The caller holds the round that these orders were taken in.

    :param begun_at: when it was.
    """
    ours = _locked([task for task, _ in heard])
    mine = [(task.copied(action=ours[task.order_id].action), said) for task, said in heard if task.order_id in ours]
    reports = {task.order_id: said for task, said in mine if isinstance(said, StatusReport)}
    closed = orders.apply_reports(reports=[_report(id_, said, row) for id_, said in sorted(reports.items())], now=now)
    news = [each for task, said in mine for each in _news(task, said, row)]
    _book_costs(row, [task for task, _ in mine if task.order_id in closed], reports, now)
    gone = (now - begun_at) // _MICROSECOND
    over = {
        task.order_id
        for task, said in mine
        if task.order_id in closed and not ours[task.order_id].waits_for_a_stop(said)
    }
    moved = [_move(task, said, gone, is_over=task.order_id in over) for task, said in mine]
    chaos.point("sync.before_commit")
    if moved:
        db.rows(_RESCHEDULE, {"now": now, **dict(zip(_COLUMNS, db.columns(moved, len(_COLUMNS)), strict=True))})
    foreign = next((s.currency for s in reports.values() if s.currency not in (None, row.currency)), None)
    if foreign is not None:
        stop_for_currency(provider_id=row.id, said=foreign, now=now)
    raise_alerts(news, now)


def _says_the_same(task: Followed, said: StatusReport | RowError | None, *, currency: str) -> bool:
    """Whether an answer brings nothing that was not applied already."""
    if task.action != Action.FOLLOW or task.row_errors or isinstance(said, RowError):
        return False
    if said is None:
        return True
    return (
        said.status is not None
        and said.status not in STOPPED
        and said.status.value == task.last_word
        and said.link is None
        and _bounded(said.remains) == task.last_remains
        and (said.start_count is None or _bounded(said.start_count) == task.last_start_count)
        and said.currency in (None, currency)
    )


@db.step
def refuse_row(*, order_id: int, fault: str, now: datetime) -> None:
    """Tell the operator that an answer about one order cannot be booked. It is looked at again later."""
    first_line = fault.partition("\n")[0]
    sentence = f"Order {order_id}: what the provider says cannot be booked ({first_line})."
    raise_alerts([News(kind=AlertKind.NOT_BOOKED, subject=f"order/{order_id}", sentence=sentence)], now)


@dataclass(frozen=True, slots=True)
class _Locked:
    """What may have changed of a task since its round began."""

    action: Action
    is_stop_due: bool

    def waits_for_a_stop(self, said: StatusReport | RowError | None) -> bool:
        """Whether the provider is still to be asked to stop, and has not said that it did."""
        return self.is_stop_due and not (isinstance(said, StatusReport) and said.status in STOPPED)


def _locked(followed: Sequence[Followed]) -> dict[int, _Locked]:
    """Lock the tasks of these orders that nobody else has taken up meanwhile, and return them by order id."""
    fences = db.columns([(each.order_id, each.fence) for each in followed], 2)
    return {id_: _Locked(Action(action), is_stop_due) for id_, action, is_stop_due in db.rows(_LOCK, fences)}


def _report(order_id: int, said: StatusReport, row: models.Provider) -> Report:
    return Report(
        order_id=order_id,
        status=Status(said.status.value) if said.status is not None else None,
        remains=_bounded(said.remains),
        start_count=_bounded(said.start_count),
        words=safe_status_word(said.word, said.status, provider_name=row.name),
        link=said.link,
        link_words=said.link_words,
    )


def _bounded(count: int | None) -> int | None:
    """A count that a column can hold; nonsense beyond that is as good as nothing."""
    return count if count is not None and abs(count) <= COUNT_MAX else None


def _word(said: StatusReport) -> str:
    return said.status.value if said.status is not None else said.word


def _news(task: Followed, said: StatusReport | RowError | None, row: models.Provider) -> list[News]:
    about = f"Order {task.order_id}, {row.name}:"
    subject = f"order/{task.order_id}"
    if isinstance(said, RowError) and task.row_errors + 1 == ROW_ERRORS_MAX:
        sentence = f"{about} the provider answers “{said.words}” instead of a status."
        return [News(kind=AlertKind.ROW_ERROR, subject=subject, sentence=sentence)]
    if not isinstance(said, StatusReport):
        return []
    if said.status is None and said.link is None and said.word != task.last_word:
        sentence = f"{row.name} says “{said.word}”. Say once what that means; until then such orders stay as they are."
        return [News(kind=AlertKind.UNKNOWN_WORD, subject=unknown_word(row.id, said.word), sentence=sentence)]
    if task.action == Action.WATCH and said.status is not None and said.status.value != task.last_word:
        sentence = f"{about} after the end it says “{said.word}”, before it said “{task.last_word}”."
        return [News(kind=AlertKind.CHANGED_MIND, subject=subject, sentence=sentence)]
    if task.action == Action.FOLLOW and _is_odd(task, said):
        sentence = f"{about} it says that {said.remains} of {task.quantity} remain. {ODD}"
        # One for each provider: who counts wrongly once does so for many orders.
        return [News(kind=AlertKind.ODD_COUNT, subject=f"provider/{row.id}", sentence=sentence)]
    return []


def _is_odd(task: Followed, said: StatusReport) -> bool:
    """Whether what is said to remain cannot be: below nothing, above everything, or more than a while ago (P-7).

    Less than nothing after the end is no trouble: more came than was ordered.
    """
    if said.remains is None or said.remains == task.last_remains:
        return False
    if said.remains < 0:
        return said.status is not ProviderStatus.COMPLETED
    return said.remains > task.quantity or 0 < (task.last_remains or 0) < said.remains < task.quantity


def _book_costs(
    row: models.Provider, ended: Iterable[Followed], reports: Mapping[int, StatusReport], now: datetime
) -> None:
    """Book what the provider took for orders that have ended, once each."""
    due = {task.order_id: task for task in ended if task.action == Action.FOLLOW and task.cost_micros is None}
    currencies = {s.id: s.currency for s in order_rows.shipments(order_ids=list(due)).values()}
    transfers = []
    for id_, task in due.items():
        task.cost_micros = _cost(reports[id_], row)
        if task.cost_micros:
            transfers.append(_cost_transfer(task, task.cost_micros, row.id, currencies[id_]))
    if transfers:
        ledger.post(transfers=transfers, now=now)


def _cost(said: StatusReport, row: models.Provider) -> int | None:
    is_same_money = said.currency is None or said.currency == row.currency
    if said.charge is None or said.charge < 0 or not is_same_money:
        return None
    try:
        return cost_micros(said.charge, exchange_rate=row.exchange_rate)
    except NotAnAmount:
        return None


def _cost_transfer(task: Followed, cost: int, provider_id: int, currency: str) -> Transfer:
    return Transfer(
        key=f"order/{task.order_id}/cost",
        debit=house(AccountKind.COST, currency),
        credit=provider(provider_id, currency),
        amount_micros=cost,
        reason=Reason.PROVIDER_COST,
        customer_id=task.customer_id,
        order_id=task.order_id,
    )


def _move(
    task: Followed, said: StatusReport | RowError | None, gone: int, *, is_over: bool
) -> tuple[int | str | bool | None, ...]:
    """Change what the task remembers, and return it as a row of `_RESCHEDULE`.

    :param gone: microseconds since the round began.
    """
    has_moved = False
    if isinstance(said, RowError):
        task.row_errors += 1
    if isinstance(said, StatusReport):
        has_moved = _remember(task, said)
    if task.action == Action.WATCH:
        task.looks_after_end += 1
        task.action = Action.WATCH if task.looks_after_end < len(AFTER_END_CHECKS) else Action.NONE
    elif is_over:
        task.action = Action.WATCH
    return (
        task.order_id, task.action, _wait_us(task, gone, has_moved=has_moved), has_moved, task.last_word,
        task.last_remains, task.last_start_count, task.row_errors, task.looks_after_end, task.cost_micros,
    )  # fmt: skip


def _remember(task: Followed, said: StatusReport) -> bool:
    """Keep what was said, and tell whether that moved the order on; after its end nothing does."""
    task.row_errors = 0
    if said.start_count is not None:
        task.last_start_count = _bounded(said.start_count)
    if task.action != Action.FOLLOW or (_word(said), _bounded(said.remains)) == (task.last_word, task.last_remains):
        return False
    task.last_word, task.last_remains = _word(said), _bounded(said.remains)
    return True


def _wait_us(task: Followed, gone: int, *, has_moved: bool) -> int:
    """Microseconds until the next look."""
    if task.action == Action.WATCH:
        return AFTER_END_CHECKS[task.looks_after_end] // _MICROSECOND
    quiet = 0 if has_moved else task.quiet_us + gone
    facts = CheckFacts(age_us=task.age_us + gone, quiet_us=quiet, quantity=task.quantity, remains=task.last_remains)
    return next_check(facts)
