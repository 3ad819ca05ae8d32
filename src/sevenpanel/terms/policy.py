"""The figures of the Terms: what a clause leaves to the operator, versioned together with the text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

import msgspec


class AtDoor(StrEnum):
    """What happens to an order whose link is provably wrong before anything was charged (clause 2)."""

    REFUSE = "refuse"
    COMPLETE = "complete"


class Extent(StrEnum):
    """How much of a charge a granted request gives back."""

    FULL = "full"
    UNDELIVERED = "undelivered"


class Reach(StrEnum):
    """Which other open orders on the same target make an order untracked (clause 1)."""

    METRIC = "metric"
    TARGET = "target"


class NotAPolicy(ValueError):  # noqa: N818 - says what it is, as refusals do
    """These figures are no policy: a name is unknown or missing, or a value makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All figures that decisions use; `version` is the version of the Terms they belong to.

    :param untracked_reach: the same count only, or anything that works on the same link (the letter of clause 1).
    :raises NotAPolicy: for a figure that makes no sense.
    """

    version: str
    ticket_answer_hours: int
    wrong_link_at_door: AtDoor
    wrong_spec_refund: Extent
    unanswered_refund: Extent
    untracked_reach: Reach
    appeals_max: int
    api_grace_days: int
    drop_low_percent: int
    drop_medium_percent: int
    drop_excessive_percent: int

    def __post_init__(self) -> None:
        if not self.version:
            raise NotAPolicy("A policy needs a version.")
        if self.ticket_answer_hours < 1 or self.api_grace_days < 0 or self.appeals_max < 0:
            raise NotAPolicy("Hours, days and numbers of appeals cannot be negative, and an answer needs an hour.")
        if not 0 < self.drop_low_percent < self.drop_medium_percent < self.drop_excessive_percent < 100:
            raise NotAPolicy("The bands of drop must rise between 0 and 100 %.")


FIGURES = tuple(field.name for field in fields(Policy) if field.name != "version")


def read_policy(figures: Mapping[str, object], *, version: str) -> Policy:
    """Make a policy from all of its figures, as they stand in the header of a document.

    :raises NotAPolicy: for an unknown or missing name, or a value of the wrong type.
    """
    missing = sorted(set(FIGURES) - figures.keys())
    if missing:
        raise NotAPolicy(f"These figures are missing: {', '.join(missing)}.")
    unknown = sorted(figures.keys() - set(FIGURES))
    if unknown:
        raise NotAPolicy(f"There are no figures named {', '.join(unknown)}; known are {', '.join(FIGURES)}.")
    try:
        return msgspec.convert({"version": version, **figures}, Policy)
    except msgspec.ValidationError as error:
        raise NotAPolicy(str(error)) from error


def with_figures(policy: Policy, changed: Mapping[str, object]) -> Policy:
    """Take a policy and change some figures, to see which decisions would have been others (`--policy FILE`).

    :param changed: names and values as a TOML or JSON file gives them.
    :raises NotAPolicy: for an unknown name, or a value of the wrong type.
    """
    figures = {name: value for name, value in asdict(policy).items() if name != "version"}
    version = policy.version if not changed else f"{policy.version} with other figures"
    return read_policy({**figures, **changed}, version=version)
