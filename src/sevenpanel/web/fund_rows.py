"""Ways to add funds, payments and receipts as text for their pages."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.deposits.domain import Asset, ReceiptState
from sevenpanel.deposits.domain.amounts import format_rate, format_raw
from sevenpanel.deposits.domain.machine import ON_THE_BALANCE
from sevenpanel.deposits.domain.pricing import Charges, gross_for
from sevenpanel.deposits.domain.ways import IntentState, MethodKind
from sevenpanel.deposits.queries import (
    IntentRow,
    MethodRow,
    Quote,
    ReceiptRow,
    is_processor,
    is_rehearsed,
    network_title,
    takes_a_fee,
)
from sevenpanel.kernel.money import format_amount
from sevenpanel.kernel.said import say
from sevenpanel.web import present, writing
from sevenpanel.web.fund_words import MOVING, amount_of, sentence_of, state_slug, state_word
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import told

BASIS_POINTS_PER_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to add funds, on its card."""

    id: int
    name: str
    is_asset: bool
    symbol: str
    network: str
    least: str
    most: str
    fee: str
    bonus: str
    usual: str
    is_rehearsed: bool
    is_processor: bool
    takes_a_fee: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A quote as lines that add up."""

    send: str
    gross: str
    fee: str
    bonus: str
    net: str
    rate: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a customer means to send."""

    id: int
    way: Way
    code: str
    state: str
    is_open: bool
    send: str
    send_number: str
    wanted: str
    rate: str
    address: str
    page: str
    locked_until: Instant | None
    is_locked: bool
    announced: Instant | None
    opened: Instant
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One arrival of money."""

    id: int
    way: str
    network: str
    amount: str
    credited: str
    state: str
    slug: str
    sentence: str
    at: Instant
    is_moving: bool
    confirmations: int
    needed: int
    tx: str
    link: str


def way_of(row: MethodRow, currency: str) -> Way:
    """A way to add funds, with everything that is to be known beforehand."""
    return Way(
        id=row.id,
        name=row.name,
        is_asset=row.kind is MethodKind.ASSET,
        symbol=row.asset.symbol if row.asset else "",
        network=network_title(row.asset) if row.asset else "",
        least=_least(row, currency),
        most=present.money(row.maximum_micros, currency) if row.maximum_micros is not None else "",
        fee=_fee(row.charges, currency),
        bonus=_bonus(row.charges, currency),
        usual=_usual(row.usual_minutes),
        is_rehearsed=is_rehearsed(row.source),
        is_processor=is_processor(row.source),
        takes_a_fee=takes_a_fee(row.source) and not row.house_pays_fee,
    )


def _least(row: MethodRow, currency: str) -> str:
    if row.asset is not None:
        return f"{format_raw(row.minimum_raw, row.asset)} {row.asset.symbol}" if row.minimum_raw else _("any amount")
    return present.money(row.minimum_micros, currency) if row.minimum_micros else _("any amount")


def _fee(charges: Charges, currency: str) -> str:
    parts = []
    if charges.fee_basis_points:
        parts.append(percent(charges.fee_basis_points))
    if charges.fee_micros:
        parts.append(present.money(charges.fee_micros, currency))
    return " + ".join(parts) or _("none")


def _bonus(charges: Charges, currency: str) -> str:
    steps = [
        _("%(share)s from %(sum)s") % {"share": percent(b.basis_points), "sum": present.money(b.from_micros, currency)}
        for b in charges.bonuses
    ]
    return ", ".join(steps)


def percent(basis_points: int) -> str:
    """Basis points as a percentage, such as "1.5 %", as the language writes it."""
    whole, rest = divmod(basis_points, BASIS_POINTS_PER_PERCENT)
    digits = f"{rest:02d}".rstrip("0")
    return present.share(f"{whole}.{digits}" if digits else f"{whole}")


def _usual(minutes: int) -> str:
    if minutes >= 2 * 1440:
        return present.filled(ngettext("%d day", "%d days", minutes // 1440), minutes // 1440)
    if minutes >= 120:
        return present.filled(ngettext("%d hour", "%d hours", minutes // 60), minutes // 60)
    return present.filled(ngettext("%d minute", "%d minutes", minutes), minutes)


def bill_of(quote: Quote, method: MethodRow, currency: str) -> Bill:
    """A quote as lines that add up: what is sent - fee + bonus = what the balance grows by."""
    worth = quote.worth
    return Bill(
        send=_send(method.asset, quote.raw) or present.money(worth.gross, currency),
        gross=present.money(worth.gross, currency),
        fee=present.signed_money(-worth.fee, currency) if worth.fee else "",
        bonus=present.signed_money(worth.bonus, currency) if worth.bonus else "",
        net=present.money(worth.net, currency),
        rate=writing.decimal(format_rate(quote.rate.rate_e12)) if quote.rate else "",
        minutes=method.lock_minutes,
    )


def _send(asset: Asset | None, raw: int | None) -> str:
    number = _number(asset, raw)
    return f"{number} {asset.symbol}" if asset is not None and number else ""


def _number(asset: Asset | None, raw: int | None) -> str:
    return format_raw(raw, asset) if asset is not None and raw is not None else ""


def payment_of(row: IntentRow, currency: str, now: datetime) -> Payment:
    """What a customer means to send, with where to and until when."""
    lines = row.method.instructions.replace("\r\n", "\n").split("\n")
    return Payment(
        id=row.id,
        way=way_of(row.method, currency),
        code=f"{row.code[:4]}-{row.code[4:]}",
        state=told(_INTENT_WORDS[row.state]),
        is_open=row.state is IntentState.OPEN,
        send=_send(row.method.asset, row.quoted_raw) or _pay(row, currency),
        send_number=_number(row.method.asset, row.quoted_raw),
        wanted=present.money(row.wanted_micros, currency) if row.wanted_micros is not None else "",
        rate=writing.decimal(format_rate(row.rate_e12)) if row.rate_e12 is not None else "",
        # A processor's invoice without an address of its own has a page only.
        address=row.address if not row.page or row.address != row.reference else "",
        page=row.page,
        locked_until=present.instant(row.locked_until) if row.locked_until else None,
        is_locked=row.locked_until is not None and row.locked_until > now,
        announced=present.instant(row.announced_at) if row.announced_at else None,
        opened=present.instant(row.opened_at),
        paragraphs=tuple(line.strip() for line in lines if line.strip()),
    )


def _pay(row: IntentRow, currency: str) -> str:
    """What is to be paid by hand, so that the wanted sum is left after the fee."""
    if row.wanted_micros is None or row.method.kind is MethodKind.ASSET:
        return ""
    return present.money(gross_for(row.wanted_micros, row.method.charges), currency)


_INTENT_WORDS = {IntentState.OPEN: say("open"), IntentState.EXPIRED: say("expired"), IntentState.CLOSED: say("closed")}
assert _INTENT_WORDS.keys() == set(IntentState)


def arrival_of(row: ReceiptRow) -> Arrival:
    """One arrival of money, with the sentence of its state."""
    is_counted = row.asset is not None and row.state is ReceiptState.SEEN and not is_processor(row.source)
    return Arrival(
        id=row.id,
        way=row.way or _("Given by the operator"),
        network=network_title(row.asset) if row.asset else "",
        amount=amount_of(row),
        credited=_credited(row),
        state=state_word(row),
        slug=state_slug(row.state),
        sentence=sentence_of(row),
        at=present.instant(row.seen_at),
        is_moving=row.state in MOVING,
        confirmations=min(row.confirmations, row.needed) if is_counted else 0,
        needed=row.needed if is_counted else 0,
        tx=row.tx,
        link=row.link if row.link.startswith(("http://", "https://")) else "",
    )


def _credited(row: ReceiptRow) -> str:
    is_there = row.state in ON_THE_BALANCE and row.net_micros is not None
    return present.signed_money(row.net_micros or 0, row.currency) if is_there else ""


def receipt_lines(row: ReceiptRow) -> tuple[object, ...]:
    """A receipt as a line of a spreadsheet."""
    is_there = row.state in ON_THE_BALANCE and row.net_micros is not None
    amount = format_raw(row.raw, row.asset) if row.asset is not None and row.raw is not None else ""
    return (
        row.id,
        row.seen_at.isoformat(timespec="seconds"),
        row.way,
        amount,
        row.asset.code if row.asset else "",
        row.state.value,
        format_amount(row.net_micros or 0) if is_there else "",
        row.currency,
        format_rate(row.rate_e12) if row.rate_e12 is not None else "",
        row.tx,
    )
