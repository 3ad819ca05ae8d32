"""Reads for staff: queues, proposals with their votes and evidence, and who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.domain.ways import IntentState, ProposalKind, ProposalState
from sevenpanel.deposits.queries.history import IntentRow, ReceiptRow, intent_row, receipt_rows
from sevenpanel.kernel import db
from sevenpanel.kernel.files import FileKind

_NAMES = "SELECT id, coalesce(nullif(name, ''), email) FROM accounts_user WHERE id = ANY(%s::bigint[])"
_OWNERS = """
SELECT c.id, c.name, coalesce(min(u.email), '') FROM accounts_customer c
  LEFT JOIN accounts_user u ON u.customer_id = c.id WHERE c.id = ANY(%s::bigint[]) GROUP BY c.id, c.name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    """A customer as staff know one."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRow:
    """What one checker said."""

    person: str
    approves: bool
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A file that proves a payment."""

    id: int
    name: str
    kind: FileKind
    size: int
    sha256: str
    stored_as: str
    by_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """Something that one person proposed, with what others said about it.

    :ivar typed: the sum as every checker has to type it.
    """

    id: int
    kind: ProposalKind
    state: ProposalState
    owner: OwnerRow
    receipt_id: int | None
    way: str
    key: str
    reference: str
    amount_micros: int | None
    typed: str
    reason: str
    maker_id: int
    maker: str
    hash: str
    needs: int
    is_single: bool
    made_at: datetime
    decided_at: datetime | None
    announced_note: str
    votes: tuple[VoteRow, ...]
    evidence: tuple[EvidenceRow, ...]

    @property
    def approvals(self) -> int:
        """How many agreed so far."""
        return sum(vote.approves for vote in self.votes)


def names(user_ids: Sequence[int]) -> dict[int, str]:
    """What people are called."""
    return dict(db.rows(_NAMES, [list(user_ids)]))


def owners_named(customer_ids: Sequence[int]) -> dict[int, OwnerRow]:
    """What customers are called."""
    return {id_: OwnerRow(id=id_, name=n, email=e) for id_, n, e in db.rows(_OWNERS, [list(customer_ids)])}


def receipts_in(*states: ReceiptState, limit: int = 100) -> list[ReceiptRow]:
    """Receipts in these states, the longest waiting first."""
    rows = models.Receipt.objects.filter(state__in=[state.value for state in states])
    return receipt_rows(rows.select_related("asset", "method", "intent__method").order_by("changed_at")[:limit])


