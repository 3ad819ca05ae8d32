"""What the page of version 3 says of each operation, each field and each permission, in the reader's language.

Names, codes and titles of problems are the contract and stay as they are; a test holds these to the description.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from sevenpanel.accounts.domain import Permission


def purposes() -> Mapping[str, str]:
    """What each operation is for, in the order in which a shop meets them."""
    return {
        "getBalance": _("What you can spend now."),
        "getStatement": _("Every movement on your balance, newest first."),
        "listServices": _("What is on sale now, at your own rates."),
        "getService": _("One service on sale."),
        "placeOrder": _("Place an order."),
        "listOrders": _("Your orders, newest first, a page at a time."),
        "getOrder": _("One order, with everything that happened to it."),
        "cancelOrder": _("Ask to cancel an order. Asking again changes nothing."),
    }


def fields() -> Mapping[str, str]:
    """What is sent, by its name."""
    return {
        "service_id": _("the number of the service, from services"),
        "order_id": _("the number of the order"),
        "network": _("only services of this network"),
        "type": _("only services of this type"),
        "search": _("only services with these words in their name"),
        "status": _("only orders with this status"),
        "cursor": _("the next_cursor of the page before; without it, the first page"),
        "limit": _("how many at most on a page: 1 to 100"),
        "Idempotency-Key": _("a number of your own, at most 128 characters, so that a repeated request orders once"),
        "service": _("the number of the service, from services"),
        "link": _("where it is to be delivered"),
        "quantity": _("how many, in digits; needed for the type Default"),
        "comments": _("a list of texts; needed for the type Custom Comments"),
        "max_charge": _("the price that you saw: an order that costs more is refused, and nothing is charged"),
    }


def needs() -> Mapping[Permission, str]:
    """What a key has to be allowed."""
    return {
        Permission.READ: _("The key has to be allowed to read."),
        Permission.ORDER: _("The key has to be allowed to order."),
        Permission.CANCEL: _("The key has to be allowed to cancel."),
    }
