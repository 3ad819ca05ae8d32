"""The door: one request in, one JSON answer out, whatever came in (design: api-v2, section 0)."""

import logging
import math
from typing import Any

import msgspec
from django.conf import settings

from sevenpanel.accounts.domain import KeyKind, Permission, is_well_formed, key_hash, kind_of
from sevenpanel.api import wording
from sevenpanel.api.actions import ANSWERS, NEEDS, WRITES, Action, Caller
from sevenpanel.api.admission import Admission, Obstacle, obstacle_of
from sevenpanel.api.body import SMALL, BodyReader, CallerGone, Receive, Scope, Send, header, headers
from sevenpanel.api.fields import Fields, read_fields
from sevenpanel.api.gateway import Gateway
from sevenpanel.api.house import House
from sevenpanel.api.refusals import BAD_KEY, INCORRECT, IncorrectRequest, NothingDone, NotKnown, TooManyRequests
from sevenpanel.api.rehearsing import Rehearsal
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import plain
from sevenpanel.kernel.visitors import visitor_address

METHODS = frozenset({"GET", "POST", "PUT", "PATCH"})

# An answer is for programs: no page may show it, embed it or take it for something else (S-40).
_ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder(enc_hook=plain).encode


class Door:
    """Answers API v2 as an ASGI application. Never a redirect, never anything but JSON."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._rehearsal = Rehearsal(gateway)
        self._houses: dict[KeyKind, House] = {KeyKind.LIVE: gateway, KeyKind.TEST: self._rehearsal}
        self._bodies = BodyReader()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(await self._read(scope, receive), address_of(scope))
        except CallerGone:
            return
        except Refusal as refusal:
            await _refuse(send, refusal)
        except Exception:
            # The traceback holds no field of the request, so no key either.
            log.exception("A request to the API failed")
            await _refuse(send, NotKnown())
        else:
            await _reply(send, 200, answer)

    async def close(self) -> None:
        """Answer what was asked, then let go of the database."""
        await self._rehearsal.close()
        await self._gateway.close()

    async def _read(self, scope: Scope, receive: Receive) -> Fields:
        if scope["method"] not in METHODS:
            raise IncorrectRequest(f"{INCORRECT}: use POST")
        body = await self._bodies.read(scope, receive)
        return await self._parsed(scope["query_string"], body, header(scope, b"content-type"))

    async def _parsed(self, query: bytes, body: bytes, content_type: str) -> Fields:
        if len(body) <= SMALL:
            return read_fields(query=query, body=body, content_type=content_type)
        return await self._gateway.aside(lambda: read_fields(query=query, body=body, content_type=content_type))

    async def _answer(self, fields: Fields, address: str) -> Any:
        action = fields.text("action")
        if action not in ANSWERS:
            raise IncorrectRequest(INCORRECT)
        try:
            caller = await self._admit(fields.text("key") or "", NEEDS[Action(action)], address)
            return await ANSWERS[Action(action)](caller, fields, self._houses[caller.kind])
        except NothingDone as refusal:
            if action in WRITES:
                raise
            raise NotKnown from refusal

    async def _admit(self, key: str, needed: Permission, address: str) -> Caller:
        if not is_well_formed(key):
            raise IncorrectRequest(BAD_KEY)
        admission = await self._gateway.admit(key_hash(key))
        obstacle = obstacle_of(admission, needed=needed, address=address)
        if obstacle is not None:
            raise _refusal(obstacle, admission, needed, address)
        assert admission.customer_id is not None
        return Caller(customer_id=admission.customer_id, capped_key_id=admission.capped_key_id, kind=kind_of(key))


def address_of(scope: Scope) -> str:
    """From which address a request comes, as far as proxies are trusted."""
    client = scope.get("client")
    return visitor_address(
        forwarded=headers(scope, b"x-forwarded-for"),
        remote=client[0] if client else "",
        proxies=settings.TRUSTED_PROXIES,
    )


def _refusal(obstacle: Obstacle, admission: Admission, needed: Permission, address: str) -> Refusal:
    """What a caller reads who may not go on."""
    match obstacle:
        case Obstacle.NO_KEY:
            return IncorrectRequest(BAD_KEY)
        case Obstacle.TOO_FAST:
            return TooManyRequests(retry_after=max(1, math.ceil(admission.retry_after)))
        case Obstacle.TERMS:
            return IncorrectRequest(wording.not_accepted(admission.access))
        case Obstacle.ELSEWHERE:
            return IncorrectRequest(wording.ELSEWHERE.format(address=address))
        case Obstacle.NOT_PERMITTED:
            return IncorrectRequest(wording.NOT_PERMITTED[needed])


async def _refuse(send: Send, refusal: Refusal) -> None:
    wait = [(b"retry-after", b"%d" % refusal.retry_after)] if isinstance(refusal, TooManyRequests) else []
    await _reply(send, refusal.status, {"error": refusal.sentence}, wait)


async def _reply(send: Send, status: int, answer: Any, more: list[tuple[bytes, bytes]] | None = None) -> None:
    body = _encode(answer)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        *_ALWAYS,
        *(more or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