def search_receipts(
    *,
    state: ReceiptState | None = None,
    customer_id: int | None = None,
    words: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[ReceiptRow]:
    """Receipts, newest first: of one state, of one customer, with a key or an address that holds these words."""
    rows = models.Receipt.objects.select_related("asset", "method", "intent__method").order_by("-id")
    if state is not None:
        rows = rows.filter(state=state.value)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if words:
        rows = rows.filter(key__icontains=words) | rows.filter(address__icontains=words)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return receipt_rows(rows[:limit])


def announced(*, limit: int = 100) -> list[IntentRow]:
    """Payments that customers say they made, the longest waiting first, unless somebody proposed to credit them."""
    proposed = models.Proposal.objects.filter(intent__isnull=False, state__in=["open", "approved"])
    rows = models.Intent.objects.filter(state=IntentState.OPEN.value, announced_at__isnull=False)
    rows = rows.exclude(id__in=proposed.values("intent_id")).select_related("method__asset")
    return [intent_row(row) for row in rows.order_by("announced_at")[:limit]]


def proposals(*, only_open: bool = True, receipt_id: int | None = None, limit: int = 100) -> list[ProposalRow]:
    """Proposals, the longest waiting first; of one receipt, all of them."""
    rows = models.Proposal.objects.order_by("id")
    if only_open:
        rows = rows.filter(state=ProposalState.OPEN.value)
    if receipt_id is not None:
        rows = rows.filter(receipt_id=receipt_id)
    return _whole(list(rows.select_related("method", "intent")[:limit]))


def proposal(*, proposal_id: int) -> ProposalRow | None:
    """One proposal."""
    rows = models.Proposal.objects.filter(id=proposal_id).select_related("method", "intent")
    return next(iter(_whole(list(rows))), None)


def voters(*, proposal_id: int) -> set[int]:
    """Who has voted on a proposal."""
    return set(models.Vote.objects.filter(proposal_id=proposal_id).values_list("person_id", flat=True))


def _whole(rows: list[models.Proposal]) -> list[ProposalRow]:
    votes = models.Vote.objects.filter(proposal__in=rows).order_by("id")
    people = names([*(row.maker_id for row in rows), *(vote.person_id for vote in votes)])
    owned = owners_named([row.customer_id for row in rows])
    return [_proposal(row, [v for v in votes if v.proposal_id == row.id], people, owned) for row in rows]


def _proposal(
    row: models.Proposal, votes: list[models.Vote], people: dict[int, str], owned: dict[int, OwnerRow]
) -> ProposalRow:
    return ProposalRow(
        id=row.id,
        kind=ProposalKind(row.kind),
        state=ProposalState(row.state),
        owner=owned[row.customer_id],
        receipt_id=row.receipt_id,
        way=row.method.name if row.method else "",
        key=row.key,
        reference=row.reference,
        amount_micros=row.amount_micros,
        typed=row.typed,
        reason=row.reason,
        maker_id=row.maker_id,
        maker=people.get(row.maker_id, ""),
        hash=bytes(row.hash).hex(),
        needs=row.needs,
        is_single=row.is_single,
        made_at=row.made_at,
        decided_at=row.decided_at,
        announced_note=row.intent.announced_note if row.intent else "",
        votes=tuple(
            VoteRow(person=people.get(v.person_id, ""), approves=v.approves, note=v.note, at=v.voted_at) for v in votes
        ),
        evidence=tuple(_evidence_of(row)),
    )


def _evidence_of(row: models.Proposal) -> list[EvidenceRow]:
    found = models.Evidence.objects.filter(proposal_id=row.id)
    if row.intent_id is not None:
        found = found | models.Evidence.objects.filter(intent_id=row.intent_id)
    return [_evidence(each) for each in found.order_by("id")]


def evidence_of_intent(*, intent_id: int) -> list[EvidenceRow]:
    """The slips that a customer sent with a payment."""
    return [_evidence(each) for each in models.Evidence.objects.filter(intent_id=intent_id).order_by("id")]


def evidence(*, evidence_id: int) -> EvidenceRow | None:
    """One file of evidence."""
    row = models.Evidence.objects.filter(id=evidence_id).first()
    return _evidence(row) if row else None


def _evidence(row: models.Evidence) -> EvidenceRow:
    return EvidenceRow(
        id=row.id,
        name=row.name,
        kind=FileKind(row.kind),
        size=row.size,
        sha256=bytes(row.sha256).hex(),
        stored_as=row.stored_as,
        by_customer=row.intent_id is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line of the audit: who did what about money that came in, and what was booked for it."""

    at: datetime
    what: str
    subject: str
    actor: str
    customer_id: int | None
    amount: str
    note: str


_AUDIT = """
SELECT at, what, subject, coalesce(nullif(u.name, ''), u.email, who) AS actor, a.customer_id, amount, note
  FROM (
    SELECT e.posted_at AS at, e.id AS tie, 'booked: ' || e.kind AS what, e.subject, e.actor_id, 'the desk' AS who,
           e.customer_id, '' AS amount, e.key AS note FROM ledger_entry e
    UNION ALL
    SELECT v.at, v.id, 'receipt: ' || v.event, r.key, v.actor_id, 'the desk', r.customer_id,
           coalesce(r.raw::text || ' raw', ''), v.note
      FROM deposits_event v JOIN deposits_receipt r ON r.id = v.receipt_id
    UNION ALL
    SELECT p.made_at, p.id, 'proposed: ' || p.kind || CASE WHEN p.is_single THEN ', by one person alone' ELSE '' END,
           'proposal ' || p.id, p.maker_id, '', p.customer_id, p.typed, p.reason FROM deposits_proposal p
    UNION ALL
    SELECT p.decided_at, p.id,
           p.state || ': ' || p.kind || CASE WHEN p.is_single THEN ', by one person alone' ELSE '' END,
           'proposal ' || p.id, CASE WHEN p.is_single THEN p.maker_id END, 'those who voted', p.customer_id, p.typed, ''
      FROM deposits_proposal p WHERE p.decided_at IS NOT NULL
    UNION ALL
    SELECT v.voted_at, v.id, CASE WHEN v.approves THEN 'vote: yes' ELSE 'vote: no' END, 'proposal ' || v.proposal_id,
           v.person_id, '', p.customer_id, coalesce(v.typed, ''), v.note
      FROM deposits_vote v JOIN deposits_proposal p ON p.id = v.proposal_id
    UNION ALL
    SELECT t.posted_at, t.id, 'credited from the command line', t.key, NULL, 'the operator', t.customer_id,
           t.amount_micros || ' micros', t.note FROM ledger_transfer t WHERE t.key LIKE 'operator/credit/%%'
    UNION ALL
    SELECT s.set_at, s.id, 'policy set', 'policy', NULL, s.set_by, NULL, '',
           'two people above ' || s.two_person_micros || ', alone ' || s.is_single || ' up to ' || s.single_daily_micros
           || ' a day, single voice ' || s.single_voice_daily_micros FROM deposits_policy s) AS a
  LEFT JOIN accounts_user u ON u.id = a.actor_id
 WHERE at >= %(since)s AND at < %(until)s ORDER BY at, what, tie
"""


def audit(*, since: datetime, until: datetime) -> list[AuditLine]:
    """Everything that people and the desk did with deposits in a period, in order: proposals, votes, bookings."""
    found: list[tuple[Any, ...]] = db.rows(_AUDIT, {"since": since, "until": until})
    return [
        AuditLine(at=at, what=what, subject=subject, actor=actor or "", customer_id=c, amount=amount, note=note)
        for at, what, subject, actor, c, amount, note in found
    ]
