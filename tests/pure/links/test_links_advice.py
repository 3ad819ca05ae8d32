"""What to do for a private link: only what leads to one that the service takes."""

import pytest

from sevenpanel.links import Link, private_link_advice, read_link
from sevenpanel.links.advice import BOT, CAMPAIGN, INVITE, WAIT

EVERY = ("telegram/*", "website/*", "instagram/*")


@pytest.mark.parametrize(
    ("text", "accepted", "advice"),
    [
        ("t.me/northwind_news", EVERY, INVITE),
        ("t.me/northwind_news", ("telegram/channel",), WAIT),
        ("t.me/northwind_news/12", EVERY, WAIT),
        ("t.me/northwind_bot", EVERY, BOT),
        ("https://example.com/shop", EVERY, CAMPAIGN),
        ("https://www.instagram.com/northwind.tea/", EVERY, WAIT),
    ],
)
def test_the_advice_fits_the_link_and_the_service(text: str, accepted: tuple[str, ...], advice: str) -> None:
    link = read_link(text)
    assert isinstance(link, Link)

    assert private_link_advice(accepted, link) == advice


@pytest.mark.parametrize(
    "link", ["t.me/+AbCdEfGhIjKlMnOp", "t.me/northwind_bot?start=ann", "example.com/?utm_source=ann"]
)
def test_1_what_is_advised_is_a_private_link(link: str) -> None:
    read = read_link(link)

    assert isinstance(read, Link)
    assert read.is_private
