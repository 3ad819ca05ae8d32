"""Counting what lies at deposit addresses beside what the books say, so that a difference is seen within a day."""

from datetime import datetime, timedelta

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.observing import asset_row
from sevenpanel.deposits.queries.adapters import adapter_named
from sevenpanel.deposits.queries.health import CountRow, counts
from sevenpanel.deposits.sources.interface import Reserve, SourceUnavailable
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind

EVERY = timedelta(hours=20)
"""A little less than a day, so that a count which is late by an hour is not late by a day."""

# What is on the chain and not in the books yet, up to the block that was counted at; and what is in the books and not
# on the chain any more, until the machine has decided about it.
_UNSETTLED = """
SELECT coalesce(sum(CASE WHEN state = 'disputed' THEN -raw ELSE raw END), 0) FROM deposits_receipt
 WHERE source = %(source)s AND asset_id = %(asset)s
   AND (state = 'disputed' OR (state = 'seen' AND (
        %(height)s::bigint IS NULL OR (evidence->>'block_height')::bigint <= %(height)s::bigint)))
"""


def count_custody(*, now: datetime, only_due: bool = False) -> int:
    """Count with every source that can, each in reads of one instant (several transactions; it calls nodes).

    A source whose last count was not even is counted again at once: what was on its way settles within minutes.

    :param only_due: leave out what was counted within a day and was even.
    :returns: how many assets were counted.
    """
    done: dict[str, list[CountRow]] = {}
    for row in counts():
        done.setdefault(row.source, []).append(row)
    names = models.Source.objects.filter(is_on=True).order_by("name").values_list("name", flat=True)
    return sum(_count(name, now) for name in names if not only_due or _is_due(done.get(name, []), now))


def _is_due(last: list[CountRow], now: datetime) -> bool:
    return not last or any(row.difference or now - row.counted_at >= EVERY for row in last)


def _count(name: str, now: datetime) -> int:
    source = adapter_named(name)
    if source is None:
        return 0
    try:
        found = source.reserves(now=now)
    except SourceUnavailable:
        return 0  # the source's own look tells what is wrong with its nodes; the alarm says that it was not counted
    models.Count.objects.bulk_create(_beside_the_books(name, found))
    return len(found)


def _beside_the_books(name: str, found: tuple[Reserve, ...]) -> list[models.Count]:
    known = {each.asset: asset_row(each.asset).id for each in found}
    with db.snapshot():
        booked = {line.asset: line.raw for line in ledger.asset_balances() if line.kind is AccountKind.CUSTODY}
        return [
            models.Count(
                source=name,
                asset_id=known[each.asset],
                counted_raw=each.raw,
                booked_raw=booked.get(each.asset.code, 0),
                unsettled_raw=_unsettled(name, known[each.asset], each.block_height),
                block_height=each.block_height,
                counted_at=each.at,
            )
            for each in found
        ]


def _unsettled(name: str, asset_id: int, height: int | None) -> int:
    return int(db.rows(_UNSETTLED, {"source": name, "asset": asset_id, "height": height})[0][0])
