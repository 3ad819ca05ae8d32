"""Clause 7: what of a person's data is exported, and what goes or stays when it is erased, and why."""

from dataclasses import dataclass
from enum import StrEnum

from sevenpanel.kernel.said import Phrase, named, say


class DataKind(StrEnum):
    """What the desk keeps about a person."""

    ACCOUNT = "account: name, mail, password hash, second factor"
    SESSIONS = "sessions and sign-ins: time, address, browser"
    API_KEYS = "API keys, as hashes"
    ACCEPTANCES = "acceptances of the Terms"
    ORDERS = "orders and their links"
    TICKETS = "tickets, messages and their documents"
    DECISIONS = "decisions under the Terms, with their facts"
    LEDGER = "ledger entries"
    DEPOSITS = "deposits: asset, amount, transaction"
    AUDIT = "the log of what staff did"


class Erasure(StrEnum):
    """What happens to data when a person is erased."""

    DELETED = "deleted"
    UNLINKED = "kept without the person"


DATA_WORDS = named(
    (
        *(
            say("account: name, mail, password hash, second factor"),
            say("sessions and sign-ins: time, address, browser"),
        ),
        *(say("API keys, as hashes"), say("acceptances of the Terms"), say("orders and their links")),
        *(say("tickets, messages and their documents"), say("decisions under the Terms, with their facts")),
        *(say("ledger entries"), say("deposits: asset, amount, transaction"), say("the log of what staff did")),
        *(say("deleted"), say("kept without the person")),
    ),
    DataKind,
    Erasure,
)
"""What each kind of data is called where people read it, and what happens to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """How one kind of data is treated."""

    is_exported: bool
    on_erasure: Erasure
    reason: str


def _deleted(reason: str) -> Treatment:
    return Treatment(is_exported=True, on_erasure=Erasure.DELETED, reason=reason)


def _unlinked(reason: str, *, is_exported: bool = True) -> Treatment:
    return Treatment(is_exported=is_exported, on_erasure=Erasure.UNLINKED, reason=reason)


TREATMENT: dict[DataKind, Treatment] = {
    DataKind.ACCOUNT: _deleted(say("Only needed while the account exists.")),
    DataKind.SESSIONS: _deleted(say("Only needed to keep the account safe.")),
    DataKind.API_KEYS: _deleted(say("Only needed while the account exists.")),
    DataKind.ACCEPTANCES: _unlinked(
        say("That some version was accepted, and when, stays as evidence; who and where goes.")
    ),
    DataKind.ORDERS: _unlinked(say("Quantities and charges stay, because the books rest on them; the links go.")),
    DataKind.TICKETS: _deleted(say("Words and pictures are about the person.")),
    DataKind.DECISIONS: _unlinked(say("Figures and clauses stay, because refunds rest on them; words go.")),
    DataKind.LEDGER: _unlinked(say("Books are never changed; the entries do not name the person.")),
    DataKind.DEPOSITS: _unlinked(say("Amounts stay for the books; the link to the person goes.")),
    DataKind.AUDIT: _unlinked(say("The log of staff stays whole; it names accounts by number."), is_exported=False),
}
assert TREATMENT.keys() == set(DataKind)


def erasure_preview() -> tuple[Phrase, ...]:
    """Say for each kind of data whether it goes or stays, and why, before a person decides."""
    return tuple(
        say(
            "%(data)s: %(becomes)s. %(reason)s",
            data=DATA_WORDS[kind],
            becomes=DATA_WORDS[each.on_erasure],
            reason=each.reason,
        )
        for kind, each in TREATMENT.items()
    )
