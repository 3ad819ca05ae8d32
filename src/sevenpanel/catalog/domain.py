"""What is sold: types of service, how a price is found, and the declaration of how a service is fulfilled."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sevenpanel.kernel.money import divide_up, micros
from sevenpanel.kernel.said import named, say
from sevenpanel.terms import DropBand as DropBand

# Bounds that keep every charge far inside a BIGINT: 10^12 * 10^9 / 1000 = 10^18 micro-units.
RATE_MICROS_MAX = 10**12
QUANTITY_MAX = 10**9
COMMENTS_MAX = 10_000
FAVOURITES_MAX = 100
COMMENTS_LENGTH_MAX = 2_000_000


class ServiceType(StrEnum):
    """How an order of this service says how much (design: api-v2, 1.2). The values are the API's words."""

    DEFAULT = "Default"
    PACKAGE = "Package"
    CUSTOM_COMMENTS = "Custom Comments"


TYPE_WORDS = {
    ServiceType.DEFAULT: say("You choose the quantity; the rate is per 1000."),
    ServiceType.PACKAGE: say("One price for the whole package."),
    ServiceType.CUSTOM_COMMENTS: say("One line is one piece of work; the rate is per 1000 lines."),
}
assert TYPE_WORDS.keys() == set(ServiceType)


class ServiceState(StrEnum):
    """Where a service stands between being written and being sold."""

    DRAFT = "draft"
    LISTED = "listed"
    PAUSED = "paused"
    RETIRED = "retired"


DROP_BAND_WORDS = {
    DropBand.MINIMAL: say("below 5 %"),
    DropBand.LOW: say("5 to 20 %"),
    DropBand.MEDIUM: say("20 to 50 %"),
    DropBand.EXCESSIVE: say("50 to 100 %"),
}
assert DROP_BAND_WORDS.keys() == set(DropBand)


class Declaration(StrEnum):
    """How the work behind a service is done, as the operator declares it (G-1 in design: trust)."""

    PAID_ADS = "paid_ads"
    CREATOR_PLACEMENT_DISCLOSED = "creator_placement_disclosed"
    OWN_STAFF_WORK = "own_staff_work"
    SOFTWARE_LICENCE = "software_licence"
    CONTENT_PRODUCTION = "content_production"
    CONSENTED_AUDIENCE = "consented_audience"
    ANALYTICS = "analytics"
    OTHER = "other"
    AUTOMATED_ACCOUNTS = "automated_accounts"
    NON_REAL_PERSONS = "non_real_persons"
    ACCOUNTS_WITHOUT_CONSENT = "accounts_without_consent"
    HIJACKED_ACCOUNTS = "hijacked_accounts"
    UNDISCLOSED_PAID_ENGAGEMENT = "undisclosed_paid_engagement"
    REVIEWS_PAID_FOR_SENTIMENT = "reviews_paid_for_sentiment"
    UNKNOWN = "unknown"


# Only these may be listed. The database has the same list as a constraint, and no setting turns it off.
LAWFUL = frozenset(
    {
        Declaration.PAID_ADS,
        Declaration.CREATOR_PLACEMENT_DISCLOSED,
        Declaration.OWN_STAFF_WORK,
        Declaration.SOFTWARE_LICENCE,
        Declaration.CONTENT_PRODUCTION,
        Declaration.CONSENTED_AUDIENCE,
        Declaration.ANALYTICS,
        Declaration.OTHER,
    }
)

DECLARATION_WORDS = {
    Declaration.PAID_ADS: say("paid advertising"),
    Declaration.CREATOR_PLACEMENT_DISCLOSED: say("disclosed creator placement"),
    Declaration.OWN_STAFF_WORK: say("work by the supplier's own staff"),
    Declaration.SOFTWARE_LICENCE: say("software licence"),
    Declaration.CONTENT_PRODUCTION: say("content production"),
    Declaration.CONSENTED_AUDIENCE: say("audience that opted in"),
    Declaration.ANALYTICS: say("analytics"),
    Declaration.OTHER: say("as described"),
    Declaration.AUTOMATED_ACCOUNTS: say("automated accounts"),
    Declaration.NON_REAL_PERSONS: say("accounts of no real persons"),
    Declaration.ACCOUNTS_WITHOUT_CONSENT: say("accounts without their owners' consent"),
    Declaration.HIJACKED_ACCOUNTS: say("hijacked accounts"),
    Declaration.UNDISCLOSED_PAID_ENGAGEMENT: say("undisclosed paid engagement"),
    Declaration.REVIEWS_PAID_FOR_SENTIMENT: say("reviews paid for their sentiment"),
    Declaration.UNKNOWN: say("not declared"),
}
assert DECLARATION_WORDS.keys() == set(Declaration)


class Metric(StrEnum):
    """What a service counts on the target. Two services of one network that count the same are similar (settled 7)."""

    IMPRESSIONS = "impressions"
    VIEWS = "views"
    PLAYS = "plays"
    VISITS = "visits"
    CLICKS = "clicks"
    MEMBERS = "members"
    FOLLOWERS = "followers"
    LIKES = "likes"
    REACTIONS = "reactions"
    COMMENTS = "comments"
    SHARES = "shares"


METRIC_WORDS = named(
    (
        *(say("impressions"), say("views"), say("plays"), say("visits"), say("clicks"), say("members")),
        *(say("followers"), say("likes"), say("reactions"), say("comments"), say("shares")),
    ),
    Metric,
)


@dataclass(frozen=True, slots=True)
class ServiceName:
    """What a service is found by: enough to search among thousands, and little enough to read them all for it.

    :param text: all of it in one, in small letters, as it is searched.
    """

    id: int
    category_id: int
    category: str
    name: str
    network: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """A service as a customer may see it, with the rate in force for that customer.

    :param metric: what it counts on the target; None when it counts nothing there, as a design or a report does.
    :param is_long_running: an order serves what is published later too, so that its link has to stay until the end.
    """

    id: int
    category_id: int
    category: str
    name: str
    network: str
    type: ServiceType
    rate_micros: int
    quantity_min: int
    quantity_max: int
    accepts: tuple[str, ...]
    can_cancel: bool
    can_refill: bool
    start_within: timedelta | None
    complete_within: timedelta | None
    drop_band: DropBand | None
    description: str
    description_version: int
    declaration: Declaration
    declared_by: str
    state: ServiceState
    metric: Metric | None = None
    is_long_running: bool = False


def charge_micros(*, type: ServiceType, rate_micros: int, quantity: int) -> int:  # noqa: A002 - the field's own word
    """What an order costs: the package's price, or the rate per 1000, rounded up to a whole micro-unit.

    The placing statement computes the same (`orders_charge`); a test holds the two together.
    """
    if type is ServiceType.PACKAGE:
        return micros(rate_micros)
    return micros(divide_up(rate_micros * quantity, 1000))
