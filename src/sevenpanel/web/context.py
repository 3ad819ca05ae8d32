"""What every page of the site shows around its own content."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sevenpanel.accounts.domain import Role
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import StopRow
from sevenpanel.web import present
from sevenpanel.web.icons import icon_of, sprite
from sevenpanel.web.look import SCHEMES, channel_address, look_of
from sevenpanel.web.reader import choices
from sevenpanel.web.shortcuts import letters_of
from sevenpanel.web.writing import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the navigation. `current` is "page" on that page itself, "true" on those below it."""

    url: str
    name: str
    current: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame of a page: where one can go, and what one can spend; to staff, why no new orders are taken.

    :param account_current: what `Place.current` is, of the page about the account.
    """

    email: str
    places: tuple[Place, ...]
    available: str | None
    account_current: str = ""
    stop: StopRow | None = None

    @property
    def sprite(self) -> SafeString:
        """The icons of the navigation, each once."""
        return sprite(tuple(dict.fromkeys(place.icon for place in self.places)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLook:
    """How the page looks.

    :param scheme: what the browser is told about its own fields and bars.
    :param channel: the address of the operator's Telegram channel, if it has one.
    :param here: where the visitor comes back to from the settings.
    """

    theme: str
    scheme: str
    sidenav: str
    navbar: str
    channel: str
    here: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """The names that the surrounding page uses; the frame costs nothing where it is not shown."""
    return {
        "request_id": getattr(request, "request_id", ""),
        "has_mail": settings.HAS_MAIL,
        "frame": SimpleLazyObject(lambda: _frame(request)),
        "look": SimpleLazyObject(lambda: _look(request)),
        "languages": choices(request),
        "times_written": clock(),
        "letters": letters_of(request),
    }


def _look(request: HttpRequest) -> ShownLook:
    look = look_of(request)
    return ShownLook(
        theme=look.theme.value,
        scheme=SCHEMES[look.theme],
        sidenav=look.sidenav.value,
        navbar="fixed" if look.is_navbar_fixed else "static",
        channel=channel_address(),
        here=request.get_full_path(),
    )


def _frame(request: HttpRequest) -> Frame:
    user = request.user
    if not user.is_authenticated:
        return Frame(email="", places=(), available=None)
    here = _of_account(request)
    if user.customer_id is None:
        places = _places(request, _desk_pages(user.role))
        return Frame(email=user.email, places=places, available=None, account_current=here, stop=orders.stop_in_force())
    balance = ledger.balance(customer_id=user.customer_id)
    return Frame(
        email=user.email,
        places=_places(request, customer_pages()),
        available=present.money(balance.available_micros, balance.currency),
        account_current=here,
    )


def _of_account(request: HttpRequest) -> str:
    home = reverse("web:account")
    return _current(request, home, home) if request.path.startswith((home, "/accounts/")) else ""


def customer_pages() -> tuple[tuple[str, str], ...]:
    """The places of a customer's navigation: the name of each address, and what it is called."""
    return (
        ("web:home", _("Home")),
        ("web:new-order", _("New order")),
        ("web:mass-order", _("Mass order")),
        ("web:orders", _("Orders")),
        ("web:services", _("Services")),
        ("web:updates", _("Updates")),
        ("web:tickets", _("Tickets")),
        ("web:short-links", _("Short links")),
        ("web:balance", _("Balance")),
        ("web:funds", _("Add funds")),
        ("web:keys", _("API keys")),
    )


def _desk_pages(role: str) -> tuple[tuple[str, str], ...]:
    writes = (
        (
            ("desk:tickets", _("Tickets")),
            ("desk:notices", _("Notices")),
            ("desk:orders", _("Orders and links")),
            ("desk:short-links", _("Short links")),
            ("desk:letters", _("Letters")),
            ("desk:insight", _("Insight")),
        )
        if role in (Role.ADMIN, Role.SUPPORT)
        else ()
    )
    deposits = ("desk:deposits", _("Deposits"))
    decisions = ("desk:decisions", _("Decisions"))
    return (("desk:home", _("Desk")), *writes, deposits, decisions, ("desk:invariants", _("Invariants")))


def _places(request: HttpRequest, pages: tuple[tuple[str, str], ...]) -> tuple[Place, ...]:
    found = [(reverse(name), title, icon_of(name)) for name, title in pages]
    above = [url for url, *_ in found if request.path.startswith(url) and (url != "/" or request.path == "/")]
    nearest = max(above, key=len, default="")
    return tuple(
        Place(url=url, name=title, current=_current(request, url, nearest), icon=icon) for url, title, icon in found
    )


def _current(request: HttpRequest, url: str, nearest: str) -> str:
    if url != nearest:
        return ""
    return "page" if request.path == url else "true"
