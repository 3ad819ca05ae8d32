"""One order of locks for everything that moves a receipt: the source, then the customers, then the receipt's row."""

from collections.abc import Collection

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal

_CUSTOMER = "SELECT pg_advisory_xact_lock(hashtextextended('deposits.customer/' || %s::bigint, 0))"


class UnableToFindReceipt(Refusal):
    """A receipt that is not there."""

    status = 404


@db.step
def lock_customers(customer_ids: Collection[int]) -> None:
    """Let nobody else change these customers' receipts and intents until this transaction ends."""
    for customer_id in sorted(set(customer_ids)):
        db.rows(_CUSTOMER, [customer_id])


@db.step
def lock_source(name: str) -> None:
    """Let nobody else book what this source says until this transaction ends."""
    list(models.Source.objects.select_for_update().filter(name=name).values_list("id"))


def found_by_key(key: str) -> models.Receipt | None:
    """The receipt with this key; a declined proposal has given its key free."""
    return models.Receipt.objects.filter(key=key).exclude(state=ReceiptState.DECLINED.value).first()


@db.step
def locked_receipt(receipt_id: int) -> models.Receipt:
    """The receipt, locked together with its customer.

    :raises UnableToFindReceipt: when there is none.
    """
    found = models.Receipt.objects.filter(id=receipt_id).values_list("customer_id", flat=True).first()
    if found is None:
        raise UnableToFindReceipt("There is no such receipt.")
    lock_customers([found])
    return models.Receipt.objects.select_for_update().get(id=receipt_id)
