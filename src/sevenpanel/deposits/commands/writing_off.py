"""Writing off a debt: what a reversal left below zero, and will not come back."""

from datetime import datetime

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import models
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger import queries as books
from sevenpanel.ledger.domain import AccountKind, Entry, EntryKind, MoneyMove, Reason, customer, house


class UnableToWriteOff(Refusal):
    """A debt that is not there, or smaller."""


def debt_of(customer_id: int) -> int:
    """How far below zero a customer's balance is, in micro-units."""
    return max(0, -books.balance(customer_id=customer_id).balance_micros)


@db.step
def write_off(proposal: models.Proposal, *, actor_id: int, now: datetime) -> None:
    """Book a debt as lost: bad deposits pay for it.

    :raises UnableToWriteOff: when the customer owes less by now.
    """
    assert proposal.amount_micros is not None
    if proposal.amount_micros > debt_of(proposal.customer_id):
        raise UnableToWriteOff("The customer owes less than that by now. Propose it anew with the present sum.")
    currency = accounts.customer(customer_id=proposal.customer_id).currency
    move = MoneyMove(
        debit=house(AccountKind.BAD_DEPOSIT, currency),
        credit=customer(proposal.customer_id, currency),
        amount_micros=proposal.amount_micros,
        reason=Reason.WRITE_OFF,
        note=proposal.reason[:200],
    )
    key = f"write-off:{proposal.id}"
    entry = Entry(
        key=key,
        subject=key,
        kind=EntryKind.WRITE_OFF,
        customer_id=proposal.customer_id,
        actor_id=actor_id,
        money=(move,),
    )
    assert ledger.post_entry(entry=entry, now=now) is not None
