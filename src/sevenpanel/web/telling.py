"""What the rooms said, in the language of whoever reads (U-14, U-15)."""

import re

from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import Count, Moment, Passage, Phrase, Value
from sevenpanel.web import present

ENGLISH = ("en", None)
# Each isolates its contents from the direction around them, as <bdi> does where there is markup (Unicode, UAX 9).
ISOLATE, END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def told(text: str) -> str:
    """Say a text of the rooms in the language of the page; one that was stored as plain text stays as it is.

    :returns: a plain text, which the template escapes.
    """
    if isinstance(text, Passage):
        return " ".join(told(sentence) for sentence in text.sentences)
    if isinstance(text, Phrase):
        return _filled(text)
    return _figure(text)


def capital(text: str) -> str:
    """Begin with a capital letter what stands by itself; Turkish has two letters i."""
    first = "İ" if text[:1] == "i" and get_language() == "tr" else text[:1].upper()
    return first + text[1:]


def _filled(phrase: Phrase) -> str:
    message = _message(phrase)
    return message % {name: _value(value) for name, value in phrase.values.items()} if phrase.values else message


def _message(phrase: Phrase) -> str:
    if phrase.many is None:
        return gettext(phrase.message)
    return ngettext(phrase.message, phrase.many, phrase.number)


def _value(value: Value) -> str:
    """What stands in a place of a message, isolated where it would be torn apart by the words around it."""
    text = told(value) if isinstance(value, str) else str(value)
    # A phrase that nobody has translated runs as the English that it still is.
    is_ours = isinstance(value, (Phrase, Passage)) and text != value
    is_foreign = not is_ours and not isinstance(value, (Count, int))
    if is_foreign and (get_language_bidi() or _RIGHT_TO_LEFT.search(text)):
        return f"{ISOLATE}{text}{END}"
    return text


def _figure(text: str) -> str:
    """Numbers, sums and instants as the language writes them. In English each is the text that the rooms made."""
    if get_language() in ENGLISH:
        return str(text)
    if isinstance(text, Count):
        return present.count(text.number)
    if isinstance(text, Sum):
        return present.money(text.micros, text.currency).rstrip()
    if isinstance(text, Moment):
        return present.instant(text.at).text
    return str(text)
