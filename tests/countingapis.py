"""Local servers that speak the shapes of the APIs that meters ask, with the faults that the real ones have."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "654321:" + "M" * 35
KEY = "AIza" + "K" * 35
DIGITS_SHOWN = 3

HTML = b"<!doctype html><title>Just a moment...</title>"
HUGE = b'{"ok": true, "result": 5, "padding": "' + b"x" * 400_000 + b'"}'

Reply = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(slots=True)
class CountingApi:
    """What there is to be counted, every request, and the faults still to come, one for each request.

    Faults: "dead" (the connection ends), "broken" (in the middle of the answer), "html", "list", "huge", "redirect",
    and the names in the server's own table.
    """

    counts: dict[str, int] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    url: str = ""


Answer = Callable[[CountingApi, Asked], Reply]

_BROKEN_SHAPES: dict[str, Reply] = {
    "html": (200, HTML),
    "list": (200, b"[1, 2]"),
    "huge": (200, HUGE),
    "deep": (200, b"[" * 100_000),
    "empty": (200, b""),
    "number": (200, b"7"),
}


def _json(status: int, said: Any) -> Reply:
    return status, json.dumps(said).encode()


def _not_ok(status: int, words: str, **more: Any) -> Reply:
    return _json(status, {"ok": False, "error_code": status, "description": words, **more})


_TELEGRAM_FAULTS: dict[str, Reply] = {
    "wait": _not_ok(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}),
    "wait nonsense": _not_ok(429, "Too Many Requests", parameters={"retry_after": "soon"}),
    "locked out": _not_ok(401, "Unauthorized"),
    "stumble": _not_ok(502, "Bad Gateway"),
    "no count": _json(200, {"ok": True}),
    "negative": _json(200, {"ok": True, "result": -1}),
    "float": _json(200, {"ok": True, "result": 5.5}),
    "true": _json(200, {"ok": True, "result": True}),
    "enormous": _json(200, {"ok": True, "result": 10**30}),
    "ok is a word": _json(200, {"ok": "yes", "result": 5}),
}


def telegram(api: CountingApi, asked: Asked) -> Reply:
    """What the Bot API answers to `getChatMemberCount`."""
    if asked.path != f"/bot{TOKEN}/getChatMemberCount":
        return _not_ok(404, "Not Found")
    name = str(asked.body["chat_id"])
    if name not in api.counts:
        return _not_ok(400, "Bad Request: chat not found")
    return _json(200, {"ok": True, "result": api.counts[name]})


def _error(status: int, reason: str, words: str) -> Reply:
    return _json(status, {"error": {"code": status, "message": words, "errors": [{"reason": reason}]}})


_YOUTUBE_FAULTS: dict[str, Reply] = {
    "wait": _error(403, "rateLimitExceeded", "Too many requests."),
    "locked out": _error(403, "quotaExceeded", "The quota is used up."),
    "bad key": _error(400, "badRequest", "API key not valid."),
    "stumble": _error(503, "backendError", "Backend error."),
    "no items": _json(200, {"kind": "youtube#videoListResponse"}),
    "items are a word": _json(200, {"items": "none"}),
    "items are words": _json(200, {"items": ["aB1cD2eF3gH", None, 7]}),
    "error is a word": _json(500, {"error": "broken"}),
}


def youtube(api: CountingApi, asked: Asked) -> Reply:
    """What the Data API answers to `videos.list` and `channels.list` with `part=statistics`."""
    if asked.headers.get("x-goog-api-key") != KEY:
        return _error(400, "badRequest", "API key not valid.")
    listing = asked.path.removeprefix("/youtube/v3/")
    if listing not in ("videos", "channels") or asked.query.get("part") != "statistics":
        return _error(404, "notFound", "Not Found")
    if "id" in asked.query:
        ids = asked.query["id"].split(",")
        if len(ids) > 50:
            return _error(400, "invalidFilters", "Too many ids.")
        return _json(200, {"items": [_item(api, id_, listing) for id_ in ids if id_ in api.counts]})
    name = asked.query.get("forHandle") or asked.query.get("forUsername", "")
    return _json(200, {"items": [_item(api, name, listing)] if name in api.counts else []})


def _item(api: CountingApi, name: str, listing: str) -> dict[str, Any]:
    count = api.counts[name]
    if listing == "videos":
        return {"id": name, "statistics": {"viewCount": str(count), "likeCount": str(count)}}
    step = 10 ** max(len(str(count)) - DIGITS_SHOWN, 0)
    shown = {"subscriberCount": str(count // step * step), "hiddenSubscriberCount": False}
    return {"id": name if name.startswith("UC") else f"UC{name:x<22}", "statistics": shown}


@contextmanager
def counting(answer: Answer) -> Iterator[CountingApi]:
    """Run one of the servers for the duration of a block."""
    api = CountingApi()
    faults = {**_BROKEN_SHAPES, **(_TELEGRAM_FAULTS if answer is telegram else _YOUTUBE_FAULTS)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say()

        def do_POST(self) -> None:
            self._say()

        def _say(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            address = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(self.rfile.read(length)) if length else None
            asked = Asked(self.command, address.path, dict(parse_qsl(address.query)), headers, body)
            api.asked.append(asked)
            fault = api.faults.popleft() if api.faults else ""
            if fault == "dead":
                self.close_connection = True
                return
            status, content = faults[fault] if fault in faults else answer(api, asked)
            self.send_response(307 if fault == "redirect" else status)
            if fault == "redirect":
                self.send_header("Location", f"{api.url}/elsewhere")
            self.send_header("Content-Length", str(len(content) + (10 if fault == "broken" else 0)))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
