"""What is decided: a value, stored as it was made, with reasons that a customer understands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sevenpanel.kernel.said import say
from sevenpanel.terms.facts import Document, Kind, OrderFacts, RequestFacts, Status
from sevenpanel.terms.notice import Notice
from sevenpanel.terms.policy import Extent, Policy
from sevenpanel.terms.promise import COMPLETION, START, Promise, promise
from sevenpanel.terms.refunds import arithmetic, back_micros


class Outcome(StrEnum):
    """What becomes of a request."""

    GRANT = "granted"
    REFUSE = "refused"
    CLOSE = "closed without completion"
    DOCUMENTS = "needs documents"
    PROVIDER = "waits for the provider"
    STAFF = "needs staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision under one clause.

    :param rule: which row of the order of precedence spoke.
    :param refund_micros: what comes back now; only a grant gives anything back.
    :param needs: the documents that are missing.
    :param close_as: what an open order becomes; None when it stays as it is.
    :param may_ask_from: after this instant the same request can have another answer; None when no instant is known.
    :param cites: the numbers of the notices that it rests on.
    """

    outcome: Outcome
    clause: str
    rule: str
    reasons: tuple[str, ...]
    refund_micros: int = 0
    needs: tuple[Document, ...] = ()
    close_as: Status | None = None
    may_ask_from: datetime | None = None
    cites: tuple[int, ...] = ()
    policy_version: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a clause says, before the row, the policy and the time are added to it."""

    outcome: Outcome
    clause: str
    reasons: tuple[str, ...]
    refund_micros: int = 0
    needs: tuple[Document, ...] = ()
    close_as: Status | None = None
    may_ask_from: datetime | None = None
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request with the policy it is judged by, and what was promised as far as could be known when it was made."""

    facts: RequestFacts
    policy: Policy
    start: Promise
    completion: Promise

    @property
    def order(self) -> OrderFacts:
        """The order that it is about."""
        return self.facts.order

    @property
    def kind(self) -> Kind:
        """What is asked."""
        return self.facts.kind

    @property
    def asked_at(self) -> datetime:
        """The instant that it is judged at."""
        return self.facts.requested_at

    @property
    def was_open(self) -> bool:
        """Whether the order was open when it was asked, whatever happened to it since."""
        return self.order.closed_at is None or self.asked_at < self.order.closed_at


def case_of(facts: RequestFacts, policy: Policy) -> Case:
    """Prepare a request for the clauses."""
    order, known_at = facts.order, facts.requested_at
    return Case(
        facts=facts,
        policy=policy,
        start=promise(order, START, known_at=known_at),
        completion=promise(order, COMPLETION, known_at=known_at),
    )


def refusal(
    clause: str, *reasons: str, may_ask_from: datetime | None = None, notices: tuple[Notice, ...] = ()
) -> Ruling:
    """Say no."""
    cites = tuple(dict.fromkeys(notice.notice_id for notice in notices))
    return Ruling(
        outcome=Outcome.REFUSE, clause=clause, reasons=reasons, may_ask_from=may_ask_from, cites=cites
    )  # fmt: skip


def grant(case: Case, clause: str, extent: Extent, *reasons: str) -> Ruling:
    """Give back what the clause gives, with the arithmetic, and end the order if it is open."""
    refund = back_micros(case.order, extent)
    untracked = () if not case.order.is_untracked else (UNTRACKED,)
    return Ruling(
        outcome=Outcome.GRANT,
        clause=clause,
        reasons=(*reasons, *untracked, arithmetic(case.order, refund)),
        refund_micros=refund,
        close_as=ending(case.order, refund) if case.order.is_open else None,
    )


def ending(order: OrderFacts, refund_micros: int) -> Status:
    """Say what an open order becomes when this much comes back and it stops."""
    if refund_micros + order.returned_micros == order.charge_micros:
        return Status.CANCELED
    return Status.COMPLETED if order.delivered == order.quantity else Status.PARTIAL


UNTRACKED = say(
    "Several services worked on this link and it was not a private one, so only the provider's own count is used "
    "(clause 1)."
)
