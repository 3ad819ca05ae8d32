"""What the catalogue wrote about itself is said again in parts; what people wrote stays as it is (U-14)."""

import pytest

from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import Phrase
from sevenpanel.notices import domain

NEWS = [
    domain.ON_SALE,
    domain.ON_SALE_AGAIN,
    domain.PAUSED,
    domain.NO_LONGER_SOLD,
    domain.DESCRIBED_ANEW,
    domain.news_of_limits(10, 25_000),
    domain.news_of_price(new=Sum(900_000, "USD"), old=Sum(1_000_001, "USD")),
    domain.news_of_price(new=Sum(900_000, "USD"), old=Sum(0, "USD")),
]


@pytest.mark.parametrize("news", NEWS)
@pytest.mark.parametrize("name", ["Members", "Telegram: members: real"])
def test_u_14_news_of_a_service_are_said_again_from_their_stored_text(name: str, news: str) -> None:
    text = f"{name}: {news}"
    said = domain.said_again(text)

    assert said == text
    assert isinstance(said, Phrase)
    assert said.values["service"] == name
    assert isinstance(said.values["news"], Phrase)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Everything is slow today.",
        "it can be ordered now.",
        "Members: we are on holiday.",
        "Members: the price is higher, a lot instead of little.",
        "Members: one order is now ten to twenty.",
        "Members: one order is now 010 to 20.",
        "Members: the price is higher, 1.00 USD instead of 2.00 USD.",
        "Members: the price is higher, 1.12345678 USD instead of 0.50 USD.",
    ],
)
def test_what_a_person_wrote_stays_as_it_is(text: str) -> None:
    assert type(domain.said_again(text)) is str
    assert domain.said_again(text) == text
