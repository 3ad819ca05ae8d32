"""What the desk shows, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from sevenpanel.fulfilment.domain import Action
from sevenpanel.fulfilment.queries import AlertRow, ProviderRow, UnknownRow
from sevenpanel.kernel.money import format_amount
from sevenpanel.ledger.domain import AccountKind
from sevenpanel.ledger.queries import TrialLine
from sevenpanel.orders.queries import StopRow
from sevenpanel.orders.timeline import CUSTOMER, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant: for programs, in UTC for people, and how long it is from now."""

    iso: str
    text: str
    distance: str


def moment(at: datetime, now: datetime) -> Moment:
    """An instant as it is shown at the desk."""
    utc = at.astimezone(UTC)
    return Moment(iso=utc.isoformat(timespec="seconds"), text=f"{utc:%d %b %Y, %H:%M} UTC", distance=_apart(now - at))


def _apart(gap: timedelta) -> str:
    minutes = abs(int(gap.total_seconds())) // 60
    length = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"
    words = _("%(length)s ago") if gap >= timedelta(0) else _("in %(length)s")
    return words % {"length": length}


def happened(line: Line, now: datetime) -> tuple[Moment, str, str]:
    """A line of an order's timeline as the desk reads it: there the customer is not "you"."""
    actor = _("the customer") if line.actor == CUSTOMER else line.actor
    return moment(line.happened_at, now), actor, line.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An order of unknown fate."""

    order_id: int
    provider: str
    since: Moment
    decide_by: Moment
    words: str
    finding: str
    next_act: str


def unknown_of(row: UnknownRow, providers: Mapping[int, str], now: datetime) -> Unknown:
    """An order of unknown fate, with the next act and who does it."""
    by_person = row.action is Action.OPERATOR
    return Unknown(
        order_id=row.order_id,
        provider=providers.get(row.provider_id, str(row.provider_id)),
        since=moment(row.begun_at, now),
        decide_by=moment(row.decide_by, now),
        words=row.words,
        finding=row.last_finding or "",
        next_act=_("You decide: ask the provider.") if by_person else _("The desk is still finding out."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that a person should know."""

    kind: str
    subject: str
    sentence: str
    count: int
    since: Moment
    last: Moment


def alert_of(row: AlertRow, now: datetime) -> Alert:
    """An open alert."""
    return Alert(
        kind=row.kind.value,
        subject=row.subject,
        sentence=row.sentence,
        count=row.count,
        since=moment(row.raised_at, now),
        last=moment(row.last_at, now),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider, its money and its health."""

    id: int
    name: str
    kind: str
    url: str
    balance: str
    asked: Moment | None
    offers: int
    state: str
    is_well: bool


def provider_of(row: ProviderRow, now: datetime) -> Provider:
    """A provider as the desk shows it."""
    state = _state(row, now)
    return Provider(
        id=row.id,
        name=row.name,
        kind=row.kind,
        url=row.url,
        balance="" if row.balance is None else f"{_plain(row.balance)} {row.currency}",
        asked=moment(row.balance_at, now) if row.balance_at else None,
        offers=row.offers,
        state=state or _("working"),
        is_well=not state,
    )


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _state(row: ProviderRow, now: datetime) -> str:
    if row.is_paused:
        return _("paused by the operator")
    if row.held_until is not None and row.held_until > now:
        return _("waits: %(why)s") % {"why": row.held_for.value if row.held_for else _("failures")}
    return _("%(n)d failures in a row") % {"n": row.failures} if row.failures else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One line of the trial balance."""

    name: str
    currency: str
    debit: str
    credit: str


def trial_rows(lines: Sequence[TrialLine]) -> list[Trial]:
    """The accounts of the house one by one; customers' balances in one sum per currency."""
    house = [
        _trial(f"{line.kind.value} {line.owner_id or ''}".strip(), line.currency, line.debit_micros, line.credit_micros)
        for line in lines
        if line.kind is not AccountKind.CUSTOMER
    ]
    customers = [line for line in lines if line.kind is AccountKind.CUSTOMER]
    return house + _summed(_("all customers' balances"), customers)


def trial_totals(lines: Sequence[TrialLine]) -> list[Trial]:
    """Both sides of each currency; they are equal when the books balance."""
    return _summed(_("total"), lines)


def _summed(name: str, lines: Sequence[TrialLine]) -> list[Trial]:
    currencies = list(dict.fromkeys(line.currency for line in lines))
    sums = [(c, [line for line in lines if line.currency == c]) for c in currencies]
    return [_trial(name, c, sum(x.debit_micros for x in of), sum(x.credit_micros for x in of)) for c, of in sums]


def _trial(name: str, currency: str, debit: int, credit: int) -> Trial:
    return Trial(
        name=name,
        currency=currency,
        debit=format_amount(debit) if debit else "",
        credit=format_amount(credit) if credit else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop of new orders. The last three are of one that was lifted."""

    id: int
    lines: Sequence[str]
    began: Moment
    seen: Moment
    lifted: Moment | None
    lifted_by: str
    reason: str


def stop_of(row: StopRow, names: Mapping[int, str], now: datetime) -> Stop:
    """A stop, with the address of whoever lifted it."""
    return Stop(
        id=row.id,
        lines=row.lines,
        began=moment(row.began_at, now),
        seen=moment(row.seen_at, now),
        lifted=moment(row.lifted_at, now) if row.lifted_at else None,
        lifted_by=names.get(row.lifted_by or 0, str(row.lifted_by)),
        reason=row.reason or "",
    )
