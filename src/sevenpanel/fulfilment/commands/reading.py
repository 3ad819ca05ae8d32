"""Applying a round of status answers in one transaction: each row by itself, all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts, unknown_word
from sevenpanel.fulfilment.commands.catalogue import stop_for_currency
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

# A provider may stumble over one order once; said several times in a row it is news.
ROW_ERRORS_MAX = 3
COUNT_MAX = 2**62
STOPPED = frozenset({ProviderStatus.COMPLETED, ProviderStatus.PARTIAL, ProviderStatus.CANCELED})

_LOCK = """
SELECT order_id, action, quantity, sent_at, moved_at, last_word, last_remains, row_errors, looks_after_end, ended_at,
       customer_id, cost_micros, cancel_due_at
  FROM fulfilment_task t JOIN unnest(%s::bigint[], %s::bigint[]) AS c(id, claimed) ON c.id = t.order_id
 WHERE t.fence = c.claimed AND t.action IN ('follow', 'watch') ORDER BY t.order_id FOR UPDATE OF t
"""
_RESCHEDULE = """
UPDATE fulfilment_task t
   SET action = c.action, due_at = c.due_at, moved_at = c.moved_at, last_word = c.last_word,
       last_remains = c.last_remains, row_errors = c.row_errors, ended_at = c.ended_at,
       looks_after_end = c.looks, cost_micros = c.cost,
       cancel_due_at = CASE WHEN c.action = 'follow' THEN t.cancel_due_at END
  FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::bigint[], %s::int[],
              %s::timestamptz[], %s::int[], %s::bigint[])
       AS c(order_id, action, due_at, moved_at, last_word, last_remains, row_errors, ended_at, looks, cost)
 WHERE t.order_id = c.order_id
"""


@dataclass(slots=True, kw_only=True)
class _Row:
    """One followed order, as it was and as it becomes."""

    order_id: int
    action: Action
    quantity: int
    sent_at: datetime
    moved_at: datetime
    last_word: str
    last_remains: int | None
    row_errors: int
    looks_after_end: int
    ended_at: datetime | None
    customer_id: int
    cost_micros: int | None
    cancel_due_at: datetime | None

    def waits_for_a_stop(self, said: StatusReport | RowError | None) -> bool:
        """Whether the provider is still to be asked to stop, and has not said that it did."""
        has_stopped = isinstance(said, StatusReport) and said.status in STOPPED
        return self.cancel_due_at is not None and not has_stopped


@db.command
def apply_round(*, provider_id: int, fences: Mapping[int, int], answers: Answers, now: datetime) -> None:
    """Apply what a provider said about its orders, settle those that ended, and set when each is looked at next.

    :param fences: of the claim, by order id; orders that somebody else has claimed since are left alone.
    :param answers: by order id; None for a row that was missing, which means nothing.
    """
    row = models.Provider.objects.get(id=provider_id)
    tasks = _locked({id_: fences[id_] for id_ in answers})
    reports = {id_: said for id_, said in answers.items() if id_ in tasks and isinstance(said, StatusReport)}
    closed = orders.apply_reports(reports=[_report(id_, said, row) for id_, said in sorted(reports.items())], now=now)
    news = [each for id_, task in tasks.items() for each in _news(task, answers[id_], row)]
    _book_costs(row, [tasks[id_] for id_ in closed], reports, now)
    for id_, task in tasks.items():
        _move(task, answers[id_], is_closed=id_ in closed, now=now)
    chaos.point("sync.before_commit")
    _reschedule(tasks.values(), now)
    foreign = next((s.currency for s in reports.values() if s.currency not in (None, row.currency)), None)
    if foreign is not None:
        stop_for_currency(provider_id=provider_id, said=foreign, now=now)
    raise_alerts(news, now)


@db.command
def refuse_row(*, order_id: int, fault: str, now: datetime) -> None:
    """Tell the operator that an answer about one order cannot be booked. Its claim ends by itself."""
    first_line = fault.partition("\n")[0]
    sentence = f"Order {order_id}: what the provider says cannot be booked ({first_line})."
    raise_alerts([News(kind=AlertKind.NOT_BOOKED, subject=f"order/{order_id}", sentence=sentence)], now)


def _locked(fences: Mapping[int, int]) -> dict[int, _Row]:
    names = _Row.__slots__
    rows = [dict(zip(names, row, strict=True)) for row in db.rows(_LOCK, db.columns(fences.items(), 2))]
    return {row["order_id"]: _Row(**{**row, "action": Action(row["action"])}) for row in rows}


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


def _news(task: _Row, said: StatusReport | RowError | None, row: models.Provider) -> list[News]:
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
    if task.action is Action.WATCH and said.status is not None and said.status.value != task.last_word:
        sentence = f"{about} after the end it says “{said.word}”, before it said “{task.last_word}”."
        return [News(kind=AlertKind.CHANGED_MIND, subject=subject, sentence=sentence)]
    return []


def _book_costs(
    row: models.Provider, ended: Iterable[_Row], reports: Mapping[int, StatusReport], now: datetime
) -> None:
    """Book what the provider took for orders that have ended, once each."""
    due = {task.order_id: task for task in ended if task.action is Action.FOLLOW and task.cost_micros is None}
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


def _cost_transfer(task: _Row, cost: int, provider_id: int, currency: str) -> Transfer:
    return Transfer(
        key=f"order/{task.order_id}/cost",
        debit=house(AccountKind.COST, currency),
        credit=provider(provider_id, currency),
        amount_micros=cost,
        reason=Reason.PROVIDER_COST,
        customer_id=task.customer_id,
        order_id=task.order_id,
    )


def _move(task: _Row, said: StatusReport | RowError | None, *, is_closed: bool, now: datetime) -> None:
    """Change what the task remembers."""
    if isinstance(said, RowError):
        task.row_errors += 1
    if isinstance(said, StatusReport):
        task.row_errors = 0
        if (_word(said), _bounded(said.remains)) != (task.last_word, task.last_remains) and not task.ended_at:
            task.moved_at, task.last_word, task.last_remains = now, _word(said), _bounded(said.remains)
    if task.action is Action.WATCH:
        task.looks_after_end += 1
        task.action = Action.WATCH if task.looks_after_end < len(AFTER_END_CHECKS) else Action.NONE
    elif is_closed and not task.waits_for_a_stop(said):
        task.action, task.ended_at = Action.WATCH, now


def _reschedule(tasks: Iterable[_Row], now: datetime) -> None:
    rows = [
        (
            t.order_id, t.action.value, _due(t, now), t.moved_at, t.last_word, t.last_remains, t.row_errors, t.ended_at,
            t.looks_after_end, t.cost_micros,
        )
        for t in tasks
    ]  # fmt: skip
    if rows:
        db.rows(_RESCHEDULE, db.columns(rows, 10))


def _due(task: _Row, now: datetime) -> datetime:
    if task.action is Action.WATCH:
        return now + AFTER_END_CHECKS[task.looks_after_end]
    facts = CheckFacts(
        age=now - task.sent_at, quiet=now - task.moved_at, quantity=task.quantity, remains=task.last_remains
    )
    return now + next_check(facts)
