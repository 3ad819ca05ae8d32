"""The site as an app: a manifest with its icons, a worker that keeps no page, and a page for when the desk is away."""

import json
import re
import struct
from typing import Any

import pytest
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, text


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_manifest_names_icons_of_the_sizes_that_they_have() -> None:
    answer = Visitor().get("/manifest.webmanifest")
    found = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (found["scope"], found["start_url"], found["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in found["icons"]} == {"any", "maskable"}
    for icon in found["icons"]:
        picture = body(Visitor().get(icon["src"]))
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", picture[16:24])
            assert icon["sizes"] == f"{width}x{height}"


def test_the_worker_may_serve_the_whole_site_and_is_asked_for_anew() -> None:
    answer = Visitor().get("/worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]


def test_everything_that_the_worker_keeps_is_there_for_everybody(db: None) -> None:
    worker = Visitor().get("/worker.js").content.decode()

    kept = re.findall(r'"(/[^"]+\.(?:css|svg)|/offline/)"', worker)

    assert len(kept) == 3
    assert [address for address in kept if not body(Visitor().get(address))] == []


def test_the_offline_page_is_the_same_for_everybody(alice: Visitor) -> None:
    mine, nobodys = alice.get("/offline/"), Visitor().get("/offline/")

    assert mine.content == nobodys.content
    assert "The desk cannot be reached" in text(mine)
    assert_nothing_inline(mine.content.decode())


def test_signing_out_has_the_browser_forget_what_the_site_keeps(alice: Visitor) -> None:
    answer = alice.post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert alice.get("/orders/").status_code == 302


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/terms/"])
def test_pages_lead_to_the_manifest(alice: Visitor, address: str) -> None:
    assert 'rel="manifest" href="/manifest.webmanifest"' in alice.client.get(address, follow=True).content.decode()
