"""The words of the Terms' enums as they stand in sentences, so that they are translated with them (U-14)."""

from enum import StrEnum

from sevenpanel.kernel.said import Phrase, named, say
from sevenpanel.terms.decision import Outcome
from sevenpanel.terms.facts import Aspect, Document, Kind, LinkFinding, Status
from sevenpanel.terms.notice import DropBand, NoticeKind

_NAMED = (Status, Kind, Document, Aspect, LinkFinding, Outcome, DropBand, NoticeKind)
_NAMES = named(
    (
        *(say("Pending"), say("Processing"), say("In progress"), say("Completed"), say("Partial"), say("Canceled")),
        *(say("cancel"), say("not completed in time"), say("slow or late start"), say("wrong specification")),
        *(say("unanswered ticket"), say("wrong or changed link"), say("several orders at once"), say("own mistake")),
        *(say("drop"), say("other")),
        *(say("a screenshot of the current count with the date visible"), say("a screenshot of what arrived")),
        *(say("the part of the description that it breaks"), say("what happened, in your own words")),
        *(say("what is delivered"), say("where it comes from"), say("its quality"), say("where it arrived")),
        *(say("speed"), say("start time"), say("something else")),
        *(say("wrong"), say("in the wrong format"), say("gone"), say("changed"), say("private")),
        *(say("granted"), say("refused"), say("closed without completion"), say("needs documents")),
        *(say("waits for the provider"), say("needs staff")),
        *(say("minimal"), say("low"), say("medium"), say("excessive")),
        *(say("price"), say("new"), say("paused"), say("back"), say("delay"), say("description"), say("general")),
    ),
    *_NAMED,
)


def named_word(word: StrEnum) -> Phrase:
    """The word of a status, a kind of request, a document, an aspect, a finding, an outcome, a band or a notice.

    :raises KeyError: for a word of another enum.
    """
    return _NAMES[word]
