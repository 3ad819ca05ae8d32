"""Reads of fulfilment, for the operator and for watching; nothing here is meant for customers' eyes."""

import json
from typing import Any

from sevenpanel.fulfilment.domain import Action, AlertKind, AttemptKind, AttemptState, FindingStep, Wait
from sevenpanel.fulfilment.queries.checks import CHECKS, broken_invariants
from sevenpanel.fulfilment.queries.due import DueRow, due
from sevenpanel.fulfilment.queries.rows import (
    AlertRow,
    AttemptRow,
    BacklogRow,
    FindingRow,
    OfferRow,
    ProviderRow,
    RouteRow,
    TaskRow,
    UnknownRow,
)
from sevenpanel.fulfilment.queries.watching import watch
from sevenpanel.kernel import db

__all__ = [
    "CHECKS",
    "AlertRow",
    "AttemptRow",
    "BacklogRow",
    "DueRow",
    "FindingRow",
    "OfferRow",
    "ProviderRow",
    "RouteRow",
    "TaskRow",
    "UnknownRow",
    "alerts",
    "attempts",
    "backlog",
    "broken_invariants",
    "due",
    "offers",
    "providers",
    "routes",
    "task",
    "unknown_dispatches",
    "watch",
]

_PROVIDERS = """
SELECT p.id, p.name, p.kind, p.url, p.currency, p.exchange_rate, p.is_paused, p.balance, p.balance_at, p.catalogue_at,
       p.failures, p.held_until, p.held_for, p.idempotency_field, p.refuses_duplicate_links, p.balance_is_ours,
       (SELECT count(*) FROM fulfilment_offer o WHERE o.provider_id = p.id AND o.gone_at IS NULL) AS offers
  FROM fulfilment_provider p ORDER BY p.id
"""

_OFFERS = """
SELECT provider_id, service, name, type, category, rate, quantity_min, quantity_max, refill, cancel, description,
       seen_at, gone_at
  FROM fulfilment_offer WHERE provider_id = %s ORDER BY gone_at IS NOT NULL, category, service
"""

_ROUTES = """
SELECT id, service_id, provider_id, provider_service, priority, is_active
  FROM fulfilment_route WHERE %(service)s::bigint IS NULL OR service_id = %(service)s ORDER BY service_id, priority, id
"""

_UNKNOWN = """
SELECT t.order_id, t.customer_id, t.provider_id, t.action, t.decide_by, a.number, a.kind, a.begun_at, a.words,
       a.expected_cost, a.id AS attempt_id,
       (SELECT f.sentence FROM fulfilment_finding f JOIN fulfilment_attempt x ON x.id = f.attempt_id
         WHERE x.order_id = t.order_id ORDER BY f.id DESC LIMIT 1) AS last_finding
  FROM fulfilment_task t JOIN fulfilment_attempt a ON a.order_id = t.order_id AND a.number = t.attempts
 WHERE t.action IN ('resolve', 'operator') ORDER BY t.decide_by, t.order_id
"""

_ALERTS = """
SELECT id, kind, subject, sentence, count, raised_at, last_at FROM fulfilment_alert
 WHERE resolved_at IS NULL ORDER BY last_at DESC, id DESC
"""

_ATTEMPTS = """
SELECT id, number, provider_id, kind, state, request_id, request::text AS request, expected_cost, balance_before,
       begun_at, ended_at,
       http_status, elapsed_ms, words, answer, provider_order_id
  FROM fulfilment_attempt WHERE order_id = %s ORDER BY number
"""

_FINDINGS = """
SELECT f.attempt_id, f.step, f.sentence, f.http_status, f.answer, f.provider_order_id, f.balance, f.found_at
  FROM fulfilment_finding f JOIN fulfilment_attempt a ON a.id = f.attempt_id WHERE a.order_id = %s ORDER BY f.id
"""

_TASK = """
SELECT order_id, action, due_at, provider_id, provider_order_id, attempts, waiting_for, decide_by, sent_at,
       cancel_due_at, cost_micros
  FROM fulfilment_task WHERE order_id = %s
"""

_BACKLOG = """
SELECT action, count(*) AS tasks, min(due_at) AS oldest_due FROM fulfilment_task WHERE action <> 'none' GROUP BY action
"""


def providers() -> list[ProviderRow]:
    """Every provider."""
    found = db.named_rows(_PROVIDERS)
    return [ProviderRow(**{**row, "held_for": Wait(row["held_for"]) if row["held_for"] else None}) for row in found]


def offers(*, provider_id: int) -> list[OfferRow]:
    """A provider's catalogue as it was last seen; offers that are gone come last."""
    return [OfferRow(**row) for row in db.named_rows(_OFFERS, [provider_id])]


def routes(*, service_id: int | None = None) -> list[RouteRow]:
    """The routes of one service, or of all."""
    return [RouteRow(**row) for row in db.named_rows(_ROUTES, {"service": service_id})]


def unknown_dispatches() -> list[UnknownRow]:
    """Every order of unknown fate, the most urgent first."""
    return [
        UnknownRow(**{**row, "action": Action(row["action"]), "kind": AttemptKind(row["kind"])})
        for row in db.named_rows(_UNKNOWN)
    ]


def alerts() -> list[AlertRow]:
    """Every open alert, the latest first."""
    return [AlertRow(**{**row, "kind": AlertKind(row["kind"])}) for row in db.named_rows(_ALERTS)]


def attempts(order_id: int) -> list[AttemptRow]:
    """Every try to send an order, oldest first, with its evidence."""
    findings: dict[int, list[FindingRow]] = {}
    for row in db.named_rows(_FINDINGS, [order_id]):
        attempt_id = row.pop("attempt_id")
        findings.setdefault(attempt_id, []).append(FindingRow(**{**row, "step": FindingStep(row["step"])}))
    rows = db.named_rows(_ATTEMPTS, [order_id])
    return [_attempt_row(row, tuple(findings.get(row.pop("id"), ()))) for row in rows]


def _attempt_row(row: dict[str, Any], findings: tuple[FindingRow, ...]) -> AttemptRow:
    row["kind"], row["state"] = AttemptKind(row["kind"]), AttemptState(row["state"])
    row["request"] = json.loads(row["request"])
    return AttemptRow(**row, findings=findings)


def task(order_id: int) -> TaskRow | None:
    """What will be done next about an order; None before it was taken in."""
    found = db.named_rows(_TASK, [order_id])
    if not found:
        return None
    wait = found[0]["waiting_for"]
    return TaskRow(**{**found[0], "action": Action(found[0]["action"]), "waiting_for": Wait(wait) if wait else None})


def backlog() -> list[BacklogRow]:
    """How much of each kind of work waits."""
    return [BacklogRow(**{**row, "action": Action(row["action"])}) for row in db.named_rows(_BACKLOG)]
