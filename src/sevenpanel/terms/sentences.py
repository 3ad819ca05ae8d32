"""How instants, spans, counts and sums are written in reasons. English, UTC, exact; the same on every machine."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sevenpanel.kernel.money import format_amount

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def instant(at: datetime) -> str:
    """Write an instant, for example "3 May 2026, 14:00 UTC"; seconds only where there are any."""
    utc = at.astimezone(UTC)
    seconds = f":{utc.second:02d}" if utc.second else ""
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}, {utc.hour:02d}:{utc.minute:02d}{seconds} UTC"


def span(length: timedelta) -> str:
    """Write a span of time, for example "24 hours", "2 days 3 hours", "45 minutes": days from 48 hours on."""
    seconds = int(length.total_seconds())
    days = seconds // 86_400 if seconds >= 2 * 86_400 else 0
    rest = seconds - days * 86_400
    parts = ((days, "day"), (rest // 3600, "hour"), (rest % 3600 // 60, "minute"), (rest % 60, "second"))
    return " ".join(amount(n, unit) for n, unit in parts if n) or "no time"


def amount(number: int, unit: str) -> str:
    """Write a number with its unit: "1 hour", "1,000 hours"."""
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def money(micros: int, currency: str) -> str:
    """Write a sum with its currency, exact."""
    return f"{format_amount(micros)} {currency}"


def listed(texts: Iterable[str], *, last: str = "and") -> str:
    """Join words into running text: "a", "a and b", "a, b and c"."""
    *head, tail = texts
    return f"{', '.join(head)} {last} {tail}" if head else tail
