"""A web server of its own process on the tests' database, and the plain client that resellers use."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import httpx
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client as SiteClient
from tests.proven import prove
from tests.shop import Person
from tests.waiting import until

from sevenpanel.launch import ports

# The server under test runs with the settings of production, as customers meet it.
NOT_INHERITED = ("DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Served:
    """A running web server."""

    port: int
    screen: Path
    process: subprocess.Popen[bytes]

    @property
    def site(self) -> str:
        """Where the site is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where API v2 is."""
        return f"{self.site}/api/v2"

    def client(self, key: str) -> "Client":
        """A reseller's client with this key."""
        return Client(url=self.url, key=key)

    def browser(self, person: Person) -> httpx.Client:
        """The browser of a person who is signed in."""
        signing_in = SiteClient()
        signing_in.force_login(get_user_model().objects.get(id=person.user_id))
        prove(signing_in, person.user_id)
        session = {settings.SESSION_COOKIE_NAME: signing_in.cookies[settings.SESSION_COOKIE_NAME].value}
        return httpx.Client(base_url=self.site, cookies=session, timeout=60, trust_env=False)

    def stop(self) -> None:
        """Stop as an operator stops it, and return when it has ended."""
        self.process.terminate()
        self.process.wait(STOP_SECONDS)


@dataclass(frozen=True, slots=True)
class Client:
    """A stock API v2 client: a plain form POST, and whatever JSON comes back."""

    url: str
    key: str

    def __call__(self, action: str, **fields: Any) -> Any:
        """Call one action; an HTTP status other than 200 is an error here, as it is for the clients in the field."""
        status, answer = self.send(action=action, **fields)
        assert status == 200, (status, answer)
        return answer

    def send(self, **fields: Any) -> tuple[int, Any]:
        """Post these fields with the key, and return the HTTP status and the JSON."""
        return self.send_with({}, **fields)

    def send_with(self, headers: dict[str, str], **fields: Any) -> tuple[int, Any]:
        """The same with headers of one's own."""
        body = urlencode({"key": self.key} | fields).encode()
        try:
            with urlopen(Request(self.url, body, headers), timeout=60) as reply:  # noqa: S310 - our own address
                return reply.status, json.load(reply)
        except HTTPError as error:
            return error.code, json.load(error)


def dsn() -> str:
    """The address of the database that this test uses."""
    here = connection.settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return "postgresql:///?" + urlencode({name: here[key] for name, key in parts.items() if here[key]})


@contextmanager
def serving(home: Path, *, only: str = "", processes: int = 1, chaos: str = "") -> Iterator[Served]:
    """Serve the tests' database.

    :param home: a folder for the server alone.
    :param only: "api" or "site" for one half.
    :param chaos: a point at which one of its processes kills itself, once.
    """
    port = ports.any_free("127.0.0.1")
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    own = {"DATABASE_URL": dsn(), "PORT": str(port), "SEVENPANEL_HOME": str(home)}
    with (home / "screen").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sevenpanel.cli", "serve", *(["--only", only] if only else [])],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=inherited | own | {"SEVENPANEL_WEB_PROCESSES": str(processes), "SEVENPANEL_CHAOS": chaos},
        )
    served = Served(port=port, screen=home / "screen", process=process)
    try:
        until(lambda: _answers(served))
        yield served
    finally:
        served.stop()


def _answers(served: Served) -> bool:
    assert served.process.poll() is None, served.screen.read_text()
    try:
        return httpx.get(f"{served.site}/livez").text == "alive\n"
    except httpx.TransportError:
        return False
