"""Which links a service takes, and that the documentation names them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sevenpanel.links import (
    ACCEPTABLE,
    EXAMPLES,
    KINDS,
    TAGS,
    Link,
    Network,
    UnreadableReason,
    accepts,
    expected_sentence,
    read_link,
)

PAGE = (Path(__file__).parents[3] / "docs" / "links.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("accepted", "text", "is_taken"),
    [
        (["telegram/channel"], "https://t.me/northwind_news", True),
        (["telegram/channel"], "https://t.me/northwind_news/128", False),
        (["telegram/channel", "telegram/post"], "https://t.me/northwind_news/128", True),
        (["telegram/*"], "https://t.me/+Ab1Cd2Ef3Gh4Ij5K", True),
        (["telegram/*"], "https://vk.com/northwind_tea", False),
        (["youtube/short"], "https://www.youtube.com/watch?v=aB1cD2eF3gH", False),
        (["youtube/short"], "https://www.youtube.com/shorts/aB1cD2eF3gH", True),
        (["website/page"], "https://example.com/shop", True),
        (["website/page"], "https://t.me/northwind_news", False),
        (["*/*"], "https://t.me/northwind_news", True),
        ([], "https://t.me/northwind_news", False),
    ],
)
def test_a_service_takes_the_kinds_it_lists(accepted: list[str], text: str, is_taken: bool) -> None:
    link = read_link(text)
    assert isinstance(link, Link)
    assert accepts(accepted, link) is is_taken


def test_every_link_is_taken_by_its_own_tag_its_network_and_anything() -> None:
    for tag, example in EXAMPLES.items():
        link = read_link(example)
        assert isinstance(link, Link)
        takers = {accepted for accepted in ACCEPTABLE if accepts([accepted], link)}
        assert takers == {tag, f"{link.network}/*", "*/*"}


def test_a_refusal_of_the_wrong_kind_names_what_is_taken_with_an_example_of_each() -> None:
    assert expected_sentence(["telegram/post", "telegram/channel"]) == (
        "This service takes a public Telegram channel or group (for example https://t.me/northwind_news) "
        "or a post in a public Telegram channel (for example https://t.me/northwind_news/128)."
    )
    assert expected_sentence(["vk/*"]) == "This service takes any VK link (for example https://vk.com/northwind_tea)."
    assert expected_sentence(["*/*"]) == "This service takes any link, for example https://example.com/shop."
    assert expected_sentence([]) == "This service takes no links."


def test_an_unknown_tag_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        expected_sentence(["telegram/orchard"])
    with pytest.raises(KeyError):
        expected_sentence(["orchard/*"])


def test_the_page_names_every_tag_and_every_reason() -> None:
    assert [tag for tag in sorted(TAGS) if f"`{tag}`" not in PAGE] == []
    assert [reason for reason in UnreadableReason if f"`{reason}`" not in PAGE] == []
    assert KINDS.keys() == set(Network)
