"""What an order would cost and how its link is understood, said while it is being typed.

The server computes; the page shows. Nothing here is a promise: placing judges again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel import links
from sevenpanel.catalog.domain import ServiceRow, ServiceType, charge_micros
from sevenpanel.ledger.queries import BalanceRow
from sevenpanel.terms import AtDoor, Policy
from sevenpanel.web import present, writing
from sevenpanel.web.beside_rows import Neighbours
from sevenpanel.web.numbers import NotANumber, read_whole_number
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReading:
    """How a link was understood: its sentence, the tidy address, and whether the service takes it."""

    sentence: str
    address: str
    is_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What is known so far about an order that is being written. A price without trouble has all of its sums."""

    link: LinkReading | None
    beside: Neighbours | None
    trouble: str
    lines: str
    charge: str
    sum: str
    before: str
    after: str
    short_by: str


def quote(
    *,
    service: ServiceRow,
    balance: BalanceRow,
    reading: LinkReading | None,
    beside: Neighbours | None,
    quantity: str,
    comments: Sequence[str],
) -> Quote:
    """Say what this order would cost as far as it is written."""
    units, trouble = units_of(service, quantity, comments)
    trouble = trouble or _out_of_bounds(service, units)
    charge = None if units is None or trouble else charge_of(service, units)
    return Quote(
        link=reading,
        beside=beside,
        trouble=trouble,
        lines=_lines(service, comments),
        charge=present.money(charge, balance.currency) if charge is not None else "",
        sum=_sum(service, units, charge, balance.currency),
        before=present.money(balance.available_micros, balance.currency),
        after=_after(balance, charge),
        short_by=_short_by(balance, charge),
    )


def units_of(service: ServiceRow, quantity: str, comments: Sequence[str]) -> tuple[int | None, str]:
    """How many are ordered, or the sentence why that cannot be read. None when it is not said yet."""
    if service.type is ServiceType.PACKAGE:
        return 1, ""
    if service.type is ServiceType.CUSTOM_COMMENTS:
        return len(comments) or None, ""
    try:
        return read_whole_number(quantity), ""
    except NotANumber as wrong:
        return None, str(wrong)


def charge_of(service: ServiceRow, units: int) -> int:
    """What so many cost, at the rate in force."""
    return charge_micros(type=service.type, rate_micros=service.rate_micros, quantity=units)


def out_of_bounds(service: ServiceRow, units: int) -> bool:
    """Whether a service does not sell so few or so many at once."""
    return service.type is not ServiceType.PACKAGE and not service.quantity_min <= units <= service.quantity_max


def _out_of_bounds(service: ServiceRow, units: int | None) -> str:
    if units is None or not out_of_bounds(service, units):
        return ""
    few, many = present.count(service.quantity_min), present.count(service.quantity_max)
    return _("This service takes %(few)s to %(many)s at once.") % {"few": few, "many": many}


def reading_of(service: ServiceRow, link: links.Link | links.Unreadable, policy: Policy) -> LinkReading:
    """How a link is understood, with the sentence for whoever typed it, and what ordering with a wrong one does."""
    if isinstance(link, links.Unreadable):
        return LinkReading(sentence=f"{told(link.sentence)} {_letter(policy)}".strip(), address="", is_good=False)
    understood = _("Understood as %(kind)s:") % {"kind": told(links.NAMES[link.tag])}
    if links.accepts(service.accepts, link):
        return LinkReading(sentence=understood, address=link.address, is_good=True)
    sentence = f"{understood} {told(links.expected_sentence(service.accepts))} {_letter(policy)}".strip()
    return LinkReading(sentence=sentence, address=link.address, is_good=False)


def _letter(policy: Policy) -> str:
    if policy.wrong_link_at_door is AtDoor.REFUSE:
        return ""
    return _("Ordered like this, it is Completed at once and its charge is kept (clause 2).")


def _lines(service: ServiceRow, comments: Sequence[str]) -> str:
    if service.type is not ServiceType.CUSTOM_COMMENTS:
        return ""
    return ngettext("%(n)s line", "%(n)s lines", len(comments)) % {"n": present.count(len(comments))}


def _sum(service: ServiceRow, units: int | None, charge: int | None, currency: str) -> str:
    if charge is None or units is None:
        return ""
    if service.type is ServiceType.PACKAGE:
        return _("package price")
    return f"{present.count(units)} × {present.money(service.rate_micros, currency)} / {writing.digits('1000')}"


def _after(balance: BalanceRow, charge: int | None) -> str:
    return "" if charge is None else present.money(balance.available_micros - charge, balance.currency)


def _short_by(balance: BalanceRow, charge: int | None) -> str:
    missing = (charge or 0) - balance.available_micros
    return present.money(missing, balance.currency) if missing > 0 else ""
