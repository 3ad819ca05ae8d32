"""A customer's browser, as little of it as the bench needs: signs in, loads a form, sends it back."""

import html
import re
import time
from collections.abc import Mapping
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from sevenpanel.launch.bench.stage import UnableToMeasure

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
PATIENCE_SECONDS = 120


class Browser:
    """Keeps its cookies."""

    def __init__(self, port: int) -> None:
        self._site = f"http://127.0.0.1:{port}"
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies), ProxyHandler({}))

    @property
    def cookie(self) -> str:
        """What to send along to be the same visitor."""
        return "; ".join(f"{each.name}={each.value}" for each in self._cookies)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the site's own form.

        :raises UnableToMeasure: when the site does not let this person in.
        """
        page = self.get("/accounts/login/")
        self.send("/accounts/login/", {**hidden(page), "login": email, "password": password})
        if "session" not in self.cookie:
            raise UnableToMeasure("The bench's customer could not sign in.")

    def get(self, path: str) -> str:
        """The page at this path."""
        return self._open(Request(self._site + path))  # noqa: S310 - our own address

    def send(self, path: str, fields: Mapping[str, str]) -> str:
        """The page that a form leads to."""
        return self._open(Request(self._site + path, urlencode(fields).encode()))  # noqa: S310 - our own address

    def timed(self, path: str, fields: Mapping[str, str]) -> tuple[str, float]:
        """The page that a form leads to, and how many milliseconds it took to come."""
        begun = time.perf_counter()
        page = self.send(path, fields)
        return page, 1000 * (time.perf_counter() - begun)

    def _open(self, request: Request) -> str:
        with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return str(answer.read().decode())


def hidden(page: str) -> dict[str, str]:
    """The fields of a page's forms that nobody types."""
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}
