"""Every refusal of the API: its words as they are sent, why, and what to do. A test compares them with the code."""

from django.utils.translation import gettext as _

from sevenpanel.web.api_words import ErrorWords


def errors() -> tuple[ErrorWords, ...]:
    """All of them: first those of any action, then those of orders, then those of what comes after."""
    return (*_of_any_action(), *_of_links_and_quantities(), *_of_orders(), *_afterwards())


def _of_any_action() -> tuple[ErrorWords, ...]:
    return (
        ErrorWords(
            text="Incorrect request",
            because=_("There is no such action, or the fields cannot be read; what is wrong stands after a colon."),
            advice=_("Compare the action and the fields with this page."),
        ),
        ErrorWords(
            text="Request is too large",
            because=_("The request is larger than 4 MB."),
            advice=_("Send it in parts."),
        ),
        ErrorWords(
            text="Invalid API key",
            because=_("The key is missing, mistyped or revoked."),
            advice=_("Make a new key on the page API keys and put it into your program."),
        ),
        ErrorWords(
            text="Invalid API key for this address (203.0.113.7). ...",
            because=_("The key is limited to addresses, and this one, as the desk sees it, is not among them."),
            advice=_("Add the address on the key's own page, or send from one that is listed."),
        ),
        ErrorWords(
            text="Daily limit of this API key reached. ...",
            because=_("The order costs more than the key may still spend today; the message says how much that is."),
            advice=_("Wait for midnight UTC, raise the limit on the key's own page, or order less."),
        ),
        *(
            ErrorWords(
                text=f"This API key may not {verb}. ...",
                because=_("The key's owner has not allowed it that."),
                advice=_("Allow it on the key's own page, or use another key."),
            )
            for verb in ("read", "order", "cancel")
        ),
        ErrorWords(
            text="Terms not accepted. ...",
            because=_("Nobody of your account has accepted the Terms in force."),
            advice=_("Open the address in the message, read and accept. The next request works."),
        ),
        ErrorWords(
            text="Rate limit exceeded",
            because=_("The key is above its rate (HTTP 429)."),
            advice=_("Wait as many seconds as Retry-After says, then send the same again."),
        ),
        ErrorWords(
            text="The panel cannot take requests right now. Nothing was charged. Please try again later.",
            because=_("The desk could not act, and knows that it did not."),
            advice=_("Send the same again in a minute."),
        ),
        ErrorWords(
            text="The panel cannot answer right now. Please try again later.",
            because=_("The desk does not know the answer now (HTTP 503)."),
            advice=_("Send the same again in a minute. An add is repeated with the same request_id."),
        ),
        ErrorWords(
            text="The database was lost while the order was being placed, ...",
            because=_("It is not known whether the order was taken (HTTP 503)."),
            advice=_("Repeat it with the same request_id, which never charges twice, or look at your orders first."),
        ),
    )


def _of_links_and_quantities() -> tuple[ErrorWords, ...]:
    return (
        ErrorWords(
            text="Incorrect service ID",
            because=_("No such service is on sale."),
            advice=_("Ask for services again and take a number from there."),
        ),
        ErrorWords(
            text="Incorrect link. ...",
            because=_("The link cannot be read, or leads to something that the service is not for."),
            advice=_("Send a link of the kind that the message names."),
        ),
        ErrorWords(
            text="Incorrect quantity",
            because=_("The quantity is not a whole number."),
            advice=_("Send digits only."),
        ),
        ErrorWords(
            text="Quantity is missing",
            because=_("The service's type asks for a quantity."),
            advice=_("Send quantity as well."),
        ),
        ErrorWords(
            text="Quantity less than minimal 50",
            because=_("The quantity is below the smallest that the service takes, which stands at the end."),
            advice=_("Order at least that many."),
        ),
        ErrorWords(
            text="Quantity more than maximum 10000",
            because=_("The quantity is above the largest that the service takes, which stands at the end."),
            advice=_("Order at most that many, and the rest when this order has ended."),
        ),
        ErrorWords(
            text="Comments are missing: send one on each line",
            because=_("The service's type asks for comments."),
            advice=_("Send comments, one on each line."),
        ),
    )


def _of_orders() -> tuple[ErrorWords, ...]:
    return (
        ErrorWords(
            text="Not enough funds on balance",
            because=_("The order costs more than you can spend."),
            advice=_("Add funds, then send the same again."),
        ),
        ErrorWords(
            text="New orders are stopped for now. ...",
            because=_("The desk found a mistake in its own books and mends it first. Orders under way go on."),
            advice=_("Try again later; the page Updates tells when orders are taken again."),
        ),
        ErrorWords(
            text="You have active order with this link. Please wait until order being completed.",
            because=_("An order of yours for the same service and target is still open."),
            advice=_("Wait until its status is final, then order again."),
        ),
        ErrorWords(
            text="This request_id was used for another order. Nothing was charged.",
            because=_("The same request_id came before with other fields."),
            advice=_("Use a new request_id for each order of yours."),
        ),
        ErrorWords(
            text="Incorrect request_id: at most 128 printable characters",
            because=_("The request_id is too long, or has characters that cannot be printed."),
            advice=_("Send a shorter one, such as the number of the order in your shop."),
        ),
        ErrorWords(
            text="Drip-feed is not available for this service. Nothing was charged.",
            because=_("The field runs is above 1."),
            advice=_("Leave out runs and interval."),
        ),
        ErrorWords(
            text="Your account is suspended. Nothing was charged. Please ask the support.",
            because=_("Your account places no orders now. Balance and statuses can still be read."),
            advice=_("Write a ticket."),
        ),
    )


def _afterwards() -> tuple[ErrorWords, ...]:
    return (
        ErrorWords(
            text="Incorrect order ID",
            because=_("No order of yours has this number."),
            advice=_("Compare the number with the answer to add."),
        ),
        ErrorWords(
            text="Cancel is not available for this order",
            because=_("The service has no cancel button."),
            advice=_("See on the order's page what you may do, and until when."),
        ),
        ErrorWords(
            text="The provider did not cancel this order",
            because=_("The provider was asked and said no. The order goes on."),
            advice=_("Wait for its status to become final."),
        ),
        ErrorWords(
            text="This order has ended already",
            because=_("It is too late to cancel."),
            advice=_("Look at its status and its charge."),
        ),
        ErrorWords(
            text="Refill is not available for this order",
            because=_("The service offers no refills."),
            advice=_("See on the order's page what you may claim."),
        ),
        ErrorWords(
            text="Refill not found",
            because=_("There is no such refill."),
            advice=_("Ask for the status of the order instead."),
        ),
    )
