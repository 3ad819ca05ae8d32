"""Numbers as people type them, in the digits of their own language (U-14)."""

import re

from django.utils.translation import gettext as _

DIGITS_MAX = 18

# The zeros of Arabic-Indic, Persian, Devanagari, Bengali and full-width digits; nine more follow each.
_ZEROS = "\u0660\u06f0\u0966\u09e6\uff10"
_LATIN = {ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)}


class NotANumber(ValueError):  # noqa: N818 - says what it is, as refusals do
    """This text is no whole number. Its sentence may be shown."""


def latin_digits(text: str) -> str:
    """The same text with every digit that we know written in Latin digits."""
    return text.translate(_LATIN)


# The signs of Arabic and Persian keyboards stand for one thing each, as points and commas do not.
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:\u066c[0-9]{3})+(?:\u066b[0-9]+)?")
_POINT = "\u066b"


def latin_number(text: str) -> str:
    """A number as it was typed, in Latin digits and with a point; thousands that ٬ kept apart stand together."""
    typed = latin_digits(text.strip())
    if _GROUPED.fullmatch(typed):
        typed = typed.replace("\u066c", "")
    return typed.replace(_POINT, ".")


def read_whole_number(text: str) -> int | None:
    """Read a quantity; None when nothing was typed.

    :raises NotANumber: for anything but digits. Separators are refused, never guessed: "1.000" is a thousand
        to one reader and one to another.
    """
    typed = latin_number(text)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        raise NotANumber(_("Write the quantity with digits only, such as 1000: no points, commas, spaces or letters."))
    if len(typed.lstrip("0")) > DIGITS_MAX:
        raise NotANumber(_("That quantity is too large to be ordered."))
    return int(typed)
