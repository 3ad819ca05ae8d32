"""One field for everything: pages, actions and settings by their names; orders, tickets, services and payments by id
or by text. Only what is the customer's own is looked at.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sevenpanel.deposits import queries as deposits
from sevenpanel.notices import queries as notices
from sevenpanel.orders import queries as orders
from sevenpanel.support import queries as support
from sevenpanel.terms import named_word
from sevenpanel.web import shelves
from sevenpanel.web.context import customer_pages
from sevenpanel.web.numbers import latin_digits
from sevenpanel.web.shortcuts import GOES, LETTER_OF
from sevenpanel.web.telling import told
from sevenpanel.web.ticket_rows import subject_of

TEXT_LENGTH_MAX = 200
SHOWN = 5
# With fewer letters nearly everything would fit.
LETTERS_MIN = 3

# An id as it is shown anywhere: "123", "#123", or a key of the ledger such as "order/123/charged".
_ID = re.compile(r"(?:#|order/)?([1-9][0-9]{0,17})(?:/[a-z]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to go to.

    :param id: its id, where it has one; `name` is then somebody's own text.
    :param letters: the keys that lead there.
    """

    url: str
    name: str
    id: int | None = None
    hint: str = ""
    letters: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items of one sort."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for, by whom."""

    customer_id: int
    text: str
    now: datetime

    @property
    def id(self) -> int | None:
        """The id that the text is, if it is one."""
        found = _ID.fullmatch(self.text)
        return int(found[1]) if found else None

    @property
    def is_text(self) -> bool:
        """Whether it is long enough to look into names and links."""
        return len(self.text) >= LETTERS_MIN


def sought(customer_id: int, text: str, now: datetime) -> Sought:
    """What was typed, in any of our digits, as far as it can be looked for."""
    plain = latin_digits(text.replace("\0", "").strip())[:TEXT_LENGTH_MAX]
    return Sought(customer_id=customer_id, text=plain, now=now)


def find(asked: Sought) -> list[Group]:
    """What fits, by sort; with nothing typed the pages and actions, with "?" the keys that lead to pages."""
    if asked.text == "?":
        return _groups([(_("Keys"), [item for item in _pages() if item.letters])])
    own = [(_("Pages"), _fitting(_pages(), asked)), (_("Actions"), _fitting(_actions(), asked))]
    if not asked.text:
        return _groups(own)
    things = [
        (_("Orders"), _orders(asked)),
        (_("Tickets"), _tickets(asked)),
        (_("Services"), _services(asked)),
        (_("Payments"), _payments(asked)),
    ]
    settings = [(_("Settings"), _fitting(_settings(), asked))]
    return _groups(things if asked.id else [*own, *settings, *things])


def _groups(found: Iterable[tuple[str, Sequence[Item]]]) -> list[Group]:
    return [Group(name=name, items=tuple(items)) for name, items in found if items]


def _fitting(items: Iterable[Item], asked: Sought) -> list[Item]:
    words = asked.text.casefold().split()
    return [item for item in items if all(word in f"{item.name} {item.hint}".casefold() for word in words)]


def _pages() -> list[Item]:
    places = [
        Item(url=reverse(name), name=title, letters=f"g {LETTER_OF[name]}" if name in LETTER_OF else "")
        for name, title in customer_pages()
    ]
    others = (
        ("account_email", _("E-mail")),
        ("account_change_password", _("Password")),
        ("web:data", _("Your data")),
        ("web:api-guide", _("API guide")),
        ("web:funds-history", _("Payments so far")),
        ("web:terms", _("Terms of service")),
        ("web:privacy", _("Privacy policy")),
        ("web:shortcuts", _("Keyboard shortcuts")),
    )
    return [*places, *(Item(url=reverse(name), name=title) for name, title in others)]


def _actions() -> list[Item]:
    found = (
        ("web:new-order", _("Place an order")),
        ("web:mass-order", _("Order many at once")),
        ("web:new-ticket", _("Open a ticket")),
        ("web:funds", _("Add funds to the balance")),
        ("web:orders-table", _("Download all orders as a table (CSV)")),
        ("web:keys", _("Make an API key")),
        ("account_logout", _("Sign out")),
    )
    return [Item(url=reverse(name), name=title) for name, title in found]


def _settings() -> list[Item]:
    found = (
        ("web:settings", _("Light / Dark")),
        ("web:settings", _("Sidenav Type")),
        ("web:settings", _("Navbar Fixed")),
        ("web:shortcuts", _("Keyboard shortcuts on or off")),
    )
    return [Item(url=reverse(name), name=title, hint=_("Settings")) for name, title in found]


def _orders(asked: Sought) -> list[Item]:
    if not asked.id and not asked.is_text:
        return []
    text = str(asked.id) if asked.id else asked.text
    found = orders.find(orders.Wanted(customer_id=asked.customer_id, text=text), limit=SHOWN)
    return [
        Item(url=reverse("web:order", args=[row.id]), id=row.id, name=row.link, hint=told(named_word(row.status)))
        for row in found.orders
    ]


def _tickets(asked: Sought) -> list[Item]:
    if not asked.id and not asked.is_text:
        return []
    found = support.find_tickets(customer_id=asked.customer_id, text=asked.text, ticket_id=asked.id, limit=SHOWN)
    return [Item(url=reverse("web:ticket", args=[id_]), id=id_, name=subject_of(subject)) for id_, subject in found]


def _services(asked: Sought) -> list[Item]:
    if not asked.id and not asked.is_text:
        return []
    found = shelves.find(notices.names_on_sale(at=asked.now), str(asked.id) if asked.id else asked.text)
    nearest = sorted(found, key=lambda service: service.id != asked.id)[:SHOWN]
    return [
        Item(url=reverse("web:service", args=[each.id]), id=each.id, name=each.name, hint=each.category)
        for each in nearest
    ]


def _payments(asked: Sought) -> list[Item]:
    found = deposits.intent(intent_id=asked.id, customer_id=asked.customer_id) if asked.id else None
    return [] if found is None else [Item(url=reverse("web:payment", args=[found.id]), id=found.id, name=found.code)]


def keys() -> list[Item]:
    """Every page that a letter leads to, in the order of the navigation."""
    known = [item for item in _pages() if item.letters]
    assert len(known) == len(GOES)
    return known
