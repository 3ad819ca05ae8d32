"""Tables of the ledger. What may never happen is refused by the database, not by good intentions."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.kernel.models import MicrosField, RawField, words
from sevenpanel.ledger.domain import OF_ASSETS, AccountKind, EntryKind, Reason


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
    """A customer's maintained balance: narrow, locked by whoever spends, never below zero by spending (I3).

    House accounts have none: it would be the one row that every order locks. Theirs is folded from transfers.

    :ivar hold_micros: what cannot be spent while a deposit is being looked into.
    :ivar credit_limit_micros: how far spending may go below zero: the credit line less all holds, so below zero
        itself while something is held. What may be spent is `balance_micros + credit_limit_micros`.
    :ivar overdraft_micros: how far reversals and holds have gone below that. It only shrinks by anything else.
    """

    customer_id = models.BigIntegerField(primary_key=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    held_account_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    balance_micros = MicrosField(default=0)
    credit_limit_micros = MicrosField(default=0)
    hold_micros = MicrosField(db_default=0)
    overdraft_micros = MicrosField(db_default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(balance_micros__gte=-F("credit_limit_micros") - F("overdraft_micros")),
                name="ledger_balance_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(credit_limit_micros__gte=-F("hold_micros")), name="ledger_credit_limit_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(hold_micros__gte=0, overdraft_micros__gte=0), name="ledger_hold_not_negative"
            ),
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


class Day(models.Model):
    """What moved on a customer's balance on one day in UTC for one reason, so that a statement never sums all history.

    Made of the transfers up to `DayMark.upto_id`, and made again from them whenever that is wanted.

    :ivar amount_micros: signed as the customer feels it.
    :ivar first_id: between this transfer and `last_id` all of them lie, with others.
    """

    customer_id = models.BigIntegerField()
    day = models.DateTimeField()
    reason = models.TextField()
    movements = models.IntegerField()
    amount_micros = MicrosField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer_id", "day", "reason"), name="ledger_day_once"),
            models.CheckConstraint(condition=Q(reason__in=words(Reason)), name="ledger_day_reason_known"),
        )


class DayMark(models.Model):
    """One row: up to which transfer the days are summed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    upto_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="ledger_day_mark_is_one"),)


class Entry(models.Model):
    """One business event in which assets, money or both moved; never changed, never deleted (I8).

    Its legs in assets are `AssetMove`s, its legs in money are transfers with keys below `entry/<id>/`. Nothing points
    here by foreign key: to look one up, PostgreSQL wants the right to change what it points to.
    """

    key = models.TextField(db_collation="C")
    subject = models.TextField(db_collation="C")
    kind = models.TextField()
    customer_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    reverses_id = models.BigIntegerField(null=True)
    facts = models.JSONField()
    posted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), name="ledger_entry_once"),
            models.UniqueConstraint(fields=("reverses_id",), name="ledger_entry_reversed_once"),
            models.CheckConstraint(condition=Q(kind__in=words(EntryKind)), name="ledger_entry_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVERSAL.value, reverses_id__isnull=False)
                | (~Q(kind=EntryKind.REVERSAL.value) & Q(reverses_id__isnull=True)),
                name="ledger_entry_reversal_of",
            ),
        )
        indexes = (
            models.Index(fields=("subject", "id"), name="ledger_entry_of_subject"),
            models.Index(fields=("customer_id", "id"), name="ledger_entry_of_customer"),
        )


class AssetMove(models.Model):
    """A leg of an entry in raw units: one debit and one credit of the same asset (I2)."""

    entry_id = models.BigIntegerField()
    asset = models.TextField(db_collation="C")
    debit_kind = models.TextField()
    credit_kind = models.TextField()
    raw = RawField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(raw__gt=0), name="ledger_asset_moves_something"),
            models.CheckConstraint(
                condition=Q(debit_kind__in=words(OF_ASSETS), credit_kind__in=words(OF_ASSETS))
                & ~Q(debit_kind=F("credit_kind")),
                name="ledger_asset_two_accounts",
            ),
        )
        indexes = (
            models.Index(fields=("asset",), name="ledger_move_of_asset"),
            models.Index(fields=("entry_id",), name="ledger_move_of_entry"),
        )


class Hold(models.Model):
    """A sum on a customer's balance that cannot be spent for now. One open hold per subject."""

    subject = models.TextField(db_collation="C")
    customer_id = models.BigIntegerField()
    amount_micros = MicrosField()
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject",), condition=Q(lifted_at__isnull=True), name="ledger_hold_once"),
            models.CheckConstraint(condition=Q(amount_micros__gt=0), name="ledger_hold_of_something"),
        )
        indexes = (models.Index(fields=("customer_id",), condition=Q(lifted_at__isnull=True), name="ledger_hold_open"),)
