"""A reseller's program that speaks version 3, in the process of the tests, and what it may expect of every answer."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

PROBLEM = "application/problem+json"
LINK = "https://t.me/northwind_news"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The word for programs of a problem."""
        return str(self.body["code"])


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls with one key; without one when it is empty."""

    key: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        """Read something."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """Do something."""
        return self.send("POST", path, b"" if body is None else json.dumps(body).encode(), **headers)

    def order(self, service: int, link: str = LINK, quantity: int | None = 100, **more: Any) -> Answer:
        """Place an order, perhaps with an Idempotency-Key in `once`."""
        once = {"Idempotency-Key": more.pop("once")} if "once" in more else {}
        body = {"service": service, "link": link, "quantity": quantity} | more
        return self.post("orders", body, **once)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send anything, and look at what every answer has in common."""
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        kind = headers.pop("kind", "application/json")
        found = Client(raise_request_exception=False).generic(
            method, f"/api/v3/{path}", body, kind, headers=key | headers
        )
        assert found["Cache-Control"] == "no-store"
        assert not found.cookies
        assert "Cookie" not in found["Vary"]
        assert found["Content-Type"].partition(";")[0] == (PROBLEM if found.status_code >= 400 else "application/json")
        answer = Answer(found.status_code, json.loads(found.content), dict(found.headers))
        if found.status_code >= 400:
            assert answer.body["status"] == found.status_code
            assert {"type", "title", "detail", "code"} <= answer.body.keys()
        return answer
