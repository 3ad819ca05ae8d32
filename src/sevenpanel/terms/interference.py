"""Clauses 1 and 4.6 at placing: what else is open on the same target.

The same service is refused while one is open. Another service is taken and told. Where nobody could tell the counts
apart and the link is not a private one, the order is untracked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sevenpanel.kernel.said import kept, say, say_many
from sevenpanel.terms.policy import Policy, Reach
from sevenpanel.terms.sentences import listed

NAMED_MAX = 20
"""Of each kind so many orders are named, the oldest; more would tell nobody anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An open order of the same customer, as far as it can be in the way of another.

    :param target: what the link points at, the same for all spellings.
    :param metric: what is counted, such as members or views; services of one network and metric are similar. None when
        nothing is counted on the target; such a service is similar to none.
    """

    order_id: int
    service_id: int
    network: str
    metric: str | None
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An order that is about to be placed.

    :param is_private_link: nobody else uses the link, so that it can be tracked (settled 8).
    """

    service_id: int
    network: str
    metric: str | None
    target: str
    is_private_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interference:
    """What placing would mean for the orders on one target.

    :param blocked_by: the open order of the same service, for which the new one is refused (clause 4.6).
    :param similar: the oldest open orders that count the same thing.
    :param others: the oldest open orders that count something else.
    :param is_untracked: nobody can tell what belongs to which order (clause 1).
    """

    blocked_by: int | None
    similar: tuple[int, ...]
    others: tuple[int, ...]
    is_untracked: bool
    sentences: tuple[str, ...]

    @property
    def is_flagged(self) -> bool:
        """Whether the order carries the mark *interference*."""
        return bool(self.similar or self.others)

    @property
    def clause(self) -> str | None:
        """Under which clause it speaks, if it does."""
        if self.blocked_by is not None:
            return "4.6"
        return "1" if self.is_flagged else None


def interference(planned: Planned, open_orders: Sequence[OpenOrder], policy: Policy) -> Interference:
    """Judge a planned order against the customer's own open orders; those on other targets do not matter."""
    same = sorted((each for each in open_orders if each.target == planned.target), key=lambda each: each.order_id)
    blocking = [each.order_id for each in same if each.service_id == planned.service_id]
    if blocking:
        return _blocked(blocking[0])
    similar = tuple(each.order_id for each in same if _is_similar(planned, each))[:NAMED_MAX]
    others = tuple(each.order_id for each in same if not _is_similar(planned, each))[:NAMED_MAX]
    reaching = similar if policy.untracked_reach is Reach.METRIC else similar + others
    untracked = bool(reaching) and not planned.is_private_link
    return Interference(
        blocked_by=None,
        similar=similar,
        others=others,
        is_untracked=untracked,
        sentences=beside_sentences(metric=planned.metric, similar=similar, others=others, is_untracked=untracked),
    )


def _is_similar(planned: Planned, other: OpenOrder) -> bool:
    return planned.metric is not None and (other.network, other.metric) == (planned.network, planned.metric)


def _blocked(order_id: int) -> Interference:
    told = say(
        "Order %(order)s of this service is still open for the same link. Place this one when it has ended.",
        order=order_id,
    )
    return Interference(blocked_by=order_id, similar=(), others=(), is_untracked=False, sentences=(told,))


def beside_sentences(
    *, metric: str | None, similar: Sequence[int], others: Sequence[int], is_untracked: bool
) -> tuple[str, ...]:
    """Say what stands beside an order on its target, and what follows from it."""
    said: list[str] = []
    if similar:
        said.append(
            say_many(
                "Order %(orders)s works on the same link as well, and the same thing is counted: %(metric)s.",
                "Orders %(orders)s work on the same link as well, and the same thing is counted: %(metric)s.",
                n=len(similar), orders=_numbers(similar), metric=kept(str(metric)),
            )
        )  # fmt: skip
    if others:
        said.append(
            say_many(
                "Order %(orders)s works on the same link as well.",
                "Orders %(orders)s work on the same link as well.",
                n=len(others), orders=_numbers(others),
            )
        )  # fmt: skip
    if is_untracked:
        said.append(say("This order cannot be tracked. Use a private link for each service, and it can."))
    return tuple(said)


def _numbers(orders: Sequence[int]) -> str:
    return listed(map(str, orders))
