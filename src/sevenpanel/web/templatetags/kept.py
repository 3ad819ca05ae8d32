"""Rows of long lists as they are written out, kept while nothing in them changes.

Writing fifty rows is most of the work for a page of services or updates, and they are the same for the next visitor. A
row is found again by all that it shows, its price and the reader's language among it: whatever has changed, in the
catalogue, by a notice, in what was measured, or in what the reader chose, makes another row. So no row is ever older
than what was read for it, and nobody is shown a price that was not read for them.
"""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# A row of services with its texts takes about 6 kB.
KEPT_MAX = 1_000


@register.simple_tag
def row(name: str, **shown: Hashable) -> SafeString:
    """A row of a list.

    :param name: its template.
    :param shown: frozen rows of texts: all that the template shows besides its own words.
    """
    return _written(name, get_language(), tuple(shown.items()))


@lru_cache(maxsize=KEPT_MAX)
def _written(name: str, _language: str | None, shown: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(name, dict(shown))
