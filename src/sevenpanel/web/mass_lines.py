"""The lines of a mass order: read from text, then priced; each with its own error, none spoiling its neighbours."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from sevenpanel import links
from sevenpanel.catalog.domain import ServiceRow, ServiceType
from sevenpanel.orders.queries.reading import Read
from sevenpanel.terms import NAMED_MAX, Interference, OpenOrder, Policy
from sevenpanel.web import beside_rows, present, quoting
from sevenpanel.web.converters import read_id
from sevenpanel.web.numbers import NotANumber, latin_digits, read_whole_number
from sevenpanel.web.telling import told

LINES_MAX = 10_000
LINE_LENGTH_MAX = 4000

_AS_SPACES = str.maketrans(",;", "  ")


class TooManyLines(ValueError):  # noqa: N818 - says what it is, as refusals do
    """More lines than one mass order may have. Its sentence may be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MassLine:
    """One line that asks for an order.

    :param number: its place in the text, from 1; comments and empty lines are counted but never here.
    :param error: why it cannot be ordered; empty when nothing speaks against it so far.
    :param note: what it has to be known of before it is ordered.
    :param read: its link, once it was understood as one that the service takes.
    """

    number: int
    text: str
    service_id: int | None = None
    link: str = ""
    quantity: int | None = None
    service: str = ""
    charge_micros: int | None = None
    error: str = ""
    note: str = ""
    read: links.Link | None = None


def read_lines(text: str) -> list[MassLine]:
    """Read every line that is neither empty nor a comment (#) nor a heading.

    :raises TooManyLines: when there are more than `LINES_MAX`.
    """
    numbered = enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1)
    asking = [(number, line.strip()) for number, line in numbered if _asks(line.strip())]
    if len(asking) > LINES_MAX:
        sentence = _("A mass order has at most %(max)s lines; this one has %(n)s. Send it in parts.")
        raise TooManyLines(sentence % {"max": present.count(LINES_MAX), "n": present.count(len(asking))})
    return [_read_line(number, line) for number, line in asking]


def _asks(line: str) -> bool:
    return bool(line) and not line.startswith("#") and not _is_heading(line)


def _is_heading(line: str) -> bool:
    start = line[: len("service") + 1].casefold()
    return start.startswith("service") and (len(start) == len("service") or start[-1] in "|,;" or start[-1].isspace())


def _read_line(number: int, text: str) -> MassLine:
    if len(text) > LINE_LENGTH_MAX:
        shown = f"{text[:80]}…"
        return MassLine(number=number, text=shown, error=_("This line is too long to be one order."))
    fields = _fields(text)
    if fields is None:
        return MassLine(number=number, text=text, error=_("Write: service | link | quantity."))
    service, link, quantity = fields
    line = MassLine(number=number, text=text, service_id=read_id(latin_digits(service)), link=link)
    try:
        return replace(line, quantity=read_whole_number(quantity))
    except NotANumber as wrong:
        return replace(line, error=str(wrong))


def _fields(text: str) -> tuple[str, str, str] | None:
    for separator in ("|", "\t"):
        if separator in text:
            parts = [part.strip() for part in text.split(separator)]
            parts += [""] if len(parts) == 2 else []
            return (parts[0], parts[1], parts[2]) if len(parts) == 3 and parts[0] and parts[1] else None
    return _loose_fields(text)


def _loose_fields(text: str) -> tuple[str, str, str] | None:
    """Without | or tabs: a number, a link, perhaps a number, with spaces, commas or semicolons between them.

    Only the two outer gaps separate, since links hold commas and semicolons too. No regular expression: the ways
    in which one can divide a hostile line grow with the cube of its length.
    """
    spaced = text.translate(_AS_SPACES).rstrip()
    parts = spaced.split(maxsplit=1)
    if len(parts) != 2 or not parts[0].isdecimal():
        return None
    service, rest = parts
    start = len(spaced) - len(rest)
    last = rest.rsplit(maxsplit=1)
    quantity = last[1] if len(last) == 2 and last[1].isdecimal() else ""
    link = text[start : start + len(last[0])] if quantity else text[start : len(spaced)]
    return (service, link, quantity) if len(link.split()) == 1 else None


def price(lines: Sequence[MassLine], services: Mapping[int, ServiceRow], read: Mapping[str, Read]) -> list[MassLine]:
    """Judge and price each line, as far as that can be done before ordering.

    :param read: the link of every line, as it was read for this customer.
    """
    seen: dict[tuple[int | None, str], int] = {}
    return [line if line.error else _price_line(line, services, read, seen) for line in lines]


