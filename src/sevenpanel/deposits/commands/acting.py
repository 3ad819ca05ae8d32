"""What one member of staff may do with a receipt, and what is proposed to a second one."""

from datetime import datetime

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import models
from sevenpanel.deposits.commands.advancing import Step, advance
from sevenpanel.deposits.commands.judging import price_for_release
from sevenpanel.deposits.commands.locking import lock_customers, locked_receipt
from sevenpanel.deposits.commands.posting import Price
from sevenpanel.deposits.commands.proposing import TEXT_LENGTH_MAX, typed_money, write_proposal
from sevenpanel.deposits.commands.settling import finish
from sevenpanel.deposits.commands.writing_off import debt_of
from sevenpanel.deposits.domain import Event, ReceiptState
from sevenpanel.deposits.domain.amounts import format_raw
from sevenpanel.deposits.domain.machine import By
from sevenpanel.deposits.domain.ways import ProposalKind, ProposalState
from sevenpanel.deposits.queries.policy import policy_in_force
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal


class UnableToAct(Refusal):
    """Something that cannot be done with a receipt as it stands. Nothing was changed."""


@db.command
def release(*, receipt_id: int, person_id: int, note: str, now: datetime) -> None:
    """Credit a held receipt, up to the policy's sum. Not by the person who acted on it last.

    :raises UnableToAct: above that sum, without a rate, or when somebody else has to.
    """
    receipt = _in_state(receipt_id, ReceiptState.HELD)
    price = _price(receipt, now)
    if _takes_two(price):
        raise UnableToAct("This sum takes two people. Propose the release, and let somebody else approve it.")
    if receipt.last_actor_id == person_id:
        raise UnableToAct("You acted on this receipt last. Somebody else has to release it.")
    _refuse_open_proposal(receipt)
    step = Step(event=Event.RELEASED, by=By.STAFF, actor_id=person_id, price=price, note=_words(note))
    advance(receipt, step, now=now)
    finish(receipt, now=now)


def release_takes_two(*, receipt_id: int, now: datetime) -> bool:
    """Whether a second person has to approve the release of a held receipt, at the price of now; no without one."""
    price = price_for_release(models.Receipt.objects.get(id=receipt_id), now=now)
    return price is not None and _takes_two(price)


def _takes_two(price: Price) -> bool:
    return price.worth.net > policy_in_force().two_person_micros


@db.command
def reject(*, receipt_id: int, person_id: int, note: str, now: datetime) -> None:
    """Find that a held receipt is not to be credited; it stays in suspense, so that books and chain agree.

    :raises UnableToAct: without a reason, which the customer reads.
    """
    receipt = _in_state(receipt_id, ReceiptState.HELD)
    _refuse_open_proposal(receipt)
    step = Step(event=Event.REJECTED, by=By.STAFF, actor_id=person_id, note=_needed(note))
    advance(receipt, step, now=now)


@db.command
def reopen(*, receipt_id: int, person_id: int, note: str, now: datetime) -> None:
    """Look at a rejected receipt again.

    :raises UnableToAct: when it is not rejected, or no reason is given.
    """
    receipt = _in_state(receipt_id, ReceiptState.REJECTED)
    _refuse_open_proposal(receipt)
    advance(receipt, Step(event=Event.REOPENED, by=By.STAFF, actor_id=person_id, note=_needed(note)), now=now)


@db.command
def propose_release(*, receipt_id: int, person_id: int, reason: str, now: datetime) -> int:
    """Propose to credit a large held receipt, at the price of now.

    :returns: the proposal's id.
    :raises UnableToAct: when it is not held, or there is no rate.
    """
    receipt = _in_state(receipt_id, ReceiptState.HELD)
    price = _price(receipt, now)
    content = _content(ProposalKind.RELEASE, receipt, reason) | {
        "amount_micros": price.worth.net,
        "typed": typed_money(price.worth.net, price.currency),
        "facts": price.facts(),
    }
    return write_proposal(content, (), maker_id=person_id, now=now).id


