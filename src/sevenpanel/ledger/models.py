"""Tables of the ledger. What may never happen is refused by the database, not by good intentions."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.kernel.models import MicrosField, words
from sevenpanel.ledger.domain import AccountKind, Reason


class Account(models.Model):
    """An account of one kind, one owner and one currency. The house's own accounts have owner 0."""

    kind = models.TextField()
    owner_id = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "owner_id", "currency"), name="ledger_account_once"),
            models.CheckConstraint(condition=Q(kind__in=words(AccountKind)), name="ledger_account_kind_known"),
        )


class Balance(models.Model):
    """A customer's maintained balance: narrow, locked by whoever spends, never below zero (I3).

    House accounts have none: it would be the one row that every order locks. Theirs is folded from transfers.
    """

    customer_id = models.BigIntegerField(primary_key=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    held_account_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    balance_micros = MicrosField(default=0)
    credit_limit_micros = MicrosField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(balance_micros__gte=-F("credit_limit_micros")),
                name="ledger_balance_not_overdrawn",
            ),
            models.CheckConstraint(condition=Q(credit_limit_micros__gte=0), name="ledger_credit_limit_not_negative"),
        )


class Transfer(models.Model):
    """One debit and one credit of the same sum; never changed, never deleted (I8).

    The account ids carry no foreign key: this is the hottest insert of the desk, accounts are never deleted,
    and `sevenpanel verify` looks for orphans (docs/adr: ledger form).
    """

    key = models.TextField(db_collation="C")
    debit_id = models.BigIntegerField()
    credit_id = models.BigIntegerField()
    amount_micros = MicrosField()
    reason = models.TextField()
    customer_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    note = models.TextField(default="")
    posted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), name="ledger_transfer_once"),
            models.CheckConstraint(condition=Q(amount_micros__gt=0), name="ledger_transfer_moves_something"),
            models.CheckConstraint(condition=~Q(debit_id=F("credit_id")), name="ledger_transfer_two_accounts"),
            models.CheckConstraint(condition=Q(reason__in=words(Reason)), name="ledger_transfer_reason_known"),
        )
        indexes = (
            models.Index(
                fields=("customer_id", "id"),
                name="ledger_transfer_statement",
                condition=Q(customer_id__isnull=False),
            ),
        )


class Checkpoint(models.Model):
    """The balances of all house accounts folded up to one transfer, so that a balance never sums all history."""

    account_id = models.BigIntegerField()
    upto_id = models.BigIntegerField()
    debit_micros = MicrosField()
    credit_micros = MicrosField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account_id", "upto_id"), name="ledger_checkpoint_once"),)
