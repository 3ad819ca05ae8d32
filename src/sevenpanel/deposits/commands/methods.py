"""Ways to add funds, as the operator sets them up."""

from dataclasses import dataclass, field
from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.observing import asset_row
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.pricing import Charges
from sevenpanel.deposits.domain.ways import BY_HAND, MethodKind
from sevenpanel.kernel import db
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.kernel.refusals import Refusal

NAME_LENGTH_MAX = 80
INSTRUCTIONS_LENGTH_MAX = 4_000


class UnableToSaveMethod(Refusal):
    """A way to add funds that cannot be kept as it is."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMethod:
    """A way to add funds.

    :param asset: for assets, which one; source: which source speaks of it.
    :param minimum_raw: for assets; below it what arrives is kept, and credited when it sums up to it.
    :param usual_minutes: how long it usually takes from sending to the balance.
    :param auto_max_micros: above it a person looks first; None is no limit.
    """

    name: str
    kind: MethodKind
    asset: Asset | None = None
    source: str = ""
    instructions: str = ""
    usual_minutes: int = 60
    minimum_raw: int | None = None
    minimum_micros: int = 0
    maximum_micros: int | None = None
    charges: Charges = field(default_factory=Charges)
    house_pays_fee: bool = False
    auto_max_micros: int | None = None
    shown_places: int = 2
    lock_minutes: int = 15
    is_open: bool = True
    position: int = 0


@db.command
def save_method(*, method: NewMethod, now: datetime) -> int:
    """Keep a way to add funds; one of the same name is changed.

    :raises UnableToSaveMethod: when its parts do not fit together.
    """
    _check(method)
    row, _is_new = models.Method.objects.update_or_create(
        name=method.name.strip(), defaults=_columns(method), create_defaults=_columns(method) | {"created_at": now}
    )
    return row.id


def _check(method: NewMethod) -> None:
    if not 0 < len(method.name.strip()) <= NAME_LENGTH_MAX:
        raise UnableToSaveMethod(f"A way to add funds has a name of at most {NAME_LENGTH_MAX} characters.")
    if len(method.instructions) > INSTRUCTIONS_LENGTH_MAX:
        raise UnableToSaveMethod(f"Instructions have at most {INSTRUCTIONS_LENGTH_MAX} characters.")
    refuse_private_key(method.instructions, field="The instructions")
    if method.kind in BY_HAND and (method.asset or method.source or method.minimum_raw is not None):
        raise UnableToSaveMethod("A way by hand has no asset and no source.")
    if method.kind is MethodKind.ASSET and (method.asset is None or not method.source or method.minimum_raw is None):
        raise UnableToSaveMethod("An asset needs its source and its minimum.")
    if method.kind in BY_HAND and not method.instructions.strip():
        raise UnableToSaveMethod("Say where to pay, and what to write with it.")
    _check_twin(method)


def _check_twin(method: NewMethod) -> None:
    if method.asset is None:
        return
    twin = models.Method.objects.filter(
        asset__symbol=method.asset.symbol, asset__place=method.asset.place, source=method.source
    ).exclude(name=method.name.strip())
    if twin.exists():
        raise UnableToSaveMethod("There is a way to add this asset from this source already. Change that one.")


def _columns(method: NewMethod) -> dict[str, object]:
    return {
        "kind": method.kind.value,
        "asset": asset_row(method.asset) if method.asset else None,
        "source": method.source,
        "instructions": method.instructions.strip(),
        "usual_minutes": method.usual_minutes,
        "minimum_raw": method.minimum_raw,
        "minimum_micros": method.minimum_micros,
        "maximum_micros": method.maximum_micros,
        "fee_micros": method.charges.fee_micros,
        "fee_basis_points": method.charges.fee_basis_points,
        "bonuses": [[bonus.from_micros, bonus.basis_points] for bonus in method.charges.bonuses],
        "house_pays_fee": method.house_pays_fee,
        "auto_max_micros": method.auto_max_micros,
        "shown_places": method.shown_places,
        "lock_minutes": method.lock_minutes,
        "is_open": method.is_open,
        "position": method.position,
    }
