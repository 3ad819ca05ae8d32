"""How each language writes numbers and dates: after the CLDR, a line for each (U-14).

Ids, links, keys, addresses, and amounts to be paid on a chain are not written by this: they are copied and compared, so
they stay in Latin digits everywhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, pgettext

from sevenpanel.accounts.domain import Calendar, Language, Reading

_LATIN = "0123456789"
# The days before 1 Farvardin of the year 1, counted as `date.toordinal` does.
_JALALI_EPOCH = 226_895
_NOTHING_CHOSEN = Reading()

_reading: ContextVar[Reading] = ContextVar("reading", default=_NOTHING_CHOSEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """The habits of one language.

    :param apart: what keeps thousands apart, and `groups` after how many digits each, from the right.
    :param apart_from: how many digits a number must have for that.
    :param numerals: the name of its digits as browsers know it, and `digits` the ten of them.
    :param percent: a share with its sign.
    :param day: a date; `month` says in which form the name of a Gregorian month stands there, as Django's dates do.
    """

    point: str = "."
    apart: str = ","
    groups: tuple[int, int] = (3, 3)
    apart_from: int = 4
    numerals: str = "latn"
    digits: str = _LATIN
    percent: str = "{} %"
    day: str = "{day} {month} {year}"
    month: str = "F"
    calendar: Calendar = Calendar.GREGORIAN


WRITINGS = {
    Language.ENGLISH: Writing(month="M"),
    Language.PERSIAN: Writing(
        point="٫", apart="٬", numerals="arabext", digits="۰۱۲۳۴۵۶۷۸۹", percent="{}٪", calendar=Calendar.JALALI
    ),
    Language.ARABIC: Writing(point="٫", apart="٬", numerals="arab", digits="٠١٢٣٤٥٦٧٨٩", percent="{}٪"),
    Language.TURKISH: Writing(point=",", apart=".", percent="%{}"),
    Language.HINDI: Writing(groups=(3, 2), percent="{}%"),
    Language.PORTUGUESE: Writing(point=",", apart=".", percent="{}%", day="{day} de {month} de {year}"),
    Language.RUSSIAN: Writing(point=",", apart="\N{NO-BREAK SPACE}", percent="{}\N{NO-BREAK SPACE}%", month="E"),
    Language.SPANISH: Writing(
        point=",", apart=".", apart_from=5, percent="{}\N{NO-BREAK SPACE}%", day="{day} de {month} de {year}"
    ),
}
assert WRITINGS.keys() == set(Language)
_BY_CODE: dict[str | None, Writing] = {language.value: how for language, how in WRITINGS.items()}
_DIGITS = {each.digits: str.maketrans(_LATIN, each.digits) for each in WRITINGS.values()}


@contextmanager
def written_for(reading: Reading) -> Iterator[None]:
    """Write dates and times for somebody with these choices, until the block ends."""
    before = _reading.set(reading)
    try:
        yield
    finally:
        _reading.reset(before)


def choose(reading: Reading) -> None:
    """Write for somebody else from here on, within `written_for`."""
    _reading.set(reading)


def writing() -> Writing:
    """The habits of the language that is spoken now."""
    return _BY_CODE.get(get_language(), WRITINGS[Language.ENGLISH])


def zone() -> ZoneInfo | None:
    """The time zone that the reader chose, if any."""
    name = _reading.get().time_zone
    return ZoneInfo(name) if name else None


def calendar() -> Calendar:
    """The calendar that the reader chose, else that of their language."""
    return _reading.get().calendar or writing().calendar


def clock() -> str:
    """The reader's language, calendar and digits as browsers understand them, such as "fa-u-ca-persian-nu-arabext"."""
    counted = {Calendar.JALALI: "persian", Calendar.GREGORIAN: "gregory"}[calendar()]
    return f"{get_language() or Language.ENGLISH}-u-ca-{counted}-nu-{writing().numerals}"


def digits(text: str) -> str:
    """The same text with its digits written as the language writes them."""
    return text.translate(_DIGITS[writing().digits])


def decimal(text: str) -> str:
    """A number such as "1234.50" with the language's own point and digits, and its thousands together."""
    return digits(text.replace(".", writing().point))


def whole(value: int) -> str:
    """A whole number with its thousands apart."""
    how = writing()
    text = str(abs(value))
    if len(text) >= how.apart_from:
        text = how.apart.join(_grouped(text, how.groups))
    return digits(f"-{text}" if value < 0 else text)


def _grouped(text: str, groups: tuple[int, int]) -> list[str]:
    first, further = groups
    head, tail = text[:-first], text[-first:]
    start = len(head) % further
    pieces = [head[:start], *(head[n : n + further] for n in range(start, len(head), further)), tail]
    return [each for each in pieces if each]


def day(at: date) -> str:
    """A date in the reader's calendar."""
    how = writing()
    if calendar() is Calendar.JALALI:
        year, month, number = jalali(at)
        return digits(how.day.format(day=number, month=jalali_months()[month - 1], year=year))
    return digits(how.day.format(day=at.day, month=dateformat.format(at, how.month), year=at.year))


def jalali(at: date) -> tuple[int, int, int]:
    """Year, month and day of the Solar Hijri calendar, by its cycle of 33 years.

    The cycle gives the years of Iran's official calendar from 1925 until 2088 (1467).
    """
    days = at.toordinal() - _JALALI_EPOCH
    year = 1 + (33 * days + 3) // 12_053
    rest = days - 365 * (year - 1) - (8 * year + 21) // 33
    # Six months of 31 days, then months of 30.
    month = rest // 31 if rest < 216 else (rest - 6) // 30
    return year, month + 1, rest - 31 * min(month, 6) - 30 * max(month - 6, 0) + 1


def jalali_months() -> tuple[str, ...]:
    """The names of the twelve months."""
    return (
        pgettext("Jalali month", "Farvardin"),
        pgettext("Jalali month", "Ordibehesht"),
        pgettext("Jalali month", "Khordad"),
        pgettext("Jalali month", "Tir"),
        pgettext("Jalali month", "Mordad"),
        pgettext("Jalali month", "Shahrivar"),
        pgettext("Jalali month", "Mehr"),
        pgettext("Jalali month", "Aban"),
        pgettext("Jalali month", "Azar"),
        pgettext("Jalali month", "Dey"),
        pgettext("Jalali month", "Bahman"),
        pgettext("Jalali month", "Esfand"),
    )
