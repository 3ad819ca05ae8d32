"""Deciding proposals: votes of others, and carrying out what enough of them approved."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import IntegrityError

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import models
from sevenpanel.deposits.commands import evidence
from sevenpanel.deposits.commands.advancing import Step, advance
from sevenpanel.deposits.commands.judging import charges_of
from sevenpanel.deposits.commands.locking import lock_customers
from sevenpanel.deposits.commands.outside import was_swept
from sevenpanel.deposits.commands.posting import Price, price_of
from sevenpanel.deposits.commands.settling import finish
from sevenpanel.deposits.commands.writing_off import write_off
from sevenpanel.deposits.domain import Event
from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.machine import By
from sevenpanel.deposits.domain.pricing import after_charges
from sevenpanel.deposits.domain.ways import ProposalKind, ProposalState
from sevenpanel.kernel import db
from sevenpanel.kernel.money import MICROS_PER_UNIT
from sevenpanel.kernel.refusals import Refusal

NOTE_LENGTH_MAX = 1_000


class UnableToDecide(Refusal):
    """A vote that cannot be counted. Nothing was changed."""


@db.command
def approve(*, proposal_id: int, person_id: int, seen_hash: bytes, typed: str, note: str = "", now: datetime) -> bool:
    """Agree to a proposal; the last of those it needs carries it out.

    :param seen_hash: the content that the page showed; typed: the sum, typed once more.
    :returns: whether it was carried out now.
    :raises UnableToDecide: when it is decided, is one's own, is not what was shown, or the sums differ.
    """
    proposal = _open_one(proposal_id)
    _refuse_maker(proposal, person_id)
    if bytes(proposal.hash) != seen_hash:
        raise UnableToDecide("This proposal is not the one that your page showed. Read it again.")
    if typed != proposal.typed:
        raise UnableToDecide("The sum that you typed is not the one that is proposed. Compare both with the evidence.")
    _vote(proposal, person_id, approves=True, note=note, now=now)
    if models.Vote.objects.filter(proposal=proposal, approves=True).count() < proposal.needs:
        return False
    _approved(proposal, person_id, now)
    return True


@db.command
def approve_alone(*, proposal_id: int, person_id: int, now: datetime) -> None:
    """Carry out one's own proposal, where the policy lets one person run the desk.

    :raises UnableToDecide: when it does not, or the day's limit is used up.
    """
    proposal = _open_one(proposal_id)
    if not proposal.is_single or proposal.maker_id != person_id:
        raise UnableToDecide("Somebody else has to approve this.")
    _approved(proposal, person_id, now)


@db.command
def decline(*, proposal_id: int, person_id: int, note: str, now: datetime) -> None:
    """Refuse a proposal, with the reason; or take one's own back.

    :raises UnableToDecide: when it is decided, or no reason is given.
    """
    proposal = _open_one(proposal_id)
    if not note.strip():
        raise UnableToDecide("Say why: whoever proposed it reads it.")
    is_own = proposal.maker_id == person_id
    if not is_own:
        _vote(proposal, person_id, approves=False, note=note, now=now)
    state = ProposalState.WITHDRAWN if is_own else ProposalState.DECLINED
    _close(proposal, state, now)
    _UNDONE[ProposalKind(proposal.kind)](proposal, person_id, note.strip()[:NOTE_LENGTH_MAX], now)


def _open_one(proposal_id: int) -> models.Proposal:
    customer_id = models.Proposal.objects.filter(id=proposal_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise UnableToDecide("There is no such proposal.")
    lock_customers([customer_id])
    proposal = models.Proposal.objects.select_for_update(of=("self",)).get(id=proposal_id)
    if proposal.state != ProposalState.OPEN:
        raise UnableToDecide(f"This proposal is {proposal.state} already.")
    return proposal


def _refuse_maker(proposal: models.Proposal, person_id: int) -> None:
    if proposal.maker_id == person_id:
        raise UnableToDecide("You proposed this yourself. Somebody else has to approve it.")
    if models.Vote.objects.filter(proposal=proposal, person_id=person_id).exists():
        raise UnableToDecide("You have voted on this already. One more person is needed.")


def _vote(proposal: models.Proposal, person_id: int, *, approves: bool, note: str, now: datetime) -> None:
    models.Vote.objects.create(
        proposal=proposal,
        maker_id=proposal.maker_id,
        person_id=person_id,
        approves=approves,
        hash=proposal.hash if approves else None,
        typed=proposal.typed if approves else None,
        note=note.strip()[:NOTE_LENGTH_MAX],
        voted_at=now,
    )


def _approved(proposal: models.Proposal, person_id: int, now: datetime) -> None:
    try:
        _close(proposal, ProposalState.APPROVED, now)
    except IntegrityError as wall:
        raise UnableToDecide(_wall_sentence(str(wall))) from wall
    _CARRIED_OUT[ProposalKind(proposal.kind)](proposal, person_id, now)


def _wall_sentence(words: str) -> str:
    if "deposits_single_limit" in words:
        return "One person may approve alone up to the day's limit only, and where the policy allows it at all."
    if "deposits_too_few_votes" in words:
        return "Above the limit two others have to approve, and the limit was changed since. Propose it anew."
    raise AssertionError(words)


def _close(proposal: models.Proposal, state: ProposalState, now: datetime) -> None:
    proposal.state, proposal.decided_at = state.value, now
    proposal.save(update_fields=["state", "decided_at"])


def _receipt(proposal: models.Proposal) -> models.Receipt:
    assert proposal.receipt_id is not None
    return models.Receipt.objects.select_for_update(of=("self",)).get(id=proposal.receipt_id)


def _step(receipt: models.Receipt, step: Step, now: datetime) -> None:
    if not advance(receipt, step, now=now):
        raise UnableToDecide(f"Receipt {receipt.id} is {receipt.state} by now, so this does not fit any more.")


def _credit(proposal: models.Proposal, person_id: int, now: datetime) -> None:
    receipt = _receipt(proposal)
    step = Step(event=Event.APPROVED, by=By.STAFF, actor_id=person_id, price=_price_by_hand(proposal, receipt, now))
    _step(receipt, step, now)


def _price_by_hand(proposal: models.Proposal, receipt: models.Receipt, now: datetime) -> Price:
    """The sum that both typed, less the method's fee; an asset's rate is what that sum makes of it."""
    gross = proposal.amount_micros
    assert gross is not None
    charges = charges_of(receipt.method)
    worth = after_charges(gross, charges)
    if worth.net <= 0:
        raise UnableToDecide("The fee of this way is as much as the sum. There is nothing to credit.")
    rate = RATE_ONE
    if receipt.asset is not None and receipt.raw:
        rate = gross * 10**receipt.asset.decimals * RATE_ONE // (receipt.raw * MICROS_PER_UNIT)
    currency = accounts.customer(customer_id=receipt.customer_id).currency
    return Price(worth=worth, currency=currency, rate_e12=rate, rate_source="by hand", rate_as_of=now)


def _release(proposal: models.Proposal, person_id: int, now: datetime) -> None:
    receipt = _receipt(proposal)
    price = price_of(proposal.facts)
    _step(receipt, Step(event=Event.RELEASED, by=By.STAFF, actor_id=person_id, price=price), now)
    finish(receipt, now=now)


def _refund(proposal: models.Proposal, person_id: int, now: datetime) -> None:
    receipt, tx = _receipt(proposal), proposal.reference
    step = Step(event=Event.REFUNDED, by=By.STAFF, actor_id=person_id, tx=tx, was_swept=was_swept(tx), note=tx)
    _step(receipt, step, now)


def _recall(proposal: models.Proposal, person_id: int, now: datetime) -> None:
    receipt = _receipt(proposal)
    receipt.is_stopped = True
    receipt.save(update_fields=["is_stopped"])
    _step(receipt, Step(event=Event.BURIED, by=By.STAFF, actor_id=person_id, note=proposal.reason), now)


def _write_off(proposal: models.Proposal, person_id: int, now: datetime) -> None:
    write_off(proposal, actor_id=person_id, now=now)


def _nothing(proposal: models.Proposal, person_id: int, note: str, now: datetime) -> None:
    """What was not begun needs not be undone."""


def _not_credited(proposal: models.Proposal, person_id: int, note: str, now: datetime) -> None:
    _step(_receipt(proposal), Step(event=Event.DECLINED, by=By.STAFF, actor_id=person_id, note=note), now)
    evidence.let_go(proposal)


def _not_recalled(proposal: models.Proposal, person_id: int, note: str, now: datetime) -> None:
    _step(_receipt(proposal), Step(event=Event.SEEN_AGAIN, by=By.STAFF, actor_id=person_id, note=note), now)


_CARRIED_OUT: Mapping[ProposalKind, Callable[[models.Proposal, int, datetime], None]] = {
    ProposalKind.CREDIT: _credit,
    ProposalKind.RELEASE: _release,
    ProposalKind.REFUND: _refund,
    ProposalKind.RECALL: _recall,
    ProposalKind.WRITE_OFF: _write_off,
}
_UNDONE: Mapping[ProposalKind, Callable[[models.Proposal, int, str, datetime], None]] = {
    ProposalKind.CREDIT: _not_credited,
    ProposalKind.RELEASE: _nothing,
    ProposalKind.REFUND: _nothing,
    ProposalKind.RECALL: _not_recalled,
    ProposalKind.WRITE_OFF: _nothing,
}
assert _CARRIED_OUT.keys() == _UNDONE.keys() == set(ProposalKind)
