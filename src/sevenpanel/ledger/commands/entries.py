"""Entries: one business event that moves assets, money or both, booked once by its key and taken back once.

The assets' legs stand in a table of their own, in raw units; the money's legs are transfers like all others, with
keys of their own below the entry's id (docs/adr: entries of assets).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db
from sevenpanel.ledger.commands.transfers import post
from sevenpanel.ledger.domain import Entry, Reason, Transfer

_INSERT = """
INSERT INTO ledger_entry (key, subject, kind, customer_id, actor_id, reverses_id, facts, posted_at)
VALUES (%(key)s, %(subject)s, %(kind)s, %(customer)s, %(actor)s, NULL, %(facts)s, %(now)s)
ON CONFLICT (key) DO NOTHING RETURNING id
"""

_MOVE = """
INSERT INTO ledger_assetmove (entry_id, asset, debit_kind, credit_kind, raw)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::numeric[])
"""

_TAKE_BACK = """
INSERT INTO ledger_entry (key, subject, kind, customer_id, actor_id, reverses_id, facts, posted_at)
SELECT 'rev:' || e.id, e.subject, 'reversal', e.customer_id, %(actor)s, e.id, %(facts)s, %(now)s
  FROM ledger_entry e WHERE e.id = %(entry)s AND e.kind <> 'reversal'
ON CONFLICT (key) DO NOTHING RETURNING id
"""

_MIRROR_ASSETS = """
INSERT INTO ledger_assetmove (entry_id, asset, debit_kind, credit_kind, raw)
SELECT %(mirror)s, asset, credit_kind, debit_kind, raw FROM ledger_assetmove WHERE entry_id = %(entry)s ORDER BY id
"""

# Below zero by a reversal only: room is made first, and `ledger_post` keeps no more of it than is needed.
_MAKE_ROOM = """
UPDATE ledger_balance b SET overdraft_micros = b.overdraft_micros + taken.amount
  FROM (SELECT t.credit_id AS account_id, sum(t.amount_micros) AS amount FROM ledger_transfer t
         WHERE t.key >= 'entry/' || %(entry)s || '/' AND t.key < 'entry/' || %(entry)s || '0' GROUP BY 1) AS taken
 WHERE b.account_id = taken.account_id
"""

_MIRROR_MONEY = """
SELECT ledger_post(
    array_agg(replace(t.key, 'entry/' || %(entry)s || '/', 'entry/' || %(mirror)s || '/') ORDER BY t.id),
    array_agg(t.credit_id ORDER BY t.id), array_agg(t.debit_id ORDER BY t.id), array_agg(t.amount_micros ORDER BY t.id),
    array_agg(%(reason)s::text ORDER BY t.id), array_agg(t.customer_id ORDER BY t.id),
    array_agg(t.order_id ORDER BY t.id), array_agg(t.note ORDER BY t.id), %(now)s)
  FROM ledger_transfer t
 WHERE t.key >= 'entry/' || %(entry)s || '/' AND t.key < 'entry/' || %(entry)s || '0'
HAVING count(*) > 0
"""


@db.step
def post_entry(*, entry: Entry, now: datetime) -> int | None:
    """Book an entry in the caller's transaction, once for its key.

    :returns: the entry's id; None when this key was booked before, and then nothing was booked now.
    :raises django.db.IntegrityError: when a customer's balance would fall below zero.
    """
    parameters = {
        "key": entry.key,
        "subject": entry.subject,
        "kind": entry.kind,
        "customer": entry.customer_id,
        "actor": entry.actor_id,
        "facts": _json(entry.facts),
        "now": now,
    }
    booked = db.rows(_INSERT, parameters)
    if not booked:
        return None
    entry_id = int(booked[0][0])
    lines = [(m.asset, m.debit.value, m.credit.value, m.raw) for m in entry.assets]
    if lines:
        db.rows(_MOVE, (entry_id, *db.columns(lines, 4)))
    if entry.money:
        post(transfers=[_transfer(entry, entry_id, number) for number in range(len(entry.money))], now=now)
    return entry_id


def _transfer(entry: Entry, entry_id: int, number: int) -> Transfer:
    move = entry.money[number]
    return Transfer(
        key=f"entry/{entry_id}/{number}",
        debit=move.debit,
        credit=move.credit,
        amount_micros=move.amount_micros,
        reason=move.reason,
        customer_id=entry.customer_id,
        note=move.note,
    )


@db.step
def reverse_entry(*, entry_id: int, actor_id: int | None, facts: Mapping[str, Any], now: datetime) -> int | None:
    """Book the exact mirror of an entry. This alone may bring a customer's balance below zero.

    :returns: the mirror's id; None when the entry was taken back before, or is a reversal itself.
    """
    found = db.rows(_TAKE_BACK, {"entry": entry_id, "actor": actor_id, "facts": _json(facts), "now": now})
    if not found:
        return None
    mirror = int(found[0][0])
    db.rows(_MIRROR_ASSETS, {"entry": entry_id, "mirror": mirror})
    db.rows(_MAKE_ROOM, {"entry": entry_id})
    db.rows(_MIRROR_MONEY, {"entry": entry_id, "mirror": mirror, "reason": Reason.DEPOSIT_REVERSED.value, "now": now})
    return mirror


def _json(facts: Mapping[str, Any]) -> str:
    assert not any(isinstance(value, float) for value in facts.values()), "no float stands near money"
    return json.dumps(dict(facts))
