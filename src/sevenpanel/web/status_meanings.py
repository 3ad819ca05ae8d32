"""What each of the six statuses means, what follows it, and what becomes of the money: one table for list and guide."""

from dataclasses import dataclass

from sevenpanel.orders.domain import STATUS_MONEY, STATUS_NEXT, STATUS_WORDS, Status
from sevenpanel.terms import named_word
from sevenpanel.web.order_rows import SLUGS
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A status as people are told of it.

    :param word: as the API and files write it.
    :param name: as the site writes it, in the language of the page.
    """

    word: str
    name: str
    slug: str
    means: str
    follows: str
    money: str


def meanings() -> list[Meaning]:
    """All six, in the order in which an order meets them (U-10)."""
    return [
        Meaning(
            word=status.value,
            name=told(named_word(status)),
            slug=SLUGS[status],
            means=told(STATUS_WORDS[status]),
            follows=told(STATUS_NEXT[status]),
            money=told(STATUS_MONEY[status]),
        )
        for status in Status
    ]
