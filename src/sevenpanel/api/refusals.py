"""Every "no" of the API, each with its HTTP status. The texts are part of the contract: clients match on them."""

from sevenpanel.kernel.refusals import Refusal


class IncorrectRequest(Refusal):
    """The request cannot be answered as it stands. HTTP 200, because clients lose the text of anything else."""

    status = 200


class TooManyRequests(Refusal):
    """The key is above its rate.

    :param retry_after: whole seconds until the next request is admitted.
    """

    status = 429

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("Rate limit exceeded")
        self.retry_after = retry_after


class NothingDone(Refusal):
    """The desk could not act, and knows that it did not."""

    status = 200

    def __init__(self) -> None:
        super().__init__("The panel cannot take requests right now. Nothing was charged. Please try again later.")


class NotKnown(Refusal):
    """The desk does not know: the one case for a status of 5xx."""

    status = 503

    def __init__(self, sentence: str = "The panel cannot answer right now. Please try again later.") -> None:
        super().__init__(sentence)


INCORRECT = "Incorrect request"
BAD_KEY = "Invalid API key"
BAD_ORDER = "Incorrect order ID"
BAD_SERVICE = "Incorrect service ID"
BAD_QUANTITY = "Incorrect quantity"
NO_REFILL = "Refill is not available for this order"
NO_REFILL_FOUND = "Refill not found"
TOO_LARGE = "Request is too large"
ORDER_NOT_KNOWN = (
    "The database was lost while the order was being placed, so it is not known whether it was taken. "
    "Repeat it with the same request_id, which never charges twice, or look at your orders first."
)
