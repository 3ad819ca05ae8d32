"""Clauses 0.1 and 0.2: what an account may do before it accepted the Terms, and what an acceptance must hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sevenpanel.terms.documents import DocumentName, Edition, asked_for, in_force, versions
from sevenpanel.terms.instants import require_aware
from sevenpanel.terms.policy import Policy
from sevenpanel.terms.sentences import amount, instant

# Stated above the button, and named in the record: the risks, and that claims go to arbitration.
STATED = ("0.1", "0.2")


class Act(StrEnum):
    """What somebody wants to do, as far as the Terms tell acts apart."""

    READ_TERMS = "read the Terms"
    ACCEPT_TERMS = "accept the Terms"
    SIGN_OUT = "sign out"
    EXPORT_DATA = "export data"
    ANYTHING_ELSE = "anything else"


ALWAYS_ALLOWED = frozenset(Act) - {Act.ANYTHING_ELSE}

# How each document is spoken of, and what stands for its name afterwards.
_NAMES: dict[DocumentName, tuple[str, str]] = {
    DocumentName.TERMS: ("Terms", "them"),
    DocumentName.PRIVACY: ("privacy policy", "it"),
}
assert _NAMES.keys() == set(DocumentName)


class Door(StrEnum):
    """How somebody comes in."""

    SITE = "site"
    API = "API"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whether something may be done.

    :param needs: the version to accept; None when nothing is missing.
    :param until: when a grace ends; None when there is none.
    """

    is_allowed: bool
    sentence: str
    needs: str | None = None
    until: datetime | None = None
    clause: str = "0.1"


Accepted = Collection[tuple[DocumentName, str]]


def access_under(*, shelf: Sequence[Edition], accepted: Accepted, act: Act, door: Door, now: datetime) -> Access:
    """Tell whether an account may do something now: no document may stand against it.

    :param shelf: every version of every document.
    :param accepted: the documents and versions that the account accepted.
    """
    policy = asked_for(shelf, DocumentName.TERMS, now).policy
    assert policy is not None, "the Terms have figures"
    answers = []
    for document in DocumentName:
        own = {version for name, version in accepted if name is document}
        editions = versions(shelf, document)
        answers.append(access(editions=editions, accepted=own, act=act, door=door, policy=policy, now=now))
    return min(answers, key=lambda answer: (answer.is_allowed, answer.needs is None))


def wanting(*, shelf: Sequence[Edition], accepted: Accepted, now: datetime) -> tuple[Edition, ...]:
    """Give what an account has to accept now: of each document that asks for it the version in force."""
    return tuple(
        in_force(shelf, document, now)
        for document in DocumentName
        if _unaccepted(versions(shelf, document), {v for name, v in accepted if name is document}, now)
    )


def access(
    *, editions: Sequence[Edition], accepted: Collection[str], act: Act, door: Door, policy: Policy, now: datetime
) -> Access:
    """Tell whether an account may do something now, as far as one document is concerned.

    :param editions: the versions of one document in one language.
    :param accepted: the versions that the account accepted, with complete evidence.
    :param policy: of the version of the Terms in force.
    """
    unaccepted = _unaccepted(editions, accepted, now)
    name, it = _NAMES[editions[0].document]
    if not unaccepted:
        return Access(is_allowed=True, sentence=f"The current {name} {_is(it)} accepted.")
    needs = unaccepted[-1].version
    if act in ALWAYS_ALLOWED:
        return Access(is_allowed=True, sentence="This needs no acceptance.", needs=needs)
    if door is Door.API and any(edition.version in accepted for edition in editions):
        return _with_grace(unaccepted[0], needs, policy, now)
    sentence = f"Accept the current {name} first. Until then you can read {it}, sign out and export your data."
    return Access(is_allowed=False, sentence=sentence, needs=needs)


def _is(it: str) -> str:
    return "is" if it == "it" else "are"


def _unaccepted(editions: Sequence[Edition], accepted: Collection[str], now: datetime) -> list[Edition]:
    """The versions in force that ask to be accepted, since the last one that was; one accepted early counts too."""
    ordered = sorted(editions, key=lambda each: each.effective_at)
    last = max((place for place, each in enumerate(ordered) if each.version in accepted), default=-1)
    return [each for each in ordered[last + 1 :] if each.effective_at <= now and (each.is_material or last < 0)]


def _with_grace(first: Edition, needs: str, policy: Policy, now: datetime) -> Access:
    until = first.effective_at + timedelta(days=policy.api_grace_days)
    name, it = _NAMES[first.document]
    changed = f"The {name} changed on {instant(first.effective_at)}"
    if now < until:
        told = f"{changed}. Accept {it} on the site by {instant(until)}."
        return Access(is_allowed=True, sentence=told, needs=needs, until=until)
    told = f"{changed}, and {amount(policy.api_grace_days, 'day')} have passed. Accept {it} on the site first."
    return Access(is_allowed=False, sentence=told, needs=needs, until=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The evidence of one acceptance: who accepted which text, in which language, when, where and how.

    :param address: of the network that the request came from.
    :param statements: the clauses that stood above the button.
    :param was_ticked_before: the box was ticked already when the page came; then it is no act of acceptance.
    """

    user_id: int
    document: DocumentName
    version: str
    text_sha256: str
    language: str
    accepted_at: datetime
    statements: tuple[str, ...]
    button_words: str
    address: str
    agent: str
    request_id: str
    was_ticked_before: bool = False

    def __post_init__(self) -> None:
        require_aware(self.accepted_at)


def missing_evidence(acceptance: Acceptance, edition: Edition) -> tuple[str, ...]:
    """Say what an acceptance lacks to be one of this text; nothing when it holds."""
    found = (
        (acceptance.document == edition.document, "it names another document"),
        (acceptance.version == edition.version, "it names another version"),
        (acceptance.language == edition.language, "it names another language"),
        (acceptance.text_sha256 == edition.sha256, "its hash is that of another text"),
        (set(STATED) <= set(acceptance.statements), "the risks and the arbitration notice were not both stated"),
        (not acceptance.was_ticked_before, "the box was ticked beforehand"),
        (bool(acceptance.button_words), "the words of the button are missing"),
        (bool(acceptance.address), "the address it came from is missing"),
        (bool(acceptance.request_id), "the request it came by is missing"),
    )
    return tuple(words for holds, words in found if not holds)


def sign_up_statements(edition: Edition) -> tuple[tuple[str, str], ...]:
    """Give the statements that stand above the button, each with its clause: the whole words of 0.1 and 0.2."""
    return tuple((clause, " ".join(edition.section(clause).paragraphs)) for clause in STATED)
