"""The sentences of refused orders and cancels, worded as clients in the field expect them (docs/api.md)."""

from django.conf import settings

from sevenpanel.accounts.domain import Permission
from sevenpanel.api.refusals import BAD_ORDER, BAD_QUANTITY, BAD_SERVICE
from sevenpanel.orders.commands import CancelVerdict
from sevenpanel.orders.domain import RefusalCode, Refused
from sevenpanel.terms import Access

# `{sentence}` is the desk's own explanation, `{fact}` the figure of the refusal.
REFUSED = {
    RefusalCode.STOPPED: "New orders are stopped for now. {sentence}",
    RefusalCode.UNKNOWN_CUSTOMER: "Your account cannot order. Nothing was charged.",
    RefusalCode.SUSPENDED: "Your account is suspended. Nothing was charged. Please ask the support.",
    RefusalCode.REQUEST_CONFLICT: "This request_id was used for another order. Nothing was charged.",
    RefusalCode.UNKNOWN_SERVICE: BAD_SERVICE,
    RefusalCode.UNREADABLE_LINK: "Incorrect link. {sentence}",
    RefusalCode.WRONG_LINK: "Incorrect link. {sentence}",
    RefusalCode.BAD_NUMBER: BAD_QUANTITY,
    RefusalCode.QUANTITY_MISSING: "Quantity is missing",
    RefusalCode.COMMENTS_MISSING: "Comments are missing: send one on each line",
    RefusalCode.BELOW_MIN: "Quantity less than minimal {fact}",
    RefusalCode.ABOVE_MAX: "Quantity more than maximum {fact}",
    RefusalCode.ACTIVE_ORDER: "You have active order with this link. Please wait until order being completed.",
    RefusalCode.PRICE_CHANGED: "The price has changed. Nothing was charged.",
    RefusalCode.NOT_ENOUGH_FUNDS: "Not enough funds on balance",
    RefusalCode.OVER_CAP: "Daily limit of this API key reached. {sentence}",
}
assert REFUSED.keys() == set(RefusalCode)

# A key leads to a customer, and API v2 has no field for the price that was shown.
NOT_MET_BY_CALLERS = frozenset({RefusalCode.UNKNOWN_CUSTOMER, RefusalCode.PRICE_CHANGED})

# None: accepted.
CANCEL = {
    CancelVerdict.CANCELLED: None,
    CancelVerdict.REQUESTED: None,
    CancelVerdict.NOT_FOUND: BAD_ORDER,
    CancelVerdict.NOT_OFFERED: "Cancel is not available for this order",
    CancelVerdict.PROVIDER_REFUSED: "The provider did not cancel this order",
    CancelVerdict.ENDED: "This order has ended already",
}
assert CANCEL.keys() == set(CancelVerdict)


# What a key reads that its owner has limited. Clients look for "Invalid API key", and then tell the rest.
ELSEWHERE = "Invalid API key for this address ({address}). Its owner has limited where it may be used."
NOT_PERMITTED = {
    Permission.READ: "This API key may not read. Its owner has limited what it may do.",
    Permission.ORDER: "This API key may not order. Nothing was charged. Its owner has limited what it may do.",
    Permission.CANCEL: "This API key may not cancel. Its owner has limited what it may do.",
}
assert NOT_PERMITTED.keys() == set(Permission)

# The words before the first full stop stay; the desk's own explanation and the address follow.
NOT_ACCEPTED = "Terms not accepted. {sentence} {address}"


def not_accepted(access: Access) -> str:
    """What every call of an account reads whose programs may not go on (clause 0.1)."""
    return NOT_ACCEPTED.format(sentence=access.sentence, address=f"{settings.PUBLIC_URL}/terms/accept/")


def refused(refusal: Refused) -> str:
    """What the caller reads of a refused order."""
    return REFUSED[refusal.code].format(sentence=refusal.sentence, fact=refusal.fact)
