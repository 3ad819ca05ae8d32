"""How sources, nodes, rates and the comparison of books and chains are, and what an operator should be woken for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.rates import Rate, RateKind
from sevenpanel.deposits.queries.rates import rate_in_force, rule_of
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind

HELD_FOR = timedelta(hours=24)
DISPUTED_FOR = timedelta(hours=1)
SILENT_FOR = timedelta(minutes=10)
UNCOUNTED_FOR = timedelta(hours=36)
# A count that is not even is repeated every quarter of an hour: what was on its way settles meanwhile.
UNEVEN_FOR = timedelta(minutes=25)


class AlarmKind(StrEnum):
    """What about deposits an operator should know at once."""

    HELD_LONG = "held for more than a day"
    DISPUTED_LONG = "disputed for more than an hour"
    SOURCE_SILENT = "source does not answer"
    NODE_UNWELL = "node is unwell"
    CUSTODY_MISMATCH = "custody differs from the chain"
    CUSTODY_UNCOUNTED = "custody not counted for long"
    RATE_LEAP = "rate leapt and waits for consent"
    PROPOSAL_WAITS = "proposal waits for more than a day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that an operator should look at."""

    kind: AlarmKind
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """How a node was at the last look."""

    name: str
    is_well: bool
    head: int | None
    lag_blocks: int | None
    words: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source and its nodes."""

    name: str
    kind: str
    is_on: bool
    looked_at: datetime | None
    failures: int
    failed_since: datetime | None
    trouble: str
    nodes: tuple[NodeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """What came from a processor by webhook in the last day.

    :ivar last_at: when the last genuine one came, if one did in the time that they are kept.
    """

    source: str
    genuine: int
    forged: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlienRow:
    """A token that is on no list and arrived at one of our addresses."""

    customer_id: int
    source: str
    address: str
    contract: str
    claimed_symbol: str
    raw: int
    tx: str
    link: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """What a source counted, beside what the books said at that moment.

    :ivar unsettled_raw: what had arrived and was not booked yet: it explains that much of a difference.
    :ivar uneven_since: since which count nothing explains the difference; None while it is even.
    """

    source: str
    asset: Asset
    counted_raw: int
    booked_raw: int
    unsettled_raw: int
    block_height: int | None
    counted_at: datetime
    uneven_since: datetime | None

    @property
    def difference(self) -> int:
        """What nothing explains: more on the chain than in the books, or less."""
        return self.counted_raw - self.booked_raw - self.unsettled_raw


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetStanding:
    """How much of an asset the books have.

    :ivar custody: what lies at deposit addresses; suspense: what of it is held or rejected, and is nobody's yet.
    :ivar cold: what the operator moved to a place of his own.
    """

    asset: Asset
    custody: int
    suspense: int
    cold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStanding:
    """How a symbol is priced now.

    :ivar leap: the id and rate of a feed's leap that waits for consent, if one does.
    """

    symbol: str
    kind: RateKind
    rate: Rate | None
    leap: tuple[int, int, str] | None


def sources() -> list[SourceRow]:
    """Every source with its nodes."""
    nodes = list(models.Node.objects.order_by("name"))
    return [
        SourceRow(
            name=row.name,
            kind=row.kind,
            is_on=row.is_on,
            looked_at=row.looked_at,
            failures=row.failures,
            failed_since=row.failed_since,
            trouble=row.trouble,
            nodes=tuple(_node(node) for node in nodes if node.source == row.name),
        )
        for row in models.Source.objects.order_by("name")
    ]


def _node(node: models.Node) -> NodeRow:
    return NodeRow(
        name=node.name,
        is_well=node.is_well,
        head=node.head,
        lag_blocks=node.lag_blocks,
        words=node.words,
        since=node.since,
    )


_WEBHOOKS = """
SELECT source, count(*) FILTER (WHERE is_genuine AND received_at > %(since)s),
       count(*) FILTER (WHERE NOT is_genuine AND received_at > %(since)s),
       max(received_at) FILTER (WHERE is_genuine)
  FROM deposits_delivery GROUP BY source
"""


def webhooks(*, now: datetime) -> dict[str, WebhookRow]:
    """What came by webhook lately, by source."""
    return {
        source: WebhookRow(source=source, genuine=genuine, forged=forged, last_at=last_at)
        for source, genuine, forged, last_at in db.rows(_WEBHOOKS, {"since": now - timedelta(days=1)})
    }


def aliens(*, limit: int = 50) -> list[AlienRow]:
    """Tokens that are on no list, newest first."""
    return [
        AlienRow(
            customer_id=row.customer_id,
            source=row.source,
            address=row.address,
            contract=row.contract,
            claimed_symbol=row.claimed_symbol,
            raw=row.raw,
            tx=row.evidence["tx"],
            link=row.evidence["link"],
            seen_at=row.seen_at,
        )
        for row in models.Alien.objects.order_by("-id")[:limit]
    ]


# The first count after the last even one, where there is one.
_UNEVEN = """
SELECT source, asset_id, min(counted_at) FROM deposits_count AS c
 WHERE counted_raw <> booked_raw + unsettled_raw
   AND NOT EXISTS (SELECT FROM deposits_count AS later
                    WHERE later.source = c.source AND later.asset_id = c.asset_id AND later.id > c.id
                      AND later.counted_raw = later.booked_raw + later.unsettled_raw)
 GROUP BY source, asset_id
