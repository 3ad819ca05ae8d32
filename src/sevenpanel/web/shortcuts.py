"""The letters that lead to pages; they can be turned off on a device, so that nobody's speech or slip sets one off
(WCAG 2.1.4). What needs Ctrl or Cmd is no such letter and stays.
"""

import json
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

COOKIE = "letters"
OFF = "off"

# "g", and then this one.
GOES = {
    "h": "web:home",
    "n": "web:new-order",
    "m": "web:mass-order",
    "o": "web:orders",
    "s": "web:services",
    "u": "web:updates",
    "t": "web:tickets",
    "l": "web:short-links",
    "b": "web:balance",
    "f": "web:funds",
    "k": "web:keys",
}
LETTER_OF = {name: letter for letter, name in GOES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters as a page carries them for its script."""

    is_on: bool

    @property
    def goes(self) -> str:
        """Where each letter leads, as JSON."""
        return json.dumps({letter: reverse(name) for letter, name in GOES.items()})


def letters_of(request: HttpRequest) -> Letters:
    """Whether this device has the letters on."""
    return Letters(is_on=request.COOKIES.get(COOKIE) != OFF)
