"""The words that providers use, and what they mean for an order.

Collected from public panels' pages, servers and recorded replies. Errors are found by lower-cased substring,
the way every client of this API does it. A text that is not found here means nothing certain: the provider
may have taken the order and stumbled afterwards.
"""

from sevenpanel.fulfilment.providers.interface import NotNowReason, ProviderStatus, RefusalReason
from sevenpanel.terms import LinkFinding

# Real refusals are short. A long text that happens to contain the words is a page, not a refusal.
REFUSAL_LENGTH_MAX = 300

Verdict = RefusalReason | NotNowReason

# In this order: "neworder.error.link" begins the word for a duplicate, too.
ERRORS: tuple[tuple[Verdict, tuple[str, ...]], ...] = (
    (
        RefusalReason.ACTIVE_ORDER_WITH_LINK,
        ("active order with this link", "link_duplicate", "an identical order was just placed"),
    ),
    (
        NotNowReason.NO_FUNDS,
        ("not enough funds", "not_enough_funds", "insufficient balance", "insufficient_balance"),
    ),
    (NotNowReason.RATE_LIMITED, ("rate limit exceeded", "too many requests", "too_many_orders")),
    (
        NotNowReason.ACCOUNT_REFUSED,
        (
            "invalid api key",
            "incorrect api key",
            "api key is incorrect",
            "api key hatal\u0131",
            "user_inactive",
            "account is inactive",
            "account_banned",
            "api is disable for this user",
        ),
    ),
    (
        RefusalReason.BAD_QUANTITY,
        (
            "quantity less than minimal",
            "quantity more than maximum",
            "quantity less than maximum",
            "quantity must to be greater than",
            "quantity must to be less than",
            "did not meet the minimum number",
            "maximum number has been exceeded",
            "error.min_quantity",
            "error.max_quantity",
            "error.invalid_quantity",
            "incorrect quantity",
        ),
    ),
    (
        RefusalReason.BAD_SERVICE,
        (
            "incorrect service id",
            "incorrect_service_id",
            "disabled service id",
            "service id does not exist",
            "service is inactive or not found",
            "error.invalid_service",
            "error.service_not_found",
        ),
    ),
    (
        RefusalReason.BAD_LINK,
        ("bad link", "neworder.error.link", "neworder.error.invalid_link", "incorrect link"),
    ),
    (
        RefusalReason.OTHER_KNOWN,
        (
            "incorrect request",
            "incorrect_request",
            "missing required parameters",
            "you must fill in the required fields",
            "unknown action specified",
            "this action is invalid",
            "neworder.error.comment",
        ),
    ),
)

_MISREAD = ("incorrect request", "incorrect_request", "missing required parameters")
_ROW_ERRORS = ("incorrect order id", "incorrect_order_id", "order not found", "order id is incorrect")

STATUSES = {
    "pending": ProviderStatus.PENDING,
    "awaiting": ProviderStatus.PENDING,
    "processing": ProviderStatus.PROCESSING,
    "inprogress": ProviderStatus.IN_PROGRESS,
    "inprogess": ProviderStatus.IN_PROGRESS,
    "active": ProviderStatus.IN_PROGRESS,
    "completed": ProviderStatus.COMPLETED,
    "complete": ProviderStatus.COMPLETED,
    "partial": ProviderStatus.PARTIAL,
    "canceled": ProviderStatus.CANCELED,
    "cancelled": ProviderStatus.CANCELED,
    # The provider gave the money back, which it does for nothing that it means to go on with.
    "refunded": ProviderStatus.CANCELED,
    "refunds": ProviderStatus.CANCELED,
    # One public client of one provider documents these numbers; a provider that means others by them is put
    # right by the operator's own reading, which goes first.
    "0": ProviderStatus.PENDING,
    "1": ProviderStatus.PROCESSING,
    "2": ProviderStatus.COMPLETED,
    "3": ProviderStatus.PARTIAL,
    "4": ProviderStatus.CANCELED,
    "5": ProviderStatus.CANCELED,
}
"""Folded status words. Fail and Error are absent on purpose: they say that something went wrong, not that it
is over nor who has the money, so an operator reads them once for each provider."""


# What providers write about a link, in the place of a status, as an error or as a reason beside it. Only whole texts
# count, and only those that can mean nothing else: "private" alone, "deleted" or "user not found" may be about an
# order or an account of ours, and closing an order keeps its charge. The operator can add a provider's own.
LINK_WORDS: dict[LinkFinding, tuple[str, ...]] = {
    LinkFinding.WRONG: ("wrong link", "incorrect link", "invalid link", "bad link", "link is incorrect", "wrong url"),
    LinkFinding.WRONG_FORMAT: ("wrong link format", "invalid link format", "incorrect link format"),
    LinkFinding.GONE: (
        "link not found",
        "link deleted",
        "page not found",
        "post not found",
        "post deleted",
        "video not found",
        "video deleted",
        "channel not found",
        "channel deleted",
        "username not found",
    ),
    LinkFinding.CHANGED: ("link changed", "link was changed", "username changed", "username was changed"),
    LinkFinding.PRIVATE: (
        "private account",
        "account is private",
        "private profile",
        "profile is private",
        "private channel",
        "channel is private",
        "private link",
        "private video",
    ),
}
assert LINK_WORDS.keys() == set(LinkFinding)


def verdict(said: str, refusal_words: tuple[str, ...]) -> Verdict | None:
    """This function finds what an error text means for certain.

    :param said: the text of a well-formed error.
    :param refusal_words: further words that are certain refusals at this provider.
    :returns: None when the text is not known.
    """
    text = said.casefold()
    if not text or len(text) > REFUSAL_LENGTH_MAX:
        return None
    for meaning, phrases in ERRORS:
        if any(phrase in text for phrase in phrases):
            return meaning
    own = any(word.strip() and word.strip().casefold() in text for word in refusal_words)
    return RefusalReason.OTHER_KNOWN if own else None


def is_misread(said: str) -> bool:
    """Tell whether a provider did not understand the parameters, so that another spelling may help."""
    return any(phrase in said.casefold() for phrase in _MISREAD)


def is_row_error(said: str) -> bool:
    """Tell whether a text speaks of one order rather than of the whole call."""
    return any(phrase in said.casefold() for phrase in _ROW_ERRORS)


def status(word: str, own: tuple[tuple[str, ProviderStatus], ...] = ()) -> ProviderStatus | None:
    """The state that a provider's word means: the operator's reading first, then the stock list."""
    folded = _folded(word)
    for theirs, meaning in own:
        if _folded(theirs) == folded:
            return meaning
    return STATUSES.get(folded)


def link_finding(said: str, own: tuple[tuple[str, LinkFinding], ...] = ()) -> LinkFinding | None:
    """What a text says about the link for certain: the operator's reading first, then the stock list.

    :returns: None when it says nothing of it, or nothing clear.
    """
    folded = _folded(said).rstrip(".!")
    for theirs, meaning in own:
        if _folded(theirs).rstrip(".!") == folded:
            return meaning
    return _LINK_FINDINGS.get(folded)


def _folded(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter not in " _-\t\n\r")


_LINK_FINDINGS = {_folded(text): finding for finding, texts in LINK_WORDS.items() for text in texts}
