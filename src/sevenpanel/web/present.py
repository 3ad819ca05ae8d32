"""Numbers, sums and instants as text, made in Python so that templates only place them (design: stack, templates)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.kernel.money import format_amount
from sevenpanel.web import writing

MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A moment: for programs, and for people in the time zone that they chose.

    :param iso: in UTC and Gregorian, whoever reads.
    :param text: where nobody chose a zone, in UTC, and a script shows it in the one of the device.
    :param utc: the same in UTC, where `text` is not.
    """

    iso: str
    text: str
    utc: str = ""


def instant(moment: datetime) -> Instant:
    """A moment for a page."""
    at, zone = moment.astimezone(UTC), writing.zone()
    iso, utc = at.isoformat(timespec="seconds"), f"{_minute(at)} UTC"
    if zone is None:
        return Instant(iso=iso, text=utc)
    return Instant(iso=iso, text=_minute(moment.astimezone(zone)), utc=utc)


def _minute(at: datetime) -> str:
    return f"{writing.day(at)}, {writing.digits(f'{at:%H:%M}')}"


def day(moment: datetime) -> str:
    """The day of a moment, in UTC."""
    return writing.day(moment.astimezone(UTC))


def money(value: int, currency: str) -> str:
    """A sum with its currency, such as "0.90 USD"."""
    return f"{MINUS if value < 0 else ''}{writing.decimal(format_amount(abs(value)))} {currency}"


def signed_money(value: int, currency: str) -> str:
    """A movement, always with its sign."""
    return f"+{money(value, currency)}" if value > 0 else money(value, currency)


def count(value: int) -> str:
    """A whole number with its thousands apart."""
    return writing.whole(value)


def duration(length: timedelta | None) -> str:
    """A promised time in its largest whole unit, such as "within 6 hours"; words for none."""
    if length is None:
        return _("not promised")
    seconds = int(length.total_seconds())
    if seconds % 86_400 == 0 and seconds:
        return filled(ngettext("within %d day", "within %d days", seconds // 86_400), seconds // 86_400)
    if seconds % 3600 == 0 and seconds:
        return filled(ngettext("within %d hour", "within %d hours", seconds // 3600), seconds // 3600)
    minutes = max(1, -(-seconds // 60))
    return filled(ngettext("within %d minute", "within %d minutes", minutes), minutes)


def filled(message: str, number: int) -> str:
    """A message with `%d` for one small number, in the digits of the language."""
    return writing.digits(message % number)


def length(seconds: int) -> str:
    """A span of time in its two largest units, such as "3 h 20 min"; of days the hours are left out from ten on."""
    return writing.digits(_length(seconds))


def _length(seconds: int) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return _("%(n)d s") % {"n": seconds}
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        more = _(" %(n)d min") % {"n": rest} if rest and hours < 10 else ""
        return _("%(n)d h") % {"n": hours} + more
    days, rest = divmod(hours, 24)
    more = _(" %(n)d h") % {"n": rest} if rest and days < 10 else ""
    return _("%(n)d d") % {"n": days} + more


def percent(permille: int) -> str:
    """Thousandths as percent, such as "4.5 %"."""
    whole, tenth = divmod(permille, 10)
    return share(f"{whole}.{tenth}" if tenth else f"{whole}")


def share(text: str) -> str:
    """A number such as "4.5" with the sign of percent, where and how the language sets it."""
    return writing.writing().percent.format(writing.decimal(text))
