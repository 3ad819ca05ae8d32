"""A local server that speaks the shapes of the Telegram Bot API, with the faults that the real one has."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

TOKEN = "123456:" + "A" * 35
CHANNEL = "@northwind_updates"
SECRET = "a-secret-of-the-webhook"
CHAT = {"id": -1001234567890, "type": "channel", "title": "Northwind", "username": "northwind_updates"}


@dataclass
class BotApi:
    """What stands in the channel, every call that was made, and the faults still to come.

    Faults: "429" (with retry_after 7), "400" (can't parse entities), "500", "lost" (done, and no answer), "dead"
    (the connection ends before anything is done).
    """

    url: str = ""
    messages: dict[int, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    updates: list[dict[str, Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    next_id: int = 101

    def made(self, method: str) -> int:
        """How many calls of a method arrived."""
        return sum(1 for name, _ in self.calls if name == method)

    def answer(self, method: str, asked: dict[str, Any]) -> tuple[int, Any] | None:
        """Do one call; None ends the connection without an answer."""
        with self.lock:
            self.calls.append((method, asked))
            fault = self.faults.popleft() if self.faults else ""
            if fault == "429":
                return _error(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7})
            if fault == "400":
                return _error(400, "Bad Request: can't parse entities")
            if fault == "500":
                return _error(500, "Internal Server Error")
            if fault == "dead":
                return None
            done = getattr(self, f"_{method}")(asked)
            return None if fault == "lost" else done

    def _sendMessage(self, asked: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802 - the API's own word
        number, self.next_id = self.next_id, self.next_id + 1
        self.messages[number] = asked["text"]
        return 200, {"ok": True, "result": {"message_id": number, "chat": CHAT, "text": asked["text"]}}

    def _editMessageText(self, asked: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802 - the API's own word
        number = asked["message_id"]
        if number not in self.messages:
            return _error(400, "Bad Request: message to edit not found")
        if self.messages[number] == asked["text"]:
            return _error(400, "Bad Request: message is not modified: specified new message content is the same")
        self.messages[number] = asked["text"]
        return 200, {"ok": True, "result": {"message_id": number, "chat": CHAT}}

    def _deleteMessage(self, asked: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802 - the API's own word
        if self.messages.pop(asked["message_id"], None) is None:
            return _error(400, "Bad Request: message to delete not found")
        return 200, {"ok": True, "result": True}

    def _getUpdates(self, asked: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802 - the API's own word
        return 200, {"ok": True, "result": [u for u in self.updates if u["update_id"] >= asked["offset"]]}


def _error(status: int, words: str, **more: Any) -> tuple[int, Any]:
    return status, {"ok": False, "error_code": status, "description": words, **more}


def post(update_id: int, message_id: int, text: str, *, date: int = 1000, edited: int | None = None) -> dict[str, Any]:
    """An update about a post that somebody wrote in the channel, or edited."""
    said = {"message_id": message_id, "chat": CHAT, "date": date, "text": text}
    if edited is None:
        return {"update_id": update_id, "channel_post": said}
    return {"update_id": update_id, "edited_channel_post": {**said, "edit_date": edited}}


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """Run the server for the duration of a block."""
    api = BotApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prefix, _, method = self.path.rpartition("/")
            answer = _error(404, "Not Found") if prefix != f"/bot{TOKEN}" else api.answer(method, asked)
            if answer is None:
                self.close_connection = True
                return
            status, said = answer
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

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
