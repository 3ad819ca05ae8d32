"""A provider that takes every order after a pause that the bench sets; light, so that it is not what is measured.

It listens on a port of 127.0.0.1 and speaks as much of the reseller API v2 as the worker asks for, and one action
more: `pace` with `ms` says how long it takes from now on to answer `add`.
"""

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

SERVICE = {
    "service": "1",
    "name": "Channel promotion",
    "type": "Default",
    "category": "Promotion",
    "rate": "0.10",
    "min": "1",
    "max": "1000000",
}


def main(arguments: Sequence[str]) -> int:
    """Serve on the port that is named until a signal ends the process."""
    asyncio.run(_serve(int(arguments[0])))
    return 0


async def _serve(port: int) -> None:
    panel = Panel()
    server = await asyncio.start_server(panel.talk, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


class Panel:
    """What the provider knows: how many orders it has taken, and how slow it is."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._seconds = 0.0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one call on one connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].partition("\r\n")[0]
            body = await reader.readexactly(int(length or 0))
            answer = json.dumps(await self._answer(dict(parse_qsl(body.decode())))).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(answer))
            writer.write(b"Connection: close\r\n\r\n" + answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, fields: Mapping[str, str]) -> Any:
        match fields.get("action"):
            case "services":
                return [SERVICE]
            case "balance":
                return {"balance": "1000000", "currency": "USD"}
            case "status":
                return dict.fromkeys(fields.get("orders", "").split(","), _PENDING)
            case "add":
                await asyncio.sleep(self._seconds)
                return {"order": next(self._numbers)}
            case "pace":
                self._seconds = int(fields["ms"]) / 1000
                return {}
        return {"error": "Incorrect request"}


_PENDING = {"charge": "0", "start_count": "0", "status": "Pending", "remains": "100", "currency": "USD"}
