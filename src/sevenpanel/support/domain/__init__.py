"""The words of tickets: what they are about, what can be asked in them, and how far a request has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sevenpanel.kernel.said import Phrase, say
from sevenpanel.terms import REQUIRED, Document, Kind, named_word

SUBJECT_LENGTH_MAX = 150
TEXT_LENGTH_MAX = 10_000
ORDERS_PER_TICKET_MAX = 100


class Topic(StrEnum):
    """What a ticket is about."""

    ORDER = "order"
    PAYMENT = "payment"
    OTHER = "other"


class RequestState(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    DECIDED = "decided"
    APPEALED = "appealed"


# What is asked in a ticket. Cancelling has its button, and the claim of an unanswered ticket has another.
IN_TICKETS = (
    Kind.NOT_COMPLETED,
    Kind.SLOW_OR_LATE,
    Kind.WRONG_SPECIFICATION,
    Kind.LINK_TROUBLE,
    Kind.SEVERAL_ORDERS,
    Kind.OWN_MISTAKE,
    Kind.DROP,
    Kind.OTHER,
)
KIND_OF_SLUG = {kind.value.replace(" ", "-"): kind for kind in IN_TICKETS}
SLUG_OF_KIND = {kind: slug for slug, kind in KIND_OF_SLUG.items()}

# What comes as a file; the other documents are words.
FILE_DOCUMENTS = frozenset({Document.COUNT_SCREENSHOT, Document.RECEIVED_SCREENSHOT})
SLUG_OF_DOCUMENT = {
    Document.COUNT_SCREENSHOT: "count",
    Document.RECEIVED_SCREENSHOT: "received",
    Document.BROKEN_PART: "broken",
    Document.STATEMENT: "statement",
}
assert SLUG_OF_DOCUMENT.keys() == set(Document)


A_PAYMENT, A_QUESTION = say("a payment"), say("a question")


def as_subject(words: str) -> str:
    """What a ticket is called whose customer gave it no subject."""
    return words[:1].upper() + words[1:]


_OWN_SUBJECTS: dict[str, Phrase] = {
    as_subject(words): words for words in (*map(named_word, Kind), A_PAYMENT, A_QUESTION)
}


def own_subject(subject: str) -> Phrase | None:
    """The words of the desk's own that a ticket is called by; None for a subject that somebody wrote."""
    return _OWN_SUBJECTS.get(subject)


def files_for(kind: Kind) -> tuple[Document, ...]:
    """The documents of a kind of request that come as files."""
    return tuple(document for document in REQUIRED[kind] if document in FILE_DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as somebody sent it, and which document it is, if any."""

    name: str
    data: bytes
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long a ticket has waited, as both sides see it.

    :param claim_from: after this instant the customer may claim.
    """

    since: datetime
    claim_from: datetime
    has_run_out: bool
