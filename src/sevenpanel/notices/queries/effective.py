"""The catalogue as it is in force: each service with the notices that stand about it laid over (clause 3)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceName, ServiceRow, ServiceState, ServiceType
from sevenpanel.kernel import db
from sevenpanel.kernel.rows import changed
from sevenpanel.notices.domain import Origin
from sevenpanel.notices.queries.rows import COLUMNS, NoticeRow, notice_row
from sevenpanel.terms import Board, Description, Effective, Notice, Said
from sevenpanel.terms.effective import keys_of, rank, stands

# The catalogue's own notices tell of what the catalogue says anyway: they overlay nothing, however many there are.
_STANDING = f"""
SELECT {COLUMNS} FROM notices_notice n
 WHERE n.origin <> 'catalogue' AND n.published_at <= %(at)s AND n.in_force_from <= %(at)s
   AND (n.in_force_until IS NULL OR n.in_force_until > %(at)s)
   AND (n.withdrawn_at IS NULL OR n.withdrawn_at > %(at)s)
"""

# The four things that a notice about this service can name.
_ABOUT = f"""
SELECT s.id AS service_id, {COLUMNS} FROM catalog_service s
 CROSS JOIN LATERAL (VALUES ('all', ''), ('network', s.network), ('category', s.category_id::text),
                            ('service', s.id::text)) AS k(scope, subject)
  JOIN notices_notice n ON n.scope = k.scope AND n.subject = k.subject
 WHERE s.id = ANY(%(services)s::bigint[]) ORDER BY n.id
