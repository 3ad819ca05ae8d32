"""The figures of the Terms as a reader knows them: what each one is about, under which clause, in which words."""

from dataclasses import dataclass
from enum import StrEnum

from sevenpanel.terms.documents.edition import FIGURE_WORDS
from sevenpanel.terms.policy import FIGURES, Policy

# The clause that a figure belongs to, and what it is.
FIGURE_LABELS: dict[str, tuple[str, str]] = {
    "ticket_answer_hours": ("4.4", "Hours that staff have to answer a ticket about an order"),
    "wrong_link_at_door": ("2", "An order with a wrong link"),
    "wrong_spec_refund": ("4.3", "What comes back when something else than was sold arrives"),
    "unanswered_refund": ("4.4", "What comes back when nobody answered the ticket"),
    "untracked_reach": ("1", "An order without a private link becomes untracked, if"),
    "appeals_max": ("4.9", "How often a decision is looked at again"),
    "api_grace_days": ("0.1", "Days that API keys go on after a new version"),
    "drop_low_percent": ("5", "Drop is low from this percentage on, and minimal below it"),
    "drop_medium_percent": ("5", "Drop is medium from this percentage on"),
    "drop_excessive_percent": ("5", "Drop is excessive from this percentage on"),
}
assert FIGURE_LABELS.keys() == set(FIGURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure with its words."""

    name: str
    clause: str
    label: str
    words: str


def figures_of(policy: Policy) -> tuple[Figure, ...]:
    """Give all figures of a version in the order of their clauses."""
    told = (_figure(name, getattr(policy, name)) for name in FIGURES)
    return tuple(sorted(told, key=lambda figure: [int(part) for part in figure.clause.split(".")]))


def _figure(name: str, value: int | StrEnum) -> Figure:
    clause, label = FIGURE_LABELS[name]
    words = FIGURE_WORDS[name][value] if isinstance(value, StrEnum) else str(value)
    return Figure(name=name, clause=clause, label=label, words=words)
