"""Tables of support: tickets, what was written and attached, what was asked about which order, mail to be sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sevenpanel.kernel.models import words
from sevenpanel.support.domain import RequestState, Topic
from sevenpanel.support.domain.files import FileKind, Scan
from sevenpanel.terms import Document, Kind


class Ticket(models.Model):
    """A conversation between a customer and the desk.

    :ivar waiting_since: the customer's message that waits for an answer (clause 4.4), kept for the queue.
    :ivar reopened_at: when the customer wrote again after closing it; the clock reads no message from before.
    """

    customer_id = models.BigIntegerField()
    opened_by = models.BigIntegerField()
    topic = models.TextField()
    subject = models.TextField()
    opened_at = models.DateTimeField()
    last_written_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_withdrawn = models.BooleanField(default=False)
    assigned_to = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(topic__in=words(Topic)), name="support_topic_known"),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | Q(closed_at__isnull=False), name="support_withdrawn_is_closed"
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "-last_written_at"), name="support_of_customer"),
            models.Index(fields=("waiting_since",), condition=Q(closed_at__isnull=True), name="support_queue"),
        )


class TicketOrder(models.Model):
    """An order that a ticket is about."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    order_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ticket", "order_id"), name="support_order_once"),)
        indexes = (models.Index(fields=("order_id",), name="support_by_order"),)


class Message(models.Model):
    """What somebody wrote. Never changed; internal notes are for staff only."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    author_id = models.BigIntegerField()
    is_from_staff = models.BooleanField()
    is_internal = models.BooleanField(default=False)
    body = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(is_from_staff=True), name="support_notes_are_of_staff"
            ),
        )
        indexes = (models.Index(fields=("ticket", "id"), name="support_message_of_ticket"),)


class Request(models.Model):
    """What is asked about one order of a ticket.

    :ivar decision_id: the last decision about it.
    :ivar differs: what staff found to differ from the description; NULL while nobody has looked.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    order_id = models.BigIntegerField()
    kind = models.TextField()
    requested_at = models.DateTimeField()
    documents = ArrayField(models.TextField(), default=list)
    broken = ArrayField(models.TextField(), default=list)
    differs = ArrayField(models.TextField(), null=True)
    state = models.TextField(default=RequestState.OPEN.value)
    decision_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "order_id", "kind"), name="support_asked_once"),
            models.CheckConstraint(condition=Q(kind__in=words(Kind)), name="support_request_kind_known"),
            models.CheckConstraint(condition=Q(state__in=words(RequestState)), name="support_request_state_known"),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN.value, decision_id__isnull=True)
                | (~Q(state=RequestState.OPEN.value) & Q(decision_id__isnull=False)),
                name="support_request_decided",
            ),
        )


class Attachment(models.Model):
    """A file of a message. What is on the disk has a random name; the one that people see stands here.

    :ivar scan: what the virus scanner said; NULL while it has not looked, or where there is none.
    :ivar scan_due_at: when it is asked next; NULL for at once.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    document = models.TextField(null=True)
    name = models.TextField()
    kind = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    stored_as = models.TextField(unique=True)
    uploaded_by = models.BigIntegerField()
    added_at = models.DateTimeField()
    scan = models.TextField(null=True)
    scan_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(FileKind)), name="support_file_kind_known"),
            models.CheckConstraint(condition=Q(scan__isnull=True) | Q(scan__in=words(Scan)), name="support_scan_known"),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(document__in=words(Document)), name="support_document_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="support_file_not_empty"),
        )
        indexes = (
            models.Index(fields=("uploaded_by",), name="support_file_by_person"),
            models.Index(fields=("id",), condition=Q(scan__isnull=True), name="support_file_unscanned"),
        )


class SavedReply(models.Model):
    """An answer that staff give often."""

    title = models.TextField(unique=True)
    body = models.TextField()


class Mail(models.Model):
    """A letter about a message. Sent at least once; a row stays as the record of it."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    address = models.TextField()
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("message", "address"), name="support_mail_once"),
            models.CheckConstraint(condition=Q(tries__gte=0), name="support_mail_tries"),
        )
        indexes = (models.Index(fields=("due_at",), condition=Q(sent_at__isnull=True), name="support_mail_due"),)
