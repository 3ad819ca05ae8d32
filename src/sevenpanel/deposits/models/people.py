"""What takes more than one person: proposals, votes, evidence, and the figures from which on it does."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.deposits.domain.ways import ProposalKind, ProposalState
from sevenpanel.deposits.models.receipts import Receipt
from sevenpanel.deposits.models.ways import Asset, Intent, Method
from sevenpanel.kernel.files import FileKind
from sevenpanel.kernel.models import MicrosField, RawField, words


class Policy(models.Model):
    """The figures in force: the newest row counts, none is ever changed.

    :ivar two_person_micros: above it a credit by hand takes two checkers, and a release a second person.
    :ivar is_single: one person runs the desk alone and may approve what was proposed by himself, up to
        `single_daily_micros` a day.
    :ivar single_voice_daily_micros: what a source that nobody contradicts may credit in a day without a person.
    """

    two_person_micros = MicrosField()
    is_single = models.BooleanField()
    single_daily_micros = MicrosField()
    single_voice_daily_micros = MicrosField()
    set_by = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(two_person_micros__gte=0, single_daily_micros__gte=0, single_voice_daily_micros__gte=0),
                name="deposits_policy_figures",
            ),
        )


class Proposal(models.Model):
    """Something that one person proposes and others decide. It never changes; what is wrong is proposed anew.

    :ivar key: for a credit, the key of the receipt it makes.
    :ivar reference: the line of the statement, the transaction that sent it back, or what else proves it.
    :ivar amount_micros: the sum in account currency; None where an asset is sent back, which is `raw`.
    :ivar typed: the sum as the maker typed it and as every checker types it again, with its currency or asset.
    :ivar facts: for a release, the price that it is credited at.
    :ivar hash: the SHA-256 of all of it, evidence included; approvals name it.
    :ivar needs: how many checkers have to approve.
    :ivar is_single: proposed and approved by one person, under the policy for that.
    """

    kind = models.TextField()
    customer_id = models.BigIntegerField()
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="+")
    method = models.ForeignKey(Method, on_delete=models.PROTECT, null=True, related_name="+")
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, null=True, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, related_name="+")
    raw = RawField(null=True)
    key = models.TextField(default="")
    reference = models.TextField(default="")
    amount_micros = MicrosField(null=True)
    typed = models.TextField(default="")
    facts = models.JSONField(default=dict)
    reason = models.TextField()
    maker_id = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    needs = models.IntegerField()
    is_single = models.BooleanField(default=False)
    state = models.TextField(default=ProposalState.OPEN.value)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(ProposalKind)), name="deposits_proposal_kind_known"),
            models.CheckConstraint(condition=Q(state__in=words(ProposalState)), name="deposits_proposal_state_known"),
            models.CheckConstraint(
                condition=Q(amount_micros__gt=0)
                | Q(kind=ProposalKind.REFUND.value, amount_micros__isnull=True, raw__gt=0),
                name="deposits_proposal_of_something",
            ),
            models.CheckConstraint(
                condition=Q(needs__gte=1) | Q(is_single=True, needs=0), name="deposits_proposal_needs_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN.value, decided_at__isnull=True)
                | (~Q(state=ProposalState.OPEN.value) & Q(decided_at__isnull=False)),
                name="deposits_proposal_decided",
            ),
            # What one person may approve alone is money that arrived outside, and nothing else.
            models.CheckConstraint(
                condition=Q(is_single=False) | Q(kind=ProposalKind.CREDIT.value), name="deposits_proposal_single_credit"
            ),
            models.UniqueConstraint(
                fields=("receipt", "kind"),
                condition=Q(state=ProposalState.OPEN.value, receipt__isnull=False) & ~Q(kind=ProposalKind.CREDIT.value),
                name="deposits_proposal_one_at_a_time",
            ),
        )
        indexes = (
            models.Index(fields=("made_at",), condition=Q(state=ProposalState.OPEN.value), name="deposits_proposals"),
            models.Index(fields=("receipt",), name="deposits_proposal_of_receipt"),
        )


class Vote(models.Model):
    """What one checker said about a proposal. Never changed.

    Maker, hash and sum are repeated here, and a foreign key over all of them (in the migration) makes the database
    compare them: nobody approves another content, another sum, or a proposal of his own.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    maker_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    approves = models.BooleanField()
    hash = models.BinaryField(max_length=32, null=True)
    typed = models.TextField(null=True)
    note = models.TextField(default="")
    voted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("proposal", "person_id"), name="deposits_vote_once"),
            models.CheckConstraint(condition=~Q(person_id=F("maker_id")), name="deposits_vote_not_the_maker"),
            models.CheckConstraint(
                condition=Q(approves=False) | Q(hash__isnull=False, typed__isnull=False),
                name="deposits_vote_names_content",
            ),
        )


class Evidence(models.Model):
    """A file that proves a payment: a slip, a statement, a receipt. On the disk it has a random name.

    :ivar is_live: whether it stands for something; the same file stands for one thing only.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="+")
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.TextField()
    kind = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    stored_as = models.TextField(unique=True)
    is_live = models.BooleanField(default=True)
    uploaded_by = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sha256",), condition=Q(is_live=True), name="deposits_evidence_once"),
            models.CheckConstraint(condition=Q(kind__in=words(FileKind)), name="deposits_evidence_kind_known"),
            models.CheckConstraint(
                condition=Q(proposal__isnull=False) | Q(intent__isnull=False), name="deposits_evidence_of_something"
            ),
        )