@db.command
def propose_refund(*, receipt_id: int, person_id: int, tx: str, reason: str, now: datetime) -> int:
    """Propose to book that a rejected receipt was sent back; the transaction that did it is the evidence.

    :raises UnableToAct: when it is not rejected, or the transaction is not named.
    """
    receipt = _in_state(receipt_id, ReceiptState.REJECTED)
    if not 8 <= len(tx.strip()) <= 120:
        raise UnableToAct("Write the number of the transaction that sent it back.")
    assert receipt.asset is not None
    assert receipt.raw is not None
    asset = receipt.asset.value
    content = _content(ProposalKind.REFUND, receipt, reason) | {
        "asset": receipt.asset,
        "raw": receipt.raw,
        "amount_micros": None,
        "typed": f"{format_raw(receipt.raw, asset)} {asset.symbol}",
        "reference": tx.strip(),
    }
    return write_proposal(content, (), maker_id=person_id, now=now).id


@db.command
def propose_recall(*, receipt_id: int, person_id: int, reference: str, reason: str, now: datetime) -> int:
    """Say that a bank or a processor took a payment back: it is on hold at once, and taken back when another agrees.

    :raises UnableToAct: for receipts of a chain, which only the chain takes back.
    """
    receipt = _in_state(receipt_id, ReceiptState.CREDITED)
    if receipt.source.startswith(("evm:", "utxo:")):
        raise UnableToAct("Only the chain itself takes back what stands in it. The source sees that by itself.")
    assert receipt.net_micros is not None
    currency = accounts.customer(customer_id=receipt.customer_id).currency
    step = Step(event=Event.RECALLED, by=By.STAFF, actor_id=person_id, note=_needed(reason))
    content = _content(ProposalKind.RECALL, receipt, reason) | {
        "amount_micros": receipt.net_micros,
        "typed": typed_money(receipt.net_micros, currency),
        "reference": reference.strip()[:120],
    }
    advance(receipt, step, now=now)
    return write_proposal(content, (), maker_id=person_id, now=now).id


@db.command
def propose_write_off(*, customer_id: int, person_id: int, amount_micros: int, reason: str, now: datetime) -> int:
    """Propose to give up a debt that a reversal left.

    :raises UnableToAct: when the customer owes less than that.
    """
    lock_customers([customer_id])
    if not 0 < amount_micros <= debt_of(customer_id):
        raise UnableToAct("The customer does not owe that much.")
    currency = accounts.customer(customer_id=customer_id).currency
    content = {
        "kind": ProposalKind.WRITE_OFF,
        "customer_id": customer_id,
        "amount_micros": amount_micros,
        "typed": typed_money(amount_micros, currency),
        "reason": _needed(reason),
    }
    return write_proposal(content, (), maker_id=person_id, now=now).id


def _in_state(receipt_id: int, state: ReceiptState) -> models.Receipt:
    receipt = locked_receipt(receipt_id)
    if receipt.state != state:
        raise UnableToAct(f"Receipt {receipt.id} is {receipt.state}, so this does not fit any more. Load it again.")
    return receipt


def _price(receipt: models.Receipt, now: datetime) -> Price:
    price = price_for_release(receipt, now=now)
    if price is None:
        raise UnableToAct("There is no rate for this asset. Set one first.")
    if price.worth.net <= 0:
        raise UnableToAct("After rounding and the fee nothing of this receipt is left to credit.")
    return price


def _content(kind: ProposalKind, receipt: models.Receipt, reason: str) -> dict[str, object]:
    _refuse_open_proposal(receipt)
    return {"kind": kind, "customer_id": receipt.customer_id, "receipt": receipt, "reason": _needed(reason)}


def _refuse_open_proposal(receipt: models.Receipt) -> None:
    standing = models.Proposal.objects.filter(receipt=receipt, state=ProposalState.OPEN.value).first()
    if standing is not None:
        raise UnableToAct(f"Proposal {standing.id} about this receipt waits for a decision. Decide it first.")


def _needed(text: str) -> str:
    if not text.strip():
        raise UnableToAct("Say why.")
    return _words(text)


def _words(text: str) -> str:
    return text.strip().replace("\0", "")[:TEXT_LENGTH_MAX]
