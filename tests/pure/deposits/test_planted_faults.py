"""The tests bite: each fault that was planted into the watcher turns the random histories red (trust, rule 1)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.chainlab import PlainDesk
from tests.histories import REPLAYED, History, broken
from tests.pure.deposits.test_judging import POLICY, TABLE

from sevenpanel.deposits.domain import keys
from sevenpanel.deposits.sources.evm import judging, nodes, scanning, sights, telling
from sevenpanel.deposits.sources.evm.judging import Blind, Gone, Here, Judgement, Probe
from sevenpanel.deposits.sources.evm.mark import Deep
from sevenpanel.deposits.sources.interface import Look, Verdict

SEEDS = (*REPLAYED, *range(2_000, 2_060))

Plant = Callable[[pytest.MonkeyPatch], None]


def _judged(change: Callable[..., Judgement | None]) -> Plant:
    return lambda patch: patch.setattr(telling, "judge", change)


def _the_silent_are_left_out(shown: Any, policy: Any, **asked: bool) -> Judgement | None:
    loud = {name: sight for name, sight in shown.items() if not isinstance(sight, Blind)}
    return judging.judge(loud or shown, policy, **asked)


def _one_node_is_enough(shown: Any, policy: Any, **asked: bool) -> Judgement | None:
    found = {name: sight for name, sight in shown.items() if isinstance(sight, Here)}
    return judging.judge(dict(list(found.items())[:1]) or shown, policy, **asked)


def _first_sight_is_enough(shown: Any, policy: Any, **asked: bool) -> Judgement | None:
    return judging.judge(shown, replace(policy, confirmations=1), **asked)


def _taken_back_at_once(shown: Any, policy: Any, **asked: bool) -> Judgement | None:
    judged = judging.judge(shown, policy, **asked)
    return replace(judged, verdict=Verdict.REPLACED) if judged and judged.verdict is Verdict.LEFT else judged


def _one_node_gone_is_enough(shown: Any, policy: Any, **asked: bool) -> Judgement | None:
    gone = {name: sight for name, sight in shown.items() if isinstance(sight, Gone)}
    return judging.judge(gone or shown, policy, **asked)


def _log_index_as_key(patch: pytest.MonkeyPatch) -> None:
    found = scanning._candidates

    def by_index(node: Any, logs: Any, *, incoming: bool) -> Any:
        logs = list(logs)
        return [
            replace(each, key=keys.evm(chain_id=node.chain.chain_id, tx=each.tx, ordinal=log.index + 100))
            for each, log in zip(found(node, logs, incoming=incoming), logs, strict=True)
        ]

    patch.setattr(scanning, "_candidates", by_index)


def _old_proofs_are_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sights, "_still_good", lambda candidate, name, blocks: candidate.proofs.get(name))


def _a_missing_receipt_is_proof(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sights, "_proved", lambda node, height, candidate, gone: gone)


def _balances_not_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(nodes, "_compared", lambda *_: Probe.EQUAL)


def _never_goes_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scanning, "_rewound", lambda node, cursor, top, first: cursor)
    patch.setattr(scanning, "tip", lambda node, height, mark, scope: [])


def _looks_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scanning, "aliens", lambda *_: [])
    patch.setattr(scanning, "deep", _never_deep)


def _never_deep(node: Any, _height: Any, mark: Any, _scope: Any) -> list[Any]:
    mark.deep[node.name] = Deep(upto=1 << 40)
    return []


def _own_addresses_pay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scanning, "_counts", lambda log, scope: log.raw > 0)


def _mark_before_booking(patch: pytest.MonkeyPatch) -> None:
    book = PlainDesk.book

    def early(desk: PlainDesk, look: Look, *, crash_after: int | None = None) -> None:
        desk.mark = look.mark
        book(desk, look, crash_after=crash_after)

    patch.setattr(PlainDesk, "book", early)
    patch.setattr(scanning, "tip", lambda node, height, mark, scope: [])


FAULTS: dict[str, Plant] = {
    "nodes that cannot be asked are left out": _judged(_the_silent_are_left_out),
    "one node is enough": _judged(_one_node_is_enough),
    "first sight is enough": _judged(_first_sight_is_enough),
    "one node that does not have it is enough": _judged(_one_node_gone_is_enough),
    "the log's index as key": _log_index_as_key,
    "old proofs are believed": _old_proofs_are_believed,
    "a missing receipt is proof": _a_missing_receipt_is_proof,
    "balances are not compared": _balances_not_compared,
    "the cursor never goes back": _never_goes_back,
    "blocks are gone through once": _looks_once,
    "our own addresses pay": _own_addresses_pay,
    "the mark is stored before the booking": _mark_before_booking,
}


def _first_red() -> int | None:
    for seed in SEEDS:
        history = History(seed)
        try:
            history.run()
        except (AssertionError, KeyError):
            return seed
        if broken(history):
            return seed
    return None


def test_two_blocks_taken_for_one_turn_the_table_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_are_alike", lambda here: True)

    said = [judging.judge(dict(enumerate(shown)), POLICY, is_open=True, is_known=True) for shown, _ in TABLE]  # type: ignore[arg-type]
    assert [judged and judged.verdict for judged in said] != [verdict for _, verdict in TABLE]


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_turns_the_histories_red(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)

    assert _first_red() is not None
