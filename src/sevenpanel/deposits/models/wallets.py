"""The operator's public keys, and the addresses that were made of them."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.deposits.domain.ways import KeyNews
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.deposits.keys.xpub import CHANGE_DELAY
from sevenpanel.kernel.models import words


class Wallet(models.Model):
    """The extended public key of one account of the operator's wallet. Never changed; another one takes its place.

    :ivar account: the xpub. It can spend nothing, and shows every address that was ever made of it.
    :ivar starts_at: from when on customers are given its addresses; None while the second person has not agreed.
    """

    family = models.TextField()
    account = models.TextField(unique=True)
    is_first = models.BooleanField()
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    agreed_by = models.BigIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(family__in=words(Family)), name="deposits_wallet_family_known"),
            models.UniqueConstraint(fields=("family",), condition=Q(is_first=True), name="deposits_wallet_one_first"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("proposed_by")),
                name="deposits_wallet_two_people",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(is_first=True)
                | Q(agreed_by__isnull=False, starts_at__gte=F("proposed_at") + CHANGE_DELAY),
                name="deposits_wallet_change_waits",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="deposits_wallet_agreed_whole",
            ),
        )


class Address(models.Model):
    """One address: of which key, its number there, and whose it is. Given once, and watched for ever.

    :ivar plain: as JSON-RPC writes it, 0x and 40 digits; for Tron too.
    :ivar retired_at: since when the customer is shown another one; what arrives here is his all the same.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="+")
    index = models.BigIntegerField()
    plain = models.TextField(unique=True, db_collation="C")
    customer_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("wallet", "index"), name="deposits_address_index_once"),
            models.UniqueConstraint(
                fields=("wallet", "customer_id"),
                condition=Q(customer_id__isnull=False, retired_at__isnull=True),
                name="deposits_address_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(customer_id__isnull=True, given_at__isnull=True, retired_at__isnull=True)
                | Q(customer_id__isnull=False, given_at__isnull=False),
                name="deposits_address_given_whole",
            ),
            # Number 0 is the one that the operator pasted back.
            models.CheckConstraint(condition=Q(index__gte=1), name="deposits_address_after_the_first"),
        )
        indexes = (
            models.Index(
                fields=("wallet", "index"), condition=Q(customer_id__isnull=True), name="deposits_address_free"
            ),
        )


class KeyLetter(models.Model):
    """A letter that tells one of the staff what was done about a key."""

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="+")
    news = models.TextField()
    address = models.TextField()
    tries = models.IntegerField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("wallet", "news", "address"), name="deposits_key_letter_once"),
            models.CheckConstraint(condition=Q(news__in=words(KeyNews)), name="deposits_key_letter_news"),
        )