def _price_line(
    line: MassLine,
    services: Mapping[int, ServiceRow],
    read: Mapping[str, Read],
    seen: dict[tuple[int | None, str], int],
) -> MassLine:
    service = services.get(line.service_id or 0)
    if service is None:
        return replace(line, error=_("There is no such service on sale."))
    link = read[line.link]
    error = _link_error(service, link) or _quantity_error(service, line.quantity)
    if error or isinstance(link, links.Unreadable):
        return replace(line, service=service.name, error=error)
    first = seen.setdefault((line.service_id, link.target), line.number)
    if first != line.number:
        error = _("Line %(n)s orders this service for the same target.") % {"n": present.count(first)}
        return replace(line, service=service.name, error=error)
    units = 1 if service.type is ServiceType.PACKAGE else line.quantity or 0
    return replace(line, service=service.name, charge_micros=quoting.charge_of(service, units), read=link)


def targets(lines: Sequence[MassLine]) -> set[str]:
    """What the lines that can be ordered point at."""
    return {line.read.target for line in lines if line.read is not None}


def mark(
    lines: Sequence[MassLine],
    services: Mapping[int, ServiceRow],
    open_orders: Mapping[str, Sequence[OpenOrder]],
    policy: Policy,
) -> list[MassLine]:
    """Note with each line what else works on its target: open orders, and the lines before it (clauses 1 and 4.6)."""
    known = {target: list(orders) for target, orders in open_orders.items()}
    return [
        line
        if line.read is None or line.service_id is None
        else _mark(line, line.read, services[line.service_id], known.setdefault(line.read.target, []), policy)
        for line in lines
    ]


def _mark(line: MassLine, link: links.Link, service: ServiceRow, known: list[OpenOrder], policy: Policy) -> MassLine:
    found = beside_rows.judged(service, link, known, policy)
    if found.blocked_by is not None:
        return replace(line, error=" ".join(map(told, found.sentences)), charge_micros=None, read=None)
    same = [each for each in known if (each.network, each.metric) == (service.network, service.metric)]
    if len(same) < NAMED_MAX:
        # A line has no number of an order yet; below zero it cannot be taken for one.
        planned = OpenOrder(
            order_id=-line.number, service_id=service.id, network=service.network, metric=service.metric,
            target=link.target,
        )  # fmt: skip
        known.append(planned)
    return replace(line, note=_note(found, service, link))


def _note(found: Interference, service: ServiceRow, link: links.Link) -> str:
    if not found.is_flagged:
        return ""
    said = [_("On the same link as %(which)s.") % {"which": _named((*found.similar, *found.others))}]
    if found.is_untracked:
        said.append(_("It cannot be tracked (clause 1)."))
        said.append(told(links.private_link_advice(service.accepts, link)))
    return " ".join(said)


def _named(numbers: Sequence[int]) -> str:
    orders = [_("order %(n)d") % {"n": n} for n in sorted(numbers) if n > 0]
    rows = [_("line %(n)s") % {"n": present.count(-n)} for n in sorted(numbers, reverse=True) if n < 0]
    return ", ".join([*orders, *rows])


def _link_error(service: ServiceRow, link: links.Link | links.Unreadable) -> str:
    if isinstance(link, links.Unreadable):
        return told(link.sentence)
    return "" if links.accepts(service.accepts, link) else told(links.expected_sentence(service.accepts))


def _quantity_error(service: ServiceRow, quantity: int | None) -> str:
    if service.type is ServiceType.CUSTOM_COMMENTS:
        return _("This service needs its comments, which no line can hold. Order it by itself.")
    if service.type is ServiceType.PACKAGE:
        return "" if quantity in (None, 0, 1) else _("A package has no quantity: write service | link.")
    if quantity is None:
        return _("The quantity is missing.")
    if not quoting.out_of_bounds(service, quantity):
        return ""
    few, many = present.count(service.quantity_min), present.count(service.quantity_max)
    return _("This service takes %(few)s to %(many)s at once.") % {"few": few, "many": many}


def fingerprint(lines: Sequence[MassLine]) -> str:
    """What a preview showed: placing goes on only when it would show the same lines at the same prices."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line.number}\0{line.text}\0{line.charge_micros}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def as_text(lines: Sequence[MassLine]) -> str:
    """Lines with their errors as comments, so that the text can be corrected and sent again as it is."""
    return "".join(f"# line {line.number}: {line.error}\n{line.text}\n" for line in lines)
