"""Facts and decisions as plain data that JSON can hold, back again exactly, and decided anew.

Instants are written in RFC 3339, spans in ISO 8601, words as themselves; sets are sorted, so that equal values are
equal texts. Data with a name that is not known is refused, so that nothing is lost silently.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from sevenpanel.kernel.said import plain
from sevenpanel.terms.by_hand import said_again
from sevenpanel.terms.deciding import decide
from sevenpanel.terms.decision import Decision
from sevenpanel.terms.facts import RequestFacts
from sevenpanel.terms.policy import Policy

SCHEMA = 1

_Value = TypeVar("_Value")
Data = dict[str, Any]


class Unreadable(ValueError):  # noqa: N818 - says what it is, as refusals do
    """This data is no record of this schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A decision with everything that it was made from."""

    facts: RequestFacts
    policy: Policy
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the rules say today about a stored record.

    :param changed: the names of what would be different; empty when nothing is.
    """

    stored: Decision
    fresh: Decision
    changed: tuple[str, ...]


def to_data(value: RequestFacts | Decision | Policy | Record) -> Data:
    """Write a value as dictionaries, lists, texts, numbers and null, with the schema's number."""
    return {"schema": SCHEMA, **_data(value)}


def facts_from(data: Data) -> RequestFacts:
    """Read facts. :raises Unreadable: for data of another schema or shape."""
    return _read(data, RequestFacts)


def decision_from(data: Data) -> Decision:
    """Read a decision. :raises Unreadable: for data of another schema or shape."""
    return _read(data, Decision)


def policy_from(data: Data) -> Policy:
    """Read a policy. :raises Unreadable: for data of another schema or shape."""
    return _read(data, Policy)


def record_from(data: Data) -> Record:
    """Read a record. :raises Unreadable: for data of another schema or shape."""
    return _read(data, Record)


def record_of(facts: RequestFacts, policy: Policy, now: datetime) -> Record:
    """Decide, and keep what it was decided from."""
    return Record(facts=facts, policy=policy, decision=decide(facts, policy, now))


def replay(record: Record, *, policy: Policy | None = None) -> Replay:
    """Decide a stored record anew, at its own instant: under its own figures, or under others to see what they change.

    The version of the policy is not compared, since other figures have another one.
    """
    stored = record.decision
    fresh = decide(record.facts, policy or record.policy, stored.decided_at)
    names = (field.name for field in fields(Decision) if field.name != "policy_version")
    changed = tuple(name for name in names if getattr(stored, name) != getattr(fresh, name))
    return Replay(stored=stored, fresh=fresh, changed=changed)


def reasons_said(record: Record, decision: Decision) -> tuple[str, ...]:
    """Say the stored reasons of a decision again, so that a page can tell them in the reader's language.

    :param decision: what was decided from the record, by the rules or by staff.
    :returns: the same texts; they know what they were made of where the rules say today what they said then.
    """
    fresh = decide(record.facts, record.policy, record.decision.decided_at).reasons
    return fresh if fresh == decision.reasons else said_again(record.facts.order, decision)


def _read(data: Data, kind: type[_Value]) -> _Value:
    if data.get("schema") != SCHEMA:
        raise Unreadable(f"This is schema {data.get('schema')!r}; known is {SCHEMA}.")
    known = {name: value for name, value in data.items() if name != "schema"}
    try:
        value = msgspec.convert(known, kind)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from error
    if _data(value) != known:
        raise Unreadable("The data holds more than a record of this schema does.")
    return value


def _data(value: object) -> Data:
    """As plain data; of a sentence that knows what it was made of the English text is kept."""
    data: Data = msgspec.json.decode(msgspec.json.encode(value, order="deterministic", enc_hook=plain))
    return data