"""


def counts() -> list[CountRow]:
    """The last count of each asset by each source."""
    rows = models.Count.objects.select_related("asset").order_by("source", "asset_id", "-id")
    uneven: dict[tuple[str, int], datetime] = {(name, id_): at for name, id_, at in db.rows(_UNEVEN)}
    return [
        CountRow(
            source=row.source,
            asset=row.asset.value,
            counted_raw=row.counted_raw,
            booked_raw=row.booked_raw,
            unsettled_raw=row.unsettled_raw,
            block_height=row.block_height,
            counted_at=row.counted_at,
            uneven_since=uneven.get((row.source, row.asset_id)),
        )
        for row in rows.distinct("source", "asset_id")
    ]


def standings() -> list[AssetStanding]:
    """How much of each asset the books have."""
    known = {row.value.code: row.value for row in models.Asset.objects.all()}
    found: dict[str, dict[AccountKind, int]] = {}
    for line in ledger.asset_balances():
        found.setdefault(line.asset, {})[line.kind] = line.raw
    return [
        AssetStanding(
            asset=known[code],
            custody=kinds.get(AccountKind.CUSTODY, 0),
            suspense=-kinds.get(AccountKind.SUSPENSE, 0),
            cold=kinds.get(AccountKind.COLD, 0),
        )
        for code, kinds in sorted(found.items())
    ]


def rate_standings(*, currency: str, now: datetime) -> list[RateStanding]:
    """How each symbol that can be deposited is priced now."""
    symbols = set(models.Asset.objects.values_list("symbol", flat=True))
    symbols |= set(models.RateRule.objects.values_list("symbol", flat=True))
    return [
        RateStanding(
            symbol=symbol,
            kind=rule_of(symbol).kind,
            rate=rate_in_force(symbol=symbol, currency=currency, now=now),
            leap=_leap(symbol, currency),
        )
        for symbol in sorted(symbols)
    ]


def _leap(symbol: str, currency: str) -> tuple[int, int, str] | None:
    newest = (
        models.Figure.objects.filter(symbol=symbol, currency=currency, is_by_operator=False).order_by("-id").first()
    )
    if newest is None or newest.is_accepted:
        return None
    return newest.id, newest.rate_e12, newest.source


_WAITING_ALARMS = """
SELECT %(held)s, 'receipt ' || id, changed_at FROM deposits_receipt
 WHERE state = 'held' AND held_reason <> 'below_min' AND changed_at <= %(held_before)s
UNION ALL
SELECT %(disputed)s, 'receipt ' || id, changed_at FROM deposits_receipt
 WHERE state = 'disputed' AND changed_at <= %(disputed_before)s
UNION ALL
SELECT %(proposal)s, 'proposal ' || id, made_at FROM deposits_proposal
 WHERE state = 'open' AND made_at <= %(held_before)s
UNION ALL
SELECT %(silent)s, name, failed_since FROM deposits_source WHERE is_on AND failed_since <= %(silent_before)s
UNION ALL
SELECT %(node)s, n.source || ', ' || n.name, n.since FROM deposits_node n JOIN deposits_source s ON s.name = n.source
 WHERE s.is_on AND NOT n.is_well AND n.since <= %(silent_before)s
ORDER BY 3
"""


def alarms(*, currency: str, now: datetime) -> list[Alarm]:
    """Everything that an operator should look at, the oldest first. It goes away when its cause does."""
    asked = {
        "held": AlarmKind.HELD_LONG.value,
        "disputed": AlarmKind.DISPUTED_LONG.value,
        "proposal": AlarmKind.PROPOSAL_WAITS.value,
        "silent": AlarmKind.SOURCE_SILENT.value,
        "node": AlarmKind.NODE_UNWELL.value,
        "held_before": now - HELD_FOR,
        "disputed_before": now - DISPUTED_FOR,
        "silent_before": now - SILENT_FOR,
    }
    waiting = [Alarm(kind=AlarmKind(kind), subject=s, since=at) for kind, s, at in db.rows(_WAITING_ALARMS, asked)]
    others: list[Callable[[str, datetime], list[Alarm]]] = [_of_counts, _of_rates]
    return [*waiting, *(alarm for found in others for alarm in found(currency, now))]


def _of_counts(_currency: str, now: datetime) -> list[Alarm]:
    found = []
    for row in counts():
        if row.uneven_since is not None and now - row.uneven_since >= UNEVEN_FOR:
            found.append(Alarm(kind=AlarmKind.CUSTODY_MISMATCH, subject=row.asset.code, since=row.uneven_since))
        elif now - row.counted_at > UNCOUNTED_FOR:
            found.append(Alarm(kind=AlarmKind.CUSTODY_UNCOUNTED, subject=row.asset.code, since=row.counted_at))
    return found


def _of_rates(currency: str, now: datetime) -> list[Alarm]:
    return [
        Alarm(kind=AlarmKind.RATE_LEAP, subject=row.symbol, since=now)
        for row in rate_standings(currency=currency, now=now)
        if row.leap is not None
    ]
