"""A page with nothing to show says why in one sentence and has one button that leads on (U-12)."""

import re

import pytest
from tests.journeys.web.visitor import Visitor
from tests.shop import open_customer

_EMPTY = re.compile(r'<(div|section) class="card empty">(.*?)</\1>', re.DOTALL)


@pytest.fixture
def newcomer(db: None) -> Visitor:
    return Visitor(open_customer("Newcomer"))


def emptiness(visitor: Visitor, address: str) -> tuple[list[str], list[str]]:
    """The sentences and the goals of the buttons of the page's empty state."""
    found = _EMPTY.search(visitor.get(address).content.decode())
    assert found, address
    sentences = re.findall(r"<p>([^<]+)</p>", found[2])
    return sentences, re.findall(r'<a class="button" href="([^"]+)"', found[2])


@pytest.mark.parametrize(
    ("address", "sentence", "goal"),
    [
        ("/orders/", "You have not ordered anything yet.", "/orders/new/"),
        ("/orders/?q=nothing", "No order fits what you look for.", "/orders/"),
        ("/orders/chosen/", "No order is chosen. Tick the boxes in front of the orders first.", "/orders/"),
        ("/services/?q=nothing", "No service fits these words.", "/services/"),
        ("/updates/", "Nothing yet.", "/services/"),
        ("/updates/?mine=1", "Nothing was announced that fits.", "/updates/"),
        ("/balance/", "Nothing has moved on this balance yet.", "/services/"),
        ("/funds/history/", "Nothing has arrived yet.", "/funds/"),
        (
            "/tickets/",
            "You have no ticket. Each order's page says what you may do about it, and opens one.",
            "/tickets/new/",
        ),
    ],
)
def test_u12_an_empty_page_says_why_and_has_one_way_on(
    newcomer: Visitor, address: str, sentence: str, goal: str
) -> None:
    sentences, buttons = emptiness(newcomer, address)

    assert (sentences, buttons) == ([sentence], [goal])
    assert newcomer.get(goal).status_code == 200
