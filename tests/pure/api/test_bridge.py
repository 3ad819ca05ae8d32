"""The way to the site: what is cut off is never read as whole, and who leaves keeps no thread."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from sevenpanel.api.bridge import Bridge

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

SCOPE: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "path": "/",
    "query_string": b"",
    "headers": [],
}


def serve(site: Callable[..., Iterable[bytes]], *messages: dict[str, Any], **scope: Any) -> list[dict[str, Any]]:
    """Let a site answer one request that comes in these messages; return what was sent."""
    coming, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Bridge(site)(SCOPE | scope, receive, send))
    return sent


def test_a_body_is_handed_on() -> None:
    def site(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["wsgi.input"].read(7)]

    sent = serve(
        site,
        {"type": "http.request", "body": b"lin", "more_body": True},
        {"type": "http.request", "body": b"es=1"},
    )
    assert b"".join(message.get("body", b"") for message in sent) == b"lines=1"


def test_a_form_that_was_cut_off_is_not_read_as_a_shorter_one() -> None:
    def site(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        try:
            return [environ["wsgi.input"].read(100)]
        except OSError:
            return [b"cut off"]

    sent = serve(site, {"type": "http.request", "body": b"lines=1", "more_body": True}, {"type": "http.disconnect"})
    assert b"".join(message.get("body", b"") for message in sent) == b"cut off"


def test_a_visitor_who_left_does_not_hold_the_thread_that_serves() -> None:
    def site(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"piece"] * 100

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        raise ConnectionResetError

    async def story() -> None:
        await asyncio.wait_for(Bridge(site)(SCOPE, receive, send), timeout=30)

    asyncio.run(story())


def test_a_header_with_an_underscore_does_not_pass_for_the_proxys() -> None:
    def site(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_PROTO", "none").encode()]

    forged = serve(site, headers=[(b"x_forwarded_proto", b"https")])
    honest = serve(site, headers=[(b"x-forwarded-proto", b"https")])
    assert [message["body"] for message in (forged[1], honest[1])] == [b"none", b"https"]


def test_a_query_that_is_no_ascii_is_percent_encoded() -> None:
    def site(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["QUERY_STRING"].encode()]

    assert serve(site, query_string=b"q=\xc3\xa9%FF&a=b c")[1]["body"] == b"q=%C3%A9%FF&a=b%20c"
