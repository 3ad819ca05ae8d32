"""Short links as they are typed, and visitors who say what they are."""

import pytest

from sevenpanel.shortlinks.domain import is_robot, token_in

TOKEN = "abcdefghijklmnopqrs_-1"
DESK = "https://panel.example"


@pytest.mark.parametrize(
    "typed",
    [
        f"https://panel.example/l/{TOKEN}",
        f"  https://PANEL.example/l/{TOKEN}  ",
        f"http://panel.example/l/{TOKEN}/",
        f"panel.example/l/{TOKEN}",
        f"https://panel.example/l/{TOKEN}?utm_source=x#top",
    ],
)
def test_a_short_link_of_this_desk_is_known_however_it_is_typed(typed: str) -> None:
    assert token_in(typed, DESK) == TOKEN


@pytest.mark.parametrize(
    "typed",
    [
        f"https://other.example/l/{TOKEN}",
        f"https://panel.example.evil.example/l/{TOKEN}",
        f"https://panel.example@evil.example/l/{TOKEN}",
        f"https://panel.example:444/l/{TOKEN}",
        f"ftp://panel.example/l/{TOKEN}",
        f"https://panel.example/x/l/{TOKEN}",
        f"https://panel.example/l/{TOKEN}x",
        "https://panel.example/l/short",
        "https://panel.example/l/",
        "https://[broken/l/",
        "https://panel.example:port/l/x",
        "",
    ],
)
def test_everything_else_is_none(typed: str) -> None:
    assert token_in(typed, DESK) is None


def test_a_desk_on_another_port_knows_its_own() -> None:
    assert token_in(f"http://127.0.0.1:8000/l/{TOKEN}", "http://127.0.0.1:8000") == TOKEN


@pytest.mark.parametrize("agent", ["", "Googlebot/2.1", "TelegramBot (like TwitterBot)", "curl/8.5", "Some-Spider 1.0"])
def test_a_program_that_says_so_is_no_visitor(agent: str) -> None:
    assert is_robot(agent)


def test_a_browser_is_a_visitor() -> None:
    assert not is_robot("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