"""

# What the description calls what the catalogue calls otherwise.
_COLUMN_OF = {"text": "description"}
_QUANTITIES = ("quantity_min", "quantity_max")


@dataclass(frozen=True, slots=True)
class EffectiveService:
    """A service as it is in force.

    :param service: what counts: limits, times, drop band, buttons, text, and paused if a notice pauses it.
    :param base: what the catalogue says.
    :param said: which notice changed which field, and everything that stands.
    :param paused_by: the notice that pauses it.
    """

    service: ServiceRow
    base: ServiceRow
    said: Said
    paused_by: Notice | None

    @property
    def sources(self) -> Mapping[str, Notice]:
        """For each field of the description that a notice changed, that notice."""
        return self.said.sources

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Everything that stands about this service, first published first."""
        return self.said.notices

    @property
    def effective(self) -> Effective:
        """The description as the Terms read it, with what the catalogue says."""
        base = description_of(self.base)
        return Effective(changed(base, self.said.changes), base, self.said)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is laid over a service of the catalogue: the columns that change, a pause among them."""

    columns: Mapping[str, Any]
    paused_by: Notice | None


class Overlay:
    """The notices that stand at one instant, laid over any number of services."""

    __slots__ = ("_board", "_sheets", "_switches")

    def __init__(self, standing: Iterable[NoticeRow], at: datetime) -> None:
        known = [row for row in standing if stands(row.notice, at)]
        self._board = Board((row.notice for row in known), at)
        switches = sorted((row for row in known if row.is_paused is not None), key=_rank_of)
        self._switches = {(row.notice.scope, row.notice.subject): row for row in switches}
        # One sheet for all services of a network and category about which alone nothing is said.
        self._sheets: dict[tuple[str, int], _Sheet] = {}

    def over(self, base: ServiceRow) -> EffectiveService:
        """Describe one service."""
        said = self._board.said(base.network, base.category_id, base.id)
        sheet = self._sheet(said, base) if said.own else self._shared_sheet(said, base)
        columns = sheet.columns
        if base.type is ServiceType.PACKAGE or base.state is not ServiceState.LISTED:
            columns = {name: value for name, value in columns.items() if _applies(name, base)}
        service = changed(base, columns) if columns else base
        return EffectiveService(service, base, said, sheet.paused_by)

    def _shared_sheet(self, said: Said, base: ServiceRow) -> _Sheet:
        key = (base.network, base.category_id)
        found = self._sheets.get(key)
        if found is None:
            found = self._sheets[key] = self._sheet(said, base)
        return found

    def _sheet(self, said: Said, base: ServiceRow) -> _Sheet:
        columns = {_COLUMN_OF.get(name, name): value for name, value in said.changes.items()}
        if (paused_by := self._paused_by(base)) is not None:
            columns["state"] = ServiceState.PAUSED
        return _Sheet(columns, paused_by)

    def is_paused(self, of: ServiceName) -> bool:
        """Whether a notice pauses a service."""
        return bool(self._switches) and self._paused_by(of) is not None

    def _paused_by(self, of: ServiceRow | ServiceName) -> Notice | None:
        switches = (self._switches.get(key) for key in keys_of(of.network, of.category_id, of.id))
        last = max((each for each in switches if each is not None), key=_rank_of, default=None)
        return last.notice if last is not None and last.is_paused else None


def _rank_of(row: NoticeRow) -> tuple[datetime, int, int]:
    return rank(row.notice)


def _applies(column: str, base: ServiceRow) -> bool:
    """A package is one package, whatever is said of quantities; and only what is on sale can be paused."""
    if column == "state":
        return base.state is ServiceState.LISTED
    return base.type is not ServiceType.PACKAGE or column not in _QUANTITIES


def description_of(row: ServiceRow) -> Description:
    """A service of the catalogue as the Terms read it, without notices."""
    return Description(
        service_id=row.id,
        network=row.network,
        category_id=row.category_id,
        start_within=row.start_within,
        complete_within=row.complete_within,
        quantity_min=row.quantity_min,
        quantity_max=row.quantity_max,
        drop_band=row.drop_band,
        can_cancel=row.can_cancel,
        can_refill=row.can_refill,
        text=row.description,
    )


def standing(*, at: datetime) -> list[NoticeRow]:
    """Every notice that somebody wrote and that is out and in force at an instant."""
    return [notice_row(row) for row in db.named_rows(_STANDING, {"at": at})]


def effective_services(
    *, customer_id: int | None, at: datetime, service_ids: Collection[int] | None = None
) -> list[EffectiveService]:
    """Every listed service as it is in force, with this customer's rates; those that a notice pauses among them.

    :param service_ids: only those of them.
    """
    overlay = Overlay(standing(at=at), at)
    listed = catalog.listed_services(customer_id=customer_id, service_ids=service_ids)
    return [overlay.over(base) for base in listed]


def names_on_sale(*, at: datetime) -> list[ServiceName]:
    """What every service is found by that can be ordered at an instant, in the order of the catalogue."""
    overlay = Overlay(standing(at=at), at)
    return [name for name in catalog.listed_names() if not overlay.is_paused(name)]


def on_sale(*, customer_id: int | None, at: datetime) -> list[ServiceRow]:
    """Every service that can be ordered at an instant, as it is in force, in the order of the catalogue."""
    found = effective_services(customer_id=customer_id, at=at)
    return [each.service for each in found if each.paused_by is None]


def effective_service(*, service_id: int, customer_id: int | None, at: datetime) -> EffectiveService | None:
    """One service in whatever state, as it is in force."""
    base = catalog.service(service_id=service_id, customer_id=customer_id)
    if base is None:
        return None
    known = (notice_row(row) for row in db.named_rows(_ABOUT, {"services": [service_id]}))
    about = [row for row in known if row.origin is not Origin.CATALOGUE]
    return Overlay(about, at).over(base)


def notices_about(*, service_ids: Collection[int]) -> dict[int, tuple[Notice, ...]]:
    """Every version of every notice that was ever published about these services, by service, first published first.

    This is what a decision reads: rules ask of each at which instants it stood.
    """
    about: dict[int, list[Notice]] = {service_id: [] for service_id in service_ids}
    for row in db.named_rows(_ABOUT, {"services": list(about)}):
        about[row["service_id"]].append(notice_row(row).notice)
    return {service_id: tuple(notices) for service_id, notices in about.items()}
