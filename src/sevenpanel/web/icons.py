"""Which icon stands beside which place of the navigation; the drawings come from the heroicons package."""

from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

_ICONS = {
    "web:home": "home",
    "web:new-order": "plus-circle",
    "web:mass-order": "queue-list",
    "web:orders": "shopping-bag",
    "web:services": "squares-2x2",
    "web:updates": "megaphone",
    "web:tickets": "lifebuoy",
    "web:short-links": "link",
    "web:balance": "wallet",
    "web:funds": "banknotes",
    "web:keys": "key",
    "desk:home": "home",
    "desk:tickets": "lifebuoy",
    "desk:notices": "megaphone",
    "desk:orders": "shopping-bag",
    "desk:short-links": "link",
    "desk:letters": "envelope",
    "desk:insight": "chart-bar",
    "desk:deposits": "banknotes",
    "desk:decisions": "scale",
    "desk:invariants": "shield-check",
}
_OTHER = "document-text"


def icon_of(place: str) -> str:
    """The icon of a place of the navigation; a sheet of paper for those that have none of their own.

    :param place: the name of its address, such as "web:orders".
    """
    return _ICONS.get(place, _OTHER)


@cache
def sprite(icons: tuple[str, ...]) -> SafeString:
    """The drawings to which a page refers by "#i-" and their names. They come with a package, so none ever changes.

    :param icons: what the page shows besides those of its bar.
    """
    return render_to_string("web/sprite.html", {"icons": icons})
