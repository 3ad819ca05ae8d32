"""Headers and cookies of every answer, under the settings of production behind TLS (S-40)."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.journeys.rights.observatory import POLICIES, count, policy
from tests.journeys.rights.scene import Scene
from tests.journeys.rights.walk import places, undone
from tests.journeys.web.visitor import Visitor
from tests.shop import PASSWORD, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.api.door import _refuse
from sevenpanel.api.refusals import NotKnown

TLS = {"X-Forwarded-Proto": "https"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
# What a desk behind TLS sets that a desk without does not; read from the settings of production themselves.
OF_TLS = (
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "IS_SECURE",
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_PROXY_SSL_HEADER",
)  # fmt: skip
SUM_MIN = 115
# What everybody may keep for a while, whoever asks: it holds nothing of anybody.
PUBLIC = ("web:updates-feed", "manifest", "worker", "offline", "status", "status-feed")
# Not one page of the site: files are handed out with a policy under which nothing in them could run at all.
SANDBOXED = "sandbox"
SETTINGS = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""


def in_production(home: Path, *command: str) -> str:
    """What a command says under the settings of a desk at https://shop.example."""
    env = {
        "SEVENPANEL_HOME": str(home),
        "SEVENPANEL_PUBLIC_URL": "https://shop.example",
        "DJANGO_SETTINGS_MODULE": "sevenpanel.settings.production",
    }
    left = {"SEVENPANEL_TEST_RUN", "PYTEST_CURRENT_TEST", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    inherited = {name: value for name, value in os.environ.items() if name not in left}
    said = subprocess.run(
        [sys.executable, *command], env=inherited | env, capture_output=True, text=True, check=False, timeout=170
    )
    assert said.returncode == 0, said.stderr
    return said.stdout


@pytest.fixture
def behind_tls(settings: Any, tmp_path: Path) -> None:
    """The site as it answers at https://shop.example."""
    for name, value in json.loads(in_production(tmp_path, "-c", SETTINGS % (OF_TLS,))).items():
        setattr(settings, name, tuple(value) if isinstance(value, list) else value)
    assert settings.IS_SECURE


def walked(desk: Scene) -> Iterator[tuple[str, Any]]:
    """What Alice, an operator and a guest are answered everywhere."""
    addresses = {
        place.name: desk.address(place.pattern, place.name, desk.hers)
        for place in places()
        if place.name != "desk:invariants"  # begins a transaction of its own
    }
    for who, visitor in {"alice": desk.alice, "staff": Visitor(staff("Otto", Role.ADMIN)), "guest": Visitor()}.items():
        for name, address in addresses.items():
            with undone():
                answer = visitor.client.get(address, headers=TLS)
                b"".join(answer)
            yield f"{who} {name}", answer


def wrong_with(place: str, answer: Any, settings: Any) -> Iterator[str]:
    """Everything that an answer lacks."""
    names = {"session": settings.SESSION_COOKIE_NAME, "forgery": settings.CSRF_COOKIE_NAME}
    points = count(answer.headers, answer.cookies, **names)
    if points < SUM_MIN:
        yield f"its sum is {points}"
    yield from (f"{name}: {answer.get(name)}" for name, value in ALWAYS.items() if answer.get(name) != value)
    yield from wrong_with_policy(answer["Content-Security-Policy"])
    if "camera=()" not in answer["Permissions-Policy"]:
        yield "a page may use devices"
    if answer["Referrer-Policy"] not in ("same-origin", "no-referrer"):
        yield "others learn where one came from"
    who, _, name = place.partition(" ")
    kept = answer.get("Cache-Control", "")
    if name not in PUBLIC and "no-store" not in kept and (who != "guest" or "private" not in kept):
        yield f"it may be kept: {kept}"


def wrong_with_policy(said: str) -> Iterator[str]:
    """What a content security policy leaves open."""
    found = policy(said)
    if SANDBOXED not in found and not {*POLICIES} <= found.keys():
        yield f"the policy leaves something out: {said}"
    if "unsafe" in said or "*" in said or found.get("frame-ancestors", ["'none'"]) != ["'none'"]:
        yield f"the policy lets somebody in: {said}"


def test_s40_every_answer_has_the_headers_of_a_very_good_site(behind_tls: None, desk: Scene, settings: Any) -> None:
    wrong = {place: found for place, answer in walked(desk) if (found := [*wrong_with(place, answer, settings)])}

    assert wrong == {}


def test_s40_every_cookie_is_for_this_site_over_tls_and_for_no_script(behind_tls: None, desk: Scene) -> None:
    client, seen = Client(), {}
    assert desk.alice.person is not None
    signing_in = {"login": desk.alice.person.email, "password": PASSWORD, "remember": "on"}
    for address, form in (
        ("/accounts/login/", None), ("/accounts/login/", signing_in), ("/language/", {"language": "en"}),
        ("/settings/", {"theme": "dark", "sidenav": "dark"}), ("/accounts/logout/", {}),
    ):  # fmt: skip
        sent = client.post(address, form, headers=TLS) if form is not None else client.get(address, headers=TLS)
        seen |= sent.cookies

    assert {"__Host-session", "__Host-csrf", "look"} <= seen.keys()
    for name, cookie in seen.items():
        assert cookie["secure"] or not cookie.value, name
        assert cookie["httponly"] or not cookie.value, name
        assert cookie["samesite"] in ("Lax", "Strict"), name
        assert cookie["domain"] == "", name


def test_s40_files_of_the_site_are_for_the_site(behind_tls: None) -> None:
    for name in ("web/site.css", "web/site.js", "web/favicon.svg"):
        assert finders.find(name)
        answer = Client().get(f"/static/{name}", headers=TLS)
        b"".join(answer)
        assert answer.status_code == 200
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    ("headers", "points"),
    [
        ({}, 100 - 25 - 20 - 5 - 20),
        ({"Content-Security-Policy": "default-src 'none'"}, 100 - 20 - 5 - 20),
        ({"Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'"}, 100 - 20 - 20 - 5 - 20),
    ],
)
def test_s40_the_sum_falls_when_a_header_is_missing(headers: dict[str, str], points: int) -> None:
    """A planted fault."""
    assert count(headers, {}, session="session", forgery="csrf") == points


def test_s40_djangos_own_checks_for_production_find_nothing(tmp_path: Path) -> None:
    said = in_production(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")

    assert "no issues" in said


def test_s40_an_answer_of_the_api_is_for_programs_only() -> None:
    """The door is no part of Django, so no middleware speaks for it."""
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(_refuse(send, NotKnown()))

    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cross-origin-resource-policy"] == "same-origin"
