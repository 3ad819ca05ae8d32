"""What the queries of fulfilment return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sevenpanel.fulfilment.domain import Action, AlertKind, AttemptKind, AttemptState, FindingStep, Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """A provider as the operator sees it; its key is not among this."""

    id: int
    name: str
    kind: str
    url: str
    currency: str
    exchange_rate: Decimal
    is_paused: bool
    balance: Decimal | None
    balance_at: datetime | None
    catalogue_at: datetime | None
    failures: int
    held_until: datetime | None
    held_for: Wait | None
    idempotency_field: str | None
    refuses_duplicate_links: bool
    balance_is_ours: bool
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """One line of a provider's catalogue."""

    provider_id: int
    service: str
    name: str
    type: str
    category: str
    rate: Decimal
    quantity_min: int
    quantity_max: int
    refill: bool
    cancel: bool
    description: str
    seen_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """By which offer a service is fulfilled."""

    id: int
    service_id: int
    provider_id: int
    provider_service: str
    priority: int
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRow:
    """An order of which nobody knows yet whether the provider took it.

    :param action: RESOLVE while the desk still finds out by itself, OPERATOR when only a person can tell.
    """

    order_id: int
    customer_id: int
    provider_id: int
    action: Action
    decide_by: datetime
    attempt_id: int
    number: int
    kind: AttemptKind
    begun_at: datetime
    words: str
    expected_cost: Decimal | None
    last_finding: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """Something that a person at the desk should know."""

    id: int
    kind: AlertKind
    subject: str
    sentence: str
    count: int
    raised_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A piece of evidence that came after an attempt's own answer."""

    step: FindingStep
    sentence: str
    http_status: int | None
    answer: str
    provider_order_id: str | None
    balance: Decimal | None
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One try to send an order, with everything that testifies about it."""

    number: int
    provider_id: int
    kind: AttemptKind
    state: AttemptState
    request_id: str
    request: Mapping[str, Any]
    expected_cost: Decimal | None
    balance_before: Decimal | None
    begun_at: datetime
    ended_at: datetime | None
    http_status: int | None
    elapsed_ms: int | None
    words: str
    answer: str
    provider_order_id: str | None
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """What will be done next about one order."""

    order_id: int
    action: Action
    due_at: datetime
    provider_id: int | None
    provider_order_id: str | None
    attempts: int
    waiting_for: Wait | None
    decide_by: datetime | None
    sent_at: datetime | None
    cancel_due_at: datetime | None
    cost_micros: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogRow:
    """How much of one kind of work there is, and since when the oldest of it is due."""

    action: Action
    tasks: int
    oldest_due: datetime
