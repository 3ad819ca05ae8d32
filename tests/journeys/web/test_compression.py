"""What goes over the line: compressed files that are kept for a year, compressed pages, and secrets as they are."""

import gzip
from typing import Any

import pytest
from django.test import Client
from tests.journeys.web.visitor import Visitor

from sevenpanel.web.static_files import digest

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def body(answer: Any) -> bytes:
    return b"".join(answer)


@pytest.mark.parametrize("name", ["web/all.css", "web/all.js", "web/site.css", "django_htmx/htmx-2.min.js"])
def test_a_file_is_compressed_and_kept_for_a_year_under_the_digest_of_all(name: str) -> None:
    plain = body(Client().get(f"/static/{name}"))

    small = Client().get(f"/static/{digest()}/{name}", headers=GZIP)

    assert small.status_code == 200
    assert "immutable" in small["Cache-Control"]
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(small)) == plain
    assert "Accept-Encoding" in small["Vary"]


def test_an_address_of_the_release_before_leads_to_todays_file_and_is_not_kept_for_long() -> None:
    answer = Client().get(f"/static/{'0' * 16}/web/site.css")

    assert body(answer) == body(Client().get("/static/web/site.css"))
    assert "immutable" not in answer["Cache-Control"]
    assert Client().get(f"/static/{'0' * 16}/web/nothing.css").status_code == 404


def test_pages_are_compressed_for_whoever_asks_and_differ_in_size_each_time(alice: Visitor) -> None:
    answers = [alice.get("/terms/", headers=GZIP) for _ in range(8)]

    assert {answer["Content-Encoding"] for answer in answers} == {"gzip"}
    assert len({len(answer.content) for answer in answers}) > 1
    assert "Content-Encoding" not in alice.get("/terms/").headers


def test_what_shows_a_key_goes_out_as_it_is(alice: Visitor) -> None:
    shown = alice.post("/keys/", {"name": "shop"}, headers=GZIP)

    assert "Content-Encoding" not in shown.headers
