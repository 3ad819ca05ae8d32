"""The ways in which the sandbox can behave, one for each fault that a real provider has shown."""

from enum import StrEnum


class Personality(StrEnum):
    """How a service treats its orders. Those marked + take the order, those marked - do not."""

    NORMAL = "normal"
    """+ Most orders complete, some end partially, some are canceled."""
    SLOW = "slow"
    """+ As normal, ten times slower."""
    PARTIAL = "partial"
    """+ Every order stops half-way."""
    CANCELS = "cancels"
    """+ Every order is given back."""
    LOSES_ANSWERS = "loses_answers"
    """+ The order is taken, then the connection breaks off in the middle of the answer."""
    DUPLICATES = "duplicates"
    """+ The answer names an order that was placed before."""
    LIES = "lies"
    """+ Completed, with remains above zero, above the quantity, or below zero."""
    HTML = "html"
    """- A web page with status 200 instead of an answer."""
    BACKWARDS = "backwards"
    """+ Completed, then In progress again, then Partial."""
    REFUSES_DUPLICATES = "refuses_duplicates"
    """+ A second order for a link is refused while the first is open."""
    SERVER_ERROR = "server_error"
    """+ The order is taken, then the server stumbles and answers 500."""
    REFUSES = "refuses"
    """- Every order is refused with a stock error."""
    HANGS = "hangs"
    """- No answer at all, for longer than anybody waits."""


WHOLE_ACCOUNT = frozenset({Personality.HTML, Personality.SERVER_ERROR, Personality.HANGS, Personality.REFUSES})
"""What can be switched on for every call at once, as service 0."""
