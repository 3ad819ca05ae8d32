"""The desk as an ASGI application: the API's door in front, the site behind it.

`application` serves both; `api_only` and `site_only` each half alone, for a proxy that splits the paths.
"""

import os
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.serving")
_site = get_wsgi_application()  # sets Django up, which the imports below need

from sevenpanel.api.body import Receive, Scope, Send  # noqa: E402
from sevenpanel.api.bridge import Bridge  # noqa: E402
from sevenpanel.api.door import Door  # noqa: E402
from sevenpanel.api.gateway import Gateway  # noqa: E402

PATHS = frozenset({"/api/v2", "/api/v2/"})

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Front:
    """Opens the door's two paths to the door, and everything else to what is behind it."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind
        self._door: Door | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            serve = self._open() if scope["path"] in PATHS else self._behind
            await serve(scope, receive, send)

    def _open(self) -> Door:
        # Made in the event loop that serves, not at import.
        if self._door is None:
            self._door = Door(Gateway(settings.DATABASES["default"]))
        return self._door

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._door is not None:
            await self._door.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the door when it stands alone: whether the process lives, and nothing else."""
    found = scope["path"] == "/livez"
    status, body = (200, b"alive\n") if found else (404, b"Only /api/v2 is served here.\n")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


site_only = Bridge(_site)
application = Front(site_only)
api_only = Front(_nothing_else)
