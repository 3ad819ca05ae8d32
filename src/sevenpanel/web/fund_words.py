"""A sentence for every state of a receipt and of an intent: what it means, what comes next, and the money in it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.deposits.domain import HeldReason, ReceiptState
from sevenpanel.deposits.domain.amounts import format_rate, format_raw
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.queries import ReceiptRow, is_processor
from sevenpanel.web import present, writing

ANSWER_WITHIN = timedelta(hours=24)


def amount_of(row: ReceiptRow) -> str:
    """What arrived, such as "25.00 USDT"; for ways by hand the sum in account currency."""
    if row.asset is not None and row.raw is not None:
        return f"{format_raw(row.raw, row.asset)} {row.asset.symbol}"
    sum_ = row.gross_micros if row.gross_micros is not None else row.proposed_micros
    return present.money(sum_, row.currency) if sum_ is not None else ""


def state_word(row: ReceiptRow) -> str:
    """The state in a word or two, as customers read it."""
    if row.state is ReceiptState.ORPHANED and is_processor(row.source):
        return _("Failed")
    return _WORDS[row.state]()


def state_slug(state: ReceiptState) -> str:
    """The style of the state's chip."""
    return _SLUGS[state]


def sentence_of(row: ReceiptRow) -> str:
    """What the state of this receipt means to its customer."""
    return _SENTENCES[row.state](row)


def _seen(row: ReceiptRow) -> str:
    if is_processor(row.source):
        seen = _("About %(amount)s seen.") if row.is_estimate else _("%(amount)s seen.")
        rest = _("It is credited when the payment service has confirmed it.")
        return f"{seen % {'amount': amount_of(row)}} {rest}"
    parts = {"amount": amount_of(row), "n": present.count(row.confirmations), "m": present.count(row.needed)}
    words = _("%(amount)s seen, %(n)s of %(m)s confirmations.") % parts
    if row.minutes_left is None:
        return words
    minutes = max(1, row.minutes_left)
    rest = present.filled(ngettext("About %d minute is left.", "About %d minutes are left.", minutes), minutes)
    return f"{words} {rest}"


def _orphaned(row: ReceiptRow) -> str:
    if is_processor(row.source):
        return _("The payment service says that this payment failed. If it arrives after all, it is credited.")
    return _("The network dropped this transfer; it usually returns by itself. Nothing was taken from your balance.")


def _held(row: ReceiptRow) -> str:
    assert row.held_reason is not None
    received = _("%(amount)s received.") % {"amount": amount_of(row)}
    return f"{received} {_HELD[row.held_reason](row)}"


def _below_min(row: ReceiptRow) -> str:
    if row.asset is None:
        return _by_a_person(row)
    least, so_far = format_raw(row.minimum_raw, row.asset), format_raw(row.waiting_raw, row.asset)
    words = _(
        "It is below the minimum of %(least)s %(symbol)s. It is kept, and credited when what you send adds up to that; "
        "%(so_far)s are there so far."
    )
    return words % {"least": least, "symbol": row.asset.symbol, "so_far": so_far}


def _waits_for_rate(row: ReceiptRow) -> str:
    return _("There is no reliable rate for it at the moment. It is credited by itself as soon as there is one.")


def _by_a_person(row: ReceiptRow) -> str:
    return _("A person checks it before it is credited. You have an answer within 24 hours.")


def _large(row: ReceiptRow) -> str:
    return _("So large a payment is looked at by a person first. You have an answer within 24 hours.")


def _changed(row: ReceiptRow) -> str:
    if is_processor(row.source):
        return _("The payment service names another amount now, so a person checks it. You have an answer in 24 hours.")
    return _(
        "The network brought it back with another amount, so a person checks it. You have an answer within 24 hours."
    )


def _credited(row: ReceiptRow) -> str:
    assert row.net_micros is not None
    net = present.signed_money(row.net_micros, row.currency)
    if row.rate_e12 is None or row.asset is None:
        return _("%(net)s on your balance.") % {"net": net}
    return _("%(net)s on your balance, at %(rate)s.") % {"net": net, "rate": writing.decimal(format_rate(row.rate_e12))}


def _disputed(row: ReceiptRow) -> str:
    assert row.net_micros is not None
    held = present.money(row.net_micros, row.currency)
    if row.kind is not None and row.kind is not MethodKind.ASSET:
        return _("The bank has taken this payment back, or may have. %(held)s of your balance are on hold.") % {
            "held": held
        }
    if is_processor(row.source):
        return _("The payment service takes this payment back, or may do so. %(held)s of your balance are on hold.") % {
            "held": held
        }
    return _("The network is re-checking this transfer. %(held)s of your balance are on hold.") % {"held": held}


