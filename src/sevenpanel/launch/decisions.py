"""`sevenpanel decisions replay`: decide every stored decision anew, and report what would be different."""

import argparse
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sevenpanel.kernel.db import snapshot
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Decider
from sevenpanel.orders.queries import DecisionRow
from sevenpanel.terms import Decision, NotAPolicy, Policy, replay, with_figures


def main(argv: Sequence[str]) -> int:
    """Replay all decisions; 1 when one of them would be different today, or under the figures of --policy."""
    asked = _parsed(argv)
    changed = read_figures(asked.policy) if asked.policy else {}
    with snapshot():
        return report(changed)


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sevenpanel decisions", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    again = verbs.add_parser("replay", help="decide every stored decision anew", description=__doc__)
    again.add_argument("--policy", type=Path, help="a TOML or JSON file with other figures, to see what they change")
    return parser.parse_args(argv)


def read_figures(path: Path) -> Mapping[str, Any]:
    """The figures in a file.

    :raises UnableToLaunch: when it cannot be read, or is neither TOML nor JSON.
    """
    try:
        text = path.read_text(encoding="utf-8")
        figures = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnableToLaunch(f"{path} cannot be read as figures: {error}") from error
    if not isinstance(figures, dict):
        raise UnableToLaunch(f"{path} does not say a value for each figure by its name.")
    return figures


def report(changed: Mapping[str, Any]) -> int:
    """Print every difference and the count; 1 when there is one."""
    count = different = 0
    for row in orders.all_decisions():
        count += 1
        found = list(differences(row, changed))
        different += bool(found)
        for line in found:
            print(f"decision {row.id}, order {row.order_id}, {row.kind}: {line}")
    print(f"{count} decided anew; {different} would be different.")
    return 1 if different else 0


def differences(row: DecisionRow, changed: Mapping[str, Any]) -> Iterator[str]:
    """What would be different about one decision, in words."""
    again = replay(row.record, policy=_policy(row.record.policy, changed))
    for name in again.changed:
        if name == "reasons" and not again.stored.reasons:
            continue  # the words went with a deleted account (clause 7.5); its figures are compared all the same
        yield f"{name}: {_shown(again.stored, name)} -> {_shown(again.fresh, name)}"
    if row.decider is not Decider.OVERRULED and row.decision != row.record.decision:
        yield "what was carried out is not what the rules had said, and nobody overruled them"


def _policy(policy: Policy, changed: Mapping[str, Any]) -> Policy | None:
    if not changed:
        return None
    try:
        return with_figures(policy, changed)
    except NotAPolicy as error:
        raise UnableToLaunch(str(error)) from error


def _shown(decision: Decision, name: str) -> str:
    value = getattr(decision, name)
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
