"""Tables of letters: what people chose, how far was read, what happened, and the letters that tell it.

No row holds a word of anybody's, nor an address: a letter is made of what it is about when it is sent.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sevenpanel.kernel.models import MicrosField, words
from sevenpanel.letters.domain import ALWAYS, DAILY, LetterKind, LetterState, Manner, News


class Choice(models.Model):
    """What a person chose about a kind; without a row, `domain.DEFAULTS` counts."""

    user_id = models.BigIntegerField()
    kind = models.TextField()
    manner = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user_id", "kind"), name="letters_choice_once"),
            models.CheckConstraint(
                condition=Q(kind__in=words(set(LetterKind) - ALWAYS)), name="letters_choice_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(manner__in=words(Manner)), name="letters_choice_manner_known"),
        )


class Mark(models.Model):
    """How far one source was read, and how far it reached when last looked at.

    :ivar writing: the transactions that could still add a row up to `seen`.
    """

    source = models.TextField(primary_key=True)
    read_upto = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    writing = ArrayField(models.TextField(), default=list)


class Letter(models.Model):
    """A letter to one person. It is sent once at most: whoever sends writes so first.

    :ivar kind: a `LetterKind`, or "daily".
    :ivar slot: the stretch of time that it is the only one of.
    :ivar fault: what kind of fault the mail server showed last, without its words, which may name an address.
    """

    user_id = models.BigIntegerField()
    kind = models.TextField()
    slot = models.TextField()
    state = models.TextField(default=LetterState.WAITING.value)
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    written_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    fault = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user_id", "kind", "slot"), name="letters_letter_once"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted([*words(LetterKind), DAILY])), name="letters_letter_kind_known"
            ),
            models.CheckConstraint(condition=Q(state__in=words(LetterState)), name="letters_letter_state_known"),
        )
        indexes = (
            models.Index(fields=("due_at",), condition=Q(state=LetterState.WAITING.value), name="letters_due"),
            models.Index(
                fields=("state", "id"),
                condition=Q(state__in=words([LetterState.SENDING, LetterState.UNKNOWN, LetterState.GIVEN_UP])),
                name="letters_unsettled",
            ),
            models.Index(fields=("user_id", "written_at"), name="letters_of_person"),
        )


class Told(models.Model):
    """That a person is told of something that happened, once.

    :ivar letter: the letter that tells it; NULL while none is written.
    """

    user_id = models.BigIntegerField()
    kind = models.TextField()
    news = models.TextField()
    key = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    micros = MicrosField(null=True)
    currency = models.TextField(default="")
    manner = models.TextField()
    happened_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user_id", "kind", "key"), name="letters_told_once"),
            models.CheckConstraint(condition=Q(kind__in=words(LetterKind)), name="letters_told_kind_known"),
            models.CheckConstraint(condition=Q(news__in=words(News)), name="letters_told_news_known"),
            models.CheckConstraint(
                condition=Q(manner__in=words([Manner.AT_ONCE, Manner.DAILY])), name="letters_told_in_a_manner"
            ),
        )
        indexes = (
            models.Index(
                fields=("manner", "user_id", "kind"), condition=Q(letter__isnull=True), name="letters_told_waiting"
            ),
        )
