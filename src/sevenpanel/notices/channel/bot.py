"""One call to the Telegram Bot API, and exactly what is known after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.conf import settings

SECONDS = 15.0
WORDS_MAX = 300
RETRY_SECONDS_DEFAULT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It was done; `result` is what the API returned."""

    result: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """It was not done and may be asked again after so many seconds: too many calls, or no connection."""

    seconds: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It was not done, and asking again changes nothing."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The call left and no whole answer came: it may have been done."""

    words: str


Answer = Done | Later | Refused | Lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The desk's bot. Its token is part of every address, so addresses are never shown."""

    token: str = field(repr=False)
    channel: str
    api: str

    def call(self, method: str, **asked: Any) -> Answer:
        """Call one method of the API. Nothing is raised: whatever happens is one of four answers."""
        try:
            with httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client:
                answer = client.post(f"{self.api}/bot{self.token}/{method}", json=asked)
        except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
            return Later(seconds=RETRY_SECONDS_DEFAULT, words=f"No connection ({type(fault).__name__}).")
        except httpx.HTTPError as fault:
            return Lost(words=f"No whole answer came ({type(fault).__name__}).")
        return _read(answer)


def _read(answer: httpx.Response) -> Answer:
    try:
        said = answer.json()
    except ValueError:
        return Lost(words=f"The answer with status {answer.status_code} is no JSON.")
    if not isinstance(said, Mapping):
        return Lost(words=f"The answer with status {answer.status_code} is no object.")
    if said.get("ok") is True:
        return Done(result=said.get("result"))
    words = str(said.get("description", ""))[:WORDS_MAX] or f"Status {answer.status_code}."
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Later(seconds=_retry_after(said), words=words)
    return Lost(words=words) if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else Refused(words=words)


def _retry_after(said: Mapping[str, Any]) -> int:
    parameters = said.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, Mapping) else None
    return wait if isinstance(wait, int) and 0 < wait <= 86_400 else RETRY_SECONDS_DEFAULT


def configured() -> Bot | None:
    """The bot that the environment names; None while the channel is off."""
    if not (settings.TELEGRAM_TOKEN and settings.TELEGRAM_CHANNEL):
        return None
    return Bot(token=settings.TELEGRAM_TOKEN, channel=settings.TELEGRAM_CHANNEL, api=settings.TELEGRAM_API)
