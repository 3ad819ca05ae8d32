"""JSON-RPC 2.0 to one node: batches, a bounded answer, and no belief in anything but its form.

A call either has its own result or its own error. What is wrong with an answer as a whole, whoever's fault it is, is
one exception with a sentence for staff. Nothing here is ever wrong to repeat: every method only reads.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sevenpanel.kernel import calling

CALL_SECONDS = 20.0
ANSWER_BYTES_MAX = 8_000_000
BATCH_MAX = 100
WORDS_MAX = 200

Send = Callable[[bytes], bytes]


class NodeTrouble(Exception):  # noqa: N818 - a state of the node, not a fault of ours
    """The node gave no answer that can be used. Its words are for staff and hold no address and no key."""

    @property
    def words(self) -> str:
        """What went wrong."""
        return str(self)


class AnswerTooLarge(NodeTrouble):
    """The answer was cut off for its size; a smaller question may do."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of a batch."""

    method: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class RpcFault:
    """The node's own "no" to one call."""

    code: int
    words: str


@dataclass(slots=True)
class Rpc:
    """One node's JSON-RPC door.

    :param send: carries bytes there and back; raises `NodeTrouble`.
    :param batch_max: how many calls go together; learnt downwards from a node that takes fewer.
    """

    send: Send = field(repr=False)
    batch_max: int = BATCH_MAX
    calls: int = 0

    def ask(self, asked: Sequence[Ask]) -> list[Any]:
        """This function makes calls and returns their results in the same order, `RpcFault` among them.

        :raises NodeTrouble: when there is no whole, well-formed answer.
        """
        results: list[Any] = []
        while len(results) < len(asked):
            batch = asked[len(results) : len(results) + self.batch_max]
            found = self._batch(batch)
            if found is None:
                self.batch_max = max(1, len(batch) // 2)
            else:
                results += found
        return results

    def one(self, method: str, *params: Any) -> Any:
        """Make one call.

        :raises NodeTrouble: also when the node refuses it.
        """
        (result,) = self.ask([Ask(method, params)])
        if isinstance(result, RpcFault):
            raise NodeTrouble(f"The node refuses {method}: {result.words}")
        return result

    def _batch(self, batch: Sequence[Ask]) -> list[Any] | None:
        """The results of one batch, or None when the node does not take so many calls together."""
        first = self.calls
        self.calls += len(batch)
        bodies = [
            {"jsonrpc": "2.0", "id": first + at, "method": ask.method, "params": list(ask.params)}
            for at, ask in enumerate(batch)
        ]
        said = _read(self.send(json.dumps(bodies if len(batch) > 1 else bodies[0], separators=(",", ":")).encode()))
        if len(batch) == 1:
            said = [said] if isinstance(said, dict) else said
        elif isinstance(said, dict) and "error" in said:
            return None
        return _in_order(said, range(first, first + len(batch)))


def over_http(url: str, *, allow_private: bool) -> Send:
    """This function makes the way to a node over HTTP.

    :param url: with the key that many nodes carry in it, so it is never repeated.
    :param allow_private: whether the address may be on this machine or in its own network.
    """

    def send(body: bytes) -> bytes:
        call = calling.Call(
            method="POST",
            url=url,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            content=body,
            allow_private=allow_private,
            seconds=CALL_SECONDS,
            body_bytes_max=ANSWER_BYTES_MAX,
        )
        return _carried(call)

    return send


def _carried(call: calling.Call) -> bytes:
    try:
        heard = calling.exchange(call)
    except calling.NotSent as outcome:
        raise NodeTrouble(f"The node cannot be reached ({outcome.because.value}).") from None
    except calling.Lost as outcome:
        kind = AnswerTooLarge if outcome.because is calling.LostBecause.TOO_LARGE else NodeTrouble
        raise kind(f"The node gave no whole answer ({outcome.because.value}).") from None
    if not calling.is_success(heard.status) and not heard.body.lstrip().startswith((b"{", b"[")):
        raise NodeTrouble(f"The node answered with HTTP {heard.status}.")
    return heard.body


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refused, parse_float=_refused, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        raise NodeTrouble("The node's answer is not JSON.") from None


def _refused(text: str) -> Any:
    raise ValueError(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _in_order(said: Any, identities: range) -> list[Any]:
    if not isinstance(said, list) or len(said) != len(identities):
        raise NodeTrouble("The node's answer does not fit what was asked.")
    found: dict[int, Any] = {}
    for each in said:
        identity = each.get("id") if isinstance(each, dict) else None
        if type(identity) is not int or identity not in identities or identity in found:
            raise NodeTrouble("The node's answer does not fit what was asked.")
        found[identity] = _result(each)
    return [found[identity] for identity in identities]


def _result(each: dict[str, Any]) -> Any:
    error = each.get("error")
    if error is None:
        if "result" not in each:
            raise NodeTrouble("The node's answer has neither a result nor an error.")
        return each["result"]
    if not isinstance(error, dict):
        raise NodeTrouble("The node's error cannot be read.")
    code = error.get("code")
    told = "".join(character if character.isprintable() else " " for character in str(error.get("message", "")))
    return RpcFault(code if type(code) is int else 0, told[:WORDS_MAX])
