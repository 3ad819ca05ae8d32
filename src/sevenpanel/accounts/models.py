"""Tables of customers, the people who act for them, staff, API keys, and acceptances of the Terms."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from sevenpanel.accounts.domain import (
    AGENT_LENGTH_MAX,
    RATE_BURST,
    RATE_PER_SECOND,
    Calendar,
    Language,
    Permission,
    Role,
    SecurityNews,
    Sidenav,
    Theme,
    Way,
)
from sevenpanel.kernel.models import words
from sevenpanel.terms import STATED
from sevenpanel.terms.documents import DocumentName


class Customer(models.Model):
    """Who orders and pays: a person or a firm, with one balance in one currency and any number of people."""

    name = models.TextField()
    currency = models.CharField(max_length=3)
    is_suspended = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this e-mail address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in: for a customer, or as staff."""

    email = models.EmailField(unique=True)
    name = models.TextField(default="", blank=True)
    role = models.TextField(default=Role.CUSTOMER.value)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    # How the person reads (`domain.Reading`): here and not in a table of its own, because every page needs it.
    language = models.TextField(null=True)
    calendar = models.TextField(null=True)
    time_zone = models.TextField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.CheckConstraint(condition=Q(role__in=words(Role)), name="accounts_user_role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.CUSTOMER.value, customer__isnull=False)
                | (~Q(role=Role.CUSTOMER.value) & Q(customer__isnull=True)),
                name="accounts_user_customer_or_staff",
            ),
            models.CheckConstraint(
                condition=Q(language__isnull=True) | Q(language__in=words(Language)),
                name="accounts_user_language_known",
            ),
            models.CheckConstraint(
                condition=Q(calendar__isnull=True) | Q(calendar__in=words(Calendar)),
                name="accounts_user_calendar_known",
            ),
        )

    @property
    def is_desk_staff(self) -> bool:
        """Whether this person works at the desk."""
        return self.role != Role.CUSTOMER


class Look(models.Model):
    """How the site looks to a person; no row for who never touched the settings."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="+")
    theme = models.TextField()
    sidenav = models.TextField()
    is_navbar_fixed = models.BooleanField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(theme__in=words(Theme)), name="accounts_look_theme_known"),
            models.CheckConstraint(condition=Q(sidenav__in=words(Sidenav)), name="accounts_look_sidenav_known"),
        )


class SessionSeen(models.Model):
    """Where a session was seen last. The session itself is Django's; a row without one means nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.TextField()
    agent = models.CharField(max_length=AGENT_LENGTH_MAX)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class SecurityEvent(models.Model):
    """Something that the people of an account are told of, because it may not have been they who did it.

    :ivar address: of the network that it came from; empty where it is not known, as is `agent`, the program.
    :ivar key_id: of the API key that it is about.
    :ivar email: an address that was the account's before, which is told as well.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    news = models.TextField()
    address = models.TextField(default="")
    agent = models.CharField(max_length=AGENT_LENGTH_MAX, default="")
    key_id = models.BigIntegerField(null=True)
    email = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(news__in=words(SecurityNews)), name="accounts_security_news_known"),
        )
        indexes = (models.Index(fields=("at",), name="accounts_security_age"),)


class ApiKey(models.Model):
    """A reseller's key: only its hash is stored, and its last four characters to tell it from others."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    hint = models.TextField()
    hash = models.BinaryField(max_length=32, unique=True)
    rate_per_second = models.IntegerField(default=RATE_PER_SECOND)
    burst = models.IntegerField(default=RATE_BURST)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # What limits a key; NULL is no limit. `ends_at` is set once it was replaced by another one.
    permissions = ArrayField(models.TextField(), null=True)
    networks = ArrayField(models.TextField(), null=True)
    daily_cap_micros = models.BigIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(rate_per_second__gte=1, burst__gte=1),
                name="accounts_key_rate_positive",
            ),
            models.CheckConstraint(
                condition=Q(permissions__isnull=True) | Q(permissions__contained_by=words(Permission)),
                name="accounts_key_permissions_known",
            ),
            models.CheckConstraint(
                condition=Q(daily_cap_micros__isnull=True) | Q(daily_cap_micros__gt=0), name="accounts_key_cap_positive"
            ),
        )


class KeySpend(models.Model):
    """What a key with a daily limit has spent on a day of UTC. The placing statement writes it, and nothing else."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    spent_micros = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key", "day"), name="accounts_keyspend_once"),
            models.CheckConstraint(condition=Q(spent_micros__gte=0), name="accounts_keyspend_not_negative"),
        )


class KeyAllowance(models.Model):
    """How many requests a key has left: a token bucket that every web process draws from.

    The table is unlogged: after a crash each key simply starts with a full bucket.
    """

    key = models.OneToOneField(ApiKey, primary_key=True, on_delete=models.CASCADE, related_name="+")
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)


class AcceptedText(models.Model):
    """A version of a document, word by word as it was first accepted. Never changed (clause 0.1)."""

    document = models.TextField()
    version = models.TextField()
    language = models.TextField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    first_accepted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("document", "version", "language"), name="accounts_text_once"),
            models.CheckConstraint(condition=Q(document__in=words(DocumentName)), name="accounts_text_document_known"),
            models.CheckConstraint(condition=~Q(version="") & ~Q(language=""), name="accounts_text_named"),
        )


class Acceptance(models.Model):
    """That a person accepted a text for the customer they act for: when, where and how. Never changed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.ForeignKey(AcceptedText, on_delete=models.PROTECT, related_name="+", db_index=False)
    way = models.TextField()
    statements = ArrayField(models.TextField())
    button_words = models.TextField()
    address = models.TextField()
    agent = models.CharField(max_length=AGENT_LENGTH_MAX)
    request_id = models.TextField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "text"), name="accounts_acceptance_once"),
            models.CheckConstraint(condition=Q(way__in=words(Way)), name="accounts_acceptance_way_known"),
            models.CheckConstraint(
                condition=Q(statements__contains=list(STATED)), name="accounts_acceptance_stated_what_it_must"
            ),
            models.CheckConstraint(
                condition=~Q(button_words="") & ~Q(address="") & ~Q(request_id=""),
                name="accounts_acceptance_has_its_evidence",
            ),
        )
