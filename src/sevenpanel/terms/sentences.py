"""How instants, spans, counts and sums are said in reasons. English, UTC, exact; the same on every machine.

Each is a text that knows what it was made of, so that a page says it in the reader's language (`kernel.said`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce

from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import Moment, Phrase, say, say_many
from sevenpanel.kernel.said import listed as listed

_UNITS: dict[str, Callable[[int], Phrase]] = {
    "day": lambda n: say_many("%(n)s day", "%(n)s days", n=n),
    "hour": lambda n: say_many("%(n)s hour", "%(n)s hours", n=n),
    "minute": lambda n: say_many("%(n)s minute", "%(n)s minutes", n=n),
    "second": lambda n: say_many("%(n)s second", "%(n)s seconds", n=n),
    "order": lambda n: say_many("%(n)s order", "%(n)s orders", n=n),
    "appeal": lambda n: say_many("%(n)s appeal", "%(n)s appeals", n=n),
}


def instant(at: datetime) -> Moment:
    """Say an instant, for example "3 May 2026, 14:00 UTC"; seconds only where there are any."""
    return Moment(at)


def span(length: timedelta) -> Phrase:
    """Say a span of time, for example "24 hours", "2 days 3 hours", "45 minutes": days from 48 hours on."""
    seconds = int(length.total_seconds())
    days = seconds // 86_400 if seconds >= 2 * 86_400 else 0
    rest = seconds - days * 86_400
    numbers = ((days, "day"), (rest // 3600, "hour"), (rest % 3600 // 60, "minute"), (rest % 60, "second"))
    parts = [amount(n, unit) for n, unit in numbers if n]
    if not parts:
        return say("no time")
    return reduce(lambda longer, shorter: say("%(longer)s %(shorter)s", longer=longer, shorter=shorter), parts)


def amount(number: int, unit: str) -> Phrase:
    """Say a number with its unit: "1 hour", "1,000 hours".

    :raises KeyError: for a unit that nobody counts in here.
    """
    return _UNITS[unit](number)


def money(micros: int, currency: str) -> Sum:
    """Say a sum with its currency, exact."""
    return Sum(micros, currency)
