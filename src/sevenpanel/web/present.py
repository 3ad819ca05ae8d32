"""Numbers, sums and instants as text, made in Python so that templates only place them (design: stack, templates)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.kernel.money import format_amount

MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A moment: for programs, and for people in UTC (a script shows it in the reader's own zone)."""

    iso: str
    text: str


def instant(moment: datetime) -> Instant:
    """A moment for a page."""
    at = moment.astimezone(UTC)
    return Instant(iso=at.isoformat(timespec="seconds"), text=f"{at.day} {at:%b %Y, %H:%M} UTC")


def money(value: int, currency: str) -> str:
    """A sum with its currency, such as "0.90 USD"."""
    return f"{MINUS if value < 0 else ''}{format_amount(abs(value))} {currency}"


def signed_money(value: int, currency: str) -> str:
    """A movement, always with its sign."""
    return f"+{money(value, currency)}" if value > 0 else money(value, currency)


def count(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"


def duration(length: timedelta | None) -> str:
    """A promised time in its largest whole unit, such as "within 6 hours"; words for none."""
    if length is None:
        return _("not promised")
    seconds = int(length.total_seconds())
    if seconds % 86_400 == 0 and seconds:
        return ngettext("within %d day", "within %d days", seconds // 86_400) % (seconds // 86_400)
    if seconds % 3600 == 0 and seconds:
        return ngettext("within %d hour", "within %d hours", seconds // 3600) % (seconds // 3600)
    minutes = max(1, -(-seconds // 60))
    return ngettext("within %d minute", "within %d minutes", minutes) % minutes