def _reversed(row: ReceiptRow) -> str:
    taken = present.money(-(row.net_micros or 0), row.currency)
    if row.kind is not None and row.kind is not MethodKind.ASSET:
        return _("The payment was taken back by the bank: %(taken)s.") % {"taken": taken}
    if is_processor(row.source):
        return _("The payment service took the payment back: %(taken)s. If it comes back, it is credited again.") % {
            "taken": taken
        }
    return _("The transfer was cancelled by the network: %(taken)s. If it comes back, it is credited again.") % {
        "taken": taken
    }


def _rejected(row: ReceiptRow) -> str:
    words = _("It is not credited. To get it back, write to us with an address of your own.")
    return f"{row.words} {words}".strip()


def _refunded(row: ReceiptRow) -> str:
    return _("It was sent back in the transaction %(tx)s.") % {"tx": row.refund_tx}


def _proposed(row: ReceiptRow) -> str:
    return _("Your payment is being checked by a second person.")


def _declined(row: ReceiptRow) -> str:
    words = _("This payment was not found. If you did pay, open a ticket with the slip.")
    return f"{row.words} {words}".strip()


_HELD: Mapping[HeldReason, Callable[[ReceiptRow], str]] = {
    HeldReason.BELOW_MIN: _below_min,
    HeldReason.UNSUPPORTED_DECIMALS: _by_a_person,
    HeldReason.BALANCE_MISMATCH: _by_a_person,
    HeldReason.NODES_DISAGREE: _by_a_person,
    HeldReason.OVER_AUTO_LIMIT: _large,
    HeldReason.RATE_STALE: _waits_for_rate,
    HeldReason.DEPEG: _by_a_person,
    HeldReason.OWNER_CLOSED: _by_a_person,
    HeldReason.SCREENING: _by_a_person,
    HeldReason.EFFECT_CHANGED: _changed,
}
assert _HELD.keys() == set(HeldReason)

_SENTENCES: Mapping[ReceiptState, Callable[[ReceiptRow], str]] = {
    ReceiptState.SEEN: _seen,
    ReceiptState.ORPHANED: _orphaned,
    ReceiptState.HELD: _held,
    ReceiptState.CREDITED: _credited,
    ReceiptState.FINAL: _credited,
    ReceiptState.DISPUTED: _disputed,
    ReceiptState.REVERSED: _reversed,
    ReceiptState.REJECTED: _rejected,
    ReceiptState.REFUNDED: _refunded,
    ReceiptState.PROPOSED: _proposed,
    ReceiptState.DECLINED: _declined,
}
assert _SENTENCES.keys() == set(ReceiptState)

_WORDS: Mapping[ReceiptState, Callable[[], str]] = {
    ReceiptState.SEEN: lambda: _("On its way"),
    ReceiptState.ORPHANED: lambda: _("Dropped by the network"),
    ReceiptState.HELD: lambda: _("Being checked"),
    ReceiptState.CREDITED: lambda: _("Credited"),
    ReceiptState.FINAL: lambda: _("Credited"),
    ReceiptState.DISPUTED: lambda: _("On hold"),
    ReceiptState.REVERSED: lambda: _("Taken back"),
    ReceiptState.REJECTED: lambda: _("Not credited"),
    ReceiptState.REFUNDED: lambda: _("Sent back"),
    ReceiptState.PROPOSED: lambda: _("Being checked"),
    ReceiptState.DECLINED: lambda: _("Not found"),
}
assert _WORDS.keys() == set(ReceiptState)

_SLUGS = {
    ReceiptState.SEEN: "processing",
    ReceiptState.ORPHANED: "partial",
    ReceiptState.HELD: "partial",
    ReceiptState.CREDITED: "completed",
    ReceiptState.FINAL: "completed",
    ReceiptState.DISPUTED: "partial",
    ReceiptState.REVERSED: "canceled",
    ReceiptState.REJECTED: "canceled",
    ReceiptState.REFUNDED: "canceled",
    ReceiptState.PROPOSED: "processing",
    ReceiptState.DECLINED: "canceled",
}
assert _SLUGS.keys() == set(ReceiptState)

MOVING = frozenset({ReceiptState.SEEN, ReceiptState.ORPHANED, ReceiptState.DISPUTED, ReceiptState.PROPOSED})
"""The states in which something usually happens soon, so that the page asks again."""
