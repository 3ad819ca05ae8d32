"""The members of a public channel or group, by `getChatMemberCount` of the Bot API (core.telegram.org/bots/api)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from sevenpanel.insight.domain import Network
from sevenpanel.insight.meters.asking import BYTES_MAX, SECONDS, Said, ask
from sevenpanel.insight.meters.interface import WORDS_MAX, Answers, Ask, Count, MeterUnavailable, NoCount, whole
from sevenpanel.kernel.calling import Call

RETRY_AFTER_MAX = 86_400
# The token is wrong or the bot is gone: nothing to be mended within minutes.
LOCKED_OUT_SECONDS = 3_600

_TARGET = re.compile(r"https://t\.me/([A-Za-z][A-Za-z0-9_]{3,31})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMeter:
    """A bot of the operator's. Its token is part of every address, so addresses are never shown.

    :param allow_private: for a Bot API server of the operator's own.
    """

    token: str = field(repr=False)
    api: str
    allow_private: bool = False

    @property
    def network(self) -> Network:
        """Telegram."""
        return Network.TELEGRAM

    @property
    def batch(self) -> int:
        """One: the method asks about one chat."""
        return 1

    def read(self, asks: Sequence[Ask]) -> Answers:
        """Ask for the members of each chat.

        :raises MeterUnavailable: when the first of them is not answered, or a later one says that all have to wait.
        """
        return {each.order_id: self._read(each.target) for each in asks}

    def _read(self, target: str) -> Count | NoCount:
        name = _TARGET.fullmatch(target)
        if name is None:
            return NoCount(words="This link names no public channel or group.")
        said = ask(self._call(name[1]))
        if said.body.get("ok") is not True:
            return _refused(said)
        count = whole(said.body.get("result"))
        if count is None:
            raise MeterUnavailable("The answer names no number of members.")
        return Count(value=count)

    def _call(self, name: str) -> Call:
        return Call(
            method="POST",
            url=f"{self.api}/bot{self.token}/getChatMemberCount",
            headers={"Content-Type": "application/json"},
            content=json.dumps({"chat_id": f"@{name}"}).encode(),
            allow_private=self.allow_private,
            seconds=SECONDS,
            body_bytes_max=BYTES_MAX,
        )


def _refused(said: Said) -> NoCount:
    """The chat cannot be counted; anything else is about all of them.

    :raises MeterUnavailable: for anything else.
    """
    words = str(said.body.get("description", ""))[:WORDS_MAX] or f"Status {said.status}."
    if said.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise MeterUnavailable(words, retry_after_seconds=_retry_after(said.body))
    if said.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        raise MeterUnavailable(words, retry_after_seconds=LOCKED_OUT_SECONDS)
    if said.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN):
        return NoCount(words=f"Telegram says: {words}"[:WORDS_MAX])
    raise MeterUnavailable(words)


def _retry_after(body: Mapping[str, Any]) -> int | None:
    parameters = body.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return wait if type(wait) is int and 0 < wait <= RETRY_AFTER_MAX else None
